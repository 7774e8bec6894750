package rewrite_test

import "github.com/weftchain/weft/vm/internal/wat"

// This file makes blocks, statements and branches.

// blockValue makes a block, loop or if that leaves a t.
func (g *generator) blockValue(t wat.Type, depth int) []node {
	return g.blockOf(nil, []wat.Type{t}, depth)
}

// blockOf makes a block that takes params from the stack and leaves results.
func (g *generator) blockOf(params, results []wat.Type, depth int) []node {
	n := node{op: []int{nBlock, nLoop, nIf}[g.choose(3)], params: len(params), arity: len(results)}
	switch {
	case len(params) == 0 && len(results) == 0 && g.choose(4) > 0:
		n.header = []byte{wat.NoResult}
	case len(params) == 0 && len(results) == 1 && g.choose(4) > 0:
		n.header = []byte{byte(results[0])}
	default:
		n.header = wat.S64(int64(g.types.Type(params, results)))
	}
	nodes := g.values(params, depth)
	if n.op == nIf {
		nodes = append(nodes, g.condition(depth)...)
		n.hasElse = len(params)+len(results) > 0 || g.choose(2) == 0
	}
	label := results
	if n.op == nLoop {
		label = params
	}
	g.labels = append(g.labels, label)
	n.body = g.inside(params, results, depth)
	if n.hasElse {
		n.els = g.inside(params, results, depth)
	}
	g.labels = g.labels[:len(g.labels)-1]
	return append(nodes, n)
}

func (g *generator) inside(params, results []wat.Type, depth int) []node {
	var nodes []node
	for range params {
		nodes = append(nodes, node{op: 0x1a})
	}
	return append(append(nodes, g.statements(depth)...), g.values(results, depth)...)
}

// statements leave the stack as it was.
func (g *generator) statements(depth int) []node {
	var nodes []node
	for range g.choose(4) {
		if g.budget <= 0 {
			break
		}
		nodes = append(nodes, g.statement(depth)...)
	}
	return nodes
}

func (g *generator) statement(depth int) []node {
	g.budget--
	switch g.choose(17) {
	case 0:
		return []node{{op: 0x01}}
	case 1, 2:
		return g.blockOf(g.someTypes(2), nil, depth-1)
	case 3, 4:
		return g.branch(depth - 1)
	case 5:
		f := g.choose(len(g.p.funcs))
		if !g.mayCall(f) {
			return []node{{op: 0x01}}
		}
		nodes := g.call(f, depth-1)
		for range g.p.funcs[f].results {
			nodes = append(nodes, node{op: 0x1a})
		}
		return nodes
	case 6:
		i := g.choose(programGlobals)
		if g.floats == noFloats {
			i = g.choose(3)
		}
		return append(g.value(globalTypes[i], depth), node{op: nGlobalSet, a: uint32(i)})
	case 7:
		t := g.aType()
		if g.floats == opaqueFloats {
			t = valueTypes[g.choose(2)]
		}
		op := map[wat.Type][]int{wat.I32: {0x36, 0x3a, 0x3b}, wat.I64: {0x37, 0x3c, 0x3d, 0x3e}, wat.F32: {0x38}, wat.F64: {0x39}}[t]
		return append(append(g.address(depth-1), g.value(t, depth-1)...), node{op: op[g.choose(len(op))], a: g.offset()})
	case 8:
		return g.bulkStatement(depth - 1)
	case 9:
		return append(g.value(wat.I32, 0), node{op: nMemoryGrow}, node{op: 0x1a})
	case 10, 11:
		return g.flow(depth - 1)
	case 12:
		return g.countedLoop(depth - 1)
	case 13:
		return g.recursion(depth - 1)
	case 14:
		if g.p.hosts > 0 {
			return g.hostStatement(depth - 1)
		}
	}
	return g.assign(depth)
}

func (g *generator) assign(depth int) []node {
	all := append(append([]wat.Type(nil), g.f.params...), g.f.locals...)
	if len(all) == 0 {
		return append(g.value(wat.I32, depth), node{op: 0x1a})
	}
	i := g.choose(len(all))
	nodes := g.value(all[i], depth)
	if g.choose(3) == 0 {
		return append(nodes, node{op: nTee, a: uint32(i)}, node{op: 0x1a})
	}
	return append(nodes, node{op: nLocalSet, a: uint32(i)})
}

func (g *generator) bulkStatement(depth int) []node {
	length := append(g.value(wat.I32, depth), node{op: 0x41, imm: 63}, node{op: 0x71})
	if g.choose(8) == 0 {
		length = g.value(wat.I32, 0)
	}
	nodes := append(append(g.address(depth), g.address(depth)...), length...)
	return append(nodes, node{op: []int{nMemoryInit, nMemoryCopy, nFil}[g.choose(3)]})
}

// branch makes a br_if, or a br, br_table, return or unreachable with dead code
// behind it.
func (g *generator) branch(depth int) []node {
	l := g.choose(len(g.labels))
	if g.choose(4) > 0 { // mostly out of the function: loops rarely end
		l = len(g.labels) - 1
	}
	types := g.labels[len(g.labels)-1-l]
	nodes := g.values(types, depth)
	switch g.choose(8) {
	case 0, 1, 2, 3:
		nodes = append(append(nodes, g.condition(depth)...), node{op: nBrIf, a: uint32(l)})
		for range types {
			nodes = append(nodes, node{op: 0x1a})
		}
		return nodes
	case 4:
		nodes = append(nodes, node{op: nBr, a: uint32(l)})
	case 5:
		targets := []uint32{uint32(l)}
		for i := range g.labels {
			if sameSignature(function{params: g.labels[len(g.labels)-1-i]}, function{params: types}) && g.choose(2) == 0 {
				targets = append(targets, uint32(i))
			}
		}
		nodes = append(append(nodes, g.value(wat.I32, depth)...), node{op: nBrTable, targets: targets})
	case 6:
		nodes = append(g.values(g.f.results, depth), node{op: nReturn})
	case 7:
		nodes = []node{{op: 0x00}}
	}
	// Never reached: any operands may be assumed.
	dead := [][]node{nil, {{op: 0x6a}, {op: 0x1a}}, {{op: 0x1b}, {op: 0x1a}}, {{op: 0x41}, {op: nBrIf, a: 0}}, {{op: 0x70}, {op: 0x48}, {op: 0x1a}}, {{op: 0x6f}, {op: 0xac}, {op: 0x1a}}}
	extra := dead[g.choose(len(dead))]
	if len(extra) > 1 && extra[1].op == nBrIf {
		for range g.labels[len(g.labels)-1] {
			extra = append(extra[:len(extra):len(extra)], node{op: 0x1a})
		}
	}
	nodes = append(nodes, extra...)
	return append(nodes, g.statements(depth-1)...)
}
