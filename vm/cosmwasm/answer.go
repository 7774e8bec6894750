package cosmwasm

import "encoding/json"

// SupplyResponse answers SupplyQuery.
type SupplyResponse struct {
	Amount Coin `json:"amount"`
}

// BalanceResponse answers BalanceQuery.
type BalanceResponse struct {
	Amount Coin `json:"amount"`
}

// AllBalancesResponse answers AllBalancesQuery.
type AllBalancesResponse struct {
	Amount Array[Coin] `json:"amount"`
}

// DenomMetadataResponse answers DenomMetadataQuery.
type DenomMetadataResponse struct {
	Metadata DenomMetadata `json:"metadata"`
}

// AllDenomMetadataResponse answers AllDenomMetadataQuery.
type AllDenomMetadataResponse struct {
	Metadata Array[DenomMetadata] `json:"metadata"`
	NextKey  []byte               `json:"next_key,omitempty"`
}

// DenomMetadata describes a denom.
type DenomMetadata struct {
	Description string           `json:"description"`
	DenomUnits  Array[DenomUnit] `json:"denom_units"`
	Base        string           `json:"base"`
	Display     string           `json:"display"`
	Name        string           `json:"name"`
	Symbol      string           `json:"symbol"`
	URI         string           `json:"uri"`
	URIHash     string           `json:"uri_hash"`
}

// DenomUnit is a unit of a denom: 10^Exponent of the base.
type DenomUnit struct {
	Denom    string        `json:"denom"`
	Exponent uint32        `json:"exponent"`
	Aliases  Array[string] `json:"aliases"`
}

// BondedDenomResponse answers BondedDenomQuery.
type BondedDenomResponse struct {
	Denom string `json:"denom"`
}

// AllValidatorsResponse answers AllValidatorsQuery.
type AllValidatorsResponse struct {
	Validators Array[Validator] `json:"validators"`
}

// ValidatorResponse answers ValidatorQuery.
type ValidatorResponse struct {
	Validator *Validator `json:"validator"`
}

// Validator is a validator; the rates are decimals like "0.02".
type Validator struct {
	Address       string `json:"address"`
	Commission    string `json:"commission"`
	MaxCommission string `json:"max_commission"`
	MaxChangeRate string `json:"max_change_rate"`
}

// AllDelegationsResponse answers AllDelegationsQuery.
type AllDelegationsResponse struct {
	Delegations Array[Delegation] `json:"delegations"`
}

// Delegation is what a delegator has with a validator.
type Delegation struct {
	Delegator string `json:"delegator"`
	Validator string `json:"validator"`
	Amount    Coin   `json:"amount"`
}

// DelegationResponse answers DelegationQuery.
type DelegationResponse struct {
	Delegation *FullDelegation `json:"delegation,omitempty"`
}

// FullDelegation is a Delegation with its rewards.
type FullDelegation struct {
	Delegator          string      `json:"delegator"`
	Validator          string      `json:"validator"`
	Amount             Coin        `json:"amount"`
	AccumulatedRewards Array[Coin] `json:"accumulated_rewards"`
	CanRedelegate      Coin        `json:"can_redelegate"`
}

// DecCoin is an amount with 18 decimal places.
type DecCoin struct {
	Amount string `json:"amount"`
	Denom  string `json:"denom"`
}

// DelegatorWithdrawAddressResponse answers DelegatorWithdrawAddressQuery.
type DelegatorWithdrawAddressResponse struct {
	WithdrawAddress string `json:"withdraw_address"`
}

// DelegationRewardsResponse answers DelegationRewardsQuery.
type DelegationRewardsResponse struct {
	Rewards Array[DecCoin] `json:"rewards"`
}

// DelegationTotalRewardsResponse answers DelegationTotalRewardsQuery.
type DelegationTotalRewardsResponse struct {
	Rewards Array[DelegatorReward] `json:"rewards"`
	Total   Array[DecCoin]         `json:"total"`
}

// DelegatorReward is what one validator owes.
type DelegatorReward struct {
	Reward           Array[DecCoin] `json:"reward"`
	ValidatorAddress string         `json:"validator_address"`
}

// DelegatorValidatorsResponse answers DelegatorValidatorsQuery.
type DelegatorValidatorsResponse struct {
	Validators Array[string] `json:"validators"`
}

// PortIDResponse answers PortIDQuery.
type PortIDResponse struct {
	PortID string `json:"port_id"`
}

// ListChannelsResponse answers ListChannelsQuery.
type ListChannelsResponse struct {
	Channels Array[IBCChannel] `json:"channels"`
}

// ChannelResponse answers ChannelQuery.
type ChannelResponse struct {
	Channel *IBCChannel `json:"channel,omitempty"`
}

// ContractInfoResponse answers ContractInfoQuery.
type ContractInfoResponse struct {
	CodeID   uint64 `json:"code_id"`
	Creator  string `json:"creator"`
	Admin    string `json:"admin,omitempty"`
	Pinned   bool   `json:"pinned"`
	IBCPort  string `json:"ibc_port,omitempty"`
	IBC2Port string `json:"ibc2_port,omitempty"`
}

// CodeInfoResponse answers CodeInfoQuery. Checksum is lower-case hexadecimal.
type CodeInfoResponse struct {
	CodeID   uint64 `json:"code_id"`
	Creator  string `json:"creator"`
	Checksum string `json:"checksum"`
}

// RawRangeResponse answers RawRangeQuery. NextKey is nil at the end.
type RawRangeResponse struct {
	Data    Array[RawRangeEntry] `json:"data"`
	NextKey []byte               `json:"next_key"`
}

// RawRangeEntry is a key and a value, written as an array of two.
type RawRangeEntry struct{ Key, Value []byte }

// MarshalJSON writes the array. Neither part is ever null.
func (e RawRangeEntry) MarshalJSON() ([]byte, error) {
	return json.Marshal([2][]byte{append([]byte{}, e.Key...), append([]byte{}, e.Value...)})
}
