package names

import "github.com/weftchain/weft/contracts/sdk"

func queryConfig(c *sdk.Context, _ *QueryConfig) (*Config, error) {
	k := config.Load(c)
	return &k, nil
}

func queryPrice(c *sdk.Context, m *QueryPrice) (*PriceAnswer, error) {
	if err := checkName(m.Name); err != nil {
		return nil, err
	}
	if m.Days == 0 || m.Days > maxDays {
		return nil, ErrDays
	}
	k := config.Load(c)
	rent, err := k.rent(m.Name, m.Days)
	if err != nil {
		return nil, err
	}
	_, err = find(c, m.Name)
	return &PriceAnswer{Rent: sdk.Coin{Denom: k.Denom, Amount: rent}, Free: err != nil}, nil
}

func queryResolve(c *sdk.Context, m *QueryResolve) (*ResolveAnswer, error) {
	r, err := active(c, m.Name)
	if err != nil {
		return nil, err
	}
	if r.Address == nil {
		return nil, ErrNoAddress
	}
	return &ResolveAnswer{Address: *r.Address}, nil
}

func queryRecord(c *sdk.Context, m *QueryRecord) (*RecordAnswer, error) {
	r, err := find(c, m.Name)
	if err != nil {
		return nil, err
	}
	return &RecordAnswer{Owner: r.Owner, Expires: r.Expires, Grace: r.expired(c), Address: r.Address, Texts: r.Texts}, nil
}

func queryNames(c *sdk.Context, m *QueryNames) (*NamesAnswer, error) {
	owner, err := c.Address(m.Owner)
	if err != nil {
		return nil, err
	}
	answer := &NamesAnswer{}
	for name, expires := range sdk.Sub(owned, owner).All(c, sdk.Page((*sdk.Text)(m.StartAfter), m.Limit)) {
		answer.Names = append(answer.Names, Owned{Name: string(name), Expires: expires})
	}
	return answer, nil
}

func queryReverse(c *sdk.Context, m *QueryReverse) (*ReverseAnswer, error) {
	address, err := c.Address(m.Address)
	if err != nil {
		return nil, err
	}
	name, ok := reverses.Get(c, address)
	if !ok || !standsFor(c, string(name), address) {
		return &ReverseAnswer{}, nil
	}
	return &ReverseAnswer{Name: (*string)(&name)}, nil
}
