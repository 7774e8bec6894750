package app

import (
	"fmt"
	"time"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/chain/trace"
	"github.com/weftchain/weft/state"
	"github.com/weftchain/weft/tx"
)

// Sandbox is the state machine on a branch that is never committed: whoever
// holds it decides when blocks begin and which transactions are in them, and
// may go back. It is for tests of contracts; a node has none. Signatures are
// believed, and gas is what a simulation says. A Sandbox is used by one
// goroutine at a time; those that were forked from each other are independent.
type Sandbox struct {
	app    *App
	branch chain.Branch
	frozen bool // others stand on branch, so nobody may write to it
	block  chain.Block
	txs    uint32 // in the block

	written []Write
}

// Sandbox applies a genesis and begins the first block, at a height of 1.
func (a *App) Sandbox(g *Genesis, at time.Time) (*Sandbox, error) {
	if err := g.Validate(); err != nil {
		return nil, err
	}
	s := &Sandbox{app: a, branch: a.store.Branch(), block: chain.Block{ChainID: a.chainID, Time: at.UTC()}}
	in := &genesisInput{doc: g, time: at.UTC(), firstHeight: 1}
	if err := in.apply(a, s.branch); err != nil {
		return nil, err
	}
	return s, s.begin(1, at)
}

// Fork returns a sandbox that goes on from here on its own, as does this one.
// The App, which must have the same store, runs what happens in the new one.
func (s *Sandbox) Fork(a *App) *Sandbox {
	s.frozen = true
	fork := *s
	fork.app = a
	return &fork
}

// Block is the block that transactions are put into.
func (s *Sandbox) Block() chain.Block { return s.block }

// NextBlock ends the block and begins another, which must be later.
func (s *Sandbox) NextBlock(height int64, at time.Time) error {
	if height <= s.block.Height || at.Before(s.block.Time) {
		return fmt.Errorf("block %d at %s cannot follow block %d at %s", height, at, s.block.Height, s.block.Time)
	}
	if _, err := s.app.endBlock(s.env()); err != nil {
		return fmt.Errorf("end of block %d: %w", s.block.Height, err)
	}
	return s.begin(height, at)
}

func (s *Sandbox) begin(height int64, at time.Time) error {
	s.block.Height, s.block.Time, s.txs = height, at.UTC(), 0
	env, err := s.app.env(&s.block, s.writable())
	if err != nil {
		return err
	}
	s.block = *env.Block // with the parameters that count from now on
	if err := s.app.beginBlock(env, BlockInput{Height: height, Time: at}); err != nil {
		return fmt.Errorf("begin of block %d: %w", height, err)
	}
	return nil
}

// writable is the branch that writes go to.
func (s *Sandbox) writable() chain.Branch {
	if s.frozen {
		s.branch, s.frozen = s.branch.Branch(), false
	}
	return s.branch
}

// env is the environment of work that lasts.
func (s *Sandbox) env() *chain.Env {
	block := s.block
	return chain.NewEnv(&block, s.writable())
}

// Deliver takes a transaction through its whole life. The error is a fault.
func (s *Sandbox) Deliver(raw []byte) (chain.Result, error) { return s.deliver(raw, nil) }

// TraceDeliver is Deliver with a trace.
func (s *Sandbox) TraceDeliver(raw []byte, t Tracing) (chain.Result, *trace.Trace, error) {
	r, err := s.app.recorder(t)
	if err != nil {
		return chain.Result{}, nil, err
	}
	res, err := s.deliver(raw, r)
	if err != nil {
		return res, nil, err
	}
	out := r.Finish(res)
	out.Kind, out.ChainID, out.Height, out.Hash = trace.KindTransaction, s.block.ChainID, s.block.Height, hashText(raw)
	return res, out, nil
}

func (s *Sandbox) deliver(raw []byte, o chain.Observer) (chain.Result, error) {
	env := s.env()
	env.State = env.State.Branch()
	env.Calls.Observer = o
	res, err := s.app.deliverWith(believes{}, env, int(s.txs), raw)
	s.txs++
	s.written = nil
	state.Writes(env.State, func(store string, key, value []byte) {
		s.written = append(s.written, Write{store, key, value})
	})
	env.State.Merge()
	return res, err
}

// Write is what a transaction wrote to a key at last. A nil value deletes.
type Write struct {
	Store      string
	Key, Value []byte
}

// Written returns what the last transaction wrote, in the order of stores and
// keys.
func (s *Sandbox) Written() []Write { return s.written }

// Do handles a message as if its signers had sent it, without a transaction's
// gas, and keeps what it does unless there is an error.
func (s *Sandbox) Do(msg chain.Message) (chain.Response, error) {
	env := s.env()
	child := env.Begin(&chain.Tx{Index: s.txs}, chain.NoLimit)
	res, err := s.app.handle(child, tx.Msg{TypeURL: tx.TypeURL(msg), Value: msg})
	if err == nil {
		child.State.Merge()
	}
	return res, err
}

// Query answers a method's path ("/package.Service/Method") over the state as
// it is. The error is the method's own.
func (s *Sandbox) Query(path string, data []byte) ([]byte, error) {
	route, known := s.app.queries[path]
	if !known {
		return nil, fmt.Errorf("unknown query path %q: %w", path, chain.ErrUnknownRequest)
	}
	req := route.New()
	if err := req.Unmarshal(data); err != nil {
		return nil, fmt.Errorf("request: %w", err)
	}
	env := s.look().Begin(nil, s.app.limitGas(&s.block))
	res, err := route.Handle(env, req)
	if err != nil {
		return nil, chain.WithPath(env, err)
	}
	return res.Marshal()
}

// look is an environment for reading.
func (s *Sandbox) look() *chain.Env {
	block := s.block
	return chain.NewEnv(&block, s.branch)
}

// Account returns an account's sequence, and whether there is one.
func (s *Sandbox) Account(addr chain.Address) (sequence uint64, exists bool, err error) {
	acc, err := s.app.auth.Get(s.look(), addr)
	if acc == nil || err != nil {
		return 0, false, err
	}
	return acc.Sequence, true, nil
}

// CreateAccount makes an account if there is none.
func (s *Sandbox) CreateAccount(addr chain.Address) error {
	exists, err := s.app.auth.Exists(s.look(), addr)
	if exists || err != nil {
		return err
	}
	return s.app.auth.Create(s.env(), addr)
}

// Balances returns what an account has.
func (s *Sandbox) Balances(addr chain.Address) (chain.Coins, error) {
	return s.app.bank.Balances(s.look(), addr)
}

// SetBalance makes or destroys coins until an account has so many of them. The
// supply goes along.
func (s *Sandbox) SetBalance(addr chain.Address, coin chain.Coin) error {
	env := s.env()
	have, err := s.app.bank.Balance(env, addr, coin.Denom)
	if err != nil {
		return err
	}
	if more, ok := coin.Amount.Sub(have); ok {
		if more.IsZero() {
			return nil
		}
		return s.app.bank.Mint(env, addr, chain.Coins{{Denom: coin.Denom, Amount: more}})
	}
	less, _ := have.Sub(coin.Amount)
	burn := chain.Coins{{Denom: coin.Denom, Amount: less}}
	if err := s.app.bank.Send(env, addr, layout.ModuleAddress(layout.WasmModule), burn); err != nil {
		return err
	}
	return s.app.bank.BurnFrom(env, layout.WasmModule, burn)
}

// Each visits the entries of a store under a prefix, in the order of their keys.
// What visit gets must not be changed.
func (s *Sandbox) Each(store string, prefix []byte, visit func(key, value []byte)) error {
	it, err := s.branch.Iterate(store, prefix, chain.PrefixEnd(prefix), false)
	if err != nil {
		return err
	}
	for ; it.Valid(); it.Next() {
		visit(it.Key(), it.Value())
	}
	if err := it.Error(); err != nil {
		_ = it.Close()
		return err
	}
	return it.Close()
}

// Get reads a key of a store, nil if it is not there.
func (s *Sandbox) Get(store string, key []byte) ([]byte, error) { return s.branch.Get(store, key) }

// Set writes a key of a store, without asking the rules.
func (s *Sandbox) Set(store string, key, value []byte) { s.writable().Set(store, key, value) }
