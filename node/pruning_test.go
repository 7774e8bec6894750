package node_test

import (
	"path/filepath"
	"testing"

	"github.com/cometbft/cometbft/types"
	"github.com/stretchr/testify/require"

	cmtconfig "github.com/cometbft/cometbft/config"
	"github.com/cometbft/cometbft/store"

	"github.com/weftchain/weft/node"
)

func TestPruningRefused(t *testing.T) {
	for want, spoil := range map[string]func(*node.PruningConfig){
		"pruning is \"some\"":    func(c *node.PruningConfig) { c.Pruning = "some" },
		"keep-heights is 1":      func(c *node.PruningConfig) { c.KeepHeights = 1 },
		"prune-every is 0":       func(c *node.PruningConfig) { c.PruneEvery = 0 },
		"min-retain-blocks is 1": func(c *node.PruningConfig) { c.MinRetainBlocks = 1 },
		"pruning is nothing":     func(c *node.PruningConfig) { c.Pruning, c.MinRetainBlocks = "nothing", 50 },
	} {
		cfg := node.DefaultConfig(t.TempDir())
		require.NoError(t, cfg.Validate())
		spoil(&cfg.App.PruningConfig)
		require.ErrorContains(t, cfg.Validate(), want)
	}
}

// TestBlocksGo: under "everything" old blocks are removed, but for those that
// evidence and snapshots need; under "nothing" none are. The node starts again.
func TestBlocksGo(t *testing.T) {
	for mode, gone := range map[string]bool{"everything": true, "nothing": false} {
		home := newHome(t)
		file := filepath.Join(home, "config", "genesis.json")
		doc, err := types.GenesisDocFromFile(file)
		require.NoError(t, err)
		doc.ConsensusParams.Evidence.MaxAgeNumBlocks = 6
		require.NoError(t, doc.SaveAs(file))
		n := newInProcess(t, home)
		n.cfg.Comet.Consensus.TimeoutCommit = 5e6
		n.cfg.App.Pruning = mode
		n.cfg.App.StateSync.SnapshotInterval, n.cfg.App.StateSync.SnapshotKeepRecent = 7, 2
		runBlocks(t, n, 45)
		runBlocks(t, n, 5)
		db, err := cmtconfig.DefaultDBProvider(&cmtconfig.DBContext{ID: "blockstore", Config: n.cfg.Comet})
		require.NoError(t, err)
		blocks := store.NewBlockStore(db)
		base, height := blocks.Base(), blocks.Height()
		require.NoError(t, blocks.Close())
		if !gone {
			require.EqualValues(t, 1, base)
			continue
		}
		list, err := node.Snapshots(home).List()
		require.NoError(t, err)
		require.Greater(t, base, int64(1))
		require.LessOrEqual(t, base, height-5)
		require.LessOrEqual(t, base, list[len(list)-1].Height)
		require.Greater(t, base, height-35, "%d of %d", base, height)
	}
}
