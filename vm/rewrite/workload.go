package rewrite

import "math/bits"

// This file estimates what compiling a body costs the engine (wazero v1.12.0), and
// how much memory it takes meanwhile. A unit of work takes up to 16 ns of a 2.8 GHz
// core, and 5 ns in what compilers of Rust and Go make.
// Most of the engine's work is linear, but some of its passes are not:
//
//   - it finds what a local holds by walking back through the blocks, one by one,
//     up to the last place where ways meet;
//   - where ways meet it looks at every local on each way, and each that was set
//     on one of them becomes a parameter, passed along each way;
//   - it finds out what dominates what by walking up the dominator tree from each
//     edge, to the block where the ways parted and to the entry;
//   - it keeps a list of the operands that are alive for each block;
//   - code that may trap has an exit of its own.
//
// The walks below are never shorter than the engine's. Weights come from the
// shapes in bomb_shapes_test.go, the dearest per unit of each term.
const (
	workPerStep     = 1   // of a walk up the whole dominator tree
	workPerDistance = 6   // block between where ways part and where they meet
	workPerOperand  = 4   // operand that is alive in a block
	workPerLookup   = 6   // block walked through in search of what a local holds
	workPerJoin     = 130 // local, where ways meet
	workPerReturn   = 260 // local, for each way back to a loop
	workPerArgument = 190 // value passed along a way
	workPerFunction = 2_000
	workPerBulk     = 1 // of 16 parts; times the square of the number of bulk instructions so far

	bytesPerOperand  = 24
	bytesPerJoin     = 400
	bytesPerReturn   = 1_200
	bytesPerArgument = 850
)

// workload adds up the cost of the body at hand.
type workload struct {
	work   uint64
	memory uint64 // bytes
	blocks uint64 // of the engine, so far
	chain  uint64 // of them since the last one where ways meet
	locals uint64
	bulk   uint64   // memory.copy, memory.fill and memory.init so far: the engine's time for them is cubic
	words  int      // of a set of locals
	sets   []uint64 // for each open frame the locals set in it, words long
}

// flow is what the estimate knows of an open frame.
type flow struct {
	opened uint64 // blocks before it
	chain  uint64 // when it was opened
	ways   uint64 // branches to its label, and the end of its first arm
}

func (l *workload) start(locals int) {
	*l = workload{work: workPerFunction, locals: uint64(locals) + 1, words: (locals + 63) / 64, sets: l.sets[:0]} // one mirrors the gas
}

func (l *workload) open() flow {
	for range l.words {
		l.sets = append(l.sets, 0)
	}
	return flow{opened: l.blocks, chain: l.chain}
}

// resume begins the other arm of an if, whose first arm was f.
func (l *workload) resume(other, f *frame) {
	l.sets = l.sets[:len(l.sets)-l.words] // both arms share one set
	other.flow = f.flow
	other.ways += f.falls()
	l.chain = f.chain + 1
}

// falls is 1 if the end of a frame can be reached from what is before it.
func (f *frame) falls() uint64 {
	if f.dead {
		return 0
	}
	return 1
}

// close ends the innermost frame. Its locals count for the one around it.
func (l *workload) close(f *frame) {
	inner := l.sets[len(l.sets)-l.words:]
	l.sets = l.sets[:len(l.sets)-l.words]
	values := uint64(len(f.results)) + 1
	for i, s := range inner {
		values += uint64(bits.OnesCount64(s))
		if len(l.sets) > 0 {
			l.sets[len(l.sets)-l.words+i] |= s
		}
	}
	ways := f.ways + f.falls()
	if f.op == opIf {
		ways++ // past the only arm
	}
	switch {
	case f.op == opLoop && f.ways > 0: // at its head
		l.join(f.ways, values)
		l.work += workPerReturn * f.ways * l.locals
		l.memory += bytesPerReturn * f.ways * l.locals
	case f.op != opLoop && ways > 1:
		l.join(ways, values)
		l.chain = 0
	default:
		l.chain = max(l.chain, f.chain)
	}
}

// join notes ways that meet, with values to be passed along each.
func (l *workload) join(ways, values uint64) {
	l.work += workPerJoin*l.locals + workPerArgument*ways*values
	l.memory += bytesPerJoin*l.locals + bytesPerArgument*ways*values
}

// way notes a branch to a frame.
func (l *workload) way(f *frame) {
	f.ways++
	l.work += workPerDistance*(l.blocks-f.opened) + workPerLookup*l.chain*l.locals
}

// block notes that the engine begins n blocks, with operands on the stack.
func (l *workload) block(n uint64, operands int) {
	l.blocks += n
	l.chain += n
	l.work += n * (workPerStep*l.blocks + workPerOperand*uint64(operands))
	l.memory += n * bytesPerOperand * uint64(operands)
}

// weigh adds the cost of an instruction. It comes before step, and an index may
// still be one that step refuses.
func (v *validator) weigh(in *instr) {
	l := &v.load
	w := weightOf(in.op)
	l.work += uint64(w.work)
	l.memory += uint64(w.bytes)
	if in.info.usesMemory() { // where it begins and ends are looked up like locals
		l.work += 2 * workPerLookup * l.chain
	}
	switch in.op {
	case opLocalGet:
		l.work += workPerLookup * l.chain
	case opLocalSet, opLocalTee:
		if i := int(in.a); i < l.words*64 {
			l.sets[len(l.sets)-l.words+i/64] |= 1 << (i % 64)
		}
	case opBr, opBrIf:
		v.branch(in.a)
		l.block(1, len(v.stack))
	case opBrTable:
		for _, t := range v.d.targets {
			v.branch(t)
		}
		n := uint64(len(v.d.targets))
		l.block(n, len(v.stack))
		l.chain -= n - 1 // they are side by side
	case opReturn:
		v.branch(uint32(len(v.frames) - 1))
	case opIf, opElse, opEnd:
		l.block(1, len(v.stack))
	case opLoop:
		l.block(5, len(v.stack)) // with the pause
		l.chain = 0
	case opMemoryCopy, opMemoryFill, opMemoryInit:
		l.block(2, len(v.stack)) // with the check of the gas
		l.bulk++
		l.work += workPerBulk * l.bulk * l.bulk / 16
	}
}

func (i *opInfo) usesMemory() bool {
	return i.imm == immMemory || i.imm == immMemoryInit || i.imm == immMemoryCopy || i.imm == immZero
}

func (v *validator) branch(depth uint32) {
	if uint64(depth) < uint64(len(v.frames)) {
		v.load.way(&v.frames[len(v.frames)-1-int(depth)])
	}
}

// weight is what one instruction costs, with what the rewriter adds to it.
type weight struct{ work, bytes uint16 }

func weightOf(op uint16) weight {
	switch {
	case op == opCall:
		return weight{1_000, 3_000}
	case op == opCallIndirect:
		return weight{4_000, 16_000}
	case op >= opI32Load && op <= opI64Store32:
		return weight{1_200, 5_000}
	case isRemainder(op):
		return weight{2_000, 11_000}
	case op >= opI32DivS && op <= opI32RemU || op >= opI64DivS && op <= opI64RemU:
		return weight{1_000, 6_000}
	case op >= opI32TruncF32S && op <= opI32TruncF64U || op >= opI64TruncF32S && op <= opI64TruncF64U:
		return weight{2_000, 11_000}
	case op == opMemoryCopy || op == opMemoryFill || op == opMemoryInit:
		return weight{6_000, 30_000}
	case op == opMemoryGrow:
		return weight{500, 3_000}
	case accounting(op):
		return weight{150, 1_000}
	}
	if _, open := opensNaN(op); open {
		return weight{130, 800}
	}
	return weight{40, 400}
}
