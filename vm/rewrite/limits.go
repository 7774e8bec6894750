package rewrite

import "encoding/json"

// Limits bounds what a module may contain. The first nine are wasmvm's, with
// its meaning; the others are weft's and keep compile time and memory of a
// hostile module within reach.
type Limits struct {
	MemoryPages         uint32 // initial pages, and the maximum that the host sets (64 KiB each)
	TableElements       uint32 // maximum that the table declares
	Imports             uint32 // imports of any kind
	Functions           uint32 // functions with a body
	FunctionParams      uint32 // parameters of any type in the type section
	TotalFunctionParams uint32 // sum of parameters over functions with a body
	FunctionResults     uint32 // results of a function
	FunctionLocals      uint32 // declared locals of one function, parameters excluded
	TotalFunctionLocals uint32 // sum of declared locals

	CodeBytes       uint32 // the whole module
	BodyBytes       uint32 // one function body
	BodyBranches    uint32 // instructions of one function that branch or join, and targets of its br_tables
	Nesting         uint32 // blocks open at once
	OperandHeight   uint32 // operands on the stack at once
	CompileWork     uint32 // estimate of what the engine does to compile all functions, see workload
	BodyMemory      uint32 // estimate of the bytes that the engine needs to compile one function, see workload
	Types           uint32
	BlockResults    uint32 // results of any type in the type section
	Exports         uint32
	Globals         uint32
	ElementSegments uint32
	DataSegments    uint32

	// WASI is for modules that import WASI.
	WASI WASILimits
}

// WASILimits are what modules that import wasi_snapshot_preview1 have in place
// of the limits of the same names: the output of the stock Go toolchain is
// larger than what wasmvm was made for, and its table declares no maximum (it
// cannot grow all the same, because the instruction is refused). All other
// limits are theirs as well. The zero value refuses such modules.
type WASILimits struct {
	Allow bool

	CodeBytes           uint32
	Functions           uint32
	TotalFunctionParams uint32
	FunctionLocals      uint32
	TotalFunctionLocals uint32
	TableElements       uint32 // its maximum, or its size if it declares none
	DataSegments        uint32
	CompileWork         uint32

	// InitializeGas is the VM gas that _initialize may use.
	InitializeGas uint64
}

// DefaultWASILimits are the limits under which contracts of the stock Go
// toolchain of 4 MiB are accepted. One of 3.3 MB, with fmt and encoding/json,
// has 2,200 functions with 8,800 locals, at most 20 in one, 6,300 table
// elements, 37,000 data segments and a compile work of 6.6*10^8.
func DefaultWASILimits() WASILimits {
	return WASILimits{
		Allow:               true,
		CodeBytes:           4 << 20,
		Functions:           20_000,
		TotalFunctionParams: 20_000,
		FunctionLocals:      1_000,
		TotalFunctionLocals: 50_000,
		TableElements:       20_000,
		DataSegments:        100_000,
		CompileWork:         1_000_000_000,
		InitializeGas:       70_000_000_000,
	}
}

// MaxWASILimits bounds all limits that a chain may choose. A code that was
// accepted under any of them is accepted under these.
func MaxWASILimits() WASILimits {
	return WASILimits{
		Allow:               true,
		CodeBytes:           8 << 20,
		Functions:           50_000,
		TotalFunctionParams: 100_000,
		FunctionLocals:      10_000,
		TotalFunctionLocals: 250_000,
		TableElements:       100_000,
		DataSegments:        500_000,
		CompileWork:         2_000_000_000,
		InitializeGas:       1_400_000_000_000,
	}
}

// of returns the limits that a code is held to: with WASI's if it imports WASI.
func (l Limits) of(code []byte) Limits {
	w := l.WASI
	if !w.Allow || !ImportsWASI(code) {
		return l
	}
	l.CodeBytes, l.Functions, l.TotalFunctionParams = w.CodeBytes, w.Functions, w.TotalFunctionParams
	l.FunctionLocals, l.TotalFunctionLocals = w.FunctionLocals, w.TotalFunctionLocals
	l.TableElements, l.DataSegments, l.CompileWork = w.TableElements, w.DataSegments, w.CompileWork
	return l
}

// DefaultLimits returns wasmvm 3.0.7's numbers and weft's own bounds. The public
// governance contracts (500 to 700 KB) come closest to those: they have functions
// of up to 18,409 branches and a compile work of up to 3.6*10^8.
func DefaultLimits() Limits {
	return Limits{
		MemoryPages:         512,
		TableElements:       2_500,
		Imports:             100,
		Functions:           20_000,
		FunctionParams:      100,
		TotalFunctionParams: 10_000,
		FunctionResults:     1,
		FunctionLocals:      100,
		TotalFunctionLocals: 10_000,

		CodeBytes:       4 << 20,
		BodyBytes:       512 << 10,
		BodyBranches:    24_000,
		Nesting:         1_024,
		OperandHeight:   10_000,
		CompileWork:     600_000_000,
		BodyMemory:      800 << 20,
		Types:           10_000,
		BlockResults:    100,
		Exports:         1_000,
		Globals:         1_000,
		ElementSegments: 1_000,
		DataSegments:    50_000,

		WASI: DefaultWASILimits(),
	}
}

// JSON returns the document that the WasmLimitsConfig query answers: the nine
// limits of the reference under its names.
func (l Limits) JSON() []byte {
	b, err := json.Marshal(struct {
		MemoryPages         uint32 `json:"initial_memory_limit_pages"`
		TableElements       uint32 `json:"table_size_limit_elements"`
		Imports             uint32 `json:"max_imports"`
		Functions           uint32 `json:"max_functions"`
		FunctionParams      uint32 `json:"max_function_params"`
		TotalFunctionParams uint32 `json:"max_total_function_params"`
		FunctionResults     uint32 `json:"max_function_results"`
		FunctionLocals      uint32 `json:"max_function_locals"`
		TotalFunctionLocals uint32 `json:"max_total_function_locals"`
	}{
		l.MemoryPages, l.TableElements, l.Imports, l.Functions, l.FunctionParams,
		l.TotalFunctionParams, l.FunctionResults, l.FunctionLocals, l.TotalFunctionLocals,
	})
	if err != nil {
		panic(err) // a struct of numbers always encodes
	}
	return b
}
