package node

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestUpgradeChecksum(t *testing.T) {
	sum := strings.Repeat("0a", 32)
	for name, c := range map[string]struct{ info, want, err string }{
		"no info":            {"", "", ""},
		"words":              {"see the forum", "", ""},
		"URL as cosmovisor":  {`{"binaries":{"linux/amd64":"https://example.com/weft?checksum=sha256:` + sum + `"}}`, sum, ""},
		"bare":               {`{"binaries":{"linux/amd64":"sha256:` + strings.ToUpper(sum) + `"}}`, sum, ""},
		"any":                {`{"binaries":{"any":"sha256:` + sum + `"}}`, sum, ""},
		"another platform":   {`{"binaries":{"linux/arm64":"sha256:` + sum + `"}}`, "", ""},
		"URL without digest": {`{"binaries":{"linux/amd64":"https://example.com/weft"}}`, "", ""},
		"short":              {`{"binaries":{"linux/amd64":"sha256:0a"}}`, "", "no SHA-256"},
		"not JSON":           {`{"binaries":`, "", "info of upgrade"},
	} {
		got, err := (&UpgradeInfo{Name: "v2", Info: c.info}).Checksum("linux/amd64")
		require.Equal(t, c.want, got, name)
		if c.err == "" {
			require.NoError(t, err, name)
			continue
		}
		require.ErrorContains(t, err, c.err, name)
	}
}

// TestUpgradeInfo: a node that halts for an upgrade, and only then, says so in a file.
func TestUpgradeInfo(t *testing.T) {
	home := t.TempDir()
	require.NoError(t, os.MkdirAll(dataDir(home), 0o755))
	other := fmt.Errorf("disk full")
	require.Equal(t, other, leaveUpgradeInfo(home, other))
	info, err := ReadUpgradeInfo(home)
	require.NoError(t, err)
	require.Nil(t, info)
	halt := fmt.Errorf("stopped: %w", &UpgradeNeeded{Name: "v2", Height: 7, Info: `{"a":"b"}`})
	require.ErrorContains(t, leaveUpgradeInfo(home, halt), "block 7")
	info, err = ReadUpgradeInfo(home)
	require.NoError(t, err)
	require.Equal(t, UpgradeInfo{"v2", 7, `{"a":"b"}`}, *info)
	left, err := filepath.Glob(filepath.Join(dataDir(home), "*"))
	require.NoError(t, err)
	require.Len(t, left, 1)
}
