package node

import (
	"fmt"

	"github.com/weftchain/weft/state"
)

// PruningConfig is what app.toml says about the past that this node keeps: the
// states of old heights, which answer queries, and the old blocks.
type PruningConfig struct {
	// Pruning is nothing, everything or custom.
	Pruning string `mapstructure:"pruning"`
	// KeepHeights is how many of the latest heights answer queries; 0 keeps all.
	// Only of custom.
	KeepHeights int64 `mapstructure:"keep-heights"`
	// PruneEvery is how many heights wait until they are removed together. Only of
	// custom.
	PruneEvery int64 `mapstructure:"prune-every"`
	// MinRetainBlocks is how many of the latest blocks are kept at least; 0 keeps
	// all, but for everything.
	MinRetainBlocks int64 `mapstructure:"min-retain-blocks"`
}

// The ways of pruning.
const (
	pruneNothing    = "nothing"
	pruneEverything = "everything"
	pruneCustom     = "custom"
)

func defaultPruning() PruningConfig {
	return PruningConfig{Pruning: pruneCustom, KeepHeights: 100_000, PruneEvery: 1}
}

// Bounds of app.toml.
const (
	minKeepHeights = 2
	maxPruneEvery  = 10_000
	minKeepBlocks  = 2 // for weft rollback
	// everyEverything is PruneEvery of everything.
	everyEverything = 8
)

// checkPruning refuses settings out of bounds.
func (c PruningConfig) checkPruning() error {
	switch c.Pruning {
	case pruneNothing, pruneEverything, pruneCustom:
	default:
		return fmt.Errorf("app.toml: pruning is %.40q, must be nothing, everything or custom", c.Pruning)
	}
	if k := c.KeepHeights; k < 0 || k > 0 && k < minKeepHeights {
		return fmt.Errorf("app.toml: keep-heights is %d, must be 0 (all) or at least %d", k, minKeepHeights)
	}
	if c.PruneEvery < 1 || c.PruneEvery > maxPruneEvery {
		return fmt.Errorf("app.toml: prune-every is %d, must be 1 to %d", c.PruneEvery, maxPruneEvery)
	}
	if k := c.MinRetainBlocks; k < 0 || k > 0 && k < minKeepBlocks {
		return fmt.Errorf("app.toml: min-retain-blocks is %d, must be 0 or at least %d", k, minKeepBlocks)
	}
	if c.Pruning == pruneNothing && c.MinRetainBlocks != 0 {
		return fmt.Errorf("app.toml: pruning is nothing, so min-retain-blocks must be 0 and not %d", c.MinRetainBlocks)
	}
	return nil
}

// states is how many heights the state keeps (0: all), and how many are removed
// together.
func (c PruningConfig) states() (keep, every int64) {
	switch c.Pruning {
	case pruneNothing:
		return 0, 1
	case pruneEverything:
		return state.MinKeep, everyEverything
	}
	return c.KeepHeights, c.PruneEvery
}

// blocks is how many blocks stay at least; 0: all.
func (c PruningConfig) blocks() int64 {
	if c.Pruning == pruneEverything {
		return max(c.MinRetainBlocks, minKeepBlocks)
	}
	return c.MinRetainBlocks
}

// pruningToml is the keys' text, before the first section.
const pruningToml = `
# What this node keeps of the past.
#   nothing     all is kept: every height answers queries, every block can be had
#   everything  the last two heights, and as few blocks as evidence and snapshots allow
#   custom      what the keys below say
pruning = %q

# How many of the latest heights answer queries and prove values. 0 keeps all.
keep-heights = %d

# How many heights wait until they are removed together.
prune-every = %d

# How many of the latest blocks are kept at least. 0 keeps all (but for everything).
# No block goes by which a validator can still be punished (max_age_num_blocks of the
# genesis), none above the oldest snapshot, and none whose state is kept.
min-retain-blocks = %d
`

func (c PruningConfig) pruningText() string {
	return fmt.Sprintf(pruningToml, c.Pruning, c.KeepHeights, c.PruneEvery, c.MinRetainBlocks)
}

// retainEvery is after how many blocks old ones are removed, together: that is work
// between two blocks.
const retainEvery = 10

// retain tells CometBFT below which height blocks may go; 0: none.
func (n *running) retain(height int64) int64 {
	keep := n.cfg.App.blocks()
	if keep == 0 || height%retainEvery != 0 {
		return 0
	}
	evidence := n.genesis.ConsensusParams.Evidence.MaxAgeNumBlocks
	lowest := height - max(keep, evidence) + 1
	if first := n.store.Stats().First; first > 0 {
		lowest = min(lowest, first) // a state without its block could not be traced or exported
	}
	list, err := Snapshots(n.cfg.Home).List()
	if err != nil {
		n.log.Error("no blocks are removed: the snapshots cannot be read", "err", err)
		return 0
	}
	for _, s := range list { // who restores it needs the blocks after it
		lowest = min(lowest, s.Height)
	}
	return max(lowest, 0)
}
