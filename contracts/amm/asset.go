package amm

import "github.com/weftchain/weft/contracts/sdk"

// Asset is a coin of the chain, by its denom, or a CW20 token, by the address of
// its contract: {"native":"uweft"} or {"cw20":"weft1…"}.
//
//sdk:oneof
type Asset struct {
	Native *string   `json:"native"`
	CW20   *sdk.Addr `json:"cw20"`
}

// validate refuses what is no asset. A token must at least tell a balance.
func (a Asset) validate(c *sdk.Context) error {
	if a.CW20 == nil {
		if *a.Native == "" {
			return ErrDenom
		}
		return nil
	}
	if _, err := c.Address(string(*a.CW20)); err != nil {
		return err
	}
	_, err := tokenBalance(c, *a.CW20)
	return err
}

func (a Asset) equal(b Asset) bool {
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
	return a.CW20.String()
}

// pay adds the message that gives an amount of the asset; nothing for nothing.
func (a Asset) pay(r *sdk.Response, to sdk.Addr, amount sdk.Uint128) {
	switch {
	case amount.IsZero():
	case a.Native != nil:
		r.Send(to, sdk.Coin{Denom: *a.Native, Amount: amount.Wide()})
	default:
		r.Call(*a.CW20, "transfer", &tokenTransfer{Recipient: to, Amount: amount})
	}
}

// arrived returns how much of a token that was said to have come is really there.
// A token that takes a fee of transfers says more than it brings.
func (s *Side) arrived(c *sdk.Context, said sdk.Uint128) (sdk.Uint128, error) {
	balance, err := tokenBalance(c, *s.Asset.CW20)
	if err != nil {
		return said, err
	}
	surplus, ok := balance.TrySub(s.Reserve)
	switch {
	case !ok:
		return sdk.Uint128{}, nil
	case surplus.Less(said):
		return surplus, nil
	}
	return said, nil // what else is there was given away
}

func tokenBalance(c *sdk.Context, token sdk.Addr) (sdk.Uint128, error) {
	var answer tokenBalanceAnswer
	err := c.Ask(token, "balance", &tokenBalanceQuery{Address: c.Self()}, &answer)
	return answer.Balance, err
}
