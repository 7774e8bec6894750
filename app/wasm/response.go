package wasm

import (
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/vm/cosmwasm"
)

// handle puts a contract's response into effect: it charges for and emits the
// events, then sends the submessages one after the other. The data that comes
// back is the last reply's that set some, else the response's.
//
// Depth is counted here, where a response is handled, and not where a message
// is sent: a reply whose response sends messages goes one deeper too.
func (w *Wasm) handle(env *chain.Env, contract chain.Address, res *cosmwasm.Response) ([]byte, error) {
	attributes, events := fromContract(res)
	if err := env.Gas.Use(eventCosts(attributes, events), locationEventCosts); err != nil {
		return nil, err
	}
	emitted, err := contractEvents(env.Bech32().Account(contract), attributes, events)
	if err != nil {
		return nil, err
	}
	env.Events.Emit(emitted...)
	env.Calls.MsgDepth++
	defer func() { env.Calls.MsgDepth-- }()
	if env.Calls.MsgDepth > env.Block.Params.MaxCallDepth {
		return nil, ErrCallDepth
	}
	data := res.Data
	for i := range res.Messages {
		replied, err := w.submessage(env, contract, i, &res.Messages[i])
		if err != nil {
			return nil, err
		}
		if replied != nil {
			data = replied
		}
	}
	return data, nil
}

// fromContract takes a response's attributes and events over as they stand.
func fromContract(res *cosmwasm.Response) ([]chain.Attribute, []chain.Event) {
	events := make([]chain.Event, len(res.Events))
	for i, e := range res.Events {
		events[i] = chain.Event{Type: e.Type, Attributes: attributesOf(e.Attributes)}
	}
	return attributesOf(res.Attributes), events
}

func attributesOf(list []cosmwasm.EventAttribute) []chain.Attribute {
	out := make([]chain.Attribute, len(list))
	for i, a := range list {
		out[i] = chain.Attribute{Key: a.Key, Value: a.Value}
	}
	return out
}
