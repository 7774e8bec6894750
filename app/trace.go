package app

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/weftchain/weft/app/wasm/tracing"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/trace"
)

// Tracing says how a trace is made.
type Tracing struct {
	// Profile asks for where the gas went.
	Profile bool
	// Stop is asked now and then; its error ends the work. It may be nil.
	Stop func() error
}

// errNoProfiles is for nodes whose Options have no TraceEngine.
var errNoProfiles = fmt.Errorf("this node makes no gas profiles: ask without: %w", chain.ErrInvalidRequest)

func (a *App) recorder(t Tracing) (*tracing.Recorder, error) {
	o := tracing.Options{Stop: t.Stop}
	if t.Profile {
		if a.traceEngine == nil {
			return nil, errNoProfiles
		}
		var err error
		if o.Profile, err = a.traceEngine(); err != nil {
			return nil, err
		}
	}
	return tracing.New(o), nil
}

// TraceSimulation is Simulate with a trace.
func (a *App) TraceSimulation(raw []byte, t Tracing) (*trace.Trace, error) {
	r, err := a.recorder(t)
	if err != nil {
		return nil, err
	}
	last, _ := a.store.Version()
	res, err := a.simulate(raw, r)
	if err != nil {
		return nil, err
	}
	out := r.Finish(res)
	out.Kind, out.ChainID, out.Height, out.Hash = trace.KindSimulation, a.chainID, last+1, hashText(raw)
	return out, nil
}

// TraceQuery is Query of a method with a trace. A refusal of the method stands in
// the trace.
func (a *App) TraceQuery(q Query, t Tracing) (*trace.Trace, error) {
	if _, known := a.queries[q.Path]; !known {
		return nil, fmt.Errorf("unknown query path %.100q: %w", q.Path, chain.ErrUnknownRequest)
	}
	r, err := a.recorder(t)
	if err != nil {
		return nil, err
	}
	meter := &meterOf{Recorder: r}
	ans, err := a.query(Query{Path: q.Path, Data: q.Data, Height: q.Height}, meter)
	res := chain.Result{}
	if err != nil {
		var method *MethodError
		verdict, ok := chain.Verdict(err)
		if !errors.As(err, &method) || !ok {
			return nil, err
		}
		text, path := chain.ErrorText(err)
		res.Code, res.Codespace, res.Log = verdict.Code, verdict.Codespace, text+path
	}
	res.GasUsed, res.GasWanted = meter.used()
	out := r.Finish(res)
	out.Kind, out.ChainID, out.Height, out.Path = trace.KindQuery, a.chainID, ans.Height, q.Path
	if out.Height == 0 {
		out.Height = q.Height
	}
	return out, nil
}

// meterOf remembers the meter of the first step, which is that of a contract's
// query: it has a limit of its own.
type meterOf struct {
	*tracing.Recorder
	first *chain.Meter
}

// Enter implements chain.Observer.
func (m *meterOf) Enter(env *chain.Env, s chain.Step) {
	if m.first == nil {
		m.first = env.Gas
	}
	m.Recorder.Enter(env, s)
}

func (m *meterOf) used() (used, limit uint64) {
	if m.first == nil {
		return 0, 0
	}
	return m.first.Used(), m.first.Limit()
}

// TraceBlock executes the transactions of a block once more, up to the one at
// index, on the state before the block, and returns that one's trace and result.
// Nothing is kept. The error is chain.ErrNotFound if the state is not there any
// more.
func (a *App) TraceBlock(in BlockInput, index int, t Tracing) (*trace.Trace, chain.Result, error) {
	r, err := a.recorder(t)
	if err != nil {
		return nil, chain.Result{}, err
	}
	res, err := a.again(in, index, t, r)
	if err != nil {
		return nil, chain.Result{}, err
	}
	out := r.Finish(res)
	out.Kind, out.ChainID, out.Height, out.Hash = trace.KindTransaction, a.chainID, in.Height, hashText(in.Txs[index])
	return out, res, nil
}

// again executes a block up to a transaction, which o watches.
func (a *App) again(in BlockInput, index int, t Tracing, o chain.Observer) (chain.Result, error) {
	if index < 0 || index >= len(in.Txs) {
		return chain.Result{}, fmt.Errorf("block %d has %d transactions, there is no %d: %w", in.Height, len(in.Txs), index, chain.ErrNotFound)
	}
	if in.Height <= 1 {
		return chain.Result{}, fmt.Errorf("transactions of the first block cannot be executed once more: the state before it is not kept: %w", chain.ErrNotFound)
	}
	view, err := a.viewAt(in.Height - 1)
	if err != nil {
		return chain.Result{}, fmt.Errorf("the state before block %d is needed to execute it once more: %w", in.Height, err)
	}
	defer view.Close()
	env, err := a.env(&chain.Block{
		ChainID: a.chainID, Height: in.Height, Time: in.Time.UTC(), Hash: in.Hash, Proposer: in.Proposer, Again: true,
	}, view.Branch())
	if err != nil {
		return chain.Result{}, err
	}
	if err := a.beginBlock(env, in); err != nil {
		return chain.Result{}, err
	}
	for i, raw := range in.Txs[:index] {
		if t.Stop != nil {
			if err := t.Stop(); err != nil {
				return chain.Result{}, err
			}
		}
		if _, err := a.deliver(env, i, raw); err != nil {
			return chain.Result{}, err
		}
	}
	env.Calls.Observer = o
	return a.deliver(env, index, in.Txs[index])
}

// Differences lists what is not the same in two results of one transaction. The
// texts for people are not looked at.
func Differences(want, got chain.Result) []string {
	var list []string
	note := func(what string, want, got any) {
		list = append(list, fmt.Sprintf("%s: %v in the block, %v now", what, want, got))
	}
	if want.Code != got.Code || want.Codespace != got.Codespace {
		note("code", fmt.Sprintf("%s/%d", want.Codespace, want.Code), fmt.Sprintf("%s/%d", got.Codespace, got.Code))
	}
	if want.GasWanted != got.GasWanted {
		note("gas wanted", want.GasWanted, got.GasWanted)
	}
	if want.GasUsed != got.GasUsed {
		note("gas used", want.GasUsed, got.GasUsed)
	}
	if !bytes.Equal(want.Data, got.Data) {
		note("data", fmt.Sprintf("%d bytes", len(want.Data)), fmt.Sprintf("others (%d bytes)", len(got.Data)))
	}
	for i := range max(len(want.Events), len(got.Events)) {
		if i >= len(want.Events) || i >= len(got.Events) {
			note("events", len(want.Events), len(got.Events))
			break
		}
		if w, g := fmt.Sprint(want.Events[i]), fmt.Sprint(got.Events[i]); w != g {
			note(fmt.Sprintf("event %d", i), w, g)
			break
		}
	}
	return list
}

func hashText(raw []byte) string { return fmt.Sprintf("%X", sha256.Sum256(raw)) }
