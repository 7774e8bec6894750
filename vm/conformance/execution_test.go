//go:build cgo

package conformance

import (
	"fmt"
	"math"
	"testing"

	"github.com/weftchain/weft/vm"
	"github.com/weftchain/weft/vm/internal/wat"
)

// Hand-made contracts that end in every way in which a contract can end.

// ending is a contract whose entry points run some code that leaves an i32.
func ending(code ...any) []byte {
	return contractOf(func(m *wat.Module) { export(m, code...) })
}

func export(m *wat.Module, code ...any) {
	for _, entry := range []string{"query", "sudo", "migrate"} {
		m.ExportFunc(entry, wat.T(wat.I32, wat.I32), wat.T(wat.I32), wat.T(wat.I32, wat.I64, wat.F32, wat.F64), wat.Code(code...))
	}
}

// run calls all entry points of a contract, those with other numbers of
// arguments and those that it does not have.
func (l *lab) run(name string, wasm []byte) {
	l.tb.Helper()
	c := l.store(name, wasm)
	if c == nil {
		l.tb.Fatalf("%s is refused", name)
	}
	l.add("contract", c)
	l.each(func(w *world) { w.actors["contract"].entries["k"] = []byte("v") })
	for _, limit := range []uint64{0, 1_000, 300_000, 700_000, 1_000_000, 2_000_000, 50_000_000, gasLimit} {
		if limit == gasLimit {
			limit = 2_000_000_000
		}
		for _, entry := range []string{"query", "sudo", "migrate", "reply"} {
			l.call(limit, "contract", entry, "{}", "{}")
		}
		for _, entry := range []string{"instantiate", "execute", "migrate"} {
			l.call(limit, "contract", entry, "{}", "{}", "{}")
		}
	}
	for _, limit := range []uint64{math.MaxInt64 - 1, math.MaxInt64, math.MaxInt64 + 1, math.MaxUint64 - 1, math.MaxUint64} {
		l.call(limit, "contract", "reply", "{}", "{}") // does not exist
	}
}

func TestEndings(t *testing.T) {
	t.Parallel()
	result := wat.I32Const(16)
	region := func(offset, capacity, length uint32) func(m *wat.Module) {
		return func(m *wat.Module) { m.Data(16, regionBytes(offset, capacity, length)) }
	}
	with := func(data func(m *wat.Module), code ...any) []byte {
		return contractOf(func(m *wat.Module) { data(m); export(m, code...) })
	}
	cases := map[string][]byte{
		"a region":              with(region(4, 8, 8), result),
		"nothing":               ending(wat.I32Const(0)),
		"no region":             ending(wat.I32Const(4)),
		"minus one":             ending(wat.I32Const(-1)),
		"the last bytes":        ending(wat.I32Const(65_536 - 12)),
		"almost a region":       ending(wat.I32Const(65_536 - 11)),
		"behind memory":         ending(wat.I32Const(65_536)),
		"empty region":          with(region(4, 0, 0), result),
		"too long":              with(region(4, 4, 5), result),
		"out of memory":         with(region(65_530, 100, 100), result),
		"overflow":              with(region(65_530, 0xffff_ffff, 10), result),
		"70 MB":                 with(region(4, 70_000_000, 70_000_000), result),
		"64 MiB":                with(region(4, 64<<20, 64<<20), result),
		"64 MiB and one":        with(region(4, 64<<20+1, 64<<20+1), result),
		"unreachable":           ending(wat.Unreachable),
		"division by zero":      ending(wat.I32Const(1), wat.I32Const(0), wat.I32DivS),
		"remainder by zero":     ending(wat.I32Const(1), wat.I32Const(0), wat.I32RemU),
		"division overflow":     ending(wat.I32Const(math.MinInt32), wat.I32Const(-1), wat.I32DivS),
		"no remainder overflow": with(region(4, 8, 8), wat.I32Const(math.MinInt32), wat.I32Const(-1), wat.I32RemS, result, wat.I32Or),
		"wide division by zero": ending(wat.I64Const(1), wat.I64Const(0), wat.I64DivS, wat.I32WrapI64),
		"wide overflow":         ending(wat.I64Const(math.MinInt64), wat.I64Const(-1), wat.I64DivS, wat.I32WrapI64),
		"conversion of NaN":     ending(wat.F32Const(float32(math.NaN())), 0xa8),
		"conversion of 2^31":    ending(wat.F64Const(2147483648), 0xaa),
		"conversion of 2^63":    ending(wat.F64Const(9223372036854775808), 0xb0, wat.I32WrapI64),
		"load out of memory":    ending(wat.I32Const(65_533), wat.Load(wat.I32Load, 0)),
		"load far out":          ending(wat.I32Const(-1), wat.Load(wat.I32Load, math.MaxUint32)),
		"store out of memory":   ending(wat.I32Const(65_533), wat.I32Const(1), wat.Store(wat.I32Store, 0), result),
		"loop without end":      ending(wat.Loop(wat.NoResult), wat.Br(0), wat.End, result),
		"recursion by itself":   contractOf(func(m *wat.Module) { f := m.Func(nil, nil, nil, wat.Code(wat.Call(0))); export(m, wat.Call(f), result) }),
		"return":                with(region(4, 8, 8), result, wat.Return),
		"branch to the end":     with(region(4, 8, 8), result, wat.Br(0)),
		"dead code behind":      with(region(4, 8, 8), result, wat.Return, wat.Unreachable, wat.Drop, wat.I64Const(3), wat.Drop, wat.I32Const(3)),
		"grows to its limit":    with(region(4, 8, 8), wat.Loop(wat.NoResult), wat.I32Const(100), wat.MemoryGrow(), wat.I32Const(-1), wat.I32Ne, wat.BrIf(0), wat.End, result),
	}
	for _, c := range sorted(cases) {
		newLab(t).run(c.key, c.value)
	}
}

// Exports of other types than a contract should have.
func TestStrangeExports(t *testing.T) {
	t.Parallel()
	exports := map[string]func(m *wat.Module){
		"no parameter":     func(m *wat.Module) { m.ExportFunc("query", nil, wat.T(wat.I32), nil, wat.I32Const(16)) },
		"one parameter":    func(m *wat.Module) { m.ExportFunc("query", wat.T(wat.I32), wat.T(wat.I32), nil, wat.I32Const(16)) },
		"three parameters": func(m *wat.Module) { m.ExportFunc("query", many(wat.I32, 3), wat.T(wat.I32), nil, wat.I32Const(16)) },
		"wide parameter": func(m *wat.Module) {
			m.ExportFunc("query", wat.T(wat.I32, wat.I64), wat.T(wat.I32), nil, wat.I32Const(16))
		},
		"float parameters": func(m *wat.Module) {
			m.ExportFunc("query", wat.T(wat.F32, wat.F64), wat.T(wat.I32), nil, wat.I32Const(16))
		},
		"no result":     func(m *wat.Module) { m.ExportFunc("query", many(wat.I32, 2), nil, nil, nil) },
		"wide result":   func(m *wat.Module) { m.ExportFunc("query", many(wat.I32, 2), wat.T(wat.I64), nil, wat.I64Const(16)) },
		"float result":  func(m *wat.Module) { m.ExportFunc("query", many(wat.I32, 2), wat.T(wat.F32), nil, wat.F32Const(16)) },
		"double result": func(m *wat.Module) { m.ExportFunc("query", many(wat.I32, 2), wat.T(wat.F64), nil, wat.F64Const(16)) },
		"a memory":      func(m *wat.Module) { m.Export("query", wat.MemoryKind, 0) },
		"a global":      func(m *wat.Module) { m.Export("query", wat.GlobalKind, m.Global(wat.I32, false, wat.I32Const(1))) },
		"an import": func(m *wat.Module) {
			m.Export("query", wat.FuncKind, m.Import("env", "db_write", many(wat.I32, 2), nil))
			m.Export("reply", wat.FuncKind, m.Import("env", "addr_canonicalize", many(wat.I32, 2), wat.T(wat.I32)))
			m.Export("sudo", wat.FuncKind, 1)
		},
		"migrate of three": func(m *wat.Module) { m.ExportFunc("migrate", many(wat.I32, 3), wat.T(wat.I32), nil, wat.I32Const(16)) },
		"migrate of four":  func(m *wat.Module) { m.ExportFunc("migrate", many(wat.I32, 4), wat.T(wat.I32), nil, wat.I32Const(16)) },
		"migrate of one":   func(m *wat.Module) { m.ExportFunc("migrate", many(wat.I32, 1), wat.T(wat.I32), nil, wat.I32Const(16)) },
		"migrate of two":   func(m *wat.Module) { m.ExportFunc("migrate", many(wat.I32, 2), wat.T(wat.I32), nil, wat.I32Const(16)) },
		"migrate that traps": func(m *wat.Module) {
			m.ExportFunc("migrate", many(wat.I32, 2), wat.T(wat.I32), nil, []byte{wat.Unreachable})
		},
		"migrate, wide":      func(m *wat.Module) { m.ExportFunc("migrate", many(wat.I64, 3), wat.T(wat.I32), nil, wat.I32Const(16)) },
		"migrate of nothing": func(m *wat.Module) { m.ExportFunc("migrate", many(wat.I32, 2), nil, nil, nil) },
	}
	for _, c := range sorted(exports) {
		newLab(t).run(c.key, contractOf(func(m *wat.Module) { c.value(m); m.Data(16, regionBytes(4, 8, 8)) }))
	}
	types := map[string][2]wat.Types{ // parameters and results of allocate, then deallocate
		"allocate of nothing":        {nil, wat.T(wat.I32)},
		"allocate of two":            {many(wat.I32, 2), wat.T(wat.I32)},
		"allocate of a wide number":  {wat.T(wat.I64), wat.T(wat.I32)},
		"allocate gives nothing":     {wat.T(wat.I32), nil},
		"allocate gives a wide one":  {wat.T(wat.I32), wat.T(wat.I64)},
		"allocate gives a float":     {wat.T(wat.I32), wat.T(wat.F32)},
		"deallocate of nothing":      {nil, nil},
		"deallocate of two":          {many(wat.I32, 2), nil},
		"deallocate of a float":      {wat.T(wat.F32), nil},
		"deallocate gives something": {wat.T(wat.I32), wat.T(wat.I32)},
	}
	for _, c := range sorted(types) {
		newLab(t).run(c.key, strangeMemory(c.key[:3] == "all", c.value[0], c.value[1]))
	}
}

// strangeMemory is a contract whose allocate or deallocate has another type.
func strangeMemory(allocate bool, params, results wat.Types) []byte {
	m := &wat.Module{}
	m.Memory(1)
	m.Export("memory", wat.MemoryKind, 0)
	value := func(results wat.Types) []byte {
		if len(results) == 0 {
			return nil
		}
		return map[wat.Type][]byte{wat.I32: wat.I32Const(32), wat.I64: wat.I64Const(32), wat.F32: wat.F32Const(32)}[results[0]]
	}
	if allocate {
		m.ExportFunc("allocate", params, results, nil, value(results))
		m.ExportFunc("deallocate", wat.T(wat.I32), nil, nil, nil)
	} else {
		m.ExportFunc("allocate", wat.T(wat.I32), wat.T(wat.I32), nil, wat.I32Const(32))
		m.ExportFunc("deallocate", params, results, nil, value(results))
	}
	m.ExportFunc("interface_version_8", nil, nil, nil, nil)
	export(m, wat.I32Const(16))
	m.Data(16, regionBytes(4, 8, 8))
	m.Data(32, regionBytes(64, 8, 8))
	return m.Bytes()
}

// Tables: entries that are there, that are not, that have another type.
func TestIndirectCalls(t *testing.T) {
	t.Parallel()
	for _, entry := range []int32{0, 1, 2, 3, 4, 5, -1, math.MinInt32} {
		for _, typ := range []wat.Types{nil, wat.T(wat.I32), wat.T(wat.I64), wat.T(wat.F32)} {
			newLab(t).run(fmt.Sprintf("entry %d as %v", entry, typ), contractOf(func(m *wat.Module) {
				m.Table(5, 5)
				a, b := m.Func(nil, nil, nil, nil), m.Func(wat.T(wat.I32), nil, nil, nil)
				m.Elem(0, a, b, a)
				m.Elem(2, b)
				var arg []byte
				if len(typ) > 0 {
					arg = map[wat.Type][]byte{wat.I32: wat.I32Const(1), wat.I64: wat.I64Const(1), wat.F32: wat.F32Const(1)}[typ[0]]
				}
				export(m, arg, wat.I32Const(entry), wat.CallIndirect(m.Type(typ, nil)), wat.I32Const(16))
				m.Data(16, regionBytes(4, 8, 8))
			}))
		}
	}
}

// frame is the shape of a function that calls itself.
type frame struct{ params, locals, operands, blocks int }

// recursive is a contract whose query calls itself as deep as its message says.
func recursive(f frame) []byte {
	return contractOf(func(m *wat.Module) {
		params := append(wat.T(wat.I32), many(wat.I64, f.params)...)
		var args []byte
		for i := range f.params {
			args = append(args, wat.LocalGet(uint32(1+i))...)
		}
		self := wat.Code(wat.LocalGet(0), wat.I32Const(1), wat.I32Sub, args, wat.Call(0))
		operands := wat.Repeat(f.operands, wat.LocalGet(0), wat.I32Const(3), wat.I32Mul)
		code := wat.Code(wat.LocalGet(0), wat.If(wat.NoResult), wat.Repeat(f.blocks, wat.Block(wat.NoResult)), operands, self, wat.Repeat(f.operands, wat.Drop), wat.Repeat(f.blocks, wat.End), wat.End)
		r := m.Func(params, nil, many(wat.I64, f.locals), code)
		var zeros []byte
		for range f.params {
			zeros = append(zeros, wat.I64Const(0)...)
		}
		export(m, wat.LocalGet(1), wat.Load(wat.I32Load, 0), wat.Load(wat.I32Load, 0), zeros, wat.Call(r), wat.I32Const(16))
		m.Data(16, regionBytes(4, 8, 8))
	})
}

func depthMessage(n uint32) string {
	return string([]byte{byte(n), byte(n >> 8), byte(n >> 16), byte(n >> 24)})
}

// Recursion up to 90 % of what the reference's stack holds is the same here;
// somewhat beyond its end both give up.
func TestRecursion(t *testing.T) {
	t.Parallel()
	frames := []frame{
		{},
		{params: 4},
		{params: 6},
		{params: 8},
		{params: 20},
		{params: 30},
		{operands: 1},
		{operands: 3},
		{operands: 5},
		{operands: 30},
		{params: 3, locals: 30, operands: 30},
		{locals: 5, operands: 5},
		{locals: 10},
		{locals: 40},
		{locals: 99},
		{params: 10},
		{params: 50},
		{operands: 10},
		{operands: 60},
		{blocks: 20},
		{params: 5, locals: 20, operands: 20, blocks: 5},
	}
	for _, f := range frames {
		l := newLab(t)
		c := l.must(fmt.Sprintf("recursion %+v", f), recursive(f))
		l.add("contract", c)
		depthOf := func(w *world) uint32 { // the largest that works
			low, high := uint32(0), uint32(100_000)
			for low < high {
				mid := (low + high + 1) / 2
				out := w.engine.run(w, request{actor: w.actors["contract"], entry: "query", args: [][]byte{[]byte("{}"), []byte(depthMessage(mid))}, limit: gasLimit})
				if out.Err == "" {
					low = mid
				} else {
					high = mid - 1
				}
			}
			return low
		}
		want, got := depthOf(l.ref), depthOf(l.weft)
		ratio := float64(got) / float64(want)
		t.Logf("%+v: %d frames in the reference, %d here (%.2f)", f, want, got, ratio)
		if ratio < 0.99 || ratio > 1.15 {
			l.differ("%+v: recursion ends after %d frames, in the reference after %d", f, got, want)
		}
		for _, part := range []uint32{1, 10, 40, 60, 80, 90} {
			l.call(gasLimit, "contract", "query", "{}", depthMessage(want*part/100))
		}
		for _, e := range []*world{l.ref, l.weft} {
			e.log = nil
			out := e.engine.run(e, request{actor: e.actors["contract"], entry: "query", args: [][]byte{[]byte("{}"), []byte(depthMessage(90_000))}, limit: gasLimit})
			if kindOfText(out.Err) != vm.KindStack {
				l.differ("%+v: endless recursion ends with %q", f, out.Err)
			}
		}
	}
}
