//go:build unix

package state

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
)

// benchKey is 34 bytes, as an account's or a contract's key is.
func benchKey(i int) []byte {
	sum := sha256.Sum256(binary.BigEndian.AppendUint64(nil, uint64(i)))
	return append([]byte{0, 1}, sum[:]...)
}

// prepare makes a store on disk with n keys of 64 bytes, in few versions.
func prepare(b *testing.B, n int) *Store {
	b.Helper()
	s := open(b, b.TempDir(), Options{Stores: []string{"bank"}, Keep: 2})
	const step = 250_000
	for at, h := 0, int64(1); at < n; at, h = at+step, h+1 {
		block(b, s, h, func(br chain.Branch) {
			for i := at; i < min(at+step, n); i++ {
				br.Set("bank", benchKey(i), make([]byte, 64))
			}
		})
	}
	return s
}

// cpuNanos is the processor time of this process, which, unlike the clock, says
// something on a machine that others use too.
func cpuNanos(b *testing.B) int64 {
	var u syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return u.Utime.Nano() + u.Stime.Nano()
}

// BenchmarkBlock commits blocks of 1,000 updates of random keys and reports
// microseconds per key, by the clock and of processor time: in Stage, which
// consensus waits for, and in Commit.
func BenchmarkBlock(b *testing.B) {
	for _, n := range []int{1_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			const perBlock = 1_000
			s := prepare(b, n)
			rng := rand.New(rand.NewPCG(7, 8))
			height, _ := s.Version()
			b.ResetTimer()
			var staging, stagingCPU, commitCPU int64
			for range b.N {
				b.StopTimer()
				br := s.Branch()
				for range perBlock {
					value := make([]byte, 64)
					binary.BigEndian.PutUint64(value, rng.Uint64())
					br.Set("bank", benchKey(rng.IntN(n)), value)
				}
				b.StartTimer()
				height++
				before, cpu := b.Elapsed(), cpuNanos(b)
				_, err := s.Stage(br, height)
				require.NoError(b, err)
				staging += int64(b.Elapsed() - before)
				staged := cpuNanos(b)
				require.NoError(b, s.Commit())
				stagingCPU, commitCPU = stagingCPU+staged-cpu, commitCPU+cpuNanos(b)-staged
			}
			b.StopTimer()
			perKey := func(ns int64) float64 { return float64(ns) / 1000 / perBlock / float64(b.N) }
			b.ReportMetric(perKey(staging), "µs/key-stage")
			b.ReportMetric(perKey(int64(b.Elapsed())-staging), "µs/key-commit")
			b.ReportMetric(perKey(stagingCPU), "cpu-µs/key-stage")
			b.ReportMetric(perKey(commitCPU), "cpu-µs/key-commit")
			require.NoError(b, s.Close())
		})
	}
}

// BenchmarkRead reads random keys of 100,000 through a branch of a branch.
func BenchmarkRead(b *testing.B) {
	const n = 100_000
	s := prepare(b, n)
	keys := make([][]byte, n)
	for i := range keys {
		keys[i] = benchKey(i)
	}
	rng := rand.New(rand.NewPCG(7, 8))
	br := s.Branch().Branch()
	b.ResetTimer()
	for range b.N {
		if v, err := br.Get("bank", keys[rng.IntN(n)]); err != nil || v == nil {
			b.Fatal(v, err)
		}
	}
	b.StopTimer()
	require.NoError(b, s.Close())
}

// BenchmarkProve proves random keys of 100,000 at the last height.
func BenchmarkProve(b *testing.B) {
	const n = 100_000
	s := prepare(b, n)
	rng := rand.New(rand.NewPCG(7, 8))
	v := s.Latest()
	b.ResetTimer()
	for range b.N {
		if _, _, err := v.Prove("bank", benchKey(rng.IntN(n))); err != nil {
			b.Fatal(err)
		}
	}
	b.StopTimer()
	v.Close()
	require.NoError(b, s.Close())
}
