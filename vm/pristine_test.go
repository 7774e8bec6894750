package vm

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/vm/internal/wat"
)

// leakPages is the limit for memory of the engines below: few enough to be reached.
const leakPages = 24

// leakGas suffices for what fuzzing comes up with, but for endless work.
const leakGas = 200_000_000

// leakEngines has one engine for each way of restoring that this system knows, and
// the interpreter.
var leakEngines = sync.OnceValues(func() ([]*Engine, error) {
	limits := DefaultLimits()
	limits.MemoryPages = leakPages
	var engines []*Engine
	for _, config := range []Config{{}, {Restore: RestorePagemap}, {Restore: RestoreCopy}, {Interpreter: true}} {
		config.Limits, config.MemoryCacheBytes = limits, 1<<20
		e, err := New(config)
		if err != nil && config.Restore == RestorePagemap {
			continue // not on Linux
		}
		if err != nil {
			return nil, err
		}
		engines = append(engines, e)
	}
	return engines, nil
})

// The addresses that leaker uses.
const (
	leakGlobals = 128       // where look puts the globals
	leakData    = 70_000    // a data segment, not at the start of a page
	leakMemory  = 3         // pages
	lookRegion  = dataC + 8 // a Region of everything
)

// leaker is a contract with globals, data and room to grow. Its entry point "go"
// does what steps say; "look" lets the memory grow by as many pages as it may and
// returns all of it, with the values of all globals.
func leaker(steps []byte) []byte {
	g := newGuest("db_read", "abort")
	g.Memory(leakMemory)
	g.Data(leakData, []byte("what was there from the beginning"))
	g.region(regionA, dataA, "key").region(regionB, dataB, "enough")
	i32 := g.Global(wat.I32, true, wat.I32Const(-7))
	i64 := g.Global(wat.I64, true, wat.I64Const(1<<40))
	f32 := g.Global(wat.F32, true, wat.F32Const(1.5))
	f64 := g.Global(wat.F64, true, wat.F64Const(-2.25))
	g.Global(wat.I64, false, wat.I64Const(3))
	// deep calls itself as often as it is told.
	deep := uint32(len(g.env)) // the first function behind the imports
	require0(g.Func(wat.T(wat.I32), wat.T(wat.I32), nil, wat.Code(
		wat.LocalGet(0), wat.I32Eqz, wat.If(byte(wat.I32)), wat.I32Const(0), wat.Else,
		wat.LocalGet(0), wat.I32Const(1), wat.I32Sub, wat.Call(deep), wat.I32Const(1), wat.I32Add, wat.End)) == deep)
	g.ExportFunc("look", nil, wat.T(wat.I32), nil, wat.Code(
		wat.Loop(wat.NoResult), wat.I32Const(1), wat.MemoryGrow(), wat.I32Const(-1), wat.I32Ne, wat.BrIf(0), wat.End,
		wat.I32Const(leakGlobals), wat.GlobalGet(i32), wat.Store(wat.I32Store, 0),
		wat.I32Const(leakGlobals), wat.GlobalGet(i64), wat.Store(wat.I64Store, 8),
		wat.I32Const(leakGlobals), wat.GlobalGet(f32), wat.Store(wat.F32Store, 16),
		wat.I32Const(leakGlobals), wat.GlobalGet(f64), wat.Store(wat.F64Store, 24),
		wat.I32Const(lookRegion)))
	g.Data(lookRegion, regionOf(1, leakPages*pageBytes-1, leakPages*pageBytes-1))
	body := []any{}
	for len(steps) > 0 {
		var step [9]byte
		steps = steps[copy(step[:], steps):]
		a, b := int32(binary.LittleEndian.Uint32(step[1:])), int32(binary.LittleEndian.Uint32(step[5:]))
		at := wat.I32Const(a & (8*pageBytes - 1)) // beyond memory unless that was made larger
		switch step[0] % 10 {
		case 0:
			body = append(body, at, wat.I32Const(b), wat.Store(wat.I32Store, 0))
		case 1:
			body = append(body, wat.I32Const(a), wat.GlobalSet(i32), wat.I64Const(int64(b)), wat.GlobalSet(i64),
				wat.I32Const(a), wat.F32Reinterpret, wat.GlobalSet(f32), wat.I64Const(int64(b)), wat.F64Reinterpret, wat.GlobalSet(f64))
		case 2:
			body = append(body, wat.I32Const(a&15), wat.MemoryGrow(), wat.Drop)
		case 3:
			body = append(body, at, wat.I32Const(b), wat.I32Const(b&(2*pageBytes-1)), wat.MemoryFill())
		case 4:
			body = append(body, g.call("db_read", regionA), wat.Drop) // allocate inside of it
		case 5: // one byte in every page of the system, up to the end: more than are kept
			body = append(body, at, wat.LocalSet(0), wat.Loop(wat.NoResult),
				wat.LocalGet(0), wat.I32Const(b|1), wat.Store(wat.I32Store, 0),
				wat.LocalGet(0), wat.I32Const(4096), wat.I32Add, wat.LocalTee(0), wat.I32Const(4), wat.I32Add,
				wat.MemorySize(), wat.I32Const(pageBytes), wat.I32Mul, wat.I32LtU, wat.BrIf(0), wat.End)
		case 6:
			body = append(body, at, wat.I32Const(b&(8*pageBytes-1)), wat.I32Const(a>>16&0x3fff), wat.MemoryCopy())
		case 7:
			body = append(body, wat.I32Const(a&0x3fff), wat.Call(deep), wat.Drop)
		case 8:
			if b&3 == 0 {
				body = append(body, wat.Unreachable)
			}
		case 9:
			if b&3 == 0 {
				body = append(body, g.call("abort", regionB))
			}
		}
	}
	return g.entry(append(body, wat.I32Const(resultRegion))...).code()
}

func require0(ok bool) {
	if !ok {
		panic("a function has another index")
	}
}

// requireNoTraces calls a leaker's entry points in turn and fails if the second
// look sees something that the first did not.
func requireNoTraces(t *testing.T, e *Engine, code []byte, gasLimits ...uint64) {
	t.Helper()
	look := func() Result {
		c, _ := testCall(code)
		c.Entry = "look"
		res, err := e.Call(c)
		require.NoError(t, err)
		require.NoError(t, e.CheckPristine())
		return res
	}
	want := look()
	for _, limit := range gasLimits {
		c, store := testCall(code)
		store.entries["key"] = "value"
		c.GasLimit = limit
		_, err := e.Call(c)
		if isFault(err) { // 2,000 frames are too many for the interpreter
			require.True(t, e.config.Interpreter)
			require.ErrorContains(t, err, "stack overflow")
		}
		require.NoError(t, e.CheckPristine())
		got := look()
		require.Equal(t, want.GasUsed, got.GasUsed)
		require.True(t, bytes.Equal(want.Data, got.Data), "a call sees another one's traces")
	}
}

// FuzzLeak has one call leave traces in memory, globals, sizes and stacks, ended
// by itself or in the middle: no later call may find any, however instances are
// restored.
func FuzzLeak(f *testing.F) {
	step := func(op byte, a, b uint32) []byte {
		return binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32([]byte{op}, a), b)
	}
	all := slices.Concat(step(0, leakData, 5), step(1, 1, 2), step(2, 5, 0), step(3, 200_000, 70_000), step(4, 0, 0),
		step(6, 0x4000_0010, leakData), step(7, 5_000, 0), step(5, 4, 1), step(8, 0, 0))
	f.Add(all, uint64(testGasLimit))
	f.Add(all, uint64(30_000_000))
	f.Add(slices.Concat(step(2, 15, 0), step(2, 6, 0), step(5, 100, 1)), uint64(testGasLimit)) // all that it may have
	f.Add(slices.Concat(step(4, 0, 0), step(9, 0, 0)), uint64(testGasLimit))
	f.Add(step(7, 0x3fff, 0), uint64(testGasLimit))
	f.Add(step(0, leakMemory*pageBytes-4, 0xffff_ffff), uint64(300_000))
	f.Fuzz(func(t *testing.T, steps []byte, gasLimit uint64) {
		engines, err := leakEngines()
		require.NoError(t, err)
		code := leaker(steps[:min(len(steps), 400)])
		for _, e := range engines {
			most := uint64(leakGas)
			if e.config.Interpreter {
				most /= 20
			}
			requireNoTraces(t, e, code, most, min(gasLimit, most))
		}
	})
}

// Every way of restoring gives back the same instance after hundreds of calls that
// differ in what they write to, so that pages are kept, swept and given back.
func TestPristineAfterManyCalls(t *testing.T) {
	engines, err := leakEngines()
	require.NoError(t, err)
	many := leaker([]byte{2, 15, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 1, 0, 0, 0})
	few := leaker([]byte{0, 0, 16, 1, 0, 1, 0, 0, 0})
	for _, e := range engines {
		calls := 140 // two sweeps of a mapping
		if e.config.Interpreter || e.config.Restore == RestoreCopy {
			calls = 5
		}
		var limits []uint64
		for i := range calls {
			limits = append(limits, 5_000_000+uint64(i*i)*40_000)
		}
		requireNoTraces(t, e, many, limits...)
		requireNoTraces(t, e, few, limits...)
		c, store := testCall(many)
		store.entries["key"] = "value"
		first, err := e.Call(c)
		require.NoError(t, err)
		for range 3 {
			again, err := e.Call(c)
			require.NoError(t, err)
			require.Equal(t, first, again)
		}
	}
}

// What a check is worth: it finds each kind of trace.
func TestCheckPristineFinds(t *testing.T) {
	for _, way := range []Restore{RestoreAuto, RestoreCopy} {
		e := newEngine(t, Config{Restore: way})
		c, _ := testCall(leaker(nil))
		code, err := e.load(c.Code)
		require.NoError(t, err)
		for text, leave := range map[string]func(i *instance){
			"differs from its image in the page at 0x11000": func(i *instance) { i.memory.WriteByte(leakData, 'X') },
			"differs from its image in the page at 0x0":     func(i *instance) { i.memory.WriteByte(0, 1) },
			"mutable global 3": func(i *instance) {
				i.globals[3].Set(0)
			},
			"bytes of memory": func(i *instance) {
				i.memory.Grow(1)
			},
			"beyond its memory": func(i *instance) {
				size := i.memory.Size()
				i.memory.Grow(2)
				i.memory.WriteByte(size+pageBytes+1, 1)
				if m, ok := i.linear.(interface{ used(uint64) }); ok {
					m.used(uint64(i.memory.Size()))
				}
				_, err := i.resize(uint64(size))
				require.NoError(t, err)
			},
		} {
			i, err := e.pool.acquire(code.compiled)
			require.NoError(t, err)
			require.NoError(t, i.checkPristine())
			leave(i)
			require.ErrorContains(t, i.checkPristine(), text)
			// No guest can leave traces beyond its memory; restoring would not see them.
			require.NoError(t, e.pool.release(i, text != "beyond its memory"))
			require.NoError(t, e.CheckPristine(), text)
		}
		e.memory.release(code)
	}
}

// A guest that has all the memory there is cannot be made smaller; its instance
// goes. The others are kept, also after a failure.
func TestWhichInstancesAreKept(t *testing.T) {
	limits := DefaultLimits()
	limits.MemoryPages = leakPages
	e := newEngine(t, Config{Limits: limits})
	idle := func(steps []byte, limit uint64) int {
		code := leaker(steps)
		c, _ := testCall(code)
		before := e.Stats().Idle
		c.GasLimit = limit
		_, err := e.Call(c)
		require.False(t, isFault(err))
		return e.Stats().Idle - before
	}
	require.Equal(t, 0, idle([]byte{2, 15, 0, 0, 0, 0, 0, 0, 0, 2, 6, 0, 0, 0, 0, 0, 0, 0}, testGasLimit))
	require.Equal(t, 1, idle([]byte{2, 15, 0, 0, 0, 0, 0, 0, 0, 2, 5, 0, 0, 0, 0, 0, 0, 0}, testGasLimit))
	require.Equal(t, 1, idle([]byte{8}, testGasLimit), "trapped")
	require.Equal(t, 1, idle([]byte{9}, testGasLimit), "aborted")
	require.Equal(t, 1, idle([]byte{7, 0xff, 0x3f}, testGasLimit), "stack")
	require.Equal(t, 1, idle([]byte{7, 0xff, 0x1f}, 10_000_000), "out of gas")

	c, _ := testCall(leaker([]byte{4}))
	c.Storage = &memStore{fail: fmt.Errorf("broken disk")}
	before := e.Stats().Idle
	_, err := e.Call(c)
	requireFault(t, "broken disk", err)
	require.Equal(t, before, e.Stats().Idle, "after a fault nothing is kept")
}

// Deep recursion leaves a large machine stack, which is not kept.
func TestLargeStacksAreDropped(t *testing.T) {
	e := newEngine(t, Config{})
	code := leaker([]byte{7, 0xff, 0x1f})
	c, _ := testCall(code)
	held, err := e.load(c.Code)
	require.NoError(t, err)
	defer e.memory.release(held)
	i, err := e.pool.acquire(held.compiled)
	require.NoError(t, err)
	_, err = (&call{Context: t.Context(), Call: c, inst: i}).guarded()
	require.NoError(t, err)
	require.Greater(t, i.export("go", 0).stackBytes(), maxStackBytes, "wazero's stack is where it was")
	require.Less(t, i.export("allocate", 0).stackBytes(), maxStackBytes)
	require.Positive(t, i.export("allocate", 0).stackBytes())
	require.NoError(t, e.pool.release(i, true))
	require.Less(t, e.Stats().IdleBytes, int64(2*maxStackBytes))
	for _, f := range i.functions[0] {
		require.NotEqual(t, "go", f.name)
	}
}

// A module that cannot be instantiated, which the static rules let through no
// more, would be stored all the same and fail when it is called.
func TestCodesThatCannotBeInstantiated(t *testing.T) {
	e := newEngine(t, Config{})
	outside := newGuest().entry(wat.I32Const(resultRegion))
	outside.Data(pageBytes-1, []byte("ab"))
	c, err := e.assemble([32]byte{}, outside.code(), Analysis{}, 0)
	require.NoError(t, err)
	for range 2 {
		_, err = e.pool.acquire(c)
		requireKind(t, KindInstantiate, "out of bounds memory access", err)
	}
	require.NoError(t, c.close())
}
