//go:build cgo

package conformance

import (
	"fmt"
	"slices"
	"strings"

	"github.com/weftchain/weft/vm/internal/wat"
)

func many(t wat.Type, n int) wat.Types { return slices.Repeat(wat.T(t), n) }

// contractOf is a valid contract with additions.
func contractOf(add func(m *wat.Module)) []byte {
	m := &wat.Module{}
	if add != nil {
		add(m)
	}
	m.Contract()
	return m.Bytes()
}

func contractWith(code ...any) []byte {
	return contractOf(func(m *wat.Module) { m.Func(nil, nil, wat.T(wat.I32, wat.I64, wat.F32, wat.F64), wat.Code(code...)) })
}

// exporting has what Contract would add, export by export.
func exporting(names ...string) []byte {
	m := &wat.Module{}
	m.Memory(1)
	for _, name := range names {
		if name == "memory" {
			m.Export(name, wat.MemoryKind, 0)
			continue
		}
		m.ExportFunc(name, nil, nil, nil, nil)
	}
	return m.Bytes()
}

type staticCase struct {
	name   string
	code   []byte
	expect int
}

// rulesOfUpload are modules at and beyond each limit of the reference.
func rulesOfUpload() []staticCase {
	imports := func(n int) []byte {
		return contractOf(func(m *wat.Module) {
			for range n {
				m.Import("env", "debug", wat.T(wat.I32), nil)
			}
		})
	}
	functions := func(n int) []byte {
		return contractOf(func(m *wat.Module) {
			for range n - 3 {
				m.Func(nil, nil, nil, nil)
			}
		})
	}
	locals := func(n int) []byte {
		return contractOf(func(m *wat.Module) {
			for n--; n > 0; n -= 100 {
				m.Func(nil, nil, many(wat.I64, min(n, 100)), nil)
			}
		})
	}
	params := func(n int) []byte {
		return contractOf(func(m *wat.Module) {
			for n -= 2; n > 0; n -= 100 {
				m.Func(many(wat.I64, min(n, 100)), nil, nil, nil)
			}
		})
	}
	custom := func(name, data string) []byte {
		return contractOf(func(m *wat.Module) { m.Custom(name, []byte(data)) })
	}
	table := func(b ...byte) []byte { return contractOf(func(m *wat.Module) { m.RawTable(b) }) }
	memory := func(b ...byte) []byte { return contractOf(func(m *wat.Module) { m.RawMemory(b) }) }
	required := func(names ...string) []byte {
		return contractOf(func(m *wat.Module) {
			for _, n := range names {
				m.ExportFunc(n, nil, nil, nil, nil)
			}
		})
	}
	import1 := func(module, name string, params, results wat.Types) []byte {
		return contractOf(func(m *wat.Module) { m.Import(module, name, params, results) })
	}
	raw := func(kind wat.Kind, desc ...byte) []byte {
		return contractOf(func(m *wat.Module) { m.RawImport("env", "db_read", kind, desc) })
	}
	return []staticCase{
		{"plain", contractOf(nil), sameVerdict},
		{"table of 2,500", contractOf(func(m *wat.Module) { m.Table(2_500, 2_500) }), sameVerdict},
		{"table of 2,501", contractOf(func(m *wat.Module) { m.Table(1, 2_501) }), sameVerdict},
		{"table larger than its maximum", contractOf(func(m *wat.Module) { m.Table(3, 2) }), sameVerdict},
		{"two tables", contractOf(func(m *wat.Module) { m.Table(1, 1); m.Table(1, 1) }), sameVerdict},
		{"unbounded table", table(0x70, 0, 1), sameVerdict},
		{"table of externref", table(0x6f, 1, 1, 1), sameVerdict},
		{"memory of 0 pages", memory(0, 0), sameVerdict},
		{"memory of 512 pages", contractOf(func(m *wat.Module) { m.Memory(512) }), sameVerdict},
		{"memory of 513 pages", contractOf(func(m *wat.Module) { m.Memory(513) }), sameVerdict},
		{"memory of 65,537 pages", contractOf(func(m *wat.Module) { m.Memory(65_537) }), sameVerdict},
		{"memory with a maximum", memory(1, 1, 2), sameVerdict},
		{"shared memory", memory(3, 1, 2), sameVerdict},
		{"memory of 64 bits", memory(4, 1), sameVerdict},
		{"no memory", (&wat.Module{}).Bytes(), sameVerdict},
		{"two memories", contractOf(func(m *wat.Module) { m.Memory(1); m.Memory(1) }), sameVerdict},
		{"all exports", exporting("memory", "allocate", "deallocate", "interface_version_8"), sameVerdict},
		{"no marker", exporting("memory", "allocate", "deallocate"), sameVerdict},
		{"two markers", exporting("memory", "allocate", "deallocate", "interface_version_8", "interface_version_7"), sameVerdict},
		{"version 5", exporting("memory", "allocate", "deallocate", "interface_version_5"), sameVerdict},
		{"version 7", exporting("memory", "allocate", "deallocate", "interface_version_7"), sameVerdict},
		{"version 9", exporting("memory", "allocate", "deallocate", "interface_version_9"), sameVerdict},
		{"version without number", exporting("memory", "allocate", "deallocate", "interface_version_"), sameVerdict},
		{"no allocate", exporting("memory", "deallocate", "interface_version_8"), sameVerdict},
		{"no deallocate", exporting("memory", "allocate", "interface_version_8"), sameVerdict},
		{"the same export twice", exporting("memory", "allocate", "deallocate", "interface_version_8", "query", "query"), sameVerdict},
		{"marker that is a memory", contractOf(func(m *wat.Module) { m.Memory(1); m.Export("interface_version_9", wat.MemoryKind, 0) }), sameVerdict},
		{"requirement that is a global", contractOf(func(m *wat.Module) {
			m.Export("requires_sun", wat.GlobalKind, m.Global(wat.I32, false, wat.I32Const(1)))
		}), sameVerdict},
		{"memory under no name", exporting("allocate", "deallocate", "interface_version_8"), weftRefusesEarly},
		{"100 imports", imports(100), sameVerdict},
		{"101 imports", imports(101), sameVerdict},
		{"unknown import", import1("env", "foo", nil, nil), sameVerdict},
		{"import of nobody", import1("", "debug", wat.T(wat.I32), nil), sameVerdict},
		{"import of another module", import1("other", "debug", wat.T(wat.I32), nil), sameVerdict},
		{"import with another type", import1("env", "db_read", wat.T(wat.I64), wat.T(wat.I32)), weftRefusesEarly},
		{"import with another result", import1("env", "db_read", wat.T(wat.I32), nil), weftRefusesEarly},
		{"import with more parameters", import1("env", "abort", wat.T(wat.I32, wat.I32), nil), weftRefusesEarly},
		{"WASI", import1("wasi_snapshot_preview1", "fd_write", many(wat.I32, 4), wat.T(wat.I32)), weftAccepts},
		{"WASI of another kind", import1("wasi_unstable", "fd_write", many(wat.I32, 4), wat.T(wat.I32)), sameVerdict},
		{"memory import", raw(wat.MemoryKind, 0, 1), sameVerdict},
		{"table import", raw(wat.TableKind, 0x70, 0, 1), sameVerdict},
		{"global import", raw(wat.GlobalKind, 0x7f, 0), sameVerdict},
		{"capability that is there", required("requires_iterator", "requires_cosmwasm_2_2"), sameVerdict},
		{"capability that is not", required("requires_sun"), sameVerdict},
		{"capability without a name", required("requires_"), sameVerdict},
		{"several that are not", required("requires_sun", "requires_iterator", "requires_moon"), sameVerdict},
		{"20,000 functions", functions(20_000), sameVerdict},
		{"20,001 functions", functions(20_001), sameVerdict},
		{"100 parameters", contractOf(func(m *wat.Module) { m.Type(many(wat.I32, 100), nil) }), sameVerdict},
		{"101 parameters", contractOf(func(m *wat.Module) { m.Type(many(wat.I32, 101), nil) }), sameVerdict},
		{"two results", contractOf(func(m *wat.Module) {
			m.Func(nil, wat.T(wat.I32, wat.I32), nil, wat.Code(wat.I32Const(1), wat.I32Const(1)))
		}), sameVerdict},
		{"block of two results", contractOf(func(m *wat.Module) {
			pair := wat.S64(int64(m.Type(nil, wat.T(wat.I32, wat.I32))))
			m.Func(nil, nil, nil, wat.Code(wat.Block(pair), wat.I32Const(1), wat.I32Const(1), wat.End, wat.Drop, wat.Drop))
		}), weftAccepts},
		{"type of two results that nobody has", contractOf(func(m *wat.Module) { m.Type(nil, wat.T(wat.I32, wat.I32)) }), weftAccepts},
		{"10,000 parameters", params(10_000), sameVerdict},
		{"10,001 parameters", params(10_001), sameVerdict},
		{"100 locals", contractOf(func(m *wat.Module) { m.Func(nil, nil, many(wat.I32, 100), nil) }), sameVerdict},
		{"101 locals", contractOf(func(m *wat.Module) { m.Func(nil, nil, many(wat.I32, 101), nil) }), sameVerdict},
		{"100 locals and 100 parameters", contractOf(func(m *wat.Module) { m.Func(many(wat.I32, 100), nil, many(wat.I32, 100), nil) }), sameVerdict},
		{"10,000 locals", locals(10_000), sameVerdict},
		{"10,001 locals", locals(10_001), sameVerdict},
		{"2^32-1 locals", contractOf(func(m *wat.Module) { m.RawFunc(m.Type(nil, nil), []byte{1, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x7f, 0x0b}) }), sameVerdict},
		{"start function", contractOf(func(m *wat.Module) { m.Start(m.Func(nil, nil, nil, nil)) }), weftRefusesEarly},
		{"start function with a parameter", contractOf(func(m *wat.Module) { m.Start(m.Func(wat.T(wat.I32), nil, nil, nil)) }), sameVerdict},
		{"data behind memory", contractOf(func(m *wat.Module) { m.Data(65_535, []byte("ab")) }), weftRefusesEarly},
		{"data at minus one", contractOf(func(m *wat.Module) { m.Data(-1, []byte("a")) }), weftRefusesEarly},
		{"data to the last byte", contractOf(func(m *wat.Module) { m.Data(65_534, []byte("ab")) }), sameVerdict},
		{"no data at the end", contractOf(func(m *wat.Module) { m.Data(65_536, nil) }), sameVerdict},
		{"no data behind the end", contractOf(func(m *wat.Module) { m.Data(65_537, nil) }), weftRefusesEarly},
		{"elements behind table", contractOf(func(m *wat.Module) { m.Table(2, 2); f := m.Func(nil, nil, nil, nil); m.Elem(1, f, f) }), weftRefusesEarly},
		{"elements without table", contractOf(func(m *wat.Module) { f := m.Func(nil, nil, nil, nil); m.Elem(1, f) }), sameVerdict},
		{"version section", custom("cw_migrate_version", "42"), sameVerdict},
		{"version section of 64 bits", custom("cw_migrate_version", "18446744073709551615"), sameVerdict},
		{"version section of 65 bits", custom("cw_migrate_version", "18446744073709551616"), sameVerdict},
		{"version section with a sign", custom("cw_migrate_version", "+7"), sameVerdict},
		{"version section with zeros", custom("cw_migrate_version", "007"), sameVerdict},
		{"version section below zero", custom("cw_migrate_version", "-1"), sameVerdict},
		{"version section with a sign alone", custom("cw_migrate_version", "+"), sameVerdict},
		{"empty version section", custom("cw_migrate_version", ""), sameVerdict},
		{"version section with a space", custom("cw_migrate_version", " 1"), sameVerdict},
		{"version section without UTF-8", custom("cw_migrate_version", "\xff"), sameVerdict},
		{"two version sections", contractOf(func(m *wat.Module) {
			m.Custom("cw_migrate_version", []byte("1"))
			m.Custom("cw_migrate_version", []byte("x"))
		}), sameVerdict},
		{"two good version sections", contractOf(func(m *wat.Module) {
			m.Custom("cw_migrate_version", []byte("1"))
			m.Custom("cw_migrate_version", []byte("2"))
		}), sameVerdict},
		{"custom section of 700 KB", custom("ballast", strings.Repeat("x", 700_000)), sameVerdict},
		{"custom section without UTF-8", custom("\xff", ""), sameVerdict},
		{"broken name section", custom("name", "\x01\x05\x01"), sameVerdict},
		// Our own.
		{"reserved export", required("weft.gas"), weftBounds},
		{"1,001 exports", contractOf(func(m *wat.Module) {
			f := m.Func(nil, nil, nil, nil)
			for i := range 1_001 {
				m.Export(fmt.Sprint(i), wat.FuncKind, f)
			}
		}), weftBounds},
		{"1,001 globals", contractOf(func(m *wat.Module) {
			for range 1_001 {
				m.Global(wat.I32, true, wat.I32Const(0))
			}
		}), weftBounds},
		{"nesting of 1,025", contractWith(wat.Repeat(1_025, wat.Block(wat.NoResult)), wat.Repeat(1_025, wat.End)), weftBounds},
		{"24,001 branches", contractWith(wat.Repeat(24_000, wat.Block(wat.NoResult), wat.End)), weftBounds},
		{"10,001 operands", contractWith(wat.Repeat(10_001, wat.I32Const(0)), wat.Unreachable), weftBounds},
		{"body of 512 KB", contractWith(wat.Repeat(512<<10, wat.Nop)), weftBounds},
	}
}

// instructions are bodies with what is or is not part of wasm for contracts.
func instructions() []staticCase {
	c := wat.I32Const(0)
	return []staticCase{
		{"floats", contractWith(wat.F32Const(1), wat.F32Const(2), wat.F32Add, wat.Drop), sameVerdict},
		{"sign extension", contractWith(c, 0xc0, 0xc1, wat.Drop), sameVerdict},
		{"saturating conversion", contractWith(wat.F32Const(1), []byte{0xfc, 0}, wat.Drop), sameVerdict},
		{"memory.copy", contractWith(c, c, c, wat.MemoryCopy()), weftAccepts},
		{"memory.fill", contractWith(c, c, c, wat.MemoryFill()), weftAccepts},
		{"memory.init", contractOf(func(m *wat.Module) { m.PassiveData(nil); m.Func(nil, nil, nil, wat.Code(c, c, c, wat.MemoryInit(0))) }), weftAccepts},
		{"passive data", contractOf(func(m *wat.Module) { m.PassiveData(make([]byte, 70_000)) }), sameVerdict},
		{"SIMD", contractWith([]byte{0xfd, 12}, make([]byte, 16), wat.Drop), sameVerdict},
		{"atomics", contractWith([]byte{0xfe, 3, 0}), sameVerdict},
		{"tail call", contractWith([]byte{0x12, 0}), sameVerdict},
		{"ref.null", contractWith([]byte{0xd0, 0x70}, wat.Drop), sameVerdict},
		{"ref.func", contractOf(func(m *wat.Module) {
			f := m.Func(nil, nil, nil, nil)
			m.Export("f", wat.FuncKind, f)
			m.Func(nil, nil, nil, wat.Code([]byte{0xd2, byte(f)}, wat.Drop))
		}), sameVerdict},
		{"ref.is_null", contractWith([]byte{0xd0, 0x70, 0xd1}, wat.Drop), sameVerdict},
		{"typed select", contractWith(c, c, c, []byte{0x1c, 1, 0x7f}, wat.Drop), sameVerdict},
		{"table.get", contractOf(func(m *wat.Module) { m.Table(1, 1); m.Func(nil, nil, nil, wat.Code(c, []byte{0x25, 0}, wat.Drop)) }), sameVerdict},
		{"table.size", contractOf(func(m *wat.Module) { m.Table(1, 1); m.Func(nil, nil, nil, wat.Code([]byte{0xfc, 16, 0}, wat.Drop)) }), sameVerdict},
		{"table.grow", contractOf(func(m *wat.Module) {
			m.Table(1, 1)
			m.Func(nil, nil, nil, wat.Code([]byte{0xd0, 0x70}, c, []byte{0xfc, 15, 0}, wat.Drop))
		}), sameVerdict},
		{"throw", contractWith([]byte{0x08, 0}), sameVerdict},
		{"extended constant", contractOf(func(m *wat.Module) { m.Global(wat.I32, false, wat.Code(c, c, wat.I32Add)) }), sameVerdict},
		{"global of a function", contractOf(func(m *wat.Module) { m.Global(0x70, false, []byte{0xd0, 0x70}) }), weftLacks},
		{"parameter that is a reference", contractOf(func(m *wat.Module) { m.Func(wat.T(0x70), nil, nil, nil) }), weftLacks},
		{"local that is a reference", contractOf(func(m *wat.Module) { m.Func(nil, nil, wat.T(0x70), nil) }), weftLacks},
		{"call_indirect with a long table index", contractOf(func(m *wat.Module) {
			m.Table(1, 1)
			m.Func(nil, nil, nil, wat.Code(c, []byte{0x11, byte(m.Type(nil, nil)), 0x80, 0x80, 0}))
		}), sameVerdict},
		{"memory.size with a long index", contractWith([]byte{0x3f, 0x80, 0}, wat.Drop), sameVerdict},
		{"memory.size of memory 1", contractWith([]byte{0x3f, 1}, wat.Drop), sameVerdict},
		{"wrong alignment", contractWith(c, []byte{wat.I32Load, 3, 0}, wat.Drop), sameVerdict},
		{"offset of 64 bits", contractWith(c, []byte{wat.I32Load, 2, 0xff, 0xff, 0xff, 0xff, 0x1f}, wat.Drop), sameVerdict},
		{"constant of 33 bits", contractWith([]byte{0x41, 0xff, 0xff, 0xff, 0xff, 0x1f}, wat.Drop), sameVerdict},
		{"constant with long LEB", contractWith([]byte{0x41, 0x80, 0x80, 0x80, 0x80, 0x00}, wat.Drop), sameVerdict},
		{"constant with too long LEB", contractWith([]byte{0x41, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00}, wat.Drop), sameVerdict},
		{"stack underflow", contractWith(wat.Drop), sameVerdict},
		{"type mismatch", contractWith(wat.I64Const(1), wat.I32Eqz, wat.Drop), sameVerdict},
		{"value left over", contractWith(c), sameVerdict},
		{"unknown local", contractWith(wat.LocalGet(9), wat.Drop), sameVerdict},
		{"unknown global", contractWith(wat.GlobalGet(9), wat.Drop), sameVerdict},
		{"unknown function", contractWith(wat.Call(99)), sameVerdict},
		{"unknown label", contractWith(wat.Br(2)), sameVerdict},
		{"unknown type", contractWith(c, wat.CallIndirect(99)), sameVerdict},
		{"unknown opcode", contractWith(0x27), sameVerdict},
		{"else without if", contractWith(wat.Else), sameVerdict},
		{"end too many", contractWith(wat.End), sameVerdict},
		{"block left open", contractWith(wat.Block(wat.NoResult)), sameVerdict},
		{"dead code of any type", contractWith(wat.Unreachable, wat.I32Add, wat.Drop), sameVerdict},
		{"dead code of the wrong type", contractWith(wat.Unreachable, wat.I64Const(1), wat.I32Add, wat.Drop), sameVerdict},
		{"br_table with unequal targets", contractWith(wat.Block(wat.I32), wat.I32Const(1), c, wat.BrTable(0, 1), wat.End, wat.Drop), sameVerdict},
		{"writing a constant global", contractOf(func(m *wat.Module) {
			g := m.Global(wat.I32, false, c)
			m.Func(nil, nil, nil, wat.Code(c, wat.GlobalSet(g)))
		}), sameVerdict},
		{"global from a later one", contractOf(func(m *wat.Module) { m.Global(wat.I32, false, wat.GlobalGet(1)); m.Global(wat.I32, false, c) }), sameVerdict},
		{"global from an earlier one", contractOf(func(m *wat.Module) { m.Global(wat.I32, false, c); m.Global(wat.I32, false, wat.GlobalGet(0)) }), sameVerdict},
	}
}
