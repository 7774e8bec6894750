package rewrite

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/internal/golden"
	"github.com/weftchain/weft/vm/internal/wat"
)

// listings have a small function for each thing that the rewriter does.
func listings() []struct {
	title           string
	params, results wat.Types
	locals          wat.Types
	code            []byte
} {
	type list = []struct {
		title           string
		params, results wat.Types
		locals          wat.Types
		code            []byte
	}
	pair := wat.T(wat.I32, wat.I32)
	return list{
		{"charges: before each instruction that branches or joins; a small function makes no pause", wat.T(wat.I32), nil, nil, wat.Code(
			wat.LocalGet(0), wat.If(wat.NoResult), wat.Nop, wat.Else, wat.Nop, wat.Nop, wat.End)},
		{"locals beyond 29 are charged on their own before an ordinary instruction", nil, nil, manyLocals(31), wat.Code(wat.Nop)},
		{"and together with the other gas before one that branches", nil, nil, manyLocals(31), wat.Code(wat.Return)},
		{"settle: what can trap sees the gas of all charges up to it, and none that come after it", pair, wat.T(wat.I32), nil, wat.Code(
			wat.Block(wat.NoResult), wat.End, wat.LocalGet(0), wat.LocalGet(1), wat.I32DivU, wat.Load(wat.I32Load, 8))},
		{"a loop makes a pause in every iteration", nil, nil, nil, wat.Code(wat.Loop(wat.NoResult), wat.Br(0), wat.End)},
		{"a call: a frame, the gas loaded anew", nil, nil, nil, wat.Code(wat.Call(1))},
		{"an indirect call: not small, so a pause at the head and a question at the end", nil, nil, nil, wat.Code(wat.I32Const(0), wat.CallIndirect(1))},
		{"return leaves through the block around the body, as every way out does", nil, wat.T(wat.I32), nil, wat.Code(
			wat.Block(wat.NoResult), wat.I32Const(7), wat.Return, wat.End, wat.I32Const(8))},
		{"br_table", wat.T(wat.I32), nil, nil, wat.Code(wat.Block(wat.NoResult), wat.LocalGet(0), wat.BrTable(0, 1), wat.End)},
		{"bulk memory is paid by bytes and not done on credit", wat.T(wat.I32), nil, nil, wat.Code(
			wat.I32Const(0), wat.I32Const(9), wat.LocalGet(0), wat.MemoryCopy(),
			wat.I32Const(0), wat.I32Const(9), wat.LocalGet(0), wat.MemoryInit(0),
			wat.I32Const(0), wat.I32Const(9), wat.LocalGet(0), wat.MemoryFill())},
		{"canonical NaN of 32 bits", wat.T(wat.F32), wat.T(wat.F32), nil, wat.Code(wat.LocalGet(0), wat.LocalGet(0), wat.F32Add)},
		{"canonical NaN of 64 bits", wat.T(wat.F64), wat.T(wat.F64), nil, wat.Code(wat.LocalGet(0), 0x9f)}, // f64.sqrt
		{"not of neg, promote and demote", wat.T(wat.F32), wat.T(wat.F32), nil, wat.Code(wat.LocalGet(0), 0x8c, 0xbb, 0xb6)},
		{"ordered comparison in a body with an and, behind neither a constant but 0 nor a computation", pair, wat.T(wat.I32), nil, wat.Code(
			wat.LocalGet(0), wat.LocalGet(1), wat.I32And, wat.I32Const(0), wat.I32LtS)},
		{"other comparisons stay", pair, wat.T(wat.I32), nil, wat.Code(
			wat.LocalGet(0), wat.LocalGet(1), wat.I32And, wat.I32Const(5), wat.I32LtS, wat.I32Const(0), wat.I32Eq)},
		{"unsigned remainder", pair, wat.T(wat.I32), nil, wat.Code(wat.LocalGet(0), wat.LocalGet(1), wat.I32RemU)},
		{"signed remainder: dividing by 1 for -1", wat.T(wat.I64, wat.I64), wat.T(wat.I64), nil, wat.Code(wat.LocalGet(0), wat.LocalGet(1), wat.I64RemS)},
		{"numbers in their shortest form", nil, nil, nil, wat.Code(0x41, 0x80, 0x80, 0, wat.Drop)},
	}
}

func manyLocals(n int) wat.Types {
	types := make(wat.Types, n)
	for i := range types {
		types[i] = wat.I32
	}
	return types
}

// TestListing shows what the rewriter does, function by function. The reader of
// docs/spec/vm.md is sent there.
func TestListing(t *testing.T) {
	m := &wat.Module{}
	m.Import("env", "abort", wat.T(wat.I32), nil)
	m.Table(1, 1)
	m.Func(nil, nil, nil, nil) // function 1 of type 1, which has nothing to do
	m.Elem(0, 1)
	m.PassiveData([]byte("data"))
	m.Global(wat.I64, true, wat.I64Const(5))
	m.Custom("name", nil)
	cases := listings()
	first := uint32(0)
	for i, c := range cases {
		f := m.Func(c.params, c.results, c.locals, c.code)
		if i == 0 {
			first = f
		}
	}
	m.Contract()
	original, err := Check(m.Bytes(), DefaultLimits(), nil)
	require.NoError(t, err)
	code, err := original.Metered()
	require.NoError(t, err)
	metered, refused := parse(code, SpecLimits(1<<16))
	require.Nil(t, refused)

	var b strings.Builder
	b.WriteString("# the module\n\n")
	moduleListing(&b, "original", original)
	moduleListing(&b, "metered", metered)
	n := len(original.bodies)
	fmt.Fprintf(&b, "\n# the pause function\n\n")
	functionListing(t, &b, "metered", metered, n)
	for i, c := range cases {
		fmt.Fprintf(&b, "\n# %s\n\n", c.title)
		at := int(first) - 1 + i
		functionListing(t, &b, "original", original, at)
		functionListing(t, &b, "metered", metered, at)
	}
	golden.Check(t, []byte(b.String()))
}

// moduleListing writes what a module consists of beside its code.
func moduleListing(b *strings.Builder, title string, m *Module) {
	fmt.Fprintf(b, "  %s\n", title)
	fmt.Fprintf(b, "    %d types, %d imported and %d defined functions\n", len(m.types), m.importedFuncs, len(m.bodies))
	s := m.raw[secMemory]
	r := reader{buf: m.code, pos: s.start + 1, end: s.end}
	low, high, bounded := r.limits(1 << 16)
	fmt.Fprintf(b, "    memory of %d pages", low)
	if bounded {
		fmt.Fprintf(b, ", at most %d", high)
	}
	b.WriteString("\n")
	for i, g := range m.globals {
		fmt.Fprintf(b, "    global %d: %s, mutable: %v\n", i, g.typ, g.mutable)
	}
	for _, e := range m.exports {
		fmt.Fprintf(b, "    export %s: %s %d\n", e.name, [...]string{"func", "table", "memory", "global"}[e.kind], e.index)
	}
}

// functionListing disassembles the n-th function that a module defines.
func functionListing(t *testing.T, b *strings.Builder, title string, m *Module, n int) {
	body := &m.bodies[n]
	fmt.Fprintf(b, "  %s", title)
	for i := 0; i < len(body.locals); {
		g := body.locals[i]
		for i++; i < len(body.locals) && body.locals[i].typ == g.typ; i++ {
			g.count += body.locals[i].count
		}
		fmt.Fprintf(b, ", %d × %s", g.count, g.typ)
	}
	b.WriteString("\n")
	d := decoder{reader: reader{buf: m.code, pos: body.code.start, end: body.code.end}, types: m.types}
	level := 2
	for d.left() > 0 {
		var in instr
		d.next(&in)
		require.Nil(t, d.err)
		if in.op == opEnd || in.op == opElse {
			level--
		}
		fmt.Fprintf(b, "%s%s%s\n", strings.Repeat("  ", level), in.info.name, immediates(m, &d, &in))
		switch in.op {
		case opBlock, opLoop, opIf, opElse:
			level++
		}
	}
}

func immediates(m *Module, d *decoder, in *instr) string {
	switch in.info.imm {
	case immBlock:
		for _, t := range in.block.results {
			return " " + t.String()
		}
	case immI32, immI64:
		if in.end-in.start > len(appendI64Const(nil, in.n)) {
			return fmt.Sprintf(" %d in %d bytes", in.n, in.end-in.start-1)
		}
		return fmt.Sprint(" ", in.n)
	case immF32, immF64:
		return fmt.Sprintf(" bytes %x", d.buf[in.start+1:in.end])
	case immGlobal:
		for _, e := range m.exports {
			if e.kind == kindGlobal && e.index == in.a && strings.HasPrefix(e.name, reservedPrefix) {
				return " " + e.name
			}
		}
		return fmt.Sprint(" ", in.a)
	case immLabel, immFunc, immLocal, immMemoryInit:
		return fmt.Sprint(" ", in.a)
	case immBrTable:
		return fmt.Sprint(" ", strings.Trim(fmt.Sprint(d.targets), "[]"))
	case immCallIndirect:
		return fmt.Sprintf(" type %d", in.a)
	case immMemory:
		return fmt.Sprintf(" offset %d", in.b)
	default: // nothing that a reader would miss
	}
	return ""
}
