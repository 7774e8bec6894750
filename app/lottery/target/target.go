// Package target is the lottery's arithmetic of difficulty, in integers only:
// how much work an epoch saw, and how hard the next one is to be. It knows
// numbers of tickets and 256-bit targets; it has no clock and no history but
// the last target.
package target

import (
	"fmt"
	"math"
	"math/big"
	"math/bits"

	"github.com/holiman/uint256"
)

// Target is what a digest must be below, 32 bytes with the highest first.
type Target [32]byte

// one is a step of log2 by one bit, as fixed-point number.
const one = 1 << 16

// Log2Q16 is the logarithm of v to base 2 times 65536, rounded down. It is
// never above the true value, and below it by less than two units. v must not
// be 0.
func Log2Q16(v uint64) int64 {
	n := bits.Len64(v) - 1
	m := v << (63 - n)
	out := int64(n)
	for range 16 {
		m, _ = bits.Mul64(m, m) // m is 1 to 2 with 63 bits behind the point, its square 1 to 4 with 62
		out <<= 1
		if m>>63 == 1 {
			out++
		} else {
			m <<= 1
		}
	}
	return out
}

// maxShift bounds the exponent of Mul2Q16: 2^256 is all there is.
const maxShift = 256 * one

// Mul2Q16 is t times 2 to the power of x/65536, at most 2^256-1. The factor's
// fraction is the cubic of BCH's aserti3, with an error below 0.013 %.
func Mul2Q16(t Target, x int64) Target {
	x = min(max(x, -maxShift), maxShift)
	s := x >> 16 // rounds down
	f := uint64(x - s<<16)
	factor := one + (195_766_423_245_049*f+971_821_376*f*f+5_127*f*f*f+1<<47)>>48
	n := new(big.Int).SetBytes(t[:])
	n.Mul(n, new(big.Int).SetUint64(factor))
	if s >= 16 {
		n.Lsh(n, uint(s-16))
	} else {
		n.Rsh(n, uint(16-s))
	}
	return fromBig(n)
}

func fromBig(n *big.Int) (t Target) {
	if n.BitLen() > 256 {
		for i := range t {
			t[i] = 0xff
		}
		return t
	}
	n.FillBytes(t[:])
	return t
}

// Estimate is how many tickets an epoch saw: as many as were kept, or, when the
// table of most was full, what the worst digest in it tells. Its relative error
// is then 1/√most.
func Estimate(kept, most uint64, t, worst Target) uint64 {
	if kept < most {
		return kept
	}
	var n, d uint256.Int
	d.SetBytes32(worst[:])
	if d.IsZero() {
		return math.MaxUint64
	}
	if _, over := n.MulDivOverflow(uint256.NewInt(most), new(uint256.Int).SetBytes32(t[:]), &d); over || !n.IsUint64() {
		return math.MaxUint64
	}
	return max(kept, n.Uint64())
}

// Rule says how difficulty follows work.
type Rule struct {
	// Want is how many tickets an epoch shall have.
	Want uint64
	// GainNum/GainDen is how much of the error one epoch corrects.
	GainNum, GainDen uint32
	// ClampBits is by how many bits the target may move in one epoch.
	ClampBits uint32
	// Limit is the easiest target.
	Limit Target
}

// Check refuses what would not converge.
func (r Rule) Check() error {
	switch {
	case r.Want == 0 || r.Want > 1<<20:
		return fmt.Errorf("%d tickets wanted in an epoch, must be 1 to %d", r.Want, 1<<20)
	case r.GainNum == 0 || r.GainDen == 0 || r.GainNum > r.GainDen || r.GainDen > 1000:
		return fmt.Errorf("gain %d/%d, must be above 0 and at most 1, with a denominator of at most 1000", r.GainNum, r.GainDen)
	case r.ClampBits == 0 || r.ClampBits > 8:
		return fmt.Errorf("a clamp of %d bits, must be 1 to 8", r.ClampBits)
	case r.Limit == Target{}:
		return fmt.Errorf("a limit of 0: no digest is below it")
	}
	return nil
}

// Next is the target of the epoch after one with target t that saw work
// tickets: in the logarithm, a part of the error and not more than the clamp.
func (r Rule) Next(t Target, work uint64) Target {
	x := (Log2Q16(r.Want) - Log2Q16(max(work, 1))) * int64(r.GainNum) / int64(r.GainDen)
	clamp := int64(r.ClampBits) * one
	next := Mul2Q16(t, min(max(x, -clamp), clamp))
	return r.Bound(next)
}

// Bound is the nearest target that the rule allows.
func (r Rule) Bound(t Target) Target {
	switch {
	case Cmp(t, r.Limit) > 0:
		return r.Limit
	case t == Target{}:
		t[31] = 1
	}
	return t
}

// Cmp compares two targets as numbers.
func Cmp(a, b Target) int {
	for i := range a {
		if a[i] != b[i] {
			return int(a[i]) - int(b[i])
		}
	}
	return 0
}

// Work is how many hashes a ticket below t takes on average, at most 2^64-1.
func Work(t Target) uint64 {
	d := new(big.Int).SetBytes(t[:])
	if d.Sign() == 0 {
		return math.MaxUint64
	}
	n := new(big.Int).Lsh(big.NewInt(1), 256)
	if n.Div(n, d); !n.IsUint64() {
		return math.MaxUint64
	}
	return n.Uint64()
}

// FromWork is the target for which a ticket takes so many hashes on average.
func FromWork(hashes uint64) Target {
	n := new(big.Int).Lsh(big.NewInt(1), 256)
	return fromBig(n.Div(n, new(big.Int).SetUint64(max(hashes, 1))))
}
