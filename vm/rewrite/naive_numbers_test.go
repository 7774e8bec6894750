package rewrite_test

import (
	"math"
	"math/bits"
)

// This file is what the tree walker knows of numbers.

// numeric executes opcodes 0x45 to 0xc4 and the saturating conversions.
func (m *machine) numeric(op int) error {
	switch {
	case op == 0x45:
		m.flag(uint32(m.pop()) == 0)
	case op >= 0x46 && op <= 0x4f:
		b, a := m.pop(), m.pop()
		m.flag(compare(op-0x46, int64(int32(a)), int64(int32(b)), uint64(uint32(a)), uint64(uint32(b))))
	case op == 0x50:
		m.flag(m.pop() == 0)
	case op >= 0x51 && op <= 0x5a:
		b, a := m.pop(), m.pop()
		m.flag(compare(op-0x51, int64(a), int64(b), a, b))
	case op >= 0x5b && op <= 0x60:
		b, a := m.pop(), m.pop()
		m.flag(compareFloat(op-0x5b, asF32(a), asF32(b)))
	case op >= 0x61 && op <= 0x66:
		b, a := m.pop(), m.pop()
		m.flag(compareFloat(op-0x61, asF64(a), asF64(b)))
	case op >= 0x67 && op <= 0x69:
		a := uint32(m.pop())
		m.push([]uint64{uint64(bits.LeadingZeros32(a)), uint64(bits.TrailingZeros32(a)), uint64(bits.OnesCount32(a))}[op-0x67])
	case op >= 0x79 && op <= 0x7b:
		a := m.pop()
		m.push([]uint64{uint64(bits.LeadingZeros64(a)), uint64(bits.TrailingZeros64(a)), uint64(bits.OnesCount64(a))}[op-0x79])
	case op >= 0x6a && op <= 0x78:
		return m.integer(op-0x6a, 32)
	case op >= 0x7c && op <= 0x8a:
		return m.integer(op-0x7c, 64)
	case op >= 0x8b && op <= 0xa6:
		m.float(op)
	default:
		return m.convert(op)
	}
	return nil
}

func compare(op int, s, t int64, u, v uint64) bool {
	return [...]bool{u == v, u != v, s < t, u < v, s > t, u > v, s <= t, u <= v, s >= t, u >= v}[op]
}

func compareFloat(op int, a, b float64) bool {
	return [...]bool{a == b, a != b, a < b, a > b, a <= b, a >= b}[op]
}

func asF32(v uint64) float64 { return float64(math.Float32frombits(uint32(v))) }
func asF64(v uint64) float64 { return math.Float64frombits(v) }

// integer executes add … rotr of the given width.
func (m *machine) integer(op, width int) error {
	b, a := m.pop(), m.pop()
	sa, sb := int64(a), int64(b)
	if width == 32 {
		a, b, sa, sb = uint64(uint32(a)), uint64(uint32(b)), int64(int32(a)), int64(int32(b))
	}
	least := int64(math.MinInt64) >> (64 - width)
	if op >= 3 && op <= 6 && b == 0 {
		return errZero
	}
	if op == 3 && sa == least && sb == -1 {
		return errOverflow
	}
	n := b % uint64(width)
	var v uint64
	switch op {
	case 0:
		v = a + b
	case 1:
		v = a - b
	case 2:
		v = a * b
	case 3:
		v = uint64(sa / sb)
	case 4:
		v = a / b
	case 5:
		if sb != -1 {
			v = uint64(sa % sb)
		}
	case 6:
		v = a % b
	case 7:
		v = a & b
	case 8:
		v = a | b
	case 9:
		v = a ^ b
	case 10:
		v = a << n
	case 11:
		v = uint64(sa >> n)
	case 12:
		v = a >> n
	case 13, 14:
		k := int(n)
		if op == 14 {
			k = -k
		}
		if width == 32 {
			v = uint64(bits.RotateLeft32(uint32(a), k))
		} else {
			v = bits.RotateLeft64(a, k)
		}
	}
	if width == 32 {
		v = uint64(uint32(v))
	}
	m.push(v)
	return nil
}

// float executes the arithmetic of both widths. Single precision is computed in
// double and rounded once, which is exact for these operations.
func (m *machine) float(op int) {
	single := op < 0x99
	k := op - 0x8b
	get, signBit := asF32, uint64(1)<<31
	if !single {
		k, get, signBit = op-0x99, asF64, uint64(1)<<63
	}
	var raw uint64
	switch k {
	case 0:
		m.push(m.pop() &^ signBit)
		return
	case 1:
		m.push(m.pop() ^ signBit)
		return
	case 13:
		b, a := m.pop(), m.pop()
		m.push(a&^signBit | b&signBit)
		return
	}
	var v float64
	if k <= 6 {
		a := get(m.pop())
		v = []func(float64) float64{math.Ceil, math.Floor, math.Trunc, math.RoundToEven, math.Sqrt}[k-2](a)
	} else {
		b, a := get(m.pop()), get(m.pop())
		v = []func(a, b float64) float64{
			func(a, b float64) float64 { return a + b },
			func(a, b float64) float64 { return a - b },
			func(a, b float64) float64 { return a * b },
			func(a, b float64) float64 { return a / b },
			math.Min, math.Max,
		}[k-7](a, b)
		if k >= 11 && (a != a || b != b) { // Go's Min and Max prefer infinities to NaN
			v = math.NaN()
		}
	}
	m.nans = m.nans || v != v
	switch {
	case v != v && single:
		raw = 0x7fc00000
	case v != v:
		raw = 0x7ff8000000000000
	case single:
		raw = uint64(math.Float32bits(float32(v)))
	default:
		raw = math.Float64bits(v)
	}
	m.push(raw)
}

func (m *machine) convert(op int) error {
	a := m.pop()
	switch op {
	case 0xa7:
		m.push(uint64(uint32(a)))
	case 0xa8, 0xa9, 0xaa, 0xab, 0xae, 0xaf, 0xb0, 0xb1:
		return m.truncate(op, a)
	case 0xac:
		m.push(uint64(int64(int32(a))))
	case 0xad, 0xbc, 0xbd, 0xbe, 0xbf:
		m.push(a)
	case 0xb2:
		m.push(uint64(math.Float32bits(float32(int32(a)))))
	case 0xb3:
		m.push(uint64(math.Float32bits(float32(uint32(a)))))
	case 0xb4:
		m.push(uint64(math.Float32bits(float32(int64(a)))))
	case 0xb5:
		m.push(uint64(math.Float32bits(float32(a))))
	case 0xb6:
		m.push(demote(a))
	case 0xbb:
		m.push(promote(uint32(a)))
	case 0xb7:
		m.push(math.Float64bits(float64(int32(a))))
	case 0xb8:
		m.push(math.Float64bits(float64(uint32(a))))
	case 0xb9:
		m.push(math.Float64bits(float64(int64(a))))
	case 0xba:
		m.push(math.Float64bits(float64(a)))
	case 0xc0:
		m.push(uint64(uint32(int8(a))))
	case 0xc1:
		m.push(uint64(uint32(int16(a))))
	case 0xc2:
		m.push(uint64(int8(a)))
	case 0xc3:
		m.push(uint64(int16(a)))
	case 0xc4:
		m.push(uint64(int32(a)))
	default: // 0xfc00 … 0xfc07
		k := op & 7
		m.push(saturate(k, floatOf(k, a)))
	}
	return nil
}

// floatOf reads the operand of a truncation numbered as the saturating ones:
// i32 from f32 s, u, from f64 s, u, then i64 likewise.
func floatOf(k int, a uint64) float64 {
	if k&2 == 0 {
		return asF32(a)
	}
	return asF64(a)
}

func (m *machine) truncate(op int, a uint64) error {
	k := op - 0xa8
	if op >= 0xae {
		k = op - 0xae + 4
	}
	v := math.Trunc(floatOf(k, a))
	low, high := truncBounds(k)
	if v != v {
		return errNotANumber
	}
	if v < low || v >= high {
		return errOverflow
	}
	m.push(saturate(k, v))
	return nil
}

// truncBounds gives the range [low, high) of a truncation's result.
func truncBounds(k int) (low, high float64) {
	width := 32
	if k >= 4 {
		width = 64
	}
	if k&1 == 1 {
		return 0, math.Ldexp(1, width)
	}
	return -math.Ldexp(1, width-1), math.Ldexp(1, width-1)
}

func saturate(k int, v float64) uint64 {
	low, high := truncBounds(k)
	narrow := func(x uint64) uint64 {
		if k < 4 {
			return uint64(uint32(x))
		}
		return x
	}
	v = math.Trunc(v)
	switch signed := k&1 == 0; {
	case v != v:
		return 0
	case v < low && signed:
		return narrow(uint64(int64(low)))
	case v < low:
		return 0
	case v >= high && signed && k < 4:
		return math.MaxInt32
	case v >= high && signed:
		return math.MaxInt64
	case v >= high:
		return narrow(math.MaxUint64)
	case signed:
		return narrow(uint64(int64(v)))
	}
	return uint64(v)
}
