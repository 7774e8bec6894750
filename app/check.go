package app

import (
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/tx"
)

// Lane is the queue of a mempool that a transaction belongs to.
type Lane string

// LaneDefault holds every transaction that pays for itself.
const LaneDefault Lane = "default"

// LaneTickets holds the lottery's tickets, which pay with work.
const LaneTickets Lane = "tickets"

// Checked is what a mempool must know of a transaction.
type Checked struct {
	chain.Result
	// Sender and Sequence order the transactions of one account.
	Sender   chain.Address
	Sequence uint64
	// Priority is larger for those who pay more for gas.
	Priority int64
	Lane     Lane
}

// Check judges whether a transaction may wait for a block: it walks the first
// steps of deliver on a branch of its own, on top of what it has let in since
// the last block, and runs no message. The error is a fault of this node.
func (a *App) Check(raw []byte) (Checked, error) {
	a.checking.Lock()
	defer a.checking.Unlock()
	if err := a.ensureCheck(); err != nil {
		return Checked{}, err
	}
	return a.checkOn(a.check, raw)
}

func (a *App) checkOn(block *chain.Env, raw []byte) (Checked, error) {
	t, err := a.decode(raw, block.Block.Params)
	if err != nil {
		return checked(outcome(block.Begin(nil, 0), nil, nil, err))
	}
	if u, ok := a.unpaidIn(t); ok {
		return a.checkUnpaid(block, u)
	}
	env := block.Begin(nil, t.GasLimit())
	if err = checkGas(block.Block, t); err == nil {
		err = a.admit(env, t, selective{a.signatures, a.minGasPrices})
	}
	if err == nil {
		env.State.Merge()
	}
	c, fault := checked(outcome(env, t, nil, err))
	if fault == nil && c.OK() {
		c.Data = nil // nothing ran yet
		// Whoever pays, it is the first signer's sequence that orders them.
		if signers, err := t.Signers(block.Bech32()); err == nil && len(signers) > 0 {
			c.Sender = signers[0]
		}
		c.Sequence = t.AuthInfo.SignerInfos[0].Sequence
		c.Priority, c.Lane = priority(t), LaneDefault
	}
	return c, fault
}

// selective is the verifier of checks: it asks for a fee.
type selective struct {
	*signatures
	prices GasPrices
}

// JudgeFee refuses what offers less than this node asks for.
func (s selective) JudgeFee(t *tx.Tx) error { return s.prices.check(t) }

func checked(res chain.Result, err error) (Checked, error) { return Checked{Result: res}, err }

// ensureCheck makes the state that transactions are checked against, before the
// first block.
func (a *App) ensureCheck() error {
	if a.check != nil {
		return nil
	}
	return a.makeCheck()
}

// resetCheck drops what was let in and starts anew from the last commit: what
// still waits is checked again by the mempool.
func (a *App) resetCheck() error {
	a.checking.Lock()
	defer a.checking.Unlock()
	return a.makeCheck()
}

func (a *App) makeCheck() error {
	view := a.store.Latest()
	block := &chain.Block{ChainID: a.chainID, Height: view.Height() + 1}
	if last := a.last.Load(); last != nil {
		block.Time = last.Time
	}
	branch := view.Branch()
	if a.genesis != nil && view.Height() == 0 {
		block.Height, block.Time = a.genesis.firstHeight, a.genesis.time
		if err := a.genesis.apply(a, branch); err != nil {
			view.Close()
			return err
		}
	}
	env, err := a.env(block, branch)
	if err != nil {
		view.Close()
		return err
	}
	if a.view != nil {
		a.view.Close()
	}
	a.view, a.check, a.dear, a.waiting = view, env, 0, 0
	return nil
}
