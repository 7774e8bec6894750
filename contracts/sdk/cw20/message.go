package cw20

import (
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/json"
)

type encoder = json.Encoder

// transfer is transfer and mint.
//
//sdk:json
type transfer struct {
	Recipient sdk.Addr    `json:"recipient"`
	Amount    sdk.Uint128 `json:"amount"`
}

//sdk:json
type transferFrom struct {
	Owner     sdk.Addr    `json:"owner"`
	Recipient sdk.Addr    `json:"recipient"`
	Amount    sdk.Uint128 `json:"amount"`
}

//sdk:json
type send struct {
	Contract sdk.Addr    `json:"contract"`
	Amount   sdk.Uint128 `json:"amount"`
	Msg      []byte      `json:"msg"`
}

//sdk:json
type allow struct {
	Spender sdk.Addr    `json:"spender"`
	Amount  sdk.Uint128 `json:"amount"`
}

//sdk:json
type burn struct {
	Amount sdk.Uint128 `json:"amount"`
}

//sdk:json
type balanceQuery struct {
	Address sdk.Addr `json:"address"`
}

//sdk:json
type balance struct {
	Balance sdk.Uint128 `json:"balance"`
}

//sdk:json
type allowanceQuery struct {
	Owner   sdk.Addr `json:"owner"`
	Spender sdk.Addr `json:"spender"`
}

//sdk:json
type allowance struct {
	Allowance sdk.Uint128    `json:"allowance"`
	Expires   sdk.Expiration `json:"expires"`
}

//sdk:json
type infoQuery struct{}
