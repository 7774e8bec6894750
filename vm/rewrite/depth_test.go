package rewrite_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tetratelabs/wazero/api"

	"github.com/weftchain/weft/vm/internal/wat"
	"github.com/weftchain/weft/vm/rewrite"
)

// recursion is a contract whose function "deep" tells the host and calls itself
// without end. It has the given number of i64 locals.
func recursion(locals int) []byte {
	m := &wat.Module{}
	debug := m.Import("env", "debug", wat.T(wat.I32), nil)
	m.Contract()
	self := debug + 4 // after the three functions of Contract
	m.ExportFunc("deep", nil, nil, manyOf(wat.I64, locals), wat.Code(wat.I32Const(0), wat.Call(debug), wat.Call(self)))
	return m.Bytes()
}

func manyOf(t wat.Type, n int) []wat.Type {
	types := make([]wat.Type, n)
	for i := range types {
		types[i] = t
	}
	return types
}

// countFrames runs deep with a stack budget until it traps.
func countFrames(t *testing.T, engine string, code []byte, budget uint64) int {
	frames := 0
	inst := instantiate(t, engine, code, func(api.Module, uint32) { frames++ })
	inst.set(rewrite.DepthGlobal, budget)
	_, err := inst.call("deep")
	require.ErrorContains(t, err, "unreachable")
	require.Positive(t, int64(inst.get(rewrite.GasGlobal)), "too deep is not out of gas")
	require.Negative(t, int32(inst.get(rewrite.DepthGlobal)), "says which trap it was")
	return frames
}

// TestRecursion ends close to where it ended on wasmvm 3.0.7.
func TestRecursion(t *testing.T) {
	for _, c := range []struct {
		locals    int
		reference float64 // frames measured on wasmvm 3.0.7
	}{{0, 16_584}, {10, 7_484}, {40, 2_883}, {99, 1_278}} {
		t.Run(fmt.Sprint(c.locals, " locals"), func(t *testing.T) {
			code := meter(t, recursion(c.locals), rewrite.DefaultLimits())
			frame := frameOf(c.locals + 1) // no operand below a call
			frames := countFrames(t, "compiler", code, rewrite.StackBudget)
			require.EqualValues(t, rewrite.StackBudget/frame, frames)
			require.Less(t, math.Abs(float64(frames)-c.reference)/c.reference, 0.2, "%d frames", frames)
			// The interpreter stops at 2,000 frames of its own.
			for _, n := range []uint64{1, 2, 1_000} {
				for _, budget := range []uint64{n*frame - 1, n * frame, n*frame + 1} {
					want := budget / frame
					require.EqualValues(t, want, countFrames(t, "compiler", code, budget))
					require.EqualValues(t, want, countFrames(t, "interpreter", code, budget))
				}
			}
		})
	}
}

// frameOf is a frame with some slots.
func frameOf(slots int) uint64 { return uint64(48+8*slots+15) / 16 * 16 }

// TestFrames checks what a frame costs by leaving a budget of exactly that.
func TestFrames(t *testing.T) {
	for _, c := range []struct {
		name    string
		params  []wat.Type
		results []wat.Type
		locals  []wat.Type
		code    []byte
		slots   int // parameters, locals, what calls need; -1 for a leaf
	}{
		{"leaf", wat.T(wat.I32), wat.T(wat.I32), wat.T(wat.I64), wat.Code(wat.LocalGet(0)), -1},
		{"empty callee", nil, nil, nil, wat.Code(wat.Call(0)), 1},
		{"params and locals of each type", wat.T(wat.I32, wat.F64), nil, wat.T(wat.F32, wat.I64, wat.I64), wat.Code(wat.Call(0)), 6},
		{"operands before a call", nil, nil, nil, wat.Code(wat.Repeat(7, wat.I32Const(1)), wat.Repeat(7, wat.Drop), wat.Call(0)), 1},
		{"operands below a call", nil, nil, nil, wat.Code(wat.Repeat(7, wat.I32Const(1)), wat.Call(0), wat.Repeat(7, wat.Drop)), 8},
		{"operands below the second call", nil, nil, nil, wat.Code(wat.Call(0), wat.Repeat(3, wat.I32Const(1)), wat.Call(0), wat.Repeat(3, wat.Drop), wat.Call(0)), 4},
		{"five arguments", nil, nil, nil, wat.Code(wat.Repeat(5, wat.I32Const(1)), wat.Call(1)), 1},
		{"eight arguments and an operand", nil, nil, nil, wat.Code(wat.Repeat(9, wat.I32Const(1)), wat.Call(2), wat.Drop), 8},
		{"eight arguments through the table", nil, nil, nil, wat.Code(wat.Repeat(8, wat.I32Const(1)), wat.I32Const(1), wat.CallIndirect(2)), 7},
		{"operands in a block", nil, nil, nil, wat.Code(wat.I32Const(1), wat.Block(wat.I64), wat.I64Const(1), wat.I64Const(1), wat.I64Add, wat.Call(0), wat.End, wat.Drop, wat.Drop), 3},
		{"operands in dead code count", nil, nil, nil, wat.Code(wat.Call(0), wat.Return, wat.Repeat(9, wat.I32Const(1)), wat.Call(0), wat.Unreachable), 10},
		{"call through the table", nil, nil, nil, wat.Code(wat.I32Const(0), wat.CallIndirect(0)), 1},
		{"call in dead code", nil, nil, nil, wat.Code(wat.Return, wat.Call(0)), 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := &wat.Module{}
			leaf := m.Func(nil, nil, nil, nil)
			m.Func(manyOf(wat.I32, 5), nil, nil, nil)
			wide := m.Func(manyOf(wat.I32, 8), nil, nil, nil)
			m.Table(2, 2)
			m.Elem(0, leaf, wide)
			m.Contract()
			m.ExportFunc("f", c.params, c.results, c.locals, c.code)
			code := meter(t, m.Bytes(), rewrite.DefaultLimits())
			args := make([]uint64, len(c.params))
			for engine := range engines {
				inst := instantiate(t, engine, code, nil)
				frame := frameOf(c.slots)
				if c.slots < 0 {
					frame = 0
				} else {
					inst.set(rewrite.DepthGlobal, frame-1)
					_, err := inst.call("f", args...)
					require.ErrorContains(t, err, "unreachable")
					require.EqualValues(t, int32(-1), int32(inst.get(rewrite.DepthGlobal)), "says which trap it was")
				}
				inst.set(rewrite.DepthGlobal, frame)
				inst.must(t, "f", args...)
				require.Equal(t, frame, inst.get(rewrite.DepthGlobal), "given back")
			}
		})
	}
}

// TestFrameExits leaves a function with a frame in every possible way; each
// time the results are right and the frame is given back.
func TestFrameExits(t *testing.T) {
	values := wat.Code(wat.I64Const(1)) // stays below the result, to be dropped
	result := wat.I32Const(42)
	exits := map[string][]byte{
		"fall through":       wat.Code(result),
		"return":             wat.Code(values, result, wat.Return),
		"return from blocks": wat.Code(wat.Block(wat.NoResult), wat.Loop(wat.NoResult), values, result, wat.Return, wat.End, wat.End, wat.Unreachable),
		"br":                 wat.Code(values, result, wat.Br(0)),
		"br from blocks":     wat.Code(wat.Block(wat.NoResult), wat.Block(wat.NoResult), values, result, wat.Br(2), wat.End, wat.End, wat.Unreachable),
		"br_if":              wat.Code(values, result, wat.I32Const(1), wat.BrIf(0), wat.Unreachable),
		"br_table":           wat.Code(wat.Block(wat.I32), values, result, wat.I32Const(7), wat.BrTable(0, 1), wat.End, wat.Unreachable),
		"return in dead code": wat.Code(result, wat.Return, wat.Block(wat.NoResult), wat.I32Const(1), wat.Return, wat.End,
			wat.I32Const(2)),
	}
	m := &wat.Module{}
	leaf := m.Func(nil, nil, nil, nil)
	m.Contract()
	for name, code := range exits {
		m.ExportFunc(name, nil, wat.T(wat.I32), nil, wat.Code(wat.Call(leaf), code))
	}
	pair := wat.T(wat.I64, wat.I32)
	m.ExportFunc("two results", nil, pair, nil, wat.Code(wat.Call(leaf), wat.I64Const(7), result, wat.Return))
	limits := rewrite.DefaultLimits()
	limits.FunctionResults = 2
	code := meter(t, m.Bytes(), limits)
	for engine := range engines {
		inst := instantiate(t, engine, code, nil)
		for name := range exits {
			require.EqualValues(t, 42, uint32(inst.must(t, name)), name)
			require.EqualValues(t, rewrite.StackBudget, inst.get(rewrite.DepthGlobal), name)
		}
		got, err := inst.ExportedFunction("two results").Call(context.Background())
		require.NoError(t, err)
		require.EqualValues(t, 7, got[0])
		require.EqualValues(t, 42, uint32(got[1]))
		require.EqualValues(t, rewrite.StackBudget, inst.get(rewrite.DepthGlobal))
	}
}

// TestHostFrames re-enters the contract from the host: its frames come out of
// the same budget, and are given back.
func TestHostFrames(t *testing.T) {
	m := &wat.Module{}
	debug := m.Import("env", "debug", wat.T(wat.I32), nil)
	m.Contract()
	m.ExportFunc("again", wat.T(wat.I32), nil, nil, wat.Code(wat.LocalGet(0), wat.Call(debug)))
	code := meter(t, m.Bytes(), rewrite.DefaultLimits())
	for engine := range engines {
		var lowest uint64 = math.MaxUint64
		inst := instantiate(t, engine, code, func(mod api.Module, rounds uint32) {
			lowest = min(lowest, mod.ExportedGlobal(rewrite.DepthGlobal).Get())
			if rounds > 0 {
				_, err := mod.ExportedFunction("again").Call(context.Background(), uint64(rounds-1))
				if err != nil {
					panic(err)
				}
			}
		})
		frame := frameOf(2) // a parameter, and a call with an argument
		inst.must(t, "again", 9)
		require.EqualValues(t, rewrite.StackBudget-10*frame, lowest)
		require.EqualValues(t, rewrite.StackBudget, inst.get(rewrite.DepthGlobal))
		inst.set(rewrite.DepthGlobal, 5*frame)
		_, err := inst.call("again", 9)
		require.ErrorContains(t, err, "unreachable")
	}
}
