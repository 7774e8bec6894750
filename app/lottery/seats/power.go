// Package seats is how work becomes power to validate, for a time and within
// bounds that no hashrate can move: who wins seats, when they begin and end,
// and how much power they give beside that of those who staked. It is pure;
// keys, accounts and the state are left to others.
package seats

import (
	"fmt"
	"math/bits"
)

// Rules bound mined power.
type Rules struct {
	// PerEpoch seats are won in each epoch and Window exist at most; each lasts
	// Window/PerEpoch epochs.
	PerEpoch, Window uint64
	// CapBps is the share of all power, in ten-thousandths, that all seats
	// together have.
	CapBps uint32
	// MaxPerOperator is how many seats one operator may hold.
	MaxPerOperator uint64
	// MinActive is how many seats an operator needs to have any power.
	MinActive uint64
}

// MaxCapBps is the constitution's bound of CapBps: with it, mined power is below
// a third. It is code, not a parameter.
const MaxCapBps = 3300

// maxWindow bounds the seats that are walked over at each activation.
const maxWindow = 4096

// maxChurnBps is how much of all power may be new in one epoch: a tenth.
const maxChurnBps = 1000

// Check refuses rules that could endanger the chain.
func (r Rules) Check() error {
	switch {
	case r.PerEpoch == 0 || r.Window == 0 || r.Window > maxWindow || r.Window%r.PerEpoch != 0:
		return fmt.Errorf("%d seats an epoch and a window of %d: the window is a multiple, at most %d", r.PerEpoch, r.Window, maxWindow)
	case r.CapBps == 0 || r.CapBps > MaxCapBps:
		return fmt.Errorf("a cap of %d, must be 1 to %d ten-thousandths", r.CapBps, MaxCapBps)
	case (r.PerEpoch+r.Readmits())*uint64(r.CapBps) >= maxChurnBps*r.Window:
		return fmt.Errorf("%d new and %d returning seats of %d with a cap of %d: more than a tenth of all power may be new in one epoch",
			r.PerEpoch, r.Readmits(), r.Window, r.CapBps)
	case r.MaxPerOperator == 0 || r.MaxPerOperator > r.Window:
		return fmt.Errorf("%d seats for one operator, must be 1 to %d", r.MaxPerOperator, r.Window)
	case r.MinActive > r.MaxPerOperator:
		return fmt.Errorf("%d seats needed and at most %d to be had", r.MinActive, r.MaxPerOperator)
	}
	return nil
}

// Life is how many epochs a seat lasts.
func (r Rules) Life() uint64 { return r.Window / r.PerEpoch }

// Readmits is how many seats come back in one epoch, of those who left jail.
func (r Rules) Readmits() uint64 { return (r.PerEpoch + 1) / 2 }

// Power is what so many seats give beside anchors with that power in all: each
// seat the same, so that a first lucky miner has one part of the window and not
// all of the mined share. It is at most a third of anchors·seats/window.
func (r Rules) Power(anchors int64, seats uint64) int64 {
	if anchors <= 0 || seats < r.MinActive {
		return 0
	}
	d := uint64(10_000-r.CapBps) * r.Window
	hi, lo := bits.Mul64(uint64(anchors), uint64(r.CapBps)*min(seats, r.Window))
	q, _ := bits.Div64(hi, lo, d) // below anchors: cap·seats < d for every cap below half
	return int64(q)
}

// Holding are the rules beside a set of shares: if their seats are more than the
// window, as they are for a time after it was made smaller, all of them share
// the power of the window.
func (r Rules) Holding(shares []Share) Rules {
	var sum uint64
	for _, s := range shares {
		sum += s.Seats
	}
	r.Window = max(r.Window, sum)
	return r
}

// Safe is the invariant of mined power: twice of it is below that of anchors,
// so it is below a third of all.
func Safe(anchors, mined int64) bool {
	return anchors > 0 && mined >= 0 && mined < anchors && mined < anchors-mined
}
