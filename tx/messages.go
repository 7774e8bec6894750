package tx

import (
	"fmt"
	"sort"

	"github.com/cosmos/gogoproto/proto"

	"github.com/weftchain/weft/chain"
	bank "github.com/weftchain/weft/proto/cosmos/bank/v1beta1"
	_ "github.com/weftchain/weft/proto/cosmos/crypto/ed25519"   // all kinds of keys are known to every program, so that
	_ "github.com/weftchain/weft/proto/cosmos/crypto/multisig"  // what becomes of a transaction does not depend on what
	_ "github.com/weftchain/weft/proto/cosmos/crypto/secp256r1" // else is linked into it
	distribution "github.com/weftchain/weft/proto/cosmos/distribution/v1beta1"
	feegrant "github.com/weftchain/weft/proto/cosmos/feegrant/v1beta1"
	mint "github.com/weftchain/weft/proto/cosmos/mint/v1beta1"
	slashing "github.com/weftchain/weft/proto/cosmos/slashing/v1beta1"
	staking "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
	upgrade "github.com/weftchain/weft/proto/cosmos/upgrade/v1beta1"
	wasm "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
	lottery "github.com/weftchain/weft/proto/weft/lottery/v1"
	params "github.com/weftchain/weft/proto/weft/params/v1"
)

// kind is what must be known of a message type to decode and sign it.
type kind struct {
	empty   func() chain.Message
	signers func(chain.Bech32, chain.Message) ([]chain.Address, error)
}

// kinds are the messages that a transaction may hold, by type URL.
var kinds = map[string]kind{}

// accounts registers a message whose signers are account addresses.
func accounts[M any, PM interface {
	*M
	chain.Message
}](signers func(PM) []string) {
	register(PM(new(M)), kind{
		empty: func() chain.Message { return PM(new(M)) },
		signers: func(p chain.Bech32, m chain.Message) ([]chain.Address, error) {
			return parseAll(signers(m.(PM)), p.ParseAccount)
		},
	})
}

// operators registers a message that a validator's operator signs.
func operators[M any, PM interface {
	*M
	chain.Message
}](signer func(PM) string) {
	register(PM(new(M)), kind{
		empty: func() chain.Message { return PM(new(M)) },
		signers: func(p chain.Bech32, m chain.Message) ([]chain.Address, error) {
			return parseAll([]string{signer(m.(PM))}, p.ParseValidator)
		},
	})
}

func register(m chain.Message, k kind) { kinds[TypeURL(m)] = k }

// maxSigners bounds the signers that one message names: they are read before
// anybody has paid for it.
const maxSigners = 100

func parseAll(list []string, parse func(string) (chain.Address, error)) ([]chain.Address, error) {
	if len(list) > maxSigners {
		return nil, fmt.Errorf("a message with %d signers, at most %d: %w", len(list), maxSigners, chain.ErrTooManySignatures)
	}
	out := make([]chain.Address, len(list))
	for i, s := range list {
		a, err := parse(s)
		if err != nil {
			return nil, err
		}
		out[i] = a
	}
	return out, nil
}

// TypeURL returns "/" and the full name of a message.
func TypeURL(m chain.Message) string { return "/" + proto.MessageName(m) }

// NewMessage returns an empty message of a type that a transaction may hold,
// false for an unknown one.
func NewMessage(typeURL string) (chain.Message, bool) {
	k, ok := kinds[typeURL]
	if !ok {
		return nil, false
	}
	return k.empty(), true
}

// Signers returns who must sign a message, in order, at most 100. The error
// wraps chain.ErrInvalidAddress, chain.ErrTooManySignatures or
// chain.ErrUnknownRequest.
func Signers(prefix chain.Bech32, m chain.Message) ([]chain.Address, error) {
	k, ok := kinds[TypeURL(m)]
	if !ok {
		return nil, fmt.Errorf("message %s: %w", TypeURL(m), chain.ErrUnknownRequest)
	}
	return k.signers(prefix, m)
}

// TypeURLs lists the messages that a transaction may hold, sorted.
func TypeURLs() []string {
	list := make([]string, 0, len(kinds))
	for url := range kinds { //weft:sorted the list is sorted below
		list = append(list, url)
	}
	sort.Strings(list)
	return list
}

func init() {
	accounts(func(m *bank.MsgSend) []string { return []string{m.FromAddress} })
	accounts(func(m *bank.MsgMultiSend) []string {
		list := make([]string, len(m.Inputs))
		for i := range m.Inputs {
			list[i] = m.Inputs[i].Address
		}
		return list
	})
	accounts(func(m *bank.MsgUpdateParams) []string { return []string{m.Authority} })
	accounts(func(m *bank.MsgSetSendEnabled) []string { return []string{m.Authority} })
	accounts(func(m *feegrant.MsgGrantAllowance) []string { return []string{m.Granter} })
	accounts(func(m *feegrant.MsgRevokeAllowance) []string { return []string{m.Granter} })
	accounts(func(m *feegrant.MsgPruneAllowances) []string { return []string{m.Pruner} })
	registerStaking()
	accounts(func(m *params.MsgUpdateParams) []string { return []string{m.Authority} })
	accounts(func(m *upgrade.MsgSoftwareUpgrade) []string { return []string{m.Authority} })
	accounts(func(m *upgrade.MsgCancelUpgrade) []string { return []string{m.Authority} })
	registerWasm()
	registerLottery()
}

func registerLottery() {
	// A ticket is signed by nobody: the work is in what it says.
	accounts(func(*lottery.MsgSubmitTicket) []string { return nil })
	accounts(func(m *lottery.MsgRegisterOperator) []string { return []string{m.Operator} })
	accounts(func(m *lottery.MsgReady) []string { return []string{m.Operator} })
	accounts(func(m *lottery.MsgUnjail) []string { return []string{m.Operator} })
	accounts(func(m *lottery.MsgRetireOperator) []string { return []string{m.Operator} })
	accounts(func(m *lottery.MsgUpdateParams) []string { return []string{m.Authority} })
	accounts(func(m *lottery.MsgEmergencyStop) []string { return []string{m.Authority} })
}

func registerStaking() {
	operators(func(m *staking.MsgCreateValidator) string { return m.ValidatorAddress })
	operators(func(m *staking.MsgEditValidator) string { return m.ValidatorAddress })
	accounts(func(m *staking.MsgDelegate) []string { return []string{m.DelegatorAddress} })
	accounts(func(m *staking.MsgBeginRedelegate) []string { return []string{m.DelegatorAddress} })
	accounts(func(m *staking.MsgUndelegate) []string { return []string{m.DelegatorAddress} })
	accounts(func(m *staking.MsgCancelUnbondingDelegation) []string { return []string{m.DelegatorAddress} })
	accounts(func(m *staking.MsgUpdateParams) []string { return []string{m.Authority} })
	accounts(func(m *distribution.MsgSetWithdrawAddress) []string { return []string{m.DelegatorAddress} })
	accounts(func(m *distribution.MsgWithdrawDelegatorReward) []string { return []string{m.DelegatorAddress} })
	operators(func(m *distribution.MsgWithdrawValidatorCommission) string { return m.ValidatorAddress })
	accounts(func(m *distribution.MsgFundCommunityPool) []string { return []string{m.Depositor} })
	accounts(func(m *distribution.MsgUpdateParams) []string { return []string{m.Authority} })
	accounts(func(m *distribution.MsgCommunityPoolSpend) []string { return []string{m.Authority} })
	accounts(func(m *distribution.MsgDepositValidatorRewardsPool) []string { return []string{m.Depositor} })
	accounts(func(m *mint.MsgUpdateParams) []string { return []string{m.Authority} })
	operators(func(m *slashing.MsgUnjail) string { return m.ValidatorAddr })
	accounts(func(m *slashing.MsgUpdateParams) []string { return []string{m.Authority} })
}

func registerWasm() {
	accounts(func(m *wasm.MsgStoreCode) []string { return []string{m.Sender} })
	accounts(func(m *wasm.MsgInstantiateContract) []string { return []string{m.Sender} })
	accounts(func(m *wasm.MsgInstantiateContract2) []string { return []string{m.Sender} })
	accounts(func(m *wasm.MsgExecuteContract) []string { return []string{m.Sender} })
	accounts(func(m *wasm.MsgMigrateContract) []string { return []string{m.Sender} })
	accounts(func(m *wasm.MsgUpdateAdmin) []string { return []string{m.Sender} })
	accounts(func(m *wasm.MsgClearAdmin) []string { return []string{m.Sender} })
	accounts(func(m *wasm.MsgUpdateInstantiateConfig) []string { return []string{m.Sender} })
	accounts(func(m *wasm.MsgUpdateContractLabel) []string { return []string{m.Sender} })
	accounts(func(m *wasm.MsgUpdateParams) []string { return []string{m.Authority} })
	accounts(func(m *wasm.MsgSudoContract) []string { return []string{m.Authority} })
	accounts(func(m *wasm.MsgPinCodes) []string { return []string{m.Authority} })
	accounts(func(m *wasm.MsgUnpinCodes) []string { return []string{m.Authority} })
	accounts(func(m *wasm.MsgStoreAndInstantiateContract) []string { return []string{m.Authority} })
	accounts(func(m *wasm.MsgStoreAndMigrateContract) []string { return []string{m.Authority} })
	accounts(func(m *wasm.MsgAddCodeUploadParamsAddresses) []string { return []string{m.Authority} })
	accounts(func(m *wasm.MsgRemoveCodeUploadParamsAddresses) []string { return []string{m.Authority} })
}
