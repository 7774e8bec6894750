package escrow

import "github.com/weftchain/weft/contracts/sdk"

func queryList(c *sdk.Context, m *QueryList) (*ListAnswer, error) {
	answer := &ListAnswer{}
	for id := range escrows.Keys(c, sdk.Page((*sdk.Text)(m.StartAfter), m.Limit)) {
		answer.Escrows = append(answer.Escrows, string(id))
	}
	return answer, nil
}

func queryDetails(c *sdk.Context, m *QueryDetails) (*DetailsAnswer, error) {
	e, err := load(c, m.ID)
	if err != nil {
		return nil, err
	}
	return &DetailsAnswer{
		ID: m.ID, Arbiter: e.Arbiter, Recipient: e.Recipient, Source: e.Source,
		Title: e.Title, Description: e.Description, EndHeight: e.EndHeight, EndTime: e.EndTime,
		NativeBalance: e.Balance.Native, Cw20Balance: e.Balance.Cw20, Cw20Whitelist: e.Cw20Whitelist,
	}, nil
}

func queryUnpaid(c *sdk.Context, m *QueryUnpaid) (*UnpaidAnswer, error) {
	owner, err := c.Address(m.Owner)
	if err != nil {
		return nil, err
	}
	answer := &UnpaidAnswer{}
	for token, amount := range sdk.Sub(unpaid, owner).All(c, sdk.Page((*sdk.Addr)(m.StartAfter), m.Limit)) {
		answer.Unpaid = append(answer.Unpaid, Cw20Coin{Address: token, Amount: amount})
	}
	return answer, nil
}
