package multisig

import (
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/json"
)

// Decimal is a share in units of 10^-18. In JSON it is a text like "0.51".
type Decimal struct{ sdk.Uint128 }

const decimalPlaces = 18

var (
	one  = Decimal{sdk.U128(1_000_000_000_000_000_000)}
	half = Decimal{sdk.U128(500_000_000_000_000_000)}
)

// Less reports whether d < e.
func (d Decimal) Less(e Decimal) bool { return d.Uint128.Less(e.Uint128) }

// rest is what the share leaves of one; d is at most one.
func (d Decimal) rest() Decimal { return Decimal{one.Sub(d.Uint128)} }

// of returns the share of a weight, rounded up, so that half of 15 are 8. As in
// CW3, what is less than 10^-9 is cut off before.
func (d Decimal) of(weight uint64) uint64 {
	billion := sdk.U128(1_000_000_000)
	billionths := sdk.U128(weight).Mul(billion).MulDiv(d.Uint128, one.Uint128)
	return billionths.Add(billion.Sub(sdk.U128(1))).Div(billion).Lo // at most weight, as d is at most one
}

// parseDecimal reads digits, and a point with at most 18 further ones.
func parseDecimal(s string) (Decimal, bool) {
	whole, places := s, ""
	for i := range len(s) {
		if s[i] == '.' {
			if whole, places = s[:i], s[i+1:]; places == "" {
				return Decimal{}, false
			}
			break
		}
	}
	if len(places) > decimalPlaces {
		return Decimal{}, false
	}
	w, ok := sdk.ParseUint128(whole)
	if !ok {
		return Decimal{}, false
	}
	f, ok := sdk.ParseUint128(places + "000000000000000000"[len(places):])
	if !ok {
		return Decimal{}, false
	}
	v, ok := w.Wide().Mul(one.Wide()).Add(f.Wide()).Uint128()
	return Decimal{v}, ok
}

// String returns the digits, without zeros at the end.
func (d Decimal) String() string {
	whole := d.Div(one.Uint128)
	places := d.Sub(whole.Mul(one.Uint128))
	if places.IsZero() {
		return whole.String()
	}
	digits := places.Add(one.Uint128).String()[1:] // the one keeps the zeros in front
	for digits[len(digits)-1] == '0' {
		digits = digits[:len(digits)-1]
	}
	return whole.String() + "." + digits
}

// EncodeJSON writes the digits in quotes.
func (d Decimal) EncodeJSON(w *json.Writer) { w.Text(d.String()) }

// DecodeJSON reads digits in quotes.
func (d *Decimal) DecodeJSON(r *json.Reader) {
	v, ok := parseDecimal(r.Text())
	if !ok {
		r.Fail("expected a decimal number in quotes, with at most 18 places")
	}
	*d = v
}
