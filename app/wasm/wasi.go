package wasm

import (
	"bytes"
	"compress/gzip"
	"io"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/vm"
)

// This file is about codes that import WASI: the output of the stock Go
// toolchain is larger than what wasmd takes, and its _initialize has to run.
// Everything here is beside the reference's rules, which hold for all other
// codes unchanged.

// wasiPeekBytes is how much of a gzip archive is unpacked, at most, to find out
// whether there is a code inside that imports WASI: its imports stand in front.
const wasiPeekBytes = 64 << 10

// wasiLimits is the engine's form of the parameters.
func wasiLimits(p *chain.WASIParams) vm.WASILimits {
	return vm.WASILimits{
		Allow: p.Allow, CodeBytes: uint32(p.MaxWasmBytes), Functions: p.MaxFunctions, TotalFunctionParams: p.MaxTotalFunctionParams,
		FunctionLocals: p.MaxFunctionLocals, TotalFunctionLocals: p.MaxTotalFunctionLocals, TableElements: p.MaxTableElements,
		DataSegments: p.MaxDataSegments, CompileWork: p.MaxCompileWork, InitializeGas: toVM(p.InitializeGasLimit),
	}
}

// MaxWASI are the largest values that the parameters may have.
func MaxWASI() chain.WASIParams {
	l := vm.MaxWASILimits()
	return chain.WASIParams{
		Allow: l.Allow, MaxWasmBytes: uint64(l.CodeBytes), InitializeGasLimit: fromVM(l.InitializeGas),
		MaxFunctions: l.Functions, MaxTotalFunctionParams: l.TotalFunctionParams, MaxFunctionLocals: l.FunctionLocals,
		MaxTotalFunctionLocals: l.TotalFunctionLocals, MaxTableElements: l.TableElements, MaxDataSegments: l.DataSegments,
		MaxCompileWork: l.CompileWork,
	}
}

// isWASI looks whether a code as it was sent imports WASI. It keeps nothing and
// reads a bounded beginning.
func isWASI(code []byte) bool {
	if !isGzip(code) {
		return vm.ImportsWASI(code)
	}
	r, err := gzip.NewReader(bytes.NewReader(code))
	if err != nil {
		return false
	}
	start, _ := io.ReadAll(io.LimitReader(r, wasiPeekBytes)) // what comes before damage is as good
	return vm.ImportsWASI(start)
}

// mayBeLong reports whether a code, as it was sent, is held to the length that
// codes have which import WASI.
func mayBeLong(p *chain.Params, code []byte) bool { return p.WASI.Allow && isWASI(code) }

// compileWorkPerGas is how many units of a code's compile work cost one gas. A
// unit takes 16 ns in the worst shape, of which a gas is to be worth 9, and 5 ns
// in what the Go toolchain makes, of which it is to be worth 28, and the bytes
// are paid for as well. With 50 a block of 50 million gas has room for any code of
// Go within the limits, and for two of the worst.
const compileWorkPerGas = 50

// chargeCompileWork charges for what compiling a code takes beyond its length,
// before it is compiled. Only codes that import WASI pay: the price of all others
// is the reference's, and they are not compiled while a block waits.
func (w *Wasm) chargeCompileWork(env *chain.Env, code []byte, limits vm.WASILimits) error {
	if !vm.ImportsWASI(code) {
		return nil
	}
	a, err := w.engine.CheckWithin(code, limits)
	if err != nil {
		return engineVerdict(err, ErrCreateFailed)
	}
	return env.Gas.Use(a.CompileWork/compileWorkPerGas, locationRuntime)
}

// chargeInitialize charges for _initialize, which the engine runs when it
// compiles a code. A simulation compiles nothing and charges what may be used
// at most.
func chargeInitialize(env *chain.Env, a vm.Analysis) error {
	gas := a.InitializeGas
	if !env.Decided() && a.WASI && a.Initialize {
		gas = toVM(env.Block.Params.WASI.InitializeGasLimit)
	}
	if gas == 0 {
		return nil
	}
	return useVM(env.Gas, gas)
}
