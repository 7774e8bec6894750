package chain

import (
	"fmt"
	"math"
)

// Meter counts the gas that a piece of work uses against a limit. Units are
// "SDK gas" of the Cosmos ecosystem. The zero value has a limit of zero.
//
// Like the reference's meter it adds first and compares afterwards, so that
// the gas used may end above the limit (cosmos-wire facts, section 7).
type Meter struct {
	limit uint64
	used  uint64
}

// NoLimit is the limit of a meter that never runs out.
const NoLimit = math.MaxUint64

// NewMeter returns a meter with the given limit in SDK gas.
func NewMeter(limit uint64) *Meter { return &Meter{limit: limit} }

// Use adds amount. It returns an error that wraps ErrOutOfGas and names what
// the gas was for once the limit is passed; the meter stays exhausted then.
func (m *Meter) Use(amount uint64, what string) error {
	sum := m.used + amount
	if sum < m.used {
		sum = math.MaxUint64
	}
	m.used = sum
	if m.Exhausted() {
		return &outOfGas{what: what}
	}
	return nil
}

// Limit returns the limit, NoLimit if there is none.
func (m *Meter) Limit() uint64 { return m.limit }

// Used returns what was used, possibly more than the limit.
func (m *Meter) Used() uint64 { return m.used }

// Left returns what may still be used.
func (m *Meter) Left() uint64 {
	if m.used >= m.limit {
		return 0
	}
	return m.limit - m.used
}

// Exhausted reports whether more was used than the limit allows.
func (m *Meter) Exhausted() bool { return m.limit != NoLimit && m.used > m.limit }

// outOfGas says what the gas was for; the transaction's result puts the
// figures around it.
type outOfGas struct{ what string }

func (e *outOfGas) Error() string {
	return fmt.Sprintf("out of gas in location: %s: %s", e.what, ErrOutOfGas.text)
}

func (e *outOfGas) Unwrap() error { return ErrOutOfGas }

// Location returns what the gas was for that was missing, "" if unknown.
func (e *outOfGas) Location() string { return e.what }

// OutOfGas returns the error of a meter that ran out while it paid for what.
// It is for those who find a meter used up without using it themselves.
func OutOfGas(what string) error { return &outOfGas{what: what} }
