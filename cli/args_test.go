package cli

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestJSONArg(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "msg.json")
	require.NoError(t, os.WriteFile(file, []byte(" {\"a\": 1}\n"), 0o600))
	r := &run{lines: bufio.NewReader(strings.NewReader(`{"b":2}`))}
	for arg, want := range map[string]string{`{"c":3}`: `{"c":3}`, "@" + file: `{"a": 1}`, "-": `{"b":2}`} {
		got, err := r.jsonArg("it", arg)
		require.NoError(t, err)
		require.Equal(t, want, string(got))
	}
	for _, bad := range []string{"", "{", "@", "@" + dir, "@" + file + "x", "-", `{"a":1,"a":1}`, strings.Repeat("[", 100_000)} {
		_, err := r.jsonArg("it", bad)
		require.Equal(t, exitUsage, exitCode(err), "%.20q", bad)
	}
}

func TestIDArg(t *testing.T) {
	for _, bad := range []string{"", "0", "-1", "+1", "1.0", "0x1", "18446744073709551616", "1 "} {
		_, err := codeIDArg(bad)
		require.Equal(t, exitUsage, exitCode(err), "%q", bad)
	}
	id, err := codeIDArg("18446744073709551615")
	require.NoError(t, err)
	require.Equal(t, uint64(18446744073709551615), id)
}

func TestEditDistance(t *testing.T) {
	for _, v := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"a", "", 1}, {"hegihts", "heights", 2}, {"abc", "abc", 0}, {"kitten", "sitting", 3}} {
		require.Equal(t, v.want, editDistance(v.a, v.b), v)
	}
}
