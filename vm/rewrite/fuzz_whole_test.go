package rewrite_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/vm/rewrite"
)

// bytesOf draws choices from bytes, then only zeros.
func bytesOf(choices []byte) func(n int) int {
	return func(n int) int {
		if len(choices) == 0 || n <= 1 {
			return 0
		}
		c := int(choices[0])
		choices = choices[1:]
		if n > 256 && len(choices) > 0 {
			c = c<<8 | int(choices[0])
			choices = choices[1:]
		}
		return c % n
	}
}

// tryWhole checks a module, and if it is accepted compiles it within the bounds
// that the check promised and runs it on all engines, which must agree. It returns
// what became of it.
func (b *bench) tryWhole(p *program, code []byte, gas uint64, args []uint64) (string, error) {
	limits := programLimits()
	limits.MemoryPages = programPages + 3
	m, err := rewrite.Check(code, limits, allCapabilities)
	var refused *rewrite.RefusedError
	switch {
	case errors.As(err, &refused):
		return "refused", nil
	case err != nil:
		return "", fmt.Errorf("not a verdict: %w", err)
	case m.Work() > uint64(limits.CompileWork) || m.Memory() > uint64(limits.BodyMemory):
		return "", fmt.Errorf("accepted with work %d and memory %d", m.Work(), m.Memory())
	}
	metered, err := m.Metered()
	if err != nil {
		return "", err
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	compiled, err := b.runtimes["compiler"].CompileModule(context.Background(), metered)
	if err != nil {
		return "", fmt.Errorf("the metered module does not compile: %w", err)
	}
	defer compiled.Close(context.Background())
	runtime.ReadMemStats(&after)
	if took, most := after.TotalAlloc-before.TotalAlloc, 3*m.Memory()+30*uint64(len(metered))+32<<20; took > most {
		return "", fmt.Errorf("compiling took %d bytes, want at most %d", took, most)
	}
	var first *outcome
	for _, engine := range []string{"compiler", "interpreter"} {
		b.host = 0
		got, err := engineRun(b.runtimes[engine], p, metered, gas, args)
		if err != nil {
			return "", fmt.Errorf("%s: %w", engine, err)
		}
		switch {
		case first == nil:
			first = &got
		case first.exhausted && got.exhausted: // what happens on credit is nobody's business
		case !reflect.DeepEqual(*first, got):
			first.memory, got.memory = "", ""
			return "", fmt.Errorf("engines differ: %+v and %+v", *first, got)
		}
	}
	return fmt.Sprintf("trapped=%t exhausted=%t", first.trapped, first.exhausted), nil
}

// FuzzWholeModules makes modules of all sections, sound and broken ones.
func FuzzWholeModules(f *testing.F) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 60 {
		choices := make([]byte, 50+random.IntN(1_500))
		for i := range choices {
			choices[i] = byte(random.Uint32())
		}
		f.Add(choices, uint64(random.Uint32()), random.Uint32(), random.Uint64())
	}
	engines, err := newBench("compiler", "interpreter")
	require.NoError(f, err)
	f.Cleanup(engines.close)
	f.Fuzz(func(t *testing.T, choices []byte, gas uint64, a uint32, b uint64) {
		p, code := generateWhole(bytesOf(choices))
		if _, err := engines.tryWhole(p, code, gas%3_000_000, []uint64{uint64(a), b}); err != nil {
			t.Fatalf("%v\n%x", err, code)
		}
	})
}

// TestWholeModules is the same with a seed: modules are accepted and refused,
// and those that run end in each way.
func TestWholeModules(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	engines, err := newBench("compiler", "interpreter")
	require.NoError(t, err)
	defer engines.close()
	seen := map[string]int{}
	for range 400 {
		p, code := generateWhole(random.IntN)
		gas := random.Uint64N(1 << random.IntN(21))
		what, err := engines.tryWhole(p, code, gas, []uint64{uint64(random.Uint32()), random.Uint64()})
		require.NoError(t, err, "%x", code)
		seen[what]++
	}
	require.Len(t, seen, 5, "%v", seen)
	require.Greater(t, seen["refused"], 50, "%v", seen)
	require.Less(t, seen["refused"], 300, "%v", seen)
}
