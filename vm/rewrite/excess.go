package rewrite

// The reference asks 115 gas for every instruction that does not branch: 0.1 ns at
// its nominal 10^12 gas a second. A square root takes a hundred times as long. A
// contract that does nothing else would hold a block for minutes, and its price
// cannot change without changing the gas of contracts that are harmless.
//
// So a call has FreeExcess: time, in VM gas, that such instructions may take
// beyond their price. What public contracts do in one call stays far below it, and
// their gas is the reference's. Whoever uses it up pays what the instructions are
// worth from there on.

// FreeExcess is what SpareGlobal should hold when the guest is entered: two
// milliseconds, some 700,000 divisions.
const FreeExcess = 2_000_000_000

// excessOf is what an instruction costs in time beyond its price, in VM gas,
// rounded. 0 for those within some nanoseconds: there the mix evens it out.
func excessOf(op uint16) uint64 {
	switch op {
	case opF32Sqrt, opF64Sqrt, opMemoryGrow, opMemoryCopy, opMemoryInit, opMemoryFill:
		return 8_000
	case opF32Div, opF64Div:
		return 4_000
	case opI64DivS, opI64DivU, opI64RemS, opI64RemU:
		return 3_000
	case opI32DivS, opI32DivU, opI32RemS, opI32RemU:
		return 2_000
	}
	if _, open := opensNaN(op); open {
		return 1_000
	}
	return 0
}

// chargeExcess takes excess from what is free, and from the gas once nothing is
// free any more. It needs no branch.
func (w *writer) chargeExcess(excess uint64) {
	spare := w.scratch(i64, 0)
	w.code = appendOp(w.code, opGlobalGet, w.spare)
	w.code = appendI64Const(w.code, int64(excess))
	w.code = append(w.code, opI64Sub)
	w.code = appendOp(w.code, opLocalTee, spare)
	w.code = appendOp(w.code, opGlobalSet, w.spare)
	w.code = appendOp(w.code, opLocalGet, w.left)
	w.code = appendOp(w.code, opLocalGet, spare)
	w.code = appendI64Const(w.code, 63)
	w.code = append(w.code, opI64ShrS) // all bits of a negative number, none of another
	w.code = appendI64Const(w.code, int64(excess))
	w.code = append(w.code, opI64And, opI64Sub)
	w.code = appendOp(w.code, opLocalSet, w.left)
}

// growBody is the function that takes the place of memory.grow, whose price is
// that of an addition and for which the engine leaves the machine code. Only what
// really grows the memory does so here, and that is bounded by the limit; a call
// that does not is a slow instruction like others.
func (w *writer) growBody() []byte {
	w.code = append(w.code[:0], opLocalGet, 0, opI32Eqz, opIf, byte(i32), opMemorySize, 0, opElse)
	w.code = append(w.code, opLocalGet, 0)
	w.code = appendI32Const(w.code, int32(w.m.limits.MemoryPages))
	w.code = append(w.code, opMemorySize, 0, opI32Sub, opI32GtU, opIf, byte(i32))
	w.code = appendI32Const(w.code, -1)
	return append(w.code, opElse, opLocalGet, 0, opMemoryGrow, 0, opEnd, opEnd, opEnd)
}
