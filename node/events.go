package node

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"path/filepath"

	dbm "github.com/cometbft/cometbft-db"
	cmtconfig "github.com/cometbft/cometbft/config"
	rpccore "github.com/cometbft/cometbft/rpc/core"
	sm "github.com/cometbft/cometbft/state"
	"github.com/cometbft/cometbft/store"

	"github.com/weftchain/weft/abci"
	"github.com/weftchain/weft/node/api/events"
)

// EventsConfig is section [events] of app.toml: weft's own stream of events
// (docs/spec/events.md).
type EventsConfig struct {
	// Enable keeps the index and serves the stream.
	Enable bool `mapstructure:"enable"`
	// RetainHeights is how many of the latest blocks stay in the index; 0 is
	// all.
	RetainHeights int64 `mapstructure:"retain-heights"`
	// MaxStreams is how many readers may follow at once.
	MaxStreams int `mapstructure:"max-streams"`
}

func defaultEvents() EventsConfig { return EventsConfig{MaxStreams: 100} }

const maxEventStreams = 10_000

// Validate refuses settings out of bounds.
func (c EventsConfig) Validate() error {
	if c.RetainHeights < 0 {
		return fmt.Errorf("app.toml: section [events]: retain-heights is %d, must be 0 (all) or more", c.RetainHeights)
	}
	if c.MaxStreams < 1 || c.MaxStreams > maxEventStreams {
		return fmt.Errorf("app.toml: section [events]: max-streams is %d, must be 1 to %d", c.MaxStreams, maxEventStreams)
	}
	return nil
}

// eventsToml is the section's text.
const eventsToml = `
# The stream of events, which can be followed and taken up again by a cursor:
# GET /weft/events/v1/stream and /weft/events/v1/events on the addresses of the
# RPC and of REST, and weft events tail.
[events]

# Keep the index of events (data/events.db, SQLite) and serve the stream. It
# catches up by itself when it is switched on.
enable = %t

# How many of the latest blocks stay in the index. 0 keeps all.
retain-heights = %d

# How many readers may follow the stream at once.
max-streams = %d
`

func (c EventsConfig) toml() string {
	return fmt.Sprintf(eventsToml, c.Enable, c.RetainHeights, c.MaxStreams)
}

func eventsPath(home string) string { return filepath.Join(dataDir(home), "events.db") }

// openEvents starts the index of events, if it is switched on.
func (n *running) openEvents(env *rpccore.Environment) (err error) {
	c := n.cfg.App.Events
	if !c.Enable {
		return nil
	}
	n.events, err = events.Start(events.Options{
		Path: eventsPath(n.cfg.Home), ChainID: n.genesis.ChainID, Retain: c.RetainHeights, Streams: c.MaxStreams, Log: n.log,
		Source: blockSource{blocks: env.BlockStore, states: env.StateStore, height: func() int64 {
			height, _ := n.app.Info()
			return height
		}},
	})
	return err
}

func (n *running) closeEvents() {
	if n.events != nil {
		n.report("closing the index of events", n.events.Close())
	}
}

// eventPages serves the stream, or says how to get it.
func (n *running) eventPages() http.Handler {
	if n.events != nil {
		return n.events
	}
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusNotFound)
		_, _ = fmt.Fprintln(w, `{"code":5,"message":"this node keeps no index of events: set enable = true in section [events] of app.toml, or start it with --events","details":[]}`)
	})
}

// blockSource reads what CometBFT keeps of blocks.
type blockSource struct {
	blocks sm.BlockStore
	states sm.Store
	height func() int64
}

var _ events.Source = blockSource{}

// Base implements events.Source.
func (s blockSource) Base() int64 { return s.blocks.Base() }

// Height implements events.Source.
func (s blockSource) Height() int64 { return s.height() }

// Hash implements events.Source.
func (s blockSource) Hash(height int64) []byte {
	meta := s.blocks.LoadBlockMeta(height)
	if meta == nil {
		return nil
	}
	return meta.BlockID.Hash
}

// Block implements events.Source.
func (s blockSource) Block(height int64) (events.Block, error) {
	block, meta := s.blocks.LoadBlock(height), s.blocks.LoadBlockMeta(height)
	if block == nil || meta == nil {
		return events.Block{}, events.ErrMissing
	}
	results, err := s.states.LoadFinalizeBlockResponse(height)
	if errors.Is(err, sm.ErrFinalizeBlockResponsesNotPersisted) {
		results, err = s.states.LoadLastFinalizeBlockResponse(height) // kept whatever is discarded
		if err != nil {
			return events.Block{}, events.ErrMissing
		}
	}
	var none sm.ErrNoABCIResponsesForHeight
	if errors.As(err, &none) {
		return events.Block{}, events.ErrMissing
	}
	if err != nil {
		return events.Block{}, err
	}
	if len(results.TxResults) != len(block.Txs) {
		return events.Block{}, fmt.Errorf("%d results for %d transactions", len(results.TxResults), len(block.Txs))
	}
	out := events.Block{Height: height, Time: block.Time, Hash: meta.BlockID.Hash, Txs: make([]events.Tx, len(block.Txs))}
	out.Events = abci.Events(results.Events)
	for i, r := range results.TxResults {
		out.Txs[i] = events.Tx{Hash: fmt.Sprintf("%X", block.Txs[i].Hash()), Code: r.Code, Events: abci.Events(r.Events)}
	}
	return out, nil
}

// RebuildEvents makes the index of events anew from the blocks of a home whose
// node does not run. progress is told how far it is.
func RebuildEvents(ctx context.Context, cfg Config, log *slog.Logger, progress func(height, last int64)) (first, last int64, err error) {
	doc, _, err := readGenesis(genesisOf(cfg.Home))
	if err != nil {
		return 0, 0, err
	}
	if !exists(filepath.Join(cfg.Comet.DBDir(), "blockstore.db")) {
		return 0, 0, fmt.Errorf("%s holds no blocks yet: start the node first: %w", cfg.Comet.DBDir(), fs.ErrNotExist)
	}
	var dbs databases
	defer func() { err = errors.Join(err, dbs.close()) }()
	open := func(id string) (db dbm.DB) {
		if err == nil {
			if db, err = dbs.provide(&cmtconfig.DBContext{ID: id, Config: cfg.Comet}); err != nil {
				err = fmt.Errorf("%s: %w: does the node run? stop it first", cfg.Comet.DBDir(), err)
			}
		}
		return db
	}
	blocks, states := open("blockstore"), open("state")
	if err != nil {
		return 0, 0, err
	}
	stateStore := sm.NewStore(states, sm.StoreOptions{DiscardABCIResponses: cfg.Comet.Storage.DiscardABCIResponses})
	state, err := stateStore.Load()
	if err != nil {
		return 0, 0, err
	}
	made, err := events.Rebuild(ctx, events.Options{
		Path: eventsPath(cfg.Home), ChainID: doc.ChainID, Retain: cfg.App.Events.RetainHeights, Log: log,
		Source: blockSource{store.NewBlockStore(blocks), stateStore, func() int64 { return state.LastBlockHeight }},
	}, progress)
	return made.First, made.Last, err
}
