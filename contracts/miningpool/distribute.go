package miningpool

import (
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/lottery"
)

// turn is one call of distribute.
type turn struct {
	*sdk.Context
	cfg     Config
	pool    Pool
	settled uint64 // the last epoch
	budget  uint32 // of counts and epochs
	counts  uint32 // that were noted
	waiting bool   // for the chain to pay
}

// distribute notes the tickets of settled epochs, one after the other, and
// divides what was paid for them. Anybody may call it, as often as it takes: it
// does so much at a time.
func distribute(c *sdk.Context, m *Distribute) (*sdk.Response, error) {
	if err := c.NoFunds(); err != nil {
		return nil, err
	}
	t := turn{Context: c, budget: limitUsual}
	if m.Limit != nil {
		t.budget = *m.Limit
	}
	if t.budget < limitLeast || t.budget > limitMost {
		return nil, ErrLimit
	}
	last, ok, err := lottery.LastSettled(c)
	if err != nil {
		return nil, err
	}
	t.settled, t.cfg, t.pool = last, configs.Load(c), pools.Load(c)
	before := t.pool.NextEpoch
	if !ok || before > last {
		return nil, ErrUpToDate
	}
	for t.budget > 0 && t.pool.NextEpoch <= t.settled && !t.waiting {
		if err := t.epoch(); err != nil {
			return nil, err
		}
	}
	if t.waiting && t.counts == 0 && t.pool.NextEpoch == before {
		return nil, ErrUnpaid
	}
	pools.Save(c, t.pool)
	return sdk.Respond("distribute").Attr("next_epoch", number(t.pool.NextEpoch)).Attr("rounds", number(t.pool.Rounds)).
		Attr("counts", number(uint64(t.counts))).Attr("reserved", t.pool.Reserved.String()), nil
}

// epoch goes on with the next epoch, and closes it when all is noted and paid.
func (t *turn) epoch() error {
	t.budget--
	n := t.pool.NextEpoch
	e, err := lottery.EpochAt(t.Context, n)
	if err == lottery.ErrNoEpoch { //nolint:errorlint // a constant, not wrapped
		e, err = lottery.Epoch{Epoch: n}, nil // thousands of epochs ago
	}
	switch {
	case err != nil:
		return err
	case !e.Counted && t.pool.Part == nil:
		return t.skip()
	case !e.Counted: // forgotten on the way: what is noted counts
		t.pool.Part.Noted = true
	case t.pool.Part == nil:
		t.pool.Part = &Part{}
	}
	if err := t.note(n); err != nil || !t.pool.Part.Noted {
		return err
	}
	return t.close(&e)
}

// skip goes on with the oldest epoch of which the chain has counts.
func (t *turn) skip() error {
	p, err := lottery.ParamsOf(t.Context)
	if err != nil {
		return err
	}
	t.pool.NextEpoch++
	if t.settled+1 > p.CountsKept {
		t.pool.NextEpoch = max(t.pool.NextEpoch, t.settled+1-p.CountsKept)
	}
	return nil
}

// note notes tickets of an epoch, as many tags as the budget allows.
func (t *turn) note(epoch uint64) error {
	part := t.pool.Part
	for !part.Noted && t.budget > 0 {
		list, next, err := lottery.Counts(t.Context, epoch, t.Self(), part.After, t.budget)
		if err != nil {
			return err
		}
		for _, n := range list {
			if err := t.credit(n); err != nil {
				return err
			}
		}
		t.counts += uint32(len(list))
		t.budget -= min(t.budget, uint32(len(list)))
		part.After, part.Noted = next, next == nil
	}
	return nil
}

// credit notes tickets with one tag for the member whose address it begins with.
// Those without a tag are everybody's.
func (t *turn) credit(n lottery.Count) error {
	part := t.pool.Part
	if n.Tag == "" {
		part.Untagged += n.Tickets
		return nil
	}
	tag, ok := sdk.ParseHex(n.Tag)
	if !ok || len(tag) != tagBytes {
		return sdk.Error("the chain tells a tag " + n.Tag)
	}
	who, err := t.Human(tag[:keyBytes])
	if err != nil {
		return err
	}
	m, _ := members.Get(t.Context, who)
	m.fold(t.Context, &t.cfg, &t.pool)
	m.Tickets += n.Tickets
	if last := len(m.Open) - 1; last >= 0 && m.Open[last].Round == t.pool.Rounds { // another worker of his
		m.Open[last].Tickets += n.Tickets
	} else {
		m.Open = append(m.Open, Open{Round: t.pool.Rounds, Tickets: n.Tickets, Sum: t.pool.Sum})
	}
	members.Save(t.Context, who, m)
	part.Tickets += n.Tickets
	return nil
}

// close divides what the chain paid for an epoch, if it has paid.
func (t *turn) close(e *lottery.Epoch) error {
	p := &t.pool
	income, paid, err := t.income(e)
	if err != nil {
		return err
	}
	if !paid {
		t.waiting = true
		return nil
	}
	tickets := p.Part.Tickets
	p.Part = nil
	p.NextEpoch++
	if tickets == 0 {
		p.Dust = income
		return nil
	}
	if window := uint64(t.cfg.Window); p.Rounds >= window {
		p.WindowTickets -= rounds.Load(t.Context, sdk.U64(p.Rounds-window)).Tickets
	}
	p.WindowTickets += tickets
	all := sdk.U128(p.WindowTickets)
	fee := income.MulDiv(sdk.U128(uint64(t.cfg.FeeBps)), sdk.U128(10_000))
	share := income.Sub(fee).Div(all)
	given := share.Mul(all)
	p.Sum = p.Sum.Add(share)
	p.Fees = p.Fees.Add(fee)
	p.Reserved = p.Reserved.Add(given).Add(fee)
	p.Dust = income.Sub(given).Sub(fee)
	rounds.Save(t.Context, sdk.U64(p.Rounds), Round{
		Epoch: e.Epoch, Tickets: tickets, WindowTickets: p.WindowTickets, Income: income, Fee: fee, Share: share, Sum: p.Sum,
	})
	p.Rounds++
	return nil
}

// income is what there is to divide for an epoch: what the chain pays for the
// pool's tickets, the bonus if the best was one of them, and what was left over
// before. It reports false if the chain has not paid that yet.
//
// What else came, like gifts, is divided with the last settled epoch: until
// then it might be the pay of a later one.
func (t *turn) income(e *lottery.Epoch) (income sdk.Uint128, paid bool, err error) {
	p := &t.pool
	due := e.PerTicket.Mul(sdk.U128(p.Part.Tickets + p.Part.Untagged))
	lead, err := lottery.LeaderOf(t.Context, e.Epoch)
	if err != nil && err != lottery.ErrNoEpoch { //nolint:errorlint // a constant, not wrapped
		return income, false, err
	}
	if lead != nil && lead.Payout == t.Self() && lead.Operator == nil {
		due = due.Add(lead.Bonus)
	}
	balance, err := t.Balance(t.Self(), t.cfg.Denom)
	if err != nil {
		return income, false, err
	}
	free, _ := balance.Sub(p.Reserved.Wide()).Uint128() // there are not 2^128 coins of the lottery's denom
	income = p.Dust.Add(due)
	switch {
	case free.Less(income) && t.settled < e.Epoch+patience:
		return income, false, nil
	case free.Less(income), e.Epoch == t.settled:
		income = free
	}
	return income, true, nil
}
