package node

import (
	"fmt"

	"github.com/weftchain/weft/abci"
	"github.com/weftchain/weft/state/snapshot"
)

// StateSyncConfig is section [state-sync] of app.toml: the snapshots by which
// other nodes join without executing all blocks. How this node itself joins is in
// section [statesync] of config.toml.
type StateSyncConfig struct {
	// SnapshotInterval is after how many blocks a snapshot is made; 0 makes none.
	SnapshotInterval int64 `mapstructure:"snapshot-interval"`
	// SnapshotKeepRecent is how many of the newest are kept.
	SnapshotKeepRecent int `mapstructure:"snapshot-keep-recent"`
}

func defaultStateSync() StateSyncConfig {
	return StateSyncConfig{SnapshotInterval: 1000, SnapshotKeepRecent: 2}
}

const (
	maxSnapshotInterval = 1 << 40
	maxSnapshotKeep     = 1000
)

// Validate refuses settings out of bounds.
func (c StateSyncConfig) Validate() error {
	if c.SnapshotInterval < 0 || c.SnapshotInterval > maxSnapshotInterval {
		return fmt.Errorf("app.toml: snapshot-interval is %d, must be 0 (none) to %d", c.SnapshotInterval, int64(maxSnapshotInterval))
	}
	if c.SnapshotKeepRecent < 1 || c.SnapshotKeepRecent > maxSnapshotKeep {
		return fmt.Errorf("app.toml: snapshot-keep-recent is %d, must be 1 to %d", c.SnapshotKeepRecent, maxSnapshotKeep)
	}
	return nil
}

// stateSyncToml is the section's text.
const stateSyncToml = `
# Snapshots of the state, by which other nodes join without executing all
# blocks. How this node joins: section [statesync] of config.toml.
[state-sync]

# After how many blocks one is made, beside the blocks. 0 makes none.
snapshot-interval = %d

# How many of the newest are kept. Each takes about as much as the state.
snapshot-keep-recent = %d
`

func (c StateSyncConfig) toml() string {
	return fmt.Sprintf(stateSyncToml, c.SnapshotInterval, c.SnapshotKeepRecent)
}

// snapshots is what the ABCI server is told of them.
func (n *running) snapshots() abci.SnapshotOptions {
	c := n.cfg.App.StateSync
	keeper := snapshot.NewKeeper(snapshotDir(n.cfg.Home), n.stores)
	return abci.SnapshotOptions{
		Keeper: keeper, Interval: c.SnapshotInterval, Keep: c.SnapshotKeepRecent, Taking: n.taking,
		Made: func(s snapshot.Snapshot, err error) {
			n.metrics.Snapshot(s.Height, err == nil)
			if err != nil {
				n.log.Error("no snapshot", "err", err)
				return
			}
			n.log.Info("snapshot", "height", s.Height, "chunks", len(s.Digests))
		},
	}
}
