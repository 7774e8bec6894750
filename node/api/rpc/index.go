package rpc

import (
	"context"
	"sync/atomic"
	"time"

	rpccore "github.com/cometbft/cometbft/rpc/core"
	"github.com/cometbft/cometbft/state/txindex/null"
)

// index knows how far CometBFT's index is. It is written after the state is
// durable and the events are out; who has seen a transaction's effect may find
// it in the index all the same, because the door waits a moment.
type index struct {
	env  *rpccore.Environment
	off  bool
	done atomic.Int64
	// last remembers a block's last transaction: to read a block costs more
	// than to look into the index.
	last atomic.Pointer[lastTx]
}

type lastTx struct {
	height int64
	hash   []byte
}

func newIndex(env *rpccore.Environment) *index {
	_, off := env.TxIndexer.(*null.TxIndex)
	return &index{env: env, off: off || env.TxIndexer == nil}
}

// wait returns when the index has a height, or after indexTime: then the search
// finds what it finds.
func (x *index) wait(ctx context.Context, height int64) {
	if x.off || height <= x.done.Load() || x.has(height) {
		return
	}
	timer := time.NewTimer(indexTime)
	defer timer.Stop()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if x.has(height) {
				return
			}
		case <-timer.C:
			return
		case <-ctx.Done():
			return
		}
	}
}

// has looks whether the index has a height. A block's own events come first, its
// transactions after them in one batch, so the last transaction tells.
func (x *index) has(height int64) bool {
	if height <= x.done.Load() {
		return true
	}
	meta := x.env.BlockStore.LoadBlockMeta(height)
	if meta == nil {
		return false
	}
	if indexed, err := x.env.BlockIndexer.Has(height); err != nil || !indexed {
		return false
	}
	if meta.NumTxs > 0 {
		last := x.lastOf(height)
		if last == nil {
			return false
		}
		res, err := x.env.TxIndexer.Get(last.hash)
		if err != nil || res == nil || res.Height < height {
			return false
		}
	}
	for { // others may be further by now
		done := x.done.Load()
		if height <= done || x.done.CompareAndSwap(done, height) {
			return true
		}
	}
}

func (x *index) lastOf(height int64) *lastTx {
	if last := x.last.Load(); last != nil && last.height == height {
		return last
	}
	block := x.env.BlockStore.LoadBlock(height)
	if block == nil || len(block.Txs) == 0 {
		return nil
	}
	last := &lastTx{height, block.Txs[len(block.Txs)-1].Hash()}
	x.last.Store(last)
	return last
}
