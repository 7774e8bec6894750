package cosmwasm

import "encoding/json"

// QueryRequest is a query of a contract to the chain. At most one field is set;
// none if the contract asked for a kind that is not known here.
type QueryRequest struct {
	Bank         *BankQuery         `json:"bank,omitempty"`
	Custom       json.RawMessage    `json:"custom,omitempty"`
	IBC          *IBCQuery          `json:"ibc,omitempty"`
	Staking      *StakingQuery      `json:"staking,omitempty"`
	Distribution *DistributionQuery `json:"distribution,omitempty"`
	Stargate     *StargateQuery     `json:"stargate,omitempty"` // answered in JSON
	Grpc         *GrpcQuery         `json:"grpc,omitempty"`     // answered in protobuf
	Wasm         *WasmQuery         `json:"wasm,omitempty"`
}

// DecodeQueryRequest reads a query.
func DecodeQueryRequest(doc []byte) (*QueryRequest, error) {
	var r QueryRequest
	if err := Unmarshal(doc, &r); err != nil {
		return nil, err
	}
	return &r, nil
}

// BankQuery asks for balances, supplies and metadata.
type BankQuery struct {
	Supply           *SupplyQuery           `json:"supply,omitempty"`
	Balance          *BalanceQuery          `json:"balance,omitempty"`
	AllBalances      *AllBalancesQuery      `json:"all_balances,omitempty"`
	DenomMetadata    *DenomMetadataQuery    `json:"denom_metadata,omitempty"`
	AllDenomMetadata *AllDenomMetadataQuery `json:"all_denom_metadata,omitempty"`
}

// SupplyQuery asks for a SupplyResponse.
type SupplyQuery struct {
	Denom string `json:"denom"`
}

// BalanceQuery asks for a BalanceResponse.
type BalanceQuery struct {
	Address string `json:"address"`
	Denom   string `json:"denom"`
}

// AllBalancesQuery asks for an AllBalancesResponse.
type AllBalancesQuery struct {
	Address string `json:"address"`
}

// DenomMetadataQuery asks for a DenomMetadataResponse.
type DenomMetadataQuery struct {
	Denom string `json:"denom"`
}

// AllDenomMetadataQuery asks for an AllDenomMetadataResponse.
type AllDenomMetadataQuery struct {
	Pagination *PageRequest `json:"pagination,omitempty"`
}

// PageRequest asks for a part of a list.
type PageRequest struct {
	Key     []byte `json:"key"`
	Limit   uint32 `json:"limit"`
	Reverse bool   `json:"reverse"`
}

// StakingQuery asks for validators and delegations.
type StakingQuery struct {
	AllValidators  *AllValidatorsQuery  `json:"all_validators,omitempty"`
	Validator      *ValidatorQuery      `json:"validator,omitempty"`
	AllDelegations *AllDelegationsQuery `json:"all_delegations,omitempty"`
	Delegation     *DelegationQuery     `json:"delegation,omitempty"`
	BondedDenom    *BondedDenomQuery    `json:"bonded_denom,omitempty"`
}

// AllValidatorsQuery asks for an AllValidatorsResponse.
type AllValidatorsQuery struct{}

// ValidatorQuery asks for a ValidatorResponse.
type ValidatorQuery struct {
	Address string `json:"address"`
}

// AllDelegationsQuery asks for an AllDelegationsResponse.
type AllDelegationsQuery struct {
	Delegator string `json:"delegator"`
}

// DelegationQuery asks for a DelegationResponse.
type DelegationQuery struct {
	Delegator string `json:"delegator"`
	Validator string `json:"validator"`
}

// BondedDenomQuery asks for a BondedDenomResponse.
type BondedDenomQuery struct{}

// DistributionQuery asks about rewards.
type DistributionQuery struct {
	DelegatorWithdrawAddress *DelegatorWithdrawAddressQuery `json:"delegator_withdraw_address,omitempty"`
	DelegationRewards        *DelegationRewardsQuery        `json:"delegation_rewards,omitempty"`
	DelegationTotalRewards   *DelegationTotalRewardsQuery   `json:"delegation_total_rewards,omitempty"`
	DelegatorValidators      *DelegatorValidatorsQuery      `json:"delegator_validators,omitempty"`
}

// DelegatorWithdrawAddressQuery asks for a DelegatorWithdrawAddressResponse.
type DelegatorWithdrawAddressQuery struct {
	DelegatorAddress string `json:"delegator_address"`
}

// DelegationRewardsQuery asks for a DelegationRewardsResponse.
type DelegationRewardsQuery struct {
	DelegatorAddress string `json:"delegator_address"`
	ValidatorAddress string `json:"validator_address"`
}

// DelegationTotalRewardsQuery asks for a DelegationTotalRewardsResponse.
type DelegationTotalRewardsQuery struct {
	DelegatorAddress string `json:"delegator_address"`
}

// DelegatorValidatorsQuery asks for a DelegatorValidatorsResponse.
type DelegatorValidatorsQuery struct {
	DelegatorAddress string `json:"delegator_address"`
}

// StargateQuery names a gRPC method and carries its request.
type StargateQuery struct {
	Data []byte `json:"data"`
	Path string `json:"path"`
}

// GrpcQuery names a gRPC method and carries its request.
type GrpcQuery struct {
	Data []byte `json:"data"`
	Path string `json:"path"`
}

// IBCQuery asks about channels.
type IBCQuery struct {
	PortID       *PortIDQuery       `json:"port_id,omitempty"`
	ListChannels *ListChannelsQuery `json:"list_channels,omitempty"`
	Channel      *ChannelQuery      `json:"channel,omitempty"`
}

// PortIDQuery asks for a PortIDResponse.
type PortIDQuery struct{}

// ListChannelsQuery asks for a ListChannelsResponse; no port is the contract's.
type ListChannelsQuery struct {
	PortID string `json:"port_id,omitempty"`
}

// ChannelQuery asks for a ChannelResponse; no port is the contract's.
type ChannelQuery struct {
	PortID    string `json:"port_id,omitempty"`
	ChannelID string `json:"channel_id"`
}

// WasmQuery asks about contracts.
type WasmQuery struct {
	Smart        *SmartQuery        `json:"smart,omitempty"`
	Raw          *RawQuery          `json:"raw,omitempty"`
	ContractInfo *ContractInfoQuery `json:"contract_info,omitempty"`
	CodeInfo     *CodeInfoQuery     `json:"code_info,omitempty"`
	RawRange     *RawRangeQuery     `json:"raw_range,omitempty"`
}

// SmartQuery asks a contract; the answer is its bytes.
type SmartQuery struct {
	ContractAddr string `json:"contract_addr"`
	Msg          []byte `json:"msg"`
}

// RawQuery asks for the bytes under a key of a contract.
type RawQuery struct {
	ContractAddr string `json:"contract_addr"`
	Key          []byte `json:"key"`
}

// ContractInfoQuery asks for a ContractInfoResponse.
type ContractInfoQuery struct {
	ContractAddr string `json:"contract_addr"`
}

// CodeInfoQuery asks for a CodeInfoResponse.
type CodeInfoQuery struct {
	CodeID uint64 `json:"code_id"`
}

// RawRangeQuery asks for entries from Start (inclusive) to End (exclusive); nil
// is unbounded. Order is ascending or descending.
type RawRangeQuery struct {
	ContractAddr string `json:"contract_addr"`
	Start        []byte `json:"start,omitempty"`
	End          []byte `json:"end,omitempty"`
	Limit        uint16 `json:"limit"`
	Order        string `json:"order"`
}

func (*QueryRequest) oneOf()      {}
func (*BankQuery) oneOf()         {}
func (*StakingQuery) oneOf()      {}
func (*DistributionQuery) oneOf() {}
func (*IBCQuery) oneOf()          {}
func (*WasmQuery) oneOf()         {}
