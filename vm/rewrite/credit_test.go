package rewrite_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/vm/internal/wat"
	"github.com/weftchain/weft/vm/rewrite"
)

// creditBound is the most gas that a guest may use beyond what it has: one pass
// through a body of the longest, each byte of which is the dearest instruction or,
// with one of the branches that a body may have, a call of the dearest small
// function.
func creditBound() int64 {
	const (
		dearest       = op + 8_000
		smallFunction = 256 * branch
	)
	l := rewrite.DefaultLimits()
	return int64(l.BodyBytes)*dearest + int64(l.BodyBranches)*(branch+smallFunction)
}

// creditGuests are contracts whose "f" does as much as it can after its gas is
// used up. It is given the number of times that it calls itself first.
func creditGuests() map[string][]byte {
	const most = 524_288 - 100
	contract := func(small []byte, body ...any) []byte {
		m := &wat.Module{}
		m.Func(nil, nil, wat.T(wat.F64), small) // 0
		m.ExportFunc("f", wat.T(wat.I32), nil, wat.T(wat.F64), wat.Code(
			wat.LocalGet(0), wat.If(wat.NoResult), wat.LocalGet(0), wat.I32Const(1), wat.I32Sub, wat.Call(1), wat.End, wat.Code(body...)))
		m.Contract()
		return m.Bytes()
	}
	const root = 0x9f
	block := wat.Code(wat.Block(wat.NoResult), wat.End)
	return map[string][]byte{
		"a body of nothing":        contract(nil, wat.Repeat(most, wat.Nop)),
		"a body of roots":          contract(nil, wat.LocalGet(1), wat.Repeat(most, root), wat.LocalSet(1)),
		"a body of blocks":         contract(nil, wat.Repeat(2_000, block), wat.Repeat(most-7_000, wat.Nop)),
		"calls of small functions": contract(wat.Repeat(80, block), wat.Repeat(23_000, wat.Call(0)), wat.Repeat(most-70_000, wat.Nop)),
		"calls of slow functions":  contract(wat.Code(wat.LocalGet(0), wat.Repeat(45, root), wat.LocalSet(0)), wat.Repeat(23_000, wat.Call(0))),
		"calls of large functions": contract(wat.Repeat(2_000, block), wat.Repeat(23_000, wat.Call(0))),
		"small functions in loops": contract(wat.Code(wat.Loop(wat.NoResult), wat.Repeat(100, block), wat.I32Const(1), wat.BrIf(0), wat.End), wat.Repeat(23_000, wat.Call(0))),
	}
}

// TestCredit lets guests run out of gas at many places: what they do after that
// is bounded, however deep they are in calls.
func TestCredit(t *testing.T) {
	for name, code := range creditGuests() {
		t.Run(name, func(t *testing.T) {
			metered := meter(t, code, rewrite.DefaultLimits())
			inst := instantiate(t, "compiler", metered, nil)
			var most int64
			for _, depth := range []uint64{0, 1, 100, 5_000} {
				for gas := uint64(1_000); gas < 20_000_000_000; gas *= 3 {
					inst.reset(gas)
					inst.set(rewrite.SpareGlobal, 0)
					if _, err := inst.call("f", depth); err != nil {
						require.ErrorContains(t, err, "unreachable")
					}
					most = max(most, -int64(inst.get(rewrite.GasGlobal)))
				}
			}
			t.Logf("at most %d gas on credit", most)
			require.Positive(t, most, "it never ran out of gas")
			require.Less(t, most, creditBound())
		})
	}
}
