package app

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/cosmos/gogoproto/types"

	"github.com/weftchain/weft/app/auth"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/trace"
	abci "github.com/weftchain/weft/proto/cosmos/base/abci/v1beta1"
	"github.com/weftchain/weft/tx"
)

// deliver takes one transaction through its whole life, top to bottom. The
// error it returns is a fault of this node, never a verdict on the transaction.
func (a *App) deliver(block *chain.Env, index int, raw []byte) (chain.Result, error) {
	return a.deliverWith(a.signatures, block, index, raw)
}

func (a *App) deliverWith(verifier auth.Verifier, block *chain.Env, index int, raw []byte) (chain.Result, error) {
	t, err := a.decode(raw, block.Block.Params)
	if err != nil {
		return outcome(block.Begin(nil, 0), nil, nil, err)
	}
	env := block.Begin(&chain.Tx{Index: uint32(index), Hash: sha256.Sum256(raw)}, t.GasLimit())
	if u, ok := a.unpaidIn(t); ok {
		return a.deliverUnpaid(env, u)
	}
	if err = checkGas(block.Block, t); err != nil {
		return outcome(env, t, nil, err)
	}
	responses, err := a.run(env, t, verifier)
	return outcome(env, t, responses, err)
}

// run admits a transaction and runs its messages: all take effect or none. What
// admission wrote (fee, sequence) stays in either case and is merged into the
// branch that env was begun on; if admission fails, nothing is.
func (a *App) run(env *chain.Env, t *tx.Tx, verifier auth.Verifier) ([]chain.Response, error) {
	if err := a.admit(env, t, verifier); err != nil {
		return nil, err
	}
	msgs := env.Child()
	responses, err := a.runMessages(msgs, t.Msgs)
	if err == nil {
		env.Keep(msgs)
	}
	env.State.Merge() // the fee stays paid, whatever the messages did
	return responses, err
}

// decode reads a transaction; no bytes may make it panic.
func decode(raw []byte, params chain.Params) (t *tx.Tx, err error) {
	defer recovered(&err)
	return tx.Decode(raw, int(params.MaxTxBytes))
}

// checkGas refuses a gas limit that no block could hold.
func checkGas(block *chain.Block, t *tx.Tx) error {
	limit := t.GasLimit()
	if limit == 0 && block.Height > 0 {
		return fmt.Errorf("must provide positive gas: %w", chain.ErrInvalidGasLimit)
	}
	if most := block.Params.MaxBlockGas; most > 0 && limit > most {
		return fmt.Errorf("tx gas limit %d exceeds block max gas %d: %w", limit, most, chain.ErrInvalidGasLimit)
	}
	return nil
}

// admit lets the transaction in, or refuses it and leaves no event.
func (a *App) admit(env *chain.Env, t *tx.Tx, verifier auth.Verifier) (err error) {
	defer func() {
		if err != nil {
			env.Events.Replace(nil) // what they tell was undone
		}
	}()
	defer recovered(&err)
	defer env.Observe(chain.Step{Message: trace.StepAdmission})(&err)
	return a.auth.Admit(env, t, verifier)
}

// runMessages runs messages in order and marks their events. It stops at the
// first that fails.
func (a *App) runMessages(env *chain.Env, msgs []tx.Msg) (responses []chain.Response, err error) {
	defer recovered(&err)
	responses = make([]chain.Response, len(msgs))
	for i, m := range msgs {
		child := env.Child()
		leave := child.Observe(chain.Step{Message: m.TypeURL, Index: i})
		res, err := a.handle(child, m)
		leave(&err)
		if err != nil {
			return nil, fmt.Errorf("message index: %d: %w", i, err)
		}
		if err := markEvents(child, m, i); err != nil {
			return nil, err
		}
		env.Keep(child)
		responses[i] = res
	}
	return responses, nil
}

// markEvents puts the event that names a message in front of those of its
// handler and appends the message's index to all of them (cosmos-wire facts,
// section 9).
func markEvents(env *chain.Env, m tx.Msg, index int) error {
	signers, err := tx.Signers(env.Bech32(), m.Value)
	if err != nil {
		return err
	}
	first := chain.NewEvent("message", "action", m.TypeURL)
	if len(signers) > 0 {
		first.Attributes = append(first.Attributes, chain.Attribute{Key: "sender", Value: env.Bech32().Account(signers[0])})
	}
	own := env.Events.List()
	if module := moduleOf(m.TypeURL); module != "" && !namesModule(own) {
		first.Attributes = append(first.Attributes, chain.Attribute{Key: "module", Value: module})
	}
	mark := chain.Attribute{Key: "msg_index", Value: strconv.Itoa(index)}
	marked := make([]chain.Event, 0, len(own)+1)
	for _, e := range append([]chain.Event{first}, own...) {
		e.Attributes = append(append([]chain.Attribute(nil), e.Attributes...), mark)
		marked = append(marked, e)
	}
	env.Events.Replace(marked)
	return nil
}

// moduleOf is the second part of a message's name: "bank" of
// /cosmos.bank.v1beta1.MsgSend.
func moduleOf(typeURL string) string {
	parts := strings.Split(typeURL, ".")
	if len(parts) < 2 {
		return ""
	}
	return parts[1]
}

func namesModule(events []chain.Event) bool {
	for _, e := range events {
		if e.Type != "message" {
			continue
		}
		if _, ok := e.Get("module"); ok {
			return true
		}
	}
	return false
}

// outcome turns the end of a transaction into its result, or into a fault.
func outcome(env *chain.Env, t *tx.Tx, responses []chain.Response, err error) (chain.Result, error) {
	res := chain.Result{GasUsed: env.Gas.Used(), Events: env.Events.List()}
	if t != nil {
		res.GasWanted = t.GasLimit()
	}
	if err == nil {
		res.Responses, res.Info = responses, chain.CaughtIn(env).JSON()
		res.Data, err = txData(responses)
		return res, err
	}
	verdict, ok := chain.Verdict(err)
	if !ok {
		return chain.Result{}, err
	}
	res.Code, res.Codespace = verdict.Code, verdict.Codespace
	res.Log, res.Info = explain(env, err)
	return res, nil
}

// txData is what a successful transaction answers: the responses of its
// messages.
func txData(responses []chain.Response) ([]byte, error) {
	var data abci.TxMsgData
	for _, r := range responses {
		data.MsgResponses = append(data.MsgResponses, &types.Any{TypeUrl: r.TypeURL, Value: r.Value})
	}
	return data.Marshal()
}

// errPanic carries what a rule panicked with.
var errPanic = errors.New("recovered")

// recovered turns a panic of a rule into the verdict that the reference gives.
// The state of the transaction is dropped, so it is the same on every node.
func recovered(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("%w: %v: %w", errPanic, r, chain.ErrPanic)
	}
}
