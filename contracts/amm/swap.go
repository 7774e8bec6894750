package amm

import (
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/json"
)

// offer is what a trader has brought.
type offer struct {
	trader sdk.Addr
	side   int
	amount sdk.Uint128
}

func swap(c *sdk.Context, m *Swap) (*sdk.Response, error) {
	p, o, err := paid(c, m.Deadline)
	if err != nil {
		return nil, err
	}
	return p.swap(c, o, m)
}

func buy(c *sdk.Context, m *Buy) (*sdk.Response, error) {
	p, o, err := paid(c, m.Deadline)
	if err != nil {
		return nil, err
	}
	return p.buy(c, o, m)
}

// paid returns the coin that came along: one, of the pool.
func paid(c *sdk.Context, deadline *sdk.Expiration) (p pool, o offer, err error) {
	if p, err = begin(c, deadline); err != nil {
		return p, o, err
	}
	if len(c.Funds) != 1 {
		return p, o, ErrFunds
	}
	o.trader = c.Sender
	if o.side, err = p.side(Asset{Native: &c.Funds[0].Denom}); err != nil {
		return p, o, err
	}
	var fits bool
	if o.amount, fits = c.Funds[0].Amount.Uint128(); !fits {
		return p, o, ErrTooLarge
	}
	return p, o, nil
}

// receive is called by a token whose owner has sent some: the sender of the
// message is the token, so nobody can claim tokens that did not come.
func receive(c *sdk.Context, m *Receive) (*sdk.Response, error) {
	if err := c.NoFunds(); err != nil {
		return nil, err
	}
	var h hook
	if err := json.Decode(string(m.Msg), &h); err != nil {
		return nil, err
	}
	p, err := begin(c, h.deadline())
	if err != nil {
		return nil, err
	}
	o := offer{}
	if o.side, err = p.side(Asset{CW20: &c.Sender}); err != nil {
		return nil, err
	}
	if o.trader, err = c.Address(m.Sender); err != nil {
		return nil, err
	}
	if o.amount, err = p.Sides[o.side].arrived(c, m.Amount); err != nil {
		return nil, err
	}
	if h.Swap != nil {
		return p.swap(c, o, h.Swap)
	}
	return p.buy(c, o, h.Buy)
}

func (h *hook) deadline() *sdk.Expiration {
	if h.Swap != nil {
		return h.Swap.Deadline
	}
	return h.Buy.Deadline
}

// swap gives what the pool gives for all that was brought.
func (p *pool) swap(c *sdk.Context, o offer, m *Swap) (*sdk.Response, error) {
	if p.Shares.IsZero() {
		return nil, ErrEmpty
	}
	out, fee := p.sold(o.side, o.amount)
	switch {
	case out.IsZero():
		return nil, ErrTooSmall
	case out.Less(m.MinOut):
		return nil, ErrSlippage
	}
	return p.trade(c, "swap", o, m.To, out, fee)
}

// buy gives the amount that is asked for, and back what is left of what was
// brought.
func (p *pool) buy(c *sdk.Context, o offer, m *Buy) (*sdk.Response, error) {
	if p.Shares.IsZero() {
		return nil, ErrEmpty
	}
	if m.Amount.IsZero() {
		return nil, ErrTooSmall
	}
	in, fee, err := p.bought(1-o.side, m.Amount)
	if err != nil {
		return nil, err
	}
	rest, ok := o.amount.TrySub(in)
	if !ok {
		return nil, ErrSlippage
	}
	o.amount = in
	r, err := p.trade(c, "buy", o, m.To, m.Amount, fee)
	if err != nil {
		return nil, err
	}
	p.Sides[o.side].Asset.pay(r, o.trader, rest)
	return r, nil
}

// trade books a trade and pays. The store is written before anything is sent, so
// a token that calls back finds the pool as it is afterwards.
func (p *pool) trade(c *sdk.Context, action string, o offer, recipient *string, out, fee sdk.Uint128) (*sdk.Response, error) {
	to := o.trader
	if recipient != nil {
		var err error
		if to, err = c.Address(*recipient); err != nil {
			return nil, err
		}
	}
	in, ask := &p.Sides[o.side], &p.Sides[1-o.side]
	in.Reserve = in.Reserve.Add(o.amount)
	ask.Reserve = ask.Reserve.Sub(out)
	pools.Save(c, *p)
	r := sdk.Respond(action).Attr("sender", o.trader.String()).Attr("recipient", to.String())
	r.Attr("in", o.amount.String()+in.Asset.String()).Attr("out", out.String()+ask.Asset.String())
	r.Attr("fee", fee.String()+in.Asset.String())
	ask.Asset.pay(r, to, out)
	return r, nil
}
