package vm

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/vm/internal/wat"
)

func TestSelfTest(t *testing.T) {
	for _, interpreter := range []bool{false, true} {
		e, err := New(Config{Interpreter: interpreter})
		if err != nil {
			t.Fatal(err)
		}
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestConfig(t *testing.T) {
	for _, pages := range []uint32{0, maxMemoryPages + 1} {
		limits := DefaultLimits()
		limits.MemoryPages = pages
		_, err := New(Config{Limits: limits})
		require.ErrorContains(t, err, "memory pages")
	}
	e := newEngine(t, Config{})
	require.Equal(t, DefaultCapabilities(), e.config.Capabilities)
	require.Equal(t, DefaultLimits(), e.config.Limits)
	require.Equal(t, int64(DefaultMemoryCacheBytes), e.memory.limit)
}

// The limit for memory is the engine's: a guest gets what was configured.
func TestMemoryLimitOfTheEngine(t *testing.T) {
	limits := DefaultLimits()
	limits.MemoryPages = 3
	e := newEngine(t, Config{Limits: limits})
	code := newGuest().entry(
		wat.I32Const(2), wat.MemoryGrow(), wat.I32Const(1), wat.I32Ne, wat.If(wat.NoResult), wat.Unreachable, wat.End,
		wat.I32Const(1), wat.MemoryGrow(), wat.I32Const(-1), wat.I32Ne, wat.If(wat.NoResult), wat.Unreachable, wat.End,
		wat.I32Const(resultRegion)).code()
	c, _ := testCall(code)
	_, err := e.Call(c)
	require.NoError(t, err)
}

func TestKindNames(t *testing.T) {
	for k := KindOutOfGas; k <= KindInitialize; k++ {
		require.NotContains(t, k.String(), "kind")
	}
	require.Equal(t, "kind 0", Kind(0).String())
	require.Equal(t, "kind 200", Kind(200).String())
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		e, err := New(Config{})
		if err != nil {
			b.Fatal(err)
		}
		_ = e.Close()
	}
}
