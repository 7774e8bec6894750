package rewrite_test

import (
	"context"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tetratelabs/wazero"

	"github.com/weftchain/weft/vm/rewrite"
)

// bombContract makes a contract of a bomb.
func bombContract(b bomb, size int) []byte {
	m := b.make(size)
	m.Contract()
	return m.Bytes()
}

// largestBomb is the largest module of a kind that is accepted.
func largestBomb(b bomb, limits rewrite.Limits) (code []byte) {
	low, high := 0, b.most
	for precision := b.most/2_000 + 1; high-low > precision; {
		size := (low + high + 1) / 2
		tried := bombContract(b, size)
		if _, err := rewrite.Check(tried, limits, allCapabilities); err != nil {
			high = size
		} else {
			low, code = size, tried
		}
	}
	return code
}

// TestCompileBombs compiles the shapes that the engine is slowest with, metered,
// each as large as a sixtieth of the work and a tenth of the memory that a code
// may take. The estimate bounds what the engine allocates; that it bounds the
// time is for BenchmarkCompileBombs to show.
func TestCompileBombs(t *testing.T) {
	limits := rewrite.DefaultLimits()
	limits.CompileWork /= 60
	limits.BodyMemory /= 10
	ctx := context.Background()
	for _, b := range bombs() {
		t.Run(b.name, func(t *testing.T) {
			code := largestBomb(b, limits)
			require.NotEmpty(t, code, "no size is accepted")
			m, err := rewrite.Check(code, limits, allCapabilities)
			require.NoError(t, err)
			metered, err := m.Metered()
			require.NoError(t, err)
			rt := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigCompiler().WithCoreFeatures(features))
			defer rt.Close(ctx)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err = rt.CompileModule(ctx, metered)
			require.NoError(t, err)
			runtime.ReadMemStats(&after)
			allocated := after.TotalAlloc - before.TotalAlloc
			t.Logf("%d bytes, work %d, memory %d, allocated %d", len(code), m.Work(), m.Memory(), allocated)
			require.Less(t, allocated, 3*m.Memory()+30*uint64(len(metered))+32<<20)
		})
	}
}

// BenchmarkCompileBombs compiles the largest module of each kind that is accepted.
// ns/unit should not be above 16 on a core of 2.8 GHz that does nothing else.
func BenchmarkCompileBombs(b *testing.B) {
	ctx := context.Background()
	for _, kind := range bombs() {
		b.Run(kind.name, func(b *testing.B) {
			code := largestBomb(kind, rewrite.DefaultLimits())
			m, err := rewrite.Check(code, rewrite.DefaultLimits(), allCapabilities)
			require.NoError(b, err)
			metered, err := m.Metered()
			require.NoError(b, err)
			for b.Loop() {
				rt := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigCompiler().WithCoreFeatures(features))
				_, err = rt.CompileModule(ctx, metered)
				require.NoError(b, err)
				require.NoError(b, rt.Close(ctx))
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(m.Work()), "ns/unit")
			b.ReportMetric(float64(m.Work()), "units")
		})
	}
}
