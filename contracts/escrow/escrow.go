// Package escrow holds coins and CW20 tokens until an arbiter says who gets them:
// the recipient (approve) or the one who put them in (refund). When the time is
// up, anybody may send them back. Its messages and queries are those of
// cw20-escrow, so that what speaks to that one can speak to this one.
//
// The funds of all escrows are in one contract. They stay apart by three rules:
// what an escrow has is written in the store when it comes in; an escrow is gone
// from the store before anything is sent; and nothing that the parties of one
// escrow choose, such as a token that refuses to be moved, can hold up the rest.
package escrow

import "github.com/weftchain/weft/contracts/sdk"

//go:generate go run github.com/weftchain/weft/contracts/sdk/gen

// Contract is the escrow.
var Contract = sdk.Contract{
	Instantiate: sdk.Do(instantiate),
	Execute: sdk.Routes{
		sdk.On("create", create),
		sdk.On("top_up", topUp),
		sdk.On("receive", receive),
		sdk.On("set_recipient", setRecipient),
		sdk.On("approve", approve),
		sdk.On("refund", refund),
		sdk.On("claim", claim),
	},
	Query: sdk.Answers{
		sdk.Answer("list", queryList),
		sdk.Answer("details", queryDetails),
		sdk.Answer("unpaid", queryUnpaid),
	},
	Reply: sdk.OnReply(paymentFailed),
}

// What one escrow may have. Whoever ends it pays for all of it.
const (
	maxDenoms      = 16
	maxTokens      = 8
	maxTitle       = 100
	maxDescription = 1000
	maxEndTime     = (1<<64 - 1) / uint64(sdk.Second) // as many seconds fit into nanoseconds
)

// paymentGas is what a CW20 may use for one transfer, in the chain's gas: several
// times what an honest one needs.
const paymentGas = 500_000

// The errors of the escrow.
const (
	ErrID             = sdk.Error("id must have 3 to 20 bytes")
	ErrUsed           = sdk.Error("Escrow id already in use, or used before")
	ErrText           = sdk.Error("title must not have more than 100 bytes, description not more than 1000")
	ErrEnd            = sdk.Error("end_height and end_time (in seconds) must be in the future")
	ErrEmpty          = sdk.Error("Send some coins or tokens")
	ErrNotArbiter     = sdk.Error("only the arbiter may do this")
	ErrNotYet         = sdk.Error("only the arbiter may send it back before the end")
	ErrExpired        = sdk.Error("Escrow is expired")
	ErrNoRecipient    = sdk.Error("Recipient is not set")
	ErrNotListed      = sdk.Error("Only accepts tokens in the cw20_whitelist")
	ErrManyTokens     = sdk.Error("cw20_whitelist must not have more than 8 tokens")
	ErrDuplicate      = sdk.Error("cw20_whitelist has a token twice")
	ErrManyDenoms     = sdk.Error("an escrow holds at most 16 denoms")
	ErrForeignDenom   = sdk.Error("only the source may add a denom that the escrow does not hold")
	ErrNothingToClaim = sdk.Error("nothing of this token is unpaid to the sender")
)

// The store.
var (
	escrows = sdk.NewMap[sdk.Text, Escrow]("escrow")
	// ended has the height at which an escrow ended. An id is never used again:
	// who tops up an escrow must not pay into another one that took its name.
	ended = sdk.NewMap[sdk.Text, sdk.U64]("ended")
	// unpaid is what CW20 tokens failed to pay, by owner and token.
	unpaid = sdk.NewMap[sdk.Pair[sdk.Addr, sdk.Addr], sdk.Uint128]("unpaid")
)

// Version is that of the messages and the store.
const Version = "1.0.0"

func instantiate(c *sdk.Context, _ *Instantiate) (*sdk.Response, error) {
	c.SaveVersion("weft:escrow", Version)
	return &sdk.Response{}, c.NoFunds()
}

// load returns an escrow that there must be.
func load(c *sdk.Context, id string) (Escrow, error) {
	e, ok := escrows.Get(c, sdk.Text(id))
	if !ok {
		return e, sdk.Error("escrow not found: " + id)
	}
	return e, nil
}

// expired reports whether the end has passed: the block of the end still belongs
// to the escrow.
func (e *Escrow) expired(c *sdk.Context) bool {
	b := c.Block()
	return e.EndHeight != nil && b.Height > *e.EndHeight ||
		e.EndTime != nil && b.Time > sdk.Timestamp(*e.EndTime)*sdk.Second
}

// setRecipient changes who gets the funds if the arbiter approves.
func setRecipient(c *sdk.Context, m *SetRecipient) (*sdk.Response, error) {
	if err := c.NoFunds(); err != nil {
		return nil, err
	}
	e, err := load(c, m.ID)
	if err != nil {
		return nil, err
	}
	if c.Sender != e.Arbiter {
		return nil, ErrNotArbiter
	}
	recipient, err := c.Address(m.Recipient)
	if err != nil {
		return nil, err
	}
	e.Recipient = &recipient
	escrows.Save(c, sdk.Text(m.ID), e)
	return sdk.Respond("set_recipient").Attr("id", m.ID).Attr("recipient", m.Recipient), nil
}
