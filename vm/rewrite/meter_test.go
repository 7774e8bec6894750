package rewrite_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/vm/internal/wat"
	"github.com/weftchain/weft/vm/rewrite"
)

const (
	op     = 115   // an ordinary instruction
	branch = 1_610 // one that branches or joins
)

// TestCharges states the gas of small functions in full: what was paid when the
// call ended, and how it ends with exactly that much, one less, and none.
func TestCharges(t *testing.T) {
	local := func(n int) []wat.Type { return manyOf(wat.I32, n) }
	for _, c := range []struct {
		name   string
		locals []wat.Type
		code   []byte
		gas    uint64
		trap   string // how the call ends with enough gas
	}{
		{name: "empty body pays its end", gas: branch},
		{name: "nop", code: wat.Code(wat.Nop), gas: op + branch},
		{name: "block is ordinary, its end is not", code: wat.Code(wat.Block(wat.NoResult), wat.End), gas: op + 2*branch},
		{name: "loop", code: wat.Code(wat.Loop(wat.NoResult), wat.End), gas: 3 * branch},
		{name: "if taken", code: wat.Code(wat.I32Const(1), wat.If(wat.NoResult), wat.Nop, wat.End), gas: op + branch + op + branch + branch},
		{name: "if not taken skips its end", code: wat.Code(wat.I32Const(0), wat.If(wat.NoResult), wat.Nop, wat.End), gas: op + branch + branch},
		{name: "then branch pays else", code: wat.Code(wat.I32Const(1), wat.If(wat.NoResult), wat.Nop, wat.Else, wat.Nop, wat.Nop, wat.End), gas: op + branch + op + branch + branch},
		{name: "else branch pays end", code: wat.Code(wat.I32Const(0), wat.If(wat.NoResult), wat.Nop, wat.Else, wat.Nop, wat.Nop, wat.End), gas: op + branch + 2*op + branch + branch},
		{name: "return skips the end", code: wat.Code(wat.Return, wat.Repeat(100, wat.Nop)), gas: branch},
		{name: "br to the function skips the end", code: wat.Code(wat.Br(0), wat.Repeat(100, wat.Nop)), gas: branch},
		{name: "br_if to the function", code: wat.Code(wat.I32Const(1), wat.BrIf(0), wat.Nop), gas: op + branch},
		{name: "br_if not taken", code: wat.Code(wat.I32Const(0), wat.BrIf(0), wat.Nop), gas: op + branch + op + branch},
		{name: "br_table", code: wat.Code(wat.Block(wat.NoResult), wat.I32Const(0), wat.BrTable(0, 1), wat.End, wat.Nop), gas: 2*op + branch + op + branch},
		{name: "code before unreachable is free", code: wat.Code(wat.Repeat(100, wat.Nop), wat.Unreachable), gas: 0, trap: "unreachable"},
		{name: "code before a trap is free", code: wat.Code(wat.I32Const(1), wat.I32Const(0), wat.I32DivS, wat.Drop), gas: 0, trap: "divide by zero"},
		{name: "but not what came before a branch", code: wat.Code(wat.Nop, wat.Block(wat.NoResult), wat.End, wat.Unreachable), gas: 2*op + branch, trap: "unreachable"},
		{name: "29 locals are free", locals: local(29), code: wat.Code(wat.Nop), gas: op + branch},
		{name: "the 30th is not", locals: local(30), code: wat.Code(wat.Nop), gas: op + op + branch},
		{name: "99 locals before a branch", locals: local(99), gas: 70*op + branch},
		{name: "locals are paid before an ordinary instruction", locals: local(31), code: wat.Code(wat.Nop, wat.Unreachable), gas: 2 * op, trap: "unreachable"},
		{name: "call pays before the callee", code: wat.Code(wat.Call(0)), gas: 3 * branch},
		{name: "memory.grow is ordinary", code: wat.Code(wat.I32Const(0), wat.MemoryGrow(), wat.Drop), gas: 3*op + branch},
		{name: "memory.grow past the limit fails", code: wat.Code(wat.I32Const(512), wat.MemoryGrow(), wat.I32Const(-1), wat.I32Ne, wat.BrIf(0)), gas: 4*op + branch + branch},
		{name: "memory.grow to the limit", code: wat.Code(wat.I32Const(511), wat.MemoryGrow(), wat.I32Const(1), wat.I32Ne, wat.BrIf(0)), gas: 4*op + branch + branch},
		{name: "memory.fill", code: wat.Code(wat.I32Const(0), wat.I32Const(7), wat.I32Const(65_536), wat.MemoryFill()), gas: 4*op + 10*65_536 + branch},
		{name: "memory.copy", code: wat.Code(wat.I32Const(0), wat.I32Const(9), wat.I32Const(1_000), wat.MemoryCopy()), gas: 4*op + 40*1_000 + branch},
		{name: "memory.init", code: wat.Code(wat.I32Const(0), wat.I32Const(1), wat.I32Const(2), wat.MemoryInit(0)), gas: 4*op + 40*2 + branch},
		{name: "memory.fill of nothing", code: wat.Code(wat.I32Const(0), wat.I32Const(7), wat.I32Const(0), wat.MemoryFill()), gas: 4*op + branch},
		{name: "memory.fill out of bounds pays first", code: wat.Code(wat.I32Const(0), wat.I32Const(7), wat.I32Const(65_537), wat.MemoryFill()), gas: 10 * 65_537, trap: "out of bounds"},
		{name: "lengths are unsigned", code: wat.Code(wat.I32Const(0), wat.I32Const(0), wat.I32Const(-1), wat.MemoryCopy()), gas: 40 * math.MaxUint32, trap: "out of bounds"},
		{name: "comparisons, remainders, floats: added code is free", code: wat.Code(
			wat.I32Const(7), wat.I32Const(3), wat.I32RemS, wat.I32Const(9), wat.I32LtS, wat.Drop,
			wat.F64Const(1), wat.F64Const(0), wat.F64Div, wat.Drop), gas: 10*op + branch},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := &wat.Module{}
			m.Func(nil, nil, nil, nil)
			m.Contract()
			m.PassiveData([]byte("abc"))
			m.ExportFunc("f", nil, nil, c.locals, c.code)
			checkCharges(t, meter(t, m.Bytes(), rewrite.DefaultLimits()), "f", c.gas, c.trap)
			// The same at the head of a large function. A return costs what the end
			// does.
			m.ExportFunc("large", nil, nil, c.locals, wat.Code(c.code, wat.Return, wat.Repeat(400, wat.Block(wat.NoResult), wat.End)))
			checkCharges(t, meter(t, m.Bytes(), rewrite.DefaultLimits()), "large", c.gas, c.trap)
		})
	}
}

func checkCharges(t *testing.T, code []byte, f string, gas uint64, trap string) {
	for engine := range engines {
		for _, limit := range []uint64{gas, gas + 1, math.MaxInt64} {
			inst := instantiate(t, engine, code, nil)
			inst.reset(limit)
			_, err := inst.call(f)
			if trap == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, trap)
			}
			require.Equal(t, limit-gas, inst.get(rewrite.GasGlobal), engine)
		}
		if gas == 0 {
			continue
		}
		// Whether it still returns or traps, it is out of gas.
		for _, limit := range []uint64{gas - 1, 0} {
			inst := instantiate(t, engine, code, nil)
			inst.reset(limit)
			_, _ = inst.call(f)
			require.Negative(t, int64(inst.get(rewrite.GasGlobal)), engine)
		}
	}
}

// TestEndlessLoops ends every kind of endless loop out of gas.
func TestEndlessLoops(t *testing.T) {
	for name, code := range map[string][]byte{
		"loop with only br":        wat.Code(wat.Loop(wat.NoResult), wat.Br(0), wat.End),
		"br_if":                    wat.Code(wat.Loop(wat.NoResult), wat.I32Const(1), wat.BrIf(0), wat.End),
		"br_table":                 wat.Code(wat.Loop(wat.NoResult), wat.I32Const(9), wat.BrTable(0, 0), wat.End),
		"if":                       wat.Code(wat.Loop(wat.NoResult), wat.I32Const(1), wat.If(wat.NoResult), wat.Br(1), wat.End, wat.End),
		"memory.grow of 0":         wat.Code(wat.Loop(wat.NoResult), wat.I32Const(0), wat.MemoryGrow(), wat.Drop, wat.Br(0), wat.End),
		"fill of all memory":       wat.Code(wat.Loop(wat.NoResult), wat.I32Const(0), wat.I32Const(0), wat.I32Const(65_536), wat.MemoryFill(), wat.Br(0), wat.End),
		"recursion with tiny gas":  wat.Code(wat.Call(0)),
		"loop in loop":             wat.Code(wat.Loop(wat.NoResult), wat.Loop(wat.NoResult), wat.Br(1), wat.End, wat.End),
		"loop behind dead code":    wat.Code(wat.Block(wat.NoResult), wat.Br(0), wat.Nop, wat.End, wat.Loop(wat.NoResult), wat.Br(0), wat.End),
		"loop that carries values": wat.Code(wat.I64Const(1), wat.Loop(wat.S64(0)), wat.Br(0), wat.End, wat.Drop),
	} {
		t.Run(name, func(t *testing.T) {
			m := &wat.Module{}
			m.Type(wat.T(wat.I64), wat.T(wat.I64)) // index 0
			m.ExportFunc("f", nil, nil, nil, code) // index 0
			m.Contract()
			metered := meter(t, m.Bytes(), rewrite.DefaultLimits())
			for engine := range engines {
				inst := instantiate(t, engine, metered, nil)
				inst.reset(1_000_000)
				_, err := inst.call("f")
				require.ErrorContains(t, err, "unreachable")
				left := int64(inst.get(rewrite.GasGlobal))
				require.Negative(t, left, engine)
				require.Greater(t, left, int64(-700_000), "ends at the next opportunity")
			}
		})
	}
}
