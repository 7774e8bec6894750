//go:build unix

package cli

import (
	"os"
	"path/filepath"
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
