package cw20

import "github.com/weftchain/weft/contracts/sdk"

// Asset is a coin of the chain, by its denom, or a CW20 token, by the address of
// its contract: {"native":"uweft"} or {"cw20":"weft1…"}.
//
//sdk:oneof
type Asset struct {
	Native *string   `json:"native"`
	CW20   *sdk.Addr `json:"cw20"`
}

// ErrDenom refuses an asset without a name.
const ErrDenom = sdk.Error("an asset needs a denom")

// Validate refuses a denom that is empty and a token that is no address. That the
// address is a token's shows when it is asked for a balance.
func (a Asset) Validate(c *sdk.Context) error {
	if a.CW20 == nil {
		if a.Native == nil || *a.Native == "" {
			return ErrDenom
		}
		return nil
	}
	_, err := c.Address(string(*a.CW20))
	return err
}

// Equal reports whether two assets are the same.
func (a Asset) Equal(b Asset) bool {
	switch {
	case a.Native != nil && b.Native != nil:
		return *a.Native == *b.Native
	case a.CW20 != nil && b.CW20 != nil:
		return *a.CW20 == *b.CW20
	}
	return false
}

// String returns the denom or the address.
func (a Asset) String() string {
	if a.Native != nil {
		return *a.Native
	}
	return string(*a.CW20)
}

// Pay returns the message that gives an amount of what the contract has. A bank
// takes no message about nothing: leave out an amount of zero.
func (a Asset) Pay(to sdk.Addr, amount sdk.Uint128) sdk.Msg {
	if a.Native != nil {
		return sdk.Send{To: to, Coins: sdk.Coins{{Denom: *a.Native, Amount: amount.Wide()}}}
	}
	return Token(*a.CW20).Transfer(to, amount)
}

// Balance asks what an account has. Of a coin there can be more than 128 bits
// hold; that is an error.
func (a Asset) Balance(c *sdk.Context, of sdk.Addr) (sdk.Uint128, error) {
	if a.CW20 != nil {
		return Token(*a.CW20).Balance(c, of)
	}
	amount, err := c.Balance(of, *a.Native)
	if err != nil {
		return sdk.Uint128{}, err
	}
	v, ok := amount.Uint128()
	if !ok {
		return v, sdk.Error("the balance of " + *a.Native + " has more than 128 bits")
	}
	return v, nil
}
