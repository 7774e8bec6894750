package rewrite

import "slices"

// Module is a contract that passed Check.
type Module struct {
	code     []byte
	limits   Limits
	types    []funcType
	imports  []importEntry
	funcs    []uint32 // type index of every function, imported ones first
	tables   []tableType
	memories []memoryType
	globals  []globalType
	exports  []exportEntry
	elements []segment
	datas    []segment
	bodies   []body

	importedFuncs    int
	importedTables   int
	importedMemories int
	importedGlobals  int
	exportNames      map[string]struct{}
	startOffset      int // of the start section, 0 without one
	dataCount        *uint32
	raw              [13]span // contents of the sections that are copied as they are

	wasi           bool // imports WASI
	migrateVersion *uint64
	analysis       Analysis
}

type span struct{ start, end int }

type funcType struct{ params, results []valType }

func (t funcType) equal(o funcType) bool {
	return slices.Equal(t.params, o.params) && slices.Equal(t.results, o.results)
}

type importEntry struct {
	module, name string
	kind         byte
	typ          uint32 // of a function
	offset       int
}

type tableType struct {
	min, max uint32
	bounded  bool
	offset   int
}

type memoryType struct {
	min     uint32
	bounded bool
	offset  int
}

type globalType struct {
	typ     valType
	mutable bool
}

type exportEntry struct {
	name   string
	kind   byte
	index  uint32
	offset int
}

// segment is an element or data segment: count entries or bytes from an offset
// that is known at upload.
type segment struct {
	passive bool
	dynamic bool // the offset is that of an imported global
	at      uint32
	count   uint32
	offset  int
}

type body struct {
	size      span // locals and code, as the size field counts them
	code      span // instructions, the final end included
	groups    uint32
	groupSpan span
	locals    []localGroup
	declared  uint32
	// Set by the validator.
	callSlots uint32   // the most that one of its calls needs on the stack, see callSlots
	calls     bool     // has a call or call_indirect
	ands      bool     // has an i32.and or i64.and
	cost      uint64   // of one pass, in VM gas; once it was visited with the small functions that it calls
	callees   []uint32 // bodies that it calls, each call of its own; nil once it was visited
	visit     visit
	circular  bool   // calls itself, by others maybe
	small     bool   // see findSmall
	branches  uint32 // accounting instructions and br_table targets
	work      uint64 // estimate of what compiling it costs, see workload
	memory    uint64 // and of the memory that it takes, in bytes
}

type localGroup struct {
	count uint32
	typ   valType
}

const (
	kindFunc   = 0
	kindTable  = 1
	kindMemory = 2
	kindGlobal = 3
	kindTag    = 4
)

// Section ids.
const (
	secCustom    = 0
	secType      = 1
	secImport    = 2
	secFunction  = 3
	secTable     = 4
	secMemory    = 5
	secGlobal    = 6
	secExport    = 7
	secStart     = 8
	secElement   = 9
	secCode      = 10
	secData      = 11
	secDataCount = 12
)

// sectionRank orders the sections: the data count stands before the code.
var sectionRank = [13]int{
	secType: 1, secImport: 2, secFunction: 3, secTable: 4, secMemory: 5, secGlobal: 6,
	secExport: 7, secStart: 8, secElement: 9, secDataCount: 10, secCode: 11, secData: 12,
}

const (
	wasmMagic   = "\x00asm"
	wasmVersion = "\x01\x00\x00\x00"
)

// parse reads all sections; function bodies are located, not yet validated.
func parse(code []byte, limits Limits) (*Module, *RefusedError) {
	if uint64(len(code)) > uint64(limits.CodeBytes) {
		return nil, against("Wasm contract is too large: %d bytes, limit %d. Build with -C opt-level=z and run wasm-opt -Oz", len(code), limits.CodeBytes)
	}
	r := &reader{buf: code, end: len(code)}
	if magic := r.bytes(4); string(magic) != wasmMagic {
		return nil, malformed(0, "magic header not detected: bad magic number")
	}
	if version := r.bytes(4); string(version) != wasmVersion {
		return nil, malformed(4, "unknown binary version")
	}
	m := &Module{code: code, limits: limits, exportNames: map[string]struct{}{}}
	rank := 0
	for r.left() > 0 && r.err == nil {
		start := r.pos
		id := r.byte()
		content := r.sub(r.u32())
		if r.err != nil {
			break
		}
		if int(id) >= len(sectionRank) {
			r.fail(start, "malformed section id: %d", id)
			break
		}
		if id != secCustom {
			if sectionRank[id] <= rank {
				r.fail(start, "section out of order: %d", id)
				break
			}
			rank = sectionRank[id]
			m.raw[id] = span{content.pos, content.end}
		}
		m.section(id, &content)
		if content.err == nil && content.left() > 0 {
			content.fail(content.pos, "section size mismatch: unexpected data at the end of the section")
		}
		r.err = content.err
	}
	if r.err != nil {
		return nil, r.err
	}
	return m, m.consistent()
}

// section parses one section's content.
func (m *Module) section(id byte, r *reader) {
	switch id {
	case secCustom:
		m.customSection(r)
	case secType:
		m.typeSection(r)
	case secImport:
		m.importSection(r)
	case secFunction:
		m.functionSection(r)
	case secTable:
		m.tableSection(r)
	case secMemory:
		m.memorySection(r)
	case secGlobal:
		m.globalSection(r)
	case secExport:
		m.exportSection(r)
	case secStart:
		m.startSection(r)
	case secElement:
		m.elementSection(r)
	case secDataCount:
		n := r.u32()
		m.dataCount = &n
	case secCode:
		m.codeSection(r)
	case secData:
		m.dataSection(r)
	}
}

// consistent compares what two sections say about the same thing.
func (m *Module) consistent() *RefusedError {
	if declared := len(m.funcs) - m.importedFuncs; declared != len(m.bodies) {
		return malformed(len(m.code), "function and code section have inconsistent lengths: %d and %d", declared, len(m.bodies))
	}
	if m.dataCount != nil && int64(*m.dataCount) != int64(len(m.datas)) {
		return malformed(len(m.code), "data count and data section have inconsistent lengths: %d and %d", *m.dataCount, len(m.datas))
	}
	return nil
}

// typeOf returns the signature of a function by its index.
func (m *Module) typeOf(function int) funcType { return m.types[m.funcs[function]] }
