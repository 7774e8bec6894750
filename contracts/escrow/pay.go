package escrow

import (
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/cw20"
	"github.com/weftchain/weft/contracts/sdk/json"
)

func approve(c *sdk.Context, m *Approve) (*sdk.Response, error) {
	e, err := load(c, m.ID)
	switch {
	case err != nil:
		return nil, err
	case c.Sender != e.Arbiter:
		return nil, ErrNotArbiter
	case e.expired(c):
		return nil, ErrExpired
	case e.Recipient == nil:
		return nil, ErrNoRecipient
	}
	return e.end(c, "approve", m.ID, *e.Recipient)
}

func refund(c *sdk.Context, m *Refund) (*sdk.Response, error) {
	e, err := load(c, m.ID)
	switch {
	case err != nil:
		return nil, err
	case c.Sender != e.Arbiter && !e.expired(c):
		return nil, ErrNotYet
	}
	return e.end(c, "refund", m.ID, e.Source)
}

// end closes an escrow and pays out what it held. The escrow is gone from the
// store before anybody hears of it, so a token that calls back finds nothing.
func (e *Escrow) end(c *sdk.Context, action, id string, to sdk.Addr) (*sdk.Response, error) {
	if err := c.NoFunds(); err != nil {
		return nil, err
	}
	escrows.Remove(c, sdk.Text(id))
	ended.Save(c, sdk.Text(id), sdk.U64(c.Block().Height))
	r := sdk.Respond(action).Attr("id", id).Attr("to", to.String())
	if len(e.Balance.Native) > 0 {
		r.Send(to, e.Balance.Native...)
	}
	for _, token := range e.Balance.Cw20 {
		r.AddSub(payment{Token: token.Address, To: to, Amount: token.Amount}.submessage())
	}
	return r, nil
}

// payment is a payment in CW20 tokens.
//
//sdk:json
type payment struct {
	Token  sdk.Addr    `json:"token"`
	To     sdk.Addr    `json:"to"`
	Amount sdk.Uint128 `json:"amount"`
}

func (p payment) message() sdk.Msg {
	return cw20.Token(p.Token).Transfer(p.To, p.Amount)
}

// submessage makes a payment that may fail: the parties of an escrow choose its
// tokens, and one that fails or never comes to an end must not hold up the rest.
func (p payment) submessage() sdk.SubMsg {
	return sdk.SubMsg{Msg: p.message(), ReplyOn: sdk.ReplyError, Payload: json.Encode(&p), GasLimit: paymentGas}
}

// paymentFailed writes down what a token did not pay, so that it can be claimed.
func paymentFailed(c *sdk.Context, r *sdk.Reply) (*sdk.Response, error) {
	var p payment
	if err := json.Decode(string(r.Payload), &p); err != nil {
		return nil, err
	}
	key := sdk.Pair[sdk.Addr, sdk.Addr]{First: p.To, Second: p.Token}
	owed, _ := unpaid.Get(c, key)
	sum, ok := owed.TryAdd(p.Amount)
	if !ok {
		// The token claims to be more than there can be. An error would undo the
		// whole payout, which is what its maker may want.
		sum = sdk.Max128
	}
	unpaid.Save(c, key, sum)
	res := &sdk.Response{}
	return res.Attr("unpaid", p.Amount.String()).Attr("token", p.Token.String()).Attr("to", p.To.String()), nil
}

// claim pays again. This time a failure undoes everything, so the claim stays.
func claim(c *sdk.Context, m *Claim) (*sdk.Response, error) {
	if err := c.NoFunds(); err != nil {
		return nil, err
	}
	token, err := c.Address(m.Token)
	if err != nil {
		return nil, err
	}
	key := sdk.Pair[sdk.Addr, sdk.Addr]{First: c.Sender, Second: token}
	amount, ok := unpaid.Get(c, key)
	if !ok {
		return nil, ErrNothingToClaim
	}
	unpaid.Remove(c, key)
	r := sdk.Respond("claim").Attr("token", m.Token).Attr("to", c.Sender.String()).Attr("amount", amount.String())
	return r.Add(payment{Token: token, To: c.Sender, Amount: amount}.message()), nil
}
