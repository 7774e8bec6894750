package rewrite

// refusedOp explains an opcode that weft does not run: its proposal and what a
// contract's author can do about it.
func refusedOp(op uint16, offset int) *RefusedError {
	if name, ok := referenceOps[op]; ok {
		return uncompilable(offset, "Reference type operation detected: %s. Reference types are not supported. Build with -C target-feature=-reference-types (C: -mno-reference-types)", name)
	}
	if name, ok := segmentOps[op]; ok {
		return malformed(offset, "%s is not supported: an instance keeps its segments from call to call. Build with -C target-feature=-bulk-memory (C: -mno-bulk-memory)", name)
	}
	for _, f := range refusedFamilies {
		if op>>8 == f.prefix && op&0xff >= f.first && op&0xff <= f.last {
			return malformed(offset, "%s support is not enabled: opcode 0x%x. %s", f.proposal, op, f.remedy)
		}
	}
	return malformed(offset, "illegal opcode: 0x%x", op)
}

var referenceOps = map[uint16]string{
	0x1c: "TypedSelect", 0x25: "TableGet", 0x26: "TableSet", 0xd0: "RefNull", 0xd1: "RefIsNull", 0xd2: "RefFunc",
	0xfc0f: "TableGrow", 0xfc10: "TableSize", 0xfc11: "TableFill",
}

// segmentOps change what an instance holds beside its memory and globals, which
// a pooled instance could not undo.
var segmentOps = map[uint16]string{
	opDataDrop: "data.drop", 0xfc0c: "table.init", 0xfc0d: "elem.drop", 0xfc0e: "table.copy",
}

const (
	remedySIMD       = "Build with -C target-feature=-simd128 (C: -mno-simd128)"
	remedyThreads    = "Build with -C target-feature=-atomics (C: -mno-atomics)"
	remedyExceptions = "Build with -C panic=abort (C++: -fno-exceptions)"
	remedyTailCall   = "Build with -C target-feature=-tail-call (C: -mno-tail-call)"
	remedyGC         = "Build without WebAssembly GC"
	remedyExtended   = "Build with -C target-feature=-extended-const (C: -mno-extended-const)"
	remedyMemory64   = "Build for wasm32"
	remedyMulti      = "Build with a single memory"
	remedyReference  = "Build with -C target-feature=-reference-types (C: -mno-reference-types)"
)

var refusedFamilies = []struct {
	prefix, first, last uint16
	proposal, remedy    string
}{
	{0, 0x06, 0x0a, "exceptions", remedyExceptions},
	{0, 0x12, 0x13, "tail calls", remedyTailCall},
	{0, 0x14, 0x15, "function references", remedyReference},
	{0, 0x18, 0x19, "exceptions", remedyExceptions},
	{0, 0x1f, 0x1f, "exceptions", remedyExceptions},
	{0, 0xd3, 0xd6, "gc", remedyGC},
	{0, 0xfb, 0xfb, "gc", remedyGC},
	{0, prefixSIMD, prefixSIMD, "SIMD", remedySIMD},
	{0, prefixAtomic, prefixAtomic, "threads", remedyThreads},
}
