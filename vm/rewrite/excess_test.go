package rewrite_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/vm/internal/wat"
	"github.com/weftchain/weft/vm/rewrite"
)

// roots is a function that takes n square roots in a loop.
func roots(t *testing.T) []byte {
	m := &wat.Module{}
	m.Contract()
	m.ExportFunc("f", wat.T(wat.I32), nil, wat.T(wat.F64), wat.Code(
		wat.Loop(wat.NoResult),
		wat.LocalGet(1), byte(0x9f), wat.LocalSet(1),
		wat.LocalGet(0), wat.I32Const(1), wat.I32Sub, wat.LocalTee(0), wat.BrIf(0),
		wat.End))
	return meter(t, m.Bytes(), rewrite.DefaultLimits())
}

// What an instruction takes beyond its price is free up to a bound and paid
// beyond it, exactly, and out of gas comes where it does.
func TestExcess(t *testing.T) {
	const (
		root = 8_000
		turn = 7*115 + 1_610             // in the loop, br_if included
		once = 1_610 + 2*1_610           // loop, and both ends
		free = rewrite.FreeExcess / root // roots
	)
	code := roots(t)
	for engine := range engines {
		for _, n := range []uint64{1, free, free + 1, free + 1_000} {
			want := once + n*turn
			if n > free {
				want += (n - free) * root
			}
			inst := instantiate(t, engine, code, nil)
			inst.must(t, "f", n)
			require.Equal(t, plentyOfGas-want, inst.get(rewrite.GasGlobal), "%s: %d roots", engine, n)

			inst.reset(want)
			inst.must(t, "f", n)
			require.Zero(t, inst.get(rewrite.GasGlobal))
			inst.reset(want - 1)
			_, _ = inst.call("f", n)
			require.Negative(t, int64(inst.get(rewrite.GasGlobal)))
		}
	}
}

// memory.grow does what it did, and costs what it cost.
func TestGrow(t *testing.T) {
	limits := rewrite.DefaultLimits()
	limits.MemoryPages = 20
	m := &wat.Module{}
	m.Contract()
	m.ExportFunc("f", wat.T(wat.I32), wat.T(wat.I32), nil, wat.Code(wat.LocalGet(0), wat.MemoryGrow()))
	code := meter(t, m.Bytes(), limits)
	for engine := range engines {
		inst := instantiate(t, engine, code, nil)
		size := uint64(inst.Memory().Size() >> 16)
		for _, c := range []struct{ pages, want uint64 }{
			{0, size},
			{21, 0xffffffff},
			{0xffffffff, 0xffffffff},
			{1, size},
			{20 - size, 0xffffffff},
			{19 - size, size + 1},
			{0, 20},
			{1, 0xffffffff},
			{0x80000000, 0xffffffff},
		} {
			inst.reset(plentyOfGas)
			require.Equal(t, c.want, uint64(uint32(inst.must(t, "f", c.pages))), "%s: %d pages", engine, c.pages)
			require.EqualValues(t, plentyOfGas-2*115-1_610, inst.get(rewrite.GasGlobal))
		}
	}
}
