package cosmwasm

import (
	"encoding/json"
	"errors"
	"fmt"
)

// CosmosMsg is a message that a contract sends. At most one field is set; none
// if the contract sent a kind that is not known here.
type CosmosMsg struct {
	Bank         *BankMsg         `json:"bank,omitempty"`
	Custom       json.RawMessage  `json:"custom,omitempty"`
	Distribution *DistributionMsg `json:"distribution,omitempty"`
	Gov          *GovMsg          `json:"gov,omitempty"`
	IBC          *IBCMsg          `json:"ibc,omitempty"`
	Staking      *StakingMsg      `json:"staking,omitempty"`
	Any          *AnyMsg          `json:"any,omitempty"` // "stargate" for contracts of 1.x
	Wasm         *WasmMsg         `json:"wasm,omitempty"`
	IBC2         *IBC2Msg         `json:"ibc2,omitempty"`
}

func (*CosmosMsg) oldNames() map[string]string { return map[string]string{"stargate": "any"} }

// BankMsg moves or destroys coins of the contract.
type BankMsg struct {
	Send *SendMsg `json:"send,omitempty"`
	Burn *BurnMsg `json:"burn,omitempty"`
}

// SendMsg sends coins.
type SendMsg struct {
	ToAddress string      `json:"to_address"`
	Amount    Array[Coin] `json:"amount"`
}

// BurnMsg destroys coins.
type BurnMsg struct {
	Amount Array[Coin] `json:"amount"`
}

// StakingMsg delegates, and takes back.
type StakingMsg struct {
	Delegate   *DelegateMsg   `json:"delegate,omitempty"`
	Undelegate *UndelegateMsg `json:"undelegate,omitempty"`
	Redelegate *RedelegateMsg `json:"redelegate,omitempty"`
}

// DelegateMsg delegates to a validator.
type DelegateMsg struct {
	Validator string `json:"validator"`
	Amount    Coin   `json:"amount"`
}

// UndelegateMsg takes a delegation back.
type UndelegateMsg struct {
	Validator string `json:"validator"`
	Amount    Coin   `json:"amount"`
}

// RedelegateMsg moves a delegation.
type RedelegateMsg struct {
	SrcValidator string `json:"src_validator"`
	DstValidator string `json:"dst_validator"`
	Amount       Coin   `json:"amount"`
}

// DistributionMsg is about rewards.
type DistributionMsg struct {
	SetWithdrawAddress      *SetWithdrawAddressMsg      `json:"set_withdraw_address,omitempty"`
	WithdrawDelegatorReward *WithdrawDelegatorRewardMsg `json:"withdraw_delegator_reward,omitempty"`
	FundCommunityPool       *FundCommunityPoolMsg       `json:"fund_community_pool,omitempty"`
}

// SetWithdrawAddressMsg says where rewards go.
type SetWithdrawAddressMsg struct {
	Address string `json:"address"`
}

// WithdrawDelegatorRewardMsg fetches rewards.
type WithdrawDelegatorRewardMsg struct {
	Validator string `json:"validator"`
}

// FundCommunityPoolMsg gives coins to the community pool.
type FundCommunityPoolMsg struct {
	Amount Array[Coin] `json:"amount"`
}

// AnyMsg is a protobuf message of any registered type.
type AnyMsg struct {
	TypeURL string `json:"type_url"`
	Value   []byte `json:"value"`
}

// WasmMsg acts on contracts.
type WasmMsg struct {
	Execute      *ExecuteMsg      `json:"execute,omitempty"`
	Instantiate  *InstantiateMsg  `json:"instantiate,omitempty"`
	Instantiate2 *Instantiate2Msg `json:"instantiate2,omitempty"`
	Migrate      *MigrateMsg      `json:"migrate,omitempty"`
	UpdateAdmin  *UpdateAdminMsg  `json:"update_admin,omitempty"`
	ClearAdmin   *ClearAdminMsg   `json:"clear_admin,omitempty"`
}

// ExecuteMsg executes a contract.
type ExecuteMsg struct {
	ContractAddr string      `json:"contract_addr"`
	Msg          []byte      `json:"msg"`
	Funds        Array[Coin] `json:"funds"`
}

// InstantiateMsg makes a contract of a code. Admin may be empty.
type InstantiateMsg struct {
	CodeID uint64      `json:"code_id"`
	Msg    []byte      `json:"msg"`
	Funds  Array[Coin] `json:"funds"`
	Label  string      `json:"label"`
	Admin  string      `json:"admin,omitempty"`
}

// Instantiate2Msg is InstantiateMsg with an address that can be computed before.
type Instantiate2Msg struct {
	CodeID uint64      `json:"code_id"`
	Msg    []byte      `json:"msg"`
	Funds  Array[Coin] `json:"funds"`
	Label  string      `json:"label"`
	Admin  string      `json:"admin,omitempty"`
	Salt   []byte      `json:"salt"`
}

// MigrateMsg gives a contract another code.
type MigrateMsg struct {
	ContractAddr string `json:"contract_addr"`
	NewCodeID    uint64 `json:"new_code_id"`
	Msg          []byte `json:"msg"`
}

// UpdateAdminMsg gives a contract another admin.
type UpdateAdminMsg struct {
	ContractAddr string `json:"contract_addr"`
	Admin        string `json:"admin"`
}

// ClearAdminMsg leaves a contract without an admin.
type ClearAdminMsg struct {
	ContractAddr string `json:"contract_addr"`
}

// GovMsg votes.
type GovMsg struct {
	Vote         *VoteMsg         `json:"vote,omitempty"`
	VoteWeighted *VoteWeightedMsg `json:"vote_weighted,omitempty"`
}

// VoteOption is one of four answers to a proposal.
type VoteOption string

// The values of VoteOption.
const (
	Yes        VoteOption = "yes"
	No         VoteOption = "no"
	Abstain    VoteOption = "abstain"
	NoWithVeto VoteOption = "no_with_veto"
)

func (o *VoteOption) check() error {
	switch *o {
	case Yes, No, Abstain, NoWithVeto:
		return nil
	}
	return fmt.Errorf("invalid vote option '%s'", string(*o))
}

// VoteMsg votes with one option, which contracts of 1.x call "vote".
type VoteMsg struct {
	ProposalID uint64     `json:"proposal_id"`
	Option     VoteOption `json:"option"`
}

func (*VoteMsg) oldNames() map[string]string { return map[string]string{"vote": "option"} }

func (m *VoteMsg) check() error {
	if m.Option == "" {
		return errors.New("vote without an option")
	}
	return nil
}

// VoteWeightedMsg splits a vote.
type VoteWeightedMsg struct {
	ProposalID uint64               `json:"proposal_id"`
	Options    []WeightedVoteOption `json:"options"`
}

// WeightedVoteOption is a part of a vote; the weight is a decimal like "0.25".
type WeightedVoteOption struct {
	Option VoteOption `json:"option"`
	Weight string     `json:"weight"`
}

func (*CosmosMsg) oneOf()       {}
func (*BankMsg) oneOf()         {}
func (*StakingMsg) oneOf()      {}
func (*DistributionMsg) oneOf() {}
func (*WasmMsg) oneOf()         {}
func (*GovMsg) oneOf()          {}
