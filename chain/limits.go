package chain

// Params are weft's own consensus parameters, from genesis and state: the
// bounds that belong to a chain. Bounds of the program are constants.
type Params struct {
	// Bech32 is the prefix of addresses.
	Bech32 Bech32
	// BaseDenom is the denom that fees and stakes are usually paid in.
	BaseDenom string
	// Authority may change parameters and pin codes; "" is nobody.
	Authority Address
	// MaxWasmBytes bounds the code in a message, as sent (maybe gzip).
	MaxWasmBytes uint64
	// MaxWasmBytesUncompressed bounds it after decompression.
	MaxWasmBytesUncompressed uint64
	// MaxTxBytes bounds a transaction.
	MaxTxBytes uint64
	// MaxBlockGas bounds the gas limits of a block's transactions, and so that
	// of each; 0 is no bound. It is CometBFT's consensus parameter
	// block.max_gas.
	MaxBlockGas uint64
	// MaxMsgsPerTx bounds the messages of a transaction.
	MaxMsgsPerTx uint64
	// MaxCallDepth bounds how deep contract messages nest (wasmd: 100).
	MaxCallDepth uint64
	// MaxQueryDepth bounds how deep contract queries nest (wasmd: 10).
	MaxQueryDepth uint64
	// QueryGasLimit is the SDK gas that a query from outside may use.
	QueryGasLimit uint64
	// SimulationGasLimit is the SDK gas that a simulation may use.
	SimulationGasLimit uint64
	// WASI is for codes that import WASI.
	WASI WASIParams
}

// WASIParams bound codes that import WASI, such as those of the stock Go
// toolchain, in place of what bounds all others. They decide at upload; a code
// that is stored stays valid.
type WASIParams struct {
	// Allow accepts such codes at all.
	Allow bool
	// MaxWasmBytes bounds the code plain, and as sent.
	MaxWasmBytes uint64
	// InitializeGasLimit is the SDK gas that _initialize may use.
	InitializeGasLimit uint64
	// What the module may contain; see vm.WASILimits.
	MaxFunctions           uint32
	MaxTotalFunctionParams uint32
	MaxFunctionLocals      uint32
	MaxTotalFunctionLocals uint32
	MaxTableElements       uint32
	MaxDataSegments        uint32
	MaxCompileWork         uint32
}

// DefaultParams are wasmd's values where it has them.
func DefaultParams() Params {
	return Params{
		Bech32:                   "weft",
		BaseDenom:                "uweft",
		MaxWasmBytes:             800 << 10,
		MaxWasmBytesUncompressed: 800 << 10,
		MaxTxBytes:               4 << 20,
		MaxMsgsPerTx:             1_000,
		MaxCallDepth:             100,
		MaxQueryDepth:            10,
		QueryGasLimit:            3_000_000,
		SimulationGasLimit:       50_000_000,
		WASI: WASIParams{
			Allow:                  true,
			MaxWasmBytes:           4 << 20,
			InitializeGasLimit:     500_000,
			MaxFunctions:           20_000,
			MaxTotalFunctionParams: 20_000,
			MaxFunctionLocals:      1_000,
			MaxTotalFunctionLocals: 50_000,
			MaxTableElements:       20_000,
			MaxDataSegments:        100_000,
			MaxCompileWork:         1_000_000_000,
		},
	}
}
