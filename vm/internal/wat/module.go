package wat

import "bytes"

// Type is a value type in its binary form.
type Type byte

// The value types.
const (
	I32 Type = 0x7f
	I64 Type = 0x7e
	F32 Type = 0x7d
	F64 Type = 0x7c
)

// Kind is what an import or export is.
type Kind byte

// The kinds of imports and exports.
const (
	FuncKind   Kind = 0
	TableKind  Kind = 1
	MemoryKind Kind = 2
	GlobalKind Kind = 3
)

// Section ids.
const (
	CustomSection    = 0
	TypeSection      = 1
	ImportSection    = 2
	FunctionSection  = 3
	TableSection     = 4
	MemorySection    = 5
	GlobalSection    = 6
	ExportSection    = 7
	StartSection     = 8
	ElementSection   = 9
	CodeSection      = 10
	DataSection      = 11
	DataCountSection = 12
)

// Module collects what goes into a module. The zero value is an empty module.
// Imports have to be added before functions, whose indices come after theirs.
type Module struct {
	types, imports, funcs, tables, memories, globals, exports, elems, codes, datas [][]byte

	importedFuncs   uint32
	importedGlobals uint32
	start           []byte
	dataCount       bool
	customs         []byte
}

// Types is a list of value types, for signatures: T(I32, I64).
type Types = []Type

// T writes a list of types.
func T(types ...Type) Types { return types }

// Type returns the index of a function type, adding it when it is new.
func (m *Module) Type(params, results Types) uint32 {
	b := append([]byte{0x60}, typeVec(params)...)
	return m.RawType(append(b, typeVec(results)...))
}

// RawType returns the index of a type given in its binary form.
func (m *Module) RawType(b []byte) uint32 {
	for i, t := range m.types {
		if bytes.Equal(t, b) {
			return uint32(i)
		}
	}
	m.types = append(m.types, b)
	return uint32(len(m.types) - 1)
}

func typeVec(types Types) []byte {
	b := U32(uint32(len(types)))
	for _, t := range types {
		b = append(b, byte(t))
	}
	return b
}

// Import adds an imported function and returns its index.
func (m *Module) Import(module, name string, params, results Types) uint32 {
	m.RawImport(module, name, FuncKind, U32(m.Type(params, results)))
	m.importedFuncs++
	return m.importedFuncs - 1
}

// RawImport adds an import of any kind; desc is what follows the kind.
func (m *Module) RawImport(module, name string, kind Kind, desc []byte) {
	b := append(Name(module), Name(name)...)
	m.imports = append(m.imports, append(append(b, byte(kind)), desc...))
	if kind == GlobalKind {
		m.importedGlobals++
	}
}

// Func adds a function and returns its index. The final end is added to code.
func (m *Module) Func(params, results, locals Types, code []byte) uint32 {
	b := U32(uint32(len(locals)))
	for _, t := range locals {
		b = append(b, 1, byte(t))
	}
	b = append(append(b, code...), End)
	return m.RawFunc(m.Type(params, results), b)
}

// RawFunc adds a function whose body (locals and code) is given as it is.
func (m *Module) RawFunc(typ uint32, body []byte) uint32 {
	m.funcs = append(m.funcs, U32(typ))
	m.codes = append(m.codes, append(U32(uint32(len(body))), body...))
	return m.importedFuncs + uint32(len(m.funcs)) - 1
}

// Memory adds a memory of that many pages without a maximum.
func (m *Module) Memory(pages uint32) { m.RawMemory(append([]byte{0}, U32(pages)...)) }

// RawMemory adds a memory by its limits in binary form.
func (m *Module) RawMemory(limits []byte) { m.memories = append(m.memories, limits) }

// Table adds a table of functions.
func (m *Module) Table(least, most uint32) {
	m.RawTable(append(append([]byte{0x70, 1}, U32(least)...), U32(most)...))
}

// RawTable adds a table in its binary form.
func (m *Module) RawTable(b []byte) { m.tables = append(m.tables, b) }

// Global adds a global and returns its index. init is the constant instruction
// without its end.
func (m *Module) Global(t Type, mutable bool, init []byte) uint32 {
	b := []byte{byte(t), 0}
	if mutable {
		b[1] = 1
	}
	m.globals = append(m.globals, append(append(b, init...), End))
	return m.importedGlobals + uint32(len(m.globals)) - 1
}

// Export adds an export.
func (m *Module) Export(name string, kind Kind, index uint32) {
	m.exports = append(m.exports, append(append(Name(name), byte(kind)), U32(index)...))
}

// ExportFunc adds a function and exports it.
func (m *Module) ExportFunc(name string, params, results, locals Types, code []byte) uint32 {
	i := m.Func(params, results, locals, code)
	m.Export(name, FuncKind, i)
	return i
}

// Start makes a function the start function.
func (m *Module) Start(f uint32) { m.start = U32(f) }

// Elem adds an active segment of functions at a constant offset of table 0.
func (m *Module) Elem(offset int32, funcs ...uint32) {
	b := append([]byte{0}, I32Const(offset)...)
	b = append(append(b, End), U32(uint32(len(funcs)))...)
	for _, f := range funcs {
		b = append(b, U32(f)...)
	}
	m.RawElem(b)
}

// RawElem adds an element segment in its binary form.
func (m *Module) RawElem(b []byte) { m.elems = append(m.elems, b) }

// Data adds an active data segment at a constant offset.
func (m *Module) Data(offset int32, data []byte) {
	b := append([]byte{0}, I32Const(offset)...)
	b = append(append(b, End), U32(uint32(len(data)))...)
	m.RawData(append(b, data...))
}

// PassiveData adds a passive data segment, and with it the data count section.
func (m *Module) PassiveData(data []byte) {
	m.dataCount = true
	m.RawData(append(append([]byte{1}, U32(uint32(len(data)))...), data...))
}

// RawData adds a data segment in its binary form.
func (m *Module) RawData(b []byte) { m.datas = append(m.datas, b) }

// Custom adds a custom section at the end of the module.
func (m *Module) Custom(name string, data []byte) {
	m.customs = append(m.customs, Section(CustomSection, append(Name(name), data...))...)
}

// Contract adds the exports that a CosmWasm contract must have: a memory of one
// page (when there is none yet), an allocate that hands out ever higher Regions,
// a deallocate that does nothing, and the interface version.
func (m *Module) Contract() {
	if len(m.memories) == 0 {
		m.Memory(1)
	}
	m.Export("memory", MemoryKind, 0)
	next := m.Global(I32, true, I32Const(1024))
	m.ExportFunc("allocate", T(I32), T(I32), T(I32), Code(
		GlobalGet(next), LocalTee(1), LocalGet(1), I32Const(12), I32Add, Store(I32Store, 0),
		LocalGet(1), LocalGet(0), Store(I32Store, 4),
		LocalGet(1), I32Const(0), Store(I32Store, 8),
		LocalGet(1), LocalGet(0), I32Add, I32Const(12), I32Add, GlobalSet(next),
		LocalGet(1)))
	m.ExportFunc("deallocate", T(I32), nil, nil, nil)
	m.ExportFunc("interface_version_8", nil, nil, nil, nil)
}

// Bytes encodes the module; sections without content are left out.
func (m *Module) Bytes() []byte {
	b := []byte("\x00asm\x01\x00\x00\x00")
	vec := func(id byte, items [][]byte) {
		if len(items) > 0 {
			b = append(b, Section(id, Vec(items...))...)
		}
	}
	vec(TypeSection, m.types)
	vec(ImportSection, m.imports)
	vec(FunctionSection, m.funcs)
	vec(TableSection, m.tables)
	vec(MemorySection, m.memories)
	vec(GlobalSection, m.globals)
	vec(ExportSection, m.exports)
	if m.start != nil {
		b = append(b, Section(StartSection, m.start)...)
	}
	vec(ElementSection, m.elems)
	if m.dataCount {
		b = append(b, Section(DataCountSection, U32(uint32(len(m.datas))))...)
	}
	vec(CodeSection, m.codes)
	vec(DataSection, m.datas)
	return append(b, m.customs...)
}
