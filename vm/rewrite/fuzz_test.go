package rewrite_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/tetratelabs/wazero"

	"github.com/weftchain/weft/vm/internal/wat"
	"github.com/weftchain/weft/vm/rewrite"
)

// fuzzLimits keeps what the fuzzer finds quick to compile.
func fuzzLimits() rewrite.Limits {
	l := rewrite.DefaultLimits()
	l.CodeBytes = 4_096
	l.FunctionResults = 3
	l.WASI.CodeBytes = 4_096
	return l
}

// FuzzCheck feeds anything to Check. It never panics, refuses with a verdict,
// and what it accepts the engine compiles after rewriting. The original is not
// given to the engine: a few bytes that announce 2^32 types are enough to take
// all of the process's memory there.
func FuzzCheck(f *testing.F) {
	for _, r := range append(ruleRefusals(), malformedModules()...) {
		if len(r.code) <= 1_024 {
			f.Add(r.code)
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		_, code := generate(false, random.IntN)
		if len(code) <= 2_048 {
			f.Add(code)
		}
	}
	f.Add(wasiContract("fd_write", wat.T(wat.I32, wat.I32, wat.I32, wat.I32), wat.T(wat.I32)))
	ctx := context.Background()
	rt := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigCompiler().WithCoreFeatures(features).WithMemoryLimitPages(512))
	f.Cleanup(func() { rt.Close(ctx) })
	f.Fuzz(func(t *testing.T, code []byte) {
		m, err := rewrite.Check(code, fuzzLimits(), allCapabilities)
		if err != nil {
			var refused *rewrite.RefusedError
			if !errors.As(err, &refused) {
				t.Fatalf("not a verdict: %v", err)
			}
			return
		}
		metered, err := m.Metered()
		if err != nil {
			t.Fatal(err)
		}
		compiled, err := rt.CompileModule(ctx, metered)
		if err != nil {
			t.Fatalf("%v\noriginal %x\nmetered %x", err, code, metered)
		}
		_ = compiled.Close(ctx)
	})
}

// FuzzPrograms is TestRandomPrograms with the fuzzer at the wheel.
func FuzzPrograms(f *testing.F) {
	f.Add([]byte("weft"), uint64(1_000_000), uint32(0), uint64(0))
	ctx := context.Background()
	runtimes := map[string]wazero.Runtime{}
	for engine, config := range engines {
		runtimes[engine] = wazero.NewRuntimeWithConfig(ctx, config.WithCoreFeatures(features).WithMemoryLimitPages(512))
		f.Cleanup(func() { runtimes[engine].Close(ctx) })
	}
	f.Fuzz(func(t *testing.T, choices []byte, gas uint64, a uint32, b uint64) {
		p, code := generate(false, func(n int) int {
			if len(choices) == 0 {
				return 0
			}
			c := choices[0]
			choices = choices[1:]
			return int(c) % n
		})
		metered := meter(t, code, programLimits())
		gas %= 5_000_000
		want := naive(p, gas, []uint64{uint64(a), b})
		for engine, rt := range runtimes {
			got, err := engineRun(rt, p, metered, gas, []uint64{uint64(a), b})
			if err != nil {
				t.Fatal(engine, err)
			}
			if want.exhausted && got.exhausted { // what happens on credit is nobody's business
				continue
			}
			if !reflect.DeepEqual(got, want) {
				got.memory, want.memory = "", ""
				t.Fatalf("%s: %+v, want %+v\n%x", engine, got, want, code)
			}
		}
	})
}
