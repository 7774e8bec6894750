package token

import (
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/json"
)

// Pages of lists have 10 entries unless the query says so, and never more than 30.
const (
	defaultLimit = 10
	maxLimit     = 30
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

// page is what the lists have in common.
func page(c *sdk.Context, startAfter *string, limit *uint32) (r sdk.Range[sdk.Addr], n int, err error) {
	n = defaultLimit
	if limit != nil {
		n = int(min(*limit, maxLimit))
	}
	if startAfter != nil {
		after, err := c.Address(*startAfter)
		if err != nil {
			return r, 0, err
		}
		r.After = &after
	}
	return r, n, nil
}

func queryAllAllowances(c *sdk.Context, m *QueryAllAllowances) (*AllAllowancesAnswer, error) {
	owner, err := c.Address(m.Owner)
	if err != nil {
		return nil, err
	}
	r, limit, err := page(c, m.StartAfter, m.Limit)
	answer := &AllAllowancesAnswer{}
	if err != nil || limit == 0 {
		return answer, err
	}
	for spender, a := range sdk.Sub(allowances, owner).All(c, r) {
		answer.Allowances = append(answer.Allowances, SpenderAllowance{spender, a.Allowance, a.Expires})
		if len(answer.Allowances) == limit {
			break
		}
	}
	return answer, nil
}

func queryAllSpenderAllowances(c *sdk.Context, m *QueryAllSpenderAllowances) (*AllSpenderAllowancesAnswer, error) {
	spender, err := c.Address(m.Spender)
	if err != nil {
		return nil, err
	}
	r, limit, err := page(c, m.StartAfter, m.Limit)
	answer := &AllSpenderAllowancesAnswer{}
	if err != nil || limit == 0 {
		return answer, err
	}
	for owner, a := range sdk.Sub(bySpender, spender).All(c, r) {
		answer.Allowances = append(answer.Allowances, OwnerAllowance{owner, a.Allowance, a.Expires})
		if len(answer.Allowances) == limit {
			break
		}
	}
	return answer, nil
}

func queryAllAccounts(c *sdk.Context, m *QueryAllAccounts) (*AllAccountsAnswer, error) {
	r, limit, err := page(c, m.StartAfter, m.Limit)
	answer := &AllAccountsAnswer{}
	if err != nil || limit == 0 {
		return answer, err
	}
	for owner := range balances.All(c, r) {
		answer.Accounts = append(answer.Accounts, owner)
		if len(answer.Accounts) == limit {
			break
		}
	}
	return answer, nil
}

func queryMarketing(c *sdk.Context, _ *QueryMarketing) (*Marketing, error) {
	m, _ := marketing.Get(c)
	return &m, nil
}
