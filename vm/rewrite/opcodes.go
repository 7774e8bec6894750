package rewrite

// valType is a value type as the binary format writes it. anyType stands for
// the unknown operand below an instruction that never falls through.
type valType byte

const (
	anyType   valType = 0
	i32       valType = 0x7f
	i64       valType = 0x7e
	f32       valType = 0x7d
	f64       valType = 0x7c
	v128      valType = 0x7b
	funcref   valType = 0x70
	externref valType = 0x6f
)

func (t valType) String() string {
	switch t {
	case anyType:
		return "any"
	case i32:
		return "i32"
	case i64:
		return "i64"
	case f32:
		return "f32"
	case f64:
		return "f64"
	case v128:
		return "v128"
	case funcref:
		return "funcref"
	case externref:
		return "externref"
	}
	return "unknown"
}

// Opcodes that the code names. Those with prefix 0xfc are 0xfc00 + number.
const (
	opUnreachable  = 0x00
	opNop          = 0x01
	opBlock        = 0x02
	opLoop         = 0x03
	opIf           = 0x04
	opElse         = 0x05
	opEnd          = 0x0b
	opBr           = 0x0c
	opBrIf         = 0x0d
	opBrTable      = 0x0e
	opReturn       = 0x0f
	opCall         = 0x10
	opCallIndirect = 0x11
	opDrop         = 0x1a
	opSelect       = 0x1b
	opLocalGet     = 0x20
	opLocalSet     = 0x21
	opLocalTee     = 0x22
	opGlobalGet    = 0x23
	opGlobalSet    = 0x24
	opI32Load      = 0x28
	opI64Load32U   = 0x35
	opI64Store32   = 0x3e
	opMemorySize   = 0x3f
	opMemoryGrow   = 0x40
	opI32Const     = 0x41
	opI64Const     = 0x42
	opF32Const     = 0x43
	opF64Const     = 0x44
	opI32Eqz       = 0x45
	opI32Eq        = 0x46
	opI32Ne        = 0x47
	opI32LtS       = 0x48
	opI32LtU       = 0x49
	opI32GtU       = 0x4b
	opI32GeU       = 0x4f
	opI64Eq        = 0x51
	opI64LtS       = 0x53
	opI64LtU       = 0x54
	opI64GeS       = 0x59
	opI64GeU       = 0x5a
	opF32Eq        = 0x5b
	opF64Eq        = 0x61
	opI32Add       = 0x6a
	opI32Sub       = 0x6b
	opI32Mul       = 0x6c
	opI32DivS      = 0x6d
	opI32DivU      = 0x6e
	opI32RemS      = 0x6f
	opI32RemU      = 0x70
	opI32And       = 0x71
	opI32Or        = 0x72
	opI32Xor       = 0x73
	opI64Clz       = 0x79
	opI64Sub       = 0x7d
	opI64Mul       = 0x7e
	opI64DivS      = 0x7f
	opI64DivU      = 0x80
	opI64RemS      = 0x81
	opI64RemU      = 0x82
	opI64And       = 0x83
	opI64Or        = 0x84
	opI64Xor       = 0x85
	opI64ShrS      = 0x87
	opF32Ceil      = 0x8d
	opF32Sqrt      = 0x91
	opF32Div       = 0x95
	opF32Max       = 0x97
	opF64Ceil      = 0x9b
	opF64Sqrt      = 0x9f
	opF64Div       = 0xa3
	opF64Max       = 0xa5
	opI32WrapI64   = 0xa7
	opI32TruncF32S = 0xa8
	opI32TruncF64U = 0xab
	opI64ExtendS   = 0xac
	opI64ExtendU   = 0xad
	opI64TruncF32S = 0xae
	opI64TruncF64U = 0xb1
	opRefNull      = 0xd0
	opRefFunc      = 0xd2
	opMemoryInit   = 0xfc08
	opDataDrop     = 0xfc09
	opMemoryCopy   = 0xfc0a
	opMemoryFill   = 0xfc0b

	prefixMisc   = 0xfc
	prefixSIMD   = 0xfd
	prefixAtomic = 0xfe

	emptyBlock = 0x40
)

// immediate says what follows an opcode.
type immediate byte

const (
	immRefused immediate = iota // not an instruction that weft runs
	immNone
	immBlock
	immLabel
	immBrTable
	immFunc
	immCallIndirect
	immLocal
	immGlobal
	immMemory // alignment and offset
	immZero   // one reserved zero byte
	immI32
	immI64
	immF32
	immF64
	immMemoryInit
	immMemoryCopy
)

// opInfo describes an opcode. in and out are set for the instructions whose
// operand types do not depend on their place; simple says so.
type opInfo struct {
	name   string
	imm    immediate
	simple bool
	in     []valType
	out    []valType
	align  uint32 // largest allowed alignment exponent, for immMemory
}

// ops and miscOps are the instructions weft runs: the first version of
// WebAssembly, sign extension, saturating conversions, and of bulk memory the
// ones that leave the instance's segments as they are.
var ops, miscOps = buildOps()

func buildOps() ([256]opInfo, [18]opInfo) {
	var t [256]opInfo
	//weft:sorted each entry fills its own place of the table
	for op, i := range map[byte]opInfo{
		opUnreachable: {name: "unreachable", imm: immNone}, opNop: {name: "nop", imm: immNone, simple: true},
		opBlock: {name: "block", imm: immBlock}, opLoop: {name: "loop", imm: immBlock}, opIf: {name: "if", imm: immBlock},
		opElse: {name: "else", imm: immNone}, opEnd: {name: "end", imm: immNone},
		opBr: {name: "br", imm: immLabel}, opBrIf: {name: "br_if", imm: immLabel}, opBrTable: {name: "br_table", imm: immBrTable},
		opReturn: {name: "return", imm: immNone}, opCall: {name: "call", imm: immFunc},
		opCallIndirect: {name: "call_indirect", imm: immCallIndirect},
		opDrop:         {name: "drop", imm: immNone}, opSelect: {name: "select", imm: immNone},
		opLocalGet: {name: "local.get", imm: immLocal}, opLocalSet: {name: "local.set", imm: immLocal}, opLocalTee: {name: "local.tee", imm: immLocal},
		opGlobalGet: {name: "global.get", imm: immGlobal}, opGlobalSet: {name: "global.set", imm: immGlobal},
		0x3f:       {name: "memory.size", imm: immZero, simple: true, out: []valType{i32}},
		0x40:       {name: "memory.grow", imm: immZero, simple: true, in: []valType{i32}, out: []valType{i32}},
		opI32Const: {name: "i32.const", imm: immI32, simple: true, out: []valType{i32}},
		opI64Const: {name: "i64.const", imm: immI64, simple: true, out: []valType{i64}},
		opF32Const: {name: "f32.const", imm: immF32, simple: true, out: []valType{f32}},
		opF64Const: {name: "f64.const", imm: immF64, simple: true, out: []valType{f64}},
	} {
		t[op] = i
	}
	for i, m := range memoryOps {
		o := opInfo{name: m.name, imm: immMemory, simple: true, in: []valType{i32}, out: []valType{m.typ}, align: m.align}
		if i >= firstStore {
			o.in, o.out = []valType{i32, m.typ}, nil
		}
		t[0x28+i] = o
	}
	for _, run := range numericOps {
		for i, name := range run.names {
			t[int(run.first)+i] = opInfo{name: name, imm: immNone, simple: true, in: run.in, out: []valType{run.out}}
		}
	}
	var misc [18]opInfo
	for i, c := range saturatingOps {
		misc[i] = opInfo{name: c.name, imm: immNone, simple: true, in: []valType{c.in}, out: []valType{c.out}}
	}
	three := []valType{i32, i32, i32}
	misc[opMemoryInit&0xff] = opInfo{name: "memory.init", imm: immMemoryInit, simple: true, in: three}
	misc[opMemoryCopy&0xff] = opInfo{name: "memory.copy", imm: immMemoryCopy, simple: true, in: three}
	misc[opMemoryFill&0xff] = opInfo{name: "memory.fill", imm: immZero, simple: true, in: three}
	return t, misc
}

// memoryOps are the loads and stores from opcode 0x28 on.
var memoryOps = []struct {
	name  string
	typ   valType
	align uint32
}{
	{"i32.load", i32, 2},
	{"i64.load", i64, 3},
	{"f32.load", f32, 2},
	{"f64.load", f64, 3},
	{"i32.load8_s", i32, 0},
	{"i32.load8_u", i32, 0},
	{"i32.load16_s", i32, 1},
	{"i32.load16_u", i32, 1},
	{"i64.load8_s", i64, 0},
	{"i64.load8_u", i64, 0},
	{"i64.load16_s", i64, 1},
	{"i64.load16_u", i64, 1},
	{"i64.load32_s", i64, 2},
	{"i64.load32_u", i64, 2},
	{"i32.store", i32, 2},
	{"i64.store", i64, 3},
	{"f32.store", f32, 2},
	{"f64.store", f64, 3},
	{"i32.store8", i32, 0},
	{"i32.store16", i32, 1},
	{"i64.store8", i64, 0},
	{"i64.store16", i64, 1},
	{"i64.store32", i64, 2},
}

const firstStore = 14

// numericOps are the runs of opcodes that share a signature.
var numericOps = []struct {
	first byte
	in    []valType
	out   valType
	names []string
}{
	{0x45, []valType{i32}, i32, []string{"i32.eqz"}},
	{0x46, []valType{i32, i32}, i32, []string{"i32.eq", "i32.ne", "i32.lt_s", "i32.lt_u", "i32.gt_s", "i32.gt_u", "i32.le_s", "i32.le_u", "i32.ge_s", "i32.ge_u"}},
	{0x50, []valType{i64}, i32, []string{"i64.eqz"}},
	{0x51, []valType{i64, i64}, i32, []string{"i64.eq", "i64.ne", "i64.lt_s", "i64.lt_u", "i64.gt_s", "i64.gt_u", "i64.le_s", "i64.le_u", "i64.ge_s", "i64.ge_u"}},
	{0x5b, []valType{f32, f32}, i32, []string{"f32.eq", "f32.ne", "f32.lt", "f32.gt", "f32.le", "f32.ge"}},
	{0x61, []valType{f64, f64}, i32, []string{"f64.eq", "f64.ne", "f64.lt", "f64.gt", "f64.le", "f64.ge"}},
	{0x67, []valType{i32}, i32, []string{"i32.clz", "i32.ctz", "i32.popcnt"}},
	{0x6a, []valType{i32, i32}, i32, []string{"i32.add", "i32.sub", "i32.mul", "i32.div_s", "i32.div_u", "i32.rem_s", "i32.rem_u", "i32.and", "i32.or", "i32.xor", "i32.shl", "i32.shr_s", "i32.shr_u", "i32.rotl", "i32.rotr"}},
	{0x79, []valType{i64}, i64, []string{"i64.clz", "i64.ctz", "i64.popcnt"}},
	{0x7c, []valType{i64, i64}, i64, []string{"i64.add", "i64.sub", "i64.mul", "i64.div_s", "i64.div_u", "i64.rem_s", "i64.rem_u", "i64.and", "i64.or", "i64.xor", "i64.shl", "i64.shr_s", "i64.shr_u", "i64.rotl", "i64.rotr"}},
	{0x8b, []valType{f32}, f32, []string{"f32.abs", "f32.neg", "f32.ceil", "f32.floor", "f32.trunc", "f32.nearest", "f32.sqrt"}},
	{0x92, []valType{f32, f32}, f32, []string{"f32.add", "f32.sub", "f32.mul", "f32.div", "f32.min", "f32.max", "f32.copysign"}},
	{0x99, []valType{f64}, f64, []string{"f64.abs", "f64.neg", "f64.ceil", "f64.floor", "f64.trunc", "f64.nearest", "f64.sqrt"}},
	{0xa0, []valType{f64, f64}, f64, []string{"f64.add", "f64.sub", "f64.mul", "f64.div", "f64.min", "f64.max", "f64.copysign"}},
	{0xa7, []valType{i64}, i32, []string{"i32.wrap_i64"}},
	{0xa8, []valType{f32}, i32, []string{"i32.trunc_f32_s", "i32.trunc_f32_u"}},
	{0xaa, []valType{f64}, i32, []string{"i32.trunc_f64_s", "i32.trunc_f64_u"}},
	{0xac, []valType{i32}, i64, []string{"i64.extend_i32_s", "i64.extend_i32_u"}},
	{0xae, []valType{f32}, i64, []string{"i64.trunc_f32_s", "i64.trunc_f32_u"}},
	{0xb0, []valType{f64}, i64, []string{"i64.trunc_f64_s", "i64.trunc_f64_u"}},
	{0xb2, []valType{i32}, f32, []string{"f32.convert_i32_s", "f32.convert_i32_u"}},
	{0xb4, []valType{i64}, f32, []string{"f32.convert_i64_s", "f32.convert_i64_u"}},
	{0xb6, []valType{f64}, f32, []string{"f32.demote_f64"}},
	{0xb7, []valType{i32}, f64, []string{"f64.convert_i32_s", "f64.convert_i32_u"}},
	{0xb9, []valType{i64}, f64, []string{"f64.convert_i64_s", "f64.convert_i64_u"}},
	{0xbb, []valType{f32}, f64, []string{"f64.promote_f32"}},
	{0xbc, []valType{f32}, i32, []string{"i32.reinterpret_f32"}},
	{0xbd, []valType{f64}, i64, []string{"i64.reinterpret_f64"}},
	{0xbe, []valType{i32}, f32, []string{"f32.reinterpret_i32"}},
	{0xbf, []valType{i64}, f64, []string{"f64.reinterpret_i64"}},
	{0xc0, []valType{i32}, i32, []string{"i32.extend8_s", "i32.extend16_s"}},
	{0xc2, []valType{i64}, i64, []string{"i64.extend8_s", "i64.extend16_s", "i64.extend32_s"}},
}

var saturatingOps = []struct {
	name    string
	in, out valType
}{
	{"i32.trunc_sat_f32_s", f32, i32},
	{"i32.trunc_sat_f32_u", f32, i32},
	{"i32.trunc_sat_f64_s", f64, i32},
	{"i32.trunc_sat_f64_u", f64, i32},
	{"i64.trunc_sat_f32_s", f32, i64},
	{"i64.trunc_sat_f32_u", f32, i64},
	{"i64.trunc_sat_f64_s", f64, i64},
	{"i64.trunc_sat_f64_u", f64, i64},
}

// describe returns what is known of an opcode, nil when weft does not run it.
func describe(op uint16) *opInfo {
	var i *opInfo
	switch {
	case op < 0x100:
		i = &ops[op]
	case op>>8 == prefixMisc && int(op&0xff) < len(miscOps):
		i = &miscOps[op&0xff]
	}
	if i == nil || i.imm == immRefused {
		return nil
	}
	return i
}
