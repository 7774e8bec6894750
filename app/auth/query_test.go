package auth_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/cosmos/gogoproto/types"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/weftchain/weft/app/auth"
	"github.com/weftchain/weft/app/bank"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	authpb "github.com/weftchain/weft/proto/cosmos/auth/v1beta1"
	query "github.com/weftchain/weft/proto/cosmos/base/query/v1beta1"
	"github.com/weftchain/weft/state"
	"github.com/weftchain/weft/tx"
)

const prefix = chain.Bech32("weft")

type world struct {
	t      testing.TB
	env    *chain.Env
	auth   *auth.Auth
	routes map[string]chain.Route
}

func account(n int) chain.Address {
	b := make([]byte, 20)
	b[0], b[19] = byte(n), byte(n>>8)
	return chain.Address(b)
}

func text(n int) string { return prefix.Account(account(n)) }

func newWorld(t testing.TB) *world {
	t.Helper()
	store, err := state.Open("", state.Options{Stores: layout.Stores(), CacheBytes: 4 << 20})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	block := &chain.Block{ChainID: "weft-test", Height: 5, Bech32: prefix, Params: chain.DefaultParams()}
	w := &world{t: t, env: chain.NewEnv(block, store.Branch()), auth: &auth.Auth{}, routes: map[string]chain.Route{}}
	w.auth.Bank = &bank.Bank{Accounts: w.auth}
	for _, r := range w.auth.Queries() {
		w.routes[r.Path] = r
	}
	return w
}

func (w *world) query(method string, req chain.Message) (chain.Message, error) {
	w.t.Helper()
	r, ok := w.routes["/cosmos.auth.v1beta1.Query/"+method]
	require.True(w.t, ok, method)
	return r.Handle(w.env.Begin(nil, chain.NoLimit), req)
}

func ask[R chain.Message](t testing.TB, w *world, method string, req chain.Message) R {
	t.Helper()
	res, err := w.query(method, req)
	require.NoError(t, err)
	return res.(R)
}

// TestAccounts: numbers go up, contracts have 32 bytes, modules have names.
func TestAccounts(t *testing.T) {
	w := newWorld(t)
	require.NoError(t, w.auth.Create(w.env, account(1)))
	long := chain.Address(strings.Repeat("c", 32))
	require.NoError(t, w.auth.Create(w.env, long))
	require.NoError(t, w.auth.EnsureModule(w.env, layout.WasmModule, "burner"))
	require.NoError(t, w.auth.EnsureModule(w.env, layout.WasmModule, "burner"), "twice is once")
	for i, addr := range []chain.Address{account(1), long, layout.ModuleAddress(layout.WasmModule)} {
		acc, err := w.auth.Get(w.env, addr)
		require.NoError(t, err)
		require.Equal(t, uint64(i), acc.Number)
		found, err := w.auth.Exists(w.env, addr)
		require.NoError(t, err)
		require.True(t, found)
		exists, claimed, err := w.auth.State(w.env, addr)
		require.NoError(t, err)
		require.True(t, exists)
		require.False(t, claimed)
	}
	acc, err := w.auth.Get(w.env, account(9))
	require.NoError(t, err)
	require.Nil(t, acc)
	exists, _, err := w.auth.State(w.env, account(9))
	require.NoError(t, err)
	require.False(t, exists)
}

func TestQueries(t *testing.T) {
	w := newWorld(t)
	for i := range 5 {
		require.NoError(t, w.auth.Create(w.env, account(i)))
	}
	require.NoError(t, w.auth.EnsureModule(w.env, layout.FeeCollector))
	packed := ask[*authpb.QueryAccountResponse](t, w, "Account", &authpb.QueryAccountRequest{Address: text(3)}).Account
	require.Equal(t, "/cosmos.auth.v1beta1.BaseAccount", packed.TypeUrl)
	got, err := auth.ParseAccount(prefix, packed)
	require.NoError(t, err)
	require.Equal(t, &auth.Account{Address: account(3), Number: 3}, got)
	info := ask[*authpb.QueryAccountInfoResponse](t, w, "AccountInfo", &authpb.QueryAccountInfoRequest{Address: text(3)}).Info
	require.Equal(t, &authpb.BaseAccount{Address: text(3), AccountNumber: 3}, info, "no key is null")
	require.Equal(t, text(4), ask[*authpb.QueryAccountAddressByIDResponse](t, w, "AccountAddressByID", &authpb.QueryAccountAddressByIDRequest{AccountId: 4}).AccountAddress)
	require.Equal(t, text(4), ask[*authpb.QueryAccountAddressByIDResponse](t, w, "AccountAddressByID", &authpb.QueryAccountAddressByIDRequest{Id: 4}).AccountAddress)
	require.Equal(t, auth.DefaultParams(), ask[*authpb.QueryParamsResponse](t, w, "Params", &authpb.QueryParamsRequest{}).Params)
	require.Len(t, ask[*authpb.QueryModuleAccountsResponse](t, w, "ModuleAccounts", &authpb.QueryModuleAccountsRequest{}).Accounts, 1)
	module := ask[*authpb.QueryModuleAccountByNameResponse](t, w, "ModuleAccountByName", &authpb.QueryModuleAccountByNameRequest{Name: layout.FeeCollector}).Account
	require.Equal(t, "/cosmos.auth.v1beta1.ModuleAccount", module.TypeUrl)
	require.Equal(t, "weft", ask[*authpb.Bech32PrefixResponse](t, w, "Bech32Prefix", &authpb.Bech32PrefixRequest{}).Bech32Prefix)
	require.Equal(t, text(7), ask[*authpb.AddressBytesToStringResponse](t, w, "AddressBytesToString", &authpb.AddressBytesToStringRequest{AddressBytes: account(7).Bytes()}).AddressString)
	require.Equal(t, account(7).Bytes(), ask[*authpb.AddressStringToBytesResponse](t, w, "AddressStringToBytes", &authpb.AddressStringToBytesRequest{AddressString: text(7)}).AddressBytes)

	all := ask[*authpb.QueryAccountsResponse](t, w, "Accounts", &authpb.QueryAccountsRequest{})
	require.Len(t, all.Accounts, 6)
	require.Equal(t, uint64(6), all.Pagination.Total)
	back := ask[*authpb.QueryAccountsResponse](t, w, "Accounts", &authpb.QueryAccountsRequest{Pagination: &query.PageRequest{Limit: 4, Reverse: true}})
	require.Equal(t, all.Accounts[5], back.Accounts[0])
	rest := ask[*authpb.QueryAccountsResponse](t, w, "Accounts", &authpb.QueryAccountsRequest{Pagination: &query.PageRequest{Key: back.Pagination.NextKey, Reverse: true}})
	require.Len(t, rest.Accounts, 2)

	for name, c := range map[string]struct {
		method string
		req    chain.Message
		code   codes.Code
		text   string
	}{
		"no address":     {"Account", &authpb.QueryAccountRequest{}, codes.InvalidArgument, "Address cannot be empty"},
		"unknown":        {"Account", &authpb.QueryAccountRequest{Address: text(9)}, codes.NotFound, "account " + text(9) + " not found"},
		"bad address":    {"AccountInfo", &authpb.QueryAccountInfoRequest{Address: "x"}, codes.InvalidArgument, ""},
		"both ids":       {"AccountAddressByID", &authpb.QueryAccountAddressByIDRequest{Id: 1, AccountId: 1}, codes.InvalidArgument, ""},
		"negative id":    {"AccountAddressByID", &authpb.QueryAccountAddressByIDRequest{Id: -1}, codes.InvalidArgument, ""},
		"unknown id":     {"AccountAddressByID", &authpb.QueryAccountAddressByIDRequest{AccountId: 99}, codes.NotFound, ""},
		"unknown module": {"ModuleAccountByName", &authpb.QueryModuleAccountByNameRequest{Name: "none"}, codes.NotFound, ""},
		"no module":      {"ModuleAccountByName", &authpb.QueryModuleAccountByNameRequest{}, codes.NotFound, ""},
		"no bytes":       {"AddressBytesToString", &authpb.AddressBytesToStringRequest{}, codes.InvalidArgument, ""},
		"256 bytes":      {"AddressBytesToString", &authpb.AddressBytesToStringRequest{AddressBytes: make([]byte, 256)}, codes.InvalidArgument, ""},
		"bad text":       {"AddressStringToBytes", &authpb.AddressStringToBytesRequest{AddressString: "weft1"}, codes.InvalidArgument, ""},
		"key and offset": {"Accounts", &authpb.QueryAccountsRequest{Pagination: &query.PageRequest{Key: []byte("x"), Offset: 1}}, codes.InvalidArgument, ""},
	} {
		_, err := w.query(c.method, c.req)
		require.Equal(t, c.code, status.Code(err), "%s: %v", name, err)
		if c.text != "" {
			require.Equal(t, c.text, status.Convert(err).Message(), name)
		}
	}
}

func TestParseAccountRefuses(t *testing.T) {
	base := func(m *authpb.BaseAccount) *types.Any {
		value, err := m.Marshal()
		require.NoError(t, err)
		return &types.Any{TypeUrl: "/cosmos.auth.v1beta1.BaseAccount", Value: value}
	}
	for name, c := range map[string]struct {
		a    *types.Any
		want error
	}{
		"none":            {nil, chain.ErrInvalidType},
		"empty":           {&types.Any{}, chain.ErrInvalidType},
		"other type":      {&types.Any{TypeUrl: "/cosmos.vesting.v1beta1.DelayedVestingAccount"}, chain.ErrInvalidType},
		"garbage":         {&types.Any{TypeUrl: "/cosmos.auth.v1beta1.BaseAccount", Value: []byte{0xff}}, chain.ErrInvalidType},
		"module, no base": {&types.Any{TypeUrl: "/cosmos.auth.v1beta1.ModuleAccount"}, chain.ErrInvalidType},
		"no address":      {base(&authpb.BaseAccount{}), chain.ErrInvalidAddress},
		"19 bytes":        {base(&authpb.BaseAccount{Address: prefix.Account(account(1)[:19])}), chain.ErrInvalidAddress},
		"bad key":         {base(&authpb.BaseAccount{Address: text(1), PubKey: &types.Any{TypeUrl: tx.Secp256k1URL}}), chain.ErrInvalidPubKey},
	} {
		_, err := auth.ParseAccount(prefix, c.a)
		require.ErrorIs(t, err, c.want, name)
	}
}

func TestParamsBounds(t *testing.T) {
	for i, field := range []func(*authpb.Params) *uint64{
		func(p *authpb.Params) *uint64 { return &p.MaxMemoCharacters },
		func(p *authpb.Params) *uint64 { return &p.TxSigLimit },
		func(p *authpb.Params) *uint64 { return &p.TxSizeCostPerByte },
		func(p *authpb.Params) *uint64 { return &p.SigVerifyCostEd25519 },
		func(p *authpb.Params) *uint64 { return &p.SigVerifyCostSecp256K1 },
	} {
		for n, good := range map[uint64]bool{0: false, 1: true, 1 << 24: true, 1<<24 + 1: false, 1<<64 - 1: false} {
			p := auth.DefaultParams()
			*field(&p) = n
			err := auth.CheckParams(p)
			require.Equal(t, good, err == nil, fmt.Sprint(i, n))
			if err != nil {
				require.ErrorIs(t, err, chain.ErrInvalidRequest)
			}
		}
	}
}

// TestExport: accounts come back as they were, in order of their numbers.
func TestExport(t *testing.T) {
	w := newWorld(t)
	for _, n := range []int{5, 3, 9, 1} {
		require.NoError(t, w.auth.Create(w.env, account(n)))
	}
	g, err := w.auth.ExportGenesis(w.env)
	require.NoError(t, err)
	require.NoError(t, auth.ValidateGenesis(prefix, g))
	again := newWorld(t)
	require.NoError(t, again.auth.InitGenesis(again.env, g))
	second, err := again.auth.ExportGenesis(again.env)
	require.NoError(t, err)
	require.Equal(t, g, second)
	for i, n := range []int{5, 3, 9, 1} {
		acc, err := again.auth.Get(again.env, account(n))
		require.NoError(t, err)
		require.Equal(t, uint64(i), acc.Number)
	}
	require.NoError(t, again.auth.Create(again.env, account(77)), "the next number is free")

	twice := *g
	twice.Accounts = append(twice.Accounts, g.Accounts[3])
	require.ErrorIs(t, auth.ValidateGenesis(prefix, &twice), chain.ErrInvalidRequest)
}
