package escrow

import (
	"slices"

	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/cw20"
	"github.com/weftchain/weft/contracts/sdk/json"
)

func create(c *sdk.Context, m *Create) (*sdk.Response, error) {
	return open(c, m, c.Sender, Balance{Native: c.Funds})
}

func topUp(c *sdk.Context, m *TopUp) (*sdk.Response, error) {
	return add(c, m, c.Sender, Balance{Native: c.Funds})
}

// receive takes CW20 tokens: the sender of the call is the token, and the sender
// that the token names is who sent them. A token may lie, but only about itself.
func receive(c *sdk.Context, m *cw20.Receive) (*sdk.Response, error) {
	if err := c.NoFunds(); err != nil {
		return nil, err
	}
	source, err := c.Address(m.Sender.String()) // a token may send any text
	if err != nil {
		return nil, err
	}
	var d deposit
	if err := json.Decode(string(m.Msg), &d); err != nil {
		return nil, err
	}
	funds := Balance{Cw20: []Cw20Coin{{Address: c.Sender, Amount: m.Amount}}}
	if d.TopUp != nil {
		return add(c, d.TopUp, source, funds)
	}
	return open(c, d.Create, source, funds)
}

// open makes an escrow.
func open(c *sdk.Context, m *Create, source sdk.Addr, funds Balance) (*sdk.Response, error) {
	if err := m.validate(c); err != nil {
		return nil, err
	}
	e := Escrow{Source: source, Title: m.Title, Description: m.Description, EndHeight: m.EndHeight, EndTime: m.EndTime}
	if e.expired(c) {
		return nil, ErrEnd
	}
	var err error
	if e.Arbiter, err = c.Address(m.Arbiter); err != nil {
		return nil, err
	}
	if m.Recipient != nil {
		recipient, err := c.Address(*m.Recipient)
		if err != nil {
			return nil, err
		}
		e.Recipient = &recipient
	}
	if e.Cw20Whitelist, err = whitelist(c, m.Cw20Whitelist, funds); err != nil {
		return nil, err
	}
	if err := e.take(source, funds); err != nil {
		return nil, err
	}
	escrows.Save(c, sdk.Text(m.ID), e)
	return sdk.Respond("create").Attr("id", m.ID), nil
}

func (m *Create) validate(c *sdk.Context) error {
	if len(m.ID) < 3 || len(m.ID) > 20 {
		return ErrID
	}
	if escrows.Has(c, sdk.Text(m.ID)) || ended.Has(c, sdk.Text(m.ID)) {
		return ErrUsed
	}
	if len(m.Title) > maxTitle || len(m.Description) > maxDescription {
		return ErrText
	}
	if m.EndTime != nil && *m.EndTime > maxEndTime {
		return ErrEnd
	}
	return nil
}

// whitelist returns the tokens that an escrow takes: those that are named, and
// the one that it is made of.
func whitelist(c *sdk.Context, named []string, funds Balance) ([]sdk.Addr, error) {
	if len(named) > maxTokens {
		return nil, ErrManyTokens
	}
	var list []sdk.Addr
	for _, text := range named {
		token, err := c.Address(text)
		if err != nil {
			return nil, err
		}
		if slices.Contains(list, token) {
			return nil, ErrDuplicate
		}
		list = append(list, token)
	}
	for _, t := range funds.Cw20 {
		if !slices.Contains(list, t.Address) {
			list = append(list, t.Address)
		}
	}
	if len(list) > maxTokens {
		return nil, ErrManyTokens
	}
	return list, nil
}

// add puts more into an escrow, from whomever it comes.
func add(c *sdk.Context, m *TopUp, from sdk.Addr, funds Balance) (*sdk.Response, error) {
	e, err := load(c, m.ID)
	if err != nil {
		return nil, err
	}
	if e.expired(c) {
		return nil, ErrExpired
	}
	if err := e.take(from, funds); err != nil {
		return nil, err
	}
	escrows.Save(c, sdk.Text(m.ID), e)
	return sdk.Respond("top_up").Attr("id", m.ID), nil
}

// take adds funds to what the escrow holds.
func (e *Escrow) take(from sdk.Addr, funds Balance) error {
	if funds.empty() {
		return ErrEmpty
	}
	for _, coin := range funds.Native {
		i := slices.IndexFunc(e.Balance.Native, func(have sdk.Coin) bool { return have.Denom == coin.Denom })
		switch {
		case i >= 0:
			e.Balance.Native[i].Amount = e.Balance.Native[i].Amount.Add(coin.Amount)
		case from != e.Source:
			return ErrForeignDenom
		case len(e.Balance.Native) == maxDenoms:
			return ErrManyDenoms
		default:
			e.Balance.Native = append(e.Balance.Native, coin)
		}
	}
	for _, token := range funds.Cw20 {
		i := slices.IndexFunc(e.Balance.Cw20, func(have Cw20Coin) bool { return have.Address == token.Address })
		switch {
		case i >= 0:
			e.Balance.Cw20[i].Amount = e.Balance.Cw20[i].Amount.Add(token.Amount)
		case !slices.Contains(e.Cw20Whitelist, token.Address):
			return ErrNotListed
		default:
			e.Balance.Cw20 = append(e.Balance.Cw20, token)
		}
	}
	return nil
}

// empty reports whether there is nothing, or nothing of something.
func (b Balance) empty() bool {
	for _, coin := range b.Native {
		if coin.Amount.IsZero() {
			return true
		}
	}
	for _, token := range b.Cw20 {
		if token.Amount.IsZero() {
			return true
		}
	}
	return len(b.Native)+len(b.Cw20) == 0
}
