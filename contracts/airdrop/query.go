package airdrop

import "github.com/weftchain/weft/contracts/sdk"

func queryConfig(c *sdk.Context, _ *QueryConfig) (*ConfigAnswer, error) {
	cfg := configs.Load(c)
	return &ConfigAnswer{Owner: cfg.Owner, Asset: cfg.Asset, LatestStage: cfg.LatestStage}, nil
}

func queryStage(c *sdk.Context, m *QueryStage) (*Stage, error) {
	s, ok := stages.Get(c, sdk.U64(m.Stage))
	if !ok {
		return nil, ErrNoStage
	}
	return &s, nil
}

func queryStages(c *sdk.Context, m *QueryStages) (*StagesAnswer, error) {
	answer := &StagesAnswer{}
	for id, s := range stages.All(c, sdk.Page(m.StartAfter, m.Limit)) {
		answer.Stages = append(answer.Stages, NumberedStage{ID: uint64(id), Stage: s})
	}
	return answer, nil
}

func queryIsClaimed(c *sdk.Context, m *QueryIsClaimed) (*IsClaimedAnswer, error) {
	address, err := c.Address(m.Address)
	if err != nil {
		return nil, err
	}
	amount, ok := claims.Get(c, stageOwner{First: sdk.U64(m.Stage), Second: address})
	return &IsClaimedAnswer{IsClaimed: ok, Amount: amount}, nil
}

func queryClaims(c *sdk.Context, m *QueryClaims) (*ClaimsAnswer, error) {
	answer := &ClaimsAnswer{}
	for address, amount := range sdk.Sub(claims, sdk.U64(m.Stage)).All(c, sdk.Page(m.StartAfter, m.Limit)) {
		answer.Claims = append(answer.Claims, Claimed{Address: address, Amount: amount})
	}
	return answer, nil
}

func queryVerify(c *sdk.Context, m *QueryVerify) (*VerifyAnswer, error) {
	s, ok := stages.Get(c, sdk.U64(m.Stage))
	if !ok {
		return nil, ErrNoStage
	}
	ok, err := proves(s.MerkleRoot, Leaf(m.Address, m.Amount), m.Proof)
	return &VerifyAnswer{Valid: ok}, err
}
