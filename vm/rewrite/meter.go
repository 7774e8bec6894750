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
	excess   uint64 // of the instructions in pending, see excessOf
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
	g.excess += excessOf(op)
	if !accounting(op) {
		g.pending += gasOp
		return fee, 0
	}
	block = g.pending + fee + gasAccounting
	g.pending = 0
	return 0, block
}

// How gas is taken. The reference compares what is left with every charge before
// it takes it. Here a charge only subtracts, from a local variable that mirrors
// the gas global, and what is left may become negative for a while:
//
//   - the global is brought up to date (settle) before every instruction that can
//     trap or leaves the function, so whoever looks at it sees every charge that
//     the reference made up to there;
//   - the host takes a negative number for out of gas wherever it gets to see the
//     gas: when an import is called, when a function returns and after a trap,
//     whatever the trap was;
//   - pause ends a guest without gas in every iteration of a loop and, but for small
//     functions (small.go), at the start of every function, and so does the end of
//     those that call: who waits for one in a deep recursion does not come to the
//     rest of its body. So what a guest does on credit is bounded by the length of
//     the body where the gas ended and of its caller's, and by the small functions
//     that these call; bulk memory, which does much work in one instruction, is not done on credit
//     at all (takeBytes).
//
// What a guest does on credit cannot be seen from outside: only host calls are
// visible, and its memory is dropped with the failed call. So the outcome is the
// reference's, without a branch per charge.

// charge takes c from the gas.
func (w *writer) charge(c uint64) {
	w.code = appendOp(w.code, opLocalGet, w.left)
	w.code = appendI64Const(w.code, int64(c))
	w.code = append(w.code, opI64Sub)
	w.code = appendOp(w.code, opLocalSet, w.left)
	w.unsettled = true
}

// settle brings the gas global up to date.
func (w *writer) settle() {
	if w.unsettled {
		w.storeGas()
		w.unsettled = false
	}
}

func (w *writer) storeGas() {
	w.code = appendOp(w.code, opLocalGet, w.left)
	w.code = appendOp(w.code, opGlobalSet, w.gas)
}

// loadGas follows whatever may have changed the gas global.
func (w *writer) loadGas() {
	w.code = appendOp(w.code, opGlobalGet, w.gas)
	w.code = appendOp(w.code, opLocalSet, w.left)
}

// takeBytes charges price for each of the bytes whose number is the i32 on top
// of the stack, which stays there, and traps if the gas does not suffice. The
// product is below 2^38.
func (w *writer) takeBytes(price int64) {
	length := w.scratch(i32, 0)
	w.code = appendOp(w.code, opLocalSet, length)
	w.code = appendOp(w.code, opLocalGet, w.left)
	w.code = appendOp(w.code, opLocalGet, length)
	w.code = append(w.code, opI64ExtendU)
	w.code = appendI64Const(w.code, price)
	w.code = append(w.code, opI64Mul, opI64Sub)
	w.code = appendOp(w.code, opLocalSet, w.left)
	w.storeGas()
	w.unsettled = false
	w.code = appendOp(w.code, opLocalGet, w.left)
	w.trapIfNegative()
	w.code = appendOp(w.code, opLocalGet, length)
}

// trapIfNegative takes an i64 from the stack.
func (w *writer) trapIfNegative() {
	w.code = appendI64Const(w.code, 0)
	w.code = append(w.code, opI64LtS, opIf, emptyBlock, opUnreachable, opEnd)
}

// pauseGas is how much gas a guest may use without the Go runtime getting a
// chance to stop its thread. A millisecond or two of work; see pause.
const pauseGas = 1 << 30

// pause calls the pause function (see pauseBody) when the gas is below the mark.
// The branch that calls is the second one on purpose: the engine's register
// allocator goes on with the registers of the first, so the usual way keeps its
// values in them.
func (w *writer) pause() {
	w.code = appendOp(w.code, opLocalGet, w.left)
	w.code = appendOp(w.code, opGlobalGet, w.mark)
	w.code = append(w.code, opI64GeS, opIf, emptyBlock, opElse)
	if w.unsettled { // and stays so: the usual way does not come by here
		w.storeGas()
	}
	w.code = appendOp(w.code, opCall, w.pauseIndex)
	w.code = append(w.code, opEnd)
}

// pauseBody is the function that pause calls. It traps when the gas is used up.
// Otherwise it sets the mark pauseGas lower, but not below 0, and asks for no
// more memory: for that the engine leaves the machine code, and only out of it
// can the Go runtime stop the thread. Without it a contract that computes for
// seconds would hold up the garbage collector and with it the whole process.
func (w *writer) pauseBody() []byte {
	w.code = w.code[:0]
	w.code = appendOp(w.code, opGlobalGet, w.gas)
	w.trapIfNegative()
	lowered := func() {
		w.code = appendOp(w.code, opGlobalGet, w.gas)
		w.code = appendI64Const(w.code, pauseGas)
		w.code = append(w.code, opI64Sub)
	}
	lowered()
	w.code = appendI64Const(w.code, 0)
	lowered()
	w.code = appendI64Const(w.code, 0)
	w.code = append(w.code, opI64GeS, opSelect)
	w.code = appendOp(w.code, opGlobalSet, w.mark)
	w.code = appendI32Const(w.code, 0)
	w.code = append(w.code, opMemoryGrow, 0, opDrop, opEnd)
	return w.code
}

// mayTrap reports whether op can end the guest or lets somebody else see or use
// the gas.
func mayTrap(op uint16) bool {
	switch op {
	case opUnreachable, opCall, opCallIndirect, opMemoryCopy, opMemoryFill, opMemoryInit:
		return true
	}
	return op >= opI32Load && op <= opI64Store32 ||
		op >= opI32DivS && op <= opI32RemU || op >= opI64DivS && op <= opI64RemU ||
		op >= opI32TruncF32S && op <= opI32TruncF64U || op >= opI64TruncF32S && op <= opI64TruncF64U
}
