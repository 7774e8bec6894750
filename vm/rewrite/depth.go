package rewrite

// StackBudget is what DepthGlobal holds before the host enters a contract, in
// bytes of an imagined stack. The frame sizes below end a recursion close to
// where wasmvm 3.0.7's native stack of 1 MiB ends it.
const StackBudget = 1_048_576

const (
	frameBytes = 64 // of every frame
	slotBytes  = 8  // of each parameter, local and operand
)

// frameSize is what a call of the function takes from the stack budget. Only
// what the contract wrote counts, not what the rewriter adds.
func frameSize(params int, b *body) uint32 {
	return frameBytes + slotBytes*(uint32(params)+b.declared+uint32(b.height))
}

// enterFrame sets DepthGlobal to -1 and traps when the frame does not fit, else
// takes it, and opens the block that every way out of the function ends in.
// Labels keep their numbers: the block stands where the function's own label was.
func (w *writer) enterFrame(size uint32, results []valType) {
	w.code = appendOp(w.code, opGlobalGet, w.depth)
	w.code = appendI32Const(w.code, int32(size))
	w.code = append(w.code, opI32LtU, opIf, emptyBlock)
	w.code = appendI32Const(w.code, -1) // tells the host which trap it was
	w.code = appendOp(w.code, opGlobalSet, w.depth)
	w.code = append(w.code, opUnreachable, opEnd)
	w.code = appendOp(w.code, opGlobalGet, w.depth)
	w.code = appendI32Const(w.code, int32(size))
	w.code = append(w.code, opI32Sub)
	w.code = appendOp(w.code, opGlobalSet, w.depth)
	w.code = append(w.code, opBlock)
	w.code = w.appendResultType(w.code, results)
}

// leaveFrame closes the block and gives the frame back.
func (w *writer) leaveFrame(size uint32) {
	w.code = append(w.code, opEnd)
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
	want := funcType{results: results}
	for i, t := range w.types {
		if t.equal(want) {
			return appendS64(b, int64(i))
		}
	}
	w.types = append(w.types, want)
	return appendS64(b, int64(len(w.types)-1))
}
