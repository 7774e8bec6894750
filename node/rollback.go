package node

import (
	"bytes"
	"errors"
	"fmt"

	cmtconfig "github.com/cometbft/cometbft/config"
	sm "github.com/cometbft/cometbft/state"
	"github.com/cometbft/cometbft/store"

	"github.com/weftchain/weft/state"
)

// Rollback takes the last block of a home back, whose node does not run: what
// CometBFT knows of the state, and the state itself. The block stays, and is
// executed again when the node starts, unless hard: then it is fetched from the
// others again. What the validator signed stays signed. It returns the height
// after which the state is now. A crash in between leaves a node that starts, and
// a second call goes on.
func Rollback(cfg Config, hard bool) (height int64, err error) {
	if !exists(stateDir(cfg.Home)) {
		return 0, fmt.Errorf("%s holds no state", cfg.Home)
	}
	keep, every := cfg.App.states()
	files, err := state.Open(stateDir(cfg.Home), state.Options{
		Stores: storesOf(cfg.Home), Keep: keep, PruneEvery: every, CacheBytes: cfg.App.StateCacheMiB << 20,
	})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, files.Close()) }()
	last, _ := files.Version()
	if s := files.Stats(); last <= s.First {
		return 0, fmt.Errorf("the state of height %d is not kept: pruning in app.toml; take a backup or weft sync instead", last-1)
	}
	height, hash, err := rollbackComet(cfg.Comet, hard)
	if err != nil {
		return 0, err
	}
	for last, _ = files.Version(); last > height; last, _ = files.Version() {
		if err := files.Rollback(); err != nil {
			return 0, err
		}
	}
	if _, have := files.Version(); last == height && !bytes.Equal(have, hash) {
		return 0, fmt.Errorf("after height %d the state has the app hash %X, the chain %X: take a backup or weft sync", height, have, hash)
	}
	return height, nil
}

func rollbackComet(c *cmtconfig.Config, hard bool) (height int64, hash []byte, err error) {
	var dbs databases
	defer func() { err = errors.Join(err, dbs.close()) }()
	blockDB, err := dbs.provide(&cmtconfig.DBContext{ID: "blockstore", Config: c})
	if err != nil {
		return 0, nil, err
	}
	stateDB, err := dbs.provide(&cmtconfig.DBContext{ID: "state", Config: c})
	if err != nil {
		return 0, nil, err
	}
	states := sm.NewStore(stateDB, sm.StoreOptions{DiscardABCIResponses: c.Storage.DiscardABCIResponses})
	blocks := store.NewBlockStore(blockDB)
	last := blocks.LoadBlockMeta(blocks.Height())
	if last == nil {
		return 0, nil, fmt.Errorf("%s holds no block", c.DBDir())
	}
	height, hash, err = sm.Rollback(blocks, states, hard)
	if err != nil {
		return 0, nil, fmt.Errorf("CometBFT: %w", err)
	}
	// CometBFT takes the version of the rules from its parameters, where nobody put
	// it: ours is what the application tells it.
	at, err := states.Load()
	if err != nil {
		return 0, nil, err
	}
	at.Version.Consensus.App = last.Header.Version.App
	return height, hash, states.Save(at)
}
