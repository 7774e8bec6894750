package app

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/chain/wire"
	query "github.com/weftchain/weft/proto/cosmos/base/query/v1beta1"
	feegrantpb "github.com/weftchain/weft/proto/cosmos/feegrant/v1beta1"
	"github.com/weftchain/weft/tx"
)

// gas is sign with a gas limit.
func (w *world) gas(name string, limit uint64, msgs ...chain.Message) []byte {
	w.t.Helper()
	return w.build(name, 0, tx.Builder{Msgs: msgs, GasLimit: limit, Fee: coins(w.t, "5000uweft")})
}

// countKeys counts what a store holds below a prefix.
func (w *world) countKeys(store string, prefix []byte) int {
	w.t.Helper()
	view := w.store.Latest()
	defer view.Close()
	it, err := view.Branch().Iterate(store, prefix, chain.PrefixEnd(prefix), false)
	require.NoError(w.t, err)
	defer func() { require.NoError(w.t, it.Close()) }()
	n := 0
	for ; it.Valid(); it.Next() {
		n++
	}
	return n
}

// TestFeegrantPeriod: a period's sum comes back with the next period, and the
// whole limit bounds all of them. A block is a second.
func TestFeegrantPeriod(t *testing.T) {
	w := newWorld(t, worldOptions{})
	reset := w.input().Time.Add(4 * time.Second)
	ok(t, w.block(w.sign("alice", 0, msgGrant(t, "alice", "carol", &feegrantpb.PeriodicAllowance{
		Basic: *basicAllowance(t, "250uweft", 0), Period: 3 * time.Second, PeriodReset: reset,
		PeriodSpendLimit: wire.ProtoCoins(coins(t, "100uweft")), PeriodCanSpend: wire.ProtoCoins(coins(t, "60uweft")),
	})))[0])
	pay := func(code, fee string) {
		t.Helper()
		requireCode(t, code, w.block(w.granted("carol", "alice", fee))[0], fee, w.height)
	}
	pay("feegrant/2", "61uweft") // 1 s: what the first period begins with
	pay("/0", "60uweft")         // 2 s: 190 left of the whole
	pay("feegrant/2", "1uweft")  // 3 s
	pay("/0", "100uweft")        // 4 s: the next period, to the instant; 90 left
	pay("feegrant/2", "1uweft")  // 5 s
	w.block()                    // 6 s
	pay("feegrant/2", "91uweft") // 7 s: the period's sum is what the whole has left
	pay("/0", "1uweft")          // 8 s
	a, err := w.allowance("alice", "carol")
	require.NoError(t, err)
	var p feegrantpb.PeriodicAllowance
	require.NoError(t, p.Unmarshal(a.Value))
	require.Equal(t, "89", p.PeriodCanSpend[0].Amount)
	require.Equal(t, reset.Add(6*time.Second), p.PeriodReset, "late by less than a period: the rhythm is kept")
	for range 10 {
		w.block()
	}
	pay("/0", "89uweft")
	_, err = w.allowance("alice", "carol")
	require.Error(t, err, "the whole limit is used up")
}

// TestFeegrantFilter: the listed messages only, every one of the transaction.
func TestFeegrantFilter(t *testing.T) {
	w := newWorld(t, worldOptions{})
	send, multi := "/cosmos.bank.v1beta1.MsgSend", "/cosmos.bank.v1beta1.MsgMultiSend"
	ok(t, w.block(w.sign("alice", 0, msgGrant(t, "alice", "carol", &feegrantpb.AllowedMsgAllowance{
		Allowance: packed(t, basicAllowance(t, "1000uweft", 0)), AllowedMessages: []string{multi, send},
	})))[0])
	grant := msgGrant(t, "carol", "bob", basicAllowance(t, "1uweft", 0))
	requireCode(t, "feegrant/7", w.block(w.granted("carol", "alice", "1uweft", grant))[0])
	requireCode(t, "feegrant/7", w.block(w.granted("carol", "alice", "1uweft", msgSend(t, "carol", "bob", "1uweft"), grant))[0])
	ok(t, w.block(w.granted("carol", "alice", "10uweft"))[0])
	requireCode(t, "feegrant/2", w.block(w.granted("carol", "alice", "991uweft"))[0])
	ok(t, w.block(w.granted("carol", "alice", "990uweft"))[0])
	_, err := w.allowance("alice", "carol")
	require.Error(t, err, "used up")
}

// TestFeegrantEnd: an allowance pays up to its end and is deleted by the block
// that comes to it; what many have to wait for pays for nothing meanwhile.
func TestFeegrantEnd(t *testing.T) {
	w := newWorld(t, worldOptions{})
	lasts := w.input().Time.Add(2 * time.Second).Sub(start)
	for i := range 3 { // in three blocks, for the gas
		var msgs []chain.Message
		for j := range 90 {
			msgs = append(msgs, msgGrant(t, "alice", fmt.Sprint("grantee", i*90+j), basicAllowance(t, "", lasts+24*time.Hour)))
		}
		ok(t, w.block(w.gas("alice", 9_000_000, msgs...))[0])
	}
	ok(t, w.block(w.sign("alice", 0, msgGrant(t, "alice", "carol", basicAllowance(t, "", 24*time.Hour))))[0])
	ok(t, w.block(w.granted("carol", "alice", "1uweft"))[0])
	require.Equal(t, 271, w.countKeys(layout.Feegrant, layout.FeeAllowancePrefix))
	require.Equal(t, 271, w.countKeys(layout.Feegrant, layout.FeeAllowanceEndPrefix))
	at := func(when time.Time, txs ...[]byte) []chain.Result {
		in := w.input(txs...)
		in.Time = when
		res, err := w.app.Execute(in)
		require.NoError(t, err)
		w.last = res
		w.commit()
		return res.Txs
	}
	end := start.Add(24 * time.Hour)
	ok(t, at(end, w.granted("carol", "alice", "1uweft"))[0]) // to the instant, and then it is gone
	require.Equal(t, 270, w.countKeys(layout.Feegrant, layout.FeeAllowancePrefix))
	ended := start.Add(lasts + 25*time.Hour)
	requireCode(t, "feegrant/3", at(ended, w.granted("grantee0", "alice", "1uweft"))[0])
	require.Equal(t, 70, w.countKeys(layout.Feegrant, layout.FeeAllowancePrefix), "200 a block")
	require.Equal(t, 70, w.countKeys(layout.Feegrant, layout.FeeAllowanceEndPrefix))
	at(ended.Add(time.Second))
	require.Zero(t, w.countKeys(layout.Feegrant, nil))
}

// TestFeegrantPrune: anybody may delete 75 that ended, before the block does.
func TestFeegrantPrune(t *testing.T) {
	w := newWorld(t, worldOptions{})
	var msgs []chain.Message
	for i := range 80 {
		msgs = append(msgs, msgGrant(t, "alice", fmt.Sprint("grantee", i), basicAllowance(t, "", time.Hour)))
	}
	ok(t, w.block(w.gas("alice", 9_000_000, msgs...))[0])
	in := w.input(w.sign("bob", 0, &feegrantpb.MsgPruneAllowances{Pruner: text(t, "bob")}))
	in.Time = start.Add(2 * time.Hour)
	res, err := w.app.Execute(in)
	require.NoError(t, err)
	requireCode(t, "sdk/11", res.Txs[0], "75 cost more than a send")
	in.Txs[0] = w.gas("bob", 9_000_000, &feegrantpb.MsgPruneAllowances{Pruner: text(t, "bob")})
	res, err = w.app.Execute(in)
	require.NoError(t, err)
	ok(t, res.Txs[0])
	require.Contains(t, string(show(res.Txs[0].Events)), "prune_feegrant\n  pruner = "+text(t, "bob"))
	w.last = res
	w.commit()
	require.Zero(t, w.countKeys(layout.Feegrant, nil))
}

// TestFeegrantQueries: by both sides, in pages.
func TestFeegrantQueries(t *testing.T) {
	w := newWorld(t, worldOptions{})
	var msgs []chain.Message
	for i := range 7 {
		msgs = append(msgs, msgGrant(t, "alice", fmt.Sprint("grantee", i), basicAllowance(t, "1uweft", 0)))
	}
	ok(t, w.block(w.gas("alice", 2_000_000, msgs...), w.gas("bob", 2_000_000, msgGrant(t, "bob", "grantee3", basicAllowance(t, "", time.Hour))))[0])
	ask := func(method string, req, res chain.Message) {
		t.Helper()
		raw, err := req.Marshal()
		require.NoError(t, err)
		ans, err := w.app.Query(Query{Path: "/cosmos.feegrant.v1beta1.Query/" + method, Data: raw})
		require.NoError(t, err)
		require.NoError(t, res.Unmarshal(ans.Value))
	}
	var byGrantee feegrantpb.QueryAllowancesResponse
	ask("Allowances", &feegrantpb.QueryAllowancesRequest{Grantee: text(t, "grantee3")}, &byGrantee)
	require.Len(t, byGrantee.Allowances, 2)
	require.Equal(t, uint64(2), byGrantee.Pagination.Total)
	seen := map[string]bool{}
	page := &query.PageRequest{Limit: 3}
	for pages := 1; ; pages++ {
		var res feegrantpb.QueryAllowancesByGranterResponse
		ask("AllowancesByGranter", &feegrantpb.QueryAllowancesByGranterRequest{Granter: text(t, "alice"), Pagination: page}, &res)
		for _, g := range res.Allowances {
			require.Equal(t, text(t, "alice"), g.Granter)
			seen[g.Grantee] = true
		}
		if page.Key = res.Pagination.NextKey; page.Key == nil {
			require.Equal(t, 3, pages)
			break
		}
	}
	require.Len(t, seen, 7)
	for _, method := range []string{"Allowance", "Allowances", "AllowancesByGranter"} {
		_, err := w.app.Query(Query{Path: "/cosmos.feegrant.v1beta1.Query/" + method})
		require.ErrorContains(t, err, "empty address", method)
	}
}

// TestFeegrantGenesis: allowances go through genesis and back, and bad ones are
// refused.
func TestFeegrantGenesis(t *testing.T) {
	g := genesis(t)
	grant := func(granter, grantee string, a chain.Message) feegrantpb.Grant {
		return feegrantpb.Grant{Granter: text(t, granter), Grantee: text(t, grantee), Allowance: packed(t, a)}
	}
	g.Feegrant.Allowances = []feegrantpb.Grant{
		grant("alice", "carol", basicAllowance(t, "5uweft", time.Hour)),
		grant("alice", "newcomer", &feegrantpb.AllowedMsgAllowance{Allowance: packed(t, basicAllowance(t, "", 0)), AllowedMessages: []string{"/x"}}),
	}
	require.NoError(t, g.Validate())
	w := newWorld(t, worldOptions{genesis: g})
	require.NotNil(t, w.account("newcomer"))
	ok(t, w.block(w.granted("carol", "alice", "1uweft"))[0])
	require.Equal(t, "4uweft", w.left("alice", "carol"))
	out, err := w.app.ExportGenesis()
	require.NoError(t, err)
	first, err := out.JSON()
	require.NoError(t, err)
	again, err := ParseGenesis(first)
	require.NoError(t, err)
	require.NoError(t, again.Validate())
	w2 := newWorld(t, worldOptions{genesis: again})
	require.Equal(t, "4uweft", w2.left("alice", "carol"))
	require.Equal(t, 1, w2.countKeys(layout.Feegrant, layout.FeeAllowanceEndPrefix))
	out, err = w2.app.ExportGenesis()
	require.NoError(t, err)
	out.Distribution.PreviousProposer = again.Distribution.PreviousProposer // the one block of w2 has another
	second, err := out.JSON()
	require.NoError(t, err)
	require.Equal(t, string(first), string(second))

	for name, list := range map[string][]feegrantpb.Grant{
		"duplicate": {g.Feegrant.Allowances[0], g.Feegrant.Allowances[0]},
		"to itself": {grant("alice", "alice", basicAllowance(t, "", 0))},
		"no grant":  {{Granter: text(t, "alice"), Grantee: text(t, "bob")}},
		"kind":      {grant("alice", "bob", msgSend(t, "alice", "bob", "1uweft"))},
		"filter":    {grant("alice", "bob", &feegrantpb.AllowedMsgAllowance{})},
		"granter":   {{Granter: "alice", Grantee: text(t, "bob"), Allowance: packed(t, basicAllowance(t, "", 0))}},
	} {
		g.Feegrant.Allowances = list
		require.ErrorContains(t, g.Validate(), "feegrant.allowances[", name)
	}
}
