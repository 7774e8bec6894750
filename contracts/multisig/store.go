package multisig

import (
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/json"
)

// config is the store's config.
//
//sdk:json
type config struct {
	Threshold       Threshold `json:"threshold"`
	TotalWeight     uint64    `json:"total_weight"`
	MaxVotingPeriod Duration  `json:"max_voting_period"`
}

// proposal is a value of the store's proposals.
//
//sdk:json
type proposal struct {
	Title       string         `json:"title"`
	Description string         `json:"description"`
	StartHeight uint64         `json:"start_height"`
	Expires     sdk.Expiration `json:"expires"`
	Msgs        []CosmosMsg    `json:"msgs"`
	Status      Status         `json:"status"`
	Threshold   Threshold      `json:"threshold"`
	TotalWeight uint64         `json:"total_weight"`
	Votes       tally          `json:"votes"`
	Proposer    sdk.Addr       `json:"proposer"`
	Deposit     json.Raw       `json:"deposit"` // null
}

// tally is the weight of the votes of each kind.
//
//sdk:json
type tally struct {
	Yes     uint64 `json:"yes"`
	No      uint64 `json:"no"`
	Abstain uint64 `json:"abstain"`
	Veto    uint64 `json:"veto"`
}

// ballot is a value of the store's votes.
//
//sdk:json
type ballot struct {
	Weight uint64 `json:"weight"`
	Vote   Vote   `json:"vote"`
}

// CosmosMsg is a message of the chain in JSON, like {"bank":{"send":{…}}}. The
// multisig does not look into it: the chain does, when it is sent.
//
//sdk:schema {"type": "object"}
type CosmosMsg string

// DecodeJSON keeps an object.
func (m *CosmosMsg) DecodeJSON(r *json.Reader) {
	doc := r.Raw()
	if doc != "" && doc[0] != '{' {
		r.Fail(`expected a message like {"bank":{…}}`)
	}
	*m = CosmosMsg(doc)
}

// EncodeJSON writes the message as it came.
func (m CosmosMsg) EncodeJSON(w *json.Writer) { w.Raw(string(m)) }

// Vote is a voter's opinion: yes, no, abstain or veto. A veto is a no that
// CW3 counts on its own: it does not reject early.
//
//sdk:schema enum
type Vote string

// The votes.
const (
	Yes     Vote = "yes"
	No      Vote = "no"
	Abstain Vote = "abstain"
	Veto    Vote = "veto"
)

// DecodeJSON reads one of the four.
func (v *Vote) DecodeJSON(r *json.Reader) {
	switch *v = Vote(r.Text()); *v {
	case Yes, No, Abstain, Veto:
	default:
		r.Fail("expected one of yes, no, abstain and veto")
	}
}

// EncodeJSON writes the word.
func (v Vote) EncodeJSON(w *json.Writer) { w.Text(string(v)) }

// Status is where a proposal stands.
//
//sdk:schema enum
type Status string

// The statuses. CW3 has "pending" too, which no proposal here ever is.
const (
	Open     Status = "open"     // the vote goes on
	Rejected Status = "rejected" // it can pass no more
	Passed   Status = "passed"   // it can be executed
	Executed Status = "executed"
)

// String returns the status with a capital, as the attributes have it.
func (s Status) String() string { return string(s[0]-'a'+'A') + string(s[1:]) }

// DecodeJSON reads a status from the store.
func (s *Status) DecodeJSON(r *json.Reader) {
	switch *s = Status(r.Text()); *s {
	case Open, Rejected, Passed, Executed:
	default:
		r.Fail("unknown status of a proposal")
	}
}

// EncodeJSON writes the word.
func (s Status) EncodeJSON(w *json.Writer) { w.Text(string(s)) }
