package rewrite_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/vm/internal/wat"
	"github.com/weftchain/weft/vm/rewrite"
)

// floats are operands of each kind: zeros, numbers, infinities, and NaNs, quiet
// and signalling, of both signs and with payloads.
var (
	floats32 = []uint64{0, 0x8000_0000, 0x3f80_0000, 0xbf80_0000, 0x7f80_0000, 0xff80_0000, 0x7fc0_0000, 0xffc0_0000, 0x7fa0_0001, 0xffbf_ffff, 0x7fff_ffff, 1}
	floats64 = []uint64{
		0, 1 << 63, 0x3ff0_0000_0000_0000, 0xbff0_0000_0000_0000, 0x7ff0_0000_0000_0000, 0xfff0_0000_0000_0000, 0x7ff8_0000_0000_0000,
		0xfff8_0000_0000_0000, 0x7ff4_0000_0000_0001, 0xfff7_ffff_ffff_ffff, 0x7fff_ffff_ffff_ffff, 1,
	}
)

// TestCanonicalNaN runs every float operation of the two widths on all pairs of
// operands. The results are those of the tree walker, whose NaNs are canonical
// but for abs, neg and copysign.
func TestCanonicalNaN(t *testing.T) {
	m := &wat.Module{}
	m.Contract()
	for op := 0x8b; op <= 0xa6; op++ {
		typ, size, wrap, unwrap := wat.F32, wat.I32, wat.F32Reinterpret, wat.I32Reinterpret
		if op >= 0x99 {
			typ, size, wrap, unwrap = wat.F64, wat.I64, wat.F64Reinterpret, wat.I64Reinterpret
		}
		operands := wat.Code(wat.LocalGet(0), wrap, wat.LocalGet(1), wrap)
		if unaryFloat(op) {
			operands = wat.Code(wat.LocalGet(0), wrap)
		}
		m.ExportFunc(fmt.Sprint(op), wat.T(size, size), wat.T(size), nil, wat.Code(operands, op, unwrap))
		m.ExportFunc(fmt.Sprint(op, " local"), wat.T(size, size), wat.T(size), wat.T(typ, typ), wat.Code(
			operands, op, wat.LocalTee(3), wat.LocalSet(2), wat.LocalGet(2), unwrap))
	}
	// Payloads that the reference leaves to the CPU pass through as they do there.
	m.ExportFunc("promote", wat.T(wat.I32, wat.I32), wat.T(wat.I64), nil, wat.Code(wat.LocalGet(0), wat.F32Reinterpret, 0xbb, wat.I64Reinterpret))
	m.ExportFunc("demote", wat.T(wat.I64, wat.I64), wat.T(wat.I32), nil, wat.Code(wat.LocalGet(0), wat.F64Reinterpret, 0xb6, wat.I32Reinterpret))
	raw := m.Bytes()
	code := meter(t, raw, rewrite.DefaultLimits())

	different := 0
	for engine := range engines {
		inst, original := instantiate(t, engine, code, nil), instantiate(t, engine, raw, nil)
		for op := 0x8b; op <= 0xa6; op++ {
			operands, mask := floats32, uint64(math.MaxUint32)
			if op >= 0x99 {
				operands, mask = floats64, math.MaxUint64
			}
			for _, a := range operands {
				for _, b := range operands {
					want := floatWant(op, a, b)
					require.Equal(t, want, inst.must(t, fmt.Sprint(op), a, b)&mask, "%s: %#x of %#x %#x", engine, op, a, b)
					require.Equal(t, want, inst.must(t, fmt.Sprint(op, " local"), a, b)&mask, "%s: %#x of %#x %#x", engine, op, a, b)
					if original.must(t, fmt.Sprint(op), a, b)&mask != want {
						different++
					}
				}
			}
		}
		require.EqualValues(t, uint64(0x7ffc_0000_2000_0000), inst.must(t, "promote", 0x7fa0_0001, 0), "quiet, payload kept")
		require.EqualValues(t, uint32(0xffff_ffff), uint32(inst.must(t, "demote", 0xfff7_ffff_ffff_ffff, 0)), "quiet, payload kept")
	}
	require.NotZero(t, different, "without the rewriter NaNs are not canonical")
}

func unaryFloat(op int) bool { return op <= 0x91 || op >= 0x99 && op <= 0x9f }

func floatWant(op int, a, b uint64) uint64 {
	m := newMachine(&program{}, 0)
	m.push(a)
	if !unaryFloat(op) {
		m.push(b)
	}
	m.float(op)
	return m.pop()
}
