package wasm_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/app/wasm/enginetest"
	"github.com/weftchain/weft/app/wasm/tracing"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/trace"
	"github.com/weftchain/weft/contracts/sdk/probe"
	"github.com/weftchain/weft/contracts/testkit"
	"github.com/weftchain/weft/contracts/token"
	"github.com/weftchain/weft/internal/golden"
	"github.com/weftchain/weft/vm"
)

// traced makes f's one transaction a traced one.
func (w *world) traced(o tracing.Options, f func() result) (result, *trace.Trace) {
	w.t.Helper()
	r := tracing.New(o)
	w.env.Calls.Observer = r
	res := f()
	w.env.Calls.Observer = nil
	out := chain.Result{GasWanted: txGas, GasUsed: res.gas}
	if verdict, ok := chain.Verdict(res.err); res.err != nil {
		require.True(w.t, ok)
		out.Code, out.Codespace, out.Log = verdict.Code, verdict.Codespace, res.err.Error()+res.path
	}
	t := r.Finish(out)
	t.Kind, t.ChainID, t.Height = trace.KindSimulation, "weft-test", 7
	return res, t
}

// tracedStory sends tokens to a contract which calls one that panics and goes on,
// then to one that refuses.
func tracedStory(t *testing.T, w *world, o tracing.Options, tokenCode, probeCode []byte) (text string, traces []*trace.Trace) {
	t.Helper()
	w.instantiate("token", w.store("alice", tokenCode),
		`{"name":"Test","symbol":"TST","decimals":0,"initial_balances":[{"address":"`+w.addr("alice")+`","amount":"100"}]}`)
	w.instantiate("probe", w.store("alice", probeCode), `{}`)
	for _, message := range []string{"eWVz", "bm8="} {
		send := func() result {
			return w.execute("token", `{"send":{"contract":"`+w.addr("probe")+`","amount":"7","msg":"`+message+`"}}`)
		}
		state := storeContent(t, w)
		branch := w.env.State
		w.env.State = branch.Branch() // dropped
		want := send()
		w.env.State, w.txs = branch, w.txs-1
		require.Equal(t, state, storeContent(t, w))
		got, tr := w.traced(o, send)
		require.Equal(t, want.res, got.res)
		told := func(r result) string { return fmt.Sprint(r.err, r.gas, r.events, r.path) }
		require.Equal(t, told(want), told(got), "traced and not")
		checkTrace(t, tr)
		var out bytes.Buffer
		require.NoError(t, tr.WriteText(&out, trace.Text{}))
		text += w.hide(out.String()) + "\n"
		traces = append(traces, tr)
	}
	return text, traces
}

// checkTrace holds what every trace must: sums, and that its JSON says all.
func checkTrace(t *testing.T, tr *trace.Trace) {
	t.Helper()
	var vmGas int64
	var walk func(list []*trace.Step, host bool)
	walk = func(list []*trace.Step, host bool) {
		for _, s := range list {
			if s.Gas == nil {
				require.Equal(t, trace.StepEvent, s.Kind)
				continue
			}
			own := s.Gas.Used
			for _, in := range s.Steps {
				if in.Gas != nil {
					own -= in.Gas.Used
				}
			}
			if s.Cut == 0 {
				require.Equal(t, own, s.Gas.Own, "%+v", s)
			}
			if s.Kind == trace.StepCall {
				vmGas += s.Gas.VMOwn
			}
			walk(s.Steps, s.Kind == trace.StepHost)
		}
	}
	walk(tr.Steps, false)
	if tr.Cut == 0 {
		require.Equal(t, tr.VMGas, vmGas)
	}
	if tr.Profile != nil {
		require.NoError(t, tr.Profile.Check())
		vmSum, sdkSum := tr.Profile.Sums()
		require.Equal(t, tr.VMGas, vmSum)
		require.EqualValues(t, tr.GasUsed, sdkSum)
	}
	data, err := json.Marshal(tr)
	require.NoError(t, err)
	parsed, err := trace.Parse(data)
	require.NoError(t, err)
	var a, b bytes.Buffer
	require.NoError(t, tr.WriteText(&a, trace.Text{}))
	require.NoError(t, parsed.WriteText(&b, trace.Text{}))
	require.Equal(t, a.String(), b.String())
}

// TestTrace is the text of a trace: a submessage that fails, its reply, a refusal.
func TestTrace(t *testing.T) {
	engine := enginetest.New()
	tokenCode, probeCode := engine.Add("token", testkit.Native(token.Contract)), engine.Add("probe", testkit.Native(probe.Contract))
	text, _ := tracedStory(t, newWorld(t, engine), tracing.Options{}, tokenCode, probeCode)
	golden.Check(t, []byte(text))
}

// TestTraceProfile: as wasm the same happens, and every unit of gas has a place.
func TestTraceProfile(t *testing.T) {
	engine, err := vm.New(vm.Config{Trace: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, engine.Close()) })
	tokenCode, probeCode := testkit.Build(t, "../../contracts/token/wasm"), testkit.Build(t, "../../contracts/sdk/probe/wasm")
	text, traces := tracedStory(t, realWorld(t), tracing.Options{Profile: engine}, tokenCode, probeCode)
	for _, want := range []string{"$token execute", "→ $probe execute", "error: ", "$probe reply to submessage", "balance/$alice", "event wasm "} {
		require.Contains(t, text, want)
	}
	hosts := 0
	for _, tr := range traces {
		require.Greater(t, tr.VMGas, int64(10_000_000))
		for _, f := range tr.Profile.Functions {
			if strings.HasPrefix(f.Name, "host:db_") {
				hosts++
			}
		}
		var out bytes.Buffer
		require.NoError(t, tr.WriteProfile(&out))
	}
	require.GreaterOrEqual(t, hosts, 4)
	if testing.Verbose() {
		fmt.Println(text)
	}
}
