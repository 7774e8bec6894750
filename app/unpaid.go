package app

import (
	"fmt"

	"github.com/weftchain/weft/app/lottery"
	"github.com/weftchain/weft/chain"
	lotterypb "github.com/weftchain/weft/proto/weft/lottery/v1"
	"github.com/weftchain/weft/tx"
)

// A miner has no coins yet, and a node that won a seat has no account's key. So
// two messages need neither signature nor fee nor gas if they stand alone: a
// ticket, which pays with its work, and the answer to a win, which the consensus
// key signs and of which an operator has one an epoch.

// maxTicketBytes bounds a ticket's transaction; one with everything in it has
// about 280.
const maxTicketBytes = 512

// maxWaiting is how many tickets may wait for this node's next block: sixteen
// lanes of them; more would take room from those who pay fees.
const maxWaiting = 1024

// maxDear is how many tickets this node verifies between two commits before it
// asks senders to come back: six blocks of them cost it less than a tenth of a
// second.
const maxDear = 384

// checkBare refuses what a transaction that nobody pays for has no use for.
func checkBare(t *tx.Tx) error {
	fee := t.AuthInfo.Fee
	switch {
	case t.Size > maxTicketBytes:
		return fmt.Errorf("a transaction of %d bytes that nobody pays for, at most %d: %w", t.Size, maxTicketBytes, lottery.ErrLarge)
	case len(t.Raw.Signatures) > 0 || len(t.AuthInfo.SignerInfos) > 0:
		return fmt.Errorf("a ticket's transaction is not signed: %w", lottery.ErrForm)
	case fee != nil && (len(fee.Amount) > 0 || fee.GasLimit > 0 || fee.Payer != "" || fee.Granter != ""):
		return fmt.Errorf("a ticket's transaction has no fee and no gas: %w", lottery.ErrForm)
	case t.AuthInfo.Tip != nil || t.Body.Memo != "" || t.Body.TimeoutHeight != 0 || t.Body.TimeoutTimestamp != nil || t.Body.Unordered ||
		len(t.Body.ExtensionOptions) > 0 || len(t.Body.NonCriticalExtensionOptions) > 0:
		return fmt.Errorf("a ticket's transaction holds the ticket and nothing else: %w", lottery.ErrForm)
	}
	return nil
}

// unpaid is a transaction that nobody pays for: one of the two.
type unpaid struct {
	tx     *tx.Tx
	ticket *lotterypb.MsgSubmitTicket
	ready  *lotterypb.MsgReady
}

// unpaidIn returns such a transaction. One with a ticket is always meant as
// one, so that what is wrong with it is told in its words; an answer that is
// signed by an account is a transaction as any other.
func (a *App) unpaidIn(t *tx.Tx) (*unpaid, bool) {
	if a.lottery == nil || len(t.Msgs) != 1 {
		return nil, false
	}
	u := &unpaid{tx: t}
	switch m := t.Msgs[0].Value.(type) {
	case *lotterypb.MsgSubmitTicket:
		u.ticket = m
	case *lotterypb.MsgReady:
		u.ready = m
		if len(t.Raw.Signatures) > 0 || len(t.AuthInfo.SignerInfos) > 0 {
			return nil, false
		}
	default:
		return nil, false
	}
	return u, true
}

// deliverUnpaid runs such a transaction. It uses no gas.
func (a *App) deliverUnpaid(env *chain.Env, u *unpaid) (chain.Result, error) {
	responses, err := a.runUnpaid(env, u)
	if err == nil {
		env.State.Merge()
	}
	return outcome(env, u.tx, responses, err)
}

func (a *App) runUnpaid(env *chain.Env, u *unpaid) (responses []chain.Response, err error) {
	defer recovered(&err)
	if err := checkBare(u.tx); err != nil {
		return nil, err
	}
	child := env.Child()
	var res chain.Message
	if u.ticket != nil {
		res, err = a.lottery.Submit(child, u.ticket)
	} else {
		res, err = a.lottery.Ready(child, u.ready)
	}
	if err != nil {
		return nil, err
	}
	if err := markEvents(child, u.tx.Msgs[0], 0); err != nil {
		return nil, err
	}
	value, err := res.Marshal()
	if err != nil {
		return nil, err
	}
	env.Keep(child)
	return []chain.Response{{TypeURL: tx.TypeURL(res), Value: value}}, nil
}

// checkUnpaid judges whether such a transaction may wait for a block. Tickets
// are ranked among those that wait. How many wait, and how many are verified, is
// bounded between two commits, for a ticket costs its sender no fee and a false
// one little work.
func (a *App) checkUnpaid(block *chain.Env, u *unpaid) (Checked, error) {
	env := block.Begin(nil, 0)
	err := checkBare(u.tx)
	if err == nil && u.ticket != nil {
		err = a.bound(env, u.ticket)
	}
	var responses []chain.Response
	if err == nil {
		responses, err = a.runUnpaid(env, u)
	}
	if err == nil {
		env.State.Merge()
		if u.ticket != nil {
			a.waiting++
		}
	}
	c, fault := checked(outcome(env, u.tx, responses, err))
	if fault == nil && c.OK() {
		c.Data, c.Lane = nil, LaneTickets // nothing ran yet
	}
	return c, fault
}

// bound refuses what is more than this node takes between two commits.
func (a *App) bound(env *chain.Env, m *lotterypb.MsgSubmitTicket) error {
	seen, err := a.lottery.Glance(env, m)
	if err != nil {
		return err
	}
	if a.waiting >= maxWaiting {
		return lottery.ErrCrowd
	}
	if a.lottery.Proved(seen) {
		return nil
	}
	if a.dear++; a.dear > maxDear {
		return lottery.ErrBusy
	}
	return nil
}
