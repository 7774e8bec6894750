package rewrite_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"pgregory.net/rapid"

	"github.com/weftchain/weft/vm/internal/wat"
	"github.com/weftchain/weft/vm/rewrite"
)

// TestMain gives the property tests a fixed seed unless the caller asks for
// another (-rapid.seed, -rapid.checks).
func TestMain(m *testing.M) {
	flag.Parse()
	if f := flag.Lookup("rapid.seed"); f != nil && f.Value.String() == "0" {
		_ = f.Value.Set("1")
	}
	os.Exit(m.Run())
}

// programLimits allows the results that the generator likes to give functions.
func programLimits() rewrite.Limits {
	l := rewrite.DefaultLimits()
	l.FunctionResults = 2
	return l
}

// outcome is all that a call leaves behind.
type outcome struct {
	trapped, exhausted bool
	results            []uint64
	gas                uint64
	globals            [programGlobals]uint64
	memory             string
}

// naive runs function 0 on the tree walker.
func naive(p *program, gas uint64, args []uint64) outcome {
	m := newMachine(p, gas)
	m.stack = append(m.stack, args...)
	err := m.call(0)
	o := outcome{trapped: err != nil, exhausted: errors.Is(err, errOutOfGas), gas: m.gas, memory: string(m.memory)}
	if err == nil {
		o.results = narrow(p.funcs[0].results, m.stack)
	}
	copy(o.globals[:], m.globals)
	return o
}

// narrow clears the upper halves of 32-bit results, which engines leave open.
func narrow(types []wat.Type, values []uint64) []uint64 {
	out := make([]uint64, 0, len(values))
	for i, v := range values {
		if types[i] == wat.I32 || types[i] == wat.F32 {
			v = uint64(uint32(v))
		}
		out = append(out, v)
	}
	return out
}

// engineRun runs function 0 of a program, metered or as it is.
func engineRun(rt wazero.Runtime, p *program, code []byte, gas uint64, args []uint64) (outcome, error) {
	ctx := context.Background()
	compiled, err := rt.CompileModule(ctx, code)
	if err != nil {
		return outcome{}, err
	}
	defer compiled.Close(ctx)
	mod, err := rt.InstantiateModule(ctx, compiled, wazero.NewModuleConfig().WithName("").WithStartFunctions())
	if err != nil {
		return outcome{}, err
	}
	defer mod.Close(ctx)
	i, original := instance{mod}, mod.ExportedGlobal(rewrite.GasGlobal) == nil
	if !original {
		i.reset(gas)
	}
	results, err := mod.ExportedFunction("f0").Call(ctx, args...)
	o := outcome{trapped: err != nil}
	if err == nil {
		o.results = narrow(p.funcs[0].results, results)
	}
	if !original {
		o.gas = i.get(rewrite.GasGlobal)
		o.exhausted = int64(o.gas) < 0
		if left := i.get(rewrite.DepthGlobal); err == nil && left != rewrite.StackBudget {
			return o, fmt.Errorf("%d bytes of stack were not given back", rewrite.StackBudget-left)
		}
	}
	for n := range o.globals {
		name := rewrite.MutableGlobal(n)
		if original {
			name = fmt.Sprint("g", n)
		}
		o.globals[n] = i.get(name)
	}
	memory, _ := mod.Memory().Read(0, mod.Memory().Size())
	o.memory = string(memory)
	return o, nil
}

// TestRandomPrograms is the gas and semantics test: results, traps, memory,
// globals and the remaining gas of a metered module are those of the tree
// walker, on both engines.
func TestRandomPrograms(t *testing.T) {
	ctx := context.Background()
	runtimes := map[string]wazero.Runtime{}
	for engine, config := range engines {
		runtimes[engine] = wazero.NewRuntimeWithConfig(ctx, config.WithCoreFeatures(features).WithMemoryLimitPages(512))
		defer runtimes[engine].Close(ctx)
	}
	seen := map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		integers := rapid.Bool().Draw(rt, "integers")
		p, code := generate(integers, func(n int) int { return rapid.IntRange(0, n-1).Draw(rt, "") })
		m, err := rewrite.Check(code, programLimits(), nil)
		require.NoError(rt, err)
		metered, err := m.Metered()
		require.NoError(rt, err)
		for range 3 {
			gas := uint64(1_000_000)
			if rapid.Bool().Draw(rt, "little gas") {
				gas = uint64(rapid.IntRange(0, 50_000).Draw(rt, "gas"))
			}
			args := []uint64{rapid.SampledFrom(edges).Draw(rt, "a"), rapid.SampledFrom(edges).Draw(rt, "b")}
			args[0] = api.EncodeU32(uint32(args[0]))
			want := naive(p, gas, args)
			seen[fmt.Sprintf("trapped=%t exhausted=%t", want.trapped, want.exhausted)]++
			for engine, r := range runtimes {
				got, err := engineRun(r, p, metered, gas, args)
				require.NoError(rt, err, engine)
				if want.exhausted { // what happens on credit is nobody's business
					require.True(rt, got.exhausted, engine)
					continue
				}
				require.Equal(rt, want, got, engine)
			}
			if integers && !want.exhausted {
				got, err := engineRun(runtimes["interpreter"], p, code, gas, args)
				require.NoError(rt, err)
				got.gas = want.gas
				require.Equal(rt, want, got, "the original on the oracle")
			}
		}
	})

	require.Len(t, seen, 3, "programs end in each way: %v", seen)
}
