package simulate

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/weftchain/weft/app/lottery/target"
)

// Report is what the lottery's documentation says of its rules, measured.
type Report struct {
	Seed uint64
	// Fair is the long run of honest miners with parts from 30 % to 0.5 %.
	Fair *Result
	// Jumps are what the retarget does after the hashrate changed at once.
	Jumps []Settling
	// Games are what those earn who do not simply mine.
	Games []Game
	// Story is a shorter run in which much happens, for the plot.
	Story *Result

	rules Rules
	parts []float64
}

// Settling is how soon tickets are as many as wanted again, within a tenth.
type Settling struct {
	Factor float64
	Epochs int // the most of several seeds
}

// Game is a habit of the largest miner and what a hash of it earns beside an
// honest one.
type Game struct {
	Name string
	Rate float64
}

// What a report is made with.
const (
	reportHashes  = 1e9 // of all, in an epoch
	reportAnchors = 1_000_000
	jumpAt        = 100
	storyEpochs   = 600
)

// reportParts are the parts of the miners, in percent.
var reportParts = []float64{30, 20, 15, 12, 9, 6, 4, 2.5, 1, 0.5}

func reportMiners() []Miner {
	var list []Miner
	for i, part := range reportParts {
		list = append(list, Miner{Name: fmt.Sprintf("m%d", i), Hashes: reportHashes * part / 100})
	}
	return list
}

// NewReport makes the runs of a report: the long one with so many epochs, 10,000
// in the documentation.
func NewReport(rules Rules, epochs, seed uint64) (*Report, error) {
	r := &Report{Seed: seed, rules: rules, parts: reportParts}
	var err error
	if r.Fair, err = r.run(Options{Epochs: epochs, Restless: true}); err != nil {
		return nil, err
	}
	for _, factor := range []float64{10, 100, 1000, 0.1, 0.01} {
		s := Settling{Factor: factor}
		for more := range uint64(2) {
			res, err := r.run(Options{Epochs: 160, Seed: seed + more, Jumps: []Jump{{jumpAt, factor}}})
			if err != nil {
				return nil, err
			}
			s.Epochs = max(s.Epochs, settled(res.Points[jumpAt:], float64(rules.Retarget.Want)))
		}
		r.Jumps = append(r.Jumps, s)
	}
	for _, g := range []struct {
		name  string
		habit Miner
	}{
		{"withholds a tenth of its tickets", Miner{Withholds: 0.1}},
		{"withholds half of them", Miner{Withholds: 0.5}},
		{"mines every other epoch", Miner{On: 1, Off: 1}},
		{"mines ten epochs, rests thirty", Miner{On: 10, Off: 30}},
	} {
		rate, err := r.game(g.habit)
		if err != nil {
			return nil, err
		}
		r.Games = append(r.Games, Game{g.name, rate})
	}
	r.Story, err = r.run(Options{
		Epochs: storyEpochs, Shares: true, Restless: true,
		Jumps:   []Jump{{100, 10}, {200, 10}, {300, 0.01}},
		Outages: []Outage{{From: 400, Until: 430, Part: 0.5}, {From: 500, Until: 515, Part: 1}},
	})
	return r, err
}

func (r *Report) run(o Options) (*Result, error) {
	o.Rules, o.Anchors, o.Start = r.rules, reportAnchors, target.FromWork(reportHashes/r.rules.Retarget.Want)
	if o.Miners == nil {
		o.Miners = reportMiners()
	}
	if o.Seed == 0 {
		o.Seed = r.Seed
	}
	return Run(o)
}

// game is what a hash of the largest miner earns with a habit.
func (r *Report) game(habit Miner) (float64, error) {
	miners := reportMiners()
	habit.Name, habit.Hashes = miners[0].Name, miners[0].Hashes
	miners[0] = habit
	res, err := r.run(Options{Epochs: 1000, Miners: miners})
	if err != nil {
		return 0, err
	}
	honest := 0.0
	for _, m := range res.Miners[1:5] {
		honest += m.Rate / 4
	}
	return res.Miners[0].Rate / honest, nil
}

// settled is the number of epochs until the mean that the target aims at is within
// a tenth of what is wanted.
func settled(points []Point, want float64) int {
	return slices.IndexFunc(points, func(p Point) bool { return math.Abs(p.Hashes/float64(p.Work)/want-1) < 0.1 })
}

// Markdown is the report's tables.
func (r *Report) Markdown() string {
	var b strings.Builder
	f := r.Fair
	fmt.Fprintf(&b, "%d epochs, seed %d. Rewards per hash are beside the mean of all.\n\n", len(f.Points), r.Seed)
	b.WriteString("| hashrate | tickets | seats | leads | coins | reward per hash |\n| ---: | ---: | ---: | ---: | ---: | ---: |\n")
	for i, m := range f.Miners {
		fmt.Fprintf(&b, "| %g %% | %d | %d | %d | %d | %.3f |\n", r.parts[i], m.Tickets, m.Seats, m.Leads, m.Coins, m.Rate)
	}
	b.WriteString("\n| chi-square against hashrate | statistic | p |\n| --- | ---: | ---: |\n")
	for _, name := range []string{"tickets", "seats", "leads"} {
		fmt.Fprintf(&b, "| %s | %.1f | %.3f |\n", name, f.Fair[name].Statistic, f.Fair[name].P)
	}
	fmt.Fprintf(&b, "\nMinted %d, paid %d, carried %d: %d epochs did not add up. Largest mined share of all power %.2f %%, most\nnew power in one epoch %.2f %% of all; %d epochs without 2·M < A.\n",
		f.Minted, f.Paid, f.Carry, f.Unbalanced, 100*f.WorstShare, 100*f.WorstChurn, f.Unsafe)
	b.WriteString("\n| the hashrate becomes | epochs until tickets are as many as wanted, within a tenth |\n| ---: | ---: |\n")
	for _, j := range r.Jumps {
		text := fmt.Sprintf("%g times", j.Factor)
		if j.Factor < 1 {
			text = fmt.Sprintf("a %gth", 1/j.Factor)
		}
		fmt.Fprintf(&b, "| %s | %d |\n", text, j.Epochs)
	}
	b.WriteString("\n| a miner of 30 % | reward per hash beside honest ones |\n| --- | ---: |\n")
	for _, g := range r.Games {
		fmt.Fprintf(&b, "| %s | %.2f |\n", g.Name, g.Rate)
	}
	return b.String()
}
