package app

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
	paramspb "github.com/weftchain/weft/proto/weft/params/v1"
)

// TestUpdateParams: the authority only, within bounds, from the next block on.
func TestUpdateParams(t *testing.T) {
	w := newWorld(t, worldOptions{maxGas: 7_000_000})
	update := func(from string, change func(*paramspb.Params)) []byte {
		p := DefaultParams()
		p.Authority = text(t, "authority")
		change(&p)
		return w.sign(from, 0, &paramspb.MsgUpdateParams{Authority: text(t, from), Params: p})
	}
	for name, c := range map[string]struct {
		from, code string
		change     func(*paramspb.Params)
	}{
		"not the authority": {"alice", "sdk/4", func(*paramspb.Params) {}},
		"prefix":            {"authority", "sdk/18", func(p *paramspb.Params) { p.Bech32Prefix, p.Authority = "other", "" }},
		"base denom":        {"authority", "sdk/18", func(p *paramspb.Params) { p.BaseDenom = "uother" }},
		"zero":              {"authority", "sdk/18", func(p *paramspb.Params) { p.MaxTxBytes = 0 }},
		"above the most":    {"authority", "sdk/18", func(p *paramspb.Params) { p.MaxWasmBytes = maxWasmBytes + 1 }},
		"bad authority":     {"authority", "sdk/7", func(p *paramspb.Params) { p.Authority = "weft1" }},
	} {
		requireCode(t, c.code, w.block(update(c.from, c.change))[0], name)
	}
	require.Equal(t, uint64(4<<20), w.env().Block.Params.MaxTxBytes)

	two := w.sign("alice", 0, msgSend(t, "alice", "bob", "1uweft"), msgSend(t, "alice", "bob", "1uweft"))
	twoLater := w.sign("alice", 1, msgSend(t, "alice", "bob", "1uweft"), msgSend(t, "alice", "bob", "1uweft"))
	res := w.block(update("authority", func(p *paramspb.Params) { p.MaxMsgsPerTx = 1 }), two)
	ok(t, res[0])
	ok(t, res[1])
	c, err := w.app.Check(twoLater)
	require.NoError(t, err)
	requireCode(t, "sdk/18", c.Result, "checks follow the last commit")
	requireCode(t, "sdk/18", w.block(twoLater)[0])
	require.Equal(t, uint64(7_000_000), w.env().Block.Params.MaxBlockGas, "a consensus parameter of CometBFT's is not theirs to lose")

	var got paramspb.QueryParamsResponse
	ans, err := w.app.Query(Query{Path: "/weft.params.v1.Query/Params"})
	require.NoError(t, err)
	require.NoError(t, got.Unmarshal(ans.Value))
	require.Equal(t, uint32(1), got.Params.MaxMsgsPerTx)

	ok(t, w.block(update("authority", func(p *paramspb.Params) { p.Authority = "" }))[0])
	requireCode(t, "sdk/4", w.block(update("authority", func(*paramspb.Params) {}))[0], "nobody may any more")
}

// TestParamsBounds: every bound, at it and one beyond.
func TestParamsBounds(t *testing.T) {
	set := map[string]struct {
		most  uint64
		field func(*paramspb.Params, uint64)
	}{
		"max_wasm_bytes":                 {maxWasmBytes, func(p *paramspb.Params, n uint64) { p.MaxWasmBytes = n }},
		"max_wasm_bytes_uncompressed":    {maxWasmBytes, func(p *paramspb.Params, n uint64) { p.MaxWasmBytesUncompressed = n }},
		"max_tx_bytes":                   {maxTxBytes, func(p *paramspb.Params, n uint64) { p.MaxTxBytes = n }},
		"max_msgs_per_tx":                {maxMsgs, func(p *paramspb.Params, n uint64) { p.MaxMsgsPerTx = uint32(n) }},
		"max_submessage_depth":           {maxDepth, func(p *paramspb.Params, n uint64) { p.MaxSubmessageDepth = uint32(n) }},
		"max_query_depth":                {maxDepth, func(p *paramspb.Params, n uint64) { p.MaxQueryDepth = uint32(n) }},
		"query_gas_limit":                {maxGasOfAQuery, func(p *paramspb.Params, n uint64) { p.QueryGasLimit = n }},
		"simulation_gas_limit":           {maxGasOfAQuery, func(p *paramspb.Params, n uint64) { p.SimulationGasLimit = n }},
		"wasi.max_wasm_bytes":            {8 << 20, func(p *paramspb.Params, n uint64) { p.WASI.MaxWasmBytes = n }},
		"wasi.initialize_gas_limit":      {10_000_000, func(p *paramspb.Params, n uint64) { p.WASI.InitializeGasLimit = n }},
		"wasi.max_functions":             {50_000, func(p *paramspb.Params, n uint64) { p.WASI.MaxFunctions = uint32(n) }},
		"wasi.max_total_function_params": {100_000, func(p *paramspb.Params, n uint64) { p.WASI.MaxTotalFunctionParams = uint32(n) }},
		"wasi.max_function_locals":       {10_000, func(p *paramspb.Params, n uint64) { p.WASI.MaxFunctionLocals = uint32(n) }},
		"wasi.max_total_function_locals": {250_000, func(p *paramspb.Params, n uint64) { p.WASI.MaxTotalFunctionLocals = uint32(n) }},
		"wasi.max_table_elements":        {100_000, func(p *paramspb.Params, n uint64) { p.WASI.MaxTableElements = uint32(n) }},
		"wasi.max_data_segments":         {500_000, func(p *paramspb.Params, n uint64) { p.WASI.MaxDataSegments = uint32(n) }},
		"wasi.max_compile_work":          {2_000_000_000, func(p *paramspb.Params, n uint64) { p.WASI.MaxCompileWork = uint32(n) }},
	}
	for name, c := range set {
		for n, good := range map[uint64]bool{0: false, 1: true, c.most: true, c.most + 1: false} {
			p := DefaultParams()
			c.field(&p, n)
			_, err := parseParams(p)
			require.Equal(t, good, err == nil, "%s = %d: %v", name, n, err)
			if err != nil {
				require.ErrorIs(t, err, chain.ErrInvalidRequest)
				require.ErrorContains(t, err, "weft.params."+name)
			}
		}
	}
	for prefix, good := range map[string]bool{
		"": false, "w": true, "Weft": false, "1weft": false, "we-ft": false, "weft1": true,
		"abcdefghijklmnopqrstuvwxyz012345": true, "abcdefghijklmnopqrstuvwxyz0123456": false,
	} {
		p := DefaultParams()
		p.Bech32Prefix = prefix
		_, err := parseParams(p)
		require.Equal(t, good, err == nil, prefix)
	}
	p := DefaultParams()
	p.WASI = paramspb.WASIParams{} // as in a genesis that does not know of it
	off, err := parseParams(p)
	require.NoError(t, err)
	require.Equal(t, chain.WASIParams{}, off.WASI)
	p = DefaultParams()
	parsed, err := parseParams(p)
	require.NoError(t, err)
	require.Equal(t, chain.DefaultParams(), parsed)
	require.Equal(t, p, protoParams(parsed))
}
