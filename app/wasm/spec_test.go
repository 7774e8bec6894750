package wasm

import (
	"fmt"
	"testing"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/internal/golden"
	"github.com/weftchain/weft/vm"
)

// TestSpecGas compares docs/spec/gas.md with what the life of contracts costs.
func TestSpecGas(t *testing.T) {
	golden.Mentions(t, "gas.go", "gas", "spec_test.go")
	number := golden.Number[int]
	golden.Table(t, "gas.md", "Contracts (SDK gas)", [][]string{
		{"VM gas in one SDK gas", number(gasMultiplier)},
		{"loading a code", number(gasInstance)},
		{"loading a code at a discount", number(gasInstanceDiscount)},
		{"compiling an upload", fmt.Sprintf("%d a byte", gasCompilePerByte)},
		{"compiling an upload that imports WASI", fmt.Sprintf("1 each %d units of compile work", compileWorkPerGas)},
		{"unzipping an upload", fmt.Sprintf("%.2f a byte", float64(uncompressNumerator)/uncompressDivisor)},
		{"attribute", fmt.Sprintf("%d + %d a byte of key and value beyond %d free bytes", gasPerAttribute, gasPerAttributeByte, attributeBytesFree)},
		{"custom event", fmt.Sprintf("%d + %d a byte", gasPerCustomEvent, gasPerAttributeByte)},
		{"result of a call", fmt.Sprintf("%d a byte", gasDeserializeByte)},
		{"pinning a code", number(gasPin)},
		{"unpinning a code", number(gasUnpin)},
		{"addr_canonicalize", number(gasCanonicalize)},
		{"addr_humanize", number(gasHumanize)},
		{"addr_validate", number(gasCanonicalize + gasHumanize)},
		{"query BuildAddress", number(gasBuildAddress)},
		{"message of type Any", fmt.Sprintf("%d + %d each KiB", gasAnyMsgBase, gasAnyMsgPerKiB)},
	})
}

// TestSpecWASILimits compares docs/spec/wasi.md with the parameters that a chain
// starts with, the most that it may choose, and what other modules are held to.
func TestSpecWASILimits(t *testing.T) {
	params := chain.DefaultParams()
	start, most, others := params.WASI, MaxWASI(), vm.DefaultLimits()
	row := func(name string, start, most, others uint64) []string {
		cells := []string{name, golden.Number(start), golden.Number(most), golden.Number(others)}
		if others == 0 {
			cells[3] = ""
		}
		return cells
	}
	golden.Table(t, "wasi.md", "Limits", [][]string{
		{"`allow`", fmt.Sprint(start.Allow), "", ""},
		row("`max_wasm_bytes` (plain or unpacked, and as sent)", start.MaxWasmBytes, most.MaxWasmBytes, params.MaxWasmBytesUncompressed),
		row("`initialize_gas_limit` (the chain's gas)", start.InitializeGasLimit, most.InitializeGasLimit, 0),
		row("`max_functions`", uint64(start.MaxFunctions), uint64(most.MaxFunctions), uint64(others.Functions)),
		row("`max_total_function_params`", uint64(start.MaxTotalFunctionParams), uint64(most.MaxTotalFunctionParams), uint64(others.TotalFunctionParams)),
		row("`max_function_locals`", uint64(start.MaxFunctionLocals), uint64(most.MaxFunctionLocals), uint64(others.FunctionLocals)),
		row("`max_total_function_locals`", uint64(start.MaxTotalFunctionLocals), uint64(most.MaxTotalFunctionLocals), uint64(others.TotalFunctionLocals)),
		row("`max_table_elements`", uint64(start.MaxTableElements), uint64(most.MaxTableElements), uint64(others.TableElements)),
		row("`max_data_segments`", uint64(start.MaxDataSegments), uint64(most.MaxDataSegments), uint64(others.DataSegments)),
		row("`max_compile_work`", uint64(start.MaxCompileWork), uint64(most.MaxCompileWork), uint64(others.CompileWork)),
	})
}
