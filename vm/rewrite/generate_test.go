package rewrite_test

import (
	"fmt"

	"github.com/weftchain/weft/vm/internal/wat"
)

// generator makes valid programs at random. choose returns a number in [0, n):
// rapid draws it in property tests, bytes of the input in fuzz tests.
type generator struct {
	choose func(n int) int
	p      *program
	f      *function
	types  *wat.Module // gives block types their index
	labels [][]wat.Type
	budget int // nodes left for the function at hand
	index  int // of the function at hand

	floats floatMode
	around func(*generator, *wat.Module) // adds to the module; see generateWhole
}

// floatMode says what a program does with floats. Without any, and when no
// instruction shows the bits of a NaN, the original module has one meaning.
type floatMode int

const (
	noFloats floatMode = iota
	opaqueFloats
	openFloats
)

const (
	programPages = 1
	passiveBytes = 100
)

// globalTypes are those of every program's globals.
var globalTypes = [...]wat.Type{wat.I64, wat.I64, wat.I32, wat.F32, wat.F64}

const programGlobals = len(globalTypes)

var valueTypes = []wat.Type{wat.I32, wat.I64, wat.F32, wat.F64}

// generate makes a program without imports.
func generate(integers bool, choose func(n int) int) (*program, []byte) {
	if integers {
		return generateWith(noFloats, 0, choose)
	}
	return generateWith(openFloats, 0, choose)
}

// generateWith makes a program that imports the first hosts of hostFunctions.
func generateWith(floats floatMode, hosts int, choose func(n int) int) (*program, []byte) {
	return (&generator{floats: floats, choose: choose, types: &wat.Module{}}).generate(hosts)
}

// generate makes the program and its module.
func (g *generator) generate(hosts int) (*program, []byte) {
	choose := g.choose
	g.p = &program{globals: make([]uint64, programGlobals), passive: make([]byte, passiveBytes), pages: programPages, hosts: hosts}
	for i := range g.p.passive {
		g.p.passive[i] = byte(i * 37)
	}
	for i := range g.p.globals {
		if globalTypes[i] == wat.I64 {
			g.p.globals[i] = uint64(g.interesting())
		}
	}
	for range 1 + choose(3) {
		f := function{params: g.someTypes(3), results: g.someTypes(2), locals: g.someTypes(5)}
		if choose(6) == 0 { // past the locals that are free
			for range 25 + choose(10) {
				f.locals = append(f.locals, wat.I64)
			}
		}
		g.p.funcs = append(g.p.funcs, f)
	}
	g.p.funcs[0].params = wat.T(wat.I32, wat.I64)
	for range 4 {
		g.p.table = append(g.p.table, choose(len(g.p.funcs)+1)-1) // -1: no function
	}
	for i := range g.p.funcs {
		g.f, g.index, g.budget = &g.p.funcs[i], i, 25+choose(50)
		g.labels = [][]wat.Type{g.f.results}
		budget := g.budget
		for range g.choose(3) {
			g.f.body = append(g.f.body, g.pattern()...)
		}
		g.budget = budget
		g.f.body = append(append(g.f.body, g.statements(3)...), g.values(g.f.results, 2)...)
		if choose(4) == 0 { // make it large, which changes how it is metered
			g.f.body = append(g.f.body, node{op: nReturn})
			for range 400 {
				g.f.body = append(g.f.body, node{op: nBlock, header: []byte{wat.NoResult}})
			}
			g.f.body = append(g.f.body, node{op: 0x00})
		}
	}
	return g.p, g.module()
}

// module encodes the program as a contract: function i is exported as "f<i>".
func (g *generator) module() []byte {
	m := g.types
	for _, h := range hostFunctions[:g.p.hosts] {
		m.Import("env", h.name, h.params, h.results)
	}
	m.Memory(programPages)
	m.Table(4, 4)
	for i, v := range g.p.globals {
		init := wat.I64Const(int64(v))
		switch globalTypes[i] {
		case wat.I32:
			init = wat.I32Const(0)
		case wat.F32:
			init = wat.F32Const(0)
		case wat.F64:
			init = wat.F64Const(0)
		}
		m.Export(fmt.Sprint("g", i), wat.GlobalKind, m.Global(globalTypes[i], true, init))
	}
	for i, f := range g.p.funcs {
		m.ExportFunc(fmt.Sprint("f", i), f.params, f.results, f.locals, encodeAll(f.body))
	}
	m.Contract()
	for i, f := range g.p.table {
		if f >= 0 {
			m.Elem(int32(i), uint32(f+g.p.hosts))
		}
	}
	m.PassiveData(g.p.passive)
	if g.around != nil {
		g.around(g, m)
	}
	return m.Bytes()
}

func (g *generator) someTypes(most int) []wat.Type {
	var types []wat.Type
	for range g.choose(most + 1) {
		types = append(types, g.aType())
	}
	return types
}

// aType prefers integers, where the engine's fault is.
func (g *generator) aType() wat.Type {
	if g.floats == noFloats {
		return valueTypes[g.choose(2)]
	}
	return valueTypes[[]int{0, 0, 0, 1, 1, 2, 3}[g.choose(7)]]
}

func (g *generator) interesting() int64 {
	if g.choose(3) == 0 {
		return 0 // the engine's fault needs zeros
	}
	return int64(edges[g.choose(len(edges))])
}

func (g *generator) constant(t wat.Type) node {
	v := g.interesting()
	switch t {
	case wat.I32:
		return node{op: 0x41, imm: uint64(uint32(v))}
	case wat.I64:
		return node{op: 0x42, imm: uint64(v)}
	case wat.F32:
		bits := []uint64{0, 0x8000_0000, 0x3f80_0000, 0xff80_0000, 0x7fa0_0001, 0xffc0_1234, 0x4f00_0000, 0x0000_0001}
		return node{op: 0x43, imm: bits[g.choose(len(bits))]}
	}
	bits := []uint64{0, 1 << 63, 0x3ff0_0000_0000_0000, 0x7ff0_0000_0000_0000, 0x7ff4_0000_0000_0001, 0xfff8_0000_0000_1234, 0x41e0_0000_0000_0000, 1}
	return node{op: 0x44, imm: bits[g.choose(len(bits))]}
}

func (g *generator) values(types []wat.Type, depth int) []node {
	var nodes []node
	for _, t := range types {
		nodes = append(nodes, g.value(t, depth)...)
	}
	return nodes
}

// value makes an expression of type t.
func (g *generator) value(t wat.Type, depth int) []node {
	g.budget--
	if depth <= 0 || g.budget <= 0 {
		return g.leaf(t)
	}
	switch g.choose(11) {
	case 0, 1:
		return g.leaf(t)
	case 2:
		return g.blockValue(t, depth-1)
	case 3:
		return append(append(g.value(t, depth-1), g.values([]wat.Type{t, wat.I32}, depth-1)...), node{op: 0x1b})
	case 4:
		return g.load(t, depth-1)
	case 5:
		return g.conversion(t, depth-1)
	case 6:
		for i, f := range g.p.funcs {
			if len(f.results) == 1 && f.results[0] == t && g.mayCall(i) {
				return g.call(i, depth-1)
			}
		}
	case 7:
		for i, h := range hostFunctions[:g.p.hosts] {
			if len(h.results) == 1 && h.results[0] == t && g.choose(2) == 0 {
				return g.hostCall(i, depth-1)
			}
		}
	}
	return g.arithmetic(t, depth-1)
}

// condition makes what a branch tests, often what the engine's fault needs: an
// `and` compared with something that may be zero.
func (g *generator) condition(depth int) []node {
	if g.choose(2) == 0 {
		return g.value(wat.I32, depth)
	}
	t, and, op := wat.I32, 0x71, 0x48
	if g.choose(2) == 0 {
		t, and, op = wat.I64, 0x83, 0x53
	}
	masked := append(g.values([]wat.Type{t, t}, depth-1), node{op: and})
	other := []node{g.constant(t)}
	if g.choose(2) == 0 {
		other = g.leaf(t)
	}
	if g.choose(2) == 0 {
		masked, other = other, masked
	}
	return append(append(masked, other...), node{op: op + g.choose(8)})
}

func (g *generator) leaf(t wat.Type) []node {
	all := append(append([]wat.Type(nil), g.f.params...), g.f.locals...)
	for try := 0; try < 3 && len(all) > 0; try++ {
		if i := g.choose(len(all)); all[i] == t {
			return []node{{op: nLocalGet, a: uint32(i)}}
		}
	}
	if t == wat.I64 && g.choose(3) == 0 {
		return []node{{op: nGlobalGet, a: uint32(g.choose(2))}}
	}
	if i := g.choose(programGlobals); globalTypes[i] == t && g.choose(3) == 0 {
		return []node{{op: nGlobalGet, a: uint32(i)}}
	}
	if t == wat.I32 && g.choose(6) == 0 {
		return []node{{op: nMemorySize}}
	}
	return []node{g.constant(t)}
}

func (g *generator) arithmetic(t wat.Type, depth int) []node {
	two := func(t wat.Type, op int) []node {
		if isDivision(op) && g.choose(2) == 0 {
			return g.edgeDivision(t, op, depth)
		}
		return append(g.values([]wat.Type{t, t}, depth), node{op: op})
	}
	one := func(t wat.Type, op int) []node { return append(g.value(t, depth), node{op: op}) }
	switch t {
	case wat.I32:
		switch g.choose(6) {
		case 0:
			return two(wat.I64, 0x51+g.choose(10))
		case 1:
			if g.floats != noFloats {
				if g.choose(2) == 0 {
					return two(wat.F64, 0x61+g.choose(6))
				}
				return two(wat.F32, 0x5b+g.choose(6))
			}
		case 2:
			return one(wat.I32, []int{0x45, 0x67, 0x68, 0x69, 0xc0, 0xc1}[g.choose(6)])
		case 3:
			return two(wat.I32, 0x46+g.choose(10))
		}
		return two(wat.I32, 0x6a+g.choose(15))
	case wat.I64:
		if g.choose(4) == 0 {
			return one(wat.I64, []int{0x79, 0x7a, 0x7b, 0xc2, 0xc3, 0xc4}[g.choose(6)])
		}
		return two(wat.I64, 0x7c+g.choose(15))
	case wat.F32:
		if g.choose(2) == 0 {
			return one(wat.F32, 0x8b+g.choose(7))
		}
		return two(wat.F32, 0x92+g.choose(g.binaryFloats()))
	}
	if g.choose(2) == 0 {
		return one(wat.F64, 0x99+g.choose(7))
	}
	return two(wat.F64, 0xa0+g.choose(g.binaryFloats()))
}

// binaryFloats is 7, or 6 to leave out copysign, which shows a NaN's sign.
func (g *generator) binaryFloats() int {
	if g.floats == opaqueFloats {
		return 6
	}
	return 7
}

// conversion makes a t out of another type.
func (g *generator) conversion(t wat.Type, depth int) []node {
	type way struct {
		from wat.Type
		op   int
	}
	ways := map[wat.Type][]way{
		wat.I32: {{wat.I64, 0xa7}, {wat.I64, 0x50}, {wat.F32, 0xa8}, {wat.F32, 0xa9}, {wat.F64, 0xaa}, {wat.F64, 0xab}, {wat.F32, 0xbc}, {wat.F32, 0xfc00}, {wat.F32, 0xfc01}, {wat.F64, 0xfc02}, {wat.F64, 0xfc03}},
		wat.I64: {{wat.I32, 0xac}, {wat.I32, 0xad}, {wat.F32, 0xae}, {wat.F32, 0xaf}, {wat.F64, 0xb0}, {wat.F64, 0xb1}, {wat.F64, 0xbd}, {wat.F32, 0xfc04}, {wat.F32, 0xfc05}, {wat.F64, 0xfc06}, {wat.F64, 0xfc07}},
		wat.F32: {{wat.I32, 0xb2}, {wat.I32, 0xb3}, {wat.I64, 0xb4}, {wat.I64, 0xb5}, {wat.I32, 0xbe}, {wat.F64, 0xb6}},
		wat.F64: {{wat.I32, 0xb7}, {wat.I32, 0xb8}, {wat.I64, 0xb9}, {wat.I64, 0xba}, {wat.I64, 0xbf}, {wat.F32, 0xbb}},
	}[t]
	w := ways[g.choose(len(ways))]
	if g.floats == noFloats && w.from != wat.I32 && w.from != wat.I64 || g.floats == opaqueFloats && (w.op == 0xbc || w.op == 0xbd) {
		w = ways[0]
	}
	return append(g.value(w.from, depth), node{op: w.op})
}

// address makes an i32 that is mostly within memory.
func (g *generator) address(depth int) []node {
	switch g.choose(24) {
	case 0:
		return g.value(wat.I32, depth)
	case 1: // around the end of the first page
		return []node{{op: 0x41, imm: uint64(0x1_0000 - g.choose(20))}}
	}
	return append(g.value(wat.I32, depth), node{op: 0x41, imm: 0x7ff8}, node{op: 0x71})
}

func (g *generator) load(t wat.Type, depth int) []node {
	ops := map[wat.Type][]int{wat.I32: {0x28, 0x2c, 0x2d, 0x2e, 0x2f}, wat.I64: {0x29, 0x30, 0x31, 0x32, 0x33, 0x34, 0x35}, wat.F32: {0x2a}, wat.F64: {0x2b}}[t]
	return append(g.address(depth), node{op: ops[g.choose(len(ops))], a: g.offset()})
}

// offset makes the static offset of a memory access, rarely a huge one.
func (g *generator) offset() uint32 {
	if g.choose(40) == 0 {
		return []uint32{0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_fff8, 0xffff_ffff}[g.choose(6)]
	}
	return uint32(g.choose(16))
}

// mayCall keeps recursion, which mostly ends out of gas, rare.
func (g *generator) mayCall(f int) bool { return f > g.index || g.choose(10) == 0 }

func (g *generator) call(f, depth int) []node {
	args := g.values(g.p.funcs[f].params, depth)
	if g.choose(3) > 0 {
		return append(args, node{op: nCall, a: uint32(f), imm: uint64(g.p.hosts)})
	}
	target := g.p.funcs[f]
	return append(append(args, g.value(wat.I32, 0)...),
		node{op: 0x41, imm: 7}, node{op: 0x71}, // mostly within the table of 4
		node{op: nCallIndirect, a: g.types.Type(target.params, target.results), imm: uint64(f)})
}
