package vm

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
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
