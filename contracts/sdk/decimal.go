package sdk

import "github.com/weftchain/weft/contracts/sdk/json"

// Decimal is a number from 0 up with 18 places behind the point: a share, a rate,
// a price. In JSON it is a text like "0.05". Arithmetic that leaves the range
// panics, which ends the call with a contract error.
type Decimal struct{ Atoms Uint256 } // in units of 10^-18

// decimalPlaces are the places behind the point, decimalOne the atoms of 1.
const (
	decimalPlaces = 18
	decimalOne    = 1_000_000_000_000_000_000
)

// One is 1.
var One = Decimal{Uint256{decimalOne}}

// Percent returns n/100.
func Percent(n uint64) Decimal { return Decimal{U256(n).Mul(U256(decimalOne / 100))} }

// Permille returns n/1000.
func Permille(n uint64) Decimal { return Decimal{U256(n).Mul(U256(decimalOne / 1000))} }

// Ratio returns a/b, rounded down.
func Ratio(a, b Uint256) Decimal { return Decimal{a.MulDiv(U256(decimalOne), b)} }

// ParseDecimal reads digits, and a point with at most 18 further ones.
func ParseDecimal(s string) (d Decimal, ok bool) {
	whole, places := s, ""
	for i := range len(s) {
		if s[i] == '.' {
			if whole, places = s[:i], s[i+1:]; places == "" {
				return d, false
			}
			break
		}
	}
	if len(places) > decimalPlaces {
		return d, false
	}
	w, ok := ParseUint256(whole)
	if !ok {
		return d, false
	}
	f, ok := ParseUint256(places + "000000000000000000"[len(places):])
	if !ok {
		return d, false
	}
	w, ok = w.TryMul(U256(decimalOne))
	if !ok {
		return d, false
	}
	d.Atoms, ok = w.TryAdd(f)
	return d, ok
}

// String returns the digits, without zeros at the end.
func (d Decimal) String() string {
	whole, places := d.Atoms.DivMod(U256(decimalOne))
	if places.IsZero() {
		return whole.String()
	}
	digits := places.Add(U256(decimalOne)).String()[1:] // the one keeps the zeros in front
	for digits[len(digits)-1] == '0' {
		digits = digits[:len(digits)-1]
	}
	return whole.String() + "." + digits
}

// Floor returns the whole part.
func (d Decimal) Floor() Uint256 { return d.Atoms.Div(U256(decimalOne)) }

// Of returns the share of an amount, rounded down.
func (d Decimal) Of(amount Uint128) Uint128 {
	return amount.Wide().MulDiv(d.Atoms, U256(decimalOne)).narrow("multiply")
}

// OfUp returns the share of an amount, rounded up.
func (d Decimal) OfUp(amount Uint128) Uint128 {
	return amount.Wide().MulDivUp(d.Atoms, U256(decimalOne)).narrow("multiply")
}

// Add returns d+e.
func (d Decimal) Add(e Decimal) Decimal { return Decimal{d.Atoms.Add(e.Atoms)} }

// Sub returns d-e.
func (d Decimal) Sub(e Decimal) Decimal { return Decimal{d.Atoms.Sub(e.Atoms)} }

// Mul returns d·e, rounded down.
func (d Decimal) Mul(e Decimal) Decimal { return Decimal{d.Atoms.MulDiv(e.Atoms, U256(decimalOne))} }

// Div returns d/e, rounded down.
func (d Decimal) Div(e Decimal) Decimal { return Decimal{d.Atoms.MulDiv(U256(decimalOne), e.Atoms)} }

// Cmp returns -1, 0 or 1: d is less than, equal to or greater than e.
func (d Decimal) Cmp(e Decimal) int { return d.Atoms.Cmp(e.Atoms) }

// Less reports whether d < e.
func (d Decimal) Less(e Decimal) bool { return d.Cmp(e) < 0 }

// IsZero reports whether d is 0.
func (d Decimal) IsZero() bool { return d.Atoms.IsZero() }

// EncodeJSON writes the digits in quotes.
func (d Decimal) EncodeJSON(w *json.Writer) { w.Text(d.String()) }

// DecodeJSON reads digits in quotes.
func (d *Decimal) DecodeJSON(r *json.Reader) {
	v, ok := ParseDecimal(r.Text())
	if !ok {
		r.Fail("expected a decimal number in quotes, with at most 18 places")
	}
	*d = v
}
