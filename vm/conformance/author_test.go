//go:build cgo

package conformance

import (
	"math"
	"math/rand/v2"

	"github.com/weftchain/weft/vm/internal/wat"
)

// Random contracts: a few functions that compute with integers and floats, use
// memory, branch, loop a bounded number of times and call each other. A query
// names one of them with its arguments and gets its result and the memory.

// Where a random contract keeps things: its functions touch the first 4 KiB.
const (
	randomMask   = 0x0ff8
	randomResult = 0x1000 // the Region that it returns
	randomSize   = 0x1000 + 12
)

// randomTypes are the parameters of every random function.
var randomTypes = wat.Types{wat.I32, wat.I64, wat.F32, wat.F64}

// author writes a random function.
type author struct {
	*rand.Rand
	m       *wat.Module
	funcs   []uint32 // those written before, which may be called
	results []wat.Type
	globals map[wat.Type]uint32
	locals  map[wat.Type][]uint32
	counter []uint32 // i32 locals that only loops write
	budget  int
	labels  int
	total   int // functions that there will be
}

func (a *author) pick(ops ...int) []byte { return []byte{byte(ops[a.IntN(len(ops))])} }

func between(from, to int) (ops []int) {
	for i := from; i <= to; i++ {
		ops = append(ops, i)
	}
	return ops
}

var interesting = []int64{0, 1, -1, 2, 7, 31, 32, 33, 63, 64, 127, 128, 255, 256, 65_535, 65_536, math.MaxInt32, math.MinInt32, math.MaxInt64, math.MinInt64, math.MaxUint32}

func (a *author) constant(t wat.Type) []byte {
	n := interesting[a.IntN(len(interesting))]
	if a.IntN(3) == 0 {
		n = int64(a.Uint64())
	}
	switch t {
	case wat.I32:
		return wat.I32Const(int32(n))
	case wat.I64:
		return wat.I64Const(n)
	case wat.F32:
		if a.IntN(2) == 0 {
			return wat.F32Const(float32(n))
		}
		return wat.Code(wat.I32Const(int32(a.Uint32())), wat.F32Reinterpret)
	}
	if a.IntN(2) == 0 {
		return wat.F64Const(float64(n))
	}
	return wat.Code(wat.I64Const(int64(a.Uint64())), wat.F64Reinterpret)
}

// address is an i32 that mostly lies in memory.
func (a *author) address() []byte {
	e := a.value(wat.I32)
	if a.IntN(60) == 0 {
		return e
	}
	return wat.Code(e, wat.I32Const(randomMask), wat.I32And)
}

// value is code that leaves a value.
func (a *author) value(t wat.Type) []byte {
	if a.budget--; a.budget < 0 {
		return a.leaf(t)
	}
	switch a.IntN(12) {
	case 0, 1, 2:
		return a.leaf(t)
	case 3:
		return wat.Code(a.value(t), a.value(t), a.value(wat.I32), wat.Select)
	case 4:
		return wat.Code(a.address(), a.load(t))
	case 5:
		return wat.Code(a.value(wat.I32), wat.If(t), a.inside(func() []byte { return a.value(t) }), wat.Else, a.inside(func() []byte { return a.value(t) }), wat.End)
	case 6:
		return wat.Code(wat.Block(t), a.inside(func() []byte { return wat.Code(a.value(t), a.value(wat.I32), wat.BrIf(0)) }), wat.End)
	case 7:
		if i := a.callable(t); i >= 0 {
			var args []byte
			for _, p := range randomTypes {
				args = append(args, a.value(p)...)
			}
			if a.IntN(3) == 0 { // by the table, now and then another entry, but none that could lead back
				entry := i
				switch a.IntN(16) {
				case 0:
					entry = a.IntN(len(a.funcs))
				case 1:
					entry = a.total + a.IntN(2)
				}
				return wat.Code(args, wat.I32Const(int32(entry)), wat.CallIndirect(a.m.Type(randomTypes, wat.T(t))))
			}
			return wat.Code(args, wat.Call(a.funcs[i]))
		}
	}
	return a.operation(t)
}

// inside is code one label further in.
func (a *author) inside(code func() []byte) []byte {
	a.labels++
	defer func() { a.labels-- }()
	return code()
}

func (a *author) callable(t wat.Type) int {
	var fit []int
	for i, r := range a.results {
		if r == t {
			fit = append(fit, i)
		}
	}
	if len(fit) == 0 {
		return -1
	}
	return fit[a.IntN(len(fit))]
}

func (a *author) leaf(t wat.Type) []byte {
	switch a.IntN(4) {
	case 0:
		return a.constant(t)
	case 1:
		return wat.GlobalGet(a.globals[t])
	}
	return wat.LocalGet(a.locals[t][a.IntN(len(a.locals[t]))])
}

func (a *author) load(t wat.Type) []byte {
	ops := map[wat.Type][]int{wat.I32: append(between(0x2c, 0x2f), 0x28), wat.I64: append(between(0x30, 0x35), 0x29), wat.F32: {0x2a}, wat.F64: {0x2b}}
	return append(a.pick(ops[t]...), 0, byte(a.IntN(16)))
}

func (a *author) store() []byte {
	t := randomTypes[a.IntN(4)]
	ops := map[wat.Type][]int{wat.I32: {0x36, 0x3a, 0x3b}, wat.I64: {0x37, 0x3c, 0x3d, 0x3e}, wat.F32: {0x38}, wat.F64: {0x39}}
	return wat.Code(a.address(), a.value(t), append(a.pick(ops[t]...), 0, byte(a.IntN(16))))
}

// operation is an arithmetic instruction with its operands.
func (a *author) operation(t wat.Type) []byte {
	unary := func(from wat.Type, ops ...int) []byte { return wat.Code(a.value(from), a.pick(ops...)) }
	binary := func(from wat.Type, ops ...int) []byte { return wat.Code(a.value(from), a.value(from), a.pick(ops...)) }
	saturating := func(from wat.Type, ops ...int) []byte { return wat.Code(a.value(from), 0xfc, a.pick(ops...)) }
	switch t {
	case wat.I32:
		switch a.IntN(12) {
		case 0:
			return unary(wat.I32, 0x45, 0x67, 0x68, 0x69, 0xc0, 0xc1)
		case 1:
			return unary(wat.I64, 0x50, 0xa7)
		case 2:
			return binary(wat.I32, between(0x46, 0x4f)...)
		case 3:
			return binary(wat.I64, between(0x51, 0x5a)...)
		case 4:
			return binary(wat.F32, between(0x5b, 0x60)...)
		case 5:
			return binary(wat.F64, between(0x61, 0x66)...)
		case 6:
			return a.division(wat.I32, 0x6d)
		case 7:
			return saturating(wat.F32, 0, 1)
		case 8:
			return saturating(wat.F64, 2, 3)
		case 9:
			if a.IntN(4) == 0 {
				return unary(wat.F32, 0xa8, 0xa9)
			}
			return unary(wat.F32, 0xbc)
		}
		return binary(wat.I32, 0x6a, 0x6b, 0x6c, 0x71, 0x72, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78)
	case wat.I64:
		switch a.IntN(8) {
		case 0:
			return unary(wat.I64, 0x79, 0x7a, 0x7b, 0xc2, 0xc3, 0xc4)
		case 1:
			return unary(wat.I32, 0xac, 0xad)
		case 2:
			return a.division(wat.I64, 0x7f)
		case 3:
			return saturating(wat.F64, 6, 7)
		case 4:
			if a.IntN(4) == 0 {
				return unary(wat.F64, 0xb0, 0xb1)
			}
			return unary(wat.F64, 0xbd)
		}
		return binary(wat.I64, 0x7c, 0x7d, 0x7e, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a)
	case wat.F32:
		switch a.IntN(6) {
		case 0:
			return unary(wat.F32, between(0x8b, 0x91)...)
		case 1:
			return unary(wat.I32, 0xb2, 0xb3, 0xbe)
		case 2:
			return unary(wat.I64, 0xb4, 0xb5)
		case 3:
			return unary(wat.F64, 0xb6)
		}
		return binary(wat.F32, between(0x92, 0x98)...)
	}
	switch a.IntN(6) {
	case 0:
		return unary(wat.F64, between(0x99, 0x9f)...)
	case 1:
		return unary(wat.I32, 0xb7, 0xb8)
	case 2:
		return unary(wat.I64, 0xb9, 0xba, 0xbf)
	case 3:
		return unary(wat.F32, 0xbb)
	}
	return binary(wat.F64, between(0xa0, 0xa6)...)
}

// division is one of the four divisions; mostly its divisor is odd.
func (a *author) division(t wat.Type, first int) []byte {
	divisor := a.value(t)
	if a.IntN(10) > 0 {
		if t == wat.I32 {
			divisor = wat.Code(divisor, wat.I32Const(1), wat.I32Or)
		} else {
			divisor = wat.Code(divisor, wat.I64Const(1), wat.I64Or)
		}
	}
	return wat.Code(a.value(t), divisor, a.pick(between(first, first+3)...))
}

// statement is code that leaves nothing.
func (a *author) statement(depth int) []byte {
	if a.budget--; a.budget < 0 || depth > 6 {
		return []byte{wat.Nop}
	}
	t := randomTypes[a.IntN(4)]
	switch a.IntN(12) {
	case 0, 1, 2:
		return wat.Code(a.value(t), wat.LocalSet(a.locals[t][a.IntN(len(a.locals[t]))]))
	case 3:
		return wat.Code(a.value(t), wat.GlobalSet(a.globals[t]))
	case 4, 5:
		return a.store()
	case 6:
		return wat.Code(a.value(t), wat.Drop)
	case 7:
		code := wat.Code(a.value(wat.I32), wat.If(wat.NoResult), a.inside(func() []byte { return a.statements(depth + 1) }))
		if a.IntN(2) == 0 {
			code = wat.Code(code, wat.Else, a.inside(func() []byte { return a.statements(depth + 1) }))
		}
		return wat.Code(code, wat.End)
	case 8:
		return wat.Code(wat.Block(wat.NoResult), a.inside(func() []byte {
			return wat.Code(a.statements(depth+1), a.value(wat.I32), wat.BrIf(0), a.statements(depth+1))
		}), wat.End)
	case 9:
		return a.loop(depth)
	case 10:
		n := 1 + a.IntN(4)
		var targets []uint32
		for range n + 1 {
			targets = append(targets, uint32(a.IntN(n)))
		}
		code := wat.Code(wat.Repeat(n, wat.Block(wat.NoResult)), a.value(wat.I32), wat.I32Const(7), wat.I32And, wat.BrTable(targets...))
		for range n {
			code = wat.Code(code, wat.End, a.statement(depth+1))
		}
		return code
	}
	if a.IntN(4) == 0 {
		return wat.Code(a.value(wat.I32), wat.I32Const(3), wat.I32And, wat.MemoryGrow(), wat.Drop)
	}
	return wat.Code(wat.MemorySize(), wat.Drop)
}

func (a *author) statements(depth int) (code []byte) {
	for range 1 + a.IntN(3) {
		code = append(code, a.statement(depth)...)
	}
	return code
}

// loop runs at most some number of times; its counter is nobody else's.
func (a *author) loop(depth int) []byte {
	if depth >= len(a.counter) {
		return []byte{wat.Nop}
	}
	c := a.counter[depth]
	return wat.Code(wat.I32Const(int32(1+a.IntN(9))), wat.LocalSet(c), wat.Loop(wat.NoResult),
		a.inside(func() []byte { return a.statements(depth + 1) }),
		wat.LocalGet(c), wat.I32Const(1), wat.I32Sub, wat.LocalTee(c), wat.BrIf(0), wat.End)
}

// write adds a random function to the module.
func (a *author) write() {
	locals := wat.Types{}
	a.locals = map[wat.Type][]uint32{}
	for i, t := range randomTypes {
		a.locals[t] = []uint32{uint32(i)}
	}
	for range a.IntN(12) {
		t := randomTypes[a.IntN(4)]
		a.locals[t] = append(a.locals[t], uint32(len(randomTypes)+len(locals)))
		locals = append(locals, t)
	}
	if a.IntN(4) == 0 { // past 29 they cost gas
		locals = append(locals, many(wat.I64, 30)...)
	}
	a.counter = nil
	for range 3 {
		a.counter = append(a.counter, uint32(len(randomTypes)+len(locals)))
		locals = append(locals, wat.I32)
	}
	a.budget = 20 + a.IntN(200)
	result := randomTypes[a.IntN(4)]
	code := wat.Code(a.statements(0), a.statements(0), a.value(result))
	a.funcs = append(a.funcs, a.m.Func(randomTypes, wat.T(result), locals, code))
	a.results = append(a.results, result)
}
