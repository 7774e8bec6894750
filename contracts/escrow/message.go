package escrow

import "github.com/weftchain/weft/contracts/sdk"

// Instantiate makes the contract; it has no owner and nothing to set.
//
//sdk:json
type Instantiate struct{}

// Create makes an escrow of the coins that come along. To make one of CW20
// tokens, send them to the contract with {"create":{…}} as the message.
//
//sdk:json
type Create struct {
	// ID is a name of 3 to 20 bytes that no escrow had before.
	ID string `json:"id"`
	// Arbiter decides.
	Arbiter string `json:"arbiter"`
	// Recipient gets the funds if the arbiter approves, who may also choose one later.
	Recipient   *string `json:"recipient"`
	Title       string  `json:"title"`
	Description string  `json:"description"`
	// EndHeight is the last block in which the arbiter may approve. After it
	// anybody may send the funds back to the source.
	EndHeight *uint64 `json:"end_height"`
	// EndTime is the same in seconds since 1970, UTC.
	EndTime *uint64 `json:"end_time"`
	// Cw20Whitelist has the tokens that may be added later.
	Cw20Whitelist []string `json:"cw20_whitelist,omitempty"`
}

// TopUp adds the coins that come along. Others than the source may add only denoms
// that are there, so that they cannot fill the list. To add CW20 tokens, send
// them to the contract with {"top_up":{…}} as the message.
//
//sdk:json
type TopUp struct {
	ID string `json:"id"`
}

// deposit is the message that comes with CW20 tokens.
//
//sdk:oneof
type deposit struct {
	Create *Create `json:"create"`
	TopUp  *TopUp  `json:"top_up"`
}

// SetRecipient chooses who gets the funds. Only the arbiter may.
//
//sdk:json
type SetRecipient struct {
	ID        string `json:"id"`
	Recipient string `json:"recipient"`
}

// Approve sends the funds to the recipient. Only the arbiter may, until the end.
//
//sdk:json
type Approve struct {
	ID string `json:"id"`
}

// Refund sends the funds to the source. The arbiter may at any time, anybody may
// after the end.
//
//sdk:json
type Refund struct {
	ID string `json:"id"`
}

// Claim tries again to pay the sender what a CW20 token failed to pay.
//
//sdk:json
type Claim struct {
	Token string `json:"token"`
}

// Escrow is an escrow in the store.
//
//sdk:json
type Escrow struct {
	Arbiter       sdk.Addr   `json:"arbiter"`
	Recipient     *sdk.Addr  `json:"recipient"`
	Source        sdk.Addr   `json:"source"`
	Title         string     `json:"title"`
	Description   string     `json:"description"`
	EndHeight     *uint64    `json:"end_height"`
	EndTime       *uint64    `json:"end_time"`
	Balance       Balance    `json:"balance"`
	Cw20Whitelist []sdk.Addr `json:"cw20_whitelist"`
}

// Balance is what an escrow holds.
//
//sdk:json
type Balance struct {
	Native sdk.Coins  `json:"native"`
	Cw20   []Cw20Coin `json:"cw20"`
}

// Cw20Coin is an amount of a CW20 token.
//
//sdk:json
type Cw20Coin struct {
	Address sdk.Addr    `json:"address"`
	Amount  sdk.Uint128 `json:"amount"`
}

// QueryList asks for the ids of the escrows that have not ended.
//
//sdk:json
type QueryList struct {
	StartAfter *string `json:"start_after"`
	Limit      *uint32 `json:"limit"`
}

// ListAnswer is a page of ids, in the order of their bytes.
//
//sdk:json
type ListAnswer struct {
	Escrows []string `json:"escrows"`
}

// QueryDetails asks for one escrow.
//
//sdk:json
type QueryDetails struct {
	ID string `json:"id"`
}

// DetailsAnswer is one escrow.
//
//sdk:json
type DetailsAnswer struct {
	ID            string     `json:"id"`
	Arbiter       sdk.Addr   `json:"arbiter"`
	Recipient     *sdk.Addr  `json:"recipient"`
	Source        sdk.Addr   `json:"source"`
	Title         string     `json:"title"`
	Description   string     `json:"description"`
	EndHeight     *uint64    `json:"end_height"`
	EndTime       *uint64    `json:"end_time"`
	NativeBalance sdk.Coins  `json:"native_balance"`
	Cw20Balance   []Cw20Coin `json:"cw20_balance"`
	Cw20Whitelist []sdk.Addr `json:"cw20_whitelist"`
}

// QueryUnpaid asks what tokens failed to pay to an owner, and can be claimed.
//
//sdk:json
type QueryUnpaid struct {
	Owner      string  `json:"owner"`
	StartAfter *string `json:"start_after"` // a token
	Limit      *uint32 `json:"limit"`
}

// UnpaidAnswer is a page of tokens.
//
//sdk:json
type UnpaidAnswer struct {
	Unpaid []Cw20Coin `json:"unpaid"`
}
