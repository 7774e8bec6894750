package chain

import "fmt"

// Env is all that a handler may see: the agreed block, a branch of the state,
// a gas meter and an event list. There is nothing else to reach for: no clock,
// no context bag, no globals.
type Env struct {
	Block *Block
	// Tx is nil outside of a transaction, as in a query.
	Tx     *Tx
	State  Branch
	Gas    *Meter
	Events *Events
	// Calls is shared by everything that one transaction (or query) causes.
	Calls *Calls
}

// Events collects what a branch of work emits.
type Events struct {
	list []Event
	seen int // by an Observer
}

// Emit appends events.
func (e *Events) Emit(events ...Event) { e.list = append(e.list, events...) }

// List returns what was emitted so far, in order. The caller must not change it.
func (e *Events) List() []Event { return e.list }

// Replace puts another list in place of what was emitted.
func (e *Events) Replace(list []Event) { e.list = list }

// Calls is what nested contract calls of one transaction share. Contract
// messages and queries count how deep they nest; Ran remembers which codes were
// loaded, for a second use of a code in the same transaction costs less gas.
type Calls struct {
	MsgDepth   uint64
	QueryDepth uint64
	ran        map[[32]byte]struct{}
	// Trace is for people alone: where a failure came about.
	Trace Trace
	// Observer is told what happens; nil in consensus. What begins on an
	// environment has that one's.
	Observer Observer
}

// Ran reports whether the code with that checksum ran before in this
// transaction, and remembers that it did.
func (c *Calls) Ran(checksum [32]byte) bool {
	if _, ok := c.ran[checksum]; ok {
		return true
	}
	if c.ran == nil {
		c.ran = map[[32]byte]struct{}{}
	}
	c.ran[checksum] = struct{}{}
	return false
}

// NewEnv returns the environment of a block's own work: no transaction and no
// gas limit.
func NewEnv(block *Block, state Branch) *Env {
	return &Env{Block: block, State: state, Gas: NewMeter(NoLimit), Events: &Events{}, Calls: &Calls{}}
}

// Begin returns the environment of a transaction (nil for a query) with a
// branch, a meter and an event list of its own.
func (e *Env) Begin(tx *Tx, gasLimit uint64) *Env {
	return &Env{
		Block: e.Block, Tx: tx, State: e.State.Branch(),
		Gas: NewMeter(gasLimit), Events: &Events{}, Calls: &Calls{Observer: e.Calls.Observer},
	}
}

// Child returns an environment with a branch and an event list of its own and
// this one's meter. Keep takes over what it did; dropping it undoes all but
// the gas.
func (e *Env) Child() *Env {
	return &Env{Block: e.Block, Tx: e.Tx, State: e.State.Branch(), Gas: e.Gas, Events: &Events{}, Calls: e.Calls}
}

// ChildWithGas is Child with a meter of its own, whose use the caller charges
// to this environment's meter when the child has ended.
func (e *Env) ChildWithGas(limit uint64) *Env {
	child := e.Child()
	child.Gas = NewMeter(limit)
	return child
}

// Keep merges the child's writes and appends its events.
func (e *Env) Keep(child *Env) {
	child.State.Merge()
	if e.Calls.Observer != nil {
		e.Calls.Observer.Keep(e, child)
	}
	e.Events.Emit(child.Events.List()...)
}

// Lasting reports whether what is done here may stay: in a transaction of a
// block it may, in a simulation or a query, or if the block was executed before,
// it does not.
func (e *Env) Lasting() bool { return e.Decided() && !e.Block.Again }

// Decided reports whether this is a transaction of a block, so that all nodes
// must come to the same result.
func (e *Env) Decided() bool { return e.Tx != nil && !e.Tx.Simulated }

// Bech32 is the chain's address prefix.
func (e *Env) Bech32() Bech32 { return e.Block.Bech32 }

// CheckAuthority refuses what only the chain's authority may do, unless claimed
// is its address. Without an authority in the parameters nobody may.
func (e *Env) CheckAuthority(claimed string) error {
	addr, err := e.Bech32().ParseAccount(claimed)
	if err != nil {
		return err
	}
	if want := e.Block.Params.Authority; want == "" || addr != want {
		return fmt.Errorf("invalid authority; expected %q, got %q: %w", e.Bech32().Account(want), claimed, ErrUnauthorized)
	}
	return nil
}
