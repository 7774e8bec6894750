package rewrite_test

import (
	"fmt"

	"github.com/weftchain/weft/vm/internal/wat"
)

// generateWhole makes a module of all sections: a random program, and around it
// types, imports, memories, tables, globals, exports, elements, data and a start
// function of any kind, most of them sound. What is not is deep inside: counts and
// lengths are right, unless a byte is changed in the end.
func generateWhole(choose func(n int) int) (*program, []byte) {
	g := &generator{floats: openFloats, choose: choose, types: &wat.Module{}, around: (*generator).surround}
	p, code := g.generate(choose(len(hostFunctions) + 1))
	for range choose(8) - 6 {
		at := choose(len(code))
		switch choose(3) {
		case 0:
			code[at] = byte(choose(256))
		case 1:
			code = append(code[:at:at], code[at+1:]...)
		case 2:
			code = append(code[:at:at], append([]byte{byte(choose(256))}, code[at:]...)...)
		}
	}
	return p, code
}

// surround adds some things of each kind. Half of the modules get sound ones only.
func (g *generator) surround(m *wat.Module) {
	broken := g.choose(2) == 0
	for range g.choose(6) {
		kinds := []func(*wat.Module, bool){
			g.addType, g.addGlobal, g.addExport, g.addElements, g.addData, g.addCustom, // a contract may have more of these
			g.addImport, g.addMemory, g.addTable, g.addStart, // of these it may not
		}
		if !broken {
			kinds = kinds[:6]
		}
		kinds[g.choose(len(kinds))](m, broken && g.choose(2) == 0)
	}
}

// pick returns one of the items.
func pick[T any](g *generator, items ...T) T { return items[g.choose(len(items))] }

// number is small, or of those that a reader gets wrong.
func (g *generator) number(broken bool) uint32 {
	if broken {
		return pick[uint32](g, 0, 1, 5, 101, 513, 65_536, 65_537, 1<<31-1, 1<<31, 1<<32-1)
	}
	return uint32(g.choose(4))
}

func (g *generator) addType(m *wat.Module, broken bool) {
	if !broken {
		m.Type(g.someTypes(4), g.someTypes(2))
		return
	}
	list := func() []byte {
		b := wat.U32(uint32(g.choose(104)))
		for range g.choose(104) {
			b = append(b, pick[byte](g, 0x7f, 0x7e, 0x7d, 0x7c, 0x7b, 0x70, 0x6f, 0x40, 0))
		}
		return b
	}
	m.RawType(append(append([]byte{pick[byte](g, 0x60, 0x60, 0x5f, 0)}, list()...), list()...))
}

func (g *generator) addImport(m *wat.Module, broken bool) {
	module := pick(g, "env", "wasi_snapshot_preview1", "wasi_unstable", "", "\xff")
	name := pick(g, "debug", "db_read", "fd_write", "proc_exit", "memory", "db_nothing", "")
	kind := pick(g, wat.FuncKind, wat.FuncKind, wat.TableKind, wat.MemoryKind, wat.GlobalKind, wat.Kind(4))
	m.RawImport(module, name, kind, map[wat.Kind][]byte{
		wat.FuncKind: wat.U32(g.number(broken)), wat.TableKind: {0x70, 0, 1}, wat.MemoryKind: g.limits(broken),
		wat.GlobalKind: {byte(g.aType()), byte(g.choose(3))},
	}[kind])
}

// limits are those of a memory or a table.
func (g *generator) limits(broken bool) []byte {
	least, flag := g.number(broken), byte(g.choose(2))
	if broken {
		flag = byte(g.choose(8))
	}
	b := append([]byte{flag}, wat.U32(least)...)
	if flag&1 == 1 {
		b = append(b, wat.U32(least+g.number(broken))...)
	}
	return b
}

func (g *generator) addMemory(m *wat.Module, broken bool) { m.RawMemory(g.limits(broken)) }

func (g *generator) addTable(m *wat.Module, broken bool) {
	element := byte(0x70)
	if broken {
		element = pick[byte](g, 0x70, 0x6f, 0x7f, 0)
	}
	m.RawTable(append([]byte{element}, g.limits(broken)...))
}

// initial is a constant expression without its end.
func (g *generator) initial(t wat.Type, broken bool) []byte {
	if broken {
		return pick(g, wat.GlobalGet(g.number(true)), []byte{0xd2, byte(g.choose(9))}, []byte{0xd0, 0x70}, nil,
			wat.Code(wat.I32Const(1), wat.I32Const(2), wat.I32Add), wat.Code(wat.I32Const(1), wat.I32Const(1)), wat.LocalGet(0),
			[]byte{0x41, 0xff, 0xff, 0xff, 0xff, 0xff}, wat.Code(wat.Block(wat.NoResult), wat.End, wat.I32Const(1)))
	}
	n := g.constant(t)
	return encodeAll([]node{n})
}

func (g *generator) addGlobal(m *wat.Module, broken bool) {
	t := g.aType()
	of := t
	if broken && g.choose(3) == 0 {
		of = pick(g, wat.I32, wat.F64, wat.Type(0x70), wat.Type(0x7b))
	}
	m.Global(of, g.choose(2) == 0, g.initial(t, broken))
}

func (g *generator) addExport(m *wat.Module, broken bool) {
	name := fmt.Sprint("extra", g.choose(1_000))
	kind, index := pick(g, wat.FuncKind, wat.GlobalKind), uint32(g.choose(4))
	if broken {
		name = pick(g, "memory", "allocate", "f0", "interface_version_7", "requires_nothing", "weft.gas", "weft.g0", "_initialize", "instantiate", "\xc3", "")
		kind, index = wat.Kind(g.choose(5)), g.number(true)
	} else if kind == wat.FuncKind {
		name = pick(g, name, "execute", "query", "migrate", "requires_iterator", "_initialize", "_start")
	}
	m.Export(name, kind, index)
}

// addElements adds a segment for the table of four, in any of the eight forms.
func (g *generator) addElements(m *wat.Module, broken bool) {
	flag := uint32(pick(g, 0, 0, 4))
	if broken {
		flag = uint32(g.choose(10))
	}
	b := wat.U32(flag)
	if flag&1 == 0 {
		if flag&2 != 0 {
			b = append(b, wat.U32(g.number(broken))...)
		}
		offset := wat.I32Const(int32(g.choose(2)))
		if broken {
			offset = g.initial(wat.I32, g.choose(2) == 0)
		}
		b = append(append(b, offset...), wat.End)
	}
	if flag&3 != 0 {
		b = append(b, pick[byte](g, 0, 0x70, 0x6f))
	}
	n := uint32(g.choose(3))
	b = append(b, wat.U32(n)...)
	for range n {
		f := uint32(g.choose(len(g.p.funcs) + g.p.hosts))
		if broken {
			f = g.number(true)
		}
		if flag&4 != 0 {
			b = append(append(append(b, 0xd2), wat.U32(f)...), wat.End)
		} else {
			b = append(b, wat.U32(f)...)
		}
	}
	m.RawElem(b)
}

func (g *generator) addData(m *wat.Module, broken bool) {
	data := make([]byte, g.choose(20))
	for i := range data {
		data[i] = byte(g.choose(256))
	}
	switch {
	case !broken && g.choose(3) == 0:
		m.PassiveData(data)
	case !broken:
		m.Data(int32(g.choose(1<<16-20)), data)
	default:
		b := wat.U32(pick[uint32](g, 0, 1, 2, 2, 3))
		b = append(append(b, g.initial(wat.I32, g.choose(2) == 0)...), wat.End)
		m.RawData(append(append(b, wat.U32(g.number(g.choose(2) == 0))...), data...))
	}
}

func (g *generator) addStart(m *wat.Module, broken bool) { m.Start(g.number(broken)) }

func (g *generator) addCustom(m *wat.Module, _ bool) {
	m.Custom(pick(g, "name", "producers", "cw_migrate_version", ""), []byte(pick(g, "", "1", "+7", "18446744073709551616", "\x00\x01")))
}
