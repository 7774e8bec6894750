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
	wasmpb "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
	"github.com/weftchain/weft/vm"
	"github.com/weftchain/weft/vm/cosmwasm"
)

// maxTraceJSON is what no trace may be longer than: bytes that are no text take
// four thirds, and steps have names of their fields.
const maxTraceJSON = 24 << 20

// TestTraceIsBounded: a million host calls, values that are as long as they may
// be, and a great many events are counted and left out; what comes after them is
// there.
func TestTraceIsBounded(t *testing.T) {
	engine := enginetest.New()
	const reads = 1_000_000
	code := engine.Add("many", &enginetest.Contract{
		Instantiate: func(*enginetest.Call) (*cosmwasm.Response, error) { return &cosmwasm.Response{}, nil },
		Execute: func(c *enginetest.Call) (*cosmwasm.Response, error) {
			if string(c.Msg) == `{}` {
				return &cosmwasm.Response{}, nil
			}
			for i := range 20 {
				c.Set(fmt.Sprint("key", i), bytes.Repeat([]byte{byte(i)}, 128<<10))
			}
			for range reads {
				c.Get("none")
			}
			res := &cosmwasm.Response{}
			for range 3_000 {
				res.Events = append(res.Events, cosmwasm.Event{Type: "much", Attributes: []cosmwasm.EventAttribute{{Key: "text", Value: strings.Repeat("y", 5_000)}}})
			}
			for range 3 {
				res.Messages = append(res.Messages, cosmwasm.SubMsg{
					Msg:     cosmwasm.CosmosMsg{Wasm: &cosmwasm.WasmMsg{Execute: &cosmwasm.ExecuteMsg{ContractAddr: c.Env.Contract.Address, Msg: []byte(`{}`)}}},
					ReplyOn: cosmwasm.ReplyNever,
				})
			}
			return res, nil
		},
	})
	w := newWorld(t, engine)
	w.instantiate("many", w.store("alice", code), `{}`)
	res, tr := w.traced(tracing.Options{}, func() result {
		return w.sendWithGas(100_000_000_000, &wasmpb.MsgExecuteContract{Sender: w.addr("alice"), Contract: w.addr("many"), Msg: []byte(`{"do":1}`)})
	})
	require.NoError(t, res.err)
	data, err := json.Marshal(tr)
	require.NoError(t, err)
	require.Less(t, len(data), maxTraceJSON)
	require.Greater(t, tr.Cut, reads)
	call := tr.Steps[0]
	require.Equal(t, "many", w.hide(call.Contract)[1:])
	require.Greater(t, call.Cut, reads, "it is said where steps are missing")
	first := call.Steps[1] // behind the loading of the code
	require.True(t, first.After.IsCut())
	require.Equal(t, 128<<10, first.After.Size)
	var subs int
	for _, s := range call.Steps {
		if s.Kind == trace.StepSubmessage {
			subs++
			require.Len(t, s.Steps, 1, "calls have room of their own")
		}
	}
	require.Equal(t, 3, subs)
	var text bytes.Buffer
	require.NoError(t, tr.WriteText(&text, trace.Text{}))
	require.Contains(t, text.String(), "cut: 1,0")
}

// TestHostileProfiles: recursion as deep as it goes, and endless loops, which the
// tracer's Stop ends.
func TestHostileProfiles(t *testing.T) {
	engine, err := vm.New(vm.Config{Trace: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, engine.Close()) })
	w := realWorld(t)
	for _, name := range []string{"recurse", "spin", "grow"} {
		w.instantiate(name, w.store("alice", contractCode(t, "hostile/"+name+".wasm")), `{}`)
	}
	execute := func(name string, gas uint64) func() result {
		return func() result {
			return w.sendWithGas(gas, &wasmpb.MsgExecuteContract{Sender: w.addr("alice"), Contract: w.addr(name), Msg: []byte(`{}`)})
		}
	}
	for _, name := range []string{"recurse", "spin", "grow"} {
		want := execute(name, 400_000)()
		got, tr := w.traced(tracing.Options{Profile: engine}, execute(name, 400_000))
		require.Equal(t, fmt.Sprint(want.err), fmt.Sprint(got.err))
		require.Equal(t, want.gas, got.gas)
		checkTrace(t, tr)
		require.Less(t, len(tr.Profile.Nodes), 110_000)
		depth := map[int]int{}
		for i, n := range tr.Profile.Nodes {
			if i > 0 {
				depth[i] = depth[n.Parent] + 1
			}
			require.LessOrEqual(t, depth[i], 400)
		}
	}
	_, tr := w.traced(tracing.Options{Profile: engine}, execute("recurse", 400_000))
	require.Positive(t, tr.Profile.Cut, "depth is bounded")

	enough := fmt.Errorf("enough: %w", errStop)
	r := tracing.New(tracing.Options{Profile: engine, Stop: func() error { return enough }})
	w.env.Calls.Observer = r
	res := execute("recurse", 40_000_000)()
	w.env.Calls.Observer = nil
	require.ErrorIs(t, res.err, errStop)
	_, verdict := chain.Verdict(res.err)
	require.False(t, verdict, "it is no verdict on the contract")
}

var errStop = fmt.Errorf("stopped")
