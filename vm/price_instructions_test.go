package vm

import (
	"slices"

	"github.com/weftchain/weft/vm/internal/wat"
)

// instructions repeats code in a loop. Local 0 is an i32, 1 an i64, 2 an f64, 3 an
// f32; before runs once.
func instructions(name string, before []byte, code ...any) price {
	g := priceGuest()
	g.Global(wat.I64, true, wat.I64Const(1))
	g.Table(1, 1)
	empty := g.Func(nil, nil, nil, nil)
	g.Elem(0, empty)
	g.Func(nil, nil, slices.Repeat(wat.T(wat.I64), 99), nil)
	g.PassiveData([]byte("x"))
	g.ExportFunc("go", nil, wat.T(wat.I32), wat.T(wat.I32, wat.I64, wat.F64, wat.F32),
		wat.Code(before, forever(wat.Repeat(200, code...))))
	return price{name: name, code: g.Bytes()}
}

func emptyCall() []byte { return wat.Call(3) } // after allocate, deallocate and the version

// random moves local 0 to another place in 32 MiB.
func random() []byte {
	return wat.Code(wat.LocalGet(0), wat.I32Const(1_664_525), wat.I32Mul, wat.I32Const(1_013_904_223), wat.I32Add, wat.LocalTee(0),
		wat.I32Const(memoryBomb-8), wat.I32And)
}

func chain64(op int) []byte {
	return wat.Code(wat.LocalGet(1), wat.I64Const(3), op, wat.LocalSet(1))
}

func floats(ops ...any) []byte {
	return wat.Code(append(append([]any{wat.LocalGet(2)}, ops...), wat.LocalSet(2))...)
}

// instructionPrices has a line for each class of instructions.
func instructionPrices() []price {
	one, big := wat.I64Const(12_345), wat.Code(wat.F64Const(1.5), wat.LocalSet(2))
	nonzero := wat.Code(one, wat.LocalSet(1))
	bulk := func(n int32) []byte { return wat.Code(wat.I32Const(0), wat.I32Const(1), wat.I32Const(n)) }
	return []price{
		instructions("nop", nil, wat.Nop),
		instructions("local.get, local.set", nil, wat.LocalGet(1), wat.LocalSet(1)),
		instructions("const, drop", nil, wat.I64Const(1), wat.Drop),
		instructions("global.get, global.set", nil, wat.GlobalGet(0), wat.GlobalSet(0)),
		instructions("i64.add", nil, chain64(wat.I64Add)),
		instructions("i64.mul", nonzero, chain64(wat.I64Mul)),
		instructions("i64.div_s", nonzero, wat.LocalGet(1), wat.I64Const(3), wat.I64DivS, wat.Drop),
		instructions("i64.div_s in a chain", nonzero, wat.I64Const(-1<<62), wat.LocalGet(1), wat.I64DivS, wat.LocalSet(1), nonzero),
		instructions("i64.rem_s", nonzero, wat.I64Const(-1<<62), wat.LocalGet(1), wat.I64RemS, wat.Drop),
		instructions("i64.rotl", nonzero, chain64(0x89)),
		instructions("i64.shl", nonzero, chain64(0x86)),
		instructions("i64.clz", nonzero, wat.LocalGet(1), 0x79, wat.LocalSet(1)),
		instructions("i64.popcnt", nonzero, wat.LocalGet(1), 0x7b, wat.LocalSet(1)),
		instructions("i64.lt_u", nonzero, wat.LocalGet(1), wat.LocalGet(1), wat.I64LtU, wat.Drop),
		instructions("select", nonzero, wat.LocalGet(1), wat.I64Const(3), wat.LocalGet(0), wat.Select, wat.LocalSet(1)),
		instructions("f64.add", big, floats(wat.LocalGet(2), wat.F64Add)),
		instructions("f64.div", big, floats(wat.F64Const(1.0000001), wat.F64Div)),
		instructions("f64.sqrt", big, floats(0x9f)),
		instructions("f64.sqrt, alone", big, wat.LocalGet(2), wat.Repeat(1000, 0x9f), wat.LocalSet(2)),
		instructions("f64.min", big, floats(wat.F64Const(3), 0xa4)),
		instructions("f64.nearest", big, floats(0x9e)),
		instructions("f64.ceil of a denormal", wat.Code(wat.F64Const(5e-324), wat.LocalSet(2)), wat.LocalGet(2), wat.F64Const(0.5), wat.F64Mul, wat.Drop),
		instructions("f32.sqrt, alone", wat.Code(wat.F32Const(1.5), wat.LocalSet(3)), wat.LocalGet(3), wat.Repeat(1000, 0x91), wat.LocalSet(3)),
		instructions("i32.trunc_sat_f64_u", big, wat.LocalGet(0), wat.LocalGet(2), []byte{0xfc, 3}, wat.I32Add, wat.LocalSet(0)),
		instructions("i64.trunc_sat_f64_u", big, wat.LocalGet(1), wat.LocalGet(2), []byte{0xfc, 7}, wat.I64Add, wat.LocalSet(1)),
		instructions("i32.trunc_f64_u", big, wat.LocalGet(0), wat.LocalGet(2), 0xab, wat.I32Add, wat.LocalSet(0)),
		instructions("f64.convert_i64_u, reinterpreted", nonzero, wat.LocalGet(1), 0xba, 0xbd, wat.LocalSet(1)),
		instructions("f32.convert_i64_u, reinterpreted", nonzero, wat.LocalGet(1), 0xb5, 0xbc, 0xac, wat.LocalSet(1)),
		instructions("f64 to f32 and back", big, wat.LocalGet(2), 0xb6, 0xbb, wat.LocalSet(2)),
		instructions("f64 to bits and back", big, wat.LocalGet(2), 0xbd, 0xbf, wat.LocalSet(2)),
		instructions("f64.copysign", big, floats(wat.F64Const(-1), 0xa6)),
		instructions("f64.lt", big, wat.LocalGet(0), wat.LocalGet(2), wat.LocalGet(2), 0x63, wat.I32Add, wat.LocalSet(0)),
		instructions("i64.ctz", nonzero, wat.LocalGet(1), 0x7a, wat.LocalSet(1)),
		instructions("i64.load8_s", nil, wat.I32Const(4096), wat.Load(0x30, 0), wat.LocalSet(1)),
		instructions("f64 and back", big, wat.LocalGet(2), 0xb0, 0xb9, wat.LocalSet(2)),
		instructions("f64 and back, unsigned", big, wat.LocalGet(2), 0xb1, 0xba, wat.LocalSet(2)),
		instructions("i64.load", nil, wat.I32Const(4096), wat.Load(wat.I64Load, 0), wat.LocalSet(1)),
		instructions("i64.load at random in 32 MiB", touchAll(), random(), wat.Load(wat.I64Load, 0), wat.LocalSet(1)),
		instructions("i64.store at random in 32 MiB", touchAll(), random(), wat.LocalGet(1), wat.Store(wat.I64Store, 0)),
		instructions("memory.size", nil, wat.MemorySize(), wat.Drop),
		instructions("memory.grow(0)", nil, wat.I32Const(0), wat.MemoryGrow(), wat.Drop),
		instructions("memory.grow, alone", nil, wat.I32Const(0), wat.Repeat(1000, wat.MemoryGrow()), wat.Drop),
		instructions("memory.grow(-1)", nil, wat.I32Const(-1), wat.MemoryGrow(), wat.Drop),
		instructions("memory.copy of 0", nil, bulk(0), wat.MemoryCopy()),
		instructions("memory.copy of 1", nil, bulk(1), wat.MemoryCopy()),
		instructions("memory.copy of 64 KiB", nil, bulk(1<<16), wat.MemoryCopy()),
		instructions("memory.copy of 32 MiB", touchAll(), bulk(memoryBomb-1), wat.MemoryCopy()),
		instructions("memory.init of 0", nil, wat.I32Const(0), wat.I32Const(0), wat.I32Const(0), wat.MemoryInit(0)),
		instructions("memory.fill of 0", nil, bulk(0), wat.MemoryFill()),
		instructions("memory.fill of 1", nil, bulk(1), wat.MemoryFill()),
		instructions("memory.fill of 64 KiB", nil, bulk(1<<16), wat.MemoryFill()),
		instructions("memory.fill of 32 MiB", touchAll(), bulk(memoryBomb-1), wat.MemoryFill()),
		instructions("call", nil, emptyCall()),
		instructions("call_indirect", nil, wat.I32Const(0), wat.CallIndirect(2)),
		instructions("block", nil, wat.Block(wat.NoResult), wat.End),
		instructions("loop", nil, wat.Loop(wat.NoResult), wat.End),
		instructions("if", nil, wat.LocalGet(0), wat.If(wat.NoResult), wat.End),
		instructions("br_if, not taken", nil, wat.Block(wat.NoResult), wat.LocalGet(0), wat.BrIf(0), wat.End),
		instructions("call with 99 locals", nil, wat.Call(4)),
		instructions("touch 32 MiB", touchAll(), wat.Nop),
		instructions("br_table", nil, wat.Block(wat.NoResult), wat.LocalGet(0), wat.BrTable(0, 0, 0), wat.End),
	}
}
