package rewrite

// instr is one decoded instruction. a and b are its immediates; for br_table
// the targets (the default last) are in the decoder's buffer.
type instr struct {
	op         uint16
	info       *opInfo
	start, end int // bytes of the instruction, immediates included
	a, b       uint32
	n          int64 // constant of i32.const and i64.const, or a block's type as written
	block      blockType
}

// blockType is the signature of a block, loop or if.
type blockType struct {
	params, results []valType
}

// decoder reads instructions one by one.
type decoder struct {
	reader
	types   []funcType
	targets []uint32
}

// next decodes the instruction at the current position into in. It reports
// failures in d.err.
func (d *decoder) next(in *instr) {
	start := d.pos
	op := uint16(d.byte())
	if d.err != nil {
		return
	}
	if op == prefixMisc {
		sub := d.u32()
		if d.err != nil {
			return
		}
		if sub > 0xff {
			d.fail(start, "illegal opcode: 0xfc 0x%x", sub)
			return
		}
		op = prefixMisc<<8 | uint16(sub)
	}
	info := describe(op)
	if info == nil {
		d.failWith(refusedOp(op, start))
		return
	}
	*in = instr{op: op, info: info, start: start}
	d.immediates(in)
	in.end = d.pos
}

func (d *decoder) immediates(in *instr) {
	switch in.info.imm {
	case immNone, immRefused: // nothing follows; the caller refuses the latter
	case immBlock:
		in.n, in.block = d.blockType()
	case immLabel, immFunc, immLocal, immGlobal:
		in.a = d.u32()
	case immBrTable:
		d.brTable()
	case immCallIndirect:
		in.a = d.u32() // type
		in.b = d.u32() // table
	case immMemory:
		in.a = d.u32() // alignment
		in.b = d.u32() // offset
	case immZero:
		d.zero()
	case immI32:
		in.n = d.signed(32)
	case immI64:
		in.n = d.signed(64)
	case immF32:
		d.bytes(4)
	case immF64:
		d.bytes(8)
	case immMemoryInit:
		in.a = d.u32()
		d.zero()
	case immMemoryCopy:
		d.zero()
		d.zero()
	}
}

// zero reads the index of the only memory, which has to be the byte 0.
func (d *decoder) zero() {
	start := d.pos
	if b := d.byte(); b != 0 && d.err == nil {
		d.fail(start, "zero byte expected. %s", remedyMulti)
	}
}

// brTable reads the targets with the default as the last.
func (d *decoder) brTable() {
	d.targets = d.targets[:0]
	n := d.count("br_table targets", 1)
	for i := uint32(0); i <= n && d.err == nil; i++ {
		d.targets = append(d.targets, d.u32())
	}
}

// blockType reads an index into the types, or one byte for at most one result.
func (d *decoder) blockType() (written int64, t blockType) {
	start := d.pos
	written = d.signed(33)
	switch {
	case d.err != nil:
	case written >= int64(len(d.types)):
		d.fail(start, "unknown type: type index %d out of bounds", written)
	case written >= 0:
		t = blockType{params: d.types[written].params, results: d.types[written].results}
	case d.pos != start+1:
		d.fail(start, "invalid block type")
	case d.buf[start] == emptyBlock:
	default:
		if result := valType(d.buf[start]); checkValType(&d.reader, result, start) {
			t.results = singleTypes[result]
		}
	}
	return written, t
}

// singleTypes avoids an allocation for each block with one result.
var singleTypes = map[valType][]valType{i32: {i32}, i64: {i64}, f32: {f32}, f64: {f64}}

// checkValType reports whether t is one of the four number types, and fails
// the reader with the proposal's name when it is not.
func checkValType(r *reader, t valType, offset int) bool {
	switch t {
	case i32, i64, f32, f64:
		return r.err == nil
	case v128:
		r.fail(offset, "SIMD support is not enabled: value type v128. %s", remedySIMD)
	case funcref, externref:
		r.fail(offset, "reference types support is not enabled: value type %s. %s", t, remedyReference)
	default:
		r.fail(offset, "invalid value type 0x%x", byte(t))
	}
	return false
}
