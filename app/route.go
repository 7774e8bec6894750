package app

import (
	"fmt"

	"github.com/weftchain/weft/app/wasm"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/tx"
)

// route makes the tables of messages and queries out of what the modules list.
// It panics at start-up if two modules claim the same path.
func (a *App) route() {
	a.messages = table(a.bank.Messages(), a.feegrant.Messages(), a.staking.Messages(), a.distribution.Messages(),
		a.mint.Messages(), a.slashing.Messages(), a.upgrade.Messages(), a.wasm.Messages(), a.lotteryMessages(),
		[]chain.Route{chain.NewMsg("/weft.params.v1.MsgUpdateParams", checkUpdateParams, updateParams)})
	a.queries = table(a.auth.Queries(), a.bank.Queries(), a.feegrant.Queries(), a.staking.Queries(), a.distribution.Queries(),
		a.mint.Queries(), a.slashing.Queries(), a.upgrade.Queries(), a.wasm.Queries(), a.lotteryQueries(),
		a.absentQueries(), a.stores(), []chain.Route{chain.NewQuery("/weft.params.v1.Query/Params", queryParams)})
}

func table(lists ...[]chain.Route) map[string]chain.Route {
	out := map[string]chain.Route{}
	for _, list := range lists {
		for _, r := range list {
			if _, taken := out[r.Path]; taken {
				panic("two modules handle " + r.Path)
			}
			out[r.Path] = r
		}
	}
	return out
}

// checkMessage runs the check of a message that needs no state.
func (a *App) checkMessage(block *chain.Block, m tx.Msg) error {
	r, ok := a.messages[m.TypeURL]
	if !ok || r.Check == nil {
		return nil
	}
	return r.Check(block, m.Value)
}

// handle gives a message to its module, on the environment that it got.
func (a *App) handle(env *chain.Env, m tx.Msg) (chain.Response, error) {
	r, ok := a.messages[m.TypeURL]
	if !ok {
		return chain.Response{}, fmt.Errorf("can't route message %s: %w", m.TypeURL, chain.ErrUnknownRequest)
	}
	res, err := r.Handle(env, m.Value)
	if err != nil {
		return chain.Response{}, err
	}
	value, err := res.Marshal()
	return chain.Response{TypeURL: tx.TypeURL(res), Value: value}, err
}

// dispatcher takes the messages of contracts.
type dispatcher struct{ app *App }

// Dispatch handles a contract's message as if the contract had signed it.
func (d dispatcher) Dispatch(env *chain.Env, from chain.Address, msg chain.Message, typeURL string) (chain.Response, error) {
	m := tx.Msg{TypeURL: typeURL, Value: msg}
	if _, ok := d.app.messages[typeURL]; !ok {
		return chain.Response{}, fmt.Errorf("can't route message %.200s: %w", typeURL, chain.ErrUnknownRequest)
	}
	if err := d.app.checkMessage(env.Block, m); err != nil {
		return chain.Response{}, err
	}
	signers, err := tx.Signers(env.Bech32(), msg)
	if err != nil {
		return chain.Response{}, err
	}
	for _, s := range signers {
		if s != from {
			return chain.Response{}, fmt.Errorf("contract doesn't have permission: %w", chain.ErrUnauthorized)
		}
	}
	return d.app.handle(env, m)
}

// DispatchAny decodes a contract's message and handles it.
func (d dispatcher) DispatchAny(env *chain.Env, from chain.Address, typeURL string, value []byte) (chain.Response, error) {
	msg, err := tx.Unpack(typeURL, value)
	if err == nil {
		err = d.app.knows(typeURL)
	}
	if err != nil {
		return chain.Response{}, fmt.Errorf("Cannot unpack proto message with type URL: %.200s: %w", typeURL, wasm.ErrInvalidMsg) //nolint:staticcheck // the reference's words
	}
	return d.Dispatch(env, from, msg, typeURL)
}
