package bank_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/app/auth"
	"github.com/weftchain/weft/app/bank"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/chain/wire"
	bankpb "github.com/weftchain/weft/proto/cosmos/bank/v1beta1"
	base "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
	"github.com/weftchain/weft/state"
	"github.com/weftchain/weft/tx"
)

const prefix = chain.Bech32("weft")

// world is bank and auth over a real state.
type world struct {
	t      testing.TB
	env    *chain.Env
	bank   *bank.Bank
	auth   *auth.Auth
	routes map[string]chain.Route
}

func account(n int) chain.Address {
	b := make([]byte, 20)
	b[0], b[19] = byte(n), 0xaa
	return chain.Address(b)
}

func text(n int) string { return prefix.Account(account(n)) }

func coins(t testing.TB, s string) chain.Coins {
	t.Helper()
	c, err := chain.ParseCoins(s)
	require.NoError(t, err)
	return c
}

func proto(t testing.TB, s string) []base.Coin { t.Helper(); return wire.ProtoCoins(coins(t, s)) }

// newWorld gives balances to accounts 1, 2, … ; account 99 is the authority.
func newWorld(t testing.TB, g *bankpb.GenesisState) *world {
	t.Helper()
	store, err := state.Open("", state.Options{Stores: layout.Stores(), CacheBytes: 4 << 20})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	params := chain.DefaultParams()
	params.Authority = account(99)
	block := &chain.Block{ChainID: "weft-test", Height: 5, Bech32: prefix, Params: params}
	w := &world{t: t, env: chain.NewEnv(block, store.Branch()), bank: &bank.Bank{}, auth: &auth.Auth{}, routes: map[string]chain.Route{}}
	w.auth.Bank, w.bank.Accounts = w.bank, w.auth
	for _, list := range [][]chain.Route{w.bank.Messages(), w.bank.Queries()} {
		for _, r := range list {
			w.routes[r.Path] = r
		}
	}
	if g == nil {
		g = &bankpb.GenesisState{Params: bankpb.Params{DefaultSendEnabled: true}}
	}
	require.NoError(t, w.bank.InitGenesis(w.env, g))
	return w
}

// balances is a genesis in which accounts 1, 2, … have these coins.
func balances(t testing.TB, list ...string) *bankpb.GenesisState {
	g := &bankpb.GenesisState{Params: bankpb.Params{DefaultSendEnabled: true}}
	for i, c := range list {
		g.Balances = append(g.Balances, bankpb.Balance{Address: text(i + 1), Coins: proto(t, c)})
	}
	return g
}

// run handles a message and keeps what it did unless it fails.
func (w *world) run(m chain.Message) (chain.Message, []chain.Event, error) {
	w.t.Helper()
	r := w.routes[tx.TypeURL(m)]
	if r.Check != nil {
		if err := r.Check(w.env.Block, m); err != nil {
			return nil, nil, err
		}
	}
	child := w.env.Child()
	res, err := r.Handle(child, m)
	if err == nil {
		child.State.Merge()
	}
	return res, child.Events.List(), err
}

func (w *world) query(method string, req chain.Message) (chain.Message, error) {
	w.t.Helper()
	r, ok := w.routes["/cosmos.bank.v1beta1.Query/"+method]
	require.True(w.t, ok, method)
	return r.Handle(w.env.Begin(nil, chain.NoLimit), req)
}

func (w *world) balance(a chain.Address) string {
	w.t.Helper()
	c, err := w.bank.Balances(w.env, a)
	require.NoError(w.t, err)
	return c.String()
}

// code is "codespace/code" of a verdict.
func code(t testing.TB, err error) string {
	t.Helper()
	require.Error(t, err)
	v, ok := chain.Verdict(err)
	require.True(t, ok, "a fault: %v", err)
	return fmt.Sprintf("%s/%d", v.Codespace, v.Code)
}

// checkSupply compares the supply and the index of owners with the balances.
func (w *world) checkSupply(t require.TestingT) {
	g, err := w.bank.ExportGenesis(w.env)
	require.NoError(t, err)
	var sum chain.Coins
	owners := map[string]int{}
	for _, b := range g.Balances {
		list, err := wire.Coins(b.Coins)
		require.NoError(t, err)
		require.NoError(t, list.Validate(), "no zero is kept")
		sum, err = sum.Add(list...)
		require.NoError(t, err)
		for _, c := range list {
			owners[c.Denom]++
		}
	}
	supply, err := wire.Coins(g.Supply)
	require.NoError(t, err)
	require.Equal(t, sum.String(), supply.String(), "supply is the sum of balances")
	for _, c := range supply {
		res, err := w.query("DenomOwners", &bankpb.QueryDenomOwnersRequest{Denom: c.Denom})
		require.NoError(t, err)
		require.Len(t, res.(*bankpb.QueryDenomOwnersResponse).DenomOwners, owners[c.Denom])
	}
}
