package vm

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/vm/internal/wat"
)

// A code that was admitted is compiled behind the caller's back; a call does not
// ask for its bytes any more.
func TestAdmit(t *testing.T) {
	e := newEngine(t, Config{})
	code := numbered(1)
	sum, a, err := e.Admit(code, WASILimits{})
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		e.memory.mu.Lock()
		defer e.memory.mu.Unlock()
		return e.memory.entries[sum] != nil
	}, time.Minute, time.Millisecond)
	c, _ := testCall(code)
	c.Code.Load = nil
	res, err := e.Call(c)
	require.NoError(t, err)
	require.Equal(t, "number 1", string(res.Data))

	sum2, b, err := newEngine(t, Config{}).Compile(code)
	require.NoError(t, err)
	require.Equal(t, sum, sum2)
	require.Equal(t, b, a, "what Compile says of it")
}

// Calls may follow at once, whether the code has been compiled or not, and those
// for which there was no room are compiled when they are called.
func TestAdmitMany(t *testing.T) {
	e := newEngine(t, Config{})
	for n := range 3 * maxWaiting {
		_, _, err := e.Admit(numbered(n), WASILimits{})
		require.NoError(t, err)
		got, err := callNumbered(e, numbered(n))
		require.NoError(t, err)
		require.Equal(t, fmt.Sprint("number ", n), got)
	}
}

func TestAdmitRefuses(t *testing.T) {
	e := newEngine(t, Config{})
	_, _, want := e.Compile([]byte("\x00asm\x01\x00\x00\x00"))
	_, _, got := e.Admit([]byte("\x00asm\x01\x00\x00\x00"), WASILimits{})
	requireKind(t, KindStatic, "memory", want)
	require.Equal(t, want, got)
}

// The queue does jobs in order, one at a time, bounds what waits, and leaves
// nothing running when it is closed.
func TestWorkQueue(t *testing.T) {
	var q workQueue
	var order []int
	started, gate := make(chan struct{}), make(chan struct{})
	q.add(func() { close(started); <-gate })
	<-started
	for n := range maxWaiting + 5 {
		q.add(func() { order = append(order, n) })
	}
	close(gate)
	q.done.Wait()
	require.Len(t, order, maxWaiting)
	require.IsIncreasing(t, order)

	started, gate = make(chan struct{}), make(chan struct{})
	var ran atomic.Bool
	q.add(func() { close(started); <-gate })
	<-started
	q.add(func() { ran.Store(true) })
	time.AfterFunc(10*time.Millisecond, func() { close(gate) })
	q.close()
	require.False(t, ran.Load(), "what waits is dropped")
	q.add(func() { ran.Store(true) })
	q.done.Wait()
	require.False(t, ran.Load(), "nothing follows the end")
}

// The verdict on a code that imports WASI, and its gas, are those of Compile,
// whether _initialize was interpreted or compiled, and whatever is in a cache.
func TestAdmitWASI(t *testing.T) {
	counted := func(n int32) []byte { // a loop of 3,105 gas
		return wat.Code(wat.I32Const(n), wat.LocalSet(0), wat.Loop(wat.NoResult), wat.Repeat(9, wat.Nop),
			wat.LocalGet(0), wat.I32Const(1), wat.I32Sub, wat.LocalTee(0), wat.BrIf(0), wat.End)
	}
	const short = interpretedGas / 3_105 / 2
	for name, code := range map[string][]byte{
		"sound":            early(true, nil, store(77), "clock", "debug", "clock"),
		"none":             newGuestWASI().code(),
		"interpreted":      early(true, nil, counted(short)),
		"compiled":         early(true, nil, counted(4*short)),
		"trap":             early(true, nil, wat.Unreachable),
		"abort":            early(true, nil, "abort"),
		"early read":       early(true, nil, "db_read"),
		"parameters":       early(true, wat.T(wat.I32)),
		"more than it may": early(true, nil, counted(8*short)),
	} {
		limits := DefaultWASILimits()
		limits.InitializeGas = 3 * interpretedGas
		_, want, wantErr := newEngine(t, Config{}).CompileWithin(code, limits)
		e := newEngine(t, Config{})
		if m, err := e.check(code, limits); name == "sound" || name == "interpreted" || name == "compiled" {
			require.NoError(t, err)
			gas, ok := e.interpretInitialize([32]byte{}, m, limits.InitializeGas)
			require.Equal(t, name != "compiled", ok, name)
			require.True(t, !ok || gas == want.InitializeGas, name)
		}
		for range 2 { // the second time it is in the cache
			sum, got, err := e.Admit(code, limits)
			require.Equal(t, wantErr, err, name)
			require.Equal(t, want, got, name)
			if err == nil {
				a, err := e.Analyze(Code{sum, func() ([]byte, error) { return code, nil }})
				require.NoError(t, err)
				require.Equal(t, want, a, name)
			}
		}
	}
}

// newGuestWASI imports WASI and has no _initialize.
func newGuestWASI() *guest {
	g := newGuest()
	g.Import(wasiModule, "sched_yield", nil, wat.T(wat.I32))
	return g.entry(wat.I32Const(resultRegion))
}
