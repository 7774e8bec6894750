package airdrop

import "github.com/weftchain/weft/contracts/sdk"

// Asset is a coin of the chain, by its denom, or a CW20 token, by the address of
// its contract: {"native":"uweft"} or {"cw20":"weft1…"}.
//
//sdk:oneof
type Asset struct {
	Native *string   `json:"native"`
	CW20   *sdk.Addr `json:"cw20"`
}

func (a Asset) validate(c *sdk.Context) error {
	if a.CW20 == nil {
		if *a.Native == "" {
			return ErrDenom
		}
		return nil
	}
	_, err := c.Address(string(*a.CW20))
	return err
}

// String returns the denom or the address.
func (a Asset) String() string {
	if a.Native != nil {
		return *a.Native
	}
	return a.CW20.String()
}

// pay adds the message that gives an amount of the asset.
func (a Asset) pay(r *sdk.Response, to sdk.Addr, amount sdk.Uint128) {
	if a.Native != nil {
		r.Send(to, sdk.Coin{Denom: *a.Native, Amount: amount.Wide()})
	} else {
		r.Call(*a.CW20, "transfer", &tokenTransfer{Recipient: to, Amount: amount})
	}
}

// tokenTransfer is CW20's message that gives tokens.
//
//sdk:json
type tokenTransfer struct {
	Recipient sdk.Addr    `json:"recipient"`
	Amount    sdk.Uint128 `json:"amount"`
}
