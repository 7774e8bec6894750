package vm

import (
	"fmt"
	"math"
	"math/bits"

	"github.com/weftchain/weft/vm/internal/wat"
)

// Opcodes of the self-test that package wat does not name.
const (
	selfI32Shl, selfI32ShrS, selfI32Rotl                  = 0x74, 0x75, 0x77
	selfI64DivU, selfI64Xor                               = 0x80, 0x85
	selfI64Shl, selfI64ShrU, selfI64Rotl                  = 0x86, 0x88, 0x89
	selfF32Add, selfF32Sub, selfF32Mul, selfF32Div        = 0x92, 0x93, 0x94, 0x95
	selfF64Add, selfF64Sub, selfF64Mul, selfF64Div        = 0xa0, 0xa1, 0xa2, 0xa3
	selfCanonicalNaN32, selfCanonicalNaN64         uint64 = 0x7fc0_0000, 0x7ff8_0000_0000_0000
)

// add adds a function of two operands (locals 0 and 1; local 2 stays zero).
func (t *selfTest) add(name string, operand, result wat.Type, want func(a, b uint64) (uint64, bool), code ...any) {
	t.m.ExportFunc(name, wat.T(operand, operand), wat.T(result), wat.T(operand), wat.Code(code...))
	t.cases = append(t.cases, selfCase{name, result == wat.I64, operand == wat.I64, want})
}

// operands pushes both operands before some instructions.
func operands(code ...any) []byte {
	return wat.Code(append([]any{wat.LocalGet(0), wat.LocalGet(1)}, code...)...)
}

// comparisons has every ordered comparison of (a and b) with zero: zero on
// either side, as a constant or from an untouched local, before if and br_if.
func (t *selfTest) comparisons() {
	for op := range 8 {
		for variant := range 8 {
			t.comparison(op, variant, false)
			t.comparison(op, variant, true)
		}
	}
}

func (t *selfTest) comparison(op, variant int, wide bool) {
	typ, and, zero, opcode := wat.I32, wat.I32And, wat.I32Const(0), wat.I32LtS+op
	if wide {
		typ, and, zero, opcode = wat.I64, wat.I64And, wat.I64Const(0), wat.I64LtS+op
	}
	fromLocal, zeroLeft, branch := variant&1 != 0, variant&2 != 0, variant&4 != 0
	if fromLocal {
		zero = wat.LocalGet(2)
	}
	compare := wat.Code(operands(and), zero, opcode)
	if zeroLeft {
		compare = wat.Code(zero, operands(and), opcode)
	}
	body := wat.Code(compare, wat.If(byte(wat.I32)), wat.I32Const(1), wat.Else, wat.I32Const(0), wat.End)
	if branch {
		body = wat.Code(wat.Block(byte(wat.I32)), wat.I32Const(1), compare, wat.BrIf(0), wat.Drop, wat.I32Const(0), wat.End)
	}
	t.add(fmt.Sprintf("compare %d.%d wide %v", op, variant, wide), typ, wat.I32, func(a, b uint64) (uint64, bool) {
		x, y := a&b, uint64(0)
		if zeroLeft {
			x, y = y, x
		}
		return ordered(op, x, y, wide), false
	}, body)
}

// ordered computes lt_s, lt_u, gt_s, gt_u, le_s, le_u, ge_s, ge_u (0 to 7).
func ordered(op int, x, y uint64, wide bool) uint64 {
	if !wide {
		x, y = uint64(int64(int32(x))), uint64(int64(int32(y))) // keeps both orders
	}
	less := x < y
	if op&1 == 0 {
		less = int64(x) < int64(y)
	}
	if [4]bool{less, !less && x != y, less || x == y, !less}[op/2] {
		return 1
	}
	return 0
}

// arithmetic32 has divisions and remainders of the same operands side by side
// and shifts by more than the width.
func (t *selfTest) arithmetic32() {
	add := func(name string, want func(a, b uint32) (uint32, bool), code ...any) {
		t.add(name, wat.I32, wat.I32, func(a, b uint64) (uint64, bool) {
			r, traps := want(uint32(a), uint32(b))
			return uint64(r), traps
		}, code...)
	}
	add("i32.rem_u div_u", func(a, b uint32) (uint32, bool) {
		if b == 0 {
			return 0, true
		}
		return a%b + a/b, false
	}, operands(wat.I32RemU), operands(wat.I32DivU), wat.I32Add)
	add("i32.rem_s", func(a, b uint32) (uint32, bool) {
		if b == 0 {
			return 0, true
		}
		return uint32(int32(a) % int32(b)), false
	}, operands(wat.I32RemS))
	add("i32.div_s", func(a, b uint32) (uint32, bool) {
		if b == 0 || a == 1<<31 && b == math.MaxUint32 {
			return 0, true
		}
		return uint32(int32(a) / int32(b)), false
	}, operands(wat.I32DivS))
	add("i32.shifts", func(a, b uint32) (uint32, bool) {
		return a<<(b&31) ^ uint32(int32(a)>>(b&31)) ^ bits.RotateLeft32(a, int(b&31)), false
	}, operands(selfI32Shl), operands(selfI32ShrS), wat.I32Xor, operands(selfI32Rotl), wat.I32Xor)
}

func (t *selfTest) arithmetic64() {
	add := func(name string, want func(a, b uint64) (uint64, bool), code ...any) {
		t.add(name, wat.I64, wat.I64, want, code...)
	}
	add("i64.rem_u div_u", func(a, b uint64) (uint64, bool) {
		if b == 0 {
			return 0, true
		}
		return a%b + a/b, false
	}, operands(wat.I64RemU), operands(selfI64DivU), wat.I64Add)
	add("i64.rem_s", func(a, b uint64) (uint64, bool) {
		if b == 0 {
			return 0, true
		}
		return uint64(int64(a) % int64(b)), false
	}, operands(wat.I64RemS))
	add("i64.shifts", func(a, b uint64) (uint64, bool) {
		return a<<(b&63) ^ a>>(b&63) ^ bits.RotateLeft64(a, int(b&63)), false
	}, operands(selfI64Shl), operands(selfI64ShrU), selfI64Xor, operands(selfI64Rotl), selfI64Xor)
	add("i64.mul", func(a, b uint64) (uint64, bool) { return a * b, false }, operands(wat.I64Mul))
}

// floats has the four operations on bit patterns: every NaN must be canonical.
func (t *selfTest) floats() {
	for i, opcode := range []int{selfF32Add, selfF32Sub, selfF32Mul, selfF32Div} {
		t.add(fmt.Sprintf("f32 %d", i), wat.I32, wat.I32, func(a, b uint64) (uint64, bool) {
			x, y := math.Float32frombits(uint32(a)), math.Float32frombits(uint32(b))
			//weft:float Go rounds single operations as IEEE 754 says; they are the expectation
			r := [4]float32{x + y, x - y, x * y, x / y}[i]
			if r != r {
				return selfCanonicalNaN32, false
			}
			return uint64(math.Float32bits(r)), false
		}, wat.LocalGet(0), wat.F32Reinterpret, wat.LocalGet(1), wat.F32Reinterpret, opcode, wat.I32Reinterpret)
	}
	for i, opcode := range []int{selfF64Add, selfF64Sub, selfF64Mul, selfF64Div} {
		t.add(fmt.Sprintf("f64 %d", i), wat.I64, wat.I64, func(a, b uint64) (uint64, bool) {
			x, y := math.Float64frombits(a), math.Float64frombits(b)
			//weft:float Go rounds single operations as IEEE 754 says; they are the expectation
			r := [4]float64{x + y, x - y, x * y, x / y}[i]
			if math.IsNaN(r) {
				return selfCanonicalNaN64, false
			}
			return math.Float64bits(r), false
		}, wat.LocalGet(0), wat.F64Reinterpret, wat.LocalGet(1), wat.F64Reinterpret, opcode, wat.I64Reinterpret)
	}
}
