package rewrite

// constExpr reads a constant expression of the given type and returns its value
// when it is an i32.const; known is false for an imported global.
func (m *Module) constExpr(r *reader, want valType) (value uint32, known bool) {
	start := r.pos
	got := anyType
	switch op := r.byte(); op {
	case opI32Const:
		value, known, got = uint32(r.signed(32)), true, i32
	case opI64Const:
		r.signed(64)
		got = i64
	case opF32Const:
		r.bytes(4)
		got = f32
	case opF64Const:
		r.bytes(8)
		got = f64
	case opGlobalGet:
		i := r.u32()
		if r.err == nil && (uint64(i) >= uint64(m.importedGlobals) || m.globals[i].mutable) {
			r.fail(start, "constant expression required: global.get of a global that is not an imported constant")
			return 0, false
		}
		if r.err == nil {
			got = m.globals[i].typ
		}
	case opRefNull, opRefFunc:
		r.fail(start, "reference types support is not enabled in this constant expression. %s", remedyReference)
	case opEnd:
		r.fail(start, "type mismatch: constant expression without a value")
	default:
		r.fail(start, "constant expression required: non-constant operator 0x%x. %s", op, remedyExtended)
	}
	if r.err != nil {
		return 0, false
	}
	if got != want {
		r.fail(start, "type mismatch: expected %s, found %s", want, got)
		return 0, false
	}
	endAt := r.pos
	if end := r.byte(); end != opEnd && r.err == nil {
		r.fail(endAt, "constant expression of more than one operator. %s", remedyExtended)
	}
	return value, known
}

// elementSection accepts active segments of functions for the table, in each of
// the encodings that compilers write: indices or ref.func expressions.
func (m *Module) elementSection(r *reader) {
	n := m.limited(r, "element segments", 3, m.limits.ElementSegments)
	for i := uint32(0); i < n && r.err == nil; i++ {
		m.elements = append(m.elements, m.elementSegment(r))
	}
}

func (m *Module) elementSegment(r *reader) segment {
	s := segment{offset: r.pos}
	flags := r.u32()
	if r.err == nil && flags > 7 {
		r.fail(s.offset, "invalid flags for element segment: %d", flags)
	}
	if r.err == nil && flags&1 != 0 {
		r.fail(s.offset, "passive and declared element segments are not supported. %s", remedyReference)
	}
	table := uint32(0)
	if flags&2 != 0 {
		table = r.u32()
	}
	if r.err == nil && uint64(table) >= uint64(len(m.tables)) {
		r.fail(s.offset, "unknown table %d: table index out of bounds", table)
	}
	at, known := m.constExpr(r, i32)
	s.at, s.dynamic = at, !known
	expressions := flags&4 != 0
	if flags&2 != 0 {
		m.elementKind(r, expressions)
	}
	minBytes := 1
	if expressions {
		minBytes = 3
	}
	s.count = r.count("elements", minBytes)
	for i := uint32(0); i < s.count && r.err == nil; i++ {
		if expressions {
			m.elementExpr(r)
		} else {
			m.funcIndex(r)
		}
	}
	return s
}

func (m *Module) elementKind(r *reader, expressions bool) {
	start := r.pos
	kind := r.byte()
	want := byte(0) // elemkind: functions
	if expressions {
		want = byte(funcref)
	}
	if kind != want && r.err == nil {
		r.fail(start, "element segment of kind 0x%x is not supported. %s", kind, remedyReference)
	}
}

// elementExpr reads one entry: ref.func x or ref.null func, then end.
func (m *Module) elementExpr(r *reader) {
	start := r.pos
	switch op := r.byte(); op {
	case opRefFunc:
		m.funcIndex(r)
	case opRefNull:
		if t := valType(r.byte()); t != funcref && r.err == nil {
			r.fail(start, "type mismatch: expected funcref, found %s", t)
		}
	default:
		r.fail(start, "element expression with operator 0x%x is not supported", op)
	}
	endAt := r.pos
	if end := r.byte(); end != opEnd && r.err == nil {
		r.fail(endAt, "constant expression of more than one operator. %s", remedyExtended)
	}
}

func (m *Module) dataSection(r *reader) {
	n := m.limited(r, "data segments", 2, m.limits.DataSegments)
	for i := uint32(0); i < n && r.err == nil; i++ {
		m.datas = append(m.datas, m.dataSegment(r))
	}
}

func (m *Module) dataSegment(r *reader) segment {
	s := segment{offset: r.pos}
	flags := r.u32()
	memory := uint32(0)
	switch {
	case r.err != nil:
		return s
	case flags == 1:
		s.passive = true
	case flags == 2:
		memory = r.u32()
	case flags > 2:
		r.fail(s.offset, "invalid flags for data segment: %d", flags)
	}
	if !s.passive {
		if r.err == nil && uint64(memory) >= uint64(len(m.memories)) {
			r.fail(s.offset, "unknown memory %d: memory index out of bounds", memory)
		}
		at, known := m.constExpr(r, i32)
		s.at, s.dynamic = at, !known
	}
	s.count = r.u32()
	r.bytes(s.count)
	return s
}
