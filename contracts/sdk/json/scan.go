package json

import "math/bits"

// ones and highs have the lowest and the highest bit of each byte set.
const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// plain returns the first index from i on whose byte cannot stand for itself
// in a JSON text of ASCII characters: a quote, a backslash, a control character
// or a byte above 0x7f. It returns len(s) if there is none. It looks at eight
// bytes at once, because a loop's turn is what costs in metered wasm.
func plain(s string, i int) int {
	for ; i+8 <= len(s); i += 8 {
		v := load8(s, i)
		// A byte that is 0 after the xor, or a character below the space, borrows
		// from its highest bit. So do, falsely, higher bytes than the lowest that is
		// found, of which nobody asks, and those above 0x7f, which count anyway.
		found := (v ^ ones*'"') - ones
		found |= (v ^ ones*'\\') - ones
		found |= v - ones*' '
		if found = (found | v) & highs; found != 0 {
			return i + bits.TrailingZeros64(found)/8
		}
	}
	for ; i < len(s); i++ {
		if c := s[i]; c == '"' || c == '\\' || c < ' ' || c > 0x7f {
			return i
		}
	}
	return i
}
