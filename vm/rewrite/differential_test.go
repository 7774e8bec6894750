package rewrite_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"github.com/weftchain/weft/vm/internal/wat"
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

// ending says how a call ended: "" when it returned, else the trap's name in the
// engine's words, "out of gas" or "out of stack".
type ending string

const (
	outOfGas   ending = "out of gas"
	outOfStack ending = "out of stack"
)

// meteredEnding is the one place that knows how a metered module shows that its
// gas or its stack did not suffice, and gasLeft how it shows the rest.
func meteredEnding(mod api.Module, err error) ending {
	switch {
	case gasLeft(mod) < 0:
		return outOfGas
	case err == nil:
		return ""
	case int32(mod.ExportedGlobal(rewrite.DepthGlobal).Get()) < 0:
		return outOfStack
	}
	return trapName(err)
}

// gasLeft is what the gas global holds. It means nothing after outOfGas but has
// to be the same everywhere even then.
func gasLeft(mod api.Module) int64 { return int64(mod.ExportedGlobal(rewrite.GasGlobal).Get()) }

// refill is what the host does before it enters a metered module.
func refill(mod api.Module, gas, stack uint64) {
	mod.ExportedGlobal(rewrite.GasGlobal).(api.MutableGlobal).Set(gas)
	mod.ExportedGlobal(rewrite.MarkGlobal).(api.MutableGlobal).Set(uint64(rewrite.MarkFor(int64(gas))))
	mod.ExportedGlobal(rewrite.DepthGlobal).(api.MutableGlobal).Set(stack)
}

// trapName takes the trap out of an engine's error.
func trapName(err error) ending {
	if err == nil {
		return ""
	}
	first, _, _ := strings.Cut(err.Error(), "\n")
	return ending(strings.TrimPrefix(first, "wasm error: "))
}

// trace is all that a call leaves behind.
type trace struct {
	ending  ending
	results []uint64
	gas     int64 // left; 0 of an original
	stack   int64 // left of the stack budget; 0 of an original
	globals [programGlobals]uint64
	host    uint64 // digest of the calls of imported functions
	memory  []byte
}

func (a *trace) equal(b *trace) bool {
	return a.ending == b.ending && slices.Equal(a.results, b.results) && a.gas == b.gas && a.stack == b.stack &&
		a.globals == b.globals && a.host == b.host && string(a.memory) == string(b.memory)
}

// difference names the parts in which two traces differ.
func (a *trace) difference(b *trace) string {
	var parts []string
	add := func(differ bool, format string, args ...any) {
		if differ {
			parts = append(parts, fmt.Sprintf(format, args...))
		}
	}
	add(a.ending != b.ending, "ending %q, not %q", a.ending, b.ending)
	add(!slices.Equal(a.results, b.results), "results %#x, not %#x", a.results, b.results)
	add(a.gas != b.gas, "gas %d, not %d", a.gas, b.gas)
	add(a.stack != b.stack, "stack %d, not %d", a.stack, b.stack)
	add(a.globals != b.globals, "globals %#x, not %#x", a.globals, b.globals)
	add(a.host != b.host, "host calls %#x, not %#x", a.host, b.host)
	add(len(a.memory) != len(b.memory), "memory of %d bytes, not %d", len(a.memory), len(b.memory))
	for i := range min(len(a.memory), len(b.memory)) {
		if a.memory[i] != b.memory[i] {
			add(true, "memory at %#x: %#x, not %#x", i, a.memory[i], b.memory[i])
			break
		}
	}
	return strings.Join(parts, "; ")
}

// canonical makes floats comparable where the bits of a NaN are open: results and
// globals. Programs of opaqueFloats show them nowhere else.
func (a *trace) canonical(results []wat.Type) {
	for i, t := range results {
		if i < len(a.results) {
			a.results[i] = canonicalBits(t, a.results[i])
		}
	}
	for i, t := range globalTypes {
		a.globals[i] = canonicalBits(t, a.globals[i])
	}
}

func canonicalBits(t wat.Type, v uint64) uint64 {
	switch {
	case t == wat.F32 && v&0x7fff_ffff > 0x7f80_0000:
		return 0x7fc0_0000
	case t == wat.F64 && v&^(1<<63) > 0x7ff0_0000_0000_0000:
		return 0x7ff8_0000_0000_0000
	}
	return v
}

// bench holds the engines of one goroutine.
type bench struct {
	runtimes map[string]wazero.Runtime
	host     uint64 // digest of the call at hand
}

func newBench(engineNames ...string) (*bench, error) {
	ctx := context.Background()
	b := &bench{runtimes: map[string]wazero.Runtime{}}
	for _, name := range engineNames {
		config := engines[name]
		if name == "raw" { // the compiler for originals, which a wrong branch may make endless
			config = engines["compiler"].WithCloseOnContextDone(true)
		}
		rt := wazero.NewRuntimeWithConfig(ctx, config.WithCoreFeatures(features).WithMemoryLimitPages(512))
		env := rt.NewHostModuleBuilder("env")
		for i, f := range hostFunctions {
			env.NewFunctionBuilder().WithGoModuleFunction(b.hostFunction(i), apiTypes(f.params), apiTypes(f.results)).Export(f.name)
		}
		if _, err := env.Instantiate(ctx); err != nil {
			return nil, err
		}
		b.runtimes[name] = rt
	}
	return b, nil
}

func apiTypes(types []wat.Type) []api.ValueType {
	out := make([]api.ValueType, len(types))
	for i, t := range types {
		out[i] = api.ValueType(t)
	}
	return out
}

func (b *bench) hostFunction(index int) api.GoModuleFunc {
	return func(_ context.Context, mod api.Module, stack []uint64) {
		if metered := mod.ExportedGlobal(rewrite.GasGlobal) != nil; metered && gasLeft(mod) < 0 {
			panic(errOutOfGas) // as the host does
		}
		args := make([]uint32, len(hostFunctions[index].params))
		for i := range args {
			args[i] = uint32(stack[i])
		}
		memory, _ := mod.Memory().Read(0, mod.Memory().Size())
		digest, result := hostCall(index, b.host, args, memory)
		b.host = digest
		for _, t := range hostFunctions[index].results {
			// An i32 needs a clean upper half: the interpreter's bulk memory
			// instructions take all 64 bits.
			stack[0] = narrow([]wat.Type{t}, []uint64{result})[0]
		}
	}
}

func (b *bench) close() {
	for _, name := range slices.Sorted(maps.Keys(b.runtimes)) {
		_ = b.runtimes[name].Close(context.Background())
	}
}

// input is what a program is called with.
type input struct {
	gas, stack uint64
	args       []uint64
}

func randomInput(r *rand.Rand) input {
	in := input{gas: 3_000_000, stack: rewrite.StackBudget, args: []uint64{uint64(uint32(edges[r.IntN(len(edges))])), edges[r.IntN(len(edges))]}}
	if r.IntN(3) == 0 {
		in.gas = r.Uint64N(60_000)
	}
	if r.IntN(4) == 0 {
		in.stack = r.Uint64N(2_000)
	}
	return in
}

// run calls function 0 of a program on one engine, once for each input, each
// time on a new instance.
func (b *bench) run(engine string, p *program, code []byte, inputs []input) ([]*trace, error) {
	ctx := context.Background()
	rt := b.runtimes[engine]
	compiled, err := rt.CompileModule(ctx, code)
	if err != nil {
		return nil, err
	}
	defer compiled.Close(ctx)
	var traces []*trace
	for _, in := range inputs {
		mod, err := rt.InstantiateModule(ctx, compiled, wazero.NewModuleConfig().WithName(""))
		if err != nil {
			return nil, err
		}
		traces = append(traces, b.call(mod, p, in))
		if err := mod.Close(ctx); err != nil {
			return nil, err
		}
	}
	return traces, nil
}

func (b *bench) call(mod api.Module, p *program, in input) *trace {
	b.host = 0
	metered := mod.ExportedGlobal(rewrite.GasGlobal) != nil
	if metered {
		refill(mod, in.gas, in.stack)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	results, err := mod.ExportedFunction("f0").Call(ctx, in.args...)
	t := &trace{ending: trapName(err), host: b.host}
	if err == nil {
		t.results = narrow(p.funcs[0].results, results)
	}
	if metered {
		t.ending = meteredEnding(mod, err)
		t.gas = gasLeft(mod)
		t.stack = int64(int32(mod.ExportedGlobal(rewrite.DepthGlobal).Get()))
	}
	for n, typ := range globalTypes {
		name := fmt.Sprint("g", n)
		if metered {
			name = rewrite.MutableGlobal(n)
		}
		t.globals[n] = narrow([]wat.Type{typ}, []uint64{mod.ExportedGlobal(name).Get()})[0]
	}
	memory, _ := mod.Memory().Read(0, mod.Memory().Size())
	t.memory = slices.Clone(memory)
	return t
}

// walk runs the tree walker. nans says that the bits of some NaN were open.
func walk(p *program, in input) (t *trace, nans bool) {
	m := newMachine(p, in.gas)
	m.stackLeft = in.stack
	m.stack = append(m.stack, in.args...)
	err := m.call(0)
	t = &trace{gas: int64(m.gas), stack: int64(m.stackLeft), host: m.hostCalls, memory: m.memory}
	switch {
	case err != nil:
		t.ending = ending(err.Error())
	default:
		t.results = narrow(p.funcs[0].results, m.stack)
	}
	copy(t.globals[:], m.globals)
	return t, m.nans
}

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
