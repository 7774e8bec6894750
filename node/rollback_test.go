package node_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/node"
)

// runBlocks runs a node until it has made some blocks.
func runBlocks(t *testing.T, n *inProcess, count int) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- n.run(ctx) }()
	for range count {
		awaitBlock(t, n, ended)
	}
	cancel()
	require.NoError(t, <-ended)
}

// TestRollback: the node is at the height before, in all its parts, and executes
// the block again to the same end; twice, and hard.
func TestRollback(t *testing.T) {
	home := newHome(t)
	n := newInProcess(t, home)
	runBlocks(t, n, 4)
	for _, hard := range []bool{false, false, true} {
		before := heights(t, home)
		height, err := node.Rollback(n.cfg, hard)
		require.NoError(t, err)
		require.Equal(t, before.app-1, height)
		after := heights(t, home)
		require.Equal(t, height, after.app)
		require.Equal(t, height, after.state)
		if hard {
			require.Equal(t, height, after.store)
			break // a validator alone may not make that block anew: it has signed it
		}
		require.Equal(t, before.app, after.store, "the block stays")
		runBlocks(t, n, 3)
		require.Greater(t, heights(t, home).app, before.app)
	}
	replay(t, home)
}

// TestExport: a chain that starts from an export has its state, and goes on with the
// next height.
func TestExport(t *testing.T) {
	home := newHome(t)
	n := newInProcess(t, home)
	runBlocks(t, n, 4)
	at := heights(t, home).app
	last, err := node.Export(n.cfg, 0)
	require.NoError(t, err)
	one, err := node.Export(n.cfg, at-1)
	require.NoError(t, err)
	require.NotEqual(t, string(last), string(one))
	_, err = node.Export(n.cfg, at+1)
	require.Error(t, err)

	second := filepath.Join(t.TempDir(), "home")
	_, err = node.Init(second, "second", chainID, node.InitOptions{})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(second, "config", "genesis.json"), last, 0o644))
	key, _ := node.SignerFiles(home)
	other, _ := node.SignerFiles(second)
	raw, err := os.ReadFile(key)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(other, raw, 0o600))
	require.NoError(t, node.ValidateGenesis(filepath.Join(second, "config", "genesis.json")))
	n2 := newInProcess(t, second)
	runBlocks(t, n2, 2)
	require.Greater(t, heights(t, second).app, at+1)
	again, err := node.Export(n2.cfg, at+1)
	require.NoError(t, err)
	for _, part := range []string{"auth", "bank", "feegrant", "staking", "wasm", "weft"} {
		require.JSONEq(t, section(t, last, part), section(t, again, part), part)
	}
}

func section(t *testing.T, genesis []byte, name string) string {
	t.Helper()
	var doc struct {
		AppState map[string]json.RawMessage `json:"app_state"`
	}
	require.NoError(t, json.Unmarshal(genesis, &doc))
	require.NotEmpty(t, doc.AppState[name], name)
	return string(doc.AppState[name])
}
