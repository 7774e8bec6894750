package simulate

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/app/lottery/pot"
	"github.com/weftchain/weft/app/lottery/seats"
	"github.com/weftchain/weft/app/lottery/target"
)

func public() Rules {
	return Rules{
		Retarget: target.Rule{Want: 512, GainNum: 1, GainDen: 2, ClampBits: 2, Limit: target.FromWork(16)},
		Pot:      pot.Rules{Subsidy: 50_000_000, Halving: 210_000, Cap: 21_000_000_000_000, FullAt: 64, TicketBps: 7000, SeatBps: 2500, Window: 128},
		Seats:    seats.Rules{PerEpoch: 16, Window: 128, CapBps: 2500, MaxPerOperator: 128, MinActive: 1},

		MaxTickets: 4096, EpochBlocks: 600,
	}
}

const hashrate = 1e9 // of all, in an epoch

// ten miners have from 30 % to 0.5 % of the work.
func ten() []Miner {
	var list []Miner
	for i, part := range []float64{30, 20, 15, 12, 9, 6, 4, 2.5, 1, 0.5} {
		list = append(list, Miner{Name: fmt.Sprintf("m%d", i), Hashes: hashrate * part / 100})
	}
	return list
}

func simulated(t testing.TB, o Options) *Result {
	t.Helper()
	if o.Anchors == 0 {
		o.Anchors = 1_000_000
	}
	if o.Start == (target.Target{}) {
		o.Start = target.FromWork(hashrate / 512)
	}
	if o.Miners == nil {
		o.Miners = ten()
	}
	o.Rules = public()
	res, err := Run(o)
	require.NoError(t, err)
	require.Zero(t, res.Unsafe, "2·M < A")
	require.Zero(t, res.Unbalanced, "coins")
	require.Equal(t, res.Minted, res.Paid+res.Carry)
	require.Less(t, res.WorstShare, 1.0/3)
	require.Less(t, res.WorstChurn, 0.1)
	return res
}

// TestFair: ten thousand epochs, parts as the work.
func TestFair(t *testing.T) {
	epochs := uint64(10_000)
	if testing.Short() {
		epochs = 1_000
	}
	res := simulated(t, Options{Epochs: epochs, Seed: 1, Restless: true})
	for name, test := range res.Fair {
		require.Greater(t, test.P, 0.001, "%s: %+v", name, test)
		t.Logf("%-8s chi-square %.1f p %.3f", name, test.Statistic, test.P)
	}
	for _, m := range res.Miners {
		switch part := m.Hashes / hashrate / float64(epochs); { // four times what chance does
		case epochs == 10_000 && part >= 0.05:
			require.InDelta(t, 1, m.Rate, 0.015, m.Name)
		case epochs == 10_000:
			require.InDelta(t, 1, m.Rate, 0.06, m.Name)
		}
		t.Logf("%s %.4f", m.Name, m.Rate)
	}
	t.Logf("worst share %.4f, worst churn %.4f", res.WorstShare, res.WorstChurn)
}

// TestTestOfTheTest: a rule that gave one miner a tenth more would be found out.
func TestTestOfTheTest(t *testing.T) {
	res := simulated(t, Options{Epochs: 500, Seed: 2})
	var work []float64
	var tickets []uint64
	for i, m := range res.Miners {
		n := m.Tickets
		if i == 1 {
			n += n / 10
		}
		work, tickets = append(work, m.Hashes), append(tickets, n)
	}
	_, p := ChiSquare(tickets, work)
	require.Less(t, p, 1e-6)
}

func TestChiSquare(t *testing.T) {
	for _, c := range []struct{ degrees, x, p float64 }{
		{1, 3.841459, 0.05}, {9, 16.918978, 0.05}, {9, 21.665994, 0.01}, {2, 0.2, math.Exp(-0.1)}, {100, 124.342113, 0.05},
	} {
		require.InDelta(t, c.p, upperGamma(c.degrees/2, c.x/2), 1e-6, c)
	}
	_, p := ChiSquare([]uint64{10, 10, 0}, []float64{1, 1, 0})
	require.Equal(t, 1.0, p)
}

// TestConvergence: after a jump of the hashrate the number of tickets is within
// a tenth of the wanted one in at most one epoch more than the design's table says,
// and then stays.
func TestConvergence(t *testing.T) {
	const at = 100
	for _, c := range []struct {
		factor float64
		epochs uint64
	}{{10, 5}, {100, 7}, {1000, 8}, {0.1, 6}, {0.01, 8}} {
		worst := uint64(0)
		for seed := range uint64(2) {
			res := simulated(t, Options{Epochs: 160, Seed: seed, Jumps: []Jump{{at, c.factor}}})
			// The mean that the target aims at, without the dice of the draw.
			mean := func(p Point) float64 { return p.Hashes / float64(p.Work) / 512 }
			i := slices.IndexFunc(res.Points[at:], func(p Point) bool { return math.Abs(mean(p)-1) < 0.1 })
			require.GreaterOrEqual(t, i, 0, "×%g never converges", c.factor)
			worst = max(worst, uint64(i))
			for _, p := range res.Points[at+i : at+i+20] {
				require.InDelta(t, 1, mean(p), 0.15, "×%g, epoch %d", c.factor, p.Epoch)
			}
		}
		t.Logf("×%-5g %d epochs", c.factor, worst)
		require.LessOrEqual(t, worst, c.epochs+1, "×%g", c.factor)
	}
}

// TestSteady: with a constant hashrate the target stays where it is.
func TestSteady(t *testing.T) {
	res := simulated(t, Options{Epochs: 1000, Seed: 4})
	var sum, squares float64
	for _, p := range res.Points {
		x := p.Hashes / float64(p.Work) / 512
		sum += x
		squares += x * x
	}
	n := float64(len(res.Points))
	sd := math.Sqrt(squares/n - sum/n*sum/n)
	t.Logf("mean %.4f sd %.4f", sum/n, sd)
	require.InDelta(t, 1, sum/n, 0.02)
	require.Less(t, sd, 0.035)
}

// TestGames: to withhold tickets or to come and go never pays.
func TestGames(t *testing.T) {
	for name, habit := range map[string]Miner{
		"withholds a tenth": {Withholds: 0.1}, "withholds half": {Withholds: 0.5},
		"every other epoch": {On: 1, Off: 1}, "ten on, thirty off": {On: 10, Off: 30},
	} {
		for seed := range uint64(1) {
			miners := ten()
			habit.Name, habit.Hashes = miners[0].Name, miners[0].Hashes
			miners[0] = habit
			res := simulated(t, Options{Epochs: 1000, Seed: seed, Miners: miners})
			var honest float64
			for _, m := range res.Miners[1:5] {
				honest += m.Rate / 4
			}
			ratio := res.Miners[0].Rate / honest
			t.Logf("%-20s %.3f", name, ratio)
			require.Less(t, ratio, 1.01, name)
		}
	}
}

// TestOutages: whatever part of those who mine goes away, power stays within its
// bounds, and it comes back.
func TestOutages(t *testing.T) {
	for _, part := range []float64{0.1, 0.5, 1} {
		res := simulated(t, Options{Epochs: 300, Seed: 5, Outages: []Outage{{100, 120, part}}, Restless: true})
		require.Less(t, res.Points[119].Mined, res.Points[99].Mined)
		if part == 1 {
			require.Zero(t, res.Points[110].Mined)
		}
		require.Greater(t, float64(res.Points[200].Mined), 0.2*float64(res.Points[200].Anchors))
	}
}

// TestSame: a seed gives one result, another seed another.
func TestSame(t *testing.T) {
	a, b := simulated(t, Options{Epochs: 200, Seed: 6}), simulated(t, Options{Epochs: 200, Seed: 6})
	require.Equal(t, a, b)
	c := simulated(t, Options{Epochs: 200, Seed: 7})
	require.NotEqual(t, a.Points, c.Points)
}

func TestOptions(t *testing.T) {
	for _, change := range []func(*Options){
		func(o *Options) { o.Epochs = 0 }, func(o *Options) { o.Epochs = maxEpochs + 1 }, func(o *Options) { o.Miners = nil },
		func(o *Options) { o.Anchors = 0 }, func(o *Options) { o.Miners[0].Hashes = -1 }, func(o *Options) { o.Miners[0].Withholds = 2 },
		func(o *Options) { o.Miners[1].Name = "m0" }, func(o *Options) { o.Rules.Retarget.Want = 0 }, func(o *Options) { o.Miners[0].Hashes = math.NaN() },
	} {
		o := Options{Rules: public(), Miners: ten(), Epochs: 1, Anchors: 1}
		change(&o)
		_, err := Run(o)
		require.Error(t, err)
	}
}
