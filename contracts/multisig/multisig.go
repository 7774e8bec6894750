// Package multisig is an account of several people. A voter proposes messages,
// the others vote, and once enough are for it anybody may have the multisig send
// them. Voters, their weights and the threshold are fixed at the start.
//
// Messages, queries, attributes and store are those of CW3 (cw3-fixed-multisig
// 1.0), so that tools for it work, and a contract of that code can be migrated to
// this one. README.md tells the few cases in which this one is stricter.
package multisig

import "github.com/weftchain/weft/contracts/sdk"

//go:generate go run github.com/weftchain/weft/contracts/sdk/gen

// Contract is the multisig.
var Contract = sdk.Contract{
	Instantiate: sdk.Do(instantiate),
	Execute: sdk.Routes{
		sdk.On("propose", propose),
		sdk.On("vote", vote),
		sdk.On("execute", execute),
		sdk.On("close", closeProposal),
	},
	Query: sdk.Answers{
		sdk.Answer("threshold", queryThreshold),
		sdk.Answer("proposal", queryProposal),
		sdk.Answer("list_proposals", queryProposals),
		sdk.Answer("reverse_proposals", queryProposalsReverse),
		sdk.Answer("vote", queryVote),
		sdk.Answer("list_votes", queryVotes),
		sdk.Answer("voter", queryVoter),
		sdk.Answer("list_voters", queryVoters),
	},
	Migrate: sdk.Do(migrate),
}

// The errors of the multisig. The first ones have the texts of CW3.
const (
	ErrNoVoters          = sdk.Error("No voters")
	ErrUnauthorized      = sdk.Error("Unauthorized")
	ErrNotOpen           = sdk.Error("Proposal is not open")
	ErrExpired           = sdk.Error("Proposal voting period has expired")
	ErrNotExpired        = sdk.Error("Proposal must expire before you can close it")
	ErrWrongExpiration   = sdk.Error("Wrong expiration option")
	ErrAlreadyVoted      = sdk.Error("Already voted on this proposal")
	ErrNotPassed         = sdk.Error("Proposal must have passed and not yet been executed")
	ErrWrongClose        = sdk.Error("Cannot close completed or passed proposals")
	ErrZeroWeight        = sdk.Error("Required weight cannot be zero")
	ErrUnreachable       = sdk.Error("Not possible to reach required (passing) weight")
	ErrThreshold         = sdk.Error("Invalid voting threshold percentage, must be in the 0.5-1.0 range")
	ErrZeroQuorum        = sdk.Error("Required quorum threshold cannot be zero")
	ErrUnreachableQuorum = sdk.Error("Not possible to reach required quorum threshold")

	ErrNoProposal     = sdk.Error("Proposal not found")
	ErrDuplicateVoter = sdk.Error("A voter is listed twice")
	ErrWeightOverflow = sdk.Error("The weights of all voters must add up to less than 2^64")
	ErrNoPeriod       = sdk.Error("The voting period must not be zero")
	ErrEarliest       = sdk.Error("Voting begins at once: leave earliest out")
	ErrTooLarge       = sdk.Error("Title, description and messages of a proposal have at most 65536 bytes")
	ErrNotCW3         = sdk.Error("Only a cw3-fixed-multisig can be migrated to this code")
)

// maxProposalBytes bounds a proposal, so that a page of them can always be read.
const maxProposalBytes = 1 << 16

// The store, as cw3-fixed-multisig lays it out.
var (
	configs   = sdk.NewItem[config]("config")
	lastID    = sdk.NewItem[sdk.U64]("proposal_count")
	voters    = sdk.NewMap[sdk.Addr, sdk.U64]("voters") // weights
	proposals = sdk.NewMap[sdk.U64, proposal]("proposals")
	ballots   = sdk.NewMap[idVoter, ballot]("votes")
)

// idVoter is a proposal and somebody who voted on it.
type idVoter = sdk.Pair[sdk.U64, sdk.Addr]

// What the store's contract_info says of this code and of the one that it can
// take over from.
const (
	Name    = "weft:multisig"
	Version = "1.0.0"

	nameCW3 = "crates" + ".io:cw3-fixed-multisig"
)

func instantiate(c *sdk.Context, m *Instantiate) (*sdk.Response, error) {
	if len(m.Voters) == 0 {
		return nil, ErrNoVoters
	}
	total := uint64(0)
	for i := range m.Voters {
		v := &m.Voters[i]
		address, err := c.Address(v.Addr)
		if err != nil {
			return nil, err
		}
		if voters.Has(c, address) {
			return nil, ErrDuplicateVoter // the total would count weight that cannot vote
		}
		voters.Save(c, address, sdk.U64(v.Weight))
		if total += v.Weight; total < v.Weight {
			return nil, ErrWeightOverflow
		}
	}
	if err := m.Threshold.validate(total); err != nil {
		return nil, err
	}
	if err := m.MaxVotingPeriod.validate(); err != nil {
		return nil, err
	}
	configs.Save(c, config{Threshold: m.Threshold, TotalWeight: total, MaxVotingPeriod: m.MaxVotingPeriod})
	c.SaveVersion(Name, Version)
	return &sdk.Response{}, nil
}

// migrate takes over the state of a contract with the same layout.
func migrate(c *sdk.Context, _ *Migrate) (*sdk.Response, error) {
	old, _ := c.SavedVersion()
	if old.Contract != Name && old.Contract != nameCW3 {
		return nil, ErrNotCW3
	}
	c.SaveVersion(Name, Version)
	return &sdk.Response{}, nil
}
