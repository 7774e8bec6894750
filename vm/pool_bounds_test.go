package vm

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// held is what a process has of the system.
type held struct{ files, mappings int }

// systemHeld counts open files and mappings of images (none where there is no
// /proc).
func systemHeld(t *testing.T) (h held) {
	t.Helper()
	if runtime.GOOS != "linux" {
		return h
	}
	files, err := os.ReadDir("/proc/self/fd")
	require.NoError(t, err)
	maps, err := os.ReadFile("/proc/self/maps")
	require.NoError(t, err)
	return held{len(files), strings.Count(string(maps), "weft-images")}
}

// An engine gives back all files, mappings and images: those of evicted codes at
// once, the others when it is closed.
func TestNothingLeaks(t *testing.T) {
	sharedEngine(t) // has its own
	before := systemHeld(t)
	for _, way := range []Restore{RestoreAuto, RestorePagemap, RestoreCopy} {
		e, err := New(Config{Restore: way, MemoryCacheBytes: 1})
		if err != nil {
			require.NotEqual(t, "linux", runtime.GOOS)
			continue
		}
		open := systemHeld(t)
		for n := range 20 {
			got, err := callNumbered(e, numbered(n))
			require.NoError(t, err)
			require.Equal(t, fmt.Sprint("number ", n), got)
			require.Equal(t, open, systemHeld(t), "an evicted code keeps something")
			require.Equal(t, Stats{Misses: int64(n) + 1, Restore: e.pool.method}, e.Stats())
		}
		pinned := Code{sha256.Sum256(numbered(1)), func() ([]byte, error) { return numbered(1), nil }}
		require.NoError(t, e.Pin(pinned))
		for range 3 {
			_, err = callNumbered(e, numbered(1))
			require.NoError(t, err)
		}
		s := e.Stats()
		require.Equal(t, 1, s.Codes)
		require.Equal(t, 1, s.Idle)
		require.GreaterOrEqual(t, s.IdleBytes, int64(instanceBytes))
		if e.pool.images != nil {
			require.Equal(t, open.mappings+2, systemHeld(t).mappings, "an image and an instance")
			require.Equal(t, int64(e.config.Limits.MemoryPages)*pageBytes, s.ReservedBytes)
			require.Positive(t, fileBytes(t, e))
			e.Unpin(pinned.Checksum)
			require.Zero(t, fileBytes(t, e), "the image of an evicted code takes memory")
		}
		require.NoError(t, e.Close())
	}
	require.Equal(t, before, systemHeld(t))
}

// A code that is in use when the engine is closed gives up everything after that.
func TestCloseDuringUse(t *testing.T) {
	sharedEngine(t)
	before := systemHeld(t)
	e, err := New(Config{})
	require.NoError(t, err)
	c, _ := testCall(numbered(1))
	code, err := e.load(c.Code)
	require.NoError(t, err)
	i, err := e.pool.acquire(code.compiled)
	require.NoError(t, err)
	require.NoError(t, e.Close())
	_, err = (&call{Context: t.Context(), Call: c, inst: i}).guarded()
	require.NoError(t, err)
	require.NoError(t, e.pool.release(i, true))
	e.memory.release(code)
	require.Equal(t, before, systemHeld(t))
	require.Zero(t, e.Stats().ReservedBytes)
}

// The bounds hold: idle instances of one code, and bytes of all.
func TestIdleInstancesAreBounded(t *testing.T) {
	e := newEngine(t, Config{})
	c, _ := testCall(numbered(1))
	code, err := e.load(c.Code)
	require.NoError(t, err)
	var all []*instance
	for range maxIdlePerCode + 5 {
		i, err := e.pool.acquire(code.compiled)
		require.NoError(t, err)
		all = append(all, i)
	}
	require.Zero(t, e.Stats().Idle)
	for _, i := range all {
		require.NoError(t, e.pool.release(i, true))
	}
	require.Equal(t, maxIdlePerCode, e.Stats().Idle)
	require.Equal(t, maxIdlePerCode, len(code.idle))
	e.memory.release(code)

	other := newEngine(t, Config{})
	_, err = callNumbered(other, numbered(1))
	require.NoError(t, err)
	limit := 4*other.Stats().IdleBytes + 100
	small := newEngine(t, Config{IdleBytes: limit})
	for n := 10; n < 30; n++ {
		_, err := callNumbered(small, numbered(n))
		require.NoError(t, err)
		require.LessOrEqual(t, small.Stats().IdleBytes, limit)
	}
	require.Equal(t, 4, small.Stats().Idle, "those that waited longest are gone")
	for n := 26; n < 30; n++ {
		require.Len(t, small.memory.entries[sha256.Sum256(numbered(n))].idle, 1)
	}
	none := newEngine(t, Config{IdleBytes: -1})
	_, err = callNumbered(none, numbered(1))
	require.NoError(t, err)
	require.Zero(t, none.Stats().Idle)
}

// Codes that are called, evicted, pinned and compiled by many at once, until the
// engine is closed: each call gives its own result, and nothing is left.
func TestHammerInstances(t *testing.T) {
	sharedEngine(t)
	size := smallSize(t)
	before := systemHeld(t)
	for _, way := range []Restore{RestoreAuto, RestoreCopy} {
		const codes, workers, rounds = 12, 8, 20
		e, err := New(Config{Restore: way, MemoryCacheBytes: 5 * size, IdleBytes: 4 << 20})
		require.NoError(t, err)
		all := make([][]byte, codes)
		for n := range all {
			all[n] = numbered(n)
		}
		leaves := leaker([]byte{0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 5, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 1, 0, 0, 0})
		c, _ := testCall(leaves)
		c.Entry = "look"
		want, err := e.Call(c)
		require.NoError(t, err)
		var wg sync.WaitGroup
		for w := range workers {
			wg.Go(func() {
				rng := rand.New(rand.NewPCG(uint64(w), 2))
				for range rounds {
					n := rng.IntN(codes)
					code := Code{sha256.Sum256(all[n]), func() ([]byte, error) { return all[n], nil }}
					switch rng.IntN(20) {
					case 0:
						if err := e.Pin(code); err != nil {
							t.Error(err)
						}
					case 1, 2:
						e.Unpin(code.Checksum)
					case 3, 4:
						c, _ := testCall(leaves)
						c.GasLimit = rng.Uint64N(10_000_000)
						if _, err := e.Call(c); isFault(err) {
							t.Error(err)
						}
						c, _ = testCall(leaves)
						c.Entry = "look"
						if got, err := e.Call(c); err != nil || string(got.Data) != string(want.Data) {
							t.Errorf("traces: %v", err)
						}
					case 5:
						if err := e.CheckPristine(); err != nil {
							t.Error(err)
						}
					default:
						if got, err := callNumbered(e, all[n]); err != nil || got != fmt.Sprint("number ", n) {
							t.Errorf("code %d: %q, %v", n, got, err)
						}
					}
				}
			})
		}
		wg.Wait()
		require.NoError(t, e.CheckPristine())
		require.NoError(t, e.Close())
		require.Zero(t, e.Stats().ReservedBytes)
		require.Zero(t, e.Stats().Idle)
	}
	require.Equal(t, before, systemHeld(t))
}
