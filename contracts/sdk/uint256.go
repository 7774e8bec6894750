package sdk

import (
	"math/bits"

	"github.com/weftchain/weft/contracts/sdk/json"
)

// Uint256 is an integer from 0 to 2^256-1: the amounts of coins. The first
// word is the lowest. In JSON it is a text of decimal digits. Arithmetic that
// leaves the range panics, which ends the call with a contract error.
type Uint256 [4]uint64

// U256 returns v.
func U256(v uint64) Uint256 { return Uint256{v} }

// ParseUint256 reads decimal digits.
func ParseUint256(s string) (Uint256, bool) {
	var v Uint256
	ok := digitGroups(s, func(group, scale uint64) bool {
		carry := group
		for i := range v {
			hi, lo := bits.Mul64(v[i], scale)
			var c uint64
			v[i], c = bits.Add64(lo, carry, 0)
			carry = hi + c
		}
		return carry == 0
	})
	return v, ok
}

// TryAdd returns a+b, and whether it fits.
func (a Uint256) TryAdd(b Uint256) (Uint256, bool) {
	var c uint64
	for i := range a {
		a[i], c = bits.Add64(a[i], b[i], c)
	}
	return a, c == 0
}

// TrySub returns a-b, and whether b was not larger than a.
func (a Uint256) TrySub(b Uint256) (Uint256, bool) {
	var c uint64
	for i := range a {
		a[i], c = bits.Sub64(a[i], b[i], c)
	}
	return a, c == 0
}

// TryMul returns a·b, and whether it fits.
func (a Uint256) TryMul(b Uint256) (Uint256, bool) {
	var v Uint256
	fits := true
	for i := range a {
		var carry uint64
		for j := range b {
			hi, lo := bits.Mul64(a[i], b[j])
			if i+j >= len(v) {
				fits = fits && hi|lo == 0
				continue
			}
			var c uint64
			lo, c = bits.Add64(lo, carry, 0)
			hi += c
			v[i+j], c = bits.Add64(v[i+j], lo, 0)
			carry = hi + c
		}
		fits = fits && carry == 0
	}
	return v, fits
}

// Add returns a+b.
func (a Uint256) Add(b Uint256) Uint256 {
	v, ok := a.TryAdd(b)
	if !ok {
		overflow("add")
	}
	return v
}

// Sub returns a-b.
func (a Uint256) Sub(b Uint256) Uint256 {
	v, ok := a.TrySub(b)
	if !ok {
		overflow("subtract")
	}
	return v
}

// Mul returns a·b.
func (a Uint256) Mul(b Uint256) Uint256 {
	v, ok := a.TryMul(b)
	if !ok {
		overflow("multiply")
	}
	return v
}

func (a Uint256) bitLen() int {
	for i := len(a) - 1; i >= 0; i-- {
		if a[i] != 0 {
			return 64*i + bits.Len64(a[i])
		}
	}
	return 0
}

// Cmp returns -1, 0 or 1: a is less than, equal to or greater than b.
func (a Uint256) Cmp(b Uint256) int {
	for i := len(a) - 1; i >= 0; i-- {
		if a[i] != b[i] {
			if a[i] < b[i] {
				return -1
			}
			return 1
		}
	}
	return 0
}

// Less reports whether a < b.
func (a Uint256) Less(b Uint256) bool { return a.Cmp(b) < 0 }

// IsZero reports whether a is 0.
func (a Uint256) IsZero() bool { return a[0]|a[1]|a[2]|a[3] == 0 }

// Uint128 returns a as an integer of 128 bits, and whether it fits.
func (a Uint256) Uint128() (Uint128, bool) { return Uint128{a[1], a[0]}, a[2]|a[3] == 0 }

func (a Uint256) narrow(what string) Uint128 {
	v, ok := a.Uint128()
	if !ok {
		overflow(what)
	}
	return v
}

// String returns the decimal digits.
func (a Uint256) String() string {
	var room [80]byte
	return string(a.digits(&room))
}

// digits writes the decimal digits to the end of room.
func (a Uint256) digits(room *[80]byte) []byte {
	i := len(room)
	for {
		var rest uint64
		for j := len(a) - 1; j >= 0; j-- {
			a[j], rest = bits.Div64(rest, a[j], tenTo19)
		}
		last := a.IsZero()
		for n := 0; n < 19 && (!last || rest != 0 || i == len(room)); n++ {
			i--
			room[i] = byte('0' + rest%10)
			rest /= 10
		}
		if last {
			return room[i:]
		}
	}
}

// EncodeJSON writes the digits in quotes.
func (a Uint256) EncodeJSON(w *json.Writer) {
	var room [80]byte
	w.Quoted(a.digits(&room))
}

// DecodeJSON reads digits in quotes.
func (a *Uint256) DecodeJSON(r *json.Reader) {
	v, ok := ParseUint256(r.Text())
	if !ok {
		r.Fail("expected the digits of an integer below 2^256 in quotes")
	}
	*a = v
}
