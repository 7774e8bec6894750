package sdk

import (
	"math/bits"

	"github.com/weftchain/weft/contracts/sdk/json"
)

// Uint128 is an integer from 0 to 2^128-1: the amounts of CW20 tokens. In JSON
// it is a text of decimal digits. Arithmetic that leaves the range panics,
// which ends the call with a contract error; the Try forms report it instead.
type Uint128 struct{ Hi, Lo uint64 }

// Max128 is 2^128-1.
var Max128 = Uint128{1<<64 - 1, 1<<64 - 1}

// U128 returns v.
func U128(v uint64) Uint128 { return Uint128{Lo: v} }

// ParseUint128 reads decimal digits.
func ParseUint128(s string) (Uint128, bool) {
	var v Uint128
	ok := digitGroups(s, func(group, scale uint64) bool {
		hi, lo := bits.Mul64(v.Lo, scale)
		over, high := bits.Mul64(v.Hi, scale)
		high, c1 := bits.Add64(high, hi, 0)
		lo, c2 := bits.Add64(lo, group, 0)
		high, c3 := bits.Add64(high, 0, c2)
		v = Uint128{high, lo}
		return over|c1|c3 == 0
	})
	return v, ok
}

// TryAdd returns a+b, and whether it fits.
func (a Uint128) TryAdd(b Uint128) (Uint128, bool) {
	lo, c := bits.Add64(a.Lo, b.Lo, 0)
	hi, c := bits.Add64(a.Hi, b.Hi, c)
	return Uint128{hi, lo}, c == 0
}

// TrySub returns a-b, and whether b was not larger than a.
func (a Uint128) TrySub(b Uint128) (Uint128, bool) {
	lo, c := bits.Sub64(a.Lo, b.Lo, 0)
	hi, c := bits.Sub64(a.Hi, b.Hi, c)
	return Uint128{hi, lo}, c == 0
}

// Add returns a+b.
func (a Uint128) Add(b Uint128) Uint128 {
	v, ok := a.TryAdd(b)
	if !ok {
		overflow("add")
	}
	return v
}

// Sub returns a-b.
func (a Uint128) Sub(b Uint128) Uint128 {
	v, ok := a.TrySub(b)
	if !ok {
		overflow("subtract")
	}
	return v
}

// Mul returns a·b.
func (a Uint128) Mul(b Uint128) Uint128 { return a.Wide().Mul(b.Wide()).narrow("multiply") }

// Div returns a/b, rounded down.
func (a Uint128) Div(b Uint128) Uint128 { return a.Wide().Div(b.Wide()).narrow("divide") }

// MulDiv returns a·b/c, rounded down; a·b may need 256 bits.
func (a Uint128) MulDiv(b, c Uint128) Uint128 {
	return a.Wide().MulDiv(b.Wide(), c.Wide()).narrow("multiply and divide")
}

// MulDivUp returns a·b/c, rounded up; a·b may need 256 bits.
func (a Uint128) MulDivUp(b, c Uint128) Uint128 {
	return a.Wide().MulDivUp(b.Wide(), c.Wide()).narrow("multiply and divide")
}

// Sqrt returns the square root, rounded down.
func (a Uint128) Sqrt() Uint128 { return a.Wide().Sqrt().narrow("root") }

// Cmp returns -1, 0 or 1: a is less than, equal to or greater than b.
func (a Uint128) Cmp(b Uint128) int {
	switch {
	case a == b:
		return 0
	case a.Hi < b.Hi || a.Hi == b.Hi && a.Lo < b.Lo:
		return -1
	}
	return 1
}

// Less reports whether a < b.
func (a Uint128) Less(b Uint128) bool { return a.Cmp(b) < 0 }

// IsZero reports whether a is 0.
func (a Uint128) IsZero() bool { return a.Hi|a.Lo == 0 }

// Wide returns a as an integer of 256 bits.
func (a Uint128) Wide() Uint256 { return Uint256{a.Lo, a.Hi} }

// String returns the decimal digits.
func (a Uint128) String() string {
	var room [40]byte
	return string(a.digits(&room))
}

// tenTo19 is the largest power of ten in 64 bits.
const tenTo19 = 10_000_000_000_000_000_000

// digits writes the decimal digits to the end of room.
func (a Uint128) digits(room *[40]byte) []byte {
	i := len(room)
	for a.Hi != 0 {
		var rest uint64
		hi := a.Hi / tenTo19
		a.Lo, rest = bits.Div64(a.Hi%tenTo19, a.Lo, tenTo19)
		a.Hi = hi
		for range 19 {
			i--
			room[i] = byte('0' + rest%10)
			rest /= 10
		}
	}
	for v := a.Lo; v != 0 || i == len(room); v /= 10 {
		i--
		room[i] = byte('0' + v%10)
	}
	if n := room[i:]; len(n) > 1 && n[0] == '0' {
		return trimZeros(n)
	}
	return room[i:]
}

func trimZeros(b []byte) []byte {
	for len(b) > 1 && b[0] == '0' {
		b = b[1:]
	}
	return b
}

// EncodeJSON writes the digits in quotes.
func (a Uint128) EncodeJSON(w *json.Writer) {
	var room [40]byte
	w.Quoted(a.digits(&room))
}

// DecodeJSON reads digits in quotes.
func (a *Uint128) DecodeJSON(r *json.Reader) {
	v, ok := ParseUint128(r.Text())
	if !ok {
		r.Fail("expected the digits of an integer below 2^128 in quotes")
	}
	*a = v
}

func overflow(what string) { panic(Error("integer overflow: " + what)) }

// digitGroups hands the digits of s over in groups of at most 19, each with the
// power of ten that moves what came before. It returns false if s has anything
// else, or when take does.
func digitGroups(s string, take func(group, scale uint64) bool) bool {
	if s == "" {
		return false
	}
	for len(s) > 0 {
		group, scale := uint64(0), uint64(1)
		n := min(len(s), 19)
		for i := range n {
			c := s[i] - '0'
			if c > 9 {
				return false
			}
			group = group*10 + uint64(c)
			scale *= 10
		}
		if !take(group, scale) {
			return false
		}
		s = s[n:]
	}
	return true
}
