package node_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestGenesisOfAnotherChain edits the genesis of a chain that runs. CometBFT
// keeps its own copy of the first one, the application reads the file: they
// must not go on with two opinions.
func TestGenesisOfAnotherChain(t *testing.T) {
	home := preparedHome(t, 2)
	file := filepath.Join(home, "config", "genesis.json")
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	changed := strings.Replace(string(text), `"`+chainID+`"`, `"another"`, 1)
	require.NotEqual(t, string(text), changed)
	require.NoError(t, os.WriteFile(file, []byte(changed), 0o600))
	refused(t, newCommand(t, home).start(t), "genesis")
}
