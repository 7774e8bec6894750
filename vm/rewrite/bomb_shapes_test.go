package rewrite_test

import (
	"github.com/weftchain/weft/vm/internal/wat"
)

// bomb is a kind of module that is hard to compile.
type bomb struct {
	name string
	make func(size int) *wat.Module // larger for larger sizes
	most int                        // sizes above it break a limit that is not of work
}

const (
	bombLocals = 100 // declared ones
	bombParams = 100
	bombBytes  = 500 << 10
)

// bombOf is a module with one function of 200 locals.
func bombOf(code []byte, change ...func(*wat.Module)) *wat.Module {
	m := &wat.Module{}
	m.Func(nil, nil, nil, nil)
	m.Func(manyOf(wat.I64, bombParams), nil, manyOf(wat.I64, bombLocals), code)
	for _, c := range change {
		c(m)
	}
	return m
}

// straight is a module of code without branches: as many functions as a size
// asks for, each as long as it may be.
func straight(before []byte, one []byte, after []byte) func(int) *wat.Module {
	return func(size int) *wat.Module {
		m := &wat.Module{}
		m.Func(nil, nil, nil, nil)
		for size > 0 {
			n := min(size, bombBytes)
			size -= n
			m.Func(nil, nil, manyOf(wat.I64, 2), wat.Code(before, wat.Repeat(n/len(one), one), after))
		}
		return m
	}
}

// each writes code for each of n numbers.
func each(n int, code func(i int) []byte) []byte {
	var b []byte
	for i := range n {
		b = append(b, code(i)...)
	}
	return b
}

func loaded(i int) []byte { return wat.Code(wat.I32Const(int32(i%1000)), wat.Load(wat.I64Load, 0)) }

// setLocals gives all locals values of their own; useLocals needs all of them.
func setLocals() []byte {
	return each(bombLocals+bombParams, func(i int) []byte { return wat.Code(loaded(i), wat.LocalSet(uint32(i))) })
}

func useLocals() []byte {
	return each(bombLocals+bombParams, func(i int) []byte {
		return wat.Code(wat.I32Const(0), wat.LocalGet(uint32(i)), wat.Store(wat.I64Store, 0))
	})
}

func condition() []byte { return wat.Code(wat.LocalGet(0), wat.I32WrapI64) }

// bombs are the shapes that the engine is slow with.
func bombs() []bomb {
	const branches = 23_900
	return []bomb{
		{"blocks in a row", func(n int) *wat.Module {
			return bombOf(wat.Repeat(n/2, wat.Block(wat.NoResult), wat.I32Const(1), wat.BrIf(0), wat.LocalGet(0), wat.LocalSet(1), wat.End))
		}, branches},
		{"loops in a row", func(n int) *wat.Module {
			return bombOf(wat.Repeat(n/3, wat.Loop(wat.NoResult), wat.LocalGet(0), wat.LocalSet(1), wat.I32Const(0), wat.BrIf(0), wat.End))
		}, branches},
		{"loops in loops", func(n int) *wat.Module {
			deep := min(n/3, 1_000)
			one := wat.Code(wat.Repeat(deep, wat.Loop(wat.NoResult), wat.LocalGet(1), wat.LocalSet(2)), wat.Repeat(deep, condition(), wat.BrIf(0), wat.End))
			return bombOf(wat.Repeat(max(n/3/max(deep, 1), 1), one))
		}, branches},
		{"loops in loops that change all", func(n int) *wat.Module {
			deep := min(n/3, 1_000)
			one := wat.Code(each(deep, func(i int) []byte {
				return wat.Code(wat.Loop(wat.NoResult), loaded(i), wat.LocalSet(uint32(i%200)))
			}), useLocals(), wat.Repeat(deep, condition(), wat.BrIf(0), wat.End))
			return bombOf(wat.Code(setLocals(), wat.Repeat(max(n/3/max(deep, 1), 1), one), useLocals()))
		}, branches},
		{"loops in a row that change all", func(n int) *wat.Module {
			return bombOf(wat.Code(each(n/3, func(i int) []byte {
				return wat.Code(wat.Loop(wat.NoResult), loaded(i), wat.LocalSet(uint32(i%200)), condition(), wat.BrIf(0), wat.End)
			}), useLocals()))
		}, branches},
		{"many ways to one", func(n int) *wat.Module {
			return bombOf(wat.Code(wat.Block(wat.NoResult), wat.Repeat(n, wat.LocalGet(3), wat.LocalSet(4), condition(), wat.BrIf(0)), wat.End, wat.LocalGet(4), wat.LocalSet(5)))
		}, branches},
		{"many ways to one with other values", func(n int) *wat.Module {
			return bombOf(wat.Code(setLocals(), wat.Block(wat.NoResult), each(n, func(i int) []byte {
				return wat.Code(loaded(i), wat.LocalSet(uint32(i%200)), condition(), wat.BrIf(0))
			}), wat.End, useLocals()))
		}, branches},
		{"many ways to one before uses", func(n int) *wat.Module {
			return bombOf(wat.Code(setLocals(), wat.Block(wat.NoResult), wat.Repeat(n, wat.I32Const(0), wat.Load(wat.I32Load, 0), wat.BrIf(0)), wat.End, useLocals()))
		}, branches},
		{"uses behind branches", func(n int) *wat.Module {
			return bombOf(wat.Code(setLocals(), wat.Block(wat.NoResult), wat.Repeat(n, wat.LocalGet(1), wat.Drop, wat.I32Const(0), wat.BrIf(0)),
				wat.Repeat(4*n, wat.LocalGet(2), wat.Drop), wat.End))
		}, branches},
		{"joins before uses", func(n int) *wat.Module {
			return bombOf(wat.Code(setLocals(), wat.Repeat(n/2, wat.Block(wat.NoResult), wat.I32Const(0), wat.BrIf(0), wat.End), useLocals()))
		}, branches},
		{"traps in a row", func(n int) *wat.Module {
			return bombOf(wat.Code(setLocals(), wat.Repeat(n/2, condition(), wat.If(wat.NoResult), wat.Unreachable, wat.End, wat.I32Const(0), wat.Load(wat.I64Load, 0), wat.LocalSet(1)), useLocals()))
		}, branches},
		{"traps and growth", func(n int) *wat.Module {
			return bombOf(wat.Code(setLocals(), wat.Repeat(n/2, condition(), wat.If(wat.NoResult), wat.Unreachable, wat.End, wat.I32Const(0), wat.MemoryGrow(), wat.Drop), useLocals()))
		}, branches},
		{"traps and calls", func(n int) *wat.Module {
			return bombOf(wat.Code(setLocals(), wat.Repeat(n/3, condition(), wat.If(wat.NoResult), wat.Unreachable, wat.End, wat.Call(0), wat.I32Const(0), wat.Load(wat.I64Load, 0), wat.LocalSet(1)), useLocals()))
		}, branches},
		{"ways out of many blocks", func(n int) *wat.Module {
			deep := min(n/4, 1_000)
			return bombOf(wat.Code(setLocals(), wat.Repeat(deep, wat.Block(wat.NoResult)), each(max(n-2*deep, 1), func(i int) []byte {
				return wat.Code(loaded(i), wat.LocalSet(uint32(i%200)), condition(), wat.BrIf(uint32(i*7%deep)))
			}), each(deep, func(i int) []byte { return wat.Code(wat.End, loaded(i), wat.LocalSet(uint32(i%200))) }), useLocals()))
		}, branches},
		{"calls", func(n int) *wat.Module { return bombOf(wat.Repeat(n, wat.Call(0))) }, branches},
		{"calls over live values", func(n int) *wat.Module {
			return bombOf(wat.Code(setLocals(), wat.Repeat(n, wat.Call(0)), useLocals()))
		}, branches},
		{"indirect calls", func(n int) *wat.Module {
			return bombOf(wat.Repeat(n, wat.I32Const(0), wat.CallIndirect(0)), func(m *wat.Module) { m.Table(1, 1) })
		}, branches},
		{"if ladder", func(n int) *wat.Module {
			return bombOf(wat.Repeat(n/3, condition(), wat.If(wat.NoResult), wat.LocalGet(1), wat.LocalSet(2), wat.Else, wat.LocalGet(3), wat.LocalSet(2), wat.End))
		}, branches},
		{"nested ifs", func(n int) *wat.Module {
			deep := min(n/3, 1_000)
			one := wat.Code(wat.Repeat(deep, condition(), wat.If(wat.NoResult)), wat.Repeat(deep, wat.LocalGet(3), wat.LocalSet(4), wat.Else, wat.LocalGet(1), wat.LocalSet(2), wat.End))
			return bombOf(wat.Repeat(max(n/3/max(deep, 1), 1), one))
		}, branches},
		{"if ladder that changes all", func(n int) *wat.Module {
			return bombOf(wat.Code(setLocals(), each(n/3, func(i int) []byte {
				return wat.Code(condition(), wat.If(wat.NoResult), loaded(i), wat.LocalSet(uint32(i%200)), wat.Else, loaded(i+1), wat.LocalSet(uint32((i*7+1)%200)), wat.End)
			}), useLocals()))
		}, branches},
		{"br_table to one", func(n int) *wat.Module {
			return bombOf(wat.Code(setLocals(), wat.Block(wat.NoResult), condition(), wat.BrTable(make([]uint32, n)...), wat.End, useLocals()))
		}, branches},
		{"br_table to many", func(n int) *wat.Module {
			deep := min(n/4, 1_000)
			targets := make([]uint32, max(n-3*deep, 1))
			for i := range targets {
				targets[i] = uint32(i % deep)
			}
			return bombOf(wat.Code(setLocals(), wat.Repeat(deep, wat.Block(wat.NoResult)), condition(), wat.BrTable(targets...),
				each(deep, func(i int) []byte { return wat.Code(wat.End, loaded(i), wat.LocalSet(uint32(i%200))) }), useLocals()))
		}, branches},
		{"br_tables", func(n int) *wat.Module {
			return bombOf(wat.Code(setLocals(), wat.Block(wat.NoResult), each(n/12, func(i int) []byte {
				return wat.Code(wat.Block(wat.NoResult), loaded(i), wat.LocalSet(uint32(i%200)), condition(), wat.BrTable(0, 1, 1, 1, 1, 1, 1, 1, 0), wat.End)
			}), wat.End, useLocals()))
		}, branches},
		{"operands over branches", func(n int) *wat.Module {
			high := min(n, 9_000)
			return bombOf(wat.Code(each(high, loaded), wat.Repeat(n/2, wat.Block(wat.NoResult), condition(), wat.BrIf(0), wat.End), wat.Repeat(high, wat.I32Const(0), wat.I64Load, 0, 0, wat.I64Add, wat.LocalSet(1))))
		}, branches},
		{"operands over calls", func(n int) *wat.Module {
			high := min(n, 9_000)
			return bombOf(wat.Code(each(high, loaded), wat.Repeat(n, wat.Call(0)), wat.Repeat(high, wat.LocalSet(1))))
		}, branches},
		{"operands over loops", func(n int) *wat.Module {
			high := min(n, 9_000)
			return bombOf(wat.Code(each(high, loaded), wat.Repeat(n/3, wat.Loop(wat.NoResult), condition(), wat.BrIf(0), wat.End), wat.Repeat(high, wat.LocalSet(1))))
		}, branches},
		{"block results", func(n int) *wat.Module {
			m := bombOf(nil)
			return bombResults(m, n)
		}, branches},
		{"one basic block", straight(nil, wat.Code(wat.I32Const(1), wat.Drop), nil), 4_000_000},
		{"operands", straight(wat.I32Const(1), wat.Code(wat.Repeat(9_000, wat.LocalGet(0)), wat.Repeat(9_000, wat.LocalSet(1))), wat.Code(wat.Drop)), 4_000_000},
		{"loads", straight(wat.I32Const(1), wat.Load(wat.I32Load, 0), wat.Code(wat.Drop)), 4_000_000},
		{"stores", straight(nil, wat.Code(wat.LocalGet(0), wat.I32WrapI64, wat.LocalGet(1), wat.Store(wat.I64Store, 0)), nil), 4_000_000},
		{"rounding", straight(wat.F32Const(1), wat.Code(0x8d), wat.Code(wat.Drop)), 4_000_000},
		{"square roots", straight(wat.F64Const(1), wat.Code(0x9f), wat.Code(wat.Drop)), 4_000_000},
		{"float sums", straight(wat.F64Const(1), wat.Code(wat.LocalGet(0), 0xbf, wat.F64Add), wat.Code(wat.Drop)), 4_000_000},
		{"remainders", straight(wat.I64Const(1), wat.Code(wat.LocalGet(0), wat.I64RemS), wat.Code(wat.Drop)), 4_000_000},
		{"divisions", straight(wat.I64Const(1), wat.Code(wat.LocalGet(0), wat.I64DivS), wat.Code(wat.Drop)), 4_000_000},
		{"conversions", straight(wat.F32Const(1), wat.Code(0xa8, 0xb2), wat.Code(wat.Drop)), 4_000_000},
		{"unsigned conversions", straight(wat.F64Const(1), wat.Code(0xb1, 0xba), wat.Code(wat.Drop)), 4_000_000},
		{"popcnt", straight(wat.I64Const(1), wat.Code(0x7b), wat.Code(wat.Drop)), 4_000_000},
		{"clz", straight(wat.I64Const(1), wat.Code(0x79), wat.Code(wat.Drop)), 4_000_000},
		{"eqz", straight(wat.I32Const(1), wat.Code(wat.I32Eqz), wat.Code(wat.Drop)), 4_000_000},
		{"comparisons", straight(wat.I32Const(1), wat.Code(wat.I32Const(7), wat.I32And, wat.I32Const(0), wat.I32LtS), wat.Code(wat.Drop)), 4_000_000},
		{"selects", straight(wat.I64Const(1), wat.Code(wat.LocalGet(0), wat.LocalGet(1), wat.I32WrapI64, wat.Select), wat.Code(wat.Drop)), 4_000_000},
		{"memory.grow", straight(wat.I32Const(1), wat.MemoryGrow(), wat.Code(wat.Drop)), 4_000_000},
		{"memory.size", straight(nil, wat.Code(wat.MemorySize(), wat.Drop), nil), 4_000_000},
		{"memory.fill", straight(nil, wat.Code(wat.Repeat(3, wat.I32Const(0)), wat.MemoryFill()), nil), 4_000_000},
		{"memory.copy", straight(nil, wat.Code(wat.Repeat(3, wat.I32Const(0)), wat.MemoryCopy()), nil), 4_000_000},
		{"memory.init", func(size int) *wat.Module {
			m := straight(nil, wat.Code(wat.Repeat(3, wat.I32Const(0)), wat.MemoryInit(0)), nil)(size)
			m.PassiveData([]byte("x"))
			return m
		}, 4_000_000},
		{"unreachable", straight(nil, wat.Code(wat.Unreachable), nil), 4_000_000},
		{"nops", straight(nil, wat.Code(wat.Nop), nil), 4_000_000},
		{"constants of 64 bits", straight(nil, wat.Code(wat.I64Const(1<<62+1), wat.LocalSet(0)), nil), 4_000_000},
		{"globals", func(size int) *wat.Module {
			m := &wat.Module{}
			for range 900 {
				m.Global(wat.I64, true, wat.I64Const(1))
			}
			m.Func(nil, nil, nil, nil)
			for ; size > bombBytes; size -= bombBytes {
				m.Func(nil, nil, nil, each(bombBytes/6, func(i int) []byte { return wat.Code(wat.GlobalGet(uint32(i%900)), wat.GlobalSet(uint32(i*7%900))) }))
			}
			return m
		}, 4_000_000},
		{"small functions", func(size int) *wat.Module {
			m := &wat.Module{}
			for range min(size, 19_990) {
				m.Func(nil, nil, nil, wat.Repeat(100, wat.I32Const(1), wat.Drop))
			}
			return m
		}, 12_000},
		{"empty functions", func(size int) *wat.Module {
			m := &wat.Module{}
			for range size {
				m.Func(nil, nil, nil, nil)
			}
			return m
		}, 19_990},
		{"functions with a loop", func(size int) *wat.Module {
			m := &wat.Module{}
			for range size {
				m.Func(nil, nil, nil, wat.Code(wat.Loop(wat.NoResult), wat.Call(0), wat.End))
			}
			return m
		}, 19_990},
		{"functions of many branches", func(size int) *wat.Module {
			m := &wat.Module{}
			for range size {
				m.Func(nil, nil, nil, wat.Repeat(500, wat.Block(wat.NoResult), wat.I32Const(1), wat.BrIf(0), wat.End))
			}
			return m
		}, 580},
		{"call tree", func(size int) *wat.Module {
			m := &wat.Module{}
			m.Func(nil, nil, nil, nil)
			for i := range size {
				m.Func(nil, nil, nil, wat.Repeat(20, wat.Call(uint32(i))))
			}
			return m
		}, 19_990},
		{"data segments", func(size int) *wat.Module {
			m := bombOf(nil)
			for range size {
				m.Data(1, []byte("x"))
			}
			return m
		}, 49_990},
		{"types", func(size int) *wat.Module {
			m := bombOf(nil)
			for i := range size {
				var params []wat.Type
				for n := i; n > 0; n /= 4 {
					params = append(params, valueTypes[n%4])
				}
				m.Type(params, nil)
			}
			return m
		}, 5_000},
	}
}

// bombResults is a function of blocks that pass on as many values as blocks may
// have.
func bombResults(m *wat.Module, n int) *wat.Module {
	many := manyOf(wat.I64, 95)
	typ := m.Type(many, many)
	m.Func(nil, nil, nil, wat.Code(each(95, loaded), wat.Repeat(n/2, wat.Block(wat.S64(int64(typ))), wat.I32Const(0), wat.I32Const(0), wat.Load(wat.I32Load, 0), wat.Drop, wat.BrIf(0), wat.End), wat.Repeat(95, wat.Drop)))
	return m
}
