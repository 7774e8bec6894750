package amm

import "github.com/weftchain/weft/contracts/sdk"

func queryPool(c *sdk.Context, _ *QueryPool) (*PoolAnswer, error) {
	p := pools.Load(c)
	return &PoolAnswer{Assets: p.Sides, Shares: p.Shares, FeeBps: p.FeeBps}, nil
}

func querySwap(c *sdk.Context, m *QuerySwap) (*TradeAnswer, error) {
	p := pools.Load(c)
	i, err := p.side(m.Offer)
	switch {
	case err != nil:
		return nil, err
	case p.Shares.IsZero():
		return nil, ErrEmpty
	}
	out, fee := p.sold(i, m.Amount)
	return &TradeAnswer{Amount: out, Fee: fee}, nil
}

func queryBuy(c *sdk.Context, m *QueryBuy) (*TradeAnswer, error) {
	p := pools.Load(c)
	i, err := p.side(m.Ask)
	switch {
	case err != nil:
		return nil, err
	case p.Shares.IsZero():
		return nil, ErrEmpty
	}
	in, fee, err := p.bought(i, m.Amount)
	if err != nil {
		return nil, err
	}
	return &TradeAnswer{Amount: in, Fee: fee}, nil
}

func queryShare(c *sdk.Context, m *QueryShare) (*ShareAnswer, error) {
	owner, err := c.Address(m.Address)
	if err != nil {
		return nil, err
	}
	p := pools.Load(c)
	own, ok := shares.Get(c, owner)
	if !ok {
		return &ShareAnswer{Amounts: make([]sdk.Uint128, 2)}, nil
	}
	return &ShareAnswer{Shares: own, Amounts: p.worth(own)}, nil
}

func queryBalance(c *sdk.Context, m *QueryBalance) (*BalanceAnswer, error) {
	owner, err := c.Address(m.Address)
	if err != nil {
		return nil, err
	}
	own, _ := shares.Get(c, owner)
	return &BalanceAnswer{Balance: own}, nil
}
