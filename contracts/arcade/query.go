package arcade

import "github.com/weftchain/weft/contracts/sdk"

func queryConfig(c *sdk.Context, _ *QueryConfig) (*Config, error) {
	cfg := configs.Load(c)
	return &cfg, nil
}

func queryRound(c *sdk.Context, m *QueryRound) (*Round, error) {
	r, _ := rounds.Get(c, sdk.U64(m.Epoch))
	return &r, nil
}

func queryWinnings(c *sdk.Context, m *QueryWinnings) (*WinningsAnswer, error) {
	address, err := c.Address(m.Address)
	if err != nil {
		return nil, err
	}
	amount, _ := won.Get(c, address)
	return &WinningsAnswer{Amount: amount}, nil
}
