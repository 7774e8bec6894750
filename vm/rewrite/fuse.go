package rewrite

// This file finds out which ordered comparisons the engine may fuse and get wrong
// (see orderedComparison): those of which one operand can be the result of an
// `and` and the other a constant zero. The engine sees through locals, so does
// this; a value that took any other way counts as such a result.

// fusible reports whether a comparison after w.before may be such a one.
func (w *writer) fusible(b *body) bool {
	second, first := &w.before[0], &w.before[1]
	switch {
	case !b.ands:
		return false
	case neither(second) || second.op == opLocalTee && neither(first):
		return false
	case second.op == opI32Const || second.op == opI64Const || second.op == opLocalGet:
		// It took nothing from the stack, so the first operand is the result of the
		// instruction before it.
		return w.mayBeMasked(second) || w.mayBeMasked(first) && !neither(first)
	}
	return true
}

// neither reports whether an instruction leaves a value that is neither the
// result of an `and` nor a constant zero.
func neither(in *instr) bool {
	switch op := in.op; {
	case op == opI32Const || op == opI64Const:
		return in.n != 0
	case op >= opI32Load && op <= opI64Load32U, op >= opI32Eqz && op < opI32And,
		op == opI32Or, op == opI32Xor, op >= opI64Clz && op < opI64And, op == opI64Or, op == opI64Xor,
		op == opI32WrapI64, op == opI64ExtendS, op == opI64ExtendU:
		return true
	}
	return false
}

// mayBeMasked reports whether what an instruction leaves can be the result of an
// `and`.
func (w *writer) mayBeMasked(in *instr) bool {
	switch in.op {
	case opI32Const, opI64Const:
		return false
	case opLocalGet, opLocalTee:
		return w.masked[in.a]
	case opCall:
		return len(w.m.typeOf(int(in.a)).results) == 0 // then the value is older
	case opCallIndirect:
		return len(w.m.types[in.a].results) == 0
	}
	return !neither(in)
}

// findMasked notes which locals of a body may hold the result of an `and` at any
// time, whatever way the body takes.
func (w *writer) findMasked(b *body) {
	w.masked = w.masked[:0]
	if !b.ands {
		return
	}
	w.masked = append(w.masked, make([]bool, w.firstExtra)...)
	copies := [][2]uint32{} // from a local to another
	d := decoder{reader: w.d.reader, types: w.m.types}
	var before, in instr
	for d.left() > 0 && d.err == nil {
		d.next(&in)
		if in.op == opLocalSet || in.op == opLocalTee {
			switch {
			case before.op == opLocalGet || before.op == opLocalTee:
				copies = append(copies, [2]uint32{before.a, in.a})
			case w.mayBeMasked(&before):
				w.masked[in.a] = true
			}
		}
		before = in
	}
	for changed := true; changed; {
		changed = false
		for _, c := range copies {
			if w.masked[c[0]] && !w.masked[c[1]] {
				w.masked[c[1]], changed = true, true
			}
		}
	}
}
