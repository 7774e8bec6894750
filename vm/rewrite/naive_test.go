package rewrite_test

import (
	"errors"

	"github.com/weftchain/weft/vm/internal/wat"
	"github.com/weftchain/weft/vm/rewrite"
)

// This file is a second opinion on what a program computes and costs: a tree
// walker that shares nothing with the rewriter or the engine. It pays for every
// instruction when it executes it and settles at each accounting instruction.

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
