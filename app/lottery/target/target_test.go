package target

import (
	"bytes"
	"fmt"
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/weftchain/weft/internal/golden"
)

// TestLog2 compares with floating point: not above, and not more than
// 2·10^-5 bits below.
func TestLog2(t *testing.T) {
	require.Equal(t, int64(0), Log2Q16(1))
	require.Equal(t, int64(63<<16), Log2Q16(1<<63))
	check := func(v uint64) {
		got, want := float64(Log2Q16(v))/65536, math.Log2(float64(v))
		if got > want+1e-12*want || want-got > 2e-5 {
			t.Fatalf("log2(%d): %.9f, should be %.9f", v, got, want)
		}
	}
	for v := uint64(1); v < 20_000; v++ {
		check(v)
		require.LessOrEqual(t, Log2Q16(v), Log2Q16(v+1))
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Uint64Min(1).Draw(t, "a"), rapid.Uint64Min(1).Draw(t, "b")
		if a > b {
			a, b = b, a
		}
		if got, want := float64(Log2Q16(a))/65536, math.Log2(float64(a)); math.Abs(got-want) > 2e-5 {
			t.Fatalf("log2(%d): %f, should be %f", a, got, want)
		}
		if Log2Q16(a) > Log2Q16(b) {
			t.Fatalf("log2 falls between %d and %d", a, b)
		}
	})
}

// TestMul2 compares with big floats over all fractions of a step.
func TestMul2(t *testing.T) {
	base := FromWork(1 << 40)
	b, _ := new(big.Float).SetInt(new(big.Int).SetBytes(base[:])).Float64()
	last := Target{}
	for x := int64(-3 * one); x <= 3*one; x += 37 {
		got := Mul2Q16(base, x)
		f, _ := new(big.Float).SetInt(new(big.Int).SetBytes(got[:])).Float64()
		want := b * math.Pow(2, float64(x)/65536)
		if e := math.Abs(f/want - 1); e > 1.5e-4 {
			t.Fatalf("2^(%d/65536): off by %g", x, e)
		}
		require.LessOrEqual(t, Cmp(last, got), 0, "falls at %d", x)
		last = got
	}
	var most Target
	for i := range most {
		most[i] = 0xff
	}
	require.Equal(t, most, Mul2Q16(most, 0))
	require.Equal(t, most, Mul2Q16(most, 1))
	require.Equal(t, most, Mul2Q16(base, math.MaxInt64))
	require.Equal(t, Target{}, Mul2Q16(base, math.MinInt64))
}

func TestEstimate(t *testing.T) {
	half := Target{0x80}
	require.Equal(t, uint64(3), Estimate(3, 4, half, Target{1}))
	require.Equal(t, uint64(8), Estimate(4, 4, half, Target{0x40}))
	require.Equal(t, uint64(4), Estimate(4, 4, half, half), "never below what was seen")
	require.Equal(t, uint64(math.MaxUint64), Estimate(4, 4, half, Target{}))
	require.Equal(t, uint64(math.MaxUint64), Estimate(4, 4, half, Target{31: 1}))
}

func TestWork(t *testing.T) {
	require.Equal(t, uint64(1), Work(FromWork(1)))
	require.Equal(t, uint64(1<<40), Work(FromWork(1<<40)))
	require.Equal(t, uint64(math.MaxUint64), Work(Target{31: 1}))
	require.Equal(t, uint64(math.MaxUint64), Work(Target{}))
}

func usual() Rule {
	return Rule{Want: 512, GainNum: 1, GainDen: 2, ClampBits: 2, Limit: FromWork(16)}
}

func TestRuleCheck(t *testing.T) {
	require.NoError(t, usual().Check())
	for _, change := range []func(*Rule){
		func(r *Rule) { r.Want = 0 }, func(r *Rule) { r.Want = 1<<20 + 1 }, func(r *Rule) { r.GainNum = 0 },
		func(r *Rule) { r.GainDen = 0 }, func(r *Rule) { r.GainNum = 3 }, func(r *Rule) { r.GainNum, r.GainDen = 1, 1001 },
		func(r *Rule) { r.ClampBits = 0 }, func(r *Rule) { r.ClampBits = 9 }, func(r *Rule) { r.Limit = Target{} },
	} {
		r := usual()
		change(&r)
		require.Error(t, r.Check())
	}
}

// TestNextProperties: within the clamp, within the limits, easier after less
// work.
func TestNextProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := usual()
		start := r.Bound(Target(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "target")))
		a, b := rapid.Uint64().Draw(t, "less"), rapid.Uint64().Draw(t, "more")
		if a > b {
			a, b = b, a
		}
		easy, hard := r.Next(start, a), r.Next(start, b)
		if Cmp(easy, hard) < 0 {
			t.Fatalf("work %d gives %x, more work %d gives the easier %x", a, easy, b, hard)
		}
		for _, n := range []Target{easy, hard} {
			if (n == Target{}) || Cmp(n, r.Limit) > 0 {
				t.Fatalf("%x is out of bounds", n)
			}
		}
		up, down := Mul2Q16(start, 2*one), Mul2Q16(start, -2*one)
		if Cmp(easy, up) > 0 || (Cmp(hard, down) < 0 && hard != r.Bound(down)) {
			t.Fatalf("from %x to %x or %x: more than two bits", start, easy, hard)
		}
	})
}

// TestRetarget is the golden history of a network that grows a thousandfold and
// goes away: every target, as all nodes must come to it.
func TestRetarget(t *testing.T) {
	r := usual()
	now := FromWork(1000)
	var out bytes.Buffer
	const most = 4096
	for e := range 60 {
		hashes := uint64(512_000)
		switch {
		case e >= 45:
			hashes = 0
		case e >= 30:
			hashes = 51_200
		case e >= 10:
			hashes = 512_000_000
		}
		found := hashes / Work(now) // the mean, so that the test has no dice
		worst, kept := now, found
		if found >= most {
			kept = most
			worst = FromWork(hashes / most)
		}
		seen := Estimate(kept, most, now, worst)
		fmt.Fprintf(&out, "%2d work/ticket %-9d tickets %-7d seen %-7d target %x\n", e, Work(now), found, seen, now[:8])
		now = r.Next(now, seen)
	}
	golden.Check(t, out.Bytes())
}
