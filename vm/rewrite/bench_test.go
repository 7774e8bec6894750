package rewrite_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/vm/rewrite"
)

// BenchmarkCheck validates the largest contract of the reference (369 KB).
func BenchmarkCheck(b *testing.B) {
	code := referenceContract(b, "cyberpunk.wasm")
	b.SetBytes(int64(len(code)))
	b.ReportAllocs()
	for b.Loop() {
		_, err := rewrite.Check(code, rewrite.DefaultLimits(), allCapabilities)
		require.NoError(b, err)
	}
}

// BenchmarkMetered rewrites it.
func BenchmarkMetered(b *testing.B) {
	code := referenceContract(b, "cyberpunk.wasm")
	m, err := rewrite.Check(code, rewrite.DefaultLimits(), allCapabilities)
	require.NoError(b, err)
	b.SetBytes(int64(len(code)))
	b.ReportAllocs()
	size := 0
	for b.Loop() {
		out, err := m.Metered()
		require.NoError(b, err)
		size = len(out)
	}
	b.ReportMetric(float64(size)/float64(len(code)), "size-ratio")
}
