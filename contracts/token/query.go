package token

import (
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/json"
)

func queryBalance(c *sdk.Context, m *QueryBalance) (*BalanceAnswer, error) {
	owner, err := c.Address(m.Address)
	if err != nil {
		return nil, err
	}
	balance, _ := balances.Get(c, owner)
	return &BalanceAnswer{balance}, nil
}

func queryTokenInfo(c *sdk.Context, _ *QueryTokenInfo) (*TokenInfoAnswer, error) {
	t := info.Load(c)
	return &TokenInfoAnswer{Name: t.Name, Symbol: t.Symbol, Decimals: t.Decimals, TotalSupply: t.TotalSupply}, nil
}

// MinterAnswer is a minter or null.
//
//sdk:schema {"anyOf": [{"$ref": "#/definitions/Minter"}, {"type": "null"}]}
type MinterAnswer struct{ *Minter }

// EncodeJSON writes the minter or null.
func (a MinterAnswer) EncodeJSON(w *json.Writer) {
	if a.Minter == nil {
		w.Null()
		return
	}
	a.Minter.EncodeJSON(w)
}

func queryMinter(c *sdk.Context, _ *QueryMinter) (MinterAnswer, error) {
	return MinterAnswer{info.Load(c).Mint}, nil
}

func queryAllowance(c *sdk.Context, m *QueryAllowance) (*AllowanceAnswer, error) {
	owner, err := c.Address(m.Owner)
	if err != nil {
		return nil, err
	}
	spender, err := c.Address(m.Spender)
	if err != nil {
		return nil, err
	}
	a, _ := allowances.Get(c, ownerSpender{First: owner, Second: spender})
	return &a, nil
}

// checkAfter refuses a page that begins behind what is no address.
func checkAfter(c *sdk.Context, a *sdk.Addr) error { return checkAddress(c, (*string)(a)) }

func queryAllAllowances(c *sdk.Context, m *QueryAllAllowances) (*AllAllowancesAnswer, error) {
	owner, err := c.Address(m.Owner)
	if err != nil {
		return nil, err
	}
	if err := checkAfter(c, m.StartAfter); err != nil {
		return nil, err
	}
	answer := &AllAllowancesAnswer{}
	for spender, a := range sdk.Sub(allowances, owner).All(c, sdk.Page(m.StartAfter, m.Limit)) {
		answer.Allowances = append(answer.Allowances, SpenderAllowance{spender, a.Allowance, a.Expires})
	}
	return answer, nil
}

func queryAllSpenderAllowances(c *sdk.Context, m *QueryAllSpenderAllowances) (*AllSpenderAllowancesAnswer, error) {
	spender, err := c.Address(m.Spender)
	if err != nil {
		return nil, err
	}
	if err := checkAfter(c, m.StartAfter); err != nil {
		return nil, err
	}
	answer := &AllSpenderAllowancesAnswer{}
	for owner, a := range sdk.Sub(bySpender, spender).All(c, sdk.Page(m.StartAfter, m.Limit)) {
		answer.Allowances = append(answer.Allowances, OwnerAllowance{owner, a.Allowance, a.Expires})
	}
	return answer, nil
}

func queryAllAccounts(c *sdk.Context, m *QueryAllAccounts) (*AllAccountsAnswer, error) {
	if err := checkAfter(c, m.StartAfter); err != nil {
		return nil, err
	}
	answer := &AllAccountsAnswer{}
	for owner := range balances.Keys(c, sdk.Page(m.StartAfter, m.Limit)) {
		answer.Accounts = append(answer.Accounts, owner)
	}
	return answer, nil
}
