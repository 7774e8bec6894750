package wasm_test

import (
	"encoding/hex"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/weftchain/weft/app/wasm"
	"github.com/weftchain/weft/app/wasm/enginetest"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	querypb "github.com/weftchain/weft/proto/cosmos/base/query/v1beta1"
	wasmpb "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
)

// collect pages through a list as clients do: from an empty page request until
// there is no next key.
func collect[R any](t *testing.T, ask func(*querypb.PageRequest) (R, *querypb.PageResponse)) (pages []R) {
	t.Helper()
	for req := (&querypb.PageRequest{}); ; {
		res, page := ask(req)
		require.NotNil(t, page, "clients loop for ever without a page")
		pages = append(pages, res)
		if len(page.NextKey) == 0 {
			return pages
		}
		req = &querypb.PageRequest{Key: page.NextKey}
	}
}

func TestQueryLists(t *testing.T) {
	w := newWorld(t, nil)
	code := w.engine.Add("script", scripted())
	const contracts = 101
	id := w.store("alice", code)
	var want []string
	for range contracts {
		w.instantiate("c", id, `{}`)
		want = append(want, w.addr("c"))
	}
	var byCode, byCreator []string
	collect(t, func(p *querypb.PageRequest) (int, *querypb.PageResponse) {
		res, err := w.query("ContractsByCode", &wasmpb.QueryContractsByCodeRequest{CodeID: id, Pagination: p})
		require.NoError(t, err)
		r := res.(*wasmpb.QueryContractsByCodeResponse)
		require.LessOrEqual(t, len(r.Contracts), 100)
		byCode = append(byCode, r.Contracts...)
		return 0, r.Pagination
	})
	collect(t, func(p *querypb.PageRequest) (int, *querypb.PageResponse) {
		res, err := w.query("ContractsByCreator", &wasmpb.QueryContractsByCreatorRequest{CreatorAddress: w.addr("alice"), Pagination: p})
		require.NoError(t, err)
		r := res.(*wasmpb.QueryContractsByCreatorResponse)
		byCreator = append(byCreator, r.ContractAddresses...)
		return 0, r.Pagination
	})
	require.ElementsMatch(t, want, byCode)
	require.ElementsMatch(t, want, byCreator)

	w.store("bob", w.engine.Add("other", scripted()))
	var ids []uint64
	collect(t, func(p *querypb.PageRequest) (int, *querypb.PageResponse) {
		p.Limit = 1
		res, err := w.query("Codes", &wasmpb.QueryCodesRequest{Pagination: p})
		require.NoError(t, err)
		r := res.(*wasmpb.QueryCodesResponse)
		for _, c := range r.CodeInfos {
			ids = append(ids, c.CodeID)
		}
		return 0, r.Pagination
	})
	require.Equal(t, []uint64{1, 2}, ids)
}

func TestQueryRefusals(t *testing.T) {
	w := newWorld(t, nil)
	w.instantiate("c", w.store("alice", w.engine.Add("script", scripted())), `{}`)
	offset := &querypb.PageRequest{Offset: 1}
	count := &querypb.PageRequest{CountTotal: true}
	for _, c := range []struct {
		method string
		req    chain.Message
	}{
		{"ContractHistory", &wasmpb.QueryContractHistoryRequest{Address: w.addr("c"), Pagination: offset}},
		{"ContractsByCode", &wasmpb.QueryContractsByCodeRequest{CodeID: 1, Pagination: count}},
		{"AllContractState", &wasmpb.QueryAllContractStateRequest{Address: w.addr("c"), Pagination: offset}},
		{"Codes", &wasmpb.QueryCodesRequest{Pagination: count}},
		{"PinnedCodes", &wasmpb.QueryPinnedCodesRequest{Pagination: offset}},
		{"ContractsByCreator", &wasmpb.QueryContractsByCreatorRequest{CreatorAddress: w.addr("alice"), Pagination: count}},
		{"SmartContractState", &wasmpb.QuerySmartContractStateRequest{Address: w.addr("c"), QueryData: []byte("{")}},
		{"BuildAddress", &wasmpb.QueryBuildAddressRequest{CodeHash: "abcd", CreatorAddress: w.addr("c"), Salt: "61"}},
		{"BuildAddress", &wasmpb.QueryBuildAddressRequest{CodeHash: hex.EncodeToString(make([]byte, 32)), CreatorAddress: w.addr("c"), Salt: "zz"}},
	} {
		_, err := w.query(c.method, c.req)
		require.Equal(t, codes.InvalidArgument, status.Code(err), "%s: %v", c.method, err)
	}
	for _, c := range []struct {
		method    string
		req       chain.Message
		codespace string
		code      uint32
	}{
		{"ContractInfo", &wasmpb.QueryContractInfoRequest{Address: w.addr("bob")}, "wasm", 22},
		{"ContractInfo", &wasmpb.QueryContractInfoRequest{Address: "bob"}, "sdk", 7},
		{"AllContractState", &wasmpb.QueryAllContractStateRequest{Address: w.addr("bob")}, "wasm", 22},
		{"RawContractState", &wasmpb.QueryRawContractStateRequest{Address: w.addr("bob")}, "wasm", 22},
		{"SmartContractState", &wasmpb.QuerySmartContractStateRequest{Address: w.addr("bob"), QueryData: []byte(`{}`)}, "wasm", 22},
		{"ContractsByCode", &wasmpb.QueryContractsByCodeRequest{}, "wasm", 14},
		{"Code", &wasmpb.QueryCodeRequest{}, "wasm", 14},
		{"Code", &wasmpb.QueryCodeRequest{CodeID: 9}, "wasm", 28},
		{"CodeInfo", &wasmpb.QueryCodeInfoRequest{}, "wasm", 14},
		{"CodeInfo", &wasmpb.QueryCodeInfoRequest{CodeID: 9}, "wasm", 28},
		{"BuildAddress", &wasmpb.QueryBuildAddressRequest{CodeHash: hex.EncodeToString(make([]byte, 32)), CreatorAddress: w.addr("c")}, "wasm", 12},
	} {
		_, err := w.query(c.method, c.req)
		requireCode(t, c.codespace, c.code, err)
	}
	// What is empty and no error.
	res, err := w.query("ContractHistory", &wasmpb.QueryContractHistoryRequest{Address: w.addr("bob")})
	require.NoError(t, err)
	require.Empty(t, res.(*wasmpb.QueryContractHistoryResponse).Entries)
	require.NotNil(t, res.(*wasmpb.QueryContractHistoryResponse).Pagination)
	res, err = w.query("ContractsByCode", &wasmpb.QueryContractsByCodeRequest{CodeID: 9})
	require.NoError(t, err)
	require.Empty(t, res.(*wasmpb.QueryContractsByCodeResponse).Contracts)
	res, err = w.query("RawContractState", &wasmpb.QueryRawContractStateRequest{Address: w.addr("c"), QueryData: []byte("none")})
	require.NoError(t, err)
	require.Empty(t, res.(*wasmpb.QueryRawContractStateResponse).Data)
}

func TestQueryHistory(t *testing.T) {
	w := newWorld(t, nil)
	id := w.store("alice", w.engine.Add("script", scripted()))
	w.instantiate("c", id, `{"set":{"k":"v"}}`)
	for i := range 3 {
		w.must(&wasmpb.MsgMigrateContract{
			Sender: w.addr("alice"), Contract: w.addr("c"), CodeID: id, Msg: fmt.Appendf(nil, `{"data":"%d"}`, i),
		})
	}
	res, err := w.query("ContractHistory", &wasmpb.QueryContractHistoryRequest{Address: w.addr("c")})
	require.NoError(t, err)
	var got []string
	for _, e := range res.(*wasmpb.QueryContractHistoryResponse).Entries {
		got = append(got, fmt.Sprintf("%d %d %d/%d %s", e.Operation, e.CodeID, e.Updated.BlockHeight, e.Updated.TxIndex, e.Msg))
	}
	require.Equal(t, []string{
		`1 1 7/0 {"set":{"k":"v"}}`, `2 1 7/0 {"data":"0"}`, `2 1 7/0 {"data":"1"}`, `2 1 7/0 {"data":"2"}`,
	}, got)
	res, err = w.query("AllContractState", &wasmpb.QueryAllContractStateRequest{Address: w.addr("c")})
	require.NoError(t, err)
	require.Equal(t, []wasmpb.Model{{Key: []byte("k"), Value: []byte("v")}}, res.(*wasmpb.QueryAllContractStateResponse).Models)
}

func TestQueryBuildAddress(t *testing.T) {
	w := newWorld(t, nil)
	code := w.engine.Add("script", scripted())
	w.store("alice", code)
	info, err := w.query("CodeInfo", &wasmpb.QueryCodeInfoRequest{CodeID: 1})
	require.NoError(t, err)
	for _, fixed := range []bool{false, true} {
		req := &wasmpb.QueryBuildAddressRequest{
			CodeHash: hex.EncodeToString(info.(*wasmpb.QueryCodeInfoResponse).Checksum), CreatorAddress: w.addr("alice"), Salt: "6162",
		}
		if fixed {
			req.InitArgs = []byte(`{}`)
		}
		want, err := w.query("BuildAddress", req)
		require.NoError(t, err)
		r := w.must(&wasmpb.MsgInstantiateContract2{
			Sender: w.addr("alice"), CodeID: 1, Label: "x", Msg: []byte(`{}`), Salt: []byte("ab"), FixMsg: fixed,
		})
		require.Equal(t, want.(*wasmpb.QueryBuildAddressResponse).Address, r.res.(*wasmpb.MsgInstantiateContract2Response).Address)
	}
}

func TestQueryLimits(t *testing.T) {
	w := newWorld(t, nil)
	res, err := w.query("WasmLimitsConfig", &wasmpb.QueryWasmLimitsConfigRequest{})
	require.NoError(t, err)
	require.JSONEq(t, `{"max_imports":100}`, res.(*wasmpb.QueryWasmLimitsConfigResponse).Config)
}

// What was exported and imported elsewhere is the same, and goes on alike.
func TestGenesisRoundTrip(t *testing.T) {
	w := newWorld(t, nil)
	code := w.engine.Add("script", scripted())
	id := w.store("alice", code)
	w.store("bob", code)
	w.instantiate("c", id, `{"set":{"k":"v","empty":""}}`)
	w.instantiate("d", id, `{}`)
	w.must(&wasmpb.MsgMigrateContract{Sender: w.addr("alice"), Contract: w.addr("c"), CodeID: 2, Msg: []byte(`{"set":{"m":"1"}}`)})
	w.must(&wasmpb.MsgPinCodes{Authority: w.addr("authority"), CodeIDs: []uint64{2}})
	g, err := w.wasm.ExportGenesis(w.env)
	require.NoError(t, err)
	require.NoError(t, wasm.ValidateGenesis("weft", g))

	other := newWorldWithGenesis(t, w.engine, g)
	again, err := other.wasm.ExportGenesis(other.env)
	require.NoError(t, err)
	require.Equal(t, g, again)
	// The indexes are no part of the export and are there all the same.
	for _, list := range []*world{w, other} {
		res, err := list.query("ContractsByCode", &wasmpb.QueryContractsByCodeRequest{CodeID: 2})
		require.NoError(t, err)
		require.Equal(t, []string{w.addr("c")}, res.(*wasmpb.QueryContractsByCodeResponse).Contracts)
		res, err = list.query("ContractsByCreator", &wasmpb.QueryContractsByCreatorRequest{CreatorAddress: w.addr("alice")})
		require.NoError(t, err)
		require.ElementsMatch(t, []string{w.addr("c"), w.addr("d")}, res.(*wasmpb.QueryContractsByCreatorResponse).ContractAddresses)
	}
	require.Equal(t, storeContent(t, w), storeContent(t, other))
	other.instantiate("e", 2, `{}`)
	require.Equal(t, other.text(layout.ContractAddress(2, 3)), other.addr("e"))
	require.NoError(t, other.wasm.WarmPinned(other.env))
}

// storeContent is all of store wasm.
func storeContent(t *testing.T, w *world) map[string]string {
	it, err := w.env.FreeStore(layout.Wasm).Iterate(nil, nil, false)
	require.NoError(t, err)
	out := map[string]string{}
	for it.Valid() {
		out[hex.EncodeToString(it.Key())] = hex.EncodeToString(it.Value())
		require.NoError(t, it.Next())
	}
	require.NoError(t, it.Close())
	return out
}

func TestGenesisRefusals(t *testing.T) {
	w := newWorld(t, nil)
	w.instantiate("c", w.store("alice", w.engine.Add("script", scripted())), `{"set":{"k":"v"}}`)
	for name, c := range map[string]struct {
		spoil func(*wasmpb.GenesisState)
		code  uint32
	}{
		"params":         {func(g *wasmpb.GenesisState) { g.Params.InstantiateDefaultPermission = 0 }, 12},
		"code id":        {func(g *wasmpb.GenesisState) { g.Codes[0].CodeID = 0 }, 12},
		"code twice":     {func(g *wasmpb.GenesisState) { g.Codes = append(g.Codes, g.Codes[0]) }, 15},
		"other bytes":    {func(g *wasmpb.GenesisState) { g.Codes[0].CodeBytes = enginetest.Code("other") }, 14},
		"no bytes":       {func(g *wasmpb.GenesisState) { g.Codes[0].CodeBytes = nil }, 12},
		"hash":           {func(g *wasmpb.GenesisState) { g.Codes[0].CodeInfo.CodeHash = []byte{1} }, 7},
		"no such code":   {func(g *wasmpb.GenesisState) { g.Contracts[0].ContractInfo.CodeID = 9 }, 28},
		"contract twice": {func(g *wasmpb.GenesisState) { g.Contracts = append(g.Contracts, g.Contracts[0]) }, 15},
		"no history":     {func(g *wasmpb.GenesisState) { g.Contracts[0].ContractCodeHistory = nil }, 12},
		"operation":      {func(g *wasmpb.GenesisState) { g.Contracts[0].ContractCodeHistory[0].Operation = 0 }, 14},
		"no label":       {func(g *wasmpb.GenesisState) { g.Contracts[0].ContractInfo.Label = "" }, 12},
		"not created":    {func(g *wasmpb.GenesisState) { g.Contracts[0].ContractInfo.Created = nil }, 14},
		"key twice": {func(g *wasmpb.GenesisState) {
			c := &g.Contracts[0]
			c.ContractState = append(c.ContractState, c.ContractState[0])
		}, 15},
		"sequence too low":  {func(g *wasmpb.GenesisState) { g.Sequences[0].Value = 1 }, 14},
		"sequences missing": {func(g *wasmpb.GenesisState) { g.Sequences = nil }, 14},
		"instance used":     {func(g *wasmpb.GenesisState) { g.Sequences[1].Value = 1 }, 14},
		"sequence twice":    {func(g *wasmpb.GenesisState) { g.Sequences = append(g.Sequences, g.Sequences[0]) }, 15},
		"sequence unknown":  {func(g *wasmpb.GenesisState) { g.Sequences[0].IDKey = []byte("x") }, 7},
	} {
		t.Run(name, func(t *testing.T) {
			g, err := w.wasm.ExportGenesis(w.env)
			require.NoError(t, err)
			c.spoil(g)
			other := newWorldWithGenesis(t, w.engine, nil)
			requireCode(t, "wasm", c.code, other.wasm.InitGenesis(other.env, g))
		})
	}
}
