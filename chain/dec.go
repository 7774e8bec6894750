package chain

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/holiman/uint256"
)

// Dec is a number from 0 on with 18 places, as the Cosmos ecosystem counts
// shares and rewards. The zero value is 0; values are copied, never shared.
//
// A result that is below 0 or, times 10^18, above 2^256-1 is void, and so is
// everything computed from it; Check tells. What is kept in the state must be
// checked first.
type Dec struct {
	n    uint256.Int // the number times 10^18
	void bool
}

// decPlaces is how many digits follow the point.
const decPlaces = 18

var (
	decUnit   = uint256.NewInt(1_000_000_000_000_000_000)
	decUnit2  = new(big.Int).Mul(decUnit.ToBig(), decUnit.ToBig())
	voidDec   = Dec{void: true}
	errDecOut = fmt.Errorf("a number is below 0 or above what 256 bits hold: %w", ErrInvalidRequest)
)

// OneDec is 1.
func OneDec() Dec { return Dec{n: *decUnit} }

// NewDec returns a whole number.
func NewDec(a Amount) Dec { return OneDec().MulAmount(a) }

// ParseDec reads the form of the wire: the number times 10^18 in digits. The
// empty string is 0, as in protobuf.
func ParseDec(wire string) (Dec, error) {
	if wire == "" {
		return Dec{}, nil
	}
	a, err := ParseAmount(wire)
	return Dec{n: a.n}, err
}

// Check refuses a void number; the error wraps ErrInvalidRequest.
func (d Dec) Check() error {
	if d.void {
		return errDecOut
	}
	return nil
}

// Wire is the form that ParseDec reads.
func (d Dec) Wire() string { return d.n.Dec() }

// String returns the number with its point and all 18 places.
func (d Dec) String() string {
	if d.void {
		return "void"
	}
	digits := d.n.Dec()
	if short := decPlaces + 1 - len(digits); short > 0 {
		digits = strings.Repeat("0", short) + digits
	}
	at := len(digits) - decPlaces
	return digits[:at] + "." + digits[at:]
}

// IsZero reports whether d is 0.
func (d Dec) IsZero() bool { return !d.void && d.n.IsZero() }

// Cmp is negative, zero or positive as d is below, equal to or above e. Void
// numbers are above all others.
func (d Dec) Cmp(e Dec) int {
	if d.void != e.void {
		if d.void {
			return 1
		}
		return -1
	}
	return d.n.Cmp(&e.n)
}

// Add returns d+e.
func (d Dec) Add(e Dec) Dec {
	var sum Dec
	_, over := sum.n.AddOverflow(&d.n, &e.n)
	return sum.unless(over, d, e)
}

// Sub returns d-e.
func (d Dec) Sub(e Dec) Dec {
	var rest Dec
	_, under := rest.n.SubOverflow(&d.n, &e.n)
	return rest.unless(under, d, e)
}

// unless makes a result void if it is out of bounds or came from a void one.
func (d Dec) unless(out bool, from ...Dec) Dec {
	for _, f := range from {
		out = out || f.void
	}
	if out {
		return voidDec
	}
	return d
}

// MulTruncate returns d*e, rounded down.
func (d Dec) MulTruncate(e Dec) Dec {
	var out Dec
	_, over := out.n.MulDivOverflow(&d.n, &e.n, decUnit)
	return out.unless(over, d, e)
}

// Mul returns d*e, rounded to the nearest, halves to the even one.
func (d Dec) Mul(e Dec) Dec {
	if d.void || e.void {
		return voidDec
	}
	return nearest(new(big.Int).Mul(d.n.ToBig(), e.n.ToBig()))
}

// MulAmount returns d*a.
func (d Dec) MulAmount(a Amount) Dec {
	var out Dec
	_, over := out.n.MulOverflow(&d.n, &a.n)
	return out.unless(over, d)
}

// QuoTruncate returns d/e, rounded down; void if e is 0.
func (d Dec) QuoTruncate(e Dec) Dec {
	if e.n.IsZero() {
		return voidDec
	}
	var out Dec
	_, over := out.n.MulDivOverflow(&d.n, decUnit, &e.n)
	return out.unless(over, d, e)
}

// Quo returns d/e as the reference rounds it: cut after 36 places, then to the
// nearest of 18, halves to the even one. It is void if e is 0.
func (d Dec) Quo(e Dec) Dec {
	if d.void || e.void || e.n.IsZero() {
		return voidDec
	}
	n := new(big.Int).Mul(d.n.ToBig(), decUnit2)
	return nearest(n.Quo(n, e.n.ToBig()))
}

// QuoRoundUp returns d/e, cut after 36 places and rounded up to 18; void if e
// is 0.
func (d Dec) QuoRoundUp(e Dec) Dec {
	if d.void || e.void || e.n.IsZero() {
		return voidDec
	}
	n := new(big.Int).Mul(d.n.ToBig(), decUnit2)
	n.Quo(n, e.n.ToBig())
	q, r := n.QuoRem(n, decUnit.ToBig(), new(big.Int))
	if r.Sign() > 0 {
		q.Add(q, big.NewInt(1))
	}
	return fromBig(q)
}

// QuoAmount returns d/a, rounded down; void if a is 0.
func (d Dec) QuoAmount(a Amount) Dec {
	if a.IsZero() {
		return voidDec
	}
	var out Dec
	out.n.Div(&d.n, &a.n)
	return out.unless(false, d)
}

// Truncate returns the whole part; 0 of a void number.
func (d Dec) Truncate() Amount {
	var a Amount
	if !d.void {
		a.n.Div(&d.n, decUnit)
	}
	return a
}

// nearest divides by 10^18, halves to the even side.
func nearest(n *big.Int) Dec {
	q, r := new(big.Int).QuoRem(n, decUnit.ToBig(), new(big.Int))
	switch r.Lsh(r, 1).Cmp(decUnit.ToBig()) {
	case 1:
		q.Add(q, big.NewInt(1))
	case 0:
		q.Add(q, big.NewInt(int64(q.Bit(0))))
	}
	return fromBig(q)
}

func fromBig(n *big.Int) Dec {
	out, over := uint256.FromBig(n)
	if over {
		return voidDec
	}
	return Dec{n: *out}
}

// SharesWorth returns the coins that some shares of a stake are worth, when
// tokens coins stand behind total shares. The reference rounds to the nearest.
func SharesWorth(shares Dec, tokens Amount, total Dec) Dec {
	return shares.MulAmount(tokens).Quo(total)
}
