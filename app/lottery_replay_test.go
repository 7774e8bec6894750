package app

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/internal/golden"
	"github.com/weftchain/weft/state"
	"github.com/weftchain/weft/state/snapshot"
)

// TestLotteryGolden: the app hashes of a chain that is mined stay what they are,
// through epochs, seats, jail, slashing, brakes and new rules (TestLotteryRandom
// made its blocks). If this fails, results of blocks changed: a released chain
// would split.
func TestLotteryGolden(t *testing.T) {
	s := stormed(t)
	var out strings.Builder
	for i, hash := range s.hashes {
		if (i+1)%20 == 0 || i == 0 {
			fmt.Fprintf(&out, "%d %s\n", i+1, hex.EncodeToString(hash))
		}
	}
	golden.Check(t, []byte(out.String()))
}

// TestLotteryReplay: the same blocks come to the same app hashes in a node that
// is started anew in between, in one that executes blocks twice, proposes,
// checks and is queried meanwhile, and in one that trusts decided work.
func TestLotteryReplay(t *testing.T) {
	s := stormed(t)
	t.Run("restarts and rollbacks", func(t *testing.T) { s.restarting(t) })
	t.Run("from a snapshot", func(t *testing.T) { s.syncing(t) })
	t.Run("trusting, executed twice, proposals and queries between", func(t *testing.T) {
		store, err := state.Open("", state.Options{Stores: layout.StoresWithLottery()})
		require.NoError(t, err)
		defer store.Close()
		w := newWorld(t, worldOptions{store: store, genesis: s.genesis, noBlock: true, trust: true})
		for i, in := range s.blocks {
			if i > 0 {
				w.disturb(in)
			}
			res, err := w.app.Execute(in)
			require.NoError(t, err)
			require.Equal(t, s.hashes[i], res.AppHash, "block %d", in.Height)
			require.NoError(t, w.app.Commit())
		}
	})
}

// disturb does what must not change anything.
func (w *world) disturb(in BlockInput) {
	w.t.Helper()
	_, err := w.app.Execute(in)
	require.NoError(w.t, err)
	for i := range in.Txs { // in another order than they have in the block
		_, err := w.app.Check(in.Txs[len(in.Txs)-1-i])
		require.NoError(w.t, err)
	}
	chosen, err := w.app.Prepare(in.Txs, 1<<20)
	require.NoError(w.t, err)
	accepted, err := w.app.Process(chosen)
	require.NoError(w.t, err)
	require.True(w.t, accepted)
}

// restarting replays in a node that stops after blocks, and before commits.
func (s *recorded) restarting(t *testing.T) {
	t.Helper()
	fs := vfs.NewMem()
	raw, err := s.genesis.JSON()
	require.NoError(t, err)
	open := func() (*state.Store, *App) {
		store, err := state.Open("db", state.Options{Stores: layout.StoresWithLottery(), FS: fs, Keep: 5, CacheBytes: 8 << 20})
		require.NoError(t, err)
		a, err := New(Options{Store: store, ChainID: testChain, BlockTime: func(h int64) (time.Time, bool) {
			if h < 1 || h > int64(len(s.blocks)) {
				return time.Time{}, false
			}
			return s.blocks[h-1].Time, true
		}})
		require.NoError(t, err)
		if h, _ := store.Version(); h == 0 {
			_, _, err = a.InitGenesis(raw, start, 1, 0)
			require.NoError(t, err)
		}
		return store, a
	}
	store, a := open()
	for i, in := range s.blocks {
		if i%7 == 3 { // executed and never committed
			_, err := a.Execute(in)
			require.NoError(t, err)
		}
		if i%7 == 3 || i%11 == 5 {
			a.Close()
			require.NoError(t, store.Close())
			store, a = open()
		}
		res, err := a.Execute(in)
		require.NoError(t, err)
		require.Equal(t, s.hashes[i], res.AppHash, "block %d", in.Height)
		require.NoError(t, a.Commit())
		if i%13 == 9 { // taken back, and executed again
			a.Close()
			require.NoError(t, store.Rollback())
			require.NoError(t, store.Close())
			store, a = open()
			res, err := a.Execute(in)
			require.NoError(t, err)
			require.Equal(t, s.hashes[i], res.AppHash, "block %d after a rollback", in.Height)
			require.NoError(t, a.Commit())
		}
	}
	a.Close()
	require.NoError(t, store.Close())
}

// syncing replays from a snapshot of the state in the middle.
func (s *recorded) syncing(t *testing.T) {
	t.Helper()
	const middle = 200
	open := func() *state.Store {
		store, err := state.Open("", state.Options{Stores: layout.StoresWithLottery(), Keep: 3})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, store.Close()) })
		return store
	}
	from := open()
	w := newWorld(t, worldOptions{store: from, genesis: s.genesis, noBlock: true})
	for _, in := range s.blocks[:middle] {
		_, err := w.app.Execute(in)
		require.NoError(t, err)
		require.NoError(t, w.app.Commit())
	}
	view := from.Latest()
	defer view.Close()
	var stream bytes.Buffer
	require.NoError(t, snapshot.Write(&stream, view, layout.StoresWithLottery()))
	to := open()
	require.NoError(t, snapshot.Read(&stream, to, middle, s.hashes[middle-1]))
	a, err := New(Options{Store: to, ChainID: testChain, BlockTime: func(h int64) (time.Time, bool) { return s.blocks[h-1].Time, true }})
	require.NoError(t, err)
	defer a.Close()
	for i, in := range s.blocks[middle:] {
		res, err := a.Execute(in)
		require.NoError(t, err)
		require.Equal(t, s.hashes[middle+i], res.AppHash, "block %d", in.Height)
		require.NoError(t, a.Commit())
	}
}

// TestLotteryOrder: tickets that come to two nodes in opposite orders make the
// same proposal.
func TestLotteryOrder(t *testing.T) {
	g := miningGenesis(t)
	one, two := newPit(t, g), newPit(t, g)
	var txs [][]byte
	for i := range 20 {
		txs = append(txs, unsigned(t, one.dig(people[i%len(people)], "")))
	}
	back := make([][]byte, len(txs))
	for i, raw := range txs {
		back[len(back)-1-i] = raw
	}
	first := one.lane(txs...)
	require.Len(t, first, 8)
	require.Equal(t, first, two.lane(back...))
	one.step(nil, first...)
	two.step(nil, first...)
	require.Equal(t, one.lane(back...), two.lane(txs...))
	require.Equal(t, one.last.AppHash, two.last.AppHash)
}

// TestLotteryExport: a chain that starts from an exported lottery owes what the
// old one owed.
func TestLotteryExport(t *testing.T) {
	p := newPit(t, miningGenesis(t))
	p.register("alice")
	p.step(nil, p.lane(unsigned(t, p.dig("bob", "alice")), unsigned(t, p.dig("bob", "alice")))...)
	e := p.status().Current
	p.until(e.LastHeight + 4)
	p.until(e.LastHeight + 12)
	g, err := p.app.ExportGenesis()
	require.NoError(t, err)
	require.NotNil(t, g.Lottery)
	require.NoError(t, g.Validate())
	again := newPit(t, g)
	require.Equal(t, g.Lottery.Epoch, again.status().Current.Epoch)
	require.Equal(t, g.Lottery.Minted, again.status().Purse.Minted)
	again.pass(30)
}
