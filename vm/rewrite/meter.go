package rewrite

// Gas per instruction and byte, in VM gas (10^12 a second). The first three are
// wasmvm 3.0.7's; bulk memory, which wasmvm refuses, is priced by bytes.
const (
	gasOp         = 115        // every instruction but
	gasAccounting = gasOp * 14 // those that branch or join
	gasLocal      = gasOp      // each declared local past freeLocals, once per call
	gasCopyByte   = 40         // memory.copy and memory.init
	gasFillByte   = 10         // memory.fill

	freeLocals = 29
)

// accounting reports whether gas of the instructions so far is charged before
// op. Note that block is not one of them.
func accounting(op uint16) bool {
	switch op {
	case opLoop, opIf, opElse, opEnd, opBr, opBrIf, opBrTable, opCall, opCallIndirect, opReturn:
		return true
	}
	return false
}

// meter sums the gas of a function's instructions in the order of the text,
// dead code included, as the reference's one-pass algorithm does.
type meter struct {
	pending  uint64
	localFee uint64 // not yet charged
}

func newMeter(declaredLocals uint32) meter {
	if declaredLocals <= freeLocals {
		return meter{}
	}
	return meter{localFee: uint64(declaredLocals-freeLocals) * gasLocal}
}

// before returns what is to be charged ahead of op: first on its own when the
// fee for locals meets an ordinary instruction, then for the block that op ends.
// Zero means no charge.
func (g *meter) before(op uint16) (fee, block uint64) {
	fee, g.localFee = g.localFee, 0
	if !accounting(op) {
		g.pending += gasOp
		return fee, 0
	}
	block = g.pending + fee + gasAccounting
	g.pending = 0
	return 0, block
}

// charge writes check(c): out of gas sets the flag and traps, else the amount
// is taken. c is never zero, so the comparison is none that the engine
// miscompiles.
func (w *writer) charge(c uint64) {
	w.take(func() { w.code = appendI64Const(w.code, int64(c)) })
}

// chargeBytes charges price for each of the bytes whose number is the i32 on
// top of the stack, which stays there. The product is below 2^38.
func (w *writer) chargeBytes(price int64) {
	length := w.scratch(i32, 0)
	w.code = appendOp(w.code, opLocalSet, length)
	w.take(func() {
		w.code = appendOp(w.code, opLocalGet, length)
		w.code = append(w.code, opI64ExtendU)
		w.code = appendI64Const(w.code, price)
		w.code = append(w.code, opI64Mul)
	})
	w.code = appendOp(w.code, opLocalGet, length)
}

// take subtracts the amount that push leaves on the stack from the gas. When
// the gas does not suffice, it sets the flag, traps, and leaves the gas alone.
func (w *writer) take(push func()) {
	w.code = appendOp(w.code, opGlobalGet, w.gas)
	push()
	w.code = append(w.code, opI64LtU)
	if w.flat {
		w.trapIf()
	} else {
		w.code = append(w.code, opIf, emptyBlock)
		w.code = appendI32Const(w.code, 1)
		w.code = appendOp(w.code, opGlobalSet, w.exhausted)
		w.code = append(w.code, opUnreachable, opEnd)
	}
	w.code = appendOp(w.code, opGlobalGet, w.gas)
	push()
	w.code = append(w.code, opI64Sub)
	w.code = appendOp(w.code, opGlobalSet, w.gas)
}

// trapIf stores the condition on top of the stack as the flag and divides by
// its opposite, which traps when it holds. It needs no branch.
func (w *writer) trapIf() {
	short := w.scratch(i32, 1)
	w.code = appendOp(w.code, opLocalTee, short)
	w.code = appendOp(w.code, opGlobalSet, w.exhausted)
	w.code = appendI32Const(w.code, 1)
	w.code = appendOp(w.code, opLocalGet, short)
	w.code = append(w.code, opI32Eqz, opI32DivU, opDrop)
}
