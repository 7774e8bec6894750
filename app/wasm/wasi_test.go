package wasm_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
	wasmpb "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
	"github.com/weftchain/weft/vm"
)

// goContract builds a contract with the stock Go toolchain.
func goContract(t *testing.T) []byte {
	t.Helper()
	file := filepath.Join(t.TempDir(), "counter.wasm")
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-buildmode=c-shared", "-ldflags=-s -w", "-o", file, "../../vm/testdata/gocontract/counter")
	cmd.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm", "CGO_ENABLED=0", "GOFLAGS=")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	code, err := os.ReadFile(file)
	require.NoError(t, err)
	return code
}

// wasiHead is the beginning of a module that imports WASI, as long as told.
func wasiHead(n int) []byte {
	name := "wasi_snapshot_preview1"
	imports := append([]byte{1, byte(len(name))}, name...)
	imports = append(imports, 1, 'x', 0, 0)
	head := append([]byte("\x00asm\x01\x00\x00\x00\x02"), byte(len(imports)))
	return append(append(head, imports...), make([]byte, n)...)
}

// TestGoContract uploads, runs and pays for a contract in Go.
func TestGoContract(t *testing.T) {
	w := realWorld(t)
	code := goContract(t)
	require.Greater(t, len(code), 2*800<<10, "longer than what other codes may be")
	require.Equal(t, uint64(1), w.store("alice", code))
	require.Equal(t, uint64(2), w.store("alice", zip(t, code)))
	w.instantiate("go", 2, `{"":0}`)
	execute := func(msg string) result {
		return w.send(&wasmpb.MsgExecuteContract{Sender: w.addr("bob"), Contract: w.addr("go"), Msg: []byte(msg)})
	}
	for range 3 {
		require.NoError(t, execute(`{"add":2}`).err)
	}
	require.Equal(t, "6", w.smart("go", `{"count":0}`))
	r := execute(`{"panic":3}`)
	requireCode(t, "wasm", 29, r.err)
	require.ErrorContains(t, r.err, "panic: the contract gave up at 3")

	// _initialize is paid for, and a simulation expects what it may use at most.
	engine, err := vm.New(vm.Config{})
	require.NoError(t, err)
	defer func() { require.NoError(t, engine.Close()) }()
	_, a, err := engine.Compile(code)
	require.NoError(t, err)
	store := &wasmpb.MsgStoreCode{Sender: w.addr("alice"), WASMByteCode: code}
	simulated, stored := w.run(w.env.Begin(nil, 100_000_000), store), w.sendWithGas(100_000_000, store)
	require.NoError(t, simulated.err)
	require.NoError(t, stored.err)
	used := a.InitializeGas / 140_000
	require.Positive(t, used)
	require.Equal(t, w.env.Block.Params.WASI.InitializeGasLimit-used, simulated.gas-stored.gas)
	require.Positive(t, a.CompileWork)
	fees := stored.gas - 3*uint64(len(code)) - used - a.CompileWork/50
	require.Less(t, fees, uint64(100_000), "what is left is for the store")

	// One unit less than it needs: refused, and what was used is due.
	w.env.Block.Params.WASI.InitializeGasLimit = used
	short := w.sendWithGas(100_000_000, store)
	requireCode(t, "wasm", 2, short.err)
	require.ErrorContains(t, short.err, "_initialize needs more than")
	require.Greater(t, short.gas, 3*uint64(len(code))+used)

	// Limits of the chain hold for uploads, and what is stored runs on.
	w.env.Block.Params.WASI = chain.WASIParams{}
	requireCode(t, "sdk", 18, w.send(store).err)
	r = w.send(&wasmpb.MsgStoreCode{Sender: w.addr("alice"), WASMByteCode: zip(t, code)})
	requireCode(t, "wasm", 2, r.err)
	require.ErrorContains(t, r.err, "max 819200 bytes")
	r = w.send(&wasmpb.MsgStoreCode{Sender: w.addr("alice"), WASMByteCode: wasiHead(10)})
	requireCode(t, "wasm", 2, r.err)
	require.NoError(t, execute(`{"add":2}`).err)
	require.Equal(t, "8", w.smart("go", `{"count":0}`))

	exported, err := w.wasm.ExportGenesis(w.env)
	require.NoError(t, err)
	other := emptyWorld(t, engine)
	other.env.Block.Params.WASI = chain.WASIParams{}
	require.NoError(t, other.wasm.InitGenesis(other.env, exported))
	other.names["go"] = w.addr("go")
	require.Equal(t, "8", other.smart("go", `{"count":0}`))
}

// TestWASICodeSizes: the longer limits are for codes that import WASI alone,
// and they are met exactly.
func TestWASICodeSizes(t *testing.T) {
	w := realWorld(t)
	const limit = 4 << 20
	store := func(code []byte) error {
		return w.sendWithGas(100_000_000, &wasmpb.MsgStoreCode{Sender: w.addr("alice"), WASMByteCode: code}).err
	}
	exact := wasiHead(limit - len(wasiHead(0)))
	for name, c := range map[string]struct {
		code      []byte
		codespace string
		number    uint32
		text      string
	}{
		"plain":           {exact, "wasm", 2, "static Wasm validation"},
		"plain and long":  {append(bytes.Clone(exact), 0), "sdk", 18, "code bytes cannot be longer than 819200 bytes"},
		"other and long":  {make([]byte, 819_201), "sdk", 18, "code bytes cannot be longer than 819200 bytes"},
		"zipped":          {zip(t, exact), "wasm", 2, "static Wasm validation"},
		"zipped and long": {zip(t, append(bytes.Clone(exact), 0)), "wasm", 2, "exceeds limit"},
		"a bomb":          {zip(t, wasiHead(64<<20)), "wasm", 2, "exceeds limit"},
		"another bomb":    {zip(t, make([]byte, 64<<20)), "wasm", 2, "max 819200 bytes"},
		"too far inside":  {zip(t, append(wasiHead(0)[:8], append(append([]byte{0, 0x80, 0x80, 0x40}, make([]byte, 1<<20)...), wasiHead(0)[8:]...)...)), "wasm", 2, "max 819200 bytes"},
	} {
		err := store(c.code)
		requireCode(t, c.codespace, c.number, err)
		require.ErrorContains(t, err, c.text, name)
	}
}

// TestDefaultWASI: the default parameters are the engine's default limits.
func TestDefaultWASI(t *testing.T) {
	p, limits := chain.DefaultParams().WASI, vm.DefaultWASILimits()
	require.Equal(t, limits, vm.WASILimits{
		Allow: p.Allow, CodeBytes: uint32(p.MaxWasmBytes), Functions: p.MaxFunctions, TotalFunctionParams: p.MaxTotalFunctionParams,
		FunctionLocals: p.MaxFunctionLocals, TotalFunctionLocals: p.MaxTotalFunctionLocals, TableElements: p.MaxTableElements,
		DataSegments: p.MaxDataSegments, CompileWork: p.MaxCompileWork, InitializeGas: p.InitializeGasLimit * 140_000,
	})
}
