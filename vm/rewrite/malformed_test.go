package rewrite_test

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tetratelabs/wazero"

	"github.com/weftchain/weft/vm/internal/wat"
	"github.com/weftchain/weft/vm/rewrite"
)

const header = "\x00asm\x01\x00\x00\x00"

// raw joins a header and sections.
func raw(sections ...[]byte) []byte { return append([]byte(header), bytes.Join(sections, nil)...) }

func section(id byte, content ...byte) []byte { return wat.Section(id, content) }

// typed builds a contract with a function of the given signature and code.
func typed(params, results, locals wat.Types, code ...any) []byte {
	return contract(func(m *wat.Module) {
		m.Table(1, 1)
		m.Func(params, results, locals, wat.Code(code...))
	})
}

// malformedModules are refused as bytes that are not WebAssembly, or not the
// part of it that is enabled.
func malformedModules() []refusal {
	in := func(name, text string, code []byte) refusal {
		return refusal{name: name, code: code, text: parsing + text}
	}
	var list []refusal
	list = append(list,
		in("empty", "magic header not detected", nil),
		in("three bytes", "magic header not detected", []byte("\x00as")),
		in("not wasm", "magic header not detected", []byte("\x1f\x8b\x08\x00\x00\x00\x00\x00")),
		in("version 2", "unknown binary version", []byte("\x00asm\x02\x00\x00\x00")),
		in("no version", "unknown binary version", []byte("\x00asm\x01\x00")),
		in("section id 13", "malformed section id: 13", raw(section(13))),
		in("section id only", "unexpected end", raw([]byte{1})),
		in("section past the end", "unexpected end: 5 bytes announced, 0 left", raw([]byte{1, 5})),
		in("section of 4 GiB", "unexpected end: 4294967295 bytes announced", raw([]byte{1, 0xff, 0xff, 0xff, 0xff, 0x0f})),
		in("section twice", "section out of order: 1", raw(section(1, 0), section(1, 0))),
		in("sections misordered", "section out of order: 2", raw(section(3, 0), section(2, 0))),
		in("data count behind code", "section out of order: 12", raw(section(10, 0), section(12, 0))),
		in("data count before elements", "section out of order: 9", raw(section(12, 0), section(9, 0))),
		in("section too long", "section size mismatch", raw(section(1, 0, 0))),
		in("section too short", "unexpected end", raw(section(1))),
		in("custom section without name", "unexpected end", raw(section(0))),
		in("custom section, name past its end", "unexpected end: 2 bytes announced, 1 left", raw(section(0, 2, 'a'))),
		in("custom section, bad UTF-8", "malformed UTF-8 encoding", raw(section(0, 2, 0xc0, 0xaf))),
		in("name of 100,001 bytes", "string size out of bounds: 100001 bytes, limit 100000", raw(wat.Section(0, append(wat.U32(100_001), make([]byte, 100_001)...)))),
		in("LEB of 6 bytes", "invalid var_u32: integer representation too long", raw([]byte{1, 0x80, 0x80, 0x80, 0x80, 0x80, 0})),
		in("LEB of 33 bits", "invalid var_u32: integer too large", raw([]byte{1, 0x80, 0x80, 0x80, 0x80, 0x10})),
		in("count of 2^32-1 types", "unexpected end: 4294967295 types announced", raw(section(1, 0xff, 0xff, 0xff, 0xff, 0x0f))),
		in("count of 2^32-1 params", "unexpected end: 4294967295 value types announced", raw(section(1, 1, 0x60, 0xff, 0xff, 0xff, 0xff, 0x0f))),
		in("count of imports", "unexpected end: 100 imports announced", raw(section(2, 100))),
		in("count of functions", "unexpected end: 100 functions announced", raw(section(3, 100))),
		in("count of exports", "unexpected end: 100 exports announced", raw(section(7, 100))),
		in("count of bodies", "unexpected end: 100 function bodies announced", raw(section(10, 100))),
		in("count of data", "unexpected end: 100 data segments announced", raw(section(11, 100))),
		in("count of elements", "unexpected end: 100 element segments announced", raw(section(9, 100))),
		in("count of globals", "unexpected end: 100 globals announced", raw(section(6, 100))),
		in("struct type", "gc support is not enabled: type form 0x5f", raw(section(1, 1, 0x5f, 0, 0))),
		in("vector type", "SIMD support is not enabled: value type v128. Build with -C target-feature=-simd128", raw(section(1, 1, 0x60, 1, 0x7b, 0))),
		in("reference type", "reference types support is not enabled: value type externref", raw(section(1, 1, 0x60, 0, 1, 0x6f))),
		in("unknown value type", "invalid value type 0x41", raw(section(1, 1, 0x60, 1, 0x41, 0))),
		in("import of an unknown type", "unknown type: type index 0 out of bounds", raw(section(2, 1, 1, 'a', 1, 'b', 0, 0))),
		in("import kind 5", "malformed import kind: 0x5", raw(section(2, 1, 1, 'a', 1, 'b', 5, 0))),
		in("tag import", "exceptions support is not enabled: tag import. Build with -C panic=abort", raw(section(2, 1, 1, 'a', 1, 'b', 4, 0, 0))),
		in("import name no UTF-8", "malformed UTF-8 encoding", raw(section(2, 1, 1, 0xff, 1, 'b', 0, 0))),
		in("function of an unknown type", "unknown type: type index 1 out of bounds", raw(section(1, 1, 0x60, 0, 0), section(3, 1, 1))),
		in("table of externref", "reference types support is not enabled: table of externref", raw(section(4, 1, 0x6f, 0, 0))),
		in("table with an initial value", "reference types support is not enabled: table of unknown", raw(section(4, 1, 0x40, 0, 0x70, 0, 0))),
		in("table minimum above maximum", "size minimum must not be greater than maximum", raw(section(4, 1, 0x70, 1, 2, 1))),
		in("shared memory", "threads must be enabled for shared memories. Build with -C target-feature=-atomics", raw(section(5, 1, 3, 1, 1))),
		in("64-bit memory", "memory64 must be enabled for 64-bit memories", raw(section(5, 1, 4, 1))),
		in("limits flags", "invalid limits flags: 0x8", raw(section(5, 1, 8, 1))),
		in("memory of 65,537 pages", "size of memory or table must be at most 65536", raw(section(5, 1, 0, 0x81, 0x80, 0x04))),
		in("global without initial value", "type mismatch: constant expression without a value", raw(section(6, 1, 0x7f, 0, 0x0b, 0))),
		in("global of another type", "type mismatch: expected i32, found i64", raw(section(6, 1, 0x7f, 0, 0x42, 0, 0x0b))),
		in("global of references", "reference types support is not enabled: value type funcref", raw(section(6, 1, 0x70, 0, 0xd0, 0x70, 0x0b))),
		in("global mutability", "malformed mutability: 0x2", raw(section(6, 1, 0x7f, 2, 0x41, 0, 0x0b))),
		in("global from a defined global", "constant expression required: global.get", raw(section(6, 2, 0x7f, 0, 0x41, 0, 0x0b, 0x7f, 0, 0x23, 0, 0x0b))),
		in("global computed", "constant expression of more than one operator. Build with -C target-feature=-extended-const", raw(section(6, 1, 0x7f, 0, 0x41, 0, 0x41, 0, 0x6a, 0x0b))),
		in("global from an addition", "constant expression required: non-constant operator 0x6a. Build with -C target-feature=-extended-const", raw(section(6, 1, 0x7f, 0, 0x6a, 0x0b, 0))),
		in("export of an unknown function", "export \"a\": index 0 out of bounds", raw(section(7, 1, 1, 'a', 0, 0))),
		in("export of an unknown table", "export \"a\": index 0 out of bounds", raw(section(7, 1, 1, 'a', 1, 0))),
		in("export of an unknown memory", "export \"a\": index 0 out of bounds", raw(section(7, 1, 1, 'a', 2, 0))),
		in("export of an unknown global", "export \"a\": index 0 out of bounds", raw(section(7, 1, 1, 'a', 3, 0))),
		in("tag export", "exceptions support is not enabled: tag export", raw(section(7, 1, 1, 'a', 4, 0))),
		in("export kind", "malformed export kind: 0x5", raw(section(7, 1, 1, 'a', 5, 0))),
		in("same export twice", "duplicate export name \"memory\" already defined", contract(func(m *wat.Module) { m.Memory(1); m.Export("memory", wat.MemoryKind, 0) })),
		in("start function unknown", "unknown function 0: function index out of bounds", raw(section(8, 0))),
		in("start function with a result", "invalid start function type", contract(func(m *wat.Module) { m.Start(m.Func(nil, wat.T(wat.I32), nil, wat.I32Const(0))) })),
		in("function without body", "function and code section have inconsistent lengths: 1 and 0", raw(section(1, 1, 0x60, 0, 0), section(3, 1, 0))),
		in("body without function", "function and code section have inconsistent lengths: 0 and 1", raw(section(10, 1, 2, 0, 0x0b))),
		in("data without count", "data count and data section have inconsistent lengths: 1 and 0", raw(section(12, 1))),
		in("data count wrong", "data count and data section have inconsistent lengths: 2 and 1", raw(section(12, 2), section(11, 1, 1, 0))),
		in("data flags", "invalid flags for data segment: 3", raw(section(11, 1, 3, 0))),
		in("data without memory", "unknown memory 0", raw(section(11, 1, 0, 0x41, 0, 0x0b, 0))),
		in("data for memory 1", "unknown memory 1", contract(func(m *wat.Module) { m.RawData([]byte{2, 1, 0x41, 0, 0x0b, 0}) })),
		in("data past the section", "unexpected end: 9 bytes announced", raw(section(5, 1, 0, 1), section(11, 1, 0, 0x41, 0, 0x0b, 9))),
		in("data at an i64", "type mismatch: expected i32, found i64", raw(section(5, 1, 0, 1), section(11, 1, 0, 0x42, 0, 0x0b, 0))),
		in("elements without table", "unknown table 0", raw(section(9, 1, 0, 0x41, 0, 0x0b, 0))),
		in("elements flags", "invalid flags for element segment: 8", raw(section(9, 1, 8, 0, 0))),
		in("passive elements", "passive and declared element segments are not supported", raw(section(9, 1, 1, 0, 0))),
		in("declared elements", "passive and declared element segments are not supported", raw(section(9, 1, 3, 0, 0))),
		in("unknown function in a table", "unknown function 7", contract(func(m *wat.Module) { m.Table(1, 1); m.Elem(0, 7) })),
		in("element kind", "element segment of kind 0x1 is not supported", contract(func(m *wat.Module) { m.Table(1, 1); m.RawElem([]byte{2, 0, 0x41, 0, 0x0b, 1, 0}) })),
		in("elements of externref", "element segment of kind 0x6f is not supported", contract(func(m *wat.Module) { m.Table(1, 1); m.RawElem([]byte{6, 0, 0x41, 0, 0x0b, 0x6f, 0}) })),
		in("element expression", "element expression with operator 0x41 is not supported", contract(func(m *wat.Module) { m.Table(1, 1); m.RawElem([]byte{4, 0x41, 0, 0x0b, 1, 0x41, 0, 0x0b}) })),
		in("50,001 locals", "too many locals: locals exceed maximum of 50000", raw(section(1, 1, 0x60, 0, 0), section(3, 1, 0), section(10, 1, 6, 1, 0xd1, 0x86, 3, 0x7f, 0x0b))),
		in("2^32-1 locals, many times", "too many locals", raw(section(1, 1, 0x60, 0, 0), section(3, 1, 0), section(10, 1, 14, 2, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x7f, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x7f, 0x0b))),
		in("body past the section", "unexpected end: 100 bytes announced", raw(section(1, 1, 0x60, 0, 0), section(3, 1, 0), section(10, 1, 100, 0, 0x0b))),
		in("body of no bytes", "unexpected end", raw(section(1, 1, 0x60, 0, 0), section(3, 1, 0), section(10, 1, 0, 0, 0))),
	)
	return append(list, invalidBodies(in)...)
}

func invalidBodies(in func(name, text string, code []byte) refusal) []refusal {
	pair := wat.T(wat.I32, wat.I32)
	return []refusal{
		in("body without end", "unexpected end", contract(func(m *wat.Module) { m.RawFunc(m.Type(nil, nil), []byte{0, wat.Nop}) })),
		in("code behind the end", "operators remaining after end of function", withCode(wat.End, wat.Nop)),
		in("operand missing", "type mismatch: expected i32 but nothing on stack", withCode(wat.I32Add, wat.Drop)),
		in("operand of another type", "type mismatch: expected i32, found i64", withCode(wat.I32Const(0), wat.I64Const(0), wat.I32Add, wat.Drop)),
		in("operand left over", "type mismatch: values remaining on stack at end of block", withCode(wat.I32Const(0))),
		in("result missing", "type mismatch: expected i32 but nothing on stack", typed(nil, wat.T(wat.I32), nil)),
		in("result of another type", "type mismatch: expected i32, found f32", typed(nil, wat.T(wat.I32), nil, wat.F32Const(1))),
		in("operand of the block around", "type mismatch: expected any but nothing on stack", withCode(wat.I32Const(0), wat.Block(wat.NoResult), wat.Drop, wat.End)),
		in("return without result", "type mismatch: expected i32 but nothing on stack", typed(nil, wat.T(wat.I32), nil, wat.Return)),
		in("else without if", "else found outside of an if block", withCode(wat.Block(wat.NoResult), wat.Else, wat.End)),
		in("else twice", "else found outside of an if block", withCode(wat.I32Const(0), wat.If(wat.NoResult), wat.Else, wat.Else, wat.End)),
		in("else of the function", "else found outside of an if block", withCode(wat.Else)),
		in("if with result, without else", "type mismatch: if without else", withCode(wat.I32Const(0), wat.If(wat.I32), wat.I32Const(0), wat.End, wat.Drop)),
		in("if without condition", "type mismatch: expected i32 but nothing on stack", withCode(wat.If(wat.NoResult), wat.End)),
		in("branch too far", "unknown label: branch depth 2 too large", withCode(wat.Block(wat.NoResult), wat.Br(2), wat.End)),
		in("conditional branch too far", "unknown label: branch depth 1 too large", withCode(wat.I32Const(0), wat.BrIf(1))),
		in("br_table too far", "unknown label: branch depth 3 too large", withCode(wat.I32Const(0), wat.BrTable(3, 0))),
		in("br_table default too far", "unknown label: branch depth 3 too large", withCode(wat.I32Const(0), wat.BrTable(0, 3))),
		in("br_table of 2^32-4 targets", "unexpected end: 4294967292 br_table targets announced", withCode(wat.I32Const(0), 0x0e, wat.U32(0xffff_fffc))),
		in("br_table arity", "type mismatch: br_table target labels have different number of types", withCode(wat.Block(wat.I32), wat.I32Const(0), wat.I32Const(0), wat.BrTable(0, 1), wat.End, wat.Drop)),
		in("br_table types", "type mismatch: expected i64, found i32", typed(nil, wat.T(wat.I32), nil, wat.Block(wat.I64), wat.I32Const(0), wat.I32Const(0), wat.BrTable(0, 1), wat.End, wat.Drop, wat.I32Const(0))),
		in("br_table types in dead code", "type mismatch: expected i64, found i32", typed(nil, wat.T(wat.I32), nil, wat.Block(wat.I64), wat.Unreachable, wat.I32Const(0), wat.I32Const(0), wat.BrTable(0, 1), wat.End, wat.Drop, wat.I32Const(0))),
		in("call of an unknown function", "unknown function 99", withCode(wat.Call(99))),
		in("call_indirect of an unknown type", "unknown type: type index 99 out of bounds", typed(nil, nil, nil, wat.I32Const(0), wat.CallIndirect(99))),
		in("call_indirect without table", "unknown table 0", withCode(wat.I32Const(0), wat.CallIndirect(0))),
		in("call_indirect of table 1", "unknown table 1", typed(nil, nil, nil, wat.I32Const(0), 0x11, 0, 1)),
		in("unknown local", "unknown local 2", typed(pair, nil, nil, wat.LocalGet(2), wat.Drop)),
		in("local of another type", "type mismatch: expected i64, found i32", typed(nil, nil, wat.T(wat.I64), wat.I32Const(0), wat.LocalSet(0))),
		in("unknown global", "unknown global", withCode(wat.GlobalGet(1), wat.Drop)),
		in("the rewriter's own globals", "unknown global", withCode(wat.I64Const(0), wat.GlobalSet(1))),
		in("immutable global", "global is immutable", contract(func(m *wat.Module) {
			g := m.Global(wat.I32, false, wat.I32Const(0))
			m.Func(nil, nil, nil, wat.Code(wat.I32Const(0), wat.GlobalSet(g)))
		})),
		in("alignment", "alignment must not be larger than natural", withCode(wat.I32Const(0), wat.I32Load, 3, 0, wat.Drop)),
		in("alignment of 2^32-1", "alignment must not be larger than natural", withCode(wat.I32Const(0), wat.I32Load, wat.U32(0xffff_ffff), 0, wat.Drop)),
		in("offset of 33 bits", "invalid var_u32", withCode(wat.I32Const(0), wat.I32Load, 0, 0x80, 0x80, 0x80, 0x80, 0x10, wat.Drop)),
		in("memory of another index", "zero byte expected", withCode(0x3f, 1, wat.Drop)),
		in("select of two types", "type mismatch: select operands have different types", withCode(wat.I32Const(0), wat.I64Const(0), wat.I32Const(0), wat.Select, wat.Drop)),
		in("block of an unknown type", "unknown type: type index 99 out of bounds", withCode(wat.Block(wat.S64(99)), wat.End)),
		in("block of a bad type", "invalid value type 0x50", withCode(0x02, 0x50, wat.End)),
		in("block type in two bytes", "invalid block type", withCode(0x02, 0xff, 0x7f, wat.End)),
		in("block type of a vector", "SIMD support is not enabled", withCode(0x02, 0x7b, wat.End)),
		in("loop with missing params", "type mismatch: expected i32 but nothing on stack", contract(func(m *wat.Module) {
			two := wat.S64(int64(m.Type(pair, nil)))
			m.Func(nil, nil, nil, wat.Code(wat.I32Const(0), wat.Loop(two), wat.Drop, wat.Drop, wat.End))
		})),
		in("i32.const of 33 bits", "invalid var_i32: integer too large", withCode(0x41, 0xff, 0xff, 0xff, 0xff, 0x0f, wat.Drop)),
		in("i32.const of 6 bytes", "invalid var_i32: integer representation too long", withCode(0x41, 0x80, 0x80, 0x80, 0x80, 0x80, 0, wat.Drop)),
		in("i64.const of 65 bits", "invalid var_i64: integer too large", withCode(0x42, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, wat.Drop)),
		in("illegal opcode", "illegal opcode: 0xc5", withCode(0xc5)),
		in("opcode 0xff", "illegal opcode: 0xff", withCode(0xff)),
		in("illegal prefixed opcode", "illegal opcode: 0xfc13", withCode(0xfc, 0x13)),
		in("huge prefixed opcode", "illegal opcode: 0xfc 0xffffffff", withCode(0xfc, 0xff, 0xff, 0xff, 0xff, 0x0f)),
		in("memory.init without data count", "data count section required", contract(func(m *wat.Module) {
			m.RawData([]byte{1, 0})
			m.Func(nil, nil, nil, wat.Code(wat.Repeat(3, wat.I32Const(0)), wat.MemoryInit(0)))
		})),
		in("memory.init of an unknown segment", "unknown data segment 1", contract(func(m *wat.Module) {
			m.PassiveData(nil)
			m.Func(nil, nil, nil, wat.Code(wat.Repeat(3, wat.I32Const(0)), wat.MemoryInit(1)))
		})),
		in("SIMD", "SIMD support is not enabled: opcode 0xfd. Build with -C target-feature=-simd128", withCode(0xfd, 0x0c)),
		in("threads", "threads support is not enabled: opcode 0xfe. Build with -C target-feature=-atomics", withCode(0xfe, 0x03, 0)),
		in("exceptions", "exceptions support is not enabled: opcode 0x6. Build with -C panic=abort", withCode(0x06, 0x40, wat.End)),
		in("new exceptions", "exceptions support is not enabled: opcode 0x1f", withCode(0x1f, 0x40, 0, wat.End)),
		in("tail call", "tail calls support is not enabled: opcode 0x12. Build with -C target-feature=-tail-call", withCode(0x12, 0)),
		in("function references", "function references support is not enabled: opcode 0x14", withCode(0x14, 0)),
		in("gc", "gc support is not enabled: opcode 0xfb", withCode(0xfb, 0)),
		in("data.drop", "data.drop is not supported: an instance keeps its segments", contract(func(m *wat.Module) { m.PassiveData(nil); m.Func(nil, nil, nil, []byte{0xfc, 9, 0}) })),
		in("elem.drop", "elem.drop is not supported", withCode(0xfc, 13, 0)),
		in("table.copy", "table.copy is not supported", withCode(0xfc, 14, 0, 0)),
		in("table.init", "table.init is not supported", withCode(0xfc, 12, 0, 0)),
	}
}

func TestMalformed(t *testing.T) {
	for _, r := range malformedModules() {
		t.Run(r.name, func(t *testing.T) { checkRefusal(t, r) })
	}
	for _, r := range referenceInstructions() {
		t.Run(r.name, func(t *testing.T) { checkRefusal(t, r) })
	}
}

// referenceInstructions are refused when the reference compiles, not before.
func referenceInstructions() []refusal {
	var list []refusal
	for op, name := range map[string]string{
		"\x1c\x01\x7f": "TypedSelect", "\x25\x00": "TableGet", "\x26\x00": "TableSet", "\xd0\x70": "RefNull", "\xd1": "RefIsNull", "\xd2\x00": "RefFunc",
		"\xfc\x0f\x00": "TableGrow", "\xfc\x10\x00": "TableSize", "\xfc\x11\x00": "TableFill",
	} {
		list = append(list, refusal{name: name, code: withCode([]byte(op)), text: "Error compiling Wasm: Could not compile: Reference type operation detected: " + name + ". Reference types are not supported."})
	}
	return list
}

// weftOnly are refusals of modules that the engine would take: whole proposals
// that weft leaves out, and bounds of its own.
var weftOnly = []string{"is not supported", "are not supported", "support is not enabled", "string size out of bounds"}

// TestMalformedForTheEngine shows that Check calls nothing malformed that is
// not. Modules that announce more than they hold are left out: the engine
// allocates first.
func TestMalformedForTheEngine(t *testing.T) {
	ctx := context.Background()
	rt := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigInterpreter().WithCoreFeatures(features))
	defer rt.Close(ctx)
	for _, r := range malformedModules() {
		t.Run(r.name, func(t *testing.T) {
			known := func(text string) bool { return strings.Contains(r.text, text) }
			if known("announced") || known("too many locals") || slices.ContainsFunc(weftOnly, known) {
				return
			}
			_, err := rt.CompileModule(ctx, r.code)
			require.Error(t, err)
		})
	}
}

// TestTruncated cuts a module that has every section at each byte: never a
// panic, always a refusal.
func TestTruncated(t *testing.T) {
	code := contract(func(m *wat.Module) {
		m.Import("env", "debug", wat.T(wat.I32), nil)
		m.Table(2, 2)
		f := m.Func(nil, nil, wat.T(wat.I32, wat.F64), wat.Code(wat.Block(wat.I32), wat.I32Const(7), wat.I32Const(0), wat.BrTable(0, 0), wat.End, wat.Drop))
		m.Elem(0, f, f)
		m.PassiveData([]byte("passive"))
		m.Data(8, []byte("active"))
	})
	meter(t, code, rewrite.DefaultLimits())
	for n := range code {
		_, err := rewrite.Check(code[:n], rewrite.DefaultLimits(), allCapabilities)
		require.Error(t, err, "%d of %d bytes", n, len(code))
	}
}

// TestAccepted has the valid module for what is easily refused by mistake: the
// encodings of recent compilers, and what a stack that nothing reaches allows.
func TestAccepted(t *testing.T) {
	ctx := context.Background()
	rt := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigInterpreter().WithCoreFeatures(features))
	defer rt.Close(ctx)
	pair := wat.T(wat.I32, wat.I32)
	for name, code := range map[string][]byte{
		"call_indirect with a long table index": typed(nil, nil, nil, wat.I32Const(0), 0x11, 0, 0x80, 0x80, 0x80, 0x80, 0),
		"long LEBs":                             withCode(0x41, 0x80, 0x80, 0x80, 0x80, 0, 0x42, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, wat.Drop, wat.Drop),
		"least and largest constants":           withCode(wat.I32Const(-1<<31), wat.I32Const(1<<31-1), wat.I64Const(-1<<63), wat.I64Const(1<<63-1), wat.Repeat(4, wat.Drop)),
		"elements as expressions": contract(func(m *wat.Module) {
			m.Table(3, 3)
			f := byte(m.Func(nil, nil, nil, nil))
			m.RawElem([]byte{4, 0x41, 0, 0x0b, 2, 0xd2, f, 0x0b, 0xd0, 0x70, 0x0b})
			m.RawElem([]byte{6, 0, 0x41, 2, 0x0b, 0x70, 1, 0xd2, f, 0x0b})
			m.RawElem([]byte{2, 0, 0x41, 1, 0x0b, 0, 1, f})
		}),
		"data with a memory index":     contract(func(m *wat.Module) { m.RawData([]byte{2, 0, 0x41, 0, 0x0b, 1, 'x'}) }),
		"custom sections with garbage": contract(func(m *wat.Module) { m.Custom("name", []byte{0xff, 0xff, 0xff}); m.Custom("", nil) }),
		"export with an odd name":      contract(func(m *wat.Module) { m.ExportFunc("a\x00\"\u00fc weft.", nil, nil, nil, nil) }),
		"unreachable pops anything":    withCode(wat.Unreachable, wat.I32Add, wat.I64ExtendI32U, wat.I64Eqz, wat.Drop),
		"select of unknown operands":   withCode(wat.Unreachable, wat.Select, wat.Drop),
		"select of half unknown":       withCode(wat.Unreachable, wat.I64Const(0), wat.I32Const(0), wat.Select, wat.I64Eqz, wat.Drop),
		"br_table in dead code":        typed(nil, wat.T(wat.I32), nil, wat.Block(wat.I64), wat.Unreachable, wat.BrTable(0, 1), wat.End, wat.Drop, wat.I32Const(0)),
		"br_if leaves its operands":    typed(nil, wat.T(wat.I32), nil, wat.Block(wat.I32), wat.I32Const(1), wat.I32Const(1), wat.BrIf(0), wat.End),
		"loop branch takes params": contract(func(m *wat.Module) {
			two := wat.S64(int64(m.Type(pair, wat.T(wat.I32))))
			m.Func(nil, wat.T(wat.I32), nil, wat.Code(wat.I32Const(1), wat.I32Const(2), wat.Loop(two), wat.I32Const(0), wat.BrIf(0), wat.I32Add, wat.End))
		}),
		"if that leaves what it takes": contract(func(m *wat.Module) {
			same := wat.S64(int64(m.Type(wat.T(wat.I32), wat.T(wat.I32))))
			m.Func(nil, wat.T(wat.I32), nil, wat.Code(wat.I32Const(1), wat.I32Const(2), wat.If(same), wat.Nop, wat.End))
		}),
		"sign extension and saturation": withCode(wat.I32Const(0), 0xc0, 0xc1, wat.Drop, wat.I64Const(0), 0xc2, 0xc3, 0xc4, wat.Drop, wat.F32Const(0), 0xfc, 0, wat.Drop, wat.F64Const(0), 0xfc, 0x87, 0, wat.Drop),
		"WASI":                          nil,
	} {
		t.Run(name, func(t *testing.T) {
			limits := rewrite.DefaultLimits()
			if name == "WASI" {
				code = wasiContract("fd_write", wat.T(wat.I32, wat.I32, wat.I32, wat.I32), wat.T(wat.I32))
			}
			_, err := rt.CompileModule(ctx, meter(t, code, limits))
			require.NoError(t, err)
		})
	}
}
