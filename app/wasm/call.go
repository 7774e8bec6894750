package wasm

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/trace"
	wasmpb "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
	"github.com/weftchain/weft/vm"
	"github.com/weftchain/weft/vm/cosmwasm"
)

// Entry points of a contract.
const (
	entryInstantiate = "instantiate"
	entryExecute     = "execute"
	entryMigrate     = "migrate"
	entrySudo        = "sudo"
	entryReply       = "reply"
	entryQuery       = "query"
)

// setup charges for loading a code: less if it is pinned or ran before in this
// transaction. One Has.
func setup(env *chain.Env, codeID uint64, code *wasmpb.CodeInfo, entry string) (err error) {
	defer env.Observe(chain.Step{Message: trace.StepLoading})(&err)
	sum, err := checksum(code)
	if err != nil {
		return err
	}
	isPinned, err := pinned(env, codeID)
	if err != nil {
		return err
	}
	cost := uint64(gasInstance)
	if isPinned || env.Calls.Ran(sum) {
		cost = gasInstanceDiscount
	}
	return env.Gas.Use(cost, locationLoading+entry)
}

// invocation is one call into a contract.
type invocation struct {
	entry    string
	contract chain.Address
	code     *wasmpb.CodeInfo
	args     [][]byte // behind the environment
}

// invoke calls a contract and returns the JSON of its result. It charges what
// the call used and what reading the result costs. A failure that is not the
// contract's answer is wasm/29; gas that ran out exhausts the meter.
func (w *Wasm) invoke(env *chain.Env, c invocation) ([]byte, error) {
	code, err := loadCode(env, c.code)
	if err != nil {
		return nil, err
	}
	limit := vmGasLeft(env.Gas)
	res, err := w.call(env, c.contract, vm.Call{
		Code: code, Entry: c.entry, Args: append([][]byte{contractEnv(env, c.contract)}, c.args...),
		GasLimit: limit, ReadOnly: c.entry == entryQuery,
		Storage: newStorage(env, c.contract), API: addresses{env.Bech32()},
		Querier: &querier{wasm: w, env: env, contract: c.contract},
		Debug:   w.printer(env, c.contract),
	})
	return settle(env.Gas, limit, res, err)
}

// settle charges for a call that has ended.
func settle(meter *chain.Meter, limit uint64, res vm.Result, err error) ([]byte, error) {
	var failure *vm.Error
	if err != nil && !errors.As(err, &failure) {
		return nil, err
	}
	used := res.GasUsed
	if err == nil {
		reading := toVM(uint64(len(res.Data)) * gasDeserializeByte)
		if used > limit || reading > limit-used {
			err = fmt.Errorf("insufficient gas left to deserialize contract execution result (%d bytes)", len(res.Data))
		} else {
			used += reading
		}
	}
	if err := useVM(meter, used); err != nil {
		return nil, err
	}
	if failure != nil && failure.Kind == vm.KindOutOfGas {
		// The VM's limit was cut to 64 bits or the meter has none.
		if err := meter.Use(meter.Left(), locationEngine); err != nil {
			return nil, err
		}
		return nil, chain.OutOfGas(locationEngine)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", err.Error(), ErrVM)
	}
	return res.Data, nil
}

// printer takes what a contract prints, nil if nobody listens.
func (w *Wasm) printer(env *chain.Env, contract chain.Address) func(string) {
	if w.debug == nil {
		return nil
	}
	return func(text string) { w.debug(env.Bech32().Account(contract), text) }
}

// respond calls an entry point that answers with a response. What the contract
// refuses is failed with its own words.
func (w *Wasm) respond(env *chain.Env, c invocation, failed *chain.Error) (*cosmwasm.Response, error) {
	raw, err := w.invoke(env, c)
	if err != nil {
		return nil, err
	}
	res, err := cosmwasm.DecodeContractResult(raw)
	if err != nil {
		return nil, fmt.Errorf("%v: %w", err, ErrVM)
	}
	if res.Err != "" {
		return nil, failedByContract(res.Err, failed)
	}
	return res.Ok, nil
}

// contractEnv is the JSON of the first argument of every entry point.
func contractEnv(env *chain.Env, contract chain.Address) []byte {
	var now uint64 // stays 0 where a query's block has no known time
	if t := env.Block.Time; t.Unix() > 0 {
		now = uint64(t.UnixNano())
	}
	e := cosmwasm.Env{
		Block:    cosmwasm.BlockInfo{Height: uint64(env.Block.Height), Time: cosmwasm.Uint64(now), ChainID: env.Block.ChainID},
		Contract: cosmwasm.ContractInfo{Address: env.Bech32().Account(contract)},
	}
	if env.Tx != nil {
		e.Transaction = &cosmwasm.TransactionInfo{Index: env.Tx.Index, Hash: env.Tx.Hash[:]}
	}
	return e.JSON()
}

// messageInfo is the JSON that tells a contract who calls it with what.
func messageInfo(env *chain.Env, sender chain.Address, funds chain.Coins) []byte {
	return cosmwasm.MessageInfo{Sender: env.Bech32().Account(sender), Funds: contractCoins(funds)}.JSON()
}

// contractCoins is the form in which contracts get coins; never nil.
func contractCoins(coins chain.Coins) []cosmwasm.Coin {
	out := make([]cosmwasm.Coin, len(coins))
	for i, c := range coins {
		out[i] = cosmwasm.Coin{Denom: c.Denom, Amount: c.Amount.String()}
	}
	return out
}

// toJSON encodes a document for a contract. That it cannot is a fault: the
// documents are this program's own types.
func toJSON(document any) ([]byte, error) { return json.Marshal(document) }
