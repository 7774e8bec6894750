package app

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/trace"
	"github.com/weftchain/weft/vm"
)

// TestTraceBlock executes each transaction of the script once more while the chain
// goes on: what comes of it is as committed, the chain does not notice, and each
// unit of gas has a place in the profile.
func TestTraceBlock(t *testing.T) {
	s := scripted(t)
	g, err := ParseGenesis(s.genesis)
	require.NoError(t, err)
	w := newWorld(t, worldOptions{
		genesis: g, engine: engine(t, vm.Config{}), tracing: engine(t, vm.Config{Trace: true}), maxGas: 60_000_000, noBlock: true, keep: 3,
	})
	profiled, calls := 0, 0
	for h, in := range s.blocks {
		w.block(in.Txs...)
		require.Equal(t, s.results[h].AppHash, w.last.AppHash, "block %d", in.Height)
		for i := range in.Txs {
			if in.Height == 1 {
				continue
			}
			want := s.results[h].Txs[i]
			// Endless loops in small functions take their time with a profile.
			tracing := Tracing{Profile: want.GasUsed < 110_000}
			out, got, err := w.app.TraceBlock(in, i, tracing)
			require.NoError(t, err)
			require.Empty(t, Differences(want, got))
			require.Equal(t, want.Log, got.Log)
			require.Equal(t, want.Info, got.Info)
			require.Equal(t, want.GasUsed, out.GasUsed)
			if tracing.Profile {
				profiled++
				vmGas, sdkGas := out.Profile.Sums()
				require.EqualValues(t, out.VMGas, vmGas)
				require.EqualValues(t, want.GasUsed, sdkGas, "%d/%d %s", in.Height, i, want.Log)
			}
			if out.VMGas > 0 {
				calls++
			}
		}
	}
	require.Greater(t, profiled, 100)
	require.Greater(t, calls, 20)

	last := s.blocks[len(s.blocks)-1]
	_, _, err = w.app.TraceBlock(s.blocks[5], 0, Tracing{})
	require.ErrorIs(t, err, chain.ErrNotFound)
	require.ErrorContains(t, err, "the state before block 6 is needed")
	_, _, err = w.app.TraceBlock(last, len(last.Txs), Tracing{})
	require.ErrorContains(t, err, "there is no")
	first := last
	first.Height = 1
	_, _, err = w.app.TraceBlock(first, 0, Tracing{})
	require.ErrorContains(t, err, "first block")
	enough := errors.New("enough")
	_, _, err = w.app.TraceBlock(last, 0, Tracing{Stop: func() error { return enough }})
	if err != nil { // only a contract asks, or a transaction before it
		require.ErrorIs(t, err, enough)
	}
}

// TestTraceSimulation: a simulation that is watched tells the same.
func TestTraceSimulation(t *testing.T) {
	w := newWorld(t, worldOptions{})
	for _, amount := range []string{"7uweft", "99999999999uweft"} {
		raw := w.sign("alice", 0, msgSend(t, "alice", "bob", amount))
		want, err := w.app.Simulate(raw)
		require.NoError(t, err)
		out, err := w.app.TraceSimulation(raw, Tracing{})
		require.NoError(t, err)
		require.Equal(t, want.GasUsed, out.GasUsed)
		require.Equal(t, want.Code, out.Code)
		require.Equal(t, trace.KindSimulation, out.Kind)
		require.Equal(t, int64(2), out.Height)
		require.Len(t, out.Steps, 2)
		require.Equal(t, []string{trace.StepAdmission, trace.StepMessage}, []string{out.Steps[0].Kind, out.Steps[1].Kind})
		require.EqualValues(t, want.GasUsed, out.Steps[0].Gas.Used+out.Steps[1].Gas.Used)
		require.Equal(t, want.OK(), out.Steps[1].Error == "")
	}
	_, err := w.app.TraceSimulation(nil, Tracing{Profile: true})
	require.NoError(t, err, "what cannot be decoded has a trace as well")
	w.app.traceEngine = nil
	_, err = w.app.TraceSimulation(nil, Tracing{Profile: true})
	require.ErrorIs(t, err, chain.ErrInvalidRequest)
}

func TestTraceQuery(t *testing.T) {
	w := newWorld(t, worldOptions{})
	out, err := w.app.TraceQuery(Query{Path: "/cosmos.bank.v1beta1.Query/TotalSupply"}, Tracing{})
	require.NoError(t, err)
	require.Zero(t, out.Code)
	require.Empty(t, out.Steps)
	require.Equal(t, int64(1), out.Height)
	out, err = w.app.TraceQuery(Query{Path: "/cosmwasm.wasm.v1.Query/ContractInfo", Data: []byte("\x0a\x03abc")}, Tracing{})
	require.NoError(t, err)
	require.NotZero(t, out.Code, "a refusal of the method stands in the trace")
	_, err = w.app.TraceQuery(Query{Path: "/nothing"}, Tracing{})
	require.ErrorIs(t, err, chain.ErrUnknownRequest)
	_, err = w.app.TraceQuery(Query{Path: "/cosmos.bank.v1beta1.Query/TotalSupply", Height: 99}, Tracing{})
	require.ErrorIs(t, err, chain.ErrInvalidHeight)
	data, err := json.Marshal(out)
	require.NoError(t, err)
	require.True(t, bytes.HasPrefix(data, []byte(`{"schema":"weft.trace/1","kind":"query"`)))
}
