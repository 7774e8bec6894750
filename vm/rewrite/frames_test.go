package rewrite_test

import (
	"math"

	"github.com/weftchain/weft/vm/internal/wat"
)

// This file completes the tree walker of naive_test.go with what a frame costs,
// the imported functions, and the conversions that keep a NaN's payload.

// frame is what a call of f takes from the stack budget: nothing for a leaf.
func (f *function) frame(p *program) uint64 {
	if f.frameSize == 0 {
		h := heights{p: p, labels: []int{len(f.results)}}
		h.list(f.body, 0, 0)
		f.frameSize = 1
		if h.calls {
			f.frameSize = uint64(48+8*(len(f.params)+len(f.locals)+h.most)+15) / 16 * 16
		}
	}
	if f.frameSize == 1 {
		return 0
	}
	return f.frameSize
}

// heights finds what the calls of a function need on the stack: what lies below
// the arguments, two slots for each argument from the sixth on, and one. In dead
// code the stack never falls below the height of its block.
type heights struct {
	p      *program
	labels []int // operands that a branch to each open block takes
	most   int
	calls  bool
}

// list walks over instructions in a block whose operands begin at base.
func (h *heights) list(nodes []node, base, height int) {
	for i := range nodes {
		n := &nodes[i]
		pops, pushes := h.effect(n)
		height = max(height-pops, base)
		switch n.op {
		case nBlock, nLoop, nIf:
			label := n.arity
			if n.op == nLoop {
				label = n.params
			}
			h.labels = append(h.labels, label)
			h.list(n.body, height, height+n.params)
			h.list(n.els, height, height+n.params)
			h.labels = h.labels[:len(h.labels)-1]
		case 0x00, nBr, nBrTable, nReturn:
			height = base
		case nCall, nCallIndirect, nHost:
			h.calls = true
			args := pops
			if n.op == nCallIndirect {
				args--
			}
			h.most = max(h.most, height+2*max(args-5, 0)+1)
		}
		height += pushes
	}
}

// effect says how many operands an instruction takes and leaves.
func (h *heights) effect(n *node) (pops, pushes int) {
	op := n.op
	within := func(low, high int) bool { return op >= low && op <= high }
	switch {
	case op == nBlock || op == nLoop:
		return n.params, n.arity
	case op == nIf:
		return n.params + 1, n.arity
	case op == nBrIf:
		label := h.labels[len(h.labels)-1-int(n.a)]
		return label + 1, label
	case op == nCall:
		return len(h.p.funcs[n.a].params), len(h.p.funcs[n.a].results)
	case op == nCallIndirect:
		return len(h.p.funcs[n.imm].params) + 1, len(h.p.funcs[n.imm].results)
	case op == nHost:
		return len(hostFunctions[n.a].params), len(hostFunctions[n.a].results)
	case op == 0x1a || op == nLocalSet || op == nGlobalSet:
		return 1, 0
	case op == 0x1b:
		return 3, 1
	case op == nLocalGet || op == nGlobalGet || op == nMemorySize || within(0x41, 0x44):
		return 0, 1
	case op == nTee || within(0x28, 0x35) || op == nMemoryGrow:
		return 1, 1
	case within(0x36, 0x3e):
		return 2, 0
	case op == nMemoryInit || op == nMemoryCopy || op == nFil:
		return 3, 0
	case op == 0x45 || op == 0x50 || within(0x67, 0x69) || within(0x79, 0x7b) || within(0x8b, 0x91) || within(0x99, 0x9f) || within(0xa7, 0xc4) || op >= 0xfc00:
		return 1, 1
	case op >= 0x45:
		return 2, 1
	}
	return 0, 0 // nop, and those that end a block's code
}

// hostFunction is an import that a generated program calls. Names and types are
// those of imports that contracts may have.
type hostFunction struct {
	name            string
	params, results []wat.Type
}

var hostFunctions = []hostFunction{
	{"db_next_key", wat.T(wat.I32), wat.T(wat.I32)},
	{"secp256k1_recover_pubkey", wat.T(wat.I32, wat.I32, wat.I32), wat.T(wat.I64)},
	{"debug", wat.T(wat.I32), nil},
}

// hostCall is what all hosts do: it digests the arguments, and its result
// depends on them and on a byte of memory, which it changes.
func hostCall(index int, digest uint64, args []uint32, memory []byte) (newDigest, result uint64) {
	digest = digest*0x9e37_79b9_7f4a_7c15 + uint64(index) + 1
	for _, a := range args {
		digest = (digest ^ uint64(a)) * 0x0000_0100_0000_01b3
	}
	at := int(args[0] % uint32(len(memory)))
	digest += uint64(memory[at])
	memory[at] += byte(digest >> 32)
	return digest, digest ^ digest>>29
}

// host calls an imported function.
func (m *machine) host(index int) {
	f := hostFunctions[index]
	args := make([]uint32, len(f.params))
	for i := len(args) - 1; i >= 0; i-- {
		args[i] = uint32(m.pop())
	}
	digest, result := hostCall(index, m.hostCalls, args, m.memory)
	m.hostCalls = digest
	switch {
	case len(f.results) == 0:
	case f.results[0] == wat.I32:
		m.push(uint64(uint32(result)))
	default:
		m.push(result)
	}
}

// promote and demote keep what fits of a NaN's payload and make it quiet.
func promote(a uint32) uint64 {
	if v := math.Float32frombits(a); v == v {
		return math.Float64bits(float64(v))
	}
	return uint64(a&0x8000_0000)<<32 | 0x7ff8_0000_0000_0000 | uint64(a&0x007f_ffff)<<29
}

func demote(a uint64) uint64 {
	if v := math.Float64frombits(a); v == v {
		return uint64(math.Float32bits(float32(v)))
	}
	return a>>32&0x8000_0000 | 0x7fc0_0000 | a>>29&0x007f_ffff
}
