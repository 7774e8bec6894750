package vm

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/vm/internal/wat"
)

// early is a contract with an _initialize of the given body. Its entry point
// returns a Region of 16 bytes at wasiMemory.
func early(wasi bool, params wat.Types, body ...any) []byte {
	g := newGuest("db_read", "debug", "abort")
	clock := uint32(0)
	if wasi {
		clock = g.Import(wasiModule, "clock_time_get", wat.T(wat.I32, wat.I64, wat.I32), wat.T(wat.I32))
	}
	g.region(regionA, dataA, "key")
	g.Data(scratch, regionOf(wasiMemory, 16, 16))
	for i, b := range body {
		if name, ok := b.(string); ok && name == "clock" {
			body[i] = wat.Code(wat.I32Const(1), wat.I64Const(0), wat.I32Const(wasiMemory+8), wat.Call(clock), wat.Drop)
		} else if ok {
			body[i] = wat.Code(g.call(name, regionA), g.dropResult(name))
		}
	}
	var results wat.Types
	if len(params) > 0 && params[0] == wat.F32 { // a mark of this test: a result instead
		params, results = nil, wat.T(wat.I32)
	}
	g.ExportFunc("_initialize", params, results, wat.T(wat.I32), wat.Code(body...))
	g.entry(wat.I32Const(scratch))
	return g.code()
}

// store writes a number to the memory that comes back.
func store(n int32) []byte {
	return wat.Code(wat.I32Const(wasiMemory), wat.I32Const(n), wat.Store(wat.I32Store, 0))
}

// endless loops for ever.
func endless() []byte { return wat.Code(wat.Loop(wat.NoResult), wat.Br(0), wat.End) }

// TestInitialize: its effects are what every call starts from.
func TestInitialize(t *testing.T) {
	code := early(true, nil, store(77), "clock", "debug", "clock")
	for range 2 {
		res, _, err := runCode(t, code, func(*Call) {})
		require.NoError(t, err)
		require.EqualValues(t, 77, u32(res.Data, 0))
		require.EqualValues(t, 2*clockStep, u64(res.Data, 8))
	}
	e := sharedEngine(t)
	_, a, err := e.Compile(code)
	require.NoError(t, err)
	// 2 clocks and a debug with their calls, what they read and write, and the
	// instructions around.
	require.Equal(t, 3*(gasHostCall+1_610)+2*(gasWASICall+writeCost(8))+readCost(3)+(3+1+2*4)*115+1_610, a.InitializeGas)
	checked, err := e.Check(code)
	require.NoError(t, err)
	require.Zero(t, checked.InitializeGas, "a check runs nothing")

	_, a, err = e.Compile(early(false, nil, wat.Unreachable))
	require.NoError(t, err, "without WASI it is an export like any other")
	require.Zero(t, a.InitializeGas)
	res, _, err := runCode(t, early(false, nil, store(77)), func(*Call) {})
	require.NoError(t, err)
	require.Zero(t, u32(res.Data, 0))
}

// TestInitializeRefused: the upload fails with the reason, and the gas is told.
func TestInitializeRefused(t *testing.T) {
	e := sharedEngine(t)
	for name, c := range map[string]struct {
		code []byte
		text string
		gas  uint64
	}{
		"trap":       {early(true, nil, wat.Unreachable), "unreachable", 0},
		"abort":      {early(true, nil, "abort"), "Aborted: key", 0},
		"early read": {early(true, nil, "db_read"), "Must not call db_read in _initialize.", 115 + 1_610 + gasHostCall},
		"parameters": {early(true, wat.T(wat.I32)), "The called function args arity does not match", 0},
		"result":     {early(true, wat.T(wat.F32), wat.I32Const(1)), "Unexpected number of result values when calling '_initialize'. Expected: 0, actual: 1.", 0},
		"endless":    {early(true, nil, endless()), "_initialize needs more than 70000000000 gas", DefaultWASILimits().InitializeGas},
	} {
		_, a, err := e.Compile(c.code)
		requireKind(t, KindInitialize, "Error initializing contract: ", err)
		require.ErrorContains(t, err, c.text, name)
		require.True(t, a.WASI && a.Initialize)
		if c.gas > 0 {
			require.Equal(t, c.gas, a.InitializeGas, name)
		}
		call, _ := testCall(c.code)
		_, err = e.Call(call)
		require.True(t, isFault(err), "it cannot have been stored: %v", err)
	}
}

// TestInitializeGas: the limit is met exactly, and a cache changes nothing.
func TestInitializeGas(t *testing.T) {
	code := early(true, nil, store(77), "clock")
	e := newEngine(t, Config{})
	_, a, err := e.Compile(code)
	require.NoError(t, err)
	need := a.InitializeGas
	for _, cold := range []bool{false, true} {
		for limit, good := range map[uint64]bool{need: true, need + 1: true, need - 1: false, 0: false} {
			if cold {
				e = newEngine(t, Config{})
			}
			limits := DefaultWASILimits()
			limits.InitializeGas = limit
			_, a, err := e.CompileWithin(code, limits)
			if good {
				require.NoError(t, err)
				require.Equal(t, need, a.InitializeGas)
				continue
			}
			requireKind(t, KindInitialize, "_initialize needs more than", err)
			require.Equal(t, limit, a.InitializeGas)
		}
	}
}

// TestWASILimitsOfUpload: what was stored under higher limits runs on.
func TestWASILimitsOfUpload(t *testing.T) {
	code := early(true, nil, store(77), "clock")
	e := newEngine(t, Config{Limits: func() Limits {
		l := DefaultLimits()
		l.WASI = WASILimits{} // off by now
		return l
	}()})
	_, err := e.Check(code)
	requireKind(t, KindStatic, "unsupported import", err)
	_, _, err = e.CompileWithin(code, WASILimits{})
	requireKind(t, KindStatic, "unsupported import", err)
	call, _ := testCall(code)
	res, err := e.Call(call)
	require.NoError(t, err)
	require.EqualValues(t, 77, u32(res.Data, 0))
}
