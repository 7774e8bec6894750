// Package amm is a pool of two assets, each a coin of the chain or a CW20 token,
// in which anybody may swap one for the other. Its price is the ratio of what it
// holds, and the product of the two never falls (x·y = k). Those who provide
// assets get shares of the pool and earn its fee.
//
// A pool is a contract of its own with two assets: tokens that lie, take fees or
// call back can harm those who trade with them here, and no other pool.
package amm

import "github.com/weftchain/weft/contracts/sdk"

//go:generate go run github.com/weftchain/weft/contracts/sdk/gen

// Contract is the pool.
var Contract = sdk.Contract{
	Instantiate: sdk.Do(instantiate),
	Execute: sdk.Routes{
		sdk.On("provide", provide),
		sdk.On("withdraw", withdraw),
		sdk.On("swap", swap),
		sdk.On("buy", buy),
		sdk.On("receive", receive),
		sdk.On("transfer", transfer),
	},
	Reply: sdk.OnReply(provided),
	Query: sdk.Answers{
		sdk.Answer("pool", queryPool),
		sdk.Answer("simulate_swap", querySwap),
		sdk.Answer("simulate_buy", queryBuy),
		sdk.Answer("share", queryShare),
		sdk.Answer("balance", queryBalance),
	},
}

// The errors of the pool.
const (
	ErrDenom      = sdk.Error("the denom of an asset is empty")
	ErrTwoAssets  = sdk.Error("a pool has two different assets")
	ErrTwoAmounts = sdk.Error("amounts are two: one for each asset, in the order of the pool")
	ErrFee        = sdk.Error("the fee is at most 1000 basis points (10 %)")
	ErrFunds      = sdk.Error("the coins that came along are not those of the message")
	ErrNotInPool  = sdk.Error("the pool does not have this asset")
	ErrDeadline   = sdk.Error("the deadline has passed")
	ErrSlippage   = sdk.Error("the price has moved too far")
	ErrTooSmall   = sdk.Error("the amount is too small")
	ErrTooLarge   = sdk.Error("the amount is too large for the pool")
	ErrEmpty      = sdk.Error("nobody has provided assets yet")
	ErrShares     = sdk.Error("not so many shares")
	ErrBusy       = sdk.Error("the pool waits for tokens: call it after they have arrived")
)

const (
	maxFeeBps = 1_000
	allBps    = 10_000

	// lockedShares of the first ones belong to nobody for ever. The pool is never
	// empty again, and to make a share so dear that the next to provide gets none
	// for his assets would cost a thousand times what he loses.
	lockedShares = 1_000
)

// Version is that of the messages and the store.
const Version = "1.0.0"

// The store. One value has all that a swap needs: reading and writing it once
// costs less than a value for each part.
var (
	pools  = sdk.NewItem[pool]("pool")
	shares = sdk.NewMap[sdk.Addr, sdk.Uint128]("shares")
)

// pool is the state of the pool. What it holds is counted here and not asked of
// the bank or the token, so tokens that somebody gives away to the contract
// change no price.
//
//sdk:json
type pool struct {
	Sides  []Side      `json:"sides"` // two
	Shares sdk.Uint128 `json:"shares"`
	FeeBps uint16      `json:"fee_bps"`
	// Busy is true while tokens that provide asked for are on their way. A token
	// that calls back meanwhile finds the pool closed.
	Busy bool `json:"busy,omitempty"`
}

// Side is an asset and how much of it is in the pool.
//
//sdk:json
type Side struct {
	Asset   Asset       `json:"asset"`
	Reserve sdk.Uint128 `json:"reserve"`
}

func instantiate(c *sdk.Context, m *Instantiate) (*sdk.Response, error) {
	if err := c.NoFunds(); err != nil {
		return nil, err
	}
	if len(m.Assets) != 2 {
		return nil, ErrTwoAssets
	}
	if m.FeeBps > maxFeeBps {
		return nil, ErrFee
	}
	p := pool{FeeBps: m.FeeBps}
	for _, a := range m.Assets {
		if err := a.validate(c); err != nil {
			return nil, err
		}
		p.Sides = append(p.Sides, Side{Asset: a})
	}
	if m.Assets[0].equal(m.Assets[1]) {
		return nil, ErrTwoAssets
	}
	pools.Save(c, p)
	c.SaveVersion("weft:amm", Version)
	return sdk.Respond("instantiate").Attr("assets", m.Assets[0].String()+","+m.Assets[1].String()), nil
}

// begin loads the pool for a message that changes it.
func begin(c *sdk.Context, deadline *sdk.Expiration) (p pool, err error) {
	p = pools.Load(c)
	switch {
	case p.Busy:
		err = ErrBusy
	case deadline != nil && deadline.Passed(c.Block()):
		err = ErrDeadline
	}
	return p, err
}

// side returns the number of an asset in the pool.
func (p *pool) side(a Asset) (int, error) {
	for i := range p.Sides {
		if p.Sides[i].Asset.equal(a) {
			return i, nil
		}
	}
	return 0, ErrNotInPool
}
