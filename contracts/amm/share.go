package amm

import "github.com/weftchain/weft/contracts/sdk"

// withdraw pays out what shares are worth, rounded down, and destroys them.
func withdraw(c *sdk.Context, m *Withdraw) (*sdk.Response, error) {
	if err := c.NoFunds(); err != nil {
		return nil, err
	}
	p, err := begin(c, m.Deadline)
	if err != nil {
		return nil, err
	}
	if len(m.MinAmounts) != 2 {
		return nil, ErrTwoAmounts
	}
	if err := debit(c, c.Sender, m.Shares); err != nil {
		return nil, err
	}
	amounts := p.worth(m.Shares)
	r := sdk.Respond("withdraw").Attr("provider", c.Sender.String())
	for i := range p.Sides {
		if amounts[i].Less(m.MinAmounts[i]) {
			return nil, ErrSlippage
		}
		p.Sides[i].Reserve = p.Sides[i].Reserve.Sub(amounts[i])
		p.Sides[i].Asset.pay(r, c.Sender, amounts[i])
	}
	if len(r.Messages) == 0 {
		return nil, ErrTooSmall
	}
	p.Shares = p.Shares.Sub(m.Shares)
	pools.Save(c, p)
	return r.Attr("assets", p.text(amounts)).Attr("shares", m.Shares.String()), nil
}

// transfer gives shares to somebody else, as CW20 tokens are.
func transfer(c *sdk.Context, m *Transfer) (*sdk.Response, error) {
	if err := c.NoFunds(); err != nil {
		return nil, err
	}
	to, err := c.Address(m.Recipient)
	if err != nil {
		return nil, err
	}
	if err := debit(c, c.Sender, m.Amount); err != nil {
		return nil, err
	}
	credit(c, to, m.Amount)
	r := sdk.Respond("transfer").Attr("from", c.Sender.String()).Attr("to", m.Recipient)
	return r.Attr("amount", m.Amount.String()), nil
}

// debit takes shares, one at least, from an account.
func debit(c *sdk.Context, from sdk.Addr, amount sdk.Uint128) error {
	if amount.IsZero() {
		return ErrTooSmall
	}
	old, _ := shares.Get(c, from)
	left, ok := old.TrySub(amount)
	switch {
	case !ok:
		return ErrShares
	case left.IsZero():
		shares.Remove(c, from)
	default:
		shares.Save(c, from, left)
	}
	return nil
}

// credit gives shares to an account. The sum of all fits, so each does.
func credit(c *sdk.Context, to sdk.Addr, amount sdk.Uint128) {
	old, _ := shares.Get(c, to)
	shares.Save(c, to, old.Add(amount))
}
