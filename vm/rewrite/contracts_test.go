package rewrite_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"github.com/weftchain/weft/vm/rewrite"
)

// features are those that package vm gives to the engine.
const features = api.CoreFeatureMutableGlobal | api.CoreFeatureNonTrappingFloatToIntConversion | api.CoreFeatureSignExtensionOps |
	api.CoreFeatureMultiValue | api.CoreFeatureBulkMemoryOperations | api.CoreFeatureReferenceTypes

var allCapabilities = []string{
	"iterator", "staking", "stargate", "cosmwasm_1_1", "cosmwasm_1_2", "cosmwasm_1_3",
	"cosmwasm_1_4", "cosmwasm_2_0", "cosmwasm_2_1", "cosmwasm_2_2", "cosmwasm_3_0", "ibc2",
}

// moduleDir is where the go command keeps a public module that carries
// contracts. They are not copied into this repository.
func moduleDir(module string) func() (string, error) {
	return sync.OnceValues(func() (string, error) {
		cmd := exec.Command("go", "mod", "download", "-json", module)
		cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod")
		out, err := cmd.Output()
		if err != nil {
			return "", fmt.Errorf("%s carries the contracts of this test and could not be downloaded: %w", module, err)
		}
		var info struct{ Dir string }
		err = json.Unmarshal(out, &info)
		return info.Dir, err
	})
}

var (
	wasmvmDir = moduleDir("github.com/CosmWasm/wasmvm/v3@v3.0.7")
	wasmdDir  = moduleDir("github.com/CosmWasm/wasmd@v0.70.3")
)

// referenceContract reads a contract that wasmvm tests itself with.
func referenceContract(t testing.TB, name string) []byte {
	t.Helper()
	dir, err := wasmvmDir()
	require.NoError(t, err)
	code, err := os.ReadFile(filepath.Join(dir, "testdata", name))
	require.NoError(t, err)
	return code
}

// meter checks and rewrites a module that has to be accepted.
func meter(t testing.TB, code []byte, limits rewrite.Limits) []byte {
	t.Helper()
	m, err := rewrite.Check(code, limits, allCapabilities)
	require.NoError(t, err)
	out, err := m.Metered()
	require.NoError(t, err)
	return out
}

// host is the smallest host that hackatom's instantiate needs, with the
// reference's gas and the costs of its mock API.
type host struct {
	t     *testing.T
	mod   api.Module
	store map[string][]byte
}

func (h *host) charge(gas uint64) {
	g := h.mod.ExportedGlobal(rewrite.GasGlobal).(api.MutableGlobal)
	require.GreaterOrEqual(h.t, g.Get(), gas)
	g.Set(g.Get() - gas)
}

func (h *host) call(name string, args ...uint64) uint64 {
	res, err := h.mod.ExportedFunction(name).Call(context.Background(), args...)
	require.NoError(h.t, err)
	if len(res) == 0 {
		return 0
	}
	return uint64(uint32(res[0]))
}

func (h *host) write(data []byte) uint64 {
	p := h.call("allocate", uint64(len(data)))
	h.charge(230_000 + 570*uint64(len(data)))
	at, _ := h.mod.Memory().ReadUint32Le(uint32(p))
	require.True(h.t, h.mod.Memory().Write(at, data))
	require.True(h.t, h.mod.Memory().WriteUint32Le(uint32(p)+8, uint32(len(data))))
	return p
}

func (h *host) read(p uint64) []byte {
	region, ok := h.mod.Memory().Read(uint32(p), 12)
	require.True(h.t, ok)
	size := binary.LittleEndian.Uint32(region[8:])
	h.charge(200_000 + 115*uint64(size))
	data, ok := h.mod.Memory().Read(binary.LittleEndian.Uint32(region), size)
	require.True(h.t, ok)
	return bytes.Clone(data)
}

func (h *host) addrValidate(_ context.Context, _ api.Module, stack []uint64) {
	h.charge(18_000)
	source := h.read(uint64(uint32(stack[0])))
	h.charge(28_700 + 1_400*uint64(len(source)))
	h.charge(440 + 550)
	stack[0] = 0
}

func (h *host) debug(_ context.Context, _ api.Module, stack []uint64) {
	h.charge(18_000)
	h.t.Logf("contract: %s", h.read(uint64(uint32(stack[0]))))
}

func (h *host) dbWrite(_ context.Context, _ api.Module, stack []uint64) {
	h.charge(18_000)
	key, value := h.read(uint64(uint32(stack[0]))), h.read(uint64(uint32(stack[1])))
	h.store[string(key)] = value
}

// TestHackatomGas runs the reference's contract metered and compares the gas
// with the golden number of the reference's own test (TestInstantiate in
// internal/api/lib_test.go of wasmvm v3.0.7).
func TestHackatomGas(t *testing.T) {
	ctx := context.Background()
	for name, config := range engines {
		t.Run(name, func(t *testing.T) {
			rt := wazero.NewRuntimeWithConfig(ctx, config.WithCoreFeatures(features).WithMemoryLimitPages(512))
			defer rt.Close(ctx)
			compiled, err := rt.CompileModule(ctx, meter(t, referenceContract(t, "hackatom.wasm"), rewrite.DefaultLimits()))
			require.NoError(t, err)
			h := &host{t: t, store: map[string][]byte{}}
			env := rt.NewHostModuleBuilder("env")
			for _, f := range compiled.ImportedFunctions() {
				_, field, _ := f.Import()
				fn := func(context.Context, api.Module, []uint64) { panic("unexpected import " + field) }
				switch field {
				case "addr_validate":
					fn = h.addrValidate
				case "db_write":
					fn = h.dbWrite
				case "debug":
					fn = h.debug
				}
				env.NewFunctionBuilder().WithGoModuleFunction(api.GoModuleFunc(fn), f.ParamTypes(), f.ResultTypes()).Export(field)
			}
			_, err = env.Instantiate(ctx)
			require.NoError(t, err)
			h.mod, err = rt.InstantiateModule(ctx, compiled, wazero.NewModuleConfig())
			require.NoError(t, err)
			const limit = 500_000_000_000
			h.mod.ExportedGlobal(rewrite.GasGlobal).(api.MutableGlobal).Set(limit)
			h.mod.ExportedGlobal(rewrite.DepthGlobal).(api.MutableGlobal).Set(rewrite.StackBudget)

			result := h.call("instantiate",
				h.write([]byte(`{"block":{"height":123,"time":"1578939743987654321","chain_id":"foobar"},"transaction":{"index":4,"hash":"qrvM3e7/ABGqu8zd7v8AEaq7zN3u/wARqrvM3e7/ABE="},"contract":{"address":"contract"}}`)),
				h.write([]byte(`{"sender":"creator","funds":[{"denom":"ATOM","amount":"100"}]}`)),
				h.write([]byte(`{"verifier": "fred", "beneficiary": "bob"}`)))
			require.Contains(t, string(h.read(result)), `{"ok":`)
			h.call("deallocate", result)
			require.Equal(t, uint64(0xdf0642), limit-h.mod.ExportedGlobal(rewrite.GasGlobal).Get())
			require.EqualValues(t, rewrite.StackBudget, h.mod.ExportedGlobal(rewrite.DepthGlobal).Get(), "every frame is given back")
		})
	}
}

var engines = map[string]wazero.RuntimeConfig{
	"compiler":    wazero.NewRuntimeConfigCompiler(),
	"interpreter": wazero.NewRuntimeConfigInterpreter(),
}

// TestReferenceContracts checks, rewrites and compiles every contract that the
// reference tests itself with.
func TestReferenceContracts(t *testing.T) {
	ctx := context.Background()
	rt := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigCompiler().WithCoreFeatures(features))
	defer rt.Close(ctx)
	for _, name := range []string{"cyberpunk", "floaty_2.0", "hackatom", "ibc_reflect", "queue", "reflect"} {
		t.Run(name, func(t *testing.T) {
			out := meter(t, referenceContract(t, name+".wasm"), rewrite.DefaultLimits())
			compiled, err := rt.CompileModule(ctx, out)
			require.NoError(t, err)
			require.NoError(t, compiled.Close(ctx))
		})
	}
}

// TestModuleContracts checks and rewrites every contract that wasmd carries:
// interface versions of 0.7 to 2.2, with and without IBC, Rust and its compiler
// of many years. Only the one of 0.7 is refused.
func TestModuleContracts(t *testing.T) {
	dir, err := wasmdDir()
	require.NoError(t, err)
	accepted := 0
	err = filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.Contains(filepath.Base(path), ".wasm") || strings.Contains(path, "gz") {
			return err
		}
		code, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		m, err := rewrite.Check(code, rewrite.DefaultLimits(), allCapabilities)
		if strings.HasSuffix(path, "escrow_0.7.wasm") {
			require.ErrorContains(t, err, "Wasm contract missing a required marker export: interface_version_*")
			return nil
		}
		require.NoError(t, err, name)
		out, err := m.Metered()
		require.NoError(t, err, name)
		again, err := m.Metered()
		require.NoError(t, err, name)
		require.True(t, bytes.Equal(out, again), "equal modules give equal bytes")
		accepted++
		return nil
	})
	require.NoError(t, err)
	require.GreaterOrEqual(t, accepted, 20)
}
