package simulate

import (
	"fmt"
	"math"

	"github.com/weftchain/weft/app/lottery/pot"
	"github.com/weftchain/weft/app/lottery/seats"
	"github.com/weftchain/weft/app/lottery/target"
)

// Rules are those of a chain, as parameters give them.
type Rules struct {
	Retarget target.Rule
	Pot      pot.Rules
	Seats    seats.Rules
	// MaxTickets is how many tickets an epoch keeps.
	MaxTickets uint64
	// EpochBlocks is the length of a period of pay.
	EpochBlocks uint64
}

// Miner has a hashrate and habits.
type Miner struct {
	Name string
	// Hashes is how many it makes in an epoch.
	Hashes float64
	// On and Off are epochs that it mines and rests, in turns; Off 0 is always
	// on.
	On, Off uint64
	// Withholds is the part of its tickets, 0 to 1, that it never brings.
	Withholds float64
}

// Jump multiplies all hashrates from an epoch on.
type Jump struct {
	Epoch  uint64
	Factor float64
}

// Outage takes a part of those who mine off line for some epochs: their seats
// miss blocks, and they are jailed meanwhile.
type Outage struct {
	From, Until uint64
	Part        float64
}

// Options are what a run is made of.
type Options struct {
	Rules   Rules
	Miners  []Miner
	Epochs  uint64
	Seed    uint64
	Jumps   []Jump
	Outages []Outage
	// Anchors is the bonded power. It wanders by up to a tenth each epoch if
	// Restless.
	Anchors  int64
	Restless bool
	// Shares keeps what each miner has earned so far in every point.
	Shares bool
	// Start is the first target; zero is the easiest.
	Start target.Target
}

// Earned is what became of one miner.
type Earned struct {
	Name    string
	Hashes  float64 // that it made
	Tickets uint64
	Seats   uint64 // won
	Leads   uint64
	Coins   uint64 // base units
	// Rate is what it earned for each hash, beside what all did.
	Rate float64
}

// Point is one epoch, for tables and plots.
type Point struct {
	Epoch   uint64
	Work    uint64 // hashes a ticket takes
	Tickets uint64 // found
	Seen    uint64 // what the retarget reckons
	Hashes  float64
	Mined   int64 // power
	Anchors int64
	Minted  uint64
	Coins   []uint64 // that each miner has so far, with Options.Shares
}

// Result is what a run showed.
type Result struct {
	Miners []Earned
	Points []Point
	// Minted is the sum of all subsidies; Paid and Carry are where it went.
	Minted, Paid, Carry uint64
	// WorstShare is the largest share of all power that was mined, WorstChurn
	// the largest part of all power that was new in one epoch.
	WorstShare, WorstChurn float64
	// Unsafe counts epochs in which 2·M < A did not hold, Unbalanced those after
	// which coins were missing or too many: both must be 0.
	Unsafe, Unbalanced uint64
	// Fair are the tests of tickets, seats and leads against work.
	Fair map[string]Test
}

// Test is a chi-square test.
type Test struct{ Statistic, P float64 }

// Bounds of a run.
const (
	maxEpochs = 1_000_000
	maxMiners = 10_000
)

func (o Options) check() error {
	for _, err := range []error{o.Rules.Retarget.Check(), o.Rules.Pot.Check(), o.Rules.Seats.Check()} {
		if err != nil {
			return err
		}
	}
	switch {
	case o.Epochs == 0 || o.Epochs > maxEpochs:
		return fmt.Errorf("%d epochs, must be 1 to %d", o.Epochs, maxEpochs)
	case len(o.Miners) == 0 || len(o.Miners) > maxMiners:
		return fmt.Errorf("%d miners, must be 1 to %d", len(o.Miners), maxMiners)
	case o.Anchors <= 0 || o.Rules.EpochBlocks == 0 || o.Rules.MaxTickets == 0:
		return fmt.Errorf("anchors %d, epoch of %d blocks, %d tickets kept: all must be above 0", o.Anchors, o.Rules.EpochBlocks, o.Rules.MaxTickets)
	}
	names := map[string]bool{}
	for _, m := range o.Miners {
		if m.Hashes < 0 || m.Hashes > 1e18 || m.Withholds < 0 || m.Withholds > 1 || math.IsNaN(m.Hashes+m.Withholds) || names[m.Name] {
			return fmt.Errorf("miner %q: each name once, hashes from 0 to 1e18, a part withheld from 0 to 1", m.Name)
		}
		names[m.Name] = true
	}
	return nil
}
