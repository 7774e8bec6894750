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
