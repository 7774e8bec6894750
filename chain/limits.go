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
	}
}
