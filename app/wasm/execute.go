package wasm

import (
	"github.com/weftchain/weft/chain"
	wasmpb "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
)

// executeContract handles MsgExecuteContract.
func (w *Wasm) executeContract(env *chain.Env, msg *wasmpb.MsgExecuteContract) (*wasmpb.MsgExecuteContractResponse, error) {
	sender, err := env.Bech32().ParseAccount(msg.Sender)
	if err != nil {
		return nil, within("sender", err)
	}
	contract, err := env.Bech32().ParseAccount(msg.Contract)
	if err != nil {
		return nil, within("contract", err)
	}
	funds, err := parseFunds(msg.Funds)
	if err != nil {
		return nil, err
	}
	data, err := w.execute(env, contract, sender, msg.Msg, funds)
	if err != nil {
		return nil, err
	}
	return &wasmpb.MsgExecuteContractResponse{Data: data}, nil
}

// execute calls a contract with a message and coins.
func (w *Wasm) execute(env *chain.Env, contract, sender chain.Address, msg []byte, funds chain.Coins) (data []byte, err error) {
	defer env.Enter(chain.Step{Contract: contract, Entry: entryExecute})(&err)
	in, err := loadInstance(env, contract)
	if err != nil {
		return nil, err
	}
	if err := setup(env, in.info.CodeID, in.code, entryExecute); err != nil {
		return nil, err
	}
	if err := w.transfer(env, sender, contract, funds); err != nil {
		return nil, err
	}
	info := messageInfo(env, sender, funds)
	res, err := w.respond(env, invocation{entryExecute, contract, in.code, [][]byte{info, msg}}, ErrExecuteFailed)
	if err != nil {
		return nil, err
	}
	env.Events.Emit(chain.NewEvent(eventExecute, attrContract, env.Bech32().Account(contract)))
	return w.handle(env, contract, res)
}

// Sudo calls the entry point that only the chain itself may call. It is for
// other modules and for the authority; contract messages never get here.
func (w *Wasm) Sudo(env *chain.Env, contract chain.Address, msg []byte) (data []byte, err error) {
	defer env.Enter(chain.Step{Contract: contract, Entry: entrySudo})(&err)
	in, err := loadInstance(env, contract)
	if err != nil {
		return nil, err
	}
	if err := setup(env, in.info.CodeID, in.code, entrySudo); err != nil {
		return nil, err
	}
	res, err := w.respond(env, invocation{entrySudo, contract, in.code, [][]byte{msg}}, ErrExecuteFailed)
	if err != nil {
		return nil, err
	}
	env.Events.Emit(chain.NewEvent(eventSudo, attrContract, env.Bech32().Account(contract)))
	data, err = w.handle(env, contract, res)
	if err != nil {
		return nil, within("dispatch", err)
	}
	return data, nil
}
