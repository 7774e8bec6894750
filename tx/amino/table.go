package amino

import "sort"

// encoding says how a field's value is written.
type encoding int

const (
	plain   encoding = iota // by the kind of the field
	coins                   // a list that is [] when empty, never null
	integer                 // cosmos.Int: text, "0" when empty
	decimal                 // cosmos.Dec: digits times 10^18, written with a point
	inline                  // bytes that hold JSON, embedded with sorted keys
)

// field is what differs from the rule for a field of a message.
type field struct {
	name string // in JSON, if not the name in the .proto file
	keep bool   // written even if empty ("dont_omitempty")
	as   encoding
}

// whole is how a message is written that has a form of its own.
type whole int

const (
	byFields  whole = iota
	keyField        // its field key alone, in base64 ("key_field")
	threshold       // a multisig key: members, then the threshold as text ("threshold_string")
)

// message is what the descriptors do not tell of a message.
type message struct {
	name   string // the amino name, "" for one that never stands in an Any
	whole  whole
	fields map[string]field
}

// The usual cases of fields.
var (
	kept        = field{keep: true}
	keptCoins   = field{keep: true, as: coins}
	keptInt     = field{keep: true, as: integer}
	keptDec     = field{keep: true, as: decimal}
	inlined     = field{as: inline}
	keptParams  = map[string]field{"params": kept}
	keptAmount  = map[string]field{"amount": kept}
	amountCoins = map[string]field{"amount": keptCoins}
)

// table has every message that may stand in a transaction, and those inside of
// them that differ from the rule, by full name. The rest follows from the
// descriptors. Source: the amino options in the .proto files of cosmos-sdk
// v0.54.0 and wasmd v0.70.3; weft's own names begin with weft/.
var table = map[string]message{
	"cosmos.base.v1beta1.Coin": {fields: map[string]field{"amount": keptInt}},

	"cosmos.auth.v1beta1.MsgUpdateParams": {name: "cosmos-sdk/x/auth/MsgUpdateParams", fields: keptParams},

	"cosmos.bank.v1beta1.MsgSend":           {name: "cosmos-sdk/MsgSend", fields: amountCoins},
	"cosmos.bank.v1beta1.MsgMultiSend":      {name: "cosmos-sdk/MsgMultiSend", fields: map[string]field{"inputs": kept, "outputs": kept}},
	"cosmos.bank.v1beta1.MsgUpdateParams":   {name: "cosmos-sdk/x/bank/MsgUpdateParams", fields: keptParams},
	"cosmos.bank.v1beta1.MsgSetSendEnabled": {name: "cosmos-sdk/MsgSetSendEnabled"},
	"cosmos.bank.v1beta1.Input":             {fields: map[string]field{"coins": keptCoins}},
	"cosmos.bank.v1beta1.Output":            {fields: map[string]field{"coins": keptCoins}},

	"cosmos.staking.v1beta1.MsgCreateValidator": {name: "cosmos-sdk/MsgCreateValidator", fields: map[string]field{
		"description": kept, "commission": kept, "min_self_delegation": keptInt, "value": kept,
	}},
	"cosmos.staking.v1beta1.MsgEditValidator": {name: "cosmos-sdk/MsgEditValidator", fields: map[string]field{
		"description": kept, "commission_rate": {as: decimal}, "min_self_delegation": {as: integer},
	}},
	"cosmos.staking.v1beta1.MsgDelegate":                  {name: "cosmos-sdk/MsgDelegate", fields: keptAmount},
	"cosmos.staking.v1beta1.MsgBeginRedelegate":           {name: "cosmos-sdk/MsgBeginRedelegate", fields: keptAmount},
	"cosmos.staking.v1beta1.MsgUndelegate":                {name: "cosmos-sdk/MsgUndelegate", fields: keptAmount},
	"cosmos.staking.v1beta1.MsgCancelUnbondingDelegation": {name: "cosmos-sdk/MsgCancelUnbondingDelegation", fields: keptAmount},
	"cosmos.staking.v1beta1.MsgUpdateParams":              {name: "cosmos-sdk/x/staking/MsgUpdateParams", fields: keptParams},
	"cosmos.staking.v1beta1.CommissionRates": {fields: map[string]field{
		"rate": keptDec, "max_rate": keptDec, "max_change_rate": keptDec,
	}},
	"cosmos.staking.v1beta1.Params": {fields: map[string]field{"unbonding_time": kept, "min_commission_rate": keptDec}},

	"cosmos.distribution.v1beta1.MsgSetWithdrawAddress":          {name: "cosmos-sdk/MsgModifyWithdrawAddress"},
	"cosmos.distribution.v1beta1.MsgWithdrawDelegatorReward":     {name: "cosmos-sdk/MsgWithdrawDelegationReward"},
	"cosmos.distribution.v1beta1.MsgWithdrawValidatorCommission": {name: "cosmos-sdk/MsgWithdrawValCommission"},
	"cosmos.distribution.v1beta1.MsgFundCommunityPool":           {name: "cosmos-sdk/MsgFundCommunityPool", fields: amountCoins},
	"cosmos.distribution.v1beta1.MsgUpdateParams":                {name: "cosmos-sdk/distribution/MsgUpdateParams", fields: keptParams},
	"cosmos.distribution.v1beta1.MsgCommunityPoolSpend":          {name: "cosmos-sdk/distr/MsgCommunityPoolSpend", fields: amountCoins},
	"cosmos.distribution.v1beta1.MsgDepositValidatorRewardsPool": {name: "cosmos-sdk/distr/MsgDepositValRewards", fields: amountCoins},
	"cosmos.distribution.v1beta1.Params": {fields: map[string]field{
		"community_tax": keptDec, "base_proposer_reward": keptDec, "bonus_proposer_reward": keptDec,
	}},

	"cosmos.mint.v1beta1.MsgUpdateParams": {name: "cosmos-sdk/x/mint/MsgUpdateParams", fields: keptParams},
	"cosmos.mint.v1beta1.Params": {fields: map[string]field{
		"inflation_rate_change": keptDec, "inflation_max": keptDec, "inflation_min": keptDec, "goal_bonded": keptDec,
		"max_supply": {keep: true, as: integer},
	}},

	"cosmos.slashing.v1beta1.MsgUnjail":       {name: "cosmos-sdk/MsgUnjail", fields: map[string]field{"validator_addr": {name: "address", keep: true}}},
	"cosmos.slashing.v1beta1.MsgUpdateParams": {name: "cosmos-sdk/x/slashing/MsgUpdateParams", fields: keptParams},
	"cosmos.slashing.v1beta1.Params": {fields: map[string]field{
		"min_signed_per_window": keptDec, "downtime_jail_duration": kept,
		"slash_fraction_double_sign": keptDec, "slash_fraction_downtime": keptDec,
	}},

	"cosmos.feegrant.v1beta1.MsgGrantAllowance":  {name: "cosmos-sdk/MsgGrantAllowance"},
	"cosmos.feegrant.v1beta1.MsgRevokeAllowance": {name: "cosmos-sdk/MsgRevokeAllowance"},
	"cosmos.feegrant.v1beta1.MsgPruneAllowances": {}, // the reference gave it no name: it goes by its type URL
	"cosmos.feegrant.v1beta1.BasicAllowance":     {name: "cosmos-sdk/BasicAllowance", fields: map[string]field{"spend_limit": keptCoins}},
	"cosmos.feegrant.v1beta1.PeriodicAllowance": {name: "cosmos-sdk/PeriodicAllowance", fields: map[string]field{
		"basic": kept, "period": kept, "period_spend_limit": keptCoins, "period_can_spend": keptCoins, "period_reset": kept,
	}},
	"cosmos.feegrant.v1beta1.AllowedMsgAllowance": {name: "cosmos-sdk/AllowedMsgAllowance"},

	"cosmos.crypto.secp256k1.PubKey":           {name: "tendermint/PubKeySecp256k1", whole: keyField},
	"cosmos.crypto.ed25519.PubKey":             {name: "tendermint/PubKeyEd25519", whole: keyField},
	"cosmos.crypto.secp256r1.PubKey":           {}, // unnamed in the reference too
	"cosmos.crypto.multisig.LegacyAminoPubKey": {name: "tendermint/PubKeyMultisigThreshold", whole: threshold},

	"cosmwasm.wasm.v1.MsgStoreCode":                       {name: "wasm/MsgStoreCode"},
	"cosmwasm.wasm.v1.MsgInstantiateContract":             {name: "wasm/MsgInstantiateContract", fields: map[string]field{"msg": inlined, "funds": keptCoins}},
	"cosmwasm.wasm.v1.MsgInstantiateContract2":            {name: "wasm/MsgInstantiateContract2", fields: map[string]field{"msg": inlined, "funds": keptCoins}},
	"cosmwasm.wasm.v1.MsgExecuteContract":                 {name: "wasm/MsgExecuteContract", fields: map[string]field{"msg": inlined, "funds": keptCoins}},
	"cosmwasm.wasm.v1.MsgMigrateContract":                 {name: "wasm/MsgMigrateContract", fields: map[string]field{"msg": inlined}},
	"cosmwasm.wasm.v1.MsgUpdateAdmin":                     {name: "wasm/MsgUpdateAdmin"},
	"cosmwasm.wasm.v1.MsgClearAdmin":                      {name: "wasm/MsgClearAdmin"},
	"cosmwasm.wasm.v1.MsgUpdateInstantiateConfig":         {name: "wasm/MsgUpdateInstantiateConfig"},
	"cosmwasm.wasm.v1.MsgUpdateContractLabel":             {name: "wasm/MsgUpdateContractLabel"},
	"cosmwasm.wasm.v1.MsgUpdateParams":                    {name: "wasm/MsgUpdateParams", fields: keptParams},
	"cosmwasm.wasm.v1.MsgSudoContract":                    {name: "wasm/MsgSudoContract", fields: map[string]field{"msg": inlined}},
	"cosmwasm.wasm.v1.MsgPinCodes":                        {name: "wasm/MsgPinCodes"},
	"cosmwasm.wasm.v1.MsgUnpinCodes":                      {name: "wasm/MsgUnpinCodes"},
	"cosmwasm.wasm.v1.MsgStoreAndInstantiateContract":     {name: "wasm/MsgStoreAndInstantiateContract", fields: map[string]field{"msg": inlined, "funds": keptCoins}},
	"cosmwasm.wasm.v1.MsgStoreAndMigrateContract":         {name: "wasm/MsgStoreAndMigrateContract", fields: map[string]field{"msg": inlined}},
	"cosmwasm.wasm.v1.MsgAddCodeUploadParamsAddresses":    {name: "wasm/MsgAddCodeUploadParamsAddresses"},
	"cosmwasm.wasm.v1.MsgRemoveCodeUploadParamsAddresses": {name: "wasm/MsgRemoveCodeUploadParamsAddresses"},
	"cosmwasm.wasm.v1.Params":                             {fields: map[string]field{"code_upload_access": kept}},

	"cosmos.upgrade.v1beta1.MsgSoftwareUpgrade": {name: "cosmos-sdk/MsgSoftwareUpgrade", fields: map[string]field{"plan": kept}},
	"cosmos.upgrade.v1beta1.MsgCancelUpgrade":   {name: "cosmos-sdk/MsgCancelUpgrade"},
	"cosmos.upgrade.v1beta1.Plan":               {fields: map[string]field{"time": kept}},

	"weft.lottery.v1.MsgSubmitTicket":     {name: "weft/MsgSubmitTicket"}, // nobody signs it
	"weft.lottery.v1.MsgRegisterOperator": {name: "weft/MsgRegisterOperator"},
	"weft.lottery.v1.MsgReady":            {name: "weft/MsgReady"},
	"weft.lottery.v1.MsgUnjail":           {name: "weft/MsgUnjail"},
	"weft.lottery.v1.MsgRetireOperator":   {name: "weft/MsgRetireOperator"},
	"weft.lottery.v1.MsgUpdateParams":     {name: "weft/lottery/MsgUpdateParams", fields: keptParams},
	"weft.lottery.v1.MsgEmergencyStop":    {name: "weft/lottery/MsgEmergencyStop"},

	"weft.params.v1.MsgUpdateParams": {name: "weft/MsgUpdateParams", fields: keptParams},
}

// cosmjs has what CosmJS writes differently, with all fields that differ from
// the rule. What is refused later anyway (an empty label, no salt) is left out.
var cosmjs = map[string]message{
	"cosmos.staking.v1beta1.Description": {fields: map[string]field{
		"moniker": kept, "identity": kept, "website": kept, "security_contact": kept, "details": kept,
	}},
	"cosmos.staking.v1beta1.MsgCreateValidator": {fields: map[string]field{
		"description": kept, "commission": kept, "min_self_delegation": kept, "delegator_address": kept, "value": kept,
	}},
	"cosmos.distribution.v1beta1.MsgWithdrawValidatorCommission": {name: "cosmos-sdk/MsgWithdrawValidatorCommission"},
}

// accessType is the enum that clients write in two ways; see Form.
const accessType = "cosmwasm.wasm.v1.AccessType"

// accessNames are the words for its values.
var accessNames = map[int32]string{0: "Unspecified", 1: "Nobody", 3: "Everybody", 4: "AnyOfAddresses"}

// Name returns the amino name of the message with that full name, else "/" and
// the full name, as the reference names what has none.
func Name(fullName string) string {
	if m := table[fullName]; m.name != "" {
		return m.name
	}
	return "/" + fullName
}

// Known reports whether the table has the message with that full name.
func Known(fullName string) bool {
	_, ok := table[fullName]
	return ok
}

// Names lists the full names in the table, sorted.
func Names() []string {
	list := make([]string, 0, len(table))
	for name := range table { //weft:sorted the list is sorted below
		list = append(list, name)
	}
	sort.Strings(list)
	return list
}
