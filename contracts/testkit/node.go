package testkit

import (
	"crypto/sha256"
	"fmt"
	"sync"
	"time"

	"github.com/weftchain/weft/app"
	"github.com/weftchain/weft/app/wasm"
	"github.com/weftchain/weft/app/wasm/enginetest"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	wasmpb "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
	"github.com/weftchain/weft/state"
)

// ChainID is the name of the chain.
const ChainID = "weft-testkit"

// node is one state machine with its state: a Chain has one, or two to compare.
type node struct {
	*machinery
	sandbox *app.Sandbox
}

// machinery is the part of a node without state, which chains that were forked
// from each other share.
type machinery struct {
	app    *app.App
	engine *engine

	mu    sync.Mutex // one call at a time
	debug func(contract, text string)
}

// start is the time of genesis.
var start = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

// ground is what all chains of the process stand on.
type ground struct {
	store *state.Store
	base  *app.Sandbox // after genesis, in the first block

	mu     sync.Mutex
	stored map[[32]byte]*app.Sandbox // with the codes of a test, by their sums
}

// The grounds are made when the first test needs them. They stay for the life of
// the process.
var (
	common = sync.OnceValues(func() (*ground, error) { return newGround(layout.Stores(), genesis) })
	mined  = sync.OnceValues(func() (*ground, error) { return newGround(layout.StoresWithLottery(), minedGenesis) })
)

func newGround(stores []string, genesis func() (*app.Genesis, error)) (*ground, error) {
	store, err := state.Open("", state.Options{Stores: stores, CacheBytes: 1 << 20})
	if err != nil {
		return nil, err
	}
	g := &ground{store: store, stored: map[[32]byte]*app.Sandbox{}}
	m, err := g.machinery(&engine{native: enginetest.New()})
	if err != nil {
		return nil, err
	}
	doc, err := genesis()
	if err != nil {
		return nil, err
	}
	g.base, err = m.app.Sandbox(doc, start)
	if err == nil && doc.Lottery != nil { // whose first epoch begins after the first block
		err = g.base.NextBlock(2, start.Add(BlockTime))
	}
	return g, err
}

// machinery wires a state machine.
func (g *ground) machinery(e *engine) (*machinery, error) {
	m := &machinery{engine: e}
	var err error
	m.app, err = app.New(app.Options{
		Store: g.store, Engine: e, ChainID: ChainID,
		TraceEngine: func() (wasm.Engine, error) { return &engine{native: e.native, profiles: true}, nil },
		Debug: func(contract, text string) {
			if m.debug != nil {
				m.debug(contract, text)
			}
		},
	})
	return m, err
}

// newNode starts a state machine that has codes. natively says that the codes
// that are there in Go run so, whatever their bytes are; mines, that there is a
// lottery.
func newNode(codes []deployed, natively, mines bool) (*node, error) {
	ground := common
	if mines {
		ground = mined
	}
	g, err := ground()
	if err != nil {
		return nil, err
	}
	e := &engine{native: enginetest.New()}
	names := sha256.New()
	for _, d := range codes {
		if d.code.native() && (natively || !d.code.compiled()) {
			e.native.AddAs(d.sum, Native(d.code.Go))
		}
		names.Write(d.sum[:])
	}
	m, err := g.machinery(e)
	if err != nil {
		return nil, err
	}
	s, err := g.with(m, [32]byte(names.Sum(nil)), codes)
	return &node{m, s}, err
}

// with returns a state in which the codes are stored, for m.
func (g *ground) with(m *machinery, key [32]byte, codes []deployed) (*app.Sandbox, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if s := g.stored[key]; s != nil {
		return s.Fork(m.app), nil
	}
	s := g.base.Fork(m.app)
	m.engine.lazy = true
	defer func() { m.engine.lazy = false }()
	for _, d := range codes {
		if _, err := s.Do(&wasmpb.MsgStoreCode{Sender: text(authority), WASMByteCode: d.bytes}); err != nil {
			return nil, fmt.Errorf("contract %q: %w", d.name, err)
		}
	}
	g.stored[key] = s
	return s.Fork(m.app), nil
}

// fork returns a node of its own that goes on from here; nil of nil.
func (n *node) fork() *node {
	if n == nil {
		return nil
	}
	n.mu.Lock() // tests that run in parallel may fork one chain
	defer n.mu.Unlock()
	return &node{n.machinery, n.sandbox.Fork(n.app)}
}

// prefix is that of the chain's addresses.
const prefix = chain.Bech32("weft")

func text(addr chain.Address) string { return prefix.Account(addr) }
