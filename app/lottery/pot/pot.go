// Package pot is the lottery's money: how much an epoch mints and how it is
// shared, in whole units and without losing one. It knows numbers only; who is
// paid, and from which account, is left to others.
package pot

import (
	"fmt"
	"math/bits"
)

// MaxCoins bounds every amount of the lottery, so that sums of a few never
// leave 64 bits.
const MaxCoins = 1 << 60

// bps is one in parts of ten thousand.
const bps = 10_000

// Rules are a chain's monetary policy. Amounts are in base units.
type Rules struct {
	// Subsidy is what the first epochs mint; it halves every Halving epochs.
	Subsidy, Halving uint64
	// Cap is how much is ever minted.
	Cap uint64
	// FullAt is how many tickets an epoch needs to mint all of its subsidy:
	// with less work less is minted, and the rest never.
	FullAt uint64
	// TicketBps and SeatBps are the parts of the pot for tickets and seats; the
	// leader has the rest.
	TicketBps, SeatBps uint32
	// Window is the number of seats that the seats' part is for.
	Window uint64
}

// Check refuses what does not add up.
func (r Rules) Check() error {
	switch {
	case r.Subsidy > MaxCoins || r.Cap > MaxCoins:
		return fmt.Errorf("subsidy %d and cap %d, at most %d", r.Subsidy, r.Cap, uint64(MaxCoins))
	case r.Halving == 0:
		return fmt.Errorf("halving every 0 epochs, must be at least 1")
	case r.FullAt == 0:
		return fmt.Errorf("a full pot at 0 tickets, must be at least 1")
	case uint64(r.TicketBps)+uint64(r.SeatBps) > bps:
		return fmt.Errorf("tickets %d and seats %d of %d parts", r.TicketBps, r.SeatBps, bps)
	case r.Window == 0:
		return fmt.Errorf("a window of 0 seats")
	}
	return nil
}

// Subsidised is what an epoch mints if it has work enough and the cap is far.
func (r Rules) Subsidised(epoch uint64) uint64 { return r.Subsidy >> min(63, epoch/r.Halving) }

// Mint is what an epoch with so many tickets mints, after minted was in all
// before.
func (r Rules) Mint(epoch, tickets, minted uint64) uint64 {
	due := r.Subsidised(epoch)
	if tickets < r.FullAt {
		due = mulDiv(due, tickets, r.FullAt)
	}
	if minted >= r.Cap {
		return 0
	}
	return min(due, r.Cap-minted)
}

// Shares is how a pot is divided.
type Shares struct {
	Pot uint64
	// Tickets, Seats and Leader are the three parts.
	Tickets, Seats, Leader uint64
	// PerTicket is what each ticket gets; what is left of Tickets is carried.
	PerTicket uint64
	// PerSeat is what a seat gets that is there for the whole period.
	PerSeat uint64
}

// Share divides a pot. Without tickets nobody gets any of it.
func (r Rules) Share(pot, tickets uint64) Shares {
	if tickets == 0 {
		return Shares{Pot: pot}
	}
	s := Shares{Pot: pot, Tickets: mulDiv(pot, uint64(r.TicketBps), bps), Seats: mulDiv(pot, uint64(r.SeatBps), bps)}
	s.Leader = pot - s.Tickets - s.Seats
	s.PerTicket, s.PerSeat = s.Tickets/tickets, s.Seats/r.Window
	return s
}

// Stipend is what an operator's seats earn in a period of so many blocks, of
// which it missed some.
func Stipend(perSeat, seats, missed, blocks uint64) uint64 {
	if missed >= blocks {
		return 0
	}
	return mulDiv(perSeat*seats, blocks-missed, blocks)
}

// Part is so many ten-thousandths of an amount.
func Part(amount uint64, parts uint32) uint64 { return mulDiv(amount, uint64(parts), bps) }

// mulDiv is a·b/d, rounded down; the result must fit, as it does when b ≤ d.
func mulDiv(a, b, d uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	q, _ := bits.Div64(hi, lo, d)
	return q
}
