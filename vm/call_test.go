package vm

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/vm/internal/wat"
	"github.com/weftchain/weft/vm/rewrite"
)

// loopGasLimit is enough for the interpreter to loop for a moment.
const loopGasLimit = 20_000_000

// attack is a contract with an allocate of its own.
func attack(g *guest, allocate []byte, deallocate []byte) []byte {
	g.Data(resultRegion, regionOf(dataC, 2, 2))
	g.Data(dataC, []byte("ok"))
	g.Memory(1)
	g.Export("memory", wat.MemoryKind, 0)
	g.ExportFunc("allocate", wat.T(wat.I32), wat.T(wat.I32), wat.T(wat.I32), allocate)
	g.ExportFunc("deallocate", wat.T(wat.I32), nil, nil, deallocate)
	g.ExportFunc("interface_version_8", nil, nil, nil, nil)
	return g.Bytes()
}

func withArgs(args ...string) func(*Call) {
	return func(c *Call) {
		for _, a := range args {
			c.Args = append(c.Args, []byte(a))
		}
	}
}

// An entry point with two arguments that returns the second.
func secondArgument(g *guest) {
	g.ExportFunc("go", wat.T(wat.I32, wat.I32), wat.T(wat.I32), nil, wat.LocalGet(1))
}

func TestAllocateAttacks(t *testing.T) {
	region := func(b []byte) func(g *guest) { return func(g *guest) { g.Data(regionA, b) } }
	for name, test := range map[string]struct {
		allocate []byte
		prepare  func(g *guest)
		kind     Kind
		text     string
	}{
		"null":            {wat.I32Const(0), nil, KindCommunication, "Error in guest/host communication: Got a zero Wasm address"},
		"outside":         {wat.I32Const(-4), nil, KindCommunication, "could not be dereferenced"},
		"empty Region":    {wat.I32Const(128), nil, KindCommunication, "zero Wasm address in the offset"},
		"too small":       {wat.I32Const(regionA), region(regionOf(dataA, 3, 0)), KindCommunication, "Region too small. Got 3, required 4"},
		"beyond memory":   {wat.I32Const(regionA), region(regionOf(pageBytes-3, 4, 0)), KindCommunication, "Tried to access memory"},
		"traps":           {wat.Code(wat.Unreachable), nil, KindTrap, "RuntimeError: unreachable"},
		"loops":           {wat.Code(wat.Loop(wat.NoResult), wat.Br(0), wat.End, wat.I32Const(0)), nil, KindOutOfGas, "Out of gas"},
		"the same twice":  {wat.I32Const(regionA), region(regionOf(dataA, 8, 0)), 0, "arg2"},
		"in one instance": {wat.Code(wat.I32Const(regionA), wat.I32Const(1), wat.MemoryGrow(), wat.Drop), region(regionOf(dataA, 8, 0)), 0, "arg2"},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGuest()
			if test.prepare != nil {
				test.prepare(g)
			}
			secondArgument(g)
			res, _, err := runCode(t, attack(g, test.allocate, nil), func(c *Call) {
				withArgs("arg1", "arg2")(c)
				c.GasLimit = loopGasLimit
			})
			if test.kind != 0 {
				requireKind(t, test.kind, test.text, err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, test.text, string(res.Data))
		})
	}
}

func TestDeallocateAttacks(t *testing.T) {
	for name, test := range map[string]struct {
		deallocate []byte
		kind       Kind
	}{
		"traps": {wat.Code(wat.Unreachable), KindTrap},
		"loops": {wat.Code(wat.Loop(wat.NoResult), wat.Br(0), wat.End), KindOutOfGas},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGuest().entry(wat.I32Const(resultRegion))
			_, _, err := runCode(t, attack(g, wat.I32Const(0), test.deallocate), func(c *Call) { c.GasLimit = loopGasLimit })
			requireKind(t, test.kind, "", err)
		})
	}
}

// Every import is called from inside allocate, which the host calls with one
// guest entry running and with none. What needs allocate once more from the
// second level is refused, and nothing recurses.
func TestImportsInsideAllocate(t *testing.T) {
	for _, im := range imports {
		t.Run(im.name, func(t *testing.T) {
			g := newGuest(im.name, "query_chain").region(regionA, dataA, "abc")
			g.Data(regionB, regionOf(dataB, 90, 0))
			args := []int32{regionA, regionB, regionA, regionB}[:im.params]
			g.entry(g.call("query_chain", regionA))
			allocate := wat.Code(g.call(im.name, args...), g.dropResult(im.name), wat.I32Const(regionB))
			res, _, err := runCode(t, attack(g, allocate, nil), func(*Call) {})
			switch im.name {
			case "query_chain":
				requireKind(t, KindDepth, "Maximum call depth exceeded.", err)
			case "addr_humanize": // an error Region has to be allocated
				requireKind(t, KindDepth, "Maximum call depth exceeded.", err)
			case "abort":
				requireKind(t, KindAborted, "Aborted: abc", err)
			default:
				require.False(t, isFault(err), err)
			}
			require.Positive(t, res.GasUsed)
		})
	}
}

// The text of an error that passes through two guest entries.
func TestNestedTrapText(t *testing.T) {
	g := newGuest("query_chain").region(regionA, dataA, "abc")
	g.entry(g.call("query_chain", regionA))
	_, _, err := runCode(t, attack(g, wat.Code(wat.Unreachable), nil), func(*Call) {})
	requireKind(t, KindTrap, "", err)
	require.EqualError(t, err, "Error calling the VM: Error executing Wasm: Wasmer runtime error: RuntimeError: "+
		"Error executing Wasm: Wasmer runtime error: RuntimeError: unreachable")
}

func TestTraps(t *testing.T) {
	call := func(table bool, index int32) []byte {
		return wat.Code(wat.I32Const(index), wat.CallIndirect(0), wat.I32Const(0))
	}
	for name, test := range map[string]struct {
		code []byte
		text string
	}{
		"unreachable":           {wat.Code(wat.Unreachable), "unreachable"},
		"division by zero":      {wat.Code(wat.I32Const(1), wat.I32Const(0), wat.I32DivU), "integer divide by zero"},
		"remainder by zero":     {wat.Code(wat.I32Const(1), wat.I32Const(0), wat.I32RemS), "integer divide by zero"},
		"overflow":              {wat.Code(wat.I32Const(-1<<31), wat.I32Const(-1), wat.I32DivS), "integer overflow"},
		"conversion":            {wat.Code(wat.F32Const(1e30), 0xa8), "integer overflow"},
		"NaN":                   {wat.Code(wat.F32Const(0), wat.F32Const(0), wat.F32Div, 0xa8), "invalid conversion to integer"},
		"load":                  {wat.Code(wat.I32Const(-1), wat.Load(wat.I32Load, 0)), "out of bounds memory access"},
		"load far":              {wat.Code(wat.I32Const(-1), wat.Load(wat.I32Load, 1<<32-1)), "out of bounds memory access"},
		"indirect beyond table": {call(true, 9), "undefined element: out of bounds table access"},
		"indirect null":         {call(true, 1), "undefined element: out of bounds table access"},
		"indirect of a type":    {call(true, 0), "indirect call type mismatch"},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGuest()
			g.Type(nil, nil) // type 0, which call_indirect names
			g.Table(2, 2)
			f := g.Func(wat.T(wat.I64), nil, nil, nil)
			g.Elem(0, f)
			_, _, err := run(t, g.entry(test.code))
			requireKind(t, KindTrap, "", err)
			require.EqualError(t, err, "Error calling the VM: Error executing Wasm: Wasmer runtime error: RuntimeError: "+test.text)
		})
	}
}

func TestAbort(t *testing.T) {
	for text, want := range map[string]string{"": "Aborted: ", "boom": "Aborted: boom", "a\xffb": "Aborted: a\ufffdb"} {
		g := newGuest("abort").region(regionA, dataA, text)
		g.entry(g.call("abort", regionA), wat.I32Const(resultRegion))
		res, _, err := run(t, g)
		requireKind(t, KindAborted, want, err)
		require.Equal(t, 115+1_610+gasHostCall+readCost(uint32(len(text)))+stringCost(len(text)), res.GasUsed)
	}
	g := newGuest("abort").bigRegion(regionA, maxAbortBytes+1)
	g.entry(g.call("abort", regionA), wat.I32Const(resultRegion))
	_, _, err := run(t, g)
	requireKind(t, KindCommunication, "Region length too big. Got 2097153, limit 2097152", err)
}

func TestEntryPoints(t *testing.T) {
	g := newGuest().entry(wat.I32Const(resultRegion))
	g.ExportFunc("wide", wat.T(wat.I64), wat.T(wat.I32), nil, wat.I32Const(resultRegion))
	g.ExportFunc("nothing", nil, nil, nil, nil)
	g.ExportFunc("long", nil, wat.T(wat.I64), nil, wat.I64Const(resultRegion))
	code := g.code()
	for _, test := range []struct {
		entry string
		args  []string
		kind  Kind
		text  string
	}{
		{"go", nil, 0, ""},
		{"go", []string{"a"}, KindArity, "The called function args arity does not match. The contract's method arity: 0"},
		{"missing", nil, KindResolve, "Error resolving Wasm function: Could not get export: Missing export missing"},
		{"memory", nil, KindResolve, "Missing export memory"},
		{rewrite.GasGlobal, nil, KindResolve, "Missing export"},
		{"wide", nil, KindArity, "arity: 1"},
		{"wide", []string{"a"}, KindTrap, "did not match signature"},
		{"nothing", nil, KindResult, "Unexpected number of result values when calling 'nothing'. Expected: 1, actual: 0."},
		{"long", nil, KindResult, "i64"},
	} {
		_, _, err := runCode(t, code, func(c *Call) { c.Entry = test.entry; withArgs(test.args...)(c) })
		if test.kind == 0 {
			require.NoError(t, err)
			continue
		}
		requireKind(t, test.kind, test.text, err)
	}
}

// migrate has two forms; the long one is tried first and its attempt is paid.
func TestMigrateForms(t *testing.T) {
	forms := map[int][]byte{}
	for params := 1; params <= 4; params++ {
		g := newGuest()
		types := wat.T(wat.I32, wat.I32, wat.I32, wat.I32)[:params]
		g.ExportFunc("migrate", types, wat.T(wat.I32), nil, wat.LocalGet(uint32(params-1)))
		forms[params] = g.code()
	}
	migrate := func(params int, args ...string) (Result, error) {
		res, _, err := runCode(t, forms[params], func(c *Call) { c.Entry = "migrate"; withArgs(args...)(c) })
		return res, err
	}
	long, err := migrate(3, "env", "msg", "info")
	require.NoError(t, err)
	require.Equal(t, "info", string(long.Data))
	short, err := migrate(2, "env", "msg")
	require.NoError(t, err)
	require.Equal(t, "msg", string(short.Data))
	fallback, err := migrate(2, "env", "msg", "info")
	require.NoError(t, err)
	require.Equal(t, "msg", string(fallback.Data))
	allocate := uint64(19*115 + 1_610)
	require.Equal(t, short.GasUsed+3*allocate+2*writeCost(3)+writeCost(4), fallback.GasUsed)
	_, err = migrate(3, "env", "msg")
	requireKind(t, KindArity, "arity: 3", err)
	for _, params := range []int{1, 4} {
		_, err = migrate(params, "env", "msg", "info")
		requireKind(t, KindArity, fmt.Sprintf("arity: %d", params), err)
	}
}

func TestGasOfTheGuest(t *testing.T) {
	g := newGuest().entry(wat.Loop(wat.NoResult), wat.Br(0), wat.End, wat.I32Const(0))
	res, _, err := runCode(t, g.code(), func(c *Call) { c.GasLimit = loopGasLimit })
	requireKind(t, KindOutOfGas, "Out of gas", err)
	require.Equal(t, Result{GasUsed: loopGasLimit}, res)
}

// Memory grows to 512 pages and then gives -1.
func TestMemoryGrowth(t *testing.T) {
	g := newGuest().entry(
		wat.Loop(wat.NoResult), wat.I32Const(1), wat.MemoryGrow(), wat.I32Const(-1), wat.I32Ne, wat.BrIf(0), wat.End,
		wat.MemorySize(), wat.I32Const(512), wat.I32Ne, wat.If(wat.NoResult), wat.Unreachable, wat.End,
		wat.I32Const(1<<16), wat.MemoryGrow(), wat.I32Const(-1), wat.I32Ne, wat.If(wat.NoResult), wat.Unreachable, wat.End,
		wat.I32Const(resultRegion))
	_, _, err := run(t, g)
	require.NoError(t, err)
}

// recursion builds a function with some locals that calls itself as often as the
// first argument of the entry point is long.
func recursion(locals int) []byte {
	g := newGuest()
	g.Memory(32)
	types := make(wat.Types, locals)
	for i := range types {
		types[i] = wat.I64
	}
	self := g.Func(nil, nil, nil, nil) + 1
	f := g.Func(wat.T(wat.I32), nil, types, wat.Code(
		wat.LocalGet(0), wat.If(wat.NoResult), wat.LocalGet(0), wat.I32Const(1), wat.I32Sub, wat.Call(self), wat.End))
	g.ExportFunc("go", wat.T(wat.I32), wat.T(wat.I32), nil, wat.Code(
		wat.LocalGet(0), wat.Load(wat.I32Load, 8), wat.Call(f), wat.I32Const(resultRegion)))
	return g.code()
}

// The stack budget ends a recursion at the same depth everywhere, well before
// the engine's own stack does.
func TestStackBudget(t *testing.T) {
	for _, locals := range []int{0, 1, 50, 99} {
		code := recursion(locals)
		entry := (48 + 8*(1+1) + 15) / 16 * 16        // a parameter, and a call with an argument
		frame := (48 + 8*(1+locals+1) + 15) / 16 * 16 // the same and locals
		depth := (rewrite.StackBudget - entry) / frame
		call, _ := testCall(code)
		call.Args = [][]byte{make([]byte, depth-1)}
		_, err := sharedEngine(t).Call(call)
		require.NoError(t, err, "%d locals", locals)
		call.Args = [][]byte{make([]byte, depth)}
		_, err = sharedEngine(t).Call(call)
		requireKind(t, KindStack, "RuntimeError: call stack exhausted", err)
		call.Args = [][]byte{make([]byte, 1<<20)}
		_, err = sharedEngine(t).Call(call)
		requireKind(t, KindStack, "RuntimeError: call stack exhausted", err)
	}
}

// The upper half of an i32 is garbage in arguments and results.
func TestDirtyUpperHalves(t *testing.T) {
	dirty := func(v int64) []byte { // the value comes from memory, so that nothing folds it
		return wat.Code(wat.I32Const(scratch), wat.Load(wat.I64Load, 0), wat.I64Const(v), wat.I64Add, wat.I32WrapI64)
	}
	g := newGuest("db_write", "db_read", "db_scan", "db_next", "secp256k1_recover_pubkey", "addr_canonicalize")
	g.Data(scratch, []byte("\x00\x00\x00\x00\xef\xbe\xad\xde"))
	g.region(regionA, dataA, "key").region(regionB, dataB, "value")
	call := func(name string, args ...int64) []byte {
		var b []byte
		for _, a := range args {
			b = append(b, dirty(a)...)
		}
		return append(b, wat.Call(g.env[name])...)
	}
	g.entry(
		call("db_write", regionA, regionB),
		call("db_read", regionA), wat.Drop,
		call("db_scan", 0, 0, 1), wat.Drop,
		call("db_next", 0), wat.Drop,
		dirty(regionB))
	res, store, err := run(t, g)
	require.NoError(t, err)
	require.Equal(t, "value", string(res.Data))
	require.Equal(t, map[string]string{"key": "value"}, store.entries)
}

func TestQueryChain(t *testing.T) {
	g := newGuest("query_chain").region(regionA, dataA, `{"a":1}`)
	g.entry(g.call("query_chain", regionA))
	code := g.code()
	var limit uint64
	res, _, err := runCode(t, code, func(c *Call) { c.Querier = spy{&limit} })
	require.NoError(t, err)
	require.Equal(t, `{"a":1}`, string(res.Data))
	require.Equal(t, uint64(77), res.GasExternal)
	require.Equal(t, testGasLimit-(115+1_610+gasHostCall+readCost(7)), limit)

	// A guest frees nothing of what it did not ask for: an empty answer is a Region.
	res, _, err = runCode(t, code, func(c *Call) { c.Querier = fixedQuerier{answer: []byte{}} })
	require.NoError(t, err)
	require.Equal(t, []byte{}, res.Data)
	// There is no limit for the length of an answer but the guest's memory.
	_, _, err = runCode(t, code, func(c *Call) { c.Querier = fixedQuerier{answer: []byte(strings.Repeat("x", pageBytes))} })
	requireKind(t, KindCommunication, "Tried to access memory", err)
	_, _, err = runCode(t, code, func(c *Call) { c.Querier = fixedQuerier{err: &UserError{"no"}} })
	requireKind(t, KindBackend, "User error during call into backend: no", err)
	g = newGuest("query_chain").bigRegion(regionA, maxQueryBytes+1)
	_, _, err = run(t, g.entry(g.call("query_chain", regionA)))
	requireKind(t, KindCommunication, "Region length too big. Got 65537, limit 65536", err)
}

// spy notes the gas that a querier is offered.
type spy struct{ limit *uint64 }

func (s spy) Query(request []byte, gasLimit uint64) ([]byte, uint64, error) {
	*s.limit = gasLimit
	return request, 77, nil
}

type fixedQuerier struct {
	answer []byte
	gas    uint64
	err    error
	panics any
}

func (q fixedQuerier) Query([]byte, uint64) ([]byte, uint64, error) {
	if q.panics != nil {
		panic(q.panics)
	}
	return q.answer, q.gas, q.err
}
