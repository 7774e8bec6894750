package multisig

import "github.com/weftchain/weft/contracts/sdk"

// Lists have pages of 10 entries, at most 30: see sdk.Page.

func queryThreshold(c *sdk.Context, _ *QueryThreshold) (*ThresholdAnswer, error) {
	cfg := configs.Load(c)
	a := cfg.Threshold.answer(cfg.TotalWeight)
	return &a, nil
}

func (p *proposal) answer(id sdk.U64, b sdk.Block) ProposalAnswer {
	return ProposalAnswer{
		ID: uint64(id), Title: p.Title, Description: p.Description, Msgs: p.Msgs,
		Status: p.status(b), Expires: p.Expires, Proposer: p.Proposer,
		Threshold: p.Threshold.answer(p.TotalWeight),
	}
}

func queryProposal(c *sdk.Context, m *QueryProposal) (*ProposalAnswer, error) {
	p, ok := proposals.Get(c, sdk.U64(m.ProposalID))
	if !ok {
		return nil, ErrNoProposal
	}
	a := p.answer(sdk.U64(m.ProposalID), c.Block())
	return &a, nil
}

func queryProposals(c *sdk.Context, m *QueryProposals) (*ProposalsAnswer, error) {
	return proposalPage(c, sdk.Page(m.StartAfter, m.Limit)), nil
}

func queryProposalsReverse(c *sdk.Context, m *QueryProposalsReverse) (*ProposalsAnswer, error) {
	return proposalPage(c, sdk.Page(m.StartBefore, m.Limit).Reverse()), nil
}

func proposalPage(c *sdk.Context, r sdk.Range[sdk.U64]) *ProposalsAnswer {
	answer := &ProposalsAnswer{}
	for id, p := range proposals.All(c, r) {
		answer.Proposals = append(answer.Proposals, p.answer(id, c.Block()))
	}
	return answer
}

func queryVote(c *sdk.Context, m *QueryVote) (*VoteAnswer, error) {
	voter, err := c.Address(m.Voter)
	if err != nil {
		return nil, err
	}
	b, ok := ballots.Get(c, idVoter{First: sdk.U64(m.ProposalID), Second: voter})
	if !ok {
		return &VoteAnswer{}, nil
	}
	return &VoteAnswer{&VoteInfo{ProposalID: m.ProposalID, Voter: voter, Vote: b.Vote, Weight: b.Weight}}, nil
}

func queryVotes(c *sdk.Context, m *QueryVotes) (*VotesAnswer, error) {
	answer := &VotesAnswer{}
	for voter, b := range sdk.Sub(ballots, sdk.U64(m.ProposalID)).All(c, sdk.Page(m.StartAfter, m.Limit)) {
		answer.Votes = append(answer.Votes, VoteInfo{ProposalID: m.ProposalID, Voter: voter, Vote: b.Vote, Weight: b.Weight})
	}
	return answer, nil
}

func queryVoter(c *sdk.Context, m *QueryVoter) (*VoterAnswer, error) {
	address, err := c.Address(m.Address)
	if err != nil {
		return nil, err
	}
	weight, ok := voters.Get(c, address)
	if !ok {
		return &VoterAnswer{}, nil
	}
	return &VoterAnswer{(*uint64)(&weight)}, nil
}

func queryVoters(c *sdk.Context, m *QueryVoters) (*VotersAnswer, error) {
	answer := &VotersAnswer{}
	for address, weight := range voters.All(c, sdk.Page(m.StartAfter, m.Limit)) {
		answer.Voters = append(answer.Voters, Voter{Addr: address.String(), Weight: uint64(weight)})
	}
	return answer, nil
}
