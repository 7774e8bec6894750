package app

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/weftchain/weft/app/lottery"
	"github.com/weftchain/weft/chain"
	lotterypb "github.com/weftchain/weft/proto/weft/lottery/v1"
	"github.com/weftchain/weft/tx"
)

// Tickets are transactions that nobody signs and that cost no gas. They stand
// first in a block, the best first, as many as the lottery's parameters allow,
// and each is true: its epoch takes tickets, its digest is below the target.
// Those checks depend on the block and on the state before it alone, so whatever
// Prepare makes every Process accepts. What else may fail fails when the block
// is executed.

type ticketTx = *tx.Tx

// maxTicketBytes bounds a ticket's transaction; one with everything in it has
// about 280.
const maxTicketBytes = 512

// maxDear is how many tickets this node verifies between two commits before it
// asks senders to come back: six blocks of them cost it less than a tenth of a
// second.
const maxDear = 384

// checkTicketForm refuses what a ticket has no use for: its bytes are paid by
// nobody.
func checkTicketForm(t *tx.Tx) error {
	fee := t.AuthInfo.Fee
	switch {
	case t.Size > maxTicketBytes:
		return fmt.Errorf("a ticket's transaction of %d bytes, at most %d: %w", t.Size, maxTicketBytes, lottery.ErrForm)
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

// deliverTicket submits a ticket. It uses no gas.
func (a *App) deliverTicket(env *chain.Env, t *tx.Tx, m *lotterypb.MsgSubmitTicket) (chain.Result, error) {
	responses, err := a.submitTicket(env, t, m)
	if err == nil {
		env.State.Merge()
	}
	return outcome(env, t, responses, err)
}

func (a *App) submitTicket(env *chain.Env, t *tx.Tx, m *lotterypb.MsgSubmitTicket) (responses []chain.Response, err error) {
	defer recovered(&err)
	if err := checkTicketForm(t); err != nil {
		return nil, err
	}
	child := env.Child()
	res, err := a.lottery.Submit(child, m)
	if err != nil {
		return nil, err
	}
	if err := markEvents(child, t.Msgs[0], 0); err != nil {
		return nil, err
	}
	value, err := res.Marshal()
	if err != nil {
		return nil, err
	}
	env.Keep(child)
	return []chain.Response{{TypeURL: tx.TypeURL(res), Value: value}}, nil
}

// checkTicket judges whether a ticket may wait for a block: it is ranked among
// those that wait. Dear verifications are counted, for a false ticket costs its
// sender little.
func (a *App) checkTicket(block *chain.Env, t *tx.Tx, m *lotterypb.MsgSubmitTicket) (Checked, error) {
	env := block.Begin(nil, 0)
	err := checkTicketForm(t)
	var seen lottery.Seen
	if err == nil {
		seen, err = a.lottery.Glance(env, m)
	}
	if err == nil && !a.lottery.Proved(seen) {
		if a.dear++; a.dear > maxDear {
			err = lottery.ErrBusy
		}
	}
	var responses []chain.Response
	if err == nil {
		responses, err = a.submitTicket(env, t, m)
	}
	if err == nil {
		env.State.Merge()
	}
	c, fault := checked(outcome(env, t, responses, err))
	if fault == nil && c.OK() {
		c.Data, c.Lane = nil, LaneTickets // nothing ran yet
	}
	return c, fault
}

// laned is a ticket that may stand in the next block.
type laned struct {
	raw    []byte
	digest [32]byte
	seen   lottery.Seen
}

// glance reads a transaction as a ticket for the next block. It reports false
// for what is none, and nil for a ticket that may not stand in it.
func (a *App) glance(env *chain.Env, raw []byte) (*laned, bool, error) {
	t, bad := decode(raw, env.Block.Params)
	var m *lotterypb.MsgSubmitTicket
	if bad == nil { // what cannot be read fails when it is executed
		m, _ = a.ticketIn(t)
	}
	if m == nil {
		return nil, false, nil
	}
	err := checkTicketForm(t)
	var seen lottery.Seen
	if err == nil {
		seen, err = a.lottery.Glance(env, m)
	}
	if err == nil {
		err = a.lottery.Prove(seen)
	}
	if err != nil {
		if _, rule := chain.Verdict(err); rule {
			return nil, true, nil
		}
		return nil, true, err
	}
	return &laned{raw, seen.Digest, seen}, true, nil
}

// proposed is the environment in which a proposal for the next block is judged:
// that of the last commit. Without lottery, or before the first block, when
// there are no tickets, it is nil.
func (a *App) proposed() (*chain.Env, func(), error) {
	height, _ := a.store.Version()
	if a.lottery == nil || height == 0 {
		return nil, func() {}, nil
	}
	view := a.store.Latest()
	env, err := a.queryBlock(view.Height(), view.Branch())
	if err != nil {
		view.Close()
		return nil, func() {}, err
	}
	env.Block.Height++
	return env, view.Close, nil
}

// prepareLane takes the tickets out of the waiting transactions and returns those
// that a block may begin with, and the rest.
func (a *App) prepareLane(txs [][]byte, maxBytes int64) (lane, rest [][]byte, err error) {
	env, done, err := a.proposed()
	if err != nil || env == nil {
		return nil, txs, err
	}
	defer done()
	most, err := a.lottery.LaneMax(env)
	if err != nil {
		return nil, nil, err
	}
	var found []*laned
	for _, raw := range txs {
		l, isTicket, err := a.glance(env, raw)
		switch {
		case err != nil:
			return nil, nil, err
		case !isTicket:
			rest = append(rest, raw)
		case l != nil:
			kept, err := a.lottery.Kept(env, l.seen)
			if err != nil {
				return nil, nil, err
			}
			if !kept { // Process need not know: it would fail when it is executed
				found = append(found, l)
			}
		}
	}
	slices.SortStableFunc(found, func(x, y *laned) int { return bytes.Compare(x.digest[:], y.digest[:]) })
	found = slices.CompactFunc(found, func(x, y *laned) bool { return x.digest == y.digest })
	for _, l := range found {
		cost := int64(len(l.raw)) + 1 + maxVarint
		if len(lane) == most || cost > maxBytes {
			break
		}
		maxBytes -= cost
		lane = append(lane, l.raw)
	}
	return lane, rest, nil
}

// processLane reports whether the tickets of a proposal are true, ordered, not
// too many, and in front of all others.
func (a *App) processLane(txs [][]byte) (bool, error) {
	env, done, err := a.proposed()
	if err != nil || env == nil {
		return err == nil, err
	}
	defer done()
	most, err := a.lottery.LaneMax(env)
	if err != nil {
		return false, err
	}
	var last [32]byte
	over, count := false, 0
	for _, raw := range txs {
		l, isTicket, err := a.glance(env, raw)
		if err != nil {
			return false, err
		}
		if !isTicket {
			over = true
			continue
		}
		if count++; over || l == nil || count > most || (count > 1 && bytes.Compare(l.digest[:], last[:]) <= 0) {
			return false, nil
		}
		last = l.digest
	}
	return true, nil
}
