package rewrite_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/vm/internal/wat"
	"github.com/weftchain/weft/vm/rewrite"
)

// comparison is one function of the table of comparisons that wazero v1.12.0
// compiles wrongly: `and` of the arguments against zero, then a branch.
type comparison struct {
	op       int // 0..7: lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u
	wide     bool
	zeroLeft bool
	branch   string
	flow     string // how the operands and the result get to the branch
}

var (
	orderedOps = []string{"lt_s", "lt_u", "gt_s", "gt_u", "le_s", "le_u", "ge_s", "ge_u"}
	branches   = []string{"if", "br_if", "br_if_loop", "select"}
	flows      = []string{"direct", "zero in local", "untouched local", "and in local", "result in local"}
)

func comparisons() []comparison {
	var all []comparison
	for op := range orderedOps {
		for _, wide := range []bool{false, true} {
			for _, left := range []bool{false, true} {
				for _, branch := range branches {
					for _, flow := range flows {
						all = append(all, comparison{op, wide, left, branch, flow})
					}
				}
			}
		}
	}
	return all
}

func (c comparison) name() string {
	return fmt.Sprintf("%s wide=%t zeroLeft=%t %s, %s", orderedOps[c.op], c.wide, c.zeroLeft, c.branch, c.flow)
}

// code takes two arguments and returns 1 when the comparison holds. Local 2 is
// for a zero, local 3 for the `and`, local 4 (i32) for the result.
func (c comparison) code() []byte {
	and, zero, op := wat.I32And, wat.I32Const(0), wat.I32LtS+c.op
	if c.wide {
		and, zero, op = wat.I64And, wat.I64Const(0), wat.I64LtS+c.op
	}
	var before []byte
	masked := wat.Code(wat.LocalGet(0), wat.LocalGet(1), and)
	switch c.flow {
	case "zero in local":
		before, zero = wat.Code(zero, wat.LocalSet(2)), wat.LocalGet(2)
	case "untouched local":
		zero = wat.LocalGet(2)
	case "and in local":
		before, masked = wat.Code(masked, wat.LocalSet(3)), wat.LocalGet(3)
	}
	compare := wat.Code(masked, zero, op)
	if c.zeroLeft {
		compare = wat.Code(zero, masked, op)
	}
	if c.flow == "result in local" {
		compare = wat.Code(compare, wat.LocalSet(4), wat.LocalGet(4))
	}
	compare = wat.Code(before, compare)
	one, none := wat.I32Const(1), wat.I32Const(0)
	switch c.branch {
	case "if":
		return wat.Code(compare, wat.If(wat.I32), one, wat.Else, none, wat.End)
	case "br_if":
		return wat.Code(wat.Block(wat.NoResult), compare, wat.BrIf(0), none, wat.Return, wat.End, one)
	case "br_if_loop": // counts the rounds until the second comparison
		return wat.Code(wat.Block(wat.NoResult), wat.Loop(wat.NoResult),
			compare, wat.I32Eqz, wat.BrIf(1), one, wat.Return, wat.End, wat.End, none)
	}
	return wat.Code(one, none, compare, wat.Select)
}

func (c comparison) want(a, b uint64) uint64 {
	v := int64(a & b)
	u := a & b
	if !c.wide {
		v, u = int64(int32(v)), uint64(uint32(u))
	}
	if c.zeroLeft {
		return c.holds(0-sign(v), 0, u)
	}
	return c.holds(sign(v), u, 0)
}

// holds compares by the signed order s and by the unsigned operands x and y.
func (c comparison) holds(s int, x, y uint64) uint64 {
	ok := [...]bool{s < 0, x < y, s > 0, x > y, s <= 0, x <= y, s >= 0, x >= y}[c.op]
	if ok {
		return 1
	}
	return 0
}

func sign(v int64) int {
	switch {
	case v < 0:
		return -1
	case v > 0:
		return 1
	}
	return 0
}

var edges = []uint64{0, 1, 2, 0x7f, 0x80, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 1 << 32, math.MaxInt64, 1 << 63, math.MaxUint64, 0xaaaa_aaaa_5555_5555}

func comparisonModule() []byte {
	m := &wat.Module{}
	m.Contract()
	for i, c := range comparisons() {
		t := wat.I32
		if c.wide {
			t = wat.I64
		}
		m.ExportFunc(fmt.Sprint("f", i), wat.T(t, t), wat.T(wat.I32), wat.T(t, t, wat.I32), c.code())
	}
	return m.Bytes()
}

// wrongComparisons runs the table and returns the rows with a wrong result.
func wrongComparisons(t *testing.T, engine string, code []byte) []string {
	inst := instantiate(t, engine, code, nil)
	var wrong []string
	for i, c := range comparisons() {
		for _, a := range edges {
			for _, b := range edges {
				if got := uint64(uint32(inst.must(t, fmt.Sprint("f", i), a, b))); got != c.want(a, b) {
					wrong = append(wrong, fmt.Sprintf("%s: %#x %#x gives %d", c.name(), a, b, got))
				}
			}
		}
	}
	return wrong
}

// tableLimits makes room for the functions of the table.
func tableLimits() rewrite.Limits {
	l := rewrite.DefaultLimits()
	l.Exports = 10_000
	return l
}

// TestComparisons shows that no ordered comparison goes wrong in a metered
// module, and that it would without the rewriter.
func TestComparisons(t *testing.T) {
	raw := comparisonModule()
	metered := meter(t, raw, tableLimits())
	require.Empty(t, wrongComparisons(t, "interpreter", raw), "the oracle agrees with Go")
	require.NotEmpty(t, wrongComparisons(t, "compiler", raw),
		"the engine no longer has the fault that engine.go works around: this test has lost its teeth")
	for engine := range engines {
		require.Empty(t, wrongComparisons(t, engine, metered), engine)
	}
}

// TestRemainders compares the rewritten rem instructions with Go's arithmetic
// and the traps with those of the original.
func TestRemainders(t *testing.T) {
	m := &wat.Module{}
	m.Contract()
	ops := []struct {
		name string
		code int
		typ  wat.Type
		want func(a, b uint64) uint64
	}{
		{"i32.rem_s", wat.I32RemS, wat.I32, func(a, b uint64) uint64 {
			if int32(b) == -1 {
				return 0
			}
			return uint64(uint32(int32(a) % int32(b)))
		}},
		{"i32.rem_u", wat.I32RemU, wat.I32, func(a, b uint64) uint64 { return uint64(uint32(a) % uint32(b)) }},
		{"i64.rem_s", wat.I64RemS, wat.I64, func(a, b uint64) uint64 {
			if int64(b) == -1 {
				return 0
			}
			return uint64(int64(a) % int64(b))
		}},
		{"i64.rem_u", wat.I64RemU, wat.I64, func(a, b uint64) uint64 { return a % b }},
	}
	for _, o := range ops {
		m.ExportFunc(o.name, wat.T(o.typ, o.typ), wat.T(o.typ), nil, wat.Code(wat.LocalGet(0), wat.LocalGet(1), o.code))
		// Twice in one expression, the first result an operand of the second:
		// the added locals are shared. The second changes nothing.
		m.ExportFunc(o.name+" nested", wat.T(o.typ, o.typ), wat.T(o.typ), nil, wat.Code(
			wat.LocalGet(0), wat.LocalGet(1), o.code, wat.LocalGet(1), o.code))
	}
	raw := m.Bytes()
	metered := meter(t, raw, rewrite.DefaultLimits())
	for engine := range engines {
		original, rewritten := instantiate(t, engine, raw, nil), instantiate(t, engine, metered, nil)
		for _, o := range ops {
			for _, a := range edges {
				for _, b := range edges {
					got, err := rewritten.call(o.name, a, b)
					if b == 0 || o.typ == wat.I32 && uint32(b) == 0 {
						_, want := original.call(o.name, a, b)
						require.ErrorContains(t, want, "integer divide by zero")
						require.ErrorContains(t, err, "integer divide by zero", "%s %#x %#x", o.name, a, b)
						continue
					}
					require.NoError(t, err, "%s %#x %#x", o.name, a, b)
					nested := rewritten.must(t, o.name+" nested", a, b)
					if o.typ == wat.I32 {
						got, nested = uint64(uint32(got)), uint64(uint32(nested))
					}
					require.Equal(t, o.want(a, b), got, "%s %s %#x %#x", engine, o.name, a, b)
					require.Equal(t, got, nested, "%s %s nested %#x %#x", engine, o.name, a, b)
				}
			}
		}
	}
}
