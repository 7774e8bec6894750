package seats

import (
	"fmt"
	"math"
	"math/rand"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func public() Rules {
	return Rules{PerEpoch: 16, Window: 128, CapBps: 2500, MaxPerOperator: 32, MinActive: 1}
}

func local() Rules {
	return Rules{PerEpoch: 4, Window: 16, CapBps: 2500, MaxPerOperator: 16, MinActive: 1}
}

func TestCheck(t *testing.T) {
	require.NoError(t, public().Check())
	require.NoError(t, local().Check())
	for _, change := range []func(*Rules){
		func(r *Rules) { r.PerEpoch = 0 }, func(r *Rules) { r.PerEpoch = 15 }, func(r *Rules) { r.Window = 0 },
		func(r *Rules) { r.Window = 1 << 20 }, func(r *Rules) { r.CapBps = 0 }, func(r *Rules) { r.CapBps = 3301 },
		func(r *Rules) { r.PerEpoch = 64 }, func(r *Rules) { r.MaxPerOperator = 0 }, func(r *Rules) { r.MaxPerOperator = 129 },
		func(r *Rules) { r.MinActive = 33 },
	} {
		r := public()
		change(&r)
		require.Error(t, r.Check(), fmt.Sprintf("%+v", r))
	}
}

// TestCap: for every set of rules that is allowed and every power of anchors,
// all seats together are below a third, however they are spread.
func TestCap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := Rules{
			PerEpoch: 1, Window: rapid.Uint64Range(10, maxWindow).Draw(t, "window"),
			CapBps: rapid.Uint32Range(1, MaxCapBps).Draw(t, "cap"), MinActive: rapid.Uint64Range(0, 8).Draw(t, "min"),
		}
		r.MaxPerOperator = r.Window
		if err := r.Check(); err != nil {
			t.Skip(err)
		}
		anchors := rapid.Int64Range(1, math.MaxInt64).Draw(t, "anchors")
		var mined int64
		for left := r.Window; left > 0; {
			k := rapid.Uint64Range(1, left).Draw(t, "k")
			p := r.Power(anchors, k)
			if p < 0 || (k < r.MinActive && p > 0) || p > r.Power(anchors, k+1) {
				t.Fatalf("%d seats have power %d", k, p)
			}
			mined += p
			left -= k
		}
		if !Safe(anchors, mined) {
			t.Fatalf("mined %d beside %d", mined, anchors)
		}
	})
	require.Zero(t, public().Power(0, 5))
	require.Zero(t, public().Power(-1, 5))
	for _, c := range [][2]int64{{0, 0}, {2, 1}, {1, 1}, {5, 3}, {5, -1}, {math.MaxInt64, math.MaxInt64}} {
		require.False(t, Safe(c[0], c[1]), c)
	}
	require.True(t, Safe(3, 1))
	require.True(t, Safe(1, 0))
}

func TestWinners(t *testing.T) {
	r := local()
	r.MaxPerOperator = 2
	list := []Candidate{{"a", 0}, {"a", 1}, {"a", 2}, {"b", 3}, {"c", 4}, {"d", 5}, {"e", 6}}
	require.Equal(t, []Candidate{{"a", 0}, {"a", 1}, {"b", 3}, {"c", 4}}, r.Winners(list, nil))
	require.Equal(t, []Candidate{{"a", 0}, {"c", 4}, {"d", 5}, {"e", 6}}, r.Winners(list, map[string]uint64{"a": 1, "b": 2}))
	require.Empty(t, r.Winners(nil, nil))
}

func TestActivate(t *testing.T) {
	r := local() // a seat lasts four epochs, two return at once
	all := func(s Standing) func(string) Standing { return func(string) Standing { return s } }
	turn := r.Activate(4, []Seat{{0, 0, "a", true}, {1, 0, "b", true}, {4, 0, "a", false}, {4, 1, "c", false}}, all(Standing{}))
	require.Equal(t, []Seat{{0, 0, "a", true}}, turn.Ended)
	require.Equal(t, []Seat{{4, 1, "c", false}}, turn.Lapsed, "nobody heard of c")
	require.Equal(t, []Seat{{1, 0, "b", true}, {4, 0, "a", true}}, turn.Seats, "a had power until now")

	turn = r.Activate(4, []Seat{{2, 0, "b", true}, {4, 1, "c", false}}, all(Standing{Barred: true, Ready: true}))
	require.Equal(t, []Seat{{2, 0, "b", false}, {4, 1, "c", false}}, turn.Seats, "they wait for their operator")

	turn = r.Activate(4, []Seat{{2, 0, "b", false}, {3, 0, "b", false}, {3, 1, "b", false}}, all(Standing{}))
	require.Equal(t, []Seat{{2, 0, "b", true}, {3, 0, "b", true}, {3, 1, "b", false}}, turn.Seats)

	turn = r.Activate(4, []Seat{{3, 0, "b", true}, {4, 1, "b", false}}, all(Standing{Void: true, Ready: true}))
	require.Empty(t, turn.Seats)
	require.Len(t, turn.Ended, 2)
}

// TestChurn: through many epochs of operators that come, go, sleep and
// are jailed, there are never more seats than the window has, never more new
// power than a tenth, and each seat ends when its time is over.
func TestChurn(t *testing.T) {
	for _, r := range []Rules{public(), local()} {
		rng := rand.New(rand.NewSource(3))
		const anchors = 1_000_000
		var list []Seat
		before := map[string]int64{}
		for e := range uint64(500) {
			held := map[string]uint64{}
			for _, s := range list {
				held[s.Operator]++
			}
			var ranked []Candidate
			for i := range rng.Intn(40) {
				ranked = append(ranked, Candidate{fmt.Sprint(rng.Intn(30)), i})
			}
			for i, w := range r.Winners(ranked, held) {
				list = append(list, Seat{Won: e, Rank: uint32(i), Operator: w.Operator})
			}
			mood := map[string]Standing{}
			for i := range 30 {
				mood[fmt.Sprint(i)] = Standing{Barred: rng.Intn(8) == 0, Void: rng.Intn(60) == 0, Ready: rng.Intn(3) > 0}
			}
			turn := r.Activate(e, list, func(o string) Standing { return mood[o] })
			require.Len(t, list, len(turn.Seats)+len(turn.Lapsed)+len(turn.Ended))
			list = turn.Seats
			require.LessOrEqual(t, uint64(len(list)), r.Window)
			now, mined, fresh := map[string]int64{}, int64(0), int64(0)
			for _, s := range Shares(list) {
				require.False(t, mood[s.Operator].Barred)
				require.LessOrEqual(t, s.Seats, r.MaxPerOperator)
				p := r.Power(anchors, s.Seats)
				now[s.Operator] = p
				mined += p
				fresh += max(0, p-before[s.Operator])
			}
			require.True(t, Safe(anchors, mined))
			require.Less(t, fresh*9, int64(anchors)+mined-fresh+int64(anchors)/3, "new power in epoch %d", e)
			for _, s := range list {
				require.Less(t, e, s.Won+r.Life())
			}
			before = now
		}
	}
}
