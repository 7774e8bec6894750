package app

import (
	"fmt"
	"regexp"

	"github.com/weftchain/weft/app/wasm"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	params "github.com/weftchain/weft/proto/weft/params/v1"
)

// Bounds of weft's parameters.
const (
	maxWasmBytes   = 16 << 20
	maxTxBytes     = 16 << 20
	maxMsgs        = 100_000
	maxDepth       = 1_000
	maxGasOfAQuery = 1_000_000_000_000
)

// prefixRule bounds the address prefix: lower-case letters and digits, a letter
// first, so that no separator and no mixed case can arise.
var prefixRule = regexp.MustCompile(`^[a-z][a-z0-9]{0,31}$`)

// DefaultParams is the protobuf form of chain.DefaultParams.
func DefaultParams() params.Params { return protoParams(chain.DefaultParams()) }

func protoParams(p chain.Params) params.Params {
	return params.Params{
		MaxWasmBytes: p.MaxWasmBytes, MaxWasmBytesUncompressed: p.MaxWasmBytesUncompressed,
		MaxTxBytes: p.MaxTxBytes, MaxMsgsPerTx: uint32(p.MaxMsgsPerTx),
		MaxSubmessageDepth: uint32(p.MaxCallDepth), MaxQueryDepth: uint32(p.MaxQueryDepth),
		QueryGasLimit: p.QueryGasLimit, SimulationGasLimit: p.SimulationGasLimit,
		Authority: p.Bech32.Account(p.Authority), Bech32Prefix: string(p.Bech32), BaseDenom: p.BaseDenom,
		WASI: params.WASIParams{
			Allow: p.WASI.Allow, MaxWasmBytes: p.WASI.MaxWasmBytes, InitializeGasLimit: p.WASI.InitializeGasLimit,
			MaxFunctions: p.WASI.MaxFunctions, MaxTotalFunctionParams: p.WASI.MaxTotalFunctionParams,
			MaxFunctionLocals: p.WASI.MaxFunctionLocals, MaxTotalFunctionLocals: p.WASI.MaxTotalFunctionLocals,
			MaxTableElements: p.WASI.MaxTableElements, MaxDataSegments: p.WASI.MaxDataSegments, MaxCompileWork: p.WASI.MaxCompileWork,
		},
	}
}

// bound is a parameter with its largest value; the smallest is 1.
type bound struct {
	name        string
	value, most uint64
}

// parseWASI checks the limits of codes that import WASI against those that the
// engine can keep.
func parseWASI(p params.WASIParams) (chain.WASIParams, error) {
	out := chain.WASIParams{
		Allow: p.Allow, MaxWasmBytes: p.MaxWasmBytes, InitializeGasLimit: p.InitializeGasLimit,
		MaxFunctions: p.MaxFunctions, MaxTotalFunctionParams: p.MaxTotalFunctionParams,
		MaxFunctionLocals: p.MaxFunctionLocals, MaxTotalFunctionLocals: p.MaxTotalFunctionLocals,
		MaxTableElements: p.MaxTableElements, MaxDataSegments: p.MaxDataSegments, MaxCompileWork: p.MaxCompileWork,
	}
	if !p.Allow {
		return out, nil
	}
	most := wasm.MaxWASI()
	return out, checkBounds("wasi.", []bound{
		{"max_wasm_bytes", out.MaxWasmBytes, most.MaxWasmBytes},
		{"initialize_gas_limit", out.InitializeGasLimit, most.InitializeGasLimit},
		{"max_functions", uint64(out.MaxFunctions), uint64(most.MaxFunctions)},
		{"max_total_function_params", uint64(out.MaxTotalFunctionParams), uint64(most.MaxTotalFunctionParams)},
		{"max_function_locals", uint64(out.MaxFunctionLocals), uint64(most.MaxFunctionLocals)},
		{"max_total_function_locals", uint64(out.MaxTotalFunctionLocals), uint64(most.MaxTotalFunctionLocals)},
		{"max_table_elements", uint64(out.MaxTableElements), uint64(most.MaxTableElements)},
		{"max_data_segments", uint64(out.MaxDataSegments), uint64(most.MaxDataSegments)},
		{"max_compile_work", uint64(out.MaxCompileWork), uint64(most.MaxCompileWork)},
	})
}

func checkBounds(path string, bounds []bound) error {
	for _, v := range bounds {
		if v.value == 0 || v.value > v.most {
			return fmt.Errorf("weft.params.%s%s is %d, must be 1 to %d: %w", path, v.name, v.value, v.most, chain.ErrInvalidRequest)
		}
	}
	return nil
}

// parseParams checks weft's parameters against their bounds.
func parseParams(p params.Params) (chain.Params, error) {
	out := chain.Params{
		Bech32: chain.Bech32(p.Bech32Prefix), BaseDenom: p.BaseDenom,
		MaxWasmBytes: p.MaxWasmBytes, MaxWasmBytesUncompressed: p.MaxWasmBytesUncompressed,
		MaxTxBytes: p.MaxTxBytes, MaxMsgsPerTx: uint64(p.MaxMsgsPerTx),
		MaxCallDepth: uint64(p.MaxSubmessageDepth), MaxQueryDepth: uint64(p.MaxQueryDepth),
		QueryGasLimit: p.QueryGasLimit, SimulationGasLimit: p.SimulationGasLimit,
	}
	if !prefixRule.MatchString(p.Bech32Prefix) {
		return out, fmt.Errorf("weft.params.bech32_prefix %.40q must be 1 to 32 lower-case letters and digits, a letter first: %w", p.Bech32Prefix, chain.ErrInvalidRequest)
	}
	if err := chain.CheckDenom(p.BaseDenom); err != nil {
		return out, fmt.Errorf("weft.params.base_denom: %w", err)
	}
	if p.Authority != "" {
		addr, err := out.Bech32.ParseAccount(p.Authority)
		if err != nil {
			return out, fmt.Errorf("weft.params.authority: %w", err)
		}
		out.Authority = addr
	}
	wasi, err := parseWASI(p.WASI)
	if err != nil {
		return out, err
	}
	out.WASI = wasi
	return out, checkBounds("", []bound{
		{"max_wasm_bytes", out.MaxWasmBytes, maxWasmBytes},
		{"max_wasm_bytes_uncompressed", out.MaxWasmBytesUncompressed, maxWasmBytes},
		{"max_tx_bytes", out.MaxTxBytes, maxTxBytes},
		{"max_msgs_per_tx", out.MaxMsgsPerTx, maxMsgs},
		{"max_submessage_depth", out.MaxCallDepth, maxDepth},
		{"max_query_depth", out.MaxQueryDepth, maxDepth},
		{"query_gas_limit", out.QueryGasLimit, maxGasOfAQuery},
		{"simulation_gas_limit", out.SimulationGasLimit, maxGasOfAQuery},
	})
}

// readParams reads the parameters out of the state; it costs no gas. Before
// genesis they are the defaults.
func readParams(branch chain.Branch) (chain.Params, error) {
	raw, err := branch.Get(layout.Params, layout.WeftParams)
	if err != nil || raw == nil {
		return chain.DefaultParams(), err
	}
	var p params.Params
	if err := p.Unmarshal(raw); err != nil {
		return chain.Params{}, fmt.Errorf("parameters in state: %v", err) // a fault
	}
	out, err := parseParams(p)
	if err != nil {
		return out, fmt.Errorf("parameters in state: %v", err) // a fault
	}
	out.MaxBlockGas, err = readBlockGas(branch)
	return out, err
}

func writeParams(branch chain.Branch, p params.Params) error {
	raw, err := p.Marshal()
	if err != nil {
		return err
	}
	branch.Set(layout.Params, layout.WeftParams, raw)
	return nil
}

func readBlockGas(branch chain.Branch) (uint64, error) {
	raw, err := branch.Get(layout.Params, layout.BlockMaxGas)
	if err != nil || raw == nil {
		return 0, err
	}
	return layout.ParseUint64(raw)
}

// checkUpdateParams checks new parameters against their bounds, and that what
// is fixed at genesis stays: every address and every balance depends on it.
func checkUpdateParams(block *chain.Block, m *params.MsgUpdateParams) error {
	p, err := parseParams(m.Params)
	if err != nil {
		return err
	}
	if p.Bech32 != block.Params.Bech32 {
		return fmt.Errorf("weft.params.bech32_prefix is %s since genesis, it cannot become %s: %w", block.Params.Bech32, p.Bech32, chain.ErrInvalidRequest)
	}
	if p.BaseDenom != block.Params.BaseDenom {
		return fmt.Errorf("weft.params.base_denom is %s since genesis, it cannot become %s: %w", block.Params.BaseDenom, p.BaseDenom, chain.ErrInvalidRequest)
	}
	return nil
}

// updateParams replaces the parameters; the authority only. The block that it
// stands in goes on under the old ones, the next runs under the new.
func updateParams(env *chain.Env, m *params.MsgUpdateParams) (*params.MsgUpdateParamsResponse, error) {
	if err := env.CheckAuthority(m.Authority); err != nil {
		return nil, err
	}
	if err := checkUpdateParams(env.Block, m); err != nil {
		return nil, err
	}
	raw, err := m.Params.Marshal()
	if err != nil {
		return nil, err
	}
	return &params.MsgUpdateParamsResponse{}, env.Store(layout.Params).Set(layout.WeftParams, raw)
}

func queryParams(env *chain.Env, _ *params.QueryParamsRequest) (*params.QueryParamsResponse, error) {
	return &params.QueryParamsResponse{Params: protoParams(env.Block.Params)}, nil
}
