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
	CompileWork     uint32 // estimate of what the engine's slowest passes do, see body.work
	Types           uint32
	BlockResults    uint32 // results of any type in the type section
	Exports         uint32
	Globals         uint32
	ElementSegments uint32
	DataSegments    uint32

	// AllowWASI accepts imports from wasi_snapshot_preview1.
	AllowWASI bool
}

// DefaultLimits returns wasmvm 3.0.7's numbers and weft's own bounds.
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
		BodyBranches:    10_000,
		Nesting:         1_024,
		OperandHeight:   10_000,
		CompileWork:     200_000_000,
		Types:           10_000,
		BlockResults:    100,
		Exports:         1_000,
		Globals:         1_000,
		ElementSegments: 1_000,
		DataSegments:    50_000,
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
