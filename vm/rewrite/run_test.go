package rewrite_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"github.com/weftchain/weft/vm/rewrite"
)

const plentyOfGas = 1 << 50

// instance is a module on one of the engines.
type instance struct {
	api.Module
}

// instantiate runs a module that imports at most env.debug, whose calls go to
// debug (nil: none are expected). It is closed with the test.
func instantiate(t testing.TB, engine string, code []byte, debug func(api.Module, uint32)) instance {
	t.Helper()
	ctx := context.Background()
	rt := wazero.NewRuntimeWithConfig(ctx, engines[engine].WithCoreFeatures(features).WithMemoryLimitPages(512))
	t.Cleanup(func() { rt.Close(ctx) })
	_, err := rt.NewHostModuleBuilder("env").NewFunctionBuilder().WithGoModuleFunction(
		api.GoModuleFunc(func(_ context.Context, m api.Module, stack []uint64) { debug(m, uint32(stack[0])) }),
		[]api.ValueType{api.ValueTypeI32}, nil).Export("debug").Instantiate(ctx)
	require.NoError(t, err)
	mod, err := rt.InstantiateWithConfig(ctx, code, wazero.NewModuleConfig())
	require.NoError(t, err)
	i := instance{mod}
	if mod.ExportedGlobal(rewrite.GasGlobal) != nil {
		i.reset(plentyOfGas)
	}
	return i
}

func (i instance) set(global string, v uint64) {
	i.ExportedGlobal(global).(api.MutableGlobal).Set(v)
}

func (i instance) get(global string) uint64 { return i.ExportedGlobal(global).Get() }

// reset is what the host does before it enters a contract.
func (i instance) reset(gas uint64) {
	i.set(rewrite.GasGlobal, gas)
	i.set(rewrite.MarkGlobal, uint64(rewrite.MarkFor(int64(gas))))
	i.set(rewrite.DepthGlobal, rewrite.StackBudget)
	i.set(rewrite.SpareGlobal, rewrite.FreeExcess)
}

// call returns the only result, 0 without one.
func (i instance) call(name string, args ...uint64) (uint64, error) {
	res, err := i.ExportedFunction(name).Call(context.Background(), args...)
	if err != nil || len(res) == 0 {
		return 0, err
	}
	return res[0], nil
}

func (i instance) must(t testing.TB, name string, args ...uint64) uint64 {
	t.Helper()
	v, err := i.call(name, args...)
	require.NoError(t, err)
	return v
}
