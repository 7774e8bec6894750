package rewrite_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"github.com/weftchain/weft/vm/internal/wat"
	"github.com/weftchain/weft/vm/rewrite"
)

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
