package multisig

import (
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/json"
)

// Instantiate makes a multisig.
//
//sdk:json
type Instantiate struct {
	Voters          []Voter   `json:"voters"`
	Threshold       Threshold `json:"threshold"`
	MaxVotingPeriod Duration  `json:"max_voting_period"`
}

// Voter may propose and vote; without weight only propose.
//
//sdk:json
type Voter struct {
	Addr   string `json:"addr"`
	Weight uint64 `json:"weight"`
}

// Duration is a number of blocks or of seconds: one of the two.
//
//sdk:oneof
type Duration struct {
	Height *uint64 `json:"height"`
	Time   *uint64 `json:"time"`
}

// Migrate takes over the store of a CW3 contract.
//
//sdk:json
type Migrate struct{}

// Propose begins a vote, with a yes of the sender.
//
//sdk:json
type Propose struct {
	Title       string          `json:"title"`
	Description string          `json:"description"`
	Msgs        []CosmosMsg     `json:"msgs"`     // what the multisig sends, in order
	Earliest    *sdk.Expiration `json:"earliest"` // CW3 has it, no contract uses it: must be null
	Latest      *sdk.Expiration `json:"latest"`   // end of the vote; without it, and at most, after the voting period
}

// CastVote votes on a proposal.
//
//sdk:json
type CastVote struct {
	ProposalID uint64 `json:"proposal_id"`
	Vote       Vote   `json:"vote"`
}

// Execute has the multisig send the messages of a proposal that passed. Anybody
// may do so.
//
//sdk:json
type Execute struct {
	ProposalID uint64 `json:"proposal_id"`
}

// Close marks a proposal that expired without passing as rejected. Anybody may
// do so.
//
//sdk:json
type Close struct {
	ProposalID uint64 `json:"proposal_id"`
}

// QueryThreshold asks what a proposal needs to pass.
//
//sdk:json
type QueryThreshold struct{}

// QueryProposal asks for a proposal.
//
//sdk:json
type QueryProposal struct {
	ProposalID uint64 `json:"proposal_id"`
}

// ProposalAnswer is a proposal, with the status that it has in this block.
//
//sdk:json
type ProposalAnswer struct {
	ID          uint64          `json:"id"`
	Title       string          `json:"title"`
	Description string          `json:"description"`
	Msgs        []CosmosMsg     `json:"msgs"`
	Status      Status          `json:"status"`
	Expires     sdk.Expiration  `json:"expires"`
	Threshold   ThresholdAnswer `json:"threshold"`
	Proposer    sdk.Addr        `json:"proposer"`
	Deposit     json.Raw        `json:"deposit"` // of CW3 with deposits; null here
}

// QueryProposals asks for proposals, the oldest first.
//
//sdk:json
type QueryProposals struct {
	StartAfter *sdk.U64 `json:"start_after"`
	Limit      *uint32  `json:"limit"`
}

// QueryProposalsReverse asks for proposals, the youngest first.
//
//sdk:json
type QueryProposalsReverse struct {
	StartBefore *sdk.U64 `json:"start_before"`
	Limit       *uint32  `json:"limit"`
}

// ProposalsAnswer is a page of proposals.
//
//sdk:json
type ProposalsAnswer struct {
	Proposals []ProposalAnswer `json:"proposals"`
}

// QueryVote asks how somebody voted.
//
//sdk:json
type QueryVote struct {
	ProposalID uint64 `json:"proposal_id"`
	Voter      string `json:"voter"`
}

// VoteAnswer is a vote, null if there is none.
//
//sdk:json
type VoteAnswer struct {
	Vote *VoteInfo `json:"vote"`
}

// VoteInfo is how somebody voted, and with what weight.
//
//sdk:json
type VoteInfo struct {
	ProposalID uint64   `json:"proposal_id"`
	Voter      sdk.Addr `json:"voter"`
	Vote       Vote     `json:"vote"`
	Weight     uint64   `json:"weight"`
}

// QueryVotes asks for the votes on a proposal.
//
//sdk:json
type QueryVotes struct {
	ProposalID uint64    `json:"proposal_id"`
	StartAfter *sdk.Addr `json:"start_after"`
	Limit      *uint32   `json:"limit"`
}

// VotesAnswer is a page of votes.
//
//sdk:json
type VotesAnswer struct {
	Votes []VoteInfo `json:"votes"`
}

// QueryVoter asks for somebody's weight.
//
//sdk:json
type QueryVoter struct {
	Address string `json:"address"`
}

// VoterAnswer is a weight, null for who is no voter.
//
//sdk:json
type VoterAnswer struct {
	Weight *uint64 `json:"weight"`
}

// QueryVoters asks for the voters.
//
//sdk:json
type QueryVoters struct {
	StartAfter *sdk.Addr `json:"start_after"`
	Limit      *uint32   `json:"limit"`
}

// VotersAnswer is a page of voters.
//
//sdk:json
type VotersAnswer struct {
	Voters []Voter `json:"voters"`
}
