package miningpool

import "github.com/weftchain/weft/contracts/sdk"

func queryConfig(c *sdk.Context, _ *QueryConfig) (*Config, error) {
	cfg := configs.Load(c)
	return &cfg, nil
}

func queryPool(c *sdk.Context, _ *QueryPool) (*Pool, error) {
	p := pools.Load(c)
	return &p, nil
}

func queryRound(c *sdk.Context, m *QueryRound) (*Round, error) {
	r, ok := rounds.Get(c, sdk.U64(m.Round))
	if !ok {
		return nil, ErrNoRound
	}
	return &r, nil
}

// queryMember answers zeros for who never mined: nobody need ask first.
func queryMember(c *sdk.Context, m *QueryMember) (*MemberAnswer, error) {
	address, err := c.Address(m.Address)
	if err != nil {
		return nil, err
	}
	cfg, p := configs.Load(c), pools.Load(c)
	who, _ := members.Get(c, address)
	who.fold(c, &cfg, &p)
	a := &MemberAnswer{Claimable: who.Credit, Claimed: who.Claimed, Tickets: who.Tickets}
	for _, o := range who.Open {
		a.Earning += o.Tickets
	}
	return a, nil
}

func queryMembers(c *sdk.Context, m *QueryMembers) (*MembersAnswer, error) {
	cfg, p := configs.Load(c), pools.Load(c)
	a := &MembersAnswer{}
	for address, who := range members.All(c, sdk.Page(m.StartAfter, m.Limit)) {
		who.fold(c, &cfg, &p)
		a.Members = append(a.Members, NamedMember{Address: address, Claimable: who.Credit, Claimed: who.Claimed, Tickets: who.Tickets})
	}
	return a, nil
}

func queryTag(c *sdk.Context, m *QueryTag) (*TagAnswer, error) {
	tag, err := c.Canonical(sdk.Addr(m.Address))
	if err != nil {
		return nil, err
	}
	if len(tag) != keyBytes {
		return nil, ErrMember
	}
	if m.Worker != nil {
		worker, ok := sdk.ParseHex(*m.Worker)
		if !ok || len(worker) > tagBytes-keyBytes {
			return nil, ErrWorker
		}
		tag = append(tag, worker...)
	}
	return &TagAnswer{Tag: sdk.Hex(append(tag, make([]byte, tagBytes-len(tag))...))}, nil
}
