package sdk

import "github.com/weftchain/weft/contracts/sdk/json"

// The messages of this file act on modules that not every chain has; a chain
// without one refuses the message, and the contract's call with it.

// Delegate gives coins of the contract to a validator, to be staked.
type Delegate struct {
	Validator string // an operator's address, like weftvaloper1…
	Coin      Coin
}

// Undelegate takes staked coins back; they come when the unbonding time is over.
type Undelegate struct {
	Validator string
	Coin      Coin
}

// Redelegate moves staked coins from one validator to another.
type Redelegate struct {
	From, To string
	Coin     Coin
}

// SetWithdrawAddress says where the contract's staking rewards go.
type SetWithdrawAddress struct{ Address Addr }

// WithdrawReward fetches the rewards of what the contract staked with a validator.
type WithdrawReward struct{ Validator string }

// FundCommunityPool gives coins of the contract to the chain's community.
type FundCommunityPool struct{ Coins Coins }

// VoteOption is one of four answers to a proposal.
type VoteOption string

// The values of VoteOption.
const (
	VoteYes        VoteOption = "yes"
	VoteNo         VoteOption = "no"
	VoteAbstain    VoteOption = "abstain"
	VoteNoWithVeto VoteOption = "no_with_veto"
)

// Vote votes on a proposal of the chain's governance.
type Vote struct {
	Proposal uint64
	Option   VoteOption
}

// VoteWeighted splits the contract's vote; the weights have the sum 1.
type VoteWeighted struct {
	Proposal uint64
	Options  []WeightedVote
}

// WeightedVote is a part of a vote.
type WeightedVote struct {
	Option VoteOption
	Weight Decimal
}

// IBCTransfer sends a coin of the contract to an account of another chain. Channels
// of its own a contract of this SDK cannot have: there are no entry points for them.
type IBCTransfer struct {
	Channel string
	To      string // an address of the other chain
	Coin    Coin
	Timeout IBCTimeout
	Memo    string // "" for none
}

// IBCTimeout is until when the other chain takes a transfer: one of its blocks, a
// time, or whichever of the two comes first. One is needed.
type IBCTimeout struct {
	Revision, Height uint64 // of the other chain; a height of 0 is none
	Time             Timestamp
}

// Custom is a message of a kind that only this chain knows: {"custom":Value}.
type Custom struct{ Value json.Encoder }

func (Delegate) message()           {}
func (Undelegate) message()         {}
func (Redelegate) message()         {}
func (SetWithdrawAddress) message() {}
func (WithdrawReward) message()     {}
func (FundCommunityPool) message()  {}
func (Vote) message()               {}
func (VoteWeighted) message()       {}
func (IBCTransfer) message()        {}
func (Custom) message()             {}

// EncodeJSON writes the message as the chain reads it.
func (m Delegate) EncodeJSON(w *json.Writer) { stake(w, "delegate", m.Validator, m.Coin) }

// EncodeJSON writes the message as the chain reads it.
func (m Undelegate) EncodeJSON(w *json.Writer) { stake(w, "undelegate", m.Validator, m.Coin) }

func stake(w *json.Writer, name, validator string, coin Coin) {
	begin(w, "staking", name)
	field(w, "validator", validator)
	w.Name("amount")
	coin.EncodeJSON(w)
	end(w)
}

// EncodeJSON writes the message as the chain reads it.
func (m Redelegate) EncodeJSON(w *json.Writer) {
	begin(w, "staking", "redelegate")
	field(w, "src_validator", m.From)
	field(w, "dst_validator", m.To)
	w.Name("amount")
	m.Coin.EncodeJSON(w)
	end(w)
}

// EncodeJSON writes the message as the chain reads it.
func (m SetWithdrawAddress) EncodeJSON(w *json.Writer) {
	begin(w, "distribution", "set_withdraw_address")
	field(w, "address", string(m.Address))
	end(w)
}

// EncodeJSON writes the message as the chain reads it.
func (m WithdrawReward) EncodeJSON(w *json.Writer) {
	begin(w, "distribution", "withdraw_delegator_reward")
	field(w, "validator", m.Validator)
	end(w)
}

// EncodeJSON writes the message as the chain reads it.
func (m FundCommunityPool) EncodeJSON(w *json.Writer) {
	begin(w, "distribution", "fund_community_pool")
	w.Name("amount")
	m.Coins.EncodeJSON(w)
	end(w)
}

// EncodeJSON writes the message as the chain reads it.
func (m Vote) EncodeJSON(w *json.Writer) {
	begin(w, "gov", "vote")
	w.Name("proposal_id")
	w.Uint(m.Proposal)
	field(w, "option", string(m.Option))
	end(w)
}

// EncodeJSON writes the message as the chain reads it.
func (m VoteWeighted) EncodeJSON(w *json.Writer) {
	begin(w, "gov", "vote_weighted")
	w.Name("proposal_id")
	w.Uint(m.Proposal)
	w.Name("options")
	w.Array()
	for i := range m.Options {
		w.Object()
		field(w, "option", string(m.Options[i].Option))
		w.Name("weight")
		m.Options[i].Weight.EncodeJSON(w)
		w.EndObject()
	}
	w.EndArray()
	end(w)
}

// EncodeJSON writes the message as the chain reads it.
func (m IBCTransfer) EncodeJSON(w *json.Writer) {
	begin(w, "ibc", "transfer")
	field(w, "channel_id", m.Channel)
	field(w, "to_address", m.To)
	w.Name("amount")
	m.Coin.EncodeJSON(w)
	m.Timeout.field(w)
	if m.Memo != "" {
		field(w, "memo", m.Memo)
	}
	end(w)
}

func (t IBCTimeout) field(w *json.Writer) {
	w.Name("timeout")
	w.Object()
	w.Name("block")
	if t.Height == 0 {
		w.Null()
	} else {
		w.Object()
		w.Name("revision")
		w.Uint(t.Revision)
		w.Name("height")
		w.Uint(t.Height)
		w.EndObject()
	}
	w.Name("timestamp")
	if t.Time == 0 {
		w.Null()
	} else {
		t.Time.EncodeJSON(w)
	}
	w.EndObject()
}

// EncodeJSON writes the message as the chain reads it.
func (m Custom) EncodeJSON(w *json.Writer) {
	w.Object()
	w.Name("custom")
	m.Value.EncodeJSON(w)
	w.EndObject()
}
