package rewrite_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/vm/internal/wat"
	"github.com/weftchain/weft/vm/rewrite"
)

const wasi = "wasi_snapshot_preview1"

// TestImportsWASI: from the first bytes that hold the imports, and never by
// mistake.
func TestImportsWASI(t *testing.T) {
	yield := func(m *wat.Module) { m.Import(wasi, "sched_yield", nil, wat.T(wat.I32)) }
	env := func(m *wat.Module) { m.Import("env", "debug", wat.T(wat.I32), nil) }
	raw := func(kind wat.Kind, description ...byte) func(*wat.Module) {
		return func(m *wat.Module) { m.RawImport("env", "x", kind, description) }
	}
	for name, c := range map[string]struct {
		build []func(*wat.Module)
		want  bool
	}{
		"none":         {nil, false},
		"env only":     {[]func(*wat.Module){env}, false},
		"WASI":         {[]func(*wat.Module){yield}, true},
		"as the last":  {[]func(*wat.Module){env, env, yield}, true},
		"memory first": {[]func(*wat.Module){raw(wat.MemoryKind, 1, 1, 2), yield}, true},
		"table first":  {[]func(*wat.Module){raw(wat.TableKind, 0x70, 0, 1), yield}, true},
		"global first": {[]func(*wat.Module){raw(wat.GlobalKind, 0x7f, 0), yield}, true},
		"bad kind":     {[]func(*wat.Module){raw(9, 0x7f, 0), yield}, false},
	} {
		code := contract(func(m *wat.Module) {
			for _, add := range c.build {
				add(m)
			}
		})
		require.Equal(t, c.want, rewrite.ImportsWASI(code), name)
		// Whatever is cut off: false at first, then what it is of the whole.
		seen := false
		for n := range code {
			got := rewrite.ImportsWASI(code[:n])
			require.True(t, got || !seen, "%s: %d bytes", name, n)
			require.True(t, c.want || !got, "%s: %d bytes", name, n)
			seen = got
		}
	}
	require.False(t, rewrite.ImportsWASI([]byte("\x1f\x8b\x08 and so on")))
}

// TestWASILimits: each limit of its own, at it and one beyond, and not for
// modules without WASI.
func TestWASILimits(t *testing.T) {
	build := func(with string) []byte {
		return contract(func(m *wat.Module) {
			m.Import(with, map[string]string{wasi: "proc_exit", "env": "debug"}[with], wat.T(wat.I32), nil)
			for range 3 {
				m.Func(wat.T(wat.I32, wat.I32), nil, wat.T(wat.I64, wat.I64, wat.I64), nil)
			}
			m.RawTable([]byte{0x70, 0, 12})
			m.Data(0, []byte("x"))
			m.Data(1, []byte("y"))
		})
	}
	code := build(wasi)
	least := rewrite.WASILimits{
		Allow: true, CodeBytes: uint32(len(code)), Functions: 6, TotalFunctionParams: 8, FunctionLocals: 3, TotalFunctionLocals: 10,
		TableElements: 12, DataSegments: 2,
	}
	limits := rewrite.DefaultLimits()
	m, err := rewrite.Check(code, limits, nil)
	require.NoError(t, err)
	least.CompileWork = uint32(m.Analysis().CompileWork)
	require.Positive(t, least.CompileWork)
	limits.WASI = least
	_, err = rewrite.Check(code, limits, nil)
	require.NoError(t, err)
	for text, lower := range map[string]func(*rewrite.WASILimits){
		"too large":                      func(w *rewrite.WASILimits) { w.CodeBytes-- },
		"more than 5 functions":          func(w *rewrite.WASILimits) { w.Functions-- },
		"7 function parameters in total": func(w *rewrite.WASILimits) { w.TotalFunctionParams-- },
		"more than 2 locals":             func(w *rewrite.WASILimits) { w.FunctionLocals-- },
		"9 function locals in total":     func(w *rewrite.WASILimits) { w.TotalFunctionLocals-- },
		"too large max limit":            func(w *rewrite.WASILimits) { w.TableElements-- },
		"more than 1 data segments":      func(w *rewrite.WASILimits) { w.DataSegments-- },
		"too long to compile":            func(w *rewrite.WASILimits) { w.CompileWork-- },
		"unsupported import":             func(w *rewrite.WASILimits) { w.Allow = false },
	} {
		limits.WASI = least
		lower(&limits.WASI)
		_, err := rewrite.Check(code, limits, nil)
		require.ErrorContains(t, err, text)
	}

	limits = rewrite.DefaultLimits()
	_, err = rewrite.Check(build("env"), limits, nil)
	require.ErrorContains(t, err, "unbound table", "only with WASI")
	plain := contract(nil)
	limits.WASI.CodeBytes, limits.CodeBytes = 1, uint32(len(plain))
	_, err = rewrite.Check(plain, limits, nil)
	require.NoError(t, err, "WASI's limits are not for others")
}

// TestDefaultWASILimits: what a chain starts with is within what it may choose.
func TestDefaultWASILimits(t *testing.T) {
	d, m := rewrite.DefaultWASILimits(), rewrite.MaxWASILimits()
	require.True(t, d.Allow)
	require.True(t, m.Allow)
	for _, pair := range [][2]uint64{
		{uint64(d.CodeBytes), uint64(m.CodeBytes)},
		{uint64(d.Functions), uint64(m.Functions)},
		{uint64(d.TotalFunctionParams), uint64(m.TotalFunctionParams)},
		{uint64(d.FunctionLocals), uint64(m.FunctionLocals)},
		{uint64(d.TotalFunctionLocals), uint64(m.TotalFunctionLocals)},
		{uint64(d.TableElements), uint64(m.TableElements)},
		{uint64(d.DataSegments), uint64(m.DataSegments)},
		{uint64(d.CompileWork), uint64(m.CompileWork)},
		{d.InitializeGas, m.InitializeGas},
	} {
		require.Positive(t, pair[0])
		require.LessOrEqual(t, pair[0], pair[1])
	}
}
