package slashing

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/state"
)

func newEnv(t testing.TB) *chain.Env {
	t.Helper()
	store, err := state.Open("", state.Options{Stores: layout.Stores(), CacheBytes: 1 << 20})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	return chain.NewEnv(&chain.Block{Bech32: "weft", Params: chain.DefaultParams(), Time: time.Unix(1, 0)}, store.Branch())
}

// TestWindow: a window in state is a set of places, whatever is set and cleared
// in it, and that of one validator is not that of another.
func TestWindow(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		env := newEnv(t)
		window := rapid.Int64Range(1, 5*partBits).Draw(rt, "window")
		names := []chain.Address{"aaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaab"}
		want := map[chain.Address]map[int64]bool{names[0]: {}, names[1]: {}}
		for range rapid.IntRange(1, 60).Draw(rt, "steps") {
			who := rapid.SampledFrom(names).Draw(rt, "who")
			place := rapid.Int64Range(0, window-1).Draw(rt, "place")
			missed := rapid.Bool().Draw(rt, "missed")
			require.NoError(rt, setMissed(env, who, place, missed))
			if delete(want[who], place); missed {
				want[who][place] = true
			}
		}
		for _, who := range names {
			last := int64(-1)
			n := 0
			require.NoError(rt, eachMissed(env, who, window, func(place int64) {
				require.Greater(rt, place, last, "in order")
				require.True(rt, want[who][place])
				last = place
				n++
			}))
			require.Len(rt, want[who], n)
			place := rapid.Int64Range(0, window-1).Draw(rt, "asked")
			missed, err := missedAt(env, who, place)
			require.NoError(rt, err)
			require.Equal(rt, want[who][place], missed)
		}
		require.NoError(rt, clearWindow(env, names[0]))
		require.NoError(rt, eachMissed(env, names[0], window, func(int64) { require.Fail(rt, "cleared") }))
		left := 0
		require.NoError(rt, eachMissed(env, names[1], window, func(int64) { left++ }))
		require.Len(rt, want[names[1]], left)
	})
}

// TestWindowGarbage: a part that nobody wrote so is a fault.
func TestWindowGarbage(t *testing.T) {
	env := newEnv(t)
	const who = chain.Address("aaaaaaaaaaaaaaaaaaaa")
	require.NoError(t, env.Store(layout.Slashing).Set(layout.SlashingMiss(who, 0), []byte{1}))
	_, err := missedAt(env, who, 3)
	require.ErrorContains(t, err, "1 bytes")
	_, verdict := chain.Verdict(err)
	require.False(t, verdict)
	require.Error(t, setMissed(env, who, 3, true))
	require.Error(t, eachMissed(env, who, 5, func(int64) {}))
}

// TestRounded: to the nearest, halves to the even one, as the reference rounds
// the least number of signed blocks.
func TestRounded(t *testing.T) {
	for _, c := range []struct {
		fraction string
		n, want  int64
	}{
		{"500000000000000000", 100, 50},
		{"500000000000000000", 101, 50},
		{"500000000000000000", 103, 52},
		{"333333333333333333", 10, 3},
		{"666666666666666667", 10, 7},
		{"50000000000000000", 10, 0},
		{"0", 10, 0},
		{"1000000000000000000", 10, 10},
		{"150000000000000000", 10, 2},
		{"250000000000000000", 10, 2},
	} {
		d, err := chain.ParseDec(c.fraction)
		require.NoError(t, err)
		require.Equal(t, c.want, rounded(d, c.n), "%s of %d", c.fraction, c.n)
	}
}
