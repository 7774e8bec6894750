package mint_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/weftchain/weft/app/auth"
	"github.com/weftchain/weft/app/bank"
	"github.com/weftchain/weft/app/mint"
	"github.com/weftchain/weft/app/staking"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	base "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
	mintpb "github.com/weftchain/weft/proto/cosmos/mint/v1beta1"
	stakingpb "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
	"github.com/weftchain/weft/state"
)

const prefix = chain.Bech32("weft")

var holder = chain.Address(strings.Repeat("h", 20))

type world struct {
	t    testing.TB
	env  *chain.Env
	bank *bank.Bank
	mint *mint.Mint
}

// newWorld is a chain with a supply, of which a part is staked.
func newWorld(t testing.TB, g *mintpb.GenesisState, supply, bonded uint64) *world {
	t.Helper()
	store, err := state.Open("", state.Options{Stores: layout.Stores(), CacheBytes: 4 << 20})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	block := &chain.Block{ChainID: "weft-test", Bech32: prefix, Params: chain.DefaultParams(), Time: time.Unix(1, 0).UTC()}
	block.Params.Authority = holder
	a := &auth.Auth{}
	b := &bank.Bank{Accounts: a}
	s := &staking.Staking{Bank: b, Accounts: a}
	w := &world{t: t, env: chain.NewEnv(block, store.Branch()), bank: b, mint: &mint.Mint{Bank: b, Accounts: a, Stakes: s}}
	require.NoError(t, s.InitGenesis(w.env, &stakingpb.GenesisState{Params: staking.DefaultParams("uweft")}))
	require.NoError(t, mint.ValidateGenesis(g))
	require.NoError(t, w.mint.InitGenesis(w.env, g))
	w.give(holder, supply-bonded)
	w.give(layout.ModuleAddress(layout.BondedPool), bonded)
	return w
}

func (w *world) give(to chain.Address, n uint64) {
	if n > 0 {
		require.NoError(w.t, w.bank.Mint(w.env, to, chain.Coins{{Denom: "uweft", Amount: chain.NewAmount(n)}}))
	}
}

func (w *world) supply() chain.Amount {
	s, err := w.bank.Supply(w.env, "uweft")
	require.NoError(w.t, err)
	return s
}

// collected is what waits to be shared.
func (w *world) collected() chain.Amount {
	b, err := w.bank.Balance(w.env, layout.ModuleAddress(layout.FeeCollector), "uweft")
	require.NoError(w.t, err)
	return b
}

func (w *world) route(path string) chain.Route {
	for _, r := range append(w.mint.Messages(), w.mint.Queries()...) {
		if r.Path == path {
			return r
		}
	}
	w.t.Fatalf("no %s", path)
	return chain.Route{}
}

func (w *world) query(method string, req chain.Message) chain.Message {
	res, err := w.route("/cosmos.mint.v1beta1.Query/"+method).Handle(w.env, req)
	require.NoError(w.t, err)
	return res
}

func (w *world) update(authority string, p mintpb.Params) error {
	_, err := w.route("/cosmos.mint.v1beta1.MsgUpdateParams").Handle(w.env, &mintpb.MsgUpdateParams{Authority: authority, Params: p})
	return err
}

// inflation is what the query says, in the form of JSON.
func (w *world) inflation() string {
	res := w.query("Inflation", &mintpb.QueryInflationRequest{}).(*mintpb.QueryInflationResponse)
	return base.Dec(res.Inflation).Decimal()
}

// TestAbsent: without a section in genesis nothing is written and nothing made,
// and the answers say so.
func TestAbsent(t *testing.T) {
	w := newWorld(t, nil, 1_000_000, 500_000)
	events := len(w.env.Events.List())
	require.NoError(t, w.mint.BeginBlock(w.env))
	require.Equal(t, "1000000", w.supply().String())
	require.Len(t, w.env.Events.List(), events)
	for _, key := range [][]byte{layout.Minter, layout.MintParams} {
		raw, err := w.env.Store(layout.Params).Get(key)
		require.NoError(t, err)
		require.Nil(t, raw)
	}
	require.Equal(t, "0.000000000000000000", w.inflation())
	params := w.query("Params", &mintpb.QueryParamsRequest{}).(*mintpb.QueryParamsResponse).Params
	require.Equal(t, "uweft", params.MintDenom)
	g, err := w.mint.ExportGenesis(w.env)
	require.NoError(t, err)
	require.Nil(t, g)
	require.ErrorIs(t, w.update(prefix.Account(holder), mint.DefaultParams("uweft")), chain.ErrInvalidRequest, "what has not begun begins no more")
}

// TestBlock: one block's inflation and coins, in numbers computed with other
// means, for a supply of a million million.
func TestBlock(t *testing.T) {
	const supply = 1_000_000_000_000
	for _, c := range []struct {
		before    string
		bonded    uint64
		after     string
		annual    string
		collected string
	}{
		{"0.07", 0, "0.070000020597257079", "70000020597.257079000000000000", "11090"},
		{"0.2", 0, "0.200000000000000000", "200000000000.000000000000000000", "31688"},
		{"0.13", 0, "0.130000020597257079", "130000020597.257079000000000000", "20597"},
		{"0.2", 1_000_000_000_000, "0.199999989855082334", "199999989855.082334000000000000", "31688"},
		{"0.07", 1_000_000_000_000, "0.070000000000000000", "70000000000.000000000000000000", "11090"},
		{"0.1", 500_000_000_000, "0.100000005226169707", "100000005226.169707000000000000", "15844"},
		{"0.2", 670_000_000_000, "0.200000000000000000", "200000000000.000000000000000000", "31688"},
		{"0.07", 670_000_000_000, "0.070000000000000000", "70000000000.000000000000000000", "11090"},
		{"0.13", 200_000_000_000, "0.130000014448822130", "130000014448.822130000000000000", "20597"},
	} {
		g := mint.DefaultGenesis("uweft")
		d, err := base.ParseDec(c.before)
		require.NoError(t, err)
		g.Minter.Inflation = d
		w := newWorld(t, g, supply, c.bonded)
		require.NoError(t, w.mint.BeginBlock(w.env))
		require.Equal(t, c.after, w.inflation(), "%s, %d", c.before, c.bonded)
		require.Equal(t, c.collected, w.collected().String())
		annual := w.query("AnnualProvisions", &mintpb.QueryAnnualProvisionsRequest{}).(*mintpb.QueryAnnualProvisionsResponse)
		require.Equal(t, c.annual, base.Dec(annual.AnnualProvisions).Decimal())
		list := w.env.Events.List()
		last := list[len(list)-1]
		require.Equal(t, "mint", last.Type)
		require.Equal(t, c.collected, last.Attributes[3].Value)
	}
}

// TestConserved: whatever the parameters, what is made is what the supply grew
// by and what waits to be shared; inflation stays in its bounds and the supply
// below its own.
func TestConserved(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		dec := func(name string, from, to uint64) base.Dec {
			return base.Dec(chain.NewAmount(rapid.Uint64Range(from, to).Draw(rt, name)).String())
		}
		const one = 1_000_000_000_000_000_000
		low := rapid.Uint64Range(0, one).Draw(rt, "min")
		supply := rapid.Uint64Range(1, 1<<62).Draw(rt, "supply")
		g := &mintpb.GenesisState{
			Minter: mintpb.Minter{Inflation: dec("inflation", 0, one), AnnualProvisions: "0"},
			Params: mintpb.Params{
				MintDenom: "uweft", InflationRateChange: dec("change", 0, one), InflationMax: dec("max", low, one),
				InflationMin: base.Dec(chain.NewAmount(low).String()), GoalBonded: dec("goal", 1, one),
				BlocksPerYear: rapid.Uint64Range(1, 10_000_000).Draw(rt, "blocks"),
				MaxSupply:     chain.NewAmount(rapid.Uint64Range(0, 1<<63).Draw(rt, "ceiling")).String(),
			},
		}
		w := newWorld(t, g, supply, rapid.Uint64Range(0, supply).Draw(rt, "bonded"))
		ceiling, err := chain.ParseAmount(g.Params.MaxSupply)
		require.NoError(rt, err)
		for range 5 {
			before, waiting := w.supply(), w.collected()
			require.NoError(rt, w.mint.BeginBlock(w.env))
			made, ok := w.supply().Sub(before)
			require.True(rt, ok, "coins are not destroyed")
			sum, ok := waiting.Add(made)
			require.True(rt, ok)
			require.Equal(rt, sum.String(), w.collected().String())
			if !ceiling.IsZero() && !made.IsZero() {
				require.LessOrEqual(rt, w.supply().Cmp(ceiling), 0)
			}
			now, err := base.ParseDec(w.inflation())
			require.NoError(rt, err)
			rate, err := chain.ParseDec(string(now))
			require.NoError(rt, err)
			for _, bound := range []struct {
				text base.Dec
				sign int
			}{{g.Params.InflationMin, -1}, {g.Params.InflationMax, 1}} {
				limit, err := chain.ParseDec(string(bound.text))
				require.NoError(rt, err)
				require.NotEqual(rt, bound.sign, rate.Cmp(limit))
			}
		}
		left, err := w.bank.Balance(w.env, layout.ModuleAddress(layout.MintModule), "uweft")
		require.NoError(rt, err)
		require.True(rt, left.IsZero())
		again, err := w.mint.ExportGenesis(w.env)
		require.NoError(rt, err)
		require.NoError(rt, mint.ValidateGenesis(again))
		require.Equal(rt, g.Params, again.Params)
	})
}

// TestRefuses: a supply that would leave all bounds stops nothing, and bad
// parameters are named.
func TestRefuses(t *testing.T) {
	w := newWorld(t, mint.DefaultGenesis("uweft"), 1, 0)
	most, err := chain.ParseAmount("115792089237316195423570985008687907853269984665640564039457584007913129639934")
	require.NoError(t, err)
	require.NoError(t, w.bank.Mint(w.env, holder, chain.Coins{{Denom: "uweft", Amount: most}}))
	require.NoError(t, w.mint.BeginBlock(w.env))
	list := w.env.Events.List()
	require.Equal(t, "mint_refused", list[len(list)-1].Type)
	require.True(t, w.collected().IsZero())

	require.ErrorIs(t, w.update(prefix.Account(layout.ModuleAddress("x")), mint.DefaultParams("uweft")), chain.ErrUnauthorized)
	require.NoError(t, w.update(prefix.Account(holder), mint.DefaultParams("uweft")))
	for path, spoil := range map[string]func(*mintpb.Params){
		"mint_denom":            func(p *mintpb.Params) { p.MintDenom = "" },
		"inflation_rate_change": func(p *mintpb.Params) { p.InflationRateChange = "1000000000000000001" },
		"inflation_max":         func(p *mintpb.Params) { p.InflationMax = "-1" },
		"inflation_min":         func(p *mintpb.Params) { p.InflationMin = "900000000000000000" },
		"goal_bonded":           func(p *mintpb.Params) { p.GoalBonded = "0" },
		"blocks_per_year":       func(p *mintpb.Params) { p.BlocksPerYear = 0 },
		"max_supply":            func(p *mintpb.Params) { p.MaxSupply = "1.5" },
	} {
		p := mint.DefaultParams("uweft")
		spoil(&p)
		require.ErrorContains(t, mint.CheckParams(p), "mint.params."+path)
		require.Error(t, w.update(prefix.Account(holder), p))
		require.Error(t, mint.ValidateGenesis(&mintpb.GenesisState{Params: p}))
	}
	g := mint.DefaultGenesis("uweft")
	g.Minter.Inflation = "1000000000000000001"
	require.ErrorContains(t, mint.ValidateGenesis(g), "mint.minter.inflation")
}
