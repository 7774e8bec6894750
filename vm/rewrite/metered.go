package rewrite

import "strconv"

// What the metered module exports for the host beside the contract's exports.
const (
	GasGlobal   = "weft.gas"   // i64, remaining VM gas; negative: out of gas, however the call ended
	MarkGlobal  = "weft.mark"  // i64, gas below which the guest makes a short pause; see MarkFor
	DepthGlobal = "weft.depth" // i32, remaining stack budget in bytes; negative after a frame did not fit
	SpareGlobal = "weft.spare" // i64, remaining free excess; see FreeExcess
)

// MarkFor is what MarkGlobal should hold when the guest is entered with some gas
// (not negative). Another value changes the speed only.
func MarkFor(gas int64) int64 { return max(gas-pauseGas, 0) }

// MutableGlobal names the export of the contract's n-th mutable global, counted
// from 0 in file order; there are MutableGlobals of them.
func MutableGlobal(n int) string { return reservedPrefix + "g" + strconv.Itoa(n) }

// MutableGlobals is the number of mutable globals that the contract defines.
func (m *Module) MutableGlobals() int {
	n := 0
	for _, g := range m.globals {
		if g.mutable {
			n++
		}
	}
	return n
}

// writer builds the metered module.
type writer struct {
	m     *Module
	types []funcType // those of the contract, then added ones
	// Indices of the added globals.
	gas, mark, depth, spare uint32
	// Indices of the added functions.
	pauseIndex, growIndex, codeIndex uint32

	// Of the function at hand.
	code       []byte
	d          decoder
	firstExtra uint32    // index of the first added local
	extra      []valType // added locals
	slots      [8]uint32 // index+1 of each kind of added local
	left       uint32    // index of the added local that mirrors the gas
	unsettled  bool      // the mirror has moved since the global was stored
	masked     []bool    // locals that may hold the result of an `and`
	before     [2]instr  // the instructions before the one at hand, the last one first
}

// Metered writes the module that is compiled. Equal modules give equal bytes.
func (m *Module) Metered() ([]byte, error) {
	n := uint32(len(m.globals))
	w := &writer{m: m, types: m.types[:len(m.types):len(m.types)], gas: n, mark: n + 1, depth: n + 2, spare: n + 3}
	w.pauseIndex = uint32(m.importedFuncs + len(m.bodies))
	w.growIndex, w.codeIndex = w.pauseIndex+1, w.pauseIndex+2
	pauseType, growType, codeType := w.typeIndex(funcType{}), w.typeIndex(sig("i:i")), w.typeIndex(sig(":I"))
	bodies, err := w.bodies()
	if err != nil {
		return nil, err
	}
	out := make([]byte, 0, len(m.code)+len(bodies))
	out = append(out, wasmMagic+wasmVersion...)
	out = appendSection(out, secType, w.typeSection())
	out = w.copySection(out, secImport)
	out = appendSection(out, secFunction, w.functionSection(pauseType, growType, codeType))
	out = w.copySection(out, secTable)
	out = appendSection(out, secMemory, w.memorySection())
	out = appendSection(out, secGlobal, w.globalSection())
	out = appendSection(out, secExport, w.exportSection())
	out = w.copySection(out, secElement)
	out = w.copySection(out, secDataCount)
	out = appendSection(out, secCode, bodies)
	return w.copySection(out, secData), nil
}

func (w *writer) copySection(out []byte, id byte) []byte {
	s := w.m.raw[id]
	if s.end == s.start {
		return out
	}
	return appendSection(out, id, w.m.code[s.start:s.end])
}

// vector returns the items of a copied section behind their count.
func (w *writer) vector(id byte) []byte {
	s := w.m.raw[id]
	if s.end == s.start {
		return nil
	}
	r := reader{buf: w.m.code, pos: s.start, end: s.end}
	r.u32()
	return w.m.code[r.pos:s.end]
}

func (w *writer) typeSection() []byte {
	b := appendU32(nil, uint32(len(w.types)))
	for _, t := range w.types {
		b = appendFuncType(b, t)
	}
	return b
}

func (w *writer) functionSection(added ...uint32) []byte {
	b := appendU32(nil, uint32(len(w.m.bodies)+len(added)))
	b = append(b, w.vector(secFunction)...)
	for _, t := range added {
		b = appendU32(b, t)
	}
	return b
}

func (w *writer) memorySection() []byte {
	b := []byte{1, 1}
	b = appendU32(b, w.m.memories[0].min)
	return appendU32(b, w.m.limits.MemoryPages)
}

func (w *writer) globalSection() []byte {
	b := appendU32(nil, w.spare+1)
	b = append(b, w.vector(secGlobal)...)
	b = append(b, byte(i64), 1, opI64Const, 0, opEnd)
	b = append(b, byte(i64), 1, opI64Const, 0, opEnd)
	b = append(b, byte(i32), 1, opI32Const, 0, opEnd)
	b = append(b, byte(i64), 1)
	return append(appendI64Const(b, FreeExcess), opEnd)
}

func (w *writer) exportSection() []byte {
	type export struct {
		name  string
		kind  byte
		index uint32
	}
	added := []export{
		{GasGlobal, kindGlobal, w.gas},
		{MarkGlobal, kindGlobal, w.mark},
		{DepthGlobal, kindGlobal, w.depth},
		{SpareGlobal, kindGlobal, w.spare},
		{CodeFunction, kindFunc, w.codeIndex},
	}
	n := 0
	for i, g := range w.m.globals {
		if g.mutable {
			added = append(added, export{MutableGlobal(n), kindGlobal, uint32(i)})
			n++
		}
	}
	b := appendU32(nil, uint32(len(w.m.exports)+len(added)))
	b = append(b, w.vector(secExport)...)
	for _, e := range added {
		b = appendName(b, e.name)
		b = append(b, e.kind)
		b = appendU32(b, e.index)
	}
	return b
}

func (w *writer) bodies() ([]byte, error) {
	out := appendU32(make([]byte, 0, 2*len(w.m.code)), uint32(len(w.m.bodies))+addedFunctions)
	for i := range w.m.bodies {
		b := &w.m.bodies[i]
		if err := w.function(w.m.typeOf(w.m.importedFuncs+i), b); err != nil {
			return nil, err
		}
		locals := appendU32(nil, b.groups+uint32(len(w.extra)))
		locals = append(locals, w.m.code[b.groupSpan.start:b.groupSpan.end]...)
		for _, t := range w.extra {
			locals = append(locals, 1, byte(t))
		}
		out = appendU32(out, uint32(len(locals)+len(w.code)))
		out = append(out, locals...)
		out = append(out, w.code...)
	}
	for _, body := range [addedFunctions]func() []byte{w.pauseBody, w.growBody, w.codeBody} {
		code := body()
		out = appendU32(out, uint32(len(code))+1)
		out = append(out, 0) // no locals
		out = append(out, code...)
	}
	return out, nil
}

// function writes one body into w.code and its added locals into w.extra.
func (w *writer) function(t funcType, b *body) error {
	w.code, w.slots = w.code[:0], [8]uint32{}
	w.firstExtra = uint32(len(t.params)) + b.declared
	w.left, w.extra = w.firstExtra, append(w.extra[:0], i64)
	w.d.reader = reader{buf: w.m.code, pos: b.code.start, end: b.code.end}
	w.d.types = w.m.types
	w.findMasked(b)
	size := frameSize(len(t.params), b)
	w.enter(b, size, t.results)
	gas := newMeter(b.declared)
	level := uint32(0) // open blocks
	w.before = [2]instr{}
	var in instr
	for w.d.left() > 0 {
		if w.d.next(&in); w.d.err != nil {
			return w.d.err
		}
		fee, block := gas.before(in.op)
		if fee > 0 {
			w.charge(fee)
		}
		if block > 0 {
			w.charge(block)
			if gas.excess > 0 {
				w.chargeExcess(gas.excess)
				gas.excess = 0
			}
		}
		switch in.op {
		case opBlock, opLoop, opIf:
			level++
		case opEnd:
			level--
		}
		w.instruction(&in, b, level)
		w.before = [2]instr{in, w.before[0]}
	}
	w.leave(b, size)
	return nil
}

// enter writes what comes before a body, and opens the block that every way out
// of the function ends in. Labels keep their numbers: the block stands where the
// function's own label was.
func (w *writer) enter(b *body, size uint32, results []valType) {
	w.loadGas()
	w.unsettled = false
	if !b.small {
		w.pause()
	}
	if b.calls {
		w.enterFrame(size)
	}
	w.code = append(w.code, opBlock)
	w.code = w.appendResultType(w.code, results)
}

// leave writes what follows a body. Its last instruction, the end of the
// function, has closed the block of enter.
func (w *writer) leave(b *body, size uint32) {
	w.storeGas()
	if b.calls && !b.small { // in a recursion nobody else goes on with a body on credit
		w.code = appendOp(w.code, opLocalGet, w.left)
		w.trapIfNegative()
	}
	if b.calls {
		w.leaveFrame(size)
	}
	w.code = append(w.code, opEnd)
}

// instruction writes one of the contract's instructions in its safe form. level
// is the number of blocks around it.
func (w *writer) instruction(in *instr, b *body, level uint32) {
	if mayTrap(in.op) {
		w.settle()
	}
	switch in.op {
	case opReturn:
		w.code = appendOp(w.code, opBr, level)
		return
	case opMemoryCopy, opMemoryInit:
		w.takeBytes(gasCopyByte)
	case opMemoryFill:
		w.takeBytes(gasFillByte)
	}
	if isRemainder(in.op) {
		w.remainder(in.op)
		return
	}
	if in.op == opMemoryGrow {
		w.code = appendOp(w.code, opCall, w.growIndex)
		return
	}
	w.copy(in)
	switch t, open := opensNaN(in.op); {
	case in.op == opLoop:
		w.pause()
	case in.op == opCall || in.op == opCallIndirect:
		w.loadGas()
	case open:
		w.canonicalNaN(t)
	case orderedComparison(in.op) && w.fusible(b):
		w.unfuse()
	}
}

// copy writes an instruction as it was, but with every number in its shortest
// form: what was validated here and what the engine reads must not depend on how
// either of them takes a number that is longer than needed.
func (w *writer) copy(in *instr) {
	if in.op > 0xff {
		w.code = append(w.code, prefixMisc)
	}
	w.code = append(w.code, byte(in.op))
	switch in.info.imm {
	case immBlock, immI32, immI64:
		w.code = appendS64(w.code, in.n)
	case immLabel, immFunc, immLocal, immGlobal:
		w.code = appendU32(w.code, in.a)
	case immBrTable:
		w.code = appendU32(w.code, uint32(len(w.d.targets)-1))
		for _, t := range w.d.targets {
			w.code = appendU32(w.code, t)
		}
	case immCallIndirect, immMemory:
		w.code = appendU32(w.code, in.a)
		w.code = appendU32(w.code, in.b)
	case immMemoryInit:
		w.code = appendU32(w.code, in.a)
		w.code = append(w.code, 0)
	case immZero:
		w.code = append(w.code, 0)
	case immMemoryCopy:
		w.code = append(w.code, 0, 0)
	case immF32, immF64:
		w.code = append(w.code, w.m.code[in.start+1:in.end]...)
	case immNone, immRefused: // nothing follows; the check has refused the latter
	}
}

// scratch returns the index of an added local, the n-th (0 or 1) of its type,
// adding it at first use.
func (w *writer) scratch(t valType, n int) uint32 {
	slot := &w.slots[int(i32-t)*2+n]
	if *slot == 0 {
		*slot = w.firstExtra + uint32(len(w.extra)) + 1
		w.extra = append(w.extra, t)
	}
	return *slot - 1
}
