package rewrite

// validator checks one function body after another by simulating the operand
// stack, as the specification's appendix describes it. It keeps its buffers
// from body to body and does not recurse: nesting is a slice.
type validator struct {
	m      *Module
	d      decoder
	stack  []valType
	frames []frame
	locals []valType
	body   *body
	work   uint64 // of all bodies so far
	load   workload
	in     instr
}

// frame is an open block.
type frame struct {
	op              byte // opBlock, opLoop, opIf, opElse; opBlock for the function
	params, results []valType
	height          int  // of the operand stack below its parameters
	dead            bool // after an instruction that never falls through
	flow
}

// labelTypes are the operands that a branch to the frame takes.
func (f *frame) labelTypes() []valType {
	if f.op == opLoop {
		return f.params
	}
	return f.results
}

// validateBodies checks all bodies and records what the rewriter needs of them.
func (m *Module) validateBodies() *RefusedError {
	v := &validator{m: m}
	for i := range m.bodies {
		if err := v.function(m.importedFuncs+i, &m.bodies[i]); err != nil {
			return err
		}
	}
	return nil
}

func (v *validator) function(index int, b *body) *RefusedError {
	t := v.m.typeOf(index)
	v.body = b
	v.stack, v.frames = v.stack[:0], v.frames[:0]
	v.locals = append(v.locals[:0], t.params...)
	for _, g := range b.locals {
		for range g.count {
			v.locals = append(v.locals, g.typ)
		}
	}
	v.d.reader = reader{buf: v.m.code, pos: b.code.start, end: b.code.end}
	v.d.types = v.m.types
	v.load.start(len(v.locals))
	v.enter(opBlock, nil, t.results)
	for len(v.frames) > 0 && v.d.err == nil {
		v.d.next(&v.in)
		if v.d.err == nil {
			v.count(&v.in)
			v.weigh(&v.in)
			v.step(&v.in)
		}
	}
	b.work, b.memory = v.load.work, v.load.memory
	v.work += b.work
	if limit := v.m.limits.CompileWork; v.d.err == nil && v.work > uint64(limit) {
		return against("Wasm contract would take too long to compile: more than %d units of work (function %d has %d branches and ends at offset 0x%x). Build with -C opt-level=z and without inlining", limit, index, b.branches, b.code.end)
	}
	if limit := v.m.limits.BodyMemory; v.d.err == nil && b.memory > uint64(limit) {
		return against("Wasm contract would take too much memory to compile: more than %d bytes (function %d, which ends at offset 0x%x). Build with -C opt-level=z and without inlining", limit, index, b.code.end)
	}
	if v.d.err == nil && v.d.pos != b.code.end {
		v.d.fail(v.d.pos, "operators remaining after end of function")
	}
	return v.d.err
}

// count notes what the rewriter wants to know and adds up the branches of a body.
func (v *validator) count(in *instr) {
	if in.op == opI32And || in.op == opI64And {
		v.body.ands = true
	}
	v.body.price(in, v.m.importedFuncs)
	if !accounting(in.op) {
		return
	}
	v.body.branches++
	if in.op == opBrTable {
		v.body.branches += uint32(len(v.d.targets))
	}
	if limit := v.m.limits.BodyBranches; v.body.branches > limit {
		v.d.failWith(against("Wasm contract contains function with more than %d branches (at offset 0x%x). Build with -C opt-level=z and without inlining", limit, in.start))
	}
}

// fail reports the instruction at hand.
func (v *validator) fail(format string, args ...any) { v.d.fail(v.in.start, format, args...) }

func (v *validator) push(t valType) {
	v.stack = append(v.stack, t)
	if uint32(len(v.stack)) > v.m.limits.OperandHeight {
		v.d.failWith(against("Wasm contract contains function with more than %d operands on the stack, at offset 0x%x", v.m.limits.OperandHeight, v.in.start))
	}
}

func (v *validator) pushAll(types []valType) {
	for _, t := range types {
		v.push(t)
	}
}

// pop takes one operand of type want (anyType for whatever is there).
func (v *validator) pop(want valType) valType {
	f := &v.frames[len(v.frames)-1]
	if len(v.stack) == f.height {
		if !f.dead {
			v.fail("type mismatch: expected %s but nothing on stack", want)
		}
		return want
	}
	got := v.stack[len(v.stack)-1]
	v.stack = v.stack[:len(v.stack)-1]
	if got != want && got != anyType && want != anyType {
		v.fail("type mismatch: expected %s, found %s", want, got)
	}
	if got == anyType {
		return want
	}
	return got
}

func (v *validator) popAll(types []valType) {
	for i := len(types) - 1; i >= 0; i-- {
		v.pop(types[i])
	}
}

func (v *validator) enter(op byte, params, results []valType) {
	if len(v.frames) > int(v.m.limits.Nesting) {
		v.d.failWith(against("Wasm contract contains function with blocks nested deeper than %d, at offset 0x%x", v.m.limits.Nesting, v.in.start))
		return
	}
	v.frames = append(v.frames, frame{op: op, params: params, results: results, height: len(v.stack), flow: v.load.open()})
	v.pushAll(params)
}

// leave closes the innermost block and returns it, its results taken.
func (v *validator) leave() frame {
	f := v.frames[len(v.frames)-1]
	v.popAll(f.results)
	if len(v.stack) != f.height {
		v.fail("type mismatch: values remaining on stack at end of block")
	}
	v.frames = v.frames[:len(v.frames)-1]
	return f
}

// dead marks the rest of the block as never reached.
func (v *validator) dead() {
	f := &v.frames[len(v.frames)-1]
	v.stack = v.stack[:f.height]
	f.dead = true
}

// label returns the frame that a branch of the given depth goes to.
func (v *validator) label(depth uint32) *frame {
	if uint64(depth) >= uint64(len(v.frames)) {
		v.fail("unknown label: branch depth %d too large", depth)
		return nil
	}
	return &v.frames[len(v.frames)-1-int(depth)]
}

// step applies one instruction.
func (v *validator) step(in *instr) {
	if v.d.err != nil {
		return
	}
	if in.info.simple {
		v.simple(in)
		return
	}
	switch in.op {
	case opUnreachable:
		v.dead()
	case opBlock, opLoop, opIf:
		v.open(in)
	case opElse:
		v.elseBranch()
	case opEnd:
		v.end()
	case opBr:
		if l := v.label(in.a); l != nil {
			v.popAll(l.labelTypes())
			v.dead()
		}
	case opBrIf:
		v.pop(i32)
		if l := v.label(in.a); l != nil {
			types := l.labelTypes()
			v.popAll(types)
			v.pushAll(types)
		}
	case opBrTable:
		v.brTable()
	case opReturn:
		v.popAll(v.frames[0].results)
		v.dead()
	case opCall, opCallIndirect:
		v.call(in)
	case opDrop:
		v.pop(anyType)
	case opSelect:
		v.selectOp()
	default:
		v.variable(in)
	}
}

// simple applies an instruction whose types stand in the opcode table.
func (v *validator) simple(in *instr) {
	switch in.info.imm {
	case immMemory:
		if in.a > in.info.align {
			v.fail("alignment must not be larger than natural: 2**%d", in.a)
		}
		v.needMemory()
	case immZero, immMemoryCopy:
		v.needMemory()
	case immMemoryInit:
		v.needMemory()
		if v.m.dataCount == nil {
			v.fail("data count section required")
		} else if in.a >= *v.m.dataCount {
			v.fail("unknown data segment %d", in.a)
		}
	default: // the types are all there is to check
	}
	v.popAll(in.info.in)
	v.pushAll(in.info.out)
}

func (v *validator) needMemory() {
	if len(v.m.memories) == 0 {
		v.fail("unknown memory 0")
	}
}

func (v *validator) open(in *instr) {
	if in.op == opIf {
		v.pop(i32)
	}
	v.popAll(in.block.params)
	v.enter(byte(in.op), in.block.params, in.block.results)
}

func (v *validator) elseBranch() {
	f := v.leave()
	if f.op != opIf {
		v.fail("else found outside of an if block")
		return
	}
	v.enter(opElse, f.params, f.results)
	v.load.resume(&v.frames[len(v.frames)-1], &f)
}

func (v *validator) end() {
	f := v.leave()
	if f.op == opIf && !sameTypes(f.params, f.results) {
		v.fail("type mismatch: if without else must leave the types it takes")
	}
	v.load.close(&f)
	v.pushAll(f.results)
}

func sameTypes(a, b []valType) bool {
	return funcType{params: a}.equal(funcType{params: b})
}

func (v *validator) brTable() {
	v.pop(i32)
	last := v.label(v.d.targets[len(v.d.targets)-1])
	if last == nil {
		return
	}
	arity := len(last.labelTypes())
	for _, t := range v.d.targets {
		l := v.label(t)
		if l == nil {
			return
		}
		types := l.labelTypes()
		if len(types) != arity {
			v.fail("type mismatch: br_table target labels have different number of types")
			return
		}
		v.peekAll(types)
		if v.d.err != nil {
			return
		}
	}
	v.popAll(last.labelTypes())
	v.dead()
}

// peekAll checks the operands on top without taking them.
func (v *validator) peekAll(types []valType) {
	f := &v.frames[len(v.frames)-1]
	for i := range types {
		at := len(v.stack) - 1 - i
		want := types[len(types)-1-i]
		if at < f.height {
			if !f.dead {
				v.fail("type mismatch: expected %s but nothing on stack", want)
			}
			return
		}
		if got := v.stack[at]; got != want && got != anyType {
			v.fail("type mismatch: expected %s, found %s", want, got)
			return
		}
	}
}

func (v *validator) call(in *instr) {
	v.body.calls = true
	var t funcType
	if in.op == opCall {
		if uint64(in.a) >= uint64(len(v.m.funcs)) {
			v.fail("unknown function %d: function index out of bounds", in.a)
			return
		}
		t = v.m.typeOf(int(in.a))
	} else {
		if uint64(in.a) >= uint64(len(v.m.types)) {
			v.fail("unknown type: type index %d out of bounds", in.a)
			return
		}
		if uint64(in.b) >= uint64(len(v.m.tables)) {
			v.fail("unknown table %d: table index out of bounds", in.b)
			return
		}
		t = v.m.types[in.a]
		v.pop(i32)
	}
	v.popAll(t.params)
	v.body.callSlots = max(v.body.callSlots, callSlots(len(v.stack), len(t.params)))
	v.pushAll(t.results)
}

func (v *validator) selectOp() {
	v.pop(i32)
	a := v.pop(anyType)
	b := v.pop(anyType)
	if a != b && a != anyType && b != anyType {
		v.fail("type mismatch: select operands have different types")
		return
	}
	if a == anyType {
		a = b
	}
	v.push(a)
}

func (v *validator) variable(in *instr) {
	if in.info.imm == immGlobal {
		v.global(in)
		return
	}
	if uint64(in.a) >= uint64(len(v.locals)) {
		v.fail("unknown local %d: local index out of bounds", in.a)
		return
	}
	t := v.locals[in.a]
	if in.op != opLocalGet {
		v.pop(t)
	}
	if in.op != opLocalSet {
		v.push(t)
	}
}

func (v *validator) global(in *instr) {
	if uint64(in.a) >= uint64(len(v.m.globals)) {
		v.fail("unknown global: global index out of bounds")
		return
	}
	g := v.m.globals[in.a]
	if in.op == opGlobalGet {
		v.push(g.typ)
		return
	}
	if !g.mutable {
		v.fail("global is immutable: cannot modify it with `global.set`")
		return
	}
	v.pop(g.typ)
}
