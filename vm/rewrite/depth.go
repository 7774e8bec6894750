package rewrite

// StackBudget is what DepthGlobal holds before the host enters a contract, in
// bytes of an imagined stack. The frame sizes below are those of wasmvm 3.0.7's
// native code on its stack of 1 MiB, found by recursions of many shapes
// (vm/conformance, TestRecursion), or up to 10 % less: what runs there runs here.
const StackBudget = 1_048_576

const (
	frameBytes   = 48 // of every frame
	slotBytes    = 8  // of each parameter, local and slot of its calls
	frameAlign   = 16 // to which a frame is rounded up
	registerArgs = 5  // arguments of a call that take no slots
)

// frameSize is what a call of the function takes from the stack budget. Only
// what the contract wrote counts, not what the rewriter adds.
func frameSize(params int, b *body) uint32 {
	size := frameBytes + slotBytes*(uint32(params)+b.declared+b.callSlots)
	return (size + frameAlign - 1) / frameAlign * frameAlign
}

// callSlots is what a frame holds during a call with some arguments: what lies on
// the stack below them, the arguments beyond those in registers (once saved, once
// pushed), and one more.
func callSlots(below, args int) uint32 {
	return uint32(below + 2*max(args-registerArgs, 0) + 1)
}

// enterFrame takes the frame from the stack budget and traps when the budget is
// negative then; it stays negative, which tells the host what trap it was.
func (w *writer) enterFrame(size uint32) {
	w.code = appendOp(w.code, opGlobalGet, w.depth)
	w.code = appendI32Const(w.code, int32(size))
	w.code = append(w.code, opI32Sub)
	w.code = appendOp(w.code, opGlobalSet, w.depth)
	w.code = appendOp(w.code, opGlobalGet, w.depth)
	w.code = appendI32Const(w.code, 0)
	w.code = append(w.code, opI32LtS, opIf, emptyBlock, opUnreachable, opEnd)
}

// leaveFrame gives the frame back.
func (w *writer) leaveFrame(size uint32) {
	w.code = appendOp(w.code, opGlobalGet, w.depth)
	w.code = appendI32Const(w.code, int32(size))
	w.code = append(w.code, opI32Add)
	w.code = appendOp(w.code, opGlobalSet, w.depth)
}

// appendResultType writes the type of a block that takes nothing and leaves
// results, adding a function type when the short forms do not do.
func (w *writer) appendResultType(b []byte, results []valType) []byte {
	switch len(results) {
	case 0:
		return append(b, emptyBlock)
	case 1:
		return append(b, byte(results[0]))
	}
	return appendS64(b, int64(w.typeIndex(funcType{results: results})))
}

// typeIndex finds a function type or adds it.
func (w *writer) typeIndex(want funcType) uint32 {
	for i, t := range w.types {
		if t.equal(want) {
			return uint32(i)
		}
	}
	w.types = append(w.types, want)
	return uint32(len(w.types) - 1)
}
