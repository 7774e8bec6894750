package snapshot

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/state"
)

const benchStore = "bank"

// betweenBlocks is short: most chains wait longer for the next.
const betweenBlocks = 50 * time.Millisecond

// benchKey is as long as the key of a balance.
func benchKey(i int) []byte {
	k := make([]byte, 34)
	binary.BigEndian.PutUint64(k, uint64(i)*0x9e3779b97f4a7c15) // spread over the tree
	return k
}

// loaded is a store on disk with n keys.
func loaded(b *testing.B, dir string, n int) *state.Store {
	s, err := state.Open(dir, state.Options{Stores: []string{benchStore}, Keep: 20, PruneEvery: 1, CacheBytes: 512 << 20})
	require.NoError(b, err)
	const perBlock = 100_000
	for i, h := 0, int64(1); i < n; h++ {
		br := s.Branch()
		for range min(perBlock, n-i) {
			value := make([]byte, 64)
			binary.BigEndian.PutUint64(value, uint64(i))
			br.Set(benchStore, benchKey(i), value)
			i++
		}
		_, err := s.Stage(br, h)
		require.NoError(b, err)
		require.NoError(b, s.Commit())
	}
	return s
}

// block commits 200 updates, as 100 transfers make them, and says how long that took.
func block(b *testing.B, s *state.Store, rng *rand.Rand, n int, executing *atomic.Bool) time.Duration {
	executing.Store(true)
	br := s.Branch()
	for range 200 {
		value := make([]byte, 64)
		binary.BigEndian.PutUint64(value, rng.Uint64())
		br.Set(benchStore, benchKey(rng.IntN(n)), value)
	}
	height, _ := s.Version()
	began := time.Now()
	_, err := s.Stage(br, height+1)
	require.NoError(b, err)
	require.NoError(b, s.Commit())
	took := time.Since(began)
	executing.Store(false)
	time.Sleep(betweenBlocks)
	return took
}

// BenchmarkBeside compares blocks with and without a snapshot that is being made,
// by turns: ms a block in the middle and of the slowest twentieth.
//
//	go test ./state/snapshot -run '^$' -bench Beside -benchtime 400x
func BenchmarkBeside(b *testing.B) {
	for _, n := range []int{100_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s := loaded(b, b.TempDir(), n)
			keeper := NewKeeper(b.TempDir(), []string{benchStore})
			began := time.Now()
			var executing atomic.Bool
			keeper.Pause(func() { // as abci does
				time.Sleep(min(3*time.Since(began), 100*time.Millisecond))
				for waited := 0; executing.Load() && waited < 1000; waited++ {
					time.Sleep(time.Millisecond)
				}
				began = time.Now()
			})
			rng := rand.New(rand.NewPCG(7, 8))
			for range 50 {
				block(b, s, rng, n, &executing) // caches are warm then, and each block removes a height
			}
			b.ResetTimer()
			var alone, beside []time.Duration
			var making time.Duration
			for len(beside) < b.N {
				for range 50 {
					alone = append(alone, block(b, s, rng, n, &executing))
				}
				var done atomic.Bool
				began := time.Now()
				go func() {
					_, err := keeper.Make(context.Background(), s.Latest())
					making = time.Since(began)
					done.Store(err == nil)
				}()
				for first := true; first || !done.Load() && len(beside) < 2*b.N; first = false {
					took := block(b, s, rng, n, &executing)
					if !done.Load() { // otherwise only a part of it was beside
						beside = append(beside, took)
					}
				}
				for !done.Load() {
					time.Sleep(time.Millisecond)
				}
				require.NoError(b, keeper.Prune(1))
			}
			b.StopTimer()
			report := func(name string, times []time.Duration) {
				slices.Sort(times)
				b.ReportMetric(times[len(times)/2].Seconds()*1000, "ms/block-"+name)
				b.ReportMetric(times[len(times)*19/20].Seconds()*1000, "ms/slow-"+name)
			}
			report("alone", alone)
			report("beside", beside)
			b.ReportMetric(making.Seconds(), "s/snapshot")
			require.NoError(b, s.Close())
		})
	}
}

// BenchmarkRestore restores snapshots into an empty store on disk.
//
//	go test ./state/snapshot -run '^$' -bench Restore -benchtime 1x
func BenchmarkRestore(b *testing.B) {
	for _, n := range []int{100_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s := loaded(b, b.TempDir(), n)
			v := s.Latest()
			var out bytes.Buffer
			require.NoError(b, Write(&out, v, []string{benchStore}))
			v.Close()
			height, hash := s.Version()
			require.NoError(b, s.Close())
			b.ResetTimer()
			dir := filepath.Join(b.TempDir(), "into")
			for range b.N {
				into, err := state.Open(dir, state.Options{Stores: []string{benchStore}, CacheBytes: 512 << 20})
				require.NoError(b, err)
				require.NoError(b, Read(bytes.NewReader(out.Bytes()), into, height, hash))
				require.NoError(b, into.Close())
				require.NoError(b, os.RemoveAll(dir)) // hundreds would fill a disk
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "keys/s")
			b.ReportMetric(float64(out.Len())/1e6, "MB")
		})
	}
}
