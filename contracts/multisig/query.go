package multisig

import "github.com/weftchain/weft/contracts/sdk"

// Pages of lists have 10 entries unless the query says so, and never more than 30.
const (
	defaultLimit = 10
	maxLimit     = 30
)

func pageSize(limit *uint32) int {
	if limit == nil {
		return defaultLimit
	}
	return int(min(*limit, maxLimit))
}

// addressAfter is the range behind an address; all of it without one.
func addressAfter(text *string) (r sdk.Range[sdk.Addr]) {
	if text != nil {
		after := sdk.Addr(*text)
		r.After = &after
	}
	return r
}

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
	var r sdk.Range[sdk.U64]
	if m.StartAfter != nil {
		after := sdk.U64(*m.StartAfter)
		r.After = &after
	}
	return proposalPage(c, r, pageSize(m.Limit)), nil
}

func queryProposalsReverse(c *sdk.Context, m *QueryProposalsReverse) (*ProposalsAnswer, error) {
	r := sdk.Range[sdk.U64]{Descending: true}
	if m.StartBefore != nil {
		before := sdk.U64(*m.StartBefore)
		r.Before = &before
	}
	return proposalPage(c, r, pageSize(m.Limit)), nil
}

func proposalPage(c *sdk.Context, r sdk.Range[sdk.U64], limit int) *ProposalsAnswer {
	answer := &ProposalsAnswer{}
	if limit == 0 {
		return answer
	}
	for id, p := range proposals.All(c, r) {
		answer.Proposals = append(answer.Proposals, p.answer(id, c.Block()))
		if len(answer.Proposals) == limit {
			break
		}
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
	answer, limit := &VotesAnswer{}, pageSize(m.Limit)
	if limit == 0 {
		return answer, nil
	}
	for voter, b := range sdk.Sub(ballots, sdk.U64(m.ProposalID)).All(c, addressAfter(m.StartAfter)) {
		answer.Votes = append(answer.Votes, VoteInfo{ProposalID: m.ProposalID, Voter: voter, Vote: b.Vote, Weight: b.Weight})
		if len(answer.Votes) == limit {
			break
		}
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
	answer, limit := &VotersAnswer{}, pageSize(m.Limit)
	if limit == 0 {
		return answer, nil
	}
	for address, weight := range voters.All(c, addressAfter(m.StartAfter)) {
		answer.Voters = append(answer.Voters, Voter{Addr: address.String(), Weight: uint64(weight)})
		if len(answer.Voters) == limit {
			break
		}
	}
	return answer, nil
}
