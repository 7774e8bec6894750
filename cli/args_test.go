package cli

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestReadFile reads what is a file and small enough, and nothing else: a pipe
// would block for ever, a device might never end.
func TestReadFile(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	require.NoError(t, os.WriteFile(path("good"), []byte("12345"), 0o600))
	require.NoError(t, syscall.Mkfifo(path("fifo"), 0o600))
	huge, err := os.Create(path("huge"))
	require.NoError(t, err)
	require.NoError(t, huge.Truncate(1<<30)) // takes no space
	require.NoError(t, huge.Close())
	require.NoError(t, os.Symlink(path("good"), path("link")))

	for _, name := range []string{"good", "link"} {
		data, err := readFile(path(name), 5)
		require.NoError(t, err)
		require.Equal(t, "12345", string(data))
	}
	for _, bad := range []string{path("none"), path("fifo"), path("huge"), dir, "/dev/zero", path("good") + "\x00", ""} {
		_, err := readFile(bad, 1<<20)
		require.Equal(t, exitUsage, exitCode(err), bad)
	}
	_, err = readFile(path("good"), 4)
	require.Equal(t, exitUsage, exitCode(err))
}

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
