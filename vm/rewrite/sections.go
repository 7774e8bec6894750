package rewrite

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"
)

// migrateVersionSection is the custom section in which a contract says which
// version of its state it writes.
const migrateVersionSection = "cw_migrate_version"

func (m *Module) customSection(r *reader) {
	start := r.pos
	name := r.name()
	content := r.bytes(uint32(r.left()))
	if r.err != nil || name != migrateVersionSection {
		return
	}
	if !utf8.Valid(content) {
		r.failWith(against("invalid utf-8 sequence in custom section %s (at offset 0x%x)", name, start))
		return
	}
	v, err := strconv.ParseUint(strings.TrimPrefix(string(content), "+"), 10, 64)
	switch {
	case errors.Is(err, strconv.ErrRange):
		r.failWith(against("number too large to fit in target type: custom section %s is a decimal number of 64 bits (at offset 0x%x)", name, start))
	case len(content) == 0:
		r.failWith(against("cannot parse integer from empty string: custom section %s is a decimal number of 64 bits (at offset 0x%x)", name, start))
	case err != nil:
		r.failWith(against("invalid digit found in string: custom section %s is a decimal number of 64 bits (at offset 0x%x)", name, start))
	default:
		m.migrateVersion = &v
	}
}

// limited reads a vector's length and compares it with a bound of weft's.
func (m *Module) limited(r *reader, what string, minBytes int, limit uint32) uint32 {
	start := r.pos
	n := r.count(what, minBytes)
	if r.err == nil && n > limit {
		r.failWith(against("Wasm contract contains more than %d %s: %d, at offset 0x%x", limit, what, n, start))
		return 0
	}
	return n
}

func (m *Module) typeSection(r *reader) {
	n := m.limited(r, "types", 3, m.limits.Types)
	m.types = make([]funcType, 0, n)
	for i := uint32(0); i < n && r.err == nil; i++ {
		start := r.pos
		if form := r.byte(); form != 0x60 && r.err == nil {
			r.fail(start, "gc support is not enabled: type form 0x%x. %s", form, remedyGC)
			return
		}
		t := funcType{params: m.valTypes(r)}
		t.results = m.valTypes(r)
		if r.err == nil && uint32(len(t.results)) > m.limits.BlockResults {
			r.failWith(against("Wasm contract contains type with more than %d results: %d, at offset 0x%x", m.limits.BlockResults, len(t.results), start))
		}
		m.types = append(m.types, t)
	}
}

func (m *Module) valTypes(r *reader) []valType {
	n := r.count("value types", 1)
	types := make([]valType, 0, n)
	for i := uint32(0); i < n && r.err == nil; i++ {
		types = append(types, r.valType())
	}
	return types
}

// valType reads one of the four number types.
func (r *reader) valType() valType {
	start := r.pos
	t := valType(r.byte())
	if r.err == nil {
		checkValType(r, t, start)
	}
	return t
}

func (m *Module) importSection(r *reader) {
	n := r.count("imports", 4)
	for i := uint32(0); i < n && r.err == nil; i++ {
		e := importEntry{offset: r.pos}
		e.module = r.name()
		e.name = r.name()
		kindAt := r.pos
		e.kind = r.byte()
		if r.err != nil {
			return
		}
		switch e.kind {
		case kindFunc:
			e.typ = m.typeIndex(r)
			m.funcs = append(m.funcs, e.typ)
			m.importedFuncs++
		case kindTable:
			m.tables = append(m.tables, r.tableType())
			m.importedTables++
		case kindMemory:
			m.memories = append(m.memories, r.memoryType())
			m.importedMemories++
		case kindGlobal:
			m.globals = append(m.globals, r.globalType())
			m.importedGlobals++
		case kindTag:
			r.fail(kindAt, "exceptions support is not enabled: tag import. %s", remedyExceptions)
		default:
			r.fail(kindAt, "malformed import kind: 0x%x", e.kind)
		}
		m.imports = append(m.imports, e)
	}
}

func (m *Module) typeIndex(r *reader) uint32 {
	start := r.pos
	i := r.u32()
	if r.err == nil && uint64(i) >= uint64(len(m.types)) {
		r.fail(start, "unknown type: type index %d out of bounds", i)
		return 0
	}
	return i
}

func (m *Module) functionSection(r *reader) {
	n := r.count("functions", 1)
	for i := uint32(0); i < n && r.err == nil; i++ {
		m.funcs = append(m.funcs, m.typeIndex(r))
	}
}

func (m *Module) tableSection(r *reader) {
	n := r.count("tables", 3)
	for i := uint32(0); i < n && r.err == nil; i++ {
		m.tables = append(m.tables, r.tableType())
	}
}

func (m *Module) memorySection(r *reader) {
	n := r.count("memories", 2)
	for i := uint32(0); i < n && r.err == nil; i++ {
		m.memories = append(m.memories, r.memoryType())
	}
}

func (r *reader) tableType() tableType {
	t := tableType{offset: r.pos}
	start := r.pos
	if elem := valType(r.byte()); elem != funcref && r.err == nil {
		r.fail(start, "reference types support is not enabled: table of %s. %s", elem, remedyReference)
		return t
	}
	t.min, t.max, t.bounded = r.limits(1<<32 - 1)
	return t
}

func (r *reader) memoryType() memoryType {
	t := memoryType{offset: r.pos}
	t.min, _, t.bounded = r.limits(1 << 16)
	return t
}

// limits reads the bounds of a table or memory.
func (r *reader) limits(most uint32) (low, high uint32, bounded bool) {
	start := r.pos
	flags := r.byte()
	if r.err == nil && flags > 1 {
		switch {
		case flags&4 != 0:
			r.fail(start, "memory64 must be enabled for 64-bit memories. %s", remedyMemory64)
		case flags&2 != 0:
			r.fail(start, "threads must be enabled for shared memories. %s", remedyThreads)
		default:
			r.fail(start, "invalid limits flags: 0x%x", flags)
		}
		return 0, 0, false
	}
	low = r.u32()
	if bounded = flags == 1; bounded {
		high = r.u32()
	}
	if r.err != nil {
		return low, high, bounded
	}
	if low > most || high > most {
		r.fail(start, "size of memory or table must be at most %d", most)
	} else if bounded && low > high {
		r.fail(start, "size minimum must not be greater than maximum")
	}
	return low, high, bounded
}

func (r *reader) globalType() globalType {
	g := globalType{typ: r.valType()}
	start := r.pos
	switch b := r.byte(); b {
	case 0:
	case 1:
		g.mutable = true
	default:
		r.fail(start, "malformed mutability: 0x%x", b)
	}
	return g
}

func (m *Module) globalSection(r *reader) {
	n := m.limited(r, "globals", 4, m.limits.Globals)
	for i := uint32(0); i < n && r.err == nil; i++ {
		g := r.globalType()
		m.constExpr(r, g.typ)
		m.globals = append(m.globals, g)
	}
}

func (m *Module) exportSection(r *reader) {
	n := m.limited(r, "exports", 3, m.limits.Exports)
	for i := uint32(0); i < n && r.err == nil; i++ {
		e := exportEntry{offset: r.pos}
		e.name = r.name()
		kindAt := r.pos
		e.kind = r.byte()
		e.index = r.u32()
		if r.err != nil {
			return
		}
		var size int
		switch e.kind {
		case kindFunc:
			size = len(m.funcs)
		case kindTable:
			size = len(m.tables)
		case kindMemory:
			size = len(m.memories)
		case kindGlobal:
			size = len(m.globals)
		case kindTag:
			r.fail(kindAt, "exceptions support is not enabled: tag export. %s", remedyExceptions)
			return
		default:
			r.fail(kindAt, "malformed export kind: 0x%x", e.kind)
			return
		}
		if uint64(e.index) >= uint64(size) {
			r.fail(kindAt, "export %q: index %d out of bounds", e.name, e.index)
			return
		}
		if _, twice := m.exportNames[e.name]; twice {
			r.fail(e.offset, "duplicate export name %q already defined", e.name)
			return
		}
		m.exportNames[e.name] = struct{}{}
		m.exports = append(m.exports, e)
	}
}

func (m *Module) startSection(r *reader) {
	m.startOffset = r.pos
	f := m.funcIndex(r)
	if r.err != nil {
		return
	}
	if t := m.typeOf(int(f)); len(t.params)+len(t.results) > 0 {
		r.fail(m.startOffset, "invalid start function type")
	}
}

func (m *Module) funcIndex(r *reader) uint32 {
	start := r.pos
	i := r.u32()
	if r.err == nil && uint64(i) >= uint64(len(m.funcs)) {
		r.fail(start, "unknown function %d: function index out of bounds", i)
		return 0
	}
	return i
}

// codeSection locates the bodies and reads their local declarations.
func (m *Module) codeSection(r *reader) {
	n := r.count("function bodies", 3)
	for i := uint32(0); i < n && r.err == nil; i++ {
		start := r.pos
		content := r.sub(r.u32())
		if r.err != nil {
			return
		}
		if size := content.left(); uint32(size) > m.limits.BodyBytes {
			r.failWith(against("Wasm contract contains a function body of more than %d bytes: %d, at offset 0x%x. Build with -C opt-level=z and without inlining", m.limits.BodyBytes, size, start))
			return
		}
		b := body{size: span{content.pos, content.end}}
		b.readLocals(&content)
		b.code = span{content.pos, content.end}
		if content.err != nil {
			r.failWith(content.err)
			return
		}
		m.bodies = append(m.bodies, b)
	}
}

// maxLocals is the format's own bound (that of the reference's parser too).
const maxLocals = 50_000

func (b *body) readLocals(r *reader) {
	b.groups = r.count("local declarations", 2)
	b.groupSpan.start = r.pos
	total := uint64(0)
	for i := uint32(0); i < b.groups && r.err == nil; i++ {
		start := r.pos
		g := localGroup{count: r.u32()}
		g.typ = r.valType()
		total += uint64(g.count)
		if r.err == nil && total > maxLocals {
			r.fail(start, "too many locals: locals exceed maximum of %d", maxLocals)
			return
		}
		if g.count > 0 {
			b.locals = append(b.locals, g)
		}
	}
	b.groupSpan.end = r.pos
	b.declared = uint32(total)
}
