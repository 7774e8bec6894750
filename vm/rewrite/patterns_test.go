package rewrite_test

import "github.com/weftchain/weft/vm/internal/wat"

// This file makes the patterns that chance alone would rarely put together.

// newLocal adds a local of its own for a pattern, or takes one of its type when
// there are so many that a contract may hardly have more.
func (g *generator) newLocal(t wat.Type) uint32 {
	if len(g.f.locals) >= 90 {
		for i, l := range g.f.locals {
			if l == t {
				return uint32(len(g.f.params) + i)
			}
		}
	}
	g.f.locals = append(g.f.locals, t)
	return uint32(len(g.f.params) + len(g.f.locals) - 1)
}

// pattern makes one of those that stand at the head of a function, where they
// are executed whatever comes after them.
func (g *generator) pattern() []node {
	g.budget = 12
	switch g.choose(6) {
	case 0, 1:
		return g.remainders()
	case 2:
		if g.floats != noFloats {
			return g.nans()
		}
	}
	return g.flow(1)
}

// remainders makes several with operands that live on, sometimes more than there
// are registers: what wazero v1.12.0 computes wrongly on arm64 are remainders
// whose operands have to be fetched from the stack.
func (g *generator) remainders() []node {
	t, constant, div, xor, or, global := wat.I32, 0x41, 0x6d, 0x73, 0x72, uint32(2)
	if g.choose(2) == 0 {
		t, constant, div, xor, or, global = wat.I64, 0x42, 0x7f, 0x85, 0x84, uint32(g.choose(2))
	}
	count := 2 + g.choose(4)
	if g.choose(2) == 0 {
		count = 28 + g.choose(8)
	}
	var nodes []node
	var locals []uint32
	for i := range count {
		l := g.newLocal(t)
		locals = append(locals, l)
		if i%8 == 7 || count < 8 {
			nodes = append(nodes, g.lively(t, 1)...)
		} else { // nothing that the engine could compute when it compiles
			nodes = append(nodes, node{op: nGlobalGet, a: global}, node{op: constant, imm: uint64(1 + g.choose(1_000))}, node{op: xor - 9*g.choose(2)})
		}
		nodes = append(nodes, node{op: nLocalSet, a: l})
	}
	get := func() node { return node{op: nLocalGet, a: locals[g.choose(len(locals))]} }
	nodes = append(nodes, get())
	for range 1 + g.choose(4) {
		nodes = append(nodes, get(), get())
		if g.choose(8) > 0 {
			nodes = append(nodes, node{op: constant, imm: 1}, node{op: or}) // mostly no trap
		}
		nodes = append(nodes, node{op: div + g.choose(4)}, get(), node{op: xor}, node{op: xor - 9*g.choose(2)}) // xor or add
	}
	for _, l := range locals {
		nodes = append(nodes, node{op: nLocalGet, a: l}, node{op: xor})
	}
	return append(nodes, node{op: nGlobalSet, a: global})
}

// nans computes with operands that make NaNs, and shows the bits where it may.
func (g *generator) nans() []node {
	t, operand, unary, binary := wat.F32, 0x43, 0x8d, 0x92
	special := []uint64{0, 0x8000_0000, 0x7f80_0000, 0xff80_0000, 0x7fc0_0000, 0xffc0_0001, 0x7fa0_0001, 0xffbf_ffff, 0xbf80_0000}
	if g.choose(2) == 0 {
		t, operand, unary, binary = wat.F64, 0x44, 0x9b, 0xa0
		special = []uint64{0, 1 << 63, 0x7ff0 << 48, 0xfff0 << 48, 0x7ff8 << 48, 0xfff8<<48 | 1, 0x7ff4<<48 | 1, 0xfff7<<48 | 0xffff, 0xbff0 << 48}
	}
	value := func() node { return node{op: operand, imm: special[g.choose(len(special))]} }
	nodes := []node{value()}
	for range 1 + g.choose(4) {
		if g.choose(3) == 0 {
			nodes = append(nodes, node{op: unary + g.choose(5)})
		} else {
			nodes = append(nodes, value(), node{op: binary + g.choose(g.binaryFloats())})
		}
	}
	if l := g.newLocal(t); g.choose(2) == 0 {
		nodes = append(nodes, node{op: nLocalSet, a: l}, node{op: nLocalGet, a: l})
	}
	if t == wat.F32 {
		return append(nodes, node{op: nGlobalSet, a: 3})
	}
	return append(nodes, node{op: nGlobalSet, a: 4})
}

// flow sends the operands and the result of a comparison through locals to the
// branch that depends on it, some of them zero: what wazero v1.12.0 fuses
// wrongly. What is between does not matter to the engine's eyes.
func (g *generator) flow(depth int) []node {
	t, and, compare := wat.I32, 0x71, 0x46+g.choose(10)
	if g.choose(2) == 0 {
		t, and, compare = wat.I64, 0x83, 0x51+g.choose(10)
	}
	shape := g.choose(3)
	if shape == inBlock {
		g.labels = append(g.labels, nil)
	}
	var before []node
	operand := func(nodes []node) []node {
		nodes = g.passThrough(t, nodes, depth)
		if g.choose(2) == 0 {
			return nodes
		}
		local := g.newLocal(t)
		before = append(append(before, nodes...), node{op: nLocalSet, a: local})
		if g.choose(4) == 0 {
			before = append(before, g.assign(depth)...)
		}
		return []node{{op: nLocalGet, a: local}}
	}
	masked := operand(append(append(g.lively(t, depth), g.lively(t, depth)...), node{op: and}))
	var zero []node
	switch g.choose(4) {
	case 0: // a local that nobody has set
		zero = []node{{op: nLocalGet, a: g.newLocal(t)}}
	case 1:
		zero = operand(g.value(t, depth))
	default:
		zero = operand([]node{{op: map[wat.Type]int{wat.I32: 0x41, wat.I64: 0x42}[t]}})
	}
	if g.choose(2) == 0 {
		masked, zero = zero, masked
	}
	condition := append(append([]node(nil), masked...), zero...)
	if g.choose(8) == 0 {
		condition = append(condition, node{op: 0x01})
	}
	condition = append(condition, node{op: compare})
	if g.choose(3) == 0 {
		local := g.newLocal(wat.I32)
		condition = append(condition, node{op: nLocalSet, a: local}, node{op: nLocalGet, a: local})
	}
	if g.choose(4) == 0 {
		condition = append(condition, node{op: 0x45}) // eqz
	}
	condition = append(before, condition...)
	if shape == inBlock {
		g.labels = g.labels[:len(g.labels)-1]
	}
	return g.branchOn(shape, condition, depth)
}

// lively makes a value that is often not zero.
func (g *generator) lively(t wat.Type, depth int) []node {
	switch g.choose(4) {
	case 0:
		return g.value(t, depth)
	case 1:
		for i, p := range g.f.params {
			if p == t {
				return []node{{op: nLocalGet, a: uint32(i)}}
			}
		}
	}
	v := edges[1+g.choose(len(edges)-1)]
	if t == wat.I32 {
		return []node{{op: 0x41, imm: max(1, v&0xffff_ffff)}}
	}
	return []node{{op: 0x42, imm: v}}
}

// passThrough sends a value through instructions that leave it as it is, some of
// which an engine may see through.
func (g *generator) passThrough(t wat.Type, nodes []node, depth int) []node {
	constant, shl, or := 0x41, 0x74, 0x72
	if t == wat.I64 {
		constant, shl, or = 0x42, 0x86, 0x84
	}
	switch g.choose(16) {
	case 0: // shl, shr_s, shr_u, rotl, rotr by nothing or all bits
		n := []uint64{0, 32, 64}[g.choose(3)]
		if t == wat.I64 && n == 32 {
			n = 0
		}
		return append(nodes, node{op: constant, imm: n}, node{op: shl + g.choose(5)})
	case 1: // or, xor with 0
		return append(nodes, node{op: constant}, node{op: or + g.choose(2)})
	case 2: // into a block and out of it
		types := []wat.Type{t}
		g.labels = append(g.labels, types)
		body := g.statements(depth)
		g.labels = g.labels[:len(g.labels)-1]
		return append(nodes, node{op: nBlock, header: wat.S64(int64(g.types.Type(types, types))), params: 1, arity: 1, body: body})
	case 3: // a choice between two that may both be it
		return append(append(nodes, g.leaf(t)...), append(g.value(wat.I32, depth), node{op: 0x1b})...)
	case 4:
		if t == wat.I64 {
			return append(nodes, node{op: 0xa7}, node{op: 0xad}) // wrap, extend
		}
		return append(nodes, node{op: 0xac + g.choose(2)}, node{op: 0xa7})
	}
	return nodes
}

// The shapes of branchOn.
const (
	inBlock = iota
	ifElse
	bySelect
)

// branchOn makes a branch whose way can be seen afterwards.
func (g *generator) branchOn(shape int, condition []node, depth int) []node {
	mark := []node{{op: 0x42, imm: uint64(g.choose(100))}, {op: nGlobalSet, a: uint32(g.choose(2))}}
	switch shape {
	case ifElse:
		g.labels = append(g.labels, nil)
		n := node{op: nIf, header: []byte{wat.NoResult}, body: append(g.statements(depth), mark...), hasElse: true, els: g.statements(depth)}
		g.labels = g.labels[:len(g.labels)-1]
		return append(condition, n)
	case inBlock:
		body := append(append(condition, node{op: nBrIf}), mark...)
		return []node{{op: nBlock, header: []byte{wat.NoResult}, body: body}}
	}
	local := g.newLocal(wat.I64)
	nodes := append([]node{{op: 0x42, imm: 1}, {op: nLocalGet, a: local}}, condition...)
	return append(nodes, node{op: 0x1b}, node{op: nGlobalSet, a: uint32(g.choose(2))})
}

// countedLoop runs its body a few times.
func (g *generator) countedLoop(depth int) []node {
	i := g.newLocal(wat.I32)
	rounds := uint64(1 + g.choose(12))
	g.labels = append(g.labels, nil)
	body := g.statements(depth)
	g.labels = g.labels[:len(g.labels)-1]
	step := []node{{op: nLocalGet, a: i}, {op: 0x41, imm: 1}, {op: 0x6a}, {op: nTee, a: i}, {op: 0x41, imm: rounds}, {op: 0x49}, {op: nBrIf}}
	return []node{{op: nLoop, header: []byte{wat.NoResult}, body: append(body, step...)}}
}

// recursion calls the function itself with its first i32 parameter one lower,
// until it is small.
func (g *generator) recursion(depth int) []node {
	counter := -1
	for i, t := range g.f.params {
		if t == wat.I32 {
			counter = i
			break
		}
	}
	if counter < 0 {
		return []node{{op: 0x01}}
	}
	g.labels = append(g.labels, nil)
	var body []node
	for i, t := range g.f.params {
		if i == counter {
			body = append(body, node{op: nLocalGet, a: uint32(i)}, node{op: 0x41, imm: 1}, node{op: 0x6b}, node{op: 0x41, imm: 15}, node{op: 0x71})
		} else {
			body = append(body, g.value(t, depth)...)
		}
	}
	g.labels = g.labels[:len(g.labels)-1]
	body = append(body, node{op: nCall, a: uint32(g.index), imm: uint64(g.p.hosts)})
	for range g.f.results {
		body = append(body, node{op: 0x1a})
	}
	return []node{{op: nLocalGet, a: uint32(counter)}, {op: nIf, header: []byte{wat.NoResult}, body: body}}
}

func (g *generator) hostCall(index, depth int) []node {
	return append(g.values(hostFunctions[index].params, depth), node{op: nHost, a: uint32(index)})
}

func (g *generator) hostStatement(depth int) []node {
	i := g.choose(g.p.hosts)
	nodes := g.hostCall(i, depth)
	for range hostFunctions[i].results {
		nodes = append(nodes, node{op: 0x1a})
	}
	return nodes
}

func isDivision(op int) bool { return op >= 0x6d && op <= 0x70 || op >= 0x7f && op <= 0x82 }

// edgeDivision divides with operands around the corners of the range.
func (g *generator) edgeDivision(t wat.Type, op, depth int) []node {
	corner := func() []node {
		n := node{op: map[wat.Type]int{wat.I32: 0x41, wat.I64: 0x42}[t]}
		least := int64(-1) << 63
		if t == wat.I32 {
			least = -1 << 31
		}
		n.imm = uint64([]int64{0, 1, -1, 2, -2, 7, least, least + 1, -least - 1, 10}[g.choose(10)])
		if t == wat.I32 {
			n.imm = uint64(uint32(n.imm))
		}
		if g.choose(2) == 0 {
			return []node{n}
		}
		local := g.newLocal(t)
		return []node{n, {op: nTee, a: local}}
	}
	a, b := g.value(t, depth), corner()
	if g.choose(3) == 0 {
		a = corner()
	} else if g.choose(2) == 0 {
		a, b = b, g.value(t, depth)
	}
	return append(append(a, b...), node{op: op})
}
