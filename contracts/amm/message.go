package amm

import "github.com/weftchain/weft/contracts/sdk"

// Instantiate makes a pool, without anything in it yet.
//
//sdk:json
type Instantiate struct {
	Assets []Asset `json:"assets"`  // two different ones
	FeeBps uint16  `json:"fee_bps"` // of what is brought, in basis points (30 are 0.3 %); at most 1000
}

// Provide adds to both sides of the pool, in its ratio, and gives shares for it.
// The first one sets the ratio.
//
//sdk:json
type Provide struct {
	Amounts   []sdk.Uint128   `json:"amounts"`    // at most so much, in the order of the pool; coins come along, tokens are allowed to the pool
	MinShares sdk.Uint128     `json:"min_shares"` // or nothing happens
	Deadline  *sdk.Expiration `json:"deadline"`   // nothing happens from then on
}

// Withdraw gives back shares for a part of both assets.
//
//sdk:json
type Withdraw struct {
	Shares     sdk.Uint128     `json:"shares"`
	MinAmounts []sdk.Uint128   `json:"min_amounts"` // in the order of the pool, or nothing happens
	Deadline   *sdk.Expiration `json:"deadline"`
}

// Swap gives all that came along for as much of the other asset as that is worth.
// Coins come along with the message; for tokens, send them to the pool with this
// message: {"send":{"contract":POOL,"amount":…,"msg":base64 of {"swap":{…}}}}.
//
//sdk:json
type Swap struct {
	MinOut   sdk.Uint128     `json:"min_out"`  // or nothing happens
	To       *string         `json:"to"`       // who gets it; the sender without
	Deadline *sdk.Expiration `json:"deadline"` // nothing happens from then on
}

// Buy takes an amount of the other asset for as much of what came along as that
// costs, and gives back the rest: what comes along is the most that it may cost.
// It comes as with Swap.
//
//sdk:json
type Buy struct {
	Amount   sdk.Uint128     `json:"amount"`
	To       *string         `json:"to"`
	Deadline *sdk.Expiration `json:"deadline"`
}

// Receive is what a CW20 token says when somebody has sent tokens to the pool.
//
//sdk:json
type Receive struct {
	Sender string      `json:"sender"` // who sent them
	Amount sdk.Uint128 `json:"amount"`
	Msg    []byte      `json:"msg"` // {"swap":{…}} or {"buy":{…}}
}

// hook is the message that comes with tokens: one of the two.
//
//sdk:oneof
type hook struct {
	Swap *Swap `json:"swap"`
	Buy  *Buy  `json:"buy"`
}

// Transfer gives shares to somebody else.
//
//sdk:json
type Transfer struct {
	Recipient string      `json:"recipient"`
	Amount    sdk.Uint128 `json:"amount"`
}

// QueryPool asks for what is in the pool.
//
//sdk:json
type QueryPool struct{}

// PoolAnswer is what is in the pool.
//
//sdk:json
type PoolAnswer struct {
	Assets []Side      `json:"assets"`
	Shares sdk.Uint128 `json:"shares"` // all; 1000 of them belong to nobody
	FeeBps uint16      `json:"fee_bps"`
}

// QuerySwap asks what a swap would give.
//
//sdk:json
type QuerySwap struct {
	Offer  Asset       `json:"offer"`
	Amount sdk.Uint128 `json:"amount"`
}

// QueryBuy asks what an amount would cost.
//
//sdk:json
type QueryBuy struct {
	Ask    Asset       `json:"ask"`
	Amount sdk.Uint128 `json:"amount"`
}

// TradeAnswer is what a trade would give or cost.
//
//sdk:json
type TradeAnswer struct {
	Amount sdk.Uint128 `json:"amount"` // what a swap gives of the other asset, or a buy costs of it
	Fee    sdk.Uint128 `json:"fee"`    // of the asset that is brought, and in its amount
}

// QueryShare asks what somebody has in the pool.
//
//sdk:json
type QueryShare struct {
	Address string `json:"address"`
}

// ShareAnswer is somebody's shares and what they would give now.
//
//sdk:json
type ShareAnswer struct {
	Shares  sdk.Uint128   `json:"shares"`
	Amounts []sdk.Uint128 `json:"amounts"`
}

// QueryBalance asks for somebody's shares, as for CW20 tokens.
//
//sdk:json
type QueryBalance struct {
	Address string `json:"address"`
}

// BalanceAnswer is somebody's shares.
//
//sdk:json
type BalanceAnswer struct {
	Balance sdk.Uint128 `json:"balance"`
}

// What the pool says to CW20 tokens, and asks them.

// tokenTransfer gives tokens of the pool.
//
//sdk:json
type tokenTransfer struct {
	Recipient sdk.Addr    `json:"recipient"`
	Amount    sdk.Uint128 `json:"amount"`
}

// tokenTransferFrom fetches tokens of an owner who has allowed it.
//
//sdk:json
type tokenTransferFrom struct {
	Owner     sdk.Addr    `json:"owner"`
	Recipient sdk.Addr    `json:"recipient"`
	Amount    sdk.Uint128 `json:"amount"`
}

// tokenBalanceQuery asks for the tokens of an account.
//
//sdk:json
type tokenBalanceQuery struct {
	Address sdk.Addr `json:"address"`
}

// tokenBalanceAnswer is the answer.
//
//sdk:json
type tokenBalanceAnswer struct {
	Balance sdk.Uint128 `json:"balance"`
}
