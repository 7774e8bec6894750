package chain

import (
	"fmt"

	"github.com/holiman/uint256"
)

// Amount is a number of the smallest units of a denom, from 0 to 2^256-1 as in
// the Cosmos ecosystem. The zero value is 0; values are copied, never shared.
type Amount struct{ n uint256.Int }

// maxAmountDigits is the length of 2^256-1 in decimal.
const maxAmountDigits = 78

// NewAmount returns n units.
func NewAmount(n uint64) Amount {
	var a Amount
	a.n.SetUint64(n)
	return a
}

// ParseAmount reads a decimal number: digits only, no sign, no leading zero.
func ParseAmount(s string) (Amount, error) {
	var a Amount
	if s == "" || len(s) > maxAmountDigits || (len(s) > 1 && s[0] == '0') {
		return a, fmt.Errorf("amount %.80q is not a decimal number of at most %d digits", s, maxAmountDigits)
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return a, fmt.Errorf("amount %.80q holds %q, only digits may stand there", s, s[i])
		}
	}
	if err := a.n.SetFromDecimal(s); err != nil {
		return Amount{}, fmt.Errorf("amount %.80q is above 2^256-1", s)
	}
	return a, nil
}

// String returns the decimal form.
func (a Amount) String() string { return a.n.Dec() }

// IsZero reports whether a is 0.
func (a Amount) IsZero() bool { return a.n.IsZero() }

// Cmp is negative, zero or positive as a is below, equal to or above b.
func (a Amount) Cmp(b Amount) int { return a.n.Cmp(&b.n) }

// Add returns a+b, and false if that is above 2^256-1.
func (a Amount) Add(b Amount) (Amount, bool) {
	var sum Amount
	_, over := sum.n.AddOverflow(&a.n, &b.n)
	return sum, !over
}

// Sub returns a-b, and false if that is below 0.
func (a Amount) Sub(b Amount) (Amount, bool) {
	var rest Amount
	_, under := rest.n.SubOverflow(&a.n, &b.n)
	return rest, !under
}

// MulDiv returns floor(a*m/d), computed in 512 bits, and false if d is 0 or the
// result is above 2^256-1.
func (a Amount) MulDiv(m, d Amount) (Amount, bool) {
	if d.IsZero() {
		return Amount{}, false
	}
	var out Amount
	_, over := out.n.MulDivOverflow(&a.n, &m.n, &d.n)
	return out, !over
}

// Uint64 returns a, and false if it does not fit 64 bits.
func (a Amount) Uint64() (uint64, bool) { return a.n.Uint64(), a.n.IsUint64() }
