package app

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
	upgradepb "github.com/weftchain/weft/proto/cosmos/upgrade/v1beta1"
	upgradegenesis "github.com/weftchain/weft/proto/weft/upgrade/v1"
)

// with is another binary over the same state.
func (w *world) with(upgrades ...string) error {
	w.t.Helper()
	a, err := New(Options{Store: w.store, ChainID: testChain, Upgrades: upgrades})
	if err != nil {
		return err
	}
	w.app.Close()
	w.t.Cleanup(a.Close)
	w.app = a
	return nil
}

// TestUpgrade: the authority plans it, the old binary halts before the block, only
// the new one goes on, and only from there.
func TestUpgrade(t *testing.T) {
	w := newWorld(t, worldOptions{})
	plan := func(from, name string, height int64) []byte {
		return w.sign(from, 0, &upgradepb.MsgSoftwareUpgrade{Authority: text(t, from), Plan: upgradepb.Plan{Name: name, Height: height, Info: "why"}})
	}
	for name, c := range map[string]struct {
		from, plan, code string
		height           int64
	}{
		"not the authority": {"alice", "v2", "sdk/4", 9},
		"no name":           {"authority", "", "sdk/18", 9},
		"a path":            {"authority", "../v2", "sdk/18", 9},
		"no height":         {"authority", "v2", "sdk/18", 0},
		"past":              {"authority", "v2", "sdk/18", 1},
	} {
		requireCode(t, c.code, w.block(plan(c.from, c.plan, c.height))[0], name)
	}
	ok(t, w.block(plan("authority", "mistake", 100))[0])
	ok(t, w.block(w.sign("authority", 0, &upgradepb.MsgCancelUpgrade{Authority: text(t, "authority")}))[0])
	require.Nil(t, w.currentPlan())
	due := w.height + 3
	ok(t, w.block(plan("authority", "v2", due))[0])
	require.Equal(t, due, w.currentPlan().Height)
	g, err := w.app.ExportGenesis()
	require.NoError(t, err)
	require.Equal(t, "v2", g.Upgrade.Plan.Name, "a chain that starts from here has the plan")
	sameUpgrades(t, g)

	require.ErrorIs(t, w.with("v2"), ErrWrongBinary, "the new binary makes no block before its own")
	w.block()
	_, before := w.app.Info()
	_, err = w.app.Execute(w.input())
	var needed *UpgradeNeeded
	require.ErrorAs(t, err, &needed)
	require.Equal(t, UpgradeNeeded{Name: "v2", Height: due, Info: "why"}, *needed)
	_, after := w.app.Info()
	require.Equal(t, before, after)
	require.ErrorAs(t, w.with(), &needed, "the old binary does not even start")
	require.ErrorAs(t, w.with("v3"), &needed)

	require.NoError(t, w.with("v2"))
	w.block()
	require.Equal(t, due, w.height)
	require.Nil(t, w.currentPlan())
	var applied upgradepb.QueryAppliedPlanResponse
	askFor(t, w, "/cosmos.upgrade.v1beta1.Query/AppliedPlan", &upgradepb.QueryAppliedPlanRequest{Name: "v2"}, &applied)
	require.Equal(t, due, applied.Height)
	requireCode(t, "sdk/18", w.block(plan("authority", "v2", due+100))[0], "it is done")
	require.ErrorIs(t, w.with(), ErrWrongBinary, "there is no way back")
	require.NoError(t, w.with("v2"))
	w.block()
	g, err = w.app.ExportGenesis()
	require.NoError(t, err)
	require.Equal(t, []upgradegenesis.Done{{Name: "v2", Height: due}}, g.Upgrade.Done)
	sameUpgrades(t, g)
	for _, bad := range []upgradegenesis.GenesisState{
		{Plan: &upgradepb.Plan{Name: "a/b", Height: 1}},
		{Done: []upgradegenesis.Done{{Name: "v2"}}},
		{Done: []upgradegenesis.Done{{Name: "v3", Height: 5}, {Name: "v2", Height: 4}}},
	} {
		g.Upgrade = &bad
		require.ErrorContains(t, g.Validate(), "upgrade.")
	}
}

// sameUpgrades starts a chain from a genesis and compares what is planned and done.
func sameUpgrades(t *testing.T, g *Genesis) {
	t.Helper()
	w := newWorld(t, worldOptions{genesis: g, noBlock: true})
	branch := w.store.Branch()
	require.NoError(t, w.app.genesis.apply(w.app, branch))
	env, err := w.app.env(&chain.Block{}, branch)
	require.NoError(t, err)
	again, err := w.app.upgrade.ExportGenesis(env)
	require.NoError(t, err)
	require.Equal(t, g.Upgrade, again)
}

func (w *world) currentPlan() *upgradepb.Plan {
	var res upgradepb.QueryCurrentPlanResponse
	askFor(w.t, w, "/cosmos.upgrade.v1beta1.Query/CurrentPlan", &upgradepb.QueryCurrentPlanRequest{}, &res)
	return res.Plan
}

type message interface {
	Marshal() ([]byte, error)
	Unmarshal([]byte) error
}

func askFor(t testing.TB, w *world, path string, req, res message) {
	t.Helper()
	raw, err := req.Marshal()
	require.NoError(t, err)
	ans, err := w.app.Query(Query{Path: path, Data: raw})
	require.NoError(t, err)
	require.NoError(t, res.Unmarshal(ans.Value))
}
