package testkit

import (
	"crypto/sha256"
	"fmt"
	"sync"
	"time"

	"github.com/weftchain/weft/app"
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
	app     *app.App
	engine  *engine
	sandbox *app.Sandbox
	debug   func(contract, text string)
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

// common makes the ground when the first test needs it. It stays for the life of
// the process.
var common = sync.OnceValues(func() (*ground, error) {
	store, err := state.Open("", state.Options{Stores: layout.Stores(), CacheBytes: 1 << 20})
	if err != nil {
		return nil, err
	}
	g := &ground{store: store, stored: map[[32]byte]*app.Sandbox{}}
	n, err := g.node(&engine{native: enginetest.New()})
	if err != nil {
		return nil, err
	}
	doc, err := genesis()
	if err != nil {
		return nil, err
	}
	g.base, err = n.app.Sandbox(doc, start)
	return g, err
})

// node wires a state machine without state.
func (g *ground) node(e *engine) (*node, error) {
	n := &node{engine: e}
	var err error
	n.app, err = app.New(app.Options{Store: g.store, Engine: e, ChainID: ChainID, Debug: func(contract, text string) {
		if n.debug != nil {
			n.debug(contract, text)
		}
	}})
	return n, err
}

// newNode starts a state machine that has codes. natively says that the codes
// that are there in Go run so, whatever their bytes are.
func newNode(codes []deployed, natively bool) (*node, error) {
	g, err := common()
	if err != nil {
		return nil, err
	}
	e := &engine{native: enginetest.New()}
	names := sha256.New()
	for _, d := range codes {
		if d.code.native() && (natively || !d.code.compiled()) {
			e.native.AddCode(d.bytes, Native(d.code.Go))
		}
		names.Write(d.sum[:])
	}
	n, err := g.node(e)
	if err != nil {
		return nil, err
	}
	n.sandbox, err = g.with(n, [32]byte(names.Sum(nil)), codes)
	return n, err
}

// with returns a state in which the codes are stored, for n.
func (g *ground) with(n *node, key [32]byte, codes []deployed) (*app.Sandbox, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if s := g.stored[key]; s != nil {
		return s.Fork(n.app), nil
	}
	s := g.base.Fork(n.app)
	n.engine.lazy = true
	defer func() { n.engine.lazy = false }()
	for _, d := range codes {
		if _, err := s.Do(&wasmpb.MsgStoreCode{Sender: text(authority), WASMByteCode: d.bytes}); err != nil {
			return nil, fmt.Errorf("contract %q: %w", d.name, err)
		}
	}
	g.stored[key] = s
	return s.Fork(n.app), nil
}

// fork returns a state machine of its own that goes on from here.
func (n *node) fork() (*node, error) {
	g, err := common()
	if err != nil {
		return nil, err
	}
	out, err := g.node(&engine{native: n.engine.native})
	if err == nil {
		out.sandbox = n.sandbox.Fork(out.app)
	}
	return out, err
}

// prefix is that of the chain's addresses.
const prefix = chain.Bech32("weft")

func text(addr chain.Address) string { return prefix.Account(addr) }
