package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/spf13/pflag"
	"github.com/spf13/viper"
	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/node"
)

func TestChildArgs(t *testing.T) {
	require.Equal(t, []string{"start", "--home", "/x", "--events"},
		childArgs([]string{"start", "--supervise", "--home", "/x", "--upgrades", "/u", "--events"}))
	require.Equal(t, []string{"start"}, childArgs([]string{"start", "--upgrades=/u", "--supervise=true"}))
}

// TestDueBinary: only a binary with the digest of the plan follows.
func TestDueBinary(t *testing.T) {
	home := t.TempDir()
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	superviseFlags(flags)
	o := options{viper.New(), flags}
	require.NoError(t, o.BindPFlags(flags))
	var log bytes.Buffer
	r := &run{err: &log}

	self, err := os.Executable()
	require.NoError(t, err)
	path, err := r.dueBinary(o, home, nil)
	require.NoError(t, err)
	require.Equal(t, self, path)

	last := &node.UpgradeInfo{Name: "v2", Height: 9}
	_, err = r.dueBinary(o, home, last)
	require.Equal(t, exitConfig, exitCode(err))
	require.ErrorContains(t, err, filepath.Join(home, "upgrades", "v2", "weft"))

	file := upgradeBinary(home, "", "v2")
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(t, os.WriteFile(file, []byte("a binary"), 0o755))
	path, err = r.dueBinary(o, home, last)
	require.NoError(t, err)
	require.Equal(t, file, path)
	require.Contains(t, log.String(), "no SHA-256")

	sum, err := fileDigest(file)
	require.NoError(t, err)
	for digest, code := range map[string]int{sum: exitOK, sum[:62] + "00": exitCheck} {
		info, err := json.Marshal(map[string]any{"binaries": map[string]string{"any": "sha256:" + digest}})
		require.NoError(t, err)
		last.Info = string(info)
		_, err = r.dueBinary(o, home, last)
		require.Equal(t, code, exitCode(err), digest)
	}
}
