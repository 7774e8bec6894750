package testkit

import (
	"fmt"
	"io"
	"maps"
	"strings"
	"time"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/contracts/sdk"
)

// DefaultGasLimit is the SDK gas that a transaction may use unless the test says
// otherwise: as much as a simulation on a node.
const DefaultGasLimit = 50_000_000

// BlockTime is how much later the next block is.
const BlockTime = 5 * time.Second

// Chain is a chain that a test holds in its hands. What its methods cannot do, for
// a mistake of the test or a fault of the machine, ends the test; what the chain
// refuses is an error, of type *[Error]. A Chain is used by one goroutine.
type Chain struct {
	t        T
	codes    []deployed
	main     *node
	twin     *node             // natively, beside main's wasm; nil with nothing to compare
	names    map[string]string // of addresses, for messages
	gasLimit uint64
	mines    bool   // has a lottery
	nonce    uint64 // of the last ticket
	tracing  *Tracing
	costs    map[string]bool // names that Gas has seen
}

// Option changes what a chain is.
type Option func(*Chain)

func newChain(t T, contracts Contracts, parity bool, options []Option) *Chain {
	t.Helper()
	c := &Chain{t: t, codes: contracts.deploy(t, parity), names: map[string]string{}, costs: map[string]bool{}, gasLimit: DefaultGasLimit}
	for _, o := range options {
		o(c)
	}
	var err error
	if c.main, err = newNode(c.codes, !parity, c.mines); err == nil && parity && contracts.any(Code.both) {
		c.twin, err = newNode(c.codes, true, c.mines)
	}
	c.sound(err)
	if c.twin != nil {
		atEnd(t, c.compareAll)
	}
	return c
}

// sound ends the test if the machine is broken or was used wrongly.
func (c *Chain) sound(err error) {
	if err != nil {
		c.t.Helper()
		c.t.Fatalf("%v", err)
	}
}

// print shows what a contract writes with Debug.
func (c *Chain) print(contract, text string) { c.t.Logf("%s says: %s", c.name(contract), text) }

// Fork returns a chain that goes on from here on its own, for another test: in a
// fuzz target, in each round of a property test, in subtests that begin alike. It
// takes some microseconds.
func (c *Chain) Fork(t T) *Chain {
	t.Helper()
	fork := *c
	fork.t, fork.names = t, map[string]string{}
	maps.Copy(fork.names, c.names)
	fork.main, fork.twin = c.main.fork(), c.twin.fork()
	return &fork
}

// Snapshot is a state of a chain that it can go back to.
type Snapshot struct{ main, twin *node }

// Snapshot notes the state: contracts, balances, block and time.
func (c *Chain) Snapshot() Snapshot { return Snapshot{c.main.fork(), c.twin.fork()} }

// Revert goes back to a snapshot of this chain, as often as it likes.
func (c *Chain) Revert(s Snapshot) { c.main, c.twin = s.main.fork(), s.twin.fork() }

// Native reports whether contracts that are there in Go run natively alone.
func (c *Chain) Native() bool {
	for _, d := range c.codes {
		if d.code.compiled() && !c.main.engine.native.Has(d.sum) {
			return false
		}
	}
	return true
}

// each does something on the chain, and on the one beside it.
func (c *Chain) each(do func(n *node) error) {
	c.t.Helper()
	c.sound(do(c.main))
	if c.twin != nil {
		c.sound(do(c.twin))
	}
}

// Account returns the address of a named account and makes the account. With
// coins ("5uweft,3atest") it has these of each denom that they name.
func (c *Chain) Account(name string, coins ...string) sdk.Addr {
	c.t.Helper()
	addr := Key(name).PubKey().Address()
	c.each(func(n *node) error { return n.sandbox.CreateAccount(addr) })
	c.names[text(addr)] = name
	for _, list := range coins {
		c.SetBalance(sdk.Addr(text(addr)), list)
	}
	return sdk.Addr(text(addr))
}

// Authority returns the address that may change the chain's parameters, pin codes
// and call Sudo.
func (c *Chain) Authority() sdk.Addr { return sdk.Addr(text(authority)) }

// SetBalance makes or destroys coins until an account, or a contract, has so many
// ("5uweft,0atest"). Denoms that are not named stay as they are.
func (c *Chain) SetBalance(addr sdk.Addr, coins string) {
	c.t.Helper()
	who := c.address(addr)
	for _, one := range strings.Split(coins, ",") {
		coin, err := chain.ParseCoin(one)
		if err != nil {
			c.t.Fatalf("coins %q: %v", coins, err)
		}
		c.each(func(n *node) error { return n.sandbox.SetBalance(who, coin) })
	}
}

// Balance returns how much an account has of a denom. For amounts above 2^64-1
// there is Balances.
func (c *Chain) Balance(addr sdk.Addr, denom string) uint64 {
	c.t.Helper()
	n, ok := c.balances(addr).AmountOf(denom).Uint64()
	if !ok {
		c.t.Fatalf("%s has more than 2^64-1 %s: ask Balances", c.name(string(addr)), denom)
	}
	return n
}

// Balances returns all that an account has, sorted by denom: "3atest,5uweft".
func (c *Chain) Balances(addr sdk.Addr) string {
	c.t.Helper()
	return c.balances(addr).String()
}

func (c *Chain) balances(addr sdk.Addr) chain.Coins {
	c.t.Helper()
	coins, err := c.main.sandbox.Balances(c.address(addr))
	c.sound(err)
	return coins
}

// address reads an address text.
func (c *Chain) address(addr sdk.Addr) chain.Address {
	c.t.Helper()
	a, err := prefix.ParseAccount(string(addr))
	if err != nil {
		c.t.Fatalf("address %q: %v", addr, err)
	}
	return a
}

// Height returns the height of the block that transactions are put into.
func (c *Chain) Height() uint64 { return uint64(c.main.sandbox.Block().Height) }

// Time returns the time of the block.
func (c *Chain) Time() time.Time { return c.main.sandbox.Block().Time }

// NextBlock begins the next block, BlockTime later.
func (c *Chain) NextBlock() {
	c.t.Helper()
	c.skip(1, BlockTime)
}

// Advance begins the next block so much later.
func (c *Chain) Advance(d time.Duration) {
	c.t.Helper()
	c.skip(1, d)
}

// AdvanceBlocks begins the block that is n higher, BlockTime later for each. The
// blocks between are left out, but for a chain with a lottery.
func (c *Chain) AdvanceBlocks(n uint64) {
	c.t.Helper()
	c.skip(n, time.Duration(n)*BlockTime)
}

func (c *Chain) skip(blocks uint64, d time.Duration) {
	c.t.Helper()
	b := c.main.sandbox.Block()
	if c.mines && blocks > 1 { // epochs end at certain heights
		for i := range blocks - 1 {
			at := b.Time.Add(d / time.Duration(blocks) * time.Duration(i+1))
			c.each(func(n *node) error { return n.sandbox.NextBlock(b.Height+int64(i)+1, at) })
		}
	}
	c.each(func(n *node) error { return n.sandbox.NextBlock(b.Height+int64(blocks), b.Time.Add(d)) })
}

// SetGasLimit sets the SDK gas that each transaction may use from now on.
func (c *Chain) SetGasLimit(gas uint64) { c.gasLimit = gas }

// Tracing says what is done with traces.
type Tracing struct {
	// Text gets the tree of calls of each transaction, with what they read and
	// write, their events and their gas; a *testing.T's Output is a good place.
	// nil leaves it at Result.Trace and Error.Trace.
	Text io.Writer
	// Profile puts into the traces where contracts in wasm use their gas, by their
	// functions: see the method WriteProfile of a trace.
	Profile bool
}

// Trace makes a trace of each transaction from now on; nil ends that. It takes
// much longer, and changes no result.
func (c *Chain) Trace(how *Tracing) { c.tracing = how }

// CodeID returns the number of a contract's code.
func (c *Chain) CodeID(name string) uint64 {
	c.t.Helper()
	for i, d := range c.codes {
		if d.name == name {
			return uint64(i) + 1
		}
	}
	c.t.Fatalf("no contract %q: there are %s", name, codeNames(c.codes))
	return 0
}

func codeNames(codes []deployed) string {
	names := make([]string, len(codes))
	for i, d := range codes {
		names[i] = d.name
	}
	return strings.Join(names, ", ")
}

// name is what messages call an address.
func (c *Chain) name(addr string) string {
	if name, ok := c.names[addr]; ok {
		return name
	}
	return addr
}

// named puts names in the place of addresses.
func (c *Chain) named(text string) string {
	for addr, name := range c.names {
		text = strings.ReplaceAll(text, addr, fmt.Sprintf("<%s>", name))
	}
	return text
}
