package rewrite

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/vm/internal/wat"
)

// TestSmall states which functions ask for the gas neither at their head nor at
// their end.
func TestSmall(t *testing.T) {
	const nops = smallGas/gasOp - gasAccounting/gasOp // and the end: the largest that is small
	loop := wat.Code(wat.Loop(wat.NoResult), wat.Br(0), wat.End)
	cases := []struct {
		name   string
		bodies [][]byte // the first is function 1, behind the import
		small  []bool
	}{
		{"nothing", [][]byte{nil}, []bool{true}},
		{"the largest", [][]byte{wat.Repeat(nops, wat.Nop)}, []bool{true}},
		{"one instruction more", [][]byte{wat.Repeat(nops+1, wat.Nop)}, []bool{false}},
		{"a loop is passed once", [][]byte{loop}, []bool{true}},
		{"slow instructions count in full", [][]byte{
			wat.Repeat(49, wat.I32Const(0), wat.MemoryGrow(), wat.Drop), wat.Repeat(50, wat.I32Const(0), wat.MemoryGrow(), wat.Drop),
		}, []bool{true, false}},
		{"a call of a small function is the pass through it", [][]byte{
			wat.Code(wat.Call(2), wat.Call(2)), wat.Repeat(nops/2-8*gasAccounting/gasOp, wat.Nop), wat.Code(wat.Call(2), wat.Call(2), wat.Call(2)),
		}, []bool{true, true, false}},
		{"a call of a large one ends there", [][]byte{wat.Repeat(9, wat.Call(2)), wat.Repeat(nops+1, wat.Nop)}, []bool{true, false}},
		{"an import asks", [][]byte{wat.Repeat(9, wat.I32Const(0), wat.Call(0))}, []bool{true}},
		{"nobody knows what is called", [][]byte{wat.Code(wat.I32Const(0), wat.CallIndirect(1))}, []bool{false}},
		{"it calls itself", [][]byte{wat.Code(wat.Call(1))}, []bool{false}},
		{"a circle has one that asks", [][]byte{wat.Code(wat.Call(2)), wat.Code(wat.Call(3)), wat.Code(wat.Call(1))}, []bool{false, true, true}},
		{"and each circle has one", [][]byte{
			wat.Code(wat.Call(2), wat.Call(3)), wat.Code(wat.Call(3)), wat.Code(wat.Call(2)),
		}, []bool{true, false, true}},
	}
	for _, c := range cases {
		m := &wat.Module{}
		m.Import("env", "abort", wat.T(wat.I32), nil)
		m.Table(1, 1)
		for _, body := range c.bodies {
			m.Func(nil, nil, nil, body)
		}
		m.Contract()
		checked, err := Check(m.Bytes(), DefaultLimits(), nil)
		require.NoError(t, err, c.name)
		for i, want := range c.small {
			require.Equal(t, want, checked.bodies[i].small, "%s: function %d", c.name, i+1)
		}
	}
}

// Functions that each call the next one twice: every pass through one of them
// that is small stays within the limit, though together they are endless.
func TestSmallTree(t *testing.T) {
	const depth = 1_000
	m := &wat.Module{}
	for i := range uint32(depth) {
		m.Func(nil, nil, nil, wat.Code(wat.Call(i+1), wat.Call(i+1)))
	}
	m.Func(nil, nil, nil, nil)
	m.Contract()
	checked, err := Check(m.Bytes(), DefaultLimits(), nil)
	require.NoError(t, err)
	large := 0
	for i := range checked.bodies[:depth] {
		b := &checked.bodies[i]
		if !b.small {
			large++
		} else {
			require.LessOrEqual(t, b.cost, uint64(smallGas))
		}
	}
	require.Greater(t, large, depth/10)
}
