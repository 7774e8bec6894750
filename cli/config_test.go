package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestHostileConfig: what cannot be a configuration is refused with the name of
// the file, and nothing else happens.
func TestHostileConfig(t *testing.T) {
	home := t.TempDir()
	code, _, stderr := weft(t, "init", "n", "--home", home)
	require.Equal(t, exitOK, code, stderr)
	_, err := loadConfig(home)
	require.NoError(t, err)
	path := filepath.Join(home, "config", "app.toml")
	good, err := os.ReadFile(path)
	require.NoError(t, err)
	for name, text := range map[string]string{
		"unknown key":    string(good) + "\nkeep-heigth = 1\n",
		"unknown table":  string(good) + "\n[x]\ny = 1\n",
		"twice":          string(good) + "\nmax-queries = 1\n",
		"number as text": strings.Replace(string(good), "max-queries = 16", `max-queries = "16"`, 1),
		"switch as text": strings.Replace(string(good), "contract-debug = false", `contract-debug = "false"`, 1),
		"negative":       strings.Replace(string(good), "max-queries = 16", "max-queries = -16", 1),
		"huge":           strings.Replace(string(good), "max-queries = 16", "max-queries = 99999999999999999999", 1),
		"price":          strings.Replace(string(good), `minimum-gas-prices = ""`, `minimum-gas-prices = "x"`, 1),
		"NUL":            "\x00" + string(good),
		"not TOML":       "{}",
		"long":           string(good) + "# " + strings.Repeat("x", maxConfigBytes),
	} {
		require.NotEqual(t, string(good), text, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		code, stdout, stderr := weft(t, "start", "--home", home)
		require.Equal(t, exitConfig, code, "%s: %s", name, stderr)
		require.Contains(t, stderr, "app.toml", name)
		require.Empty(t, stdout)
	}
	crlf := strings.ReplaceAll(string(good), "\n", "\r\n")
	require.NoError(t, os.WriteFile(path, []byte(crlf), 0o600))
	_, err = loadConfig(home)
	require.NoError(t, err, "line ends of Windows are fine")
	require.NoError(t, os.Remove(path))
	code, _, stderr = weft(t, "start", "--home", home)
	require.Equal(t, exitConfig, code)
	require.Contains(t, stderr, "app.toml")
}
