package wasm

import (
	"fmt"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/vm/cosmwasm"
)

// outcome is what became of a submessage.
type outcome struct {
	events    []chain.Event
	responses []chain.Response
	err       error // a verdict
}

// submessage runs one submessage on a branch of its own, then tells the
// contract how it went if the contract asked to know. It returns the data of
// the reply, nil if there was none or it set none. index is the submessage's
// position in the response.
func (w *Wasm) submessage(env *chain.Env, contract chain.Address, index int, sub *cosmwasm.SubMsg) ([]byte, error) {
	if !knownReplyOn(sub.ReplyOn) {
		return nil, fmt.Errorf("replyOn value: %w", ErrInvalid)
	}
	step := &chain.SubStep{Index: index, ID: sub.ID, Message: messageKind(&sub.Msg)}
	child, responses, err := w.attempt(env, contract, step, sub)
	if err != nil && unwinding(err) {
		return nil, err // no contract may catch it
	}
	var events []chain.Event
	if err == nil {
		events = withoutMessages(child.Events.List())
		if sub.Msg.Wasm != nil {
			events = sortAttributes(events)
		}
		child.Events.Replace(events)
		env.Keep(child)
	}
	if !wantsReply(sub.ReplyOn, err) {
		return nil, err
	}
	if sub.Msg.Wasm == nil {
		events = nil // what other modules say may change from release to release
	}
	if err != nil {
		env.Calls.Trace.Catch(redact(err), err)
	}
	data, err := w.reply(env, contract, step, sub, outcome{events, responses, err})
	if err != nil {
		return nil, within("reply", err)
	}
	return data, nil
}

func knownReplyOn(r cosmwasm.ReplyOn) bool {
	switch r {
	case cosmwasm.ReplyAlways, cosmwasm.ReplySuccess, cosmwasm.ReplyError, cosmwasm.ReplyNever:
		return true
	case cosmwasm.UnsetReplyOn:
	}
	return false
}

// wantsReply reports whether a contract is told of this end of a submessage.
// Where it is not, an error passes on to whoever called the contract.
func wantsReply(r cosmwasm.ReplyOn, err error) bool {
	switch r {
	case cosmwasm.ReplyAlways:
		return true
	case cosmwasm.ReplySuccess:
		return err == nil
	case cosmwasm.ReplyError:
		return err != nil
	default:
		return false
	}
}

// attempt runs a submessage on a child of env and leaves it to the caller to
// keep the child. A gas limit counts if it is below what is left; running into
// it is a verdict and costs all of it.
func (w *Wasm) attempt(env *chain.Env, contract chain.Address, step *chain.SubStep, sub *cosmwasm.SubMsg) (_ *chain.Env, _ []chain.Response, err error) {
	defer env.Enter(chain.Step{Sub: step})(&err)
	if sub.GasLimit == nil || *sub.GasLimit >= env.Gas.Left() {
		child := env.Child()
		responses, err := w.send(child, contract, &sub.Msg)
		return child, responses, err
	}
	limit := *sub.GasLimit
	child := env.ChildWithGas(limit)
	responses, err := w.send(child, contract, &sub.Msg)
	spent, what := child.Gas.Used(), locationSubMsg
	if err != nil {
		if _, verdict := chain.Verdict(err); !verdict {
			return child, nil, err
		}
		if where, ranOut := chain.OutOfGasLocation(err); ranOut {
			env.Calls.Trace.Detail(fmt.Sprintf("the submessage's gas limit of %d ran out in %s, %d used", limit, where, child.Gas.Used()))
			err = fmt.Errorf("SubMsg hit gas limit: %w", chain.ErrOutOfGas)
			spent, what = limit, locationSubMsgOut
		}
	}
	if meterErr := env.Gas.Use(spent, what); meterErr != nil {
		return child, nil, meterErr
	}
	return child, responses, err
}
