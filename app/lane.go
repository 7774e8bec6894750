package app

import (
	"bytes"
	"slices"
	"strings"

	"github.com/weftchain/weft/app/lottery"
	"github.com/weftchain/weft/chain"
)

// What nobody pays for stands first in a block: tickets, the best first, as many
// as the lottery's parameters allow, then answers to wins, one of an operator.
// Each is true: a ticket's epoch takes tickets and its digest is below the
// target, an answer's operator won and its key signed. Those checks depend on
// the block and on the state before it alone, so whatever Prepare makes every
// Process accepts. What else may fail fails when the block is executed.

// laned is a transaction that may stand there.
type laned struct {
	raw    []byte
	digest [32]byte // of a ticket
	who    string   // whose answer it is, "" of a ticket
	seen   lottery.Seen
}

// compare orders the lane.
func (l *laned) compare(o *laned) int {
	if c := strings.Compare(l.who, o.who); c != 0 {
		return c
	}
	return bytes.Compare(l.digest[:], o.digest[:])
}

// glance reads a transaction as one of the next block's lane. It reports false
// for what does not belong there, and nil for what belongs there and may not
// stand in it.
func (a *App) glance(env *chain.Env, raw []byte) (*laned, bool, error) {
	t, bad := decode(raw, env.Block.Params)
	if bad != nil {
		return nil, false, nil //nolint:nilerr // it fails when it is executed
	}
	u, ok := a.unpaidIn(t)
	if !ok {
		return nil, false, nil
	}
	l := &laned{raw: raw}
	err := checkBare(t)
	if err == nil {
		err = a.prove(env, u, l)
	}
	if err == nil {
		return l, true, nil
	}
	if _, rule := chain.Verdict(err); rule {
		err = nil
	}
	return nil, true, err
}

func (a *App) prove(env *chain.Env, u *unpaid, l *laned) (err error) {
	defer recovered(&err)
	if u.ready != nil {
		o, err := a.lottery.CheckReady(env, u.ready)
		if err == nil {
			l.who = string(o.Address)
		}
		return err
	}
	if l.seen, err = a.lottery.Glance(env, u.ticket); err != nil {
		return err
	}
	l.digest = l.seen.Digest
	return a.lottery.Prove(l.seen)
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

// prepareLane takes what nobody pays for out of the waiting transactions and
// returns what a block may begin with, and the rest.
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
		l, belongs, err := a.glance(env, raw)
		switch {
		case err != nil:
			return nil, nil, err
		case !belongs:
			rest = append(rest, raw)
		case l != nil:
			kept, err := a.kept(env, l)
			if err != nil {
				return nil, nil, err
			}
			if !kept { // Process need not know: it would fail when it is executed
				found = append(found, l)
			}
		}
	}
	slices.SortStableFunc(found, (*laned).compare)
	found = slices.CompactFunc(found, func(x, y *laned) bool { return x.compare(y) == 0 })
	tickets := 0
	for _, l := range found {
		cost := int64(len(l.raw)) + 1 + maxVarint
		if cost > maxBytes || l.who == "" && tickets == most {
			continue
		}
		if l.who == "" {
			tickets++
		}
		maxBytes -= cost
		lane = append(lane, l.raw)
	}
	return lane, rest, nil
}

// kept reports whether the state has a ticket already.
func (a *App) kept(env *chain.Env, l *laned) (bool, error) {
	if l.who != "" {
		return false, nil
	}
	return a.lottery.Kept(env, l.seen)
}

// processLane reports whether the lane of a proposal is true, ordered, not too
// long, and in front of all others.
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
	var last *laned
	over, tickets := false, 0
	for _, raw := range txs {
		l, belongs, err := a.glance(env, raw)
		if err != nil {
			return false, err
		}
		if !belongs {
			over = true
			continue
		}
		if over || l == nil || last != nil && last.compare(l) >= 0 {
			return false, nil
		}
		if l.who == "" {
			tickets++
		}
		if tickets > most {
			return false, nil
		}
		last = l
	}
	return true, nil
}
