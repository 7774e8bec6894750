package rewrite_test

import (
	"crypto/sha256"
	"encoding/binary"
	"flag"
	"fmt"
	"hash"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// How many modules TestDigests sums up, and how many in a line. arm64.sh
// compares the lines of two architectures.
var (
	diffDigests = flag.Int("diff.digests", 50, "random modules that TestDigests sums up")
	diffChunk   = flag.Int("diff.chunk", 50, "modules in a line")
)

// TestDigests prints a digest of what the metered modules do on the engine's
// compiler, for each chunk of modules: the bytes of the module, and of each call
// the ending, results, gas, stack, globals, calls of imports and memory. The same
// lines come out on every architecture.
func TestDigests(t *testing.T) {
	chunks := (*diffDigests + *diffChunk - 1) / *diffChunk
	lines := make([]string, chunks)
	var next atomic.Int64
	var group sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			b, err := newBench("compiler")
			if err != nil {
				t.Error(err)
				return
			}
			defer b.close()
			for c := int(next.Add(1) - 1); c < chunks; c = int(next.Add(1) - 1) {
				first := *diffFirst + c**diffChunk
				end := min(first+*diffChunk, *diffFirst+*diffDigests)
				sum, err := b.digest(*diffSeed, first, end)
				if err != nil {
					t.Error(err)
					return
				}
				lines[c] = fmt.Sprintf("digest of seed %d, modules %d to %d: %x", *diffSeed, first, end-1, sum[:16])
			}
		})
	}
	group.Wait()
	for i, line := range lines {
		require.NotEmpty(t, line, "chunk %d", i)
		fmt.Println(line)
	}
}

// digest sums up modules [first, end) of a seed.
func (b *bench) digest(seed uint64, first, end int) ([]byte, error) {
	h := sha256.New()
	for n := first; n < end; n++ {
		s, err := newSubject(seed, n)
		if err != nil {
			return nil, fmt.Errorf("module %d of seed %d: %w", n, seed, err)
		}
		h.Write(s.metered)
		traces, err := b.run("compiler", s.p, s.metered, s.inputs)
		if err != nil {
			return nil, fmt.Errorf("module %d of seed %d: %w", n, seed, err)
		}
		for _, t := range traces {
			t.sum(h)
		}
	}
	return h.Sum(nil), nil
}

// sum writes all parts of the trace with their lengths.
func (a *trace) sum(h hash.Hash) {
	fmt.Fprintf(h, "%q %d %d %d ", a.ending, len(a.results), len(a.memory), a.host)
	var b []byte
	for _, v := range a.results {
		b = binary.LittleEndian.AppendUint64(b, v)
	}
	for _, v := range a.globals {
		b = binary.LittleEndian.AppendUint64(b, v)
	}
	b = binary.LittleEndian.AppendUint64(b, uint64(a.gas))
	b = binary.LittleEndian.AppendUint64(b, uint64(a.stack))
	h.Write(b)
	h.Write(a.memory)
}
