package app

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain/layout"
	lotterypb "github.com/weftchain/weft/proto/weft/lottery/v1"
	"github.com/weftchain/weft/state"
	"github.com/weftchain/weft/vm"
)

// TestLotteryUnwired: a hundred blocks of transactions of all kinds, on a chain
// whose genesis has no lottery, come to the same results, gas and app hashes in
// an app that is wired without the module.
func TestLotteryUnwired(t *testing.T) {
	for _, m := range optional {
		scripted(t).replay(t, worldOptions{engine: engine(t, vm.Config{}), without: []string{m.name}}, nil)
	}
	require.Len(t, optional, 1)
	// It is the wiring that makes the difference, where there is a section.
	store, err := state.Open("", state.Options{Stores: layout.StoresWithLottery()})
	require.NoError(t, err)
	defer store.Close()
	a, err := New(Options{Store: store, ChainID: testChain, Without: []string{layout.Lottery}})
	require.NoError(t, err)
	defer a.Close()
	raw, err := miningGenesis(t).JSON()
	require.NoError(t, err)
	_, _, err = a.InitGenesis(raw, start, 1, 0)
	require.ErrorContains(t, err, "lottery")
}

// TestLotteryAbsent: without a section there is nothing of it: no store, no
// route, no account, and its messages are of a type that nobody knows.
func TestLotteryAbsent(t *testing.T) {
	raw, err := genesis(t).JSON()
	require.NoError(t, err)
	require.NotContains(t, string(raw), "lottery")
	stores, err := Stores(raw)
	require.NoError(t, err)
	require.Equal(t, layout.Stores(), stores)
	w := newWorld(t, worldOptions{})
	require.Nil(t, w.app.lottery)
	for _, path := range w.app.QueryPaths() {
		require.NotContains(t, path, "weft.lottery")
	}
	requireCode(t, "sdk/2", w.block(unsigned(t, &lotterypb.MsgSubmitTicket{}))[0])
	c, err := w.app.Check(unsigned(t, &lotterypb.MsgSubmitTicket{}))
	require.NoError(t, err)
	requireCode(t, "sdk/2", c.Result)
	require.False(t, w.app.bank.Blocked(layout.ModuleAddress(layout.LotteryModule)))

	mining, err := miningGenesis(t).JSON()
	require.NoError(t, err)
	stores, err = Stores(mining)
	require.NoError(t, err)
	require.Equal(t, layout.StoresWithLottery(), stores)
	other := newWorld(t, worldOptions{noBlock: true})
	_, _, err = other.app.InitGenesis(mining, start, 1, 0)
	require.ErrorContains(t, err, "lottery")
}
