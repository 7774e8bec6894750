package node

import (
	"errors"
	"time"

	cmtconfig "github.com/cometbft/cometbft/config"
	"github.com/cometbft/cometbft/store"
)

// LastBlockTime is the time of the last block of a home whose node does not run;
// the zero time if there is none.
func (c Config) LastBlockTime() (at time.Time, err error) {
	if c.Comet == nil || !exists(c.Comet.DBDir()) {
		return at, nil
	}
	var dbs databases
	defer func() { err = errors.Join(err, dbs.close()) }()
	db, err := dbs.provide(&cmtconfig.DBContext{ID: "blockstore", Config: c.Comet})
	if err != nil {
		return at, err
	}
	blocks := store.NewBlockStore(db)
	if meta := blocks.LoadBlockMeta(blocks.Height()); meta != nil {
		at = meta.Header.Time
	}
	return at, nil
}

// blockTime reads a block's time out of CometBFT's block store.
func (n *running) blockTime(height int64) (time.Time, bool) {
	if n.comet == nil {
		return time.Time{}, false
	}
	meta := n.comet.BlockStore().LoadBlockMeta(height)
	if meta == nil {
		return time.Time{}, false
	}
	return meta.Header.Time, true
}
