package wasm

import (
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/vm/cosmwasm"
)

// reply calls the reply entry point of the contract that sent a submessage and
// puts its response into effect. It runs on the sender's own environment: what
// fails here fails the sender. The contract and its code are read again, for
// the submessage may have migrated it.
func (w *Wasm) reply(env *chain.Env, contract chain.Address, step *chain.SubStep, sub *cosmwasm.SubMsg, how outcome) (data []byte, err error) {
	defer env.Enter(chain.Step{Contract: contract, Entry: entryReply, Sub: step})(&err)
	in, err := loadInstance(env, contract)
	if err != nil {
		return nil, err
	}
	if err := env.Gas.Use(replyCosts(how.events), locationLoading+entryReply); err != nil {
		return nil, err
	}
	doc, err := toJSON(cosmwasm.Reply{ID: sub.ID, Payload: sub.Payload, Result: replyResult(how)})
	if err != nil {
		return nil, err
	}
	res, err := w.respond(env, invocation{entryReply, contract, in.code, [][]byte{doc}}, ErrExecuteFailed)
	if err != nil {
		return nil, err
	}
	env.Events.Emit(chain.NewEvent(eventReply, attrContract, env.Bech32().Account(contract)))
	data, err = w.handle(env, contract, res)
	if err != nil {
		return nil, within("dispatch", err)
	}
	return data, nil
}

// replyResult is what the contract may know of a submessage's end.
func replyResult(how outcome) cosmwasm.SubMsgResult {
	if how.err != nil {
		return cosmwasm.SubMsgResult{Err: redact(how.err)}
	}
	ok := &cosmwasm.SubMsgResponse{Events: make([]cosmwasm.Event, len(how.events))}
	for i, e := range how.events {
		attributes := make([]cosmwasm.EventAttribute, len(e.Attributes))
		for k, a := range e.Attributes {
			attributes[k] = cosmwasm.EventAttribute{Key: a.Key, Value: a.Value}
		}
		ok.Events[i] = cosmwasm.Event{Type: e.Type, Attributes: attributes}
	}
	ok.MsgResponses = make([]cosmwasm.MsgResponse, len(how.responses))
	for i, r := range how.responses {
		ok.MsgResponses[i] = cosmwasm.MsgResponse{TypeURL: r.TypeURL, Value: r.Value}
	}
	if len(how.responses) > 0 {
		ok.Data = how.responses[0].Value // contracts of CosmWasm 1.x read only this
	}
	return cosmwasm.SubMsgResult{Ok: ok}
}
