package token

import "github.com/weftchain/weft/contracts/sdk"

// debit takes an amount from an account.
func debit(c *sdk.Context, from sdk.Addr, amount sdk.Uint128) error {
	old, _ := balances.Get(c, from)
	left, ok := old.TrySub(amount)
	if !ok {
		return sdk.Error("Insufficient balance: " + string(from) + " has " + old.String() + ", not " + amount.String())
	}
	balances.Save(c, from, left)
	return nil
}

// credit gives an amount to an account. It fits: the supply does.
func credit(c *sdk.Context, to sdk.Addr, amount sdk.Uint128) {
	old, _ := balances.Get(c, to)
	balances.Save(c, to, old.Add(amount))
}

// move takes from one account and gives to another, which may be the same.
func move(c *sdk.Context, from sdk.Addr, recipient string, amount sdk.Uint128) (sdk.Addr, error) {
	to, err := c.Address(recipient)
	if err != nil {
		return "", err
	}
	if err := debit(c, from, amount); err != nil {
		return "", err
	}
	credit(c, to, amount)
	return to, nil
}

func transfer(c *sdk.Context, m *Transfer) (*sdk.Response, error) {
	if _, err := move(c, c.Sender, m.Recipient, m.Amount); err != nil {
		return nil, err
	}
	return sdk.Respond("transfer").Attr("from", string(c.Sender)).Attr("to", m.Recipient).Attr("amount", m.Amount.String()), nil
}

func send(c *sdk.Context, m *Send) (*sdk.Response, error) {
	to, err := move(c, c.Sender, m.Contract, m.Amount)
	if err != nil {
		return nil, err
	}
	r := sdk.Respond("send").Attr("from", string(c.Sender)).Attr("to", m.Contract).Attr("amount", m.Amount.String())
	return r.Call(to, "receive", &Receive{Sender: c.Sender, Amount: m.Amount, Msg: m.Msg}), nil
}

func transferFrom(c *sdk.Context, m *TransferFrom) (*sdk.Response, error) {
	owner, err := c.Address(m.Owner)
	if err != nil {
		return nil, err
	}
	if err := spend(c, owner, c.Sender, m.Amount); err != nil {
		return nil, err
	}
	if _, err := move(c, owner, m.Recipient, m.Amount); err != nil {
		return nil, err
	}
	r := sdk.Respond("transfer_from").Attr("from", m.Owner).Attr("to", m.Recipient)
	return r.Attr("by", string(c.Sender)).Attr("amount", m.Amount.String()), nil
}

func sendFrom(c *sdk.Context, m *SendFrom) (*sdk.Response, error) {
	owner, err := c.Address(m.Owner)
	if err != nil {
		return nil, err
	}
	if err := spend(c, owner, c.Sender, m.Amount); err != nil {
		return nil, err
	}
	to, err := move(c, owner, m.Contract, m.Amount)
	if err != nil {
		return nil, err
	}
	r := sdk.Respond("send_from").Attr("from", m.Owner).Attr("to", m.Contract)
	r.Attr("by", string(c.Sender)).Attr("amount", m.Amount.String())
	return r.Call(to, "receive", &Receive{Sender: c.Sender, Amount: m.Amount, Msg: m.Msg}), nil
}

// destroy takes from an account and from the supply.
func destroy(c *sdk.Context, owner sdk.Addr, amount sdk.Uint128) error {
	if err := debit(c, owner, amount); err != nil {
		return err
	}
	t := info.Load(c)
	t.TotalSupply = t.TotalSupply.Sub(amount)
	info.Save(c, t)
	return nil
}

func burn(c *sdk.Context, m *Burn) (*sdk.Response, error) {
	if err := destroy(c, c.Sender, m.Amount); err != nil {
		return nil, err
	}
	return sdk.Respond("burn").Attr("from", string(c.Sender)).Attr("amount", m.Amount.String()), nil
}

func burnFrom(c *sdk.Context, m *BurnFrom) (*sdk.Response, error) {
	owner, err := c.Address(m.Owner)
	if err != nil {
		return nil, err
	}
	if err := spend(c, owner, c.Sender, m.Amount); err != nil {
		return nil, err
	}
	if err := destroy(c, owner, m.Amount); err != nil {
		return nil, err
	}
	return sdk.Respond("burn_from").Attr("from", m.Owner).Attr("by", string(c.Sender)).Attr("amount", m.Amount.String()), nil
}
