package wasm

import (
	"fmt"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/chain/wire"
	bankpb "github.com/weftchain/weft/proto/cosmos/bank/v1beta1"
	basepb "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
	distributionpb "github.com/weftchain/weft/proto/cosmos/distribution/v1beta1"
	stakingpb "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
	wasmpb "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
	"github.com/weftchain/weft/vm/cosmwasm"
)

// maxAnyBytes bounds the value of a message that comes as protobuf bytes.
const maxAnyBytes = 512 << 10

// send hands a contract's message to whoever handles it, with the contract as
// its sender. env is a child that the caller keeps or drops.
func (w *Wasm) send(env *chain.Env, contract chain.Address, msg *cosmwasm.CosmosMsg) ([]chain.Response, error) {
	switch {
	case msg.Bank != nil:
		return w.sendBank(env, contract, msg.Bank)
	case msg.Any != nil:
		return w.sendAny(env, contract, msg.Any)
	case msg.Wasm != nil:
		typed, typeURL, err := encodeWasm(env.Bech32().Account(contract), msg.Wasm)
		if err != nil {
			return nil, err
		}
		return w.dispatch(env, contract, typed, typeURL)
	case msg.Staking != nil:
		if err := checkStaked(msg.Staking); err != nil {
			return nil, err
		}
		typed, typeURL := encodeStaking(env.Bech32().Account(contract), msg.Staking)
		return w.dispatch(env, contract, typed, typeURL)
	case msg.Distribution != nil:
		typed, typeURL, err := encodeDistribution(env.Bech32().Account(contract), msg.Distribution)
		if err != nil {
			return nil, err
		}
		return w.dispatch(env, contract, typed, typeURL)
	case msg.Gov != nil:
		return nil, unroutable("gov")
	case msg.IBC != nil:
		return nil, unroutable("ibc")
	case msg.IBC2 != nil:
		return nil, unroutable("ibc2")
	}
	return nil, errUnknownMsg()
}

// errUnknownMsg refuses a message of a kind that is not known, or is custom to
// some other chain.
func errUnknownMsg() error { return fmt.Errorf("no handler found: %w", ErrUnknownMsg) }

// unroutable refuses the messages of a module that this chain does not have.
func unroutable(module string) error {
	return fmt.Errorf("can't route message of module %s: %w", module, chain.ErrUnknownRequest)
}

// dispatch sends a typed message, nil for a variant that is not known.
func (w *Wasm) dispatch(env *chain.Env, contract chain.Address, msg chain.Message, typeURL string) ([]chain.Response, error) {
	if msg == nil {
		return nil, errUnknownMsg()
	}
	res, err := w.out.Dispatch(env, contract, msg, typeURL)
	if err != nil {
		return nil, err
	}
	return []chain.Response{res}, nil
}

// sendBank sends or burns coins. To send nothing is no message, and no error.
func (w *Wasm) sendBank(env *chain.Env, contract chain.Address, msg *cosmwasm.BankMsg) ([]chain.Response, error) {
	switch {
	case msg.Send != nil:
		if len(msg.Send.Amount) == 0 {
			return nil, nil
		}
		coins, err := coinsOf(msg.Send.Amount)
		if err != nil {
			return nil, err
		}
		return w.dispatch(env, contract, &bankpb.MsgSend{
			FromAddress: env.Bech32().Account(contract), ToAddress: msg.Send.ToAddress, Amount: wire.ProtoCoins(coins),
		}, "/cosmos.bank.v1beta1.MsgSend")
	case msg.Burn != nil:
		return nil, w.burn(env, contract, msg.Burn)
	}
	return nil, errUnknownMsg()
}

// burn destroys a contract's coins by way of the module's account.
func (w *Wasm) burn(env *chain.Env, contract chain.Address, msg *cosmwasm.BurnMsg) error {
	coins, err := coinsOf(msg.Amount)
	if err != nil {
		return err
	}
	if coins.IsZero() {
		return fmt.Errorf("amount: %w", ErrEmpty)
	}
	if err := w.bank.Send(env, contract, layout.ModuleAddress(layout.WasmModule), coins); err != nil {
		return within("transfer to module", err)
	}
	if err := w.bank.BurnFrom(env, layout.WasmModule, coins); err != nil {
		return within("burn coins", err)
	}
	return nil
}

// sendAny sends a message of any kind that a transaction could carry.
func (w *Wasm) sendAny(env *chain.Env, contract chain.Address, msg *cosmwasm.AnyMsg) ([]chain.Response, error) {
	if len(msg.Value) > maxAnyBytes {
		return nil, fmt.Errorf("AnyMsg value size %d exceeds limit %d: %w", len(msg.Value), maxAnyBytes, ErrLimit)
	}
	cost := gasAnyMsgBase + gasAnyMsgPerKiB*uint64(len(msg.Value))/1024
	if err := env.Gas.Use(cost, locationAnyMsg); err != nil {
		return nil, err
	}
	res, err := w.out.DispatchAny(env, contract, msg.TypeURL, msg.Value)
	if err != nil {
		return nil, err
	}
	return []chain.Response{res}, nil
}

// encodeWasm gives a contract's message to this package the form that a
// transaction would have.
func encodeWasm(sender string, msg *cosmwasm.WasmMsg) (chain.Message, string, error) {
	switch {
	case msg.Execute != nil:
		m := msg.Execute
		funds, err := coinsOf(m.Funds)
		return &wasmpb.MsgExecuteContract{
			Sender: sender, Contract: m.ContractAddr, Msg: m.Msg, Funds: wire.ProtoCoins(funds),
		}, msgPrefix + "ExecuteContract", err
	case msg.Instantiate != nil:
		m := msg.Instantiate
		funds, err := coinsOf(m.Funds)
		return &wasmpb.MsgInstantiateContract{
			Sender: sender, Admin: m.Admin, CodeID: m.CodeID, Label: m.Label, Msg: m.Msg, Funds: wire.ProtoCoins(funds),
		}, msgPrefix + "InstantiateContract", err
	case msg.Instantiate2 != nil:
		m := msg.Instantiate2
		funds, err := coinsOf(m.Funds)
		return &wasmpb.MsgInstantiateContract2{
			Sender: sender, Admin: m.Admin, CodeID: m.CodeID, Label: m.Label, Msg: m.Msg, Funds: wire.ProtoCoins(funds), Salt: m.Salt,
		}, msgPrefix + "InstantiateContract2", err
	case msg.Migrate != nil:
		m := msg.Migrate
		return &wasmpb.MsgMigrateContract{
			Sender: sender, Contract: m.ContractAddr, CodeID: m.NewCodeID, Msg: m.Msg,
		}, msgPrefix + "MigrateContract", nil
	case msg.UpdateAdmin != nil:
		m := msg.UpdateAdmin
		return &wasmpb.MsgUpdateAdmin{Sender: sender, Contract: m.ContractAddr, NewAdmin: m.Admin}, msgPrefix + "UpdateAdmin", nil
	case msg.ClearAdmin != nil:
		return &wasmpb.MsgClearAdmin{Sender: sender, Contract: msg.ClearAdmin.ContractAddr}, msgPrefix + "ClearAdmin", nil
	}
	return nil, "", nil
}

// checkStaked refuses coins that are none, before the module sees them. The
// error wraps chain.ErrInvalidCoins.
func checkStaked(msg *cosmwasm.StakingMsg) error {
	var c cosmwasm.Coin
	switch {
	case msg.Delegate != nil:
		c = msg.Delegate.Amount
	case msg.Undelegate != nil:
		c = msg.Undelegate.Amount
	case msg.Redelegate != nil:
		c = msg.Redelegate.Amount
	default:
		return nil
	}
	_, err := coinsOf([]cosmwasm.Coin{c})
	return err
}

// encodeStaking leaves validators to the module.
func encodeStaking(delegator string, msg *cosmwasm.StakingMsg) (chain.Message, string) {
	const prefix = "/cosmos.staking.v1beta1.Msg"
	switch {
	case msg.Delegate != nil:
		return &stakingpb.MsgDelegate{
			DelegatorAddress: delegator, ValidatorAddress: msg.Delegate.Validator, Amount: basepb.Coin(msg.Delegate.Amount),
		}, prefix + "Delegate"
	case msg.Undelegate != nil:
		return &stakingpb.MsgUndelegate{
			DelegatorAddress: delegator, ValidatorAddress: msg.Undelegate.Validator, Amount: basepb.Coin(msg.Undelegate.Amount),
		}, prefix + "Undelegate"
	case msg.Redelegate != nil:
		m := msg.Redelegate
		return &stakingpb.MsgBeginRedelegate{
			DelegatorAddress: delegator, ValidatorSrcAddress: m.SrcValidator, ValidatorDstAddress: m.DstValidator, Amount: basepb.Coin(m.Amount),
		}, prefix + "BeginRedelegate"
	}
	return nil, ""
}

// encodeDistribution leaves addresses to the module.
func encodeDistribution(delegator string, msg *cosmwasm.DistributionMsg) (chain.Message, string, error) {
	const prefix = "/cosmos.distribution.v1beta1.Msg"
	switch {
	case msg.SetWithdrawAddress != nil:
		return &distributionpb.MsgSetWithdrawAddress{
			DelegatorAddress: delegator, WithdrawAddress: msg.SetWithdrawAddress.Address,
		}, prefix + "SetWithdrawAddress", nil
	case msg.WithdrawDelegatorReward != nil:
		return &distributionpb.MsgWithdrawDelegatorReward{
			DelegatorAddress: delegator, ValidatorAddress: msg.WithdrawDelegatorReward.Validator,
		}, prefix + "WithdrawDelegatorReward", nil
	case msg.FundCommunityPool != nil:
		coins, err := coinsOf(msg.FundCommunityPool.Amount)
		return &distributionpb.MsgFundCommunityPool{Depositor: delegator, Amount: wire.ProtoCoins(coins)}, prefix + "FundCommunityPool", err
	}
	return nil, "", nil
}

// coinsOf reads a contract's coins: those of one denom are summed, zeros
// dropped, the rest sorted. The error wraps chain.ErrInvalidCoins.
func coinsOf(list []cosmwasm.Coin) (chain.Coins, error) {
	if len(list) > wire.MaxCoins {
		return nil, fmt.Errorf("%d coins in one list, at most %d: %w", len(list), wire.MaxCoins, chain.ErrInvalidCoins)
	}
	out := make(chain.Coins, 0, len(list))
	for _, c := range list {
		amount, err := chain.ParseAmount(c.Amount)
		if err != nil {
			return nil, fmt.Errorf("%s%s: %w", c.Amount, c.Denom, chain.ErrInvalidCoins)
		}
		out = append(out, chain.Coin{Denom: c.Denom, Amount: amount})
	}
	return out.Normalize()
}
