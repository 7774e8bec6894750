package rewrite

import (
	"math"
	"slices"
)

// What the specification's suite needs of the package beside its API: its
// modules are no contracts.

// SpecLimits leaves nothing out for its size. memoryPages is the maximum of the
// module's memory.
func SpecLimits(memoryPages uint32) Limits {
	const most = math.MaxUint32
	return Limits{
		MemoryPages: memoryPages, TableElements: most, Imports: most, Functions: most, FunctionParams: most,
		TotalFunctionParams: most, FunctionResults: most, FunctionLocals: most, TotalFunctionLocals: most,
		CodeBytes: most, BodyBytes: most, BodyBranches: most, Nesting: most, OperandHeight: most, CompileWork: most, BodyMemory: most,
		Types: most, BlockResults: most, Exports: most, Globals: most, ElementSegments: most, DataSegments: most,
	}
}

// CheckModule is Check without the rules for contracts. What those imply for any
// module, one memory and one table at most, it checks.
func CheckModule(code []byte, limits Limits) (*Module, error) {
	m, refused := parse(code, limits)
	if refused == nil && len(m.memories) > 1 {
		refused = against("multiple memories")
	}
	if refused == nil && len(m.tables) > 1 {
		refused = against("multiple tables")
	}
	if refused == nil {
		refused = m.validateBodies()
	}
	if refused != nil {
		return nil, refused
	}
	return m, nil
}

// RefusesImports reports whether the rule for imports refuses the module.
func (m *Module) RefusesImports() bool { return m.checkImports() != nil }

// RefusesSegments reports whether the rule for segments refuses the module.
func (m *Module) RefusesSegments() bool { return m.checkSegments() != nil }

// Outside is what a module imports beside functions.
type Outside struct {
	// Global returns the bits of another module's constant, false when it has none.
	Global func(module, name string) (value uint64, ok bool)
	// Table and Memory return the size of a table or memory that nobody else
	// uses, false when the module may not have one of its own instead.
	Table, Memory func(module, name string) (least, most uint32, ok bool)
}

// Prepared is a module of the suite in the form of a contract.
type Prepared struct {
	Code        []byte
	Start       string // export that is the start function, "" without one
	MemoryPages uint32 // maximum of its memory
	Shares      string // what it imports that it may not have on its own, "" for nothing
	SharesWith  []string
}

// Prepare turns what the rewriter does not know into what it knows: imports of
// constants, memories and tables become definitions of the same index, the start
// function becomes an export, and a module without a memory gets one of no pages.
// Code is not validated beyond what parse does.
func Prepare(code []byte, o Outside) (*Prepared, error) {
	m, refused := parse(code, SpecLimits(1<<16))
	if refused != nil {
		return nil, refused
	}
	if len(m.memories) > 1 || len(m.tables) > 1 {
		return nil, against("multiple memories or tables")
	}
	p := &preparer{m: m, o: o, out: &Prepared{MemoryPages: 1 << 16}}
	p.module()
	return p.out, nil
}

type preparer struct {
	m       *Module
	o       Outside
	out     *Prepared
	values  [][]byte // constant instruction of each imported global
	globals []byte   // definitions of the imported globals
}

func (p *preparer) section(id byte, content []byte) {
	p.out.Code = appendSection(p.out.Code, id, content)
}

// copy appends a section as it is.
func (p *preparer) copy(id byte) {
	if s := p.m.raw[id]; s.end > s.start {
		p.section(id, p.m.code[s.start:s.end])
	}
}

func (p *preparer) module() {
	p.out.Code = append(p.out.Code, wasmMagic+wasmVersion...)
	p.copy(secType)
	table, memory := p.imports()
	p.copy(secFunction)
	if table != nil {
		p.section(secTable, table)
	} else {
		p.copy(secTable)
	}
	if memory == nil {
		memory = p.memory()
	}
	p.section(secMemory, memory)
	p.globalSection()
	p.exports()
	p.segments(secElement, p.m.elements)
	p.copy(secDataCount)
	p.copy(secCode)
	p.segments(secData, p.m.datas)
}

// imports writes those of functions and returns the other sections' content
// where an import takes the place of a definition.
func (p *preparer) imports() (table, memory []byte) {
	var funcs []byte
	n := uint32(0)
	global := 0
	for _, e := range p.m.imports {
		switch e.kind {
		case kindFunc:
			funcs = append(appendName(appendName(funcs, e.module), e.name), kindFunc)
			funcs = appendU32(funcs, e.typ)
			n++
		case kindTable:
			least, most, ok := p.o.Table(e.module, e.name)
			p.shares(ok, "a table", e.module)
			table = appendU32(appendU32([]byte{1, byte(funcref), 1}, least), most)
		case kindMemory:
			least, most, ok := p.o.Memory(e.module, e.name)
			p.shares(ok, "a memory", e.module)
			memory = appendU32([]byte{1, 0}, least)
			p.out.MemoryPages = most
		case kindGlobal:
			g := p.m.globals[global]
			global++
			value, ok := p.o.Global(e.module, e.name)
			p.shares(ok && !g.mutable, "a mutable global", e.module)
			c := constant(g.typ, value)
			p.values = append(p.values, c)
			p.globals = append(append(append(p.globals, byte(g.typ), 0), c...), opEnd)
		}
	}
	if n > 0 {
		p.section(secImport, append(appendU32(nil, n), funcs...))
	}
	return table, memory
}

func (p *preparer) shares(ok bool, what, module string) {
	if !ok {
		p.out.Shares = what
		p.out.SharesWith = append(p.out.SharesWith, module)
	}
}

func constant(t valType, value uint64) []byte {
	switch t {
	case i32:
		return appendI32Const(nil, int32(value))
	case i64:
		return appendI64Const(nil, int64(value))
	case f32:
		return append([]byte{opF32Const}, littleEndian(value, 4)...)
	}
	return append([]byte{opF64Const}, littleEndian(value, 8)...)
}

func littleEndian(v uint64, n int) []byte {
	var b []byte
	for i := range n {
		b = append(b, byte(v>>(8*i)))
	}
	return b
}

// memory leaves the maximum to the rewriter.
func (p *preparer) memory() []byte {
	if len(p.m.memories) == 0 {
		p.out.MemoryPages = 0
		return []byte{1, 0, 0}
	}
	s := p.m.raw[secMemory]
	r := reader{buf: p.m.code, pos: s.start, end: s.end}
	r.u32()
	flags := r.byte()
	least := r.u32()
	if flags == 1 {
		p.out.MemoryPages = r.u32()
	}
	return appendU32([]byte{1, 0}, least)
}

func (p *preparer) globalSection() {
	count := uint32(len(p.m.globals))
	if count == 0 {
		return
	}
	out := append(appendU32(nil, count), p.globals...)
	if s := p.m.raw[secGlobal]; s.end > s.start {
		r := &reader{buf: p.m.code, pos: s.start, end: s.end}
		for range r.u32() {
			out = append(out, r.byte(), r.byte())
			out = p.expression(out, r)
		}
	}
	p.section(secGlobal, out)
}

// expression writes a constant expression with the values of imported globals.
func (p *preparer) expression(out []byte, r *reader) []byte {
	start := r.pos
	switch r.byte() {
	case opGlobalGet:
		return append(append(out, p.values[r.u32()]...), r.byte())
	case opI32Const, opI64Const:
		r.signed(64)
	case opF32Const:
		r.bytes(4)
	default:
		r.bytes(8)
	}
	r.byte() // end
	return append(out, r.buf[start:r.pos]...)
}

func (p *preparer) exports() {
	s := p.m.raw[secExport]
	var content []byte
	if s.end > s.start {
		r := &reader{buf: p.m.code, pos: s.start, end: s.end}
		r.u32()
		content = p.m.code[r.pos:s.end]
	}
	n := uint32(len(p.m.exports))
	content = slices.Clone(content)
	if p.m.startOffset != 0 {
		p.out.Start = "the start function"
		r := &reader{buf: p.m.code, pos: p.m.startOffset, end: len(p.m.code)}
		content = append(appendName(content, p.out.Start), kindFunc)
		content = appendU32(content, r.u32())
		n++
	}
	p.section(secExport, append(appendU32(nil, n), content...))
}

// segments writes element or data segments with constant offsets.
func (p *preparer) segments(id byte, segments []segment) {
	if len(segments) == 0 {
		p.copy(id)
		return
	}
	out := appendU32(nil, uint32(len(segments)))
	for i, s := range segments {
		end := p.m.raw[id].end
		if i+1 < len(segments) {
			end = segments[i+1].offset
		}
		r := &reader{buf: p.m.code, pos: s.offset, end: end}
		flags := r.u32()
		if !s.passive {
			if flags&2 != 0 {
				r.u32()
			}
			out = append(out, p.m.code[s.offset:r.pos]...)
			out = p.expression(out, r)
		} else {
			out = append(out, p.m.code[s.offset:r.pos]...)
		}
		out = append(out, p.m.code[r.pos:end]...)
	}
	p.section(id, out)
}

// Opcodes counts the instructions of a module's functions.
func Opcodes(code []byte) (map[uint16]int, error) {
	m, refused := parse(code, SpecLimits(1<<16))
	if refused != nil {
		return nil, refused
	}
	counts := map[uint16]int{}
	for _, b := range m.bodies {
		d := decoder{reader: reader{buf: code, pos: b.code.start, end: b.code.end}, types: m.types}
		for in := (instr{}); d.left() > 0; counts[in.op]++ {
			if d.next(&in); d.err != nil {
				return nil, d.err
			}
		}
	}
	return counts, nil
}

// Work is the estimate of what compiling all bodies costs.
func (m *Module) Work() (work uint64) {
	for i := range m.bodies {
		work += m.bodies[i].work
	}
	return work
}

// Memory is the estimate of what compiling the body that needs most takes.
func (m *Module) Memory() (most uint64) {
	for i := range m.bodies {
		most = max(most, m.bodies[i].memory)
	}
	return most
}
