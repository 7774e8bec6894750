package rewrite_test

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/vm/rewrite"
)

// How far TestDifferential goes. The numbers of a release are 50,000 modules on
// amd64; module n of a seed is the same on every machine.
var (
	diffModules = flag.Int("diff.modules", 1_500, "random modules that TestDifferential compares")
	diffFirst   = flag.Int("diff.first", 0, "number of the first one")
	diffSeed    = flag.Uint64("diff.seed", 1, "seed of the modules")
	diffRaw     = flag.Bool("diff.raw", false, "count also the originals that the engine's compiler gets wrong")
)

// subject is one random module and what it is called with.
type subject struct {
	p             *program
	floats        floatMode
	code, metered []byte
	inputs        []input
}

// newSubject makes module n of a seed.
func newSubject(seed uint64, n int) (*subject, error) {
	r := rand.New(rand.NewPCG(seed, uint64(n)))
	s := &subject{floats: floatMode(r.IntN(3))}
	s.p, s.code = generateWith(s.floats, r.IntN(len(hostFunctions)+1), r.IntN)
	for range 3 {
		s.inputs = append(s.inputs, randomInput(r))
	}
	m, err := rewrite.Check(s.code, programLimits(), nil)
	if err != nil {
		return s, err
	}
	s.metered, err = m.Metered()
	return s, err
}

// tally counts what TestDifferential saw.
type tally struct {
	modules, originals, wrongOriginals atomic.Int64
	lock                               sync.Mutex
	endings                            map[ending]int
}

// compare runs a subject in every way and returns the first difference.
func (b *bench) compare(s *subject, t *tally) error {
	compiled, err := b.run("compiler", s.p, s.metered, s.inputs)
	if err != nil {
		return err
	}
	interpreted, err := b.run("interpreter", s.p, s.metered, s.inputs)
	if err != nil {
		return err
	}
	var inputs []input // those that the original ends with, and in one way
	var wants []*trace
	for i, in := range s.inputs {
		got := compiled[i]
		t.count(got.ending)
		if !got.equal(interpreted[i]) {
			return fmt.Errorf("input %d %+v: compiler against interpreter: %s", i, in, got.difference(interpreted[i]))
		}
		want, nans := walk(s.p, in)
		if err := compareWalk(got, want); err != nil {
			return fmt.Errorf("input %d %+v: metered against the tree walker: %w", i, in, err)
		}
		if got.ending == outOfGas || got.ending == outOfStack || s.floats == openFloats && nans {
			continue
		}
		got.gas, got.stack = 0, 0
		inputs, wants = append(inputs, in), append(wants, got)
	}
	t.modules.Add(1)
	if len(inputs) == 0 {
		return nil
	}
	return b.compareOriginal(s, t, inputs, wants)
}

// compareOriginal compares the original on the interpreter.
func (b *bench) compareOriginal(s *subject, t *tally, inputs []input, wants []*trace) error {
	t.originals.Add(int64(len(inputs)))
	original, err := b.run("interpreter", s.p, s.code, inputs)
	if err != nil {
		return err
	}
	results := s.p.funcs[0].results
	for i, in := range inputs {
		wants[i].canonical(results)
		original[i].canonical(results)
		if !wants[i].equal(original[i]) {
			return fmt.Errorf("%+v: metered against the original on the interpreter: %s", in, wants[i].difference(original[i]))
		}
	}
	if !*diffRaw {
		return nil
	}
	return b.countWrong(s, t, inputs, original)
}

// countWrong runs the original on the compiler, each call with a deadline: a
// wrong branch may well make it endless.
func (b *bench) countWrong(s *subject, t *tally, inputs []input, want []*trace) error {
	raw, err := b.run("raw", s.p, s.code, inputs)
	if err != nil {
		return err
	}
	for i := range raw {
		raw[i].canonical(s.p.funcs[0].results)
		if !raw[i].equal(want[i]) {
			t.wrongOriginals.Add(1)
			break
		}
	}
	return nil
}

// compareWalk compares with the tree walker. What a metered module does between
// the charge that its gas did not cover and its end is its own business, and so
// is the stack that is left after a trap.
func compareWalk(got, want *trace) error {
	if got.ending == outOfGas && want.ending == outOfGas {
		return nil
	}
	w := *want
	if got.ending != "" {
		w.stack = got.stack // frames are not given back after a trap
	}
	if !got.equal(&w) {
		return errors.New(got.difference(&w))
	}
	return nil
}

func (t *tally) count(e ending) {
	t.lock.Lock()
	defer t.lock.Unlock()
	t.endings[e]++
}

// TestDifferential compares what random programs compute, how they end, what
// they cost and what they leave in memory and globals: the metered module on the
// engine's compiler, on its interpreter, in the tree walker, and the original on
// the interpreter.
func TestDifferential(t *testing.T) {
	tally := &tally{endings: map[ending]int{}}
	var next, failed atomic.Int64
	next.Store(int64(*diffFirst))
	end := int64(*diffFirst + *diffModules)
	var group sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			b, err := newBench("compiler", "interpreter", "raw")
			if err != nil {
				t.Error(err)
				return
			}
			defer b.close()
			for n := next.Add(1) - 1; n < end && failed.Load() < 5; n = next.Add(1) - 1 {
				s, err := newSubject(*diffSeed, int(n))
				if err == nil {
					err = b.compare(s, tally)
				}
				if err != nil {
					failed.Add(1)
					t.Errorf("module %d of seed %d (again: -run TestDifferential -diff.seed=%d -diff.first=%d -diff.modules=1): %v\n%x", n, *diffSeed, *diffSeed, n, err, s.code)
				}
			}
		})
	}
	group.Wait()
	t.Logf("seed %d: %d modules from %d on, %d calls compared with the original too; endings: %v", *diffSeed, tally.modules.Load(), *diffFirst, tally.originals.Load(), tally.endings)
	if *diffRaw {
		t.Logf("%d originals are compiled wrongly", tally.wrongOriginals.Load())
	}
	if *diffModules >= 1_000 {
		for _, e := range []ending{"", outOfGas, outOfStack, "unreachable", "out of bounds memory access", "integer divide by zero", "integer overflow", "invalid conversion to integer", "invalid table access", "indirect call type mismatch"} {
			require.NotZero(t, tally.endings[e], "no program ended with %q", e)
		}
	}
}
