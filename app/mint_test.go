package app

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/app/mint"
	"github.com/weftchain/weft/chain"
)

// TestInflation: what a block makes is shared in the same block, by power and
// with commission, and every coin lies somewhere; an exported chain goes on
// minting.
func TestInflation(t *testing.T) {
	g := genesis(t)
	g.Mint = mint.DefaultGenesis("uweft")
	raw, err := g.JSON()
	require.NoError(t, err)
	g, err = ParseGenesis(raw)
	require.NoError(t, err)
	require.NotNil(t, g.Mint)
	w := newWorld(t, worldOptions{genesis: g})
	for range 5 {
		before := w.supply()
		events := w.voted(map[string]int64{"val": 5}, nil).Events
		made, shared := "", ""
		for _, e := range events {
			switch text, _ := e.Get("amount"); e.Type {
			case "mint":
				made = text
			case "rewards":
				shared = text
			}
		}
		require.NotEmpty(t, made)
		require.NotEqual(t, "0", made)
		require.NotEmpty(t, shared, "shared as it is made")
		grown, ok := w.supply().Sub(before)
		require.True(t, ok)
		require.Equal(t, made, grown.String())
		require.Equal(t, w.supply().String(), w.everything(), "every coin lies somewhere")
	}
	rewards, err := w.app.distribution.Rewards(w.env(), addr(t, "val"), addr(t, "val"))
	require.NoError(t, err)
	require.Len(t, rewards, 1)
	inflation := func(w *world) string {
		g, err := w.app.ExportGenesis()
		require.NoError(t, err)
		require.NotNil(t, g.Mint)
		return g.Mint.Minter.Inflation.Decimal()
	}
	exported, err := w.app.ExportGenesis()
	require.NoError(t, err)
	require.NoError(t, exported.Validate())
	again := newWorld(t, worldOptions{genesis: exported})
	w.voted(nil, nil)
	require.Equal(t, inflation(w), inflation(again), "the next block of both")

	g.Mint.Params.GoalBonded = "0"
	require.ErrorContains(t, g.Validate(), "mint.params.goal_bonded")
}

// TestNoInflation: without the section there is none, not in the JSON either.
func TestNoInflation(t *testing.T) {
	raw, err := genesis(t).JSON()
	require.NoError(t, err)
	require.NotContains(t, string(raw), `"mint"`)
	w := newWorld(t, worldOptions{})
	before := w.supply()
	w.voted(map[string]int64{"val": 5}, nil)
	require.Equal(t, before.String(), w.supply().String())
	g, err := w.app.ExportGenesis()
	require.NoError(t, err)
	require.Nil(t, g.Mint)
}

func (w *world) supply() chain.Amount {
	w.t.Helper()
	s, err := w.app.bank.Supply(w.env(), "uweft")
	require.NoError(w.t, err)
	return s
}

// everything is the sum of all balances.
func (w *world) everything() string {
	w.t.Helper()
	g, err := w.app.bank.ExportGenesis(w.env())
	require.NoError(w.t, err)
	var sum chain.Amount
	for _, b := range g.Balances {
		for _, c := range b.Coins {
			if c.Denom != "uweft" {
				continue
			}
			a, err := chain.ParseAmount(c.Amount)
			require.NoError(w.t, err)
			var ok bool
			sum, ok = sum.Add(a)
			require.True(w.t, ok)
		}
	}
	return sum.String()
}
