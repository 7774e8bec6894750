package valset_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"math"
	"math/rand"
	"slices"
	"testing"

	"github.com/cometbft/cometbft/crypto/ed25519"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/app/valset"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/state"
)

func key(n int) []byte {
	sum := sha256.Sum256(fmt.Append(nil, "key", n))
	return sum[:]
}

func TestCompose(t *testing.T) {
	a, b, c := key(1), key(2), key(3)
	one := []valset.Power{{PubKey: a, Power: 1}}
	for name, x := range map[string]struct {
		last, wished []valset.Power
		updates      int
		refused      string
	}{
		"from nothing":    {nil, one, 1, ""},
		"no change":       {one, one, 0, ""},
		"turned over":     {one, []valset.Power{{PubKey: b, Power: 2}, {PubKey: c, Power: 3}}, 3, ""},
		"nobody left":     {one, nil, 0, "nobody"},
		"only zeros":      {one, []valset.Power{{PubKey: b}}, 0, "nobody"},
		"unknown leaves":  {one, []valset.Power{{PubKey: a, Power: 1}, {PubKey: b}}, 0, ""},
		"twice":           {one, []valset.Power{{PubKey: b, Power: 1}, {PubKey: b, Power: 1}}, 0, "twice"},
		"twice, one zero": {one, []valset.Power{{PubKey: b, Power: 1}, {PubKey: b}}, 0, "twice"},
		"negative":        {one, []valset.Power{{PubKey: b, Power: -1}}, 0, "not between"},
		"huge":            {one, []valset.Power{{PubKey: b, Power: math.MaxInt64}}, 0, "not between"},
		"sum":             {one, []valset.Power{{PubKey: b, Power: valset.MaxTotalPower}, {PubKey: a, Power: 1}}, 0, "total"},
		"short key":       {one, []valset.Power{{PubKey: b[:31], Power: 1}}, 0, "31 bytes"},
		"no key":          {one, []valset.Power{{Power: 1}}, 0, "0 bytes"},
	} {
		updates, err := valset.Compose(x.last, x.wished)
		require.Len(t, updates, x.updates, name)
		if x.refused == "" {
			require.NoError(t, err, name)
			continue
		}
		require.ErrorIs(t, err, valset.ErrRefused, name)
		require.ErrorContains(t, err, x.refused, name)
		_, verdict := chain.Verdict(err)
		require.False(t, verdict, name)
	}
}

// hostile draws a set that a broken module might wish for.
func hostile(r *rand.Rand, keys int) []valset.Power {
	var out []valset.Power
	for range r.Intn(12) {
		p := valset.Power{PubKey: key(r.Intn(keys)), Power: r.Int63n(1000)}
		switch r.Intn(40) {
		case 0:
			p.Power = -p.Power
		case 1:
			p.Power = math.MaxInt64 - r.Int63n(3)
		case 2:
			p.Power = valset.MaxTotalPower - r.Int63n(2000)
		case 3:
			p.PubKey = p.PubKey[:r.Intn(32)]
		case 4, 5, 6:
			p.Power = 0
		}
		out = append(out, p)
	}
	if r.Intn(3) > 0 { // mostly without duplicates
		slices.SortFunc(out, func(a, b valset.Power) int { return bytes.Compare(a.PubKey, b.PubKey) })
		out = slices.CompactFunc(out, func(a, b valset.Power) bool { return bytes.Equal(a.PubKey, b.PubKey) })
	}
	return out
}

// TestCometBFTTakesAll: for 10,000 epochs of wishes, sane and mad, CometBFT's
// own set takes every update and ends with exactly the set that is remembered.
func TestCometBFTTakesAll(t *testing.T) {
	for seed := range int64(2) {
		r := rand.New(rand.NewSource(seed))
		set := &cmttypes.ValidatorSet{}
		var last []valset.Power
		taken, refused := 0, 0
		for epoch := range 5_000 {
			wished := hostile(r, 20)
			updates, err := valset.Compose(last, wished)
			if err != nil {
				require.ErrorIs(t, err, valset.ErrRefused)
				require.Nil(t, updates)
				refused++
				continue
			}
			changes := make([]*cmttypes.Validator, len(updates))
			for i, u := range updates {
				changes[i] = cmttypes.NewValidator(ed25519.PubKey(u.PubKey), u.Power)
			}
			require.NoError(t, set.UpdateWithChangeSet(changes), "seed %d, epoch %d: %v → %v", seed, epoch, last, wished)
			taken += len(updates)
			if !set.IsNilOrEmpty() {
				set.IncrementProposerPriority(1)
			}
			last = last[:0]
			for _, v := range set.Validators {
				last = append(last, valset.Power{PubKey: v.PubKey.Bytes(), Power: v.VotingPower})
			}
			for _, p := range wished {
				if p.Power > 0 {
					_, v := set.GetByAddress(ed25519.PubKey(p.PubKey).Address())
					require.NotNil(t, v)
					require.Equal(t, p.Power, v.VotingPower)
				}
			}
		}
		require.Greater(t, taken, 10_000)
		require.Greater(t, refused, 500)
	}
}

func TestEmit(t *testing.T) {
	store, err := state.Open("", state.Options{Stores: layout.Stores()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	env := chain.NewEnv(&chain.Block{}, store.Branch())
	r := rand.New(rand.NewSource(1))
	told := map[string]int64{}
	for range 300 {
		before := len(env.Events.List())
		wished := hostile(r, 20)
		last, err := valset.Last(env)
		require.NoError(t, err)
		_, why := valset.Compose(last, wished)
		updates, err := valset.Emit(env, wished)
		require.NoError(t, err)
		for _, u := range updates {
			told[string(u.PubKey)] = u.Power
			if u.Power == 0 {
				delete(told, string(u.PubKey))
			}
		}
		alarmed := len(env.Events.List()) > before
		require.Equal(t, errors.Is(why, valset.ErrRefused), alarmed)
		last, err = valset.Last(env)
		require.NoError(t, err)
		require.Len(t, last, len(told))
		for _, p := range last {
			require.Equal(t, told[string(p.PubKey)], p.Power)
		}
	}
}
