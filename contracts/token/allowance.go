package token

import "github.com/weftchain/weft/contracts/sdk"

func setAllowance(c *sdk.Context, owner, spender sdk.Addr, a AllowanceAnswer) {
	allowances.Save(c, ownerSpender{First: owner, Second: spender}, a)
	bySpender.Save(c, ownerSpender{First: spender, Second: owner}, a)
}

func removeAllowance(c *sdk.Context, owner, spender sdk.Addr) {
	allowances.Remove(c, ownerSpender{First: owner, Second: spender})
	bySpender.Remove(c, ownerSpender{First: spender, Second: owner})
}

// spend uses a part of an allowance.
func spend(c *sdk.Context, owner, spender sdk.Addr, amount sdk.Uint128) error {
	a, ok := allowances.Get(c, ownerSpender{First: owner, Second: spender})
	if !ok {
		return ErrNoAllowance
	}
	if a.Expires.Passed(c.Block()) {
		return ErrExpired
	}
	left, ok := a.Allowance.TrySub(amount)
	if !ok {
		return sdk.Error("Insufficient allowance: " + a.Allowance.String() + " are left, not " + amount.String())
	}
	a.Allowance = left
	setAllowance(c, owner, spender, a)
	return nil
}

// spenderOf reads what increase and decrease have in common.
func (m *ChangeAllowance) spenderOf(c *sdk.Context) (sdk.Addr, error) {
	spender, err := c.Address(m.Spender)
	if err != nil {
		return "", err
	}
	if spender == c.Sender {
		return "", ErrOwnAllowance
	}
	return spender, nil
}

func increaseAllowance(c *sdk.Context, m *ChangeAllowance) (*sdk.Response, error) {
	spender, err := m.spenderOf(c)
	if err != nil {
		return nil, err
	}
	a, _ := allowances.Get(c, ownerSpender{First: c.Sender, Second: spender})
	if m.Expires != nil {
		if m.Expires.Passed(c.Block()) {
			return nil, ErrBadExpiration
		}
		a.Expires = *m.Expires
	}
	a.Allowance = a.Allowance.Add(m.Amount)
	setAllowance(c, c.Sender, spender, a)
	return m.respond(c, "increase_allowance"), nil
}

func decreaseAllowance(c *sdk.Context, m *ChangeAllowance) (*sdk.Response, error) {
	spender, err := m.spenderOf(c)
	if err != nil {
		return nil, err
	}
	a, ok := allowances.Get(c, ownerSpender{First: c.Sender, Second: spender})
	if !ok {
		return nil, ErrNoAllowance
	}
	if m.Amount.Less(a.Allowance) {
		a.Allowance = a.Allowance.Sub(m.Amount)
		if m.Expires != nil {
			if m.Expires.Passed(c.Block()) {
				return nil, ErrBadExpiration
			}
			a.Expires = *m.Expires
		}
		setAllowance(c, c.Sender, spender, a)
	} else {
		removeAllowance(c, c.Sender, spender)
	}
	return m.respond(c, "decrease_allowance"), nil
}

func (m *ChangeAllowance) respond(c *sdk.Context, action string) *sdk.Response {
	r := sdk.Respond(action).Attr("owner", string(c.Sender)).Attr("spender", m.Spender)
	return r.Attr("amount", m.Amount.String())
}
