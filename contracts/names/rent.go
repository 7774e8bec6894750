package names

import "github.com/weftchain/weft/contracts/sdk"

// rent returns what so many days of a name cost: a part of a coin costs a coin, so
// that nothing is free and no number of small parts is cheaper than the whole.
func (k Config) rent(name string, days uint32) (sdk.Uint256, error) {
	var perYear sdk.Uint128
	for _, p := range k.Prices {
		if int(p.Length) <= len(name) {
			perYear = p.PerYear
		}
	}
	if perYear.IsZero() {
		return sdk.Uint256{}, ErrShort
	}
	return perYear.Wide().MulDivUp(sdk.U256(uint64(days)), sdk.U256(daysOfYear)), nil
}

// pay takes the rent from what came along, which must be neither less nor more: a
// price that changed in the meantime is not paid unseen.
func (k Config) pay(c *sdk.Context, name string, days uint32) (sdk.Coin, error) {
	rent, err := k.rent(name, days)
	if err != nil {
		return sdk.Coin{}, err
	}
	paid, err := c.Paid(k.Denom)
	if err != nil {
		return sdk.Coin{}, err
	}
	due := sdk.Coin{Denom: k.Denom, Amount: rent}
	if paid != rent {
		return due, sdk.Error("the rent is " + due.String() + ", not " + paid.String())
	}
	return due, nil
}

func checkPrices(prices []Price) error {
	if len(prices) == 0 || len(prices) > maxPrices {
		return ErrPrices
	}
	last := uint8(0)
	for _, p := range prices {
		if p.Length <= last || p.Length > maxName || p.PerYear.IsZero() {
			return ErrPrices
		}
		last = p.Length
	}
	return nil
}

// asAdmin returns the configuration to the admin, who sends no coins.
func asAdmin(c *sdk.Context) (Config, error) {
	k := config.Load(c)
	if c.Sender != k.Admin {
		return k, ErrNotAdmin
	}
	return k, c.NoFunds()
}

func setPrices(c *sdk.Context, m *SetPrices) (*sdk.Response, error) {
	k, err := asAdmin(c)
	if err != nil {
		return nil, err
	}
	if err := checkPrices(m.Prices); err != nil {
		return nil, err
	}
	if m.Prices[0].Length > k.Prices[0].Length {
		return nil, ErrShortest
	}
	k.Prices = m.Prices
	config.Save(c, k)
	return sdk.Respond("set_prices"), nil
}

// withdraw sends all coins of a denom: the contract owes nothing to anybody.
func withdraw(c *sdk.Context, m *Withdraw) (*sdk.Response, error) {
	k, err := asAdmin(c)
	if err != nil {
		return nil, err
	}
	if m.Denom != nil {
		k.Denom = *m.Denom
	}
	amount, err := c.Balance(c.Self(), k.Denom)
	if err != nil {
		return nil, err
	}
	if amount.IsZero() {
		return nil, ErrNoIncome
	}
	income := sdk.Coin{Denom: k.Denom, Amount: amount}
	return sdk.Respond("withdraw").Attr("to", k.Admin.String()).Attr("amount", income.String()).Send(k.Admin, income), nil
}

func offerAdmin(c *sdk.Context, m *OfferAdmin) (*sdk.Response, error) {
	k, err := asAdmin(c)
	if err != nil {
		return nil, err
	}
	k.Offered = nil
	r := sdk.Respond("offer_admin")
	if m.To != nil {
		to, err := c.Address(*m.To)
		if err != nil {
			return nil, err
		}
		k.Offered = &to
		r.Attr("to", to.String())
	}
	config.Save(c, k)
	return r, nil
}

func acceptAdmin(c *sdk.Context, _ *AcceptAdmin) (*sdk.Response, error) {
	k := config.Load(c)
	if k.Offered == nil || *k.Offered != c.Sender {
		return nil, ErrNotOffered
	}
	if err := c.NoFunds(); err != nil {
		return nil, err
	}
	k.Admin, k.Offered = c.Sender, nil
	config.Save(c, k)
	return sdk.Respond("accept_admin").Attr("admin", c.Sender.String()), nil
}
