package app

import (
	"errors"
	"fmt"
	"time"

	"github.com/weftchain/weft/app/staking"
	"github.com/weftchain/weft/chain"
)

// Update is a validator's voting power after a block.
type Update = staking.Update

// BlockInput is a decided block.
type BlockInput struct {
	Height   int64
	Time     time.Time
	Hash     []byte
	Proposer []byte
	Txs      [][]byte
}

// BlockResult is what a block did. AppHash is the state after it.
type BlockResult struct {
	Txs     []chain.Result
	Events  []chain.Event
	Updates []Update
	AppHash []byte
}

// Execute runs a decided block on a branch and stages what it wrote; nothing is
// durable before Commit. It may be called again for the same height: the
// earlier run is dropped. The error is a fault of this node.
func (a *App) Execute(in BlockInput) (BlockResult, error) {
	branch, err := a.startBranch(in.Height)
	if err != nil {
		return BlockResult{}, err
	}
	block := &chain.Block{
		ChainID: a.chainID, Height: in.Height, Time: in.Time.UTC(), Hash: in.Hash, Proposer: in.Proposer,
	}
	env, err := a.env(block, branch)
	if err != nil {
		return BlockResult{}, err
	}
	if err := a.auth.BeginBlock(env); err != nil {
		return BlockResult{}, fmt.Errorf("block %d: %w", in.Height, err)
	}
	res := BlockResult{Txs: make([]chain.Result, len(in.Txs))}
	for i, raw := range in.Txs {
		if res.Txs[i], err = a.deliver(env, i, raw); err != nil {
			return BlockResult{}, fmt.Errorf("block %d, transaction %d: %w", in.Height, i, err)
		}
	}
	if err := a.feegrant.EndBlock(env); err != nil {
		return BlockResult{}, fmt.Errorf("end of block %d: %w", in.Height, err)
	}
	res.Events = env.Events.List()
	if res.AppHash, err = a.store.Stage(branch, in.Height); err != nil {
		return BlockResult{}, fmt.Errorf("block %d: %w", in.Height, err)
	}
	a.pending = env.Block
	return res, nil
}

// startBranch is what a block starts from: the last commit, or the state of
// genesis for the first.
func (a *App) startBranch(height int64) (chain.Branch, error) {
	last, _ := a.store.Version()
	if last > 0 && height != last+1 {
		return nil, fmt.Errorf("block %d does not follow height %d of the state", height, last)
	}
	branch := a.store.Branch()
	if last > 0 {
		return branch, nil
	}
	if a.genesis == nil {
		return nil, errors.New("a block before genesis")
	}
	return branch, a.genesis.apply(a, branch)
}

// Commit makes the executed block durable and shows it to queries and checks.
func (a *App) Commit() error {
	if a.pending == nil {
		return errors.New("commit without a block")
	}
	a.next.Store(a.pending) // a query may see the new state before Commit returns
	if err := a.store.Commit(); err != nil {
		return err
	}
	a.last.Store(a.pending)
	a.pending = nil
	return a.resetCheck()
}
