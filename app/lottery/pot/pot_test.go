package pot

import (
	"bytes"
	"fmt"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/weftchain/weft/internal/golden"
)

func usual() Rules {
	return Rules{Subsidy: 50_000_000, Halving: 210_000, Cap: 21_000_000_000_000, FullAt: 64, TicketBps: 7000, SeatBps: 2500, Window: 128}
}

// TestSupply: the sum of all subsidies is known, to the unit, and below the cap.
func TestSupply(t *testing.T) {
	r := usual()
	var sum uint64
	for e := uint64(0); r.Subsidised(e) > 0; e += r.Halving {
		sum += r.Subsidised(e) * r.Halving
	}
	require.Equal(t, uint64(20_999_997_480_000), sum)
	require.LessOrEqual(t, sum, r.Cap)
	require.Zero(t, r.Subsidised(1<<63))
}

func TestMint(t *testing.T) {
	r := usual()
	require.Zero(t, r.Mint(0, 0, 0), "no work, no coin")
	require.Equal(t, uint64(781_250), r.Mint(0, 1, 0))
	require.Equal(t, uint64(50_000_000), r.Mint(0, 64, 0))
	require.Equal(t, uint64(50_000_000), r.Mint(0, 4096, 0))
	require.Equal(t, uint64(25_000_000), r.Mint(210_000, 512, 0))
	require.Equal(t, uint64(3), r.Mint(0, 512, r.Cap-3))
	require.Zero(t, r.Mint(0, 512, r.Cap))
	require.Zero(t, r.Mint(0, 512, r.Cap+1))
}

func TestCheck(t *testing.T) {
	require.NoError(t, usual().Check())
	for _, change := range []func(*Rules){
		func(r *Rules) { r.Subsidy = MaxCoins + 1 }, func(r *Rules) { r.Cap = MaxCoins + 1 }, func(r *Rules) { r.Halving = 0 },
		func(r *Rules) { r.FullAt = 0 }, func(r *Rules) { r.SeatBps = 3001 }, func(r *Rules) { r.TicketBps = 1<<32 - 1 },
		func(r *Rules) { r.Window = 0 },
	} {
		r := usual()
		change(&r)
		require.Error(t, r.Check())
	}
}

// TestConserved: whatever the numbers, no part is above the whole, and what all
// seats can earn is not above the seats' part.
func TestConserved(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := usual()
		r.TicketBps = rapid.Uint32Range(0, bps).Draw(t, "tickets")
		r.SeatBps = rapid.Uint32Range(0, bps-r.TicketBps).Draw(t, "seats")
		r.Window = rapid.Uint64Range(1, 4096).Draw(t, "window")
		n := rapid.Uint64Range(0, 1<<20).Draw(t, "n")
		s := r.Share(rapid.Uint64Range(0, 4*MaxCoins-1).Draw(t, "pot"), n)
		if n > 0 && s.Tickets+s.Seats+s.Leader != s.Pot {
			t.Fatalf("%+v", s)
		}
		if s.PerTicket*n > s.Tickets || s.PerSeat*r.Window > s.Seats {
			t.Fatalf("%+v", s)
		}
		blocks := rapid.Uint64Range(1, 1<<24).Draw(t, "blocks")
		var paid uint64
		for left := r.Window; left > 0; {
			k := rapid.Uint64Range(1, left).Draw(t, "k")
			missed := rapid.Uint64Range(0, blocks+2).Draw(t, "missed")
			one := Stipend(s.PerSeat, k, missed, blocks)
			want := new(big.Int).SetUint64(s.PerSeat * k)
			want.Mul(want, new(big.Int).SetUint64(blocks-min(missed, blocks)))
			if want.Div(want, new(big.Int).SetUint64(blocks)); want.Uint64() != one {
				t.Fatalf("stipend %d, should be %s", one, want)
			}
			paid += one
			left -= k
		}
		if paid > s.Seats {
			t.Fatalf("paid %d of %+v", paid, s)
		}
	})
}

func TestShares(t *testing.T) {
	var out bytes.Buffer
	for _, pot := range []uint64{0, 1, 19, 50_000_000, 50_000_001, MaxCoins} {
		for _, n := range []uint64{0, 1, 511, 512, 4096} {
			fmt.Fprintf(&out, "n %-5d %+v\n", n, usual().Share(pot, n))
		}
	}
	golden.Check(t, out.Bytes())
}
