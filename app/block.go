package app

import (
	"errors"
	"fmt"
	"time"

	"github.com/weftchain/weft/app/valset"
	"github.com/weftchain/weft/chain"
)

// Update is a validator's voting power after a block.
type Update = valset.Power

// BlockInput is a decided block.
type BlockInput struct {
	Height   int64
	Time     time.Time
	Hash     []byte
	Proposer []byte
	// NextValidatorsHash is that of the header.
	NextValidatorsHash []byte
	Txs                [][]byte
	// Votes are the commit of the block before, Misbehaviour what was proved
	// since.
	Votes        []chain.Vote
	Misbehaviour []chain.Misbehaviour
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
		AppHash: a.hashBefore(), NextValidatorsHash: in.NextValidatorsHash,
	}
	env, err := a.env(block, branch)
	if err != nil {
		return BlockResult{}, err
	}
	if err := a.beginBlock(env, in); err != nil {
		return BlockResult{}, fmt.Errorf("begin of block %d: %w", in.Height, err)
	}
	res := BlockResult{Txs: make([]chain.Result, len(in.Txs))}
	for i, raw := range in.Txs {
		if res.Txs[i], err = a.deliver(env, i, raw); err != nil {
			return BlockResult{}, fmt.Errorf("block %d, transaction %d: %w", in.Height, i, err)
		}
	}
	if res.Updates, err = a.endBlock(env); err != nil {
		return BlockResult{}, fmt.Errorf("end of block %d: %w", in.Height, err)
	}
	res.Events = env.Events.List()
	if res.AppHash, err = a.store.Stage(branch, in.Height); err != nil {
		return BlockResult{}, fmt.Errorf("block %d: %w", in.Height, err)
	}
	a.pending = env.Block
	return res, nil
}

// hashBefore is the app hash in the header of the block that comes next: that of
// the last commit, or of genesis.
func (a *App) hashBefore() []byte {
	height, hash := a.store.Version()
	if height == 0 && a.genesis != nil {
		return a.genesis.hash
	}
	return hash
}

// beginBlock mints, shares what the block before earned, then counts who signed it and
// punishes what was proved, in the order of the reference: who is slashed now
// still gets its part of the block before.
func (a *App) beginBlock(env *chain.Env, in BlockInput) error {
	if err := a.upgrade.BeginBlock(env); err != nil {
		return err
	}
	if err := a.auth.BeginBlock(env); err != nil {
		return err
	}
	if a.lottery != nil {
		if err := a.lottery.BeginBlock(env, in.Votes); err != nil {
			return err
		}
	}
	if err := a.mint.BeginBlock(env); err != nil {
		return err
	}
	if err := a.distribution.BeginBlock(env, in.Votes); err != nil {
		return err
	}
	if err := a.slashing.BeginBlock(env, in.Votes, in.Misbehaviour); err != nil {
		return err
	}
	if err := a.staking.BeginBlock(env); err != nil {
		return err
	}
	markMode(env, "BeginBlock")
	return nil
}

// endBlock ends what is due and decides who validates.
func (a *App) endBlock(env *chain.Env) ([]Update, error) {
	before := env.Events.List()
	env.Events.Replace(nil)
	if err := a.feegrant.EndBlock(env); err != nil {
		return nil, err
	}
	updates, err := a.validators(env)
	markMode(env, "EndBlock")
	env.Events.Replace(append(before, env.Events.List()...))
	return updates, err
}

// validators asks those who know for the set that shall validate and returns
// what CometBFT is told. Nothing else makes validator updates.
func (a *App) validators(env *chain.Env) ([]Update, error) {
	set, err := a.staking.EndBlock(env)
	if err != nil {
		return nil, err
	}
	wished := make([]valset.Power, len(set))
	for i, p := range set {
		wished[i] = valset.Power{PubKey: p.PubKey, Power: p.Power}
	}
	mined, err := a.mined(env, wished)
	if err != nil {
		return nil, err
	}
	return valset.Emit(env, append(wished, mined...))
}

// markMode says of events that no transaction caused where they come from
// (cosmos-wire facts, section 9).
func markMode(env *chain.Env, mode string) {
	list := env.Events.List()
	marked := make([]chain.Event, len(list))
	for i, e := range list {
		e.Attributes = append(append([]chain.Attribute(nil), e.Attributes...), chain.Attribute{Key: "mode", Value: mode})
		marked[i] = e
	}
	env.Events.Replace(marked)
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
