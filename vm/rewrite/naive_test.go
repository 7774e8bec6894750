package rewrite_test

import (
	"encoding/binary"
	"errors"
	"math"
	"math/bits"

	"github.com/weftchain/weft/vm/internal/wat"
	"github.com/weftchain/weft/vm/rewrite"
)

// This file is a second opinion on what a program computes and costs: a tree
// walker that shares nothing with the rewriter or the engine. It pays for every
// instruction when it executes it and settles at each accounting instruction.

// node is an instruction; blocks hold their bodies.
type node struct {
	op      int // opcode, 0xfc00 + number for the prefixed ones
	a       uint32
	imm     uint64
	params  int // operands that a block takes
	arity   int // operands that a branch to the block's end carries, or a call takes
	header  []byte
	body    []node
	els     []node
	hasElse bool
	targets []uint32
}

const (
	nBlock, nLoop, nIf             = 2, 3, 4
	nBr, nBrIf, nBrTable, nReturn  = 12, 13, 14, 15
	nCall, nCallIndirect           = 16, 17
	nLocalGet, nLocalSet, nTee     = 0x20, 0x21, 0x22
	nGlobalGet, nGlobalSet         = 0x23, 0x24
	nMemorySize, nMemoryGrow       = 0x3f, 0x40
	nMemoryInit, nMemoryCopy, nFil = 0xfc08, 0xfc0a, 0xfc0b
	nHost                          = 0x1000 // a call of imported function a
)

// encode writes the instruction in binary form.
func (n *node) encode() []byte {
	switch {
	case n.op == nBlock || n.op == nLoop || n.op == nIf:
		b := wat.Code(n.op, n.header, encodeAll(n.body))
		if n.hasElse {
			b = wat.Code(b, wat.Else, encodeAll(n.els))
		}
		return append(b, wat.End)
	case n.op == nBrTable:
		return wat.BrTable(n.targets...)
	case n.op == nCallIndirect:
		return wat.CallIndirect(n.a)
	case n.op == nCall: // imm imported functions stand before the program's own
		return wat.Call(n.a + uint32(n.imm))
	case n.op == nHost:
		return wat.Call(n.a)
	case n.op == nBr || n.op == nBrIf || n.op >= nLocalGet && n.op <= nGlobalSet:
		return append([]byte{byte(n.op)}, wat.U32(n.a)...)
	case n.op >= 0x28 && n.op <= 0x3e:
		return wat.Load(byte(n.op), n.a)
	case n.op == nMemorySize || n.op == nMemoryGrow:
		return []byte{byte(n.op), 0}
	case n.op == 0x41:
		return wat.I32Const(int32(n.imm))
	case n.op == 0x42:
		return wat.I64Const(int64(n.imm))
	case n.op == 0x43:
		return binary.LittleEndian.AppendUint32([]byte{0x43}, uint32(n.imm))
	case n.op == 0x44:
		return binary.LittleEndian.AppendUint64([]byte{0x44}, n.imm)
	case n.op == nMemoryInit:
		return wat.MemoryInit(n.a)
	case n.op == nMemoryCopy:
		return wat.MemoryCopy()
	case n.op == nFil:
		return wat.MemoryFill()
	case n.op >= 0xfc00:
		return append([]byte{0xfc}, wat.U32(uint32(n.op&0xff))...)
	}
	return []byte{byte(n.op)}
}

func encodeAll(nodes []node) []byte {
	var b []byte
	for i := range nodes {
		b = append(b, nodes[i].encode()...)
	}
	return b
}

type function struct {
	params, results, locals []wat.Type
	body                    []node
	frameSize               uint64 // set by frame
}

type program struct {
	funcs   []function
	globals []uint64 // initial values, of globalTypes
	table   []int    // function of each entry
	passive []byte   // data segment 0
	pages   int
	hosts   int // imported functions, of hostFunctions
}

// What ends a program early, in the engine's words.
var (
	errOutOfGas    = errors.New("out of gas")
	errOutOfStack  = errors.New("out of stack")
	errUnreachable = errors.New("unreachable")
	errBounds      = errors.New("out of bounds memory access")
	errZero        = errors.New("integer divide by zero")
	errOverflow    = errors.New("integer overflow")
	errNotANumber  = errors.New("invalid conversion to integer")
	errTable       = errors.New("invalid table access")
	errSignature   = errors.New("indirect call type mismatch")
)

// machine runs a program.
type machine struct {
	p         *program
	stack     []uint64
	locals    []uint64
	globals   []uint64
	memory    []byte
	gas       uint64
	pending   uint64
	exhausted bool
	stackLeft uint64 // of the stack budget
	nans      bool   // an operation made a NaN whose bits are open
	hostCalls uint64 // digest of the calls of imported functions
}

func newMachine(p *program, gas uint64) *machine {
	return &machine{p: p, gas: gas, stackLeft: rewrite.StackBudget, globals: append([]uint64(nil), p.globals...), memory: make([]byte, p.pages<<16)}
}

func (m *machine) push(v uint64) { m.stack = append(m.stack, v) }

func (m *machine) pop() uint64 {
	v := m.stack[len(m.stack)-1]
	m.stack = m.stack[:len(m.stack)-1]
	return v
}

func (m *machine) flag(b bool) {
	if b {
		m.push(1)
	} else {
		m.push(0)
	}
}

// settle takes c from the gas.
func (m *machine) settle(c uint64) error {
	if m.gas < c {
		m.exhausted = true
		return errOutOfGas
	}
	m.gas -= c
	return nil
}

// branchOp pays for an accounting instruction and all before it.
func (m *machine) branchOp() error {
	c := m.pending + 1610
	m.pending = 0
	return m.settle(c)
}

// exit says how control leaves a list of instructions: on, or to a label.
const (
	goOn     = -1
	toReturn = 1 << 30
)

// call runs a function on the operands at the top of the stack.
func (m *machine) call(index int) error {
	f := &m.p.funcs[index]
	frame := f.frame(m.p)
	if m.stackLeft < frame {
		return errOutOfStack
	}
	m.stackLeft -= frame
	saved := m.locals
	base := len(m.stack) - len(f.params)
	m.locals = append(append([]uint64(nil), m.stack[base:]...), make([]uint64, len(f.locals))...)
	m.stack = m.stack[:base]
	if extra := len(f.locals) - 29; extra > 0 {
		fee := uint64(extra) * 115
		first := 0x0b // an empty body begins with its end
		if len(f.body) > 0 {
			first = f.body[0].op
		}
		if isBranchOp(first) {
			m.pending += fee
		} else if err := m.settle(fee); err != nil {
			return err
		}
	}
	to, err := m.run(f.body)
	if err != nil {
		return err
	}
	if to == goOn {
		if err := m.branchOp(); err != nil { // the function's end
			return err
		}
	}
	m.keep(base, len(f.results))
	m.locals = saved
	m.stackLeft += frame
	return nil
}

func isBranchOp(op int) bool {
	switch op {
	case nLoop, nIf, 0x05, 0x0b, nBr, nBrIf, nBrTable, nReturn, nCall, nCallIndirect, nHost:
		return true
	}
	return false
}

// keep drops what lies between height and the top n operands.
func (m *machine) keep(height, n int) {
	m.stack = append(m.stack[:height], m.stack[len(m.stack)-n:]...)
}

func (m *machine) run(nodes []node) (int, error) {
	for i := range nodes {
		to, err := m.step(&nodes[i])
		if to != goOn || err != nil {
			return to, err
		}
	}
	return goOn, nil
}

func (m *machine) step(n *node) (int, error) {
	if isBranchOp(n.op) {
		if err := m.branchOp(); err != nil {
			return goOn, err
		}
	} else {
		m.pending += 115
	}
	switch n.op {
	case 0x00:
		return goOn, errUnreachable
	case nBlock, nLoop, nIf:
		return m.block(n)
	case nBr:
		return int(n.a), nil
	case nBrIf:
		if uint32(m.pop()) != 0 {
			return int(n.a), nil
		}
		return goOn, nil
	case nBrTable:
		i := uint32(m.pop())
		return int(n.targets[min(i, uint32(len(n.targets)-1))]), nil
	case nReturn:
		return toReturn, nil
	case nCall:
		return goOn, m.call(int(n.a))
	case nCallIndirect:
		i := uint32(m.pop())
		if i >= uint32(len(m.p.table)) || m.p.table[i] < 0 {
			return goOn, errTable
		}
		if !sameSignature(m.p.funcs[m.p.table[i]], m.p.funcs[n.imm]) {
			return goOn, errSignature
		}
		return goOn, m.call(m.p.table[i])
	case nHost:
		m.host(int(n.a))
		return goOn, nil
	}
	return goOn, m.plain(n)
}

func sameSignature(a, b function) bool {
	return string(wat.Code(typeBytes(a.params), 0, typeBytes(a.results))) == string(wat.Code(typeBytes(b.params), 0, typeBytes(b.results)))
}

func typeBytes(types []wat.Type) []byte {
	b := make([]byte, len(types))
	for i, t := range types {
		b[i] = byte(t)
	}
	return b
}

func (m *machine) block(n *node) (int, error) {
	body := n.body
	if n.op == nIf && uint32(m.pop()) == 0 {
		if !n.hasElse {
			return goOn, nil
		}
		body = n.els
	}
	height := len(m.stack) - n.params
	for {
		to, err := m.run(body)
		if err != nil {
			return goOn, err
		}
		switch {
		case to == goOn:
			return goOn, m.branchOp() // end, or else, which costs the same
		case to == toReturn:
			return to, nil
		case to > 0:
			return to - 1, nil
		case n.op == nLoop:
			m.keep(height, n.params)
		default:
			m.keep(height, n.arity)
			return goOn, nil
		}
	}
}

// plain executes an instruction that does not branch.
func (m *machine) plain(n *node) error {
	switch {
	case n.op == 0x01:
	case n.op == 0x1a:
		m.pop()
	case n.op == 0x1b:
		c := m.pop()
		b := m.pop()
		if uint32(c) == 0 {
			m.stack[len(m.stack)-1] = b
		}
	case n.op == nLocalGet:
		m.push(m.locals[n.a])
	case n.op == nLocalSet:
		m.locals[n.a] = m.pop()
	case n.op == nTee:
		m.locals[n.a] = m.stack[len(m.stack)-1]
	case n.op == nGlobalGet:
		m.push(m.globals[n.a])
	case n.op == nGlobalSet:
		m.globals[n.a] = m.pop()
	case n.op >= 0x41 && n.op <= 0x44:
		m.push(n.imm)
	case n.op >= 0x28 && n.op <= 0x40 || n.op >= nMemoryInit:
		return m.memoryOp(n)
	default:
		return m.numeric(n.op)
	}
	return nil
}

func (m *machine) memoryOp(n *node) error {
	switch n.op {
	case nMemorySize:
		m.push(uint64(len(m.memory) >> 16))
		return nil
	case nMemoryGrow:
		pages := uint64(uint32(m.pop()))
		old := uint64(len(m.memory) >> 16)
		if old+pages > 512 {
			m.push(0xffff_ffff)
			return nil
		}
		m.memory = append(m.memory, make([]byte, pages<<16)...)
		m.push(old)
		return nil
	case nMemoryInit, nMemoryCopy, nFil:
		return m.bulk(n.op)
	}
	var value uint64
	store := n.op >= 0x36
	if store {
		value = m.pop()
	}
	size := [...]int{4, 8, 4, 8, 1, 1, 2, 2, 1, 1, 2, 2, 4, 4, 4, 8, 4, 8, 1, 2, 1, 2, 4}[n.op-0x28]
	at := uint64(uint32(m.pop())) + uint64(n.a)
	if at+uint64(size) > uint64(len(m.memory)) {
		return errBounds
	}
	b := m.memory[at : at+uint64(size)]
	if store {
		for i := range b {
			b[i] = byte(value >> (8 * i))
		}
		return nil
	}
	for i := range b {
		value |= uint64(b[i]) << (8 * i)
	}
	switch shift := 64 - 8*size; n.op {
	case 0x2c, 0x2e:
		value = uint64(uint32(int64(value<<shift) >> shift))
	case 0x30, 0x32, 0x34:
		value = uint64(int64(value<<shift) >> shift)
	}
	m.push(value)
	return nil
}

func (m *machine) bulk(op int) error {
	n, src, dst := uint64(uint32(m.pop())), m.pop(), uint64(uint32(m.pop()))
	price := uint64(40)
	if op == nFil {
		price = 10
	}
	if err := m.settle(price * n); err != nil {
		return err
	}
	from := m.memory
	if op == nMemoryInit {
		from = m.p.passive
	}
	if dst+n > uint64(len(m.memory)) || op != nFil && uint64(uint32(src))+n > uint64(len(from)) {
		return errBounds
	}
	if op == nFil {
		for i := range n {
			m.memory[dst+i] = byte(src)
		}
		return nil
	}
	copy(m.memory[dst:dst+n], from[uint32(src):])
	return nil
}

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
