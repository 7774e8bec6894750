package token

import (
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/json"
)

// Expiration says until when an allowance is good. The zero value is for ever.
// In JSON it is {"at_height":1}, {"at_time":"1"} or {"never":{}}.
//
//sdk:schema sdk.Expiration
type Expiration struct {
	AtHeight uint64 // not any more from this block on; 0 for no such limit
	AtTime   sdk.Timestamp
	kind     byte // 'h', 't' or 0 for never
}

func (e Expiration) passed(c *sdk.Context) bool {
	switch e.kind {
	case 'h':
		return c.Block().Height >= e.AtHeight
	case 't':
		return c.Block().Time >= e.AtTime
	}
	return false
}

// EncodeJSON writes the one of three forms.
func (e *Expiration) EncodeJSON(w *json.Writer) {
	switch e.kind {
	case 'h':
		w.Raw(`{"at_height":`)
		w.Uint(e.AtHeight)
		w.EndObject()
	case 't':
		w.Raw(`{"at_time":`)
		e.AtTime.EncodeJSON(w)
		w.EndObject()
	default:
		w.Raw(`{"never":{}}`)
	}
}

// DecodeJSON reads one of the three forms.
func (e *Expiration) DecodeJSON(r *json.Reader) {
	n := 0
	for r.Object(); r.Field(); n++ {
		switch r.Name {
		case "at_height":
			e.kind, e.AtHeight = 'h', r.Uint()
		case "at_time":
			e.kind = 't'
			e.AtTime.DecodeJSON(r)
		case "never":
			for r.Object(); r.Field(); {
				r.Unknown()
			}
		default:
			r.Fail("unknown expiration " + r.Name)
		}
	}
	if n != 1 {
		r.Fail("expected one of at_height, at_time and never")
	}
}

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
	if a.Expires.passed(c) {
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
		if m.Expires.passed(c) {
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
			if m.Expires.passed(c) {
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
