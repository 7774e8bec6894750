package rewrite

// This file keeps contracts away from what wazero v1.12.0's compiler does wrongly
// or too slowly, for all architectures alike, because the metered module has to
// be the same everywhere.

// orderedComparison reports whether op compares integers by size. In front of a
// branch the engine fuses such a comparison with an `and` that feeds it when the
// other operand is known to be zero, and gets the operands (amd64) or the carry
// (arm64) wrong. Zeros and results travel through locals, so adjacent bytes do
// not tell which comparisons are concerned.
func orderedComparison(op uint16) bool {
	return op >= opI32LtS && op <= opI32GeU || op >= opI64LtS && op <= opI64GeU
}

// unfuse puts an instruction between a comparison and whatever branches on it:
// the branch then tests this one, and the comparison is computed as a value.
func (w *writer) unfuse() {
	w.code = appendI32Const(w.code, 0)
	w.code = append(w.code, opI32Ne)
}

// remainder writes a rem instruction as a - (a/b)*b: on arm64 the engine may
// overwrite the quotient before it is used. Traps stay: the division traps for
// b = 0 just as rem does. Signed division would also trap for the least number
// and b = -1, where rem gives 0; dividing by 1 instead gives that 0.
func (w *writer) remainder(op uint16) {
	t, shape := i32, remainders[0]
	if op == opI64RemS || op == opI64RemU {
		t, shape = i64, remainders[1]
	}
	a, b := w.scratch(t, 0), w.scratch(t, 1)
	div := shape.divU
	w.code = appendOp(w.code, opLocalSet, b)
	w.code = appendOp(w.code, opLocalSet, a)
	if op == opI32RemS || op == opI64RemS {
		div = shape.divS
		w.code = append(w.code, shape.constant, 1)
		w.code = appendOp(w.code, opLocalGet, b)
		w.code = appendOp(w.code, opLocalGet, b)
		w.code = append(w.code, shape.constant, 0x7f, shape.eq, opSelect) // 0x7f is -1
		w.code = appendOp(w.code, opLocalSet, b)
	}
	w.code = appendOp(w.code, opLocalGet, a)
	w.code = appendOp(w.code, opLocalGet, a)
	w.code = appendOp(w.code, opLocalGet, b)
	w.code = append(w.code, div)
	w.code = appendOp(w.code, opLocalGet, b)
	w.code = append(w.code, shape.mul, shape.sub)
}

var remainders = [2]struct{ constant, eq, divS, divU, mul, sub byte }{
	{opI32Const, opI32Eq, opI32DivS, opI32DivU, opI32Mul, opI32Sub},
	{opI64Const, opI64Eq, opI64DivS, opI64DivU, opI64Mul, opI64Sub},
}

func isRemainder(op uint16) bool {
	return op == opI32RemS || op == opI32RemU || op == opI64RemS || op == opI64RemU
}
