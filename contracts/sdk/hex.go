package sdk

// Hex returns bytes in small hexadecimal digits.
func Hex(data []byte) string { return string(AppendHex(make([]byte, 0, 2*len(data)), data)) }

// AppendHex appends bytes in small hexadecimal digits to b.
func AppendHex(b, data []byte) []byte {
	const digits = "0123456789abcdef"
	for _, v := range data {
		b = append(b, digits[v>>4], digits[v&15])
	}
	return b
}

// ParseHex returns the bytes that hexadecimal digits stand for, small or capital
// ones; ok is false if the text is anything else.
func ParseHex(text string) (data []byte, ok bool) {
	if len(text)%2 != 0 {
		return nil, false
	}
	return AppendParsedHex(make([]byte, 0, len(text)/2), text)
}

// AppendParsedHex is ParseHex into room that the caller has: it appends the bytes
// to b. The text must have an even number of digits.
func AppendParsedHex(b []byte, text string) (data []byte, ok bool) {
	if len(text)%2 != 0 {
		return b, false
	}
	// Eight digits at once: in metered wasm a loop's turn is what costs.
	valid := uint64(highs)
	i := 0
	for ; i+8 <= len(text); i += 8 {
		v, good := hexValues(load8(text, i))
		valid &= good
		b = append(b, byte(v), byte(v>>16), byte(v>>32), byte(v>>48))
	}
	for ; i < len(text); i += 2 {
		v, good := hexValues('0'*(highs>>7)&^0xffff | uint64(text[i]) | uint64(text[i+1])<<8)
		valid &= good
		b = append(b, byte(v))
	}
	return b, valid == highs
}

// highs has the highest bit of each of its bytes set.
const highs = 0x8080808080808080

// hexValues returns what eight digits stand for, the first one in the lowest byte:
// pairs of them in every other byte. Of valid, a byte has its highest bit set if
// the digit is one.
func hexValues(x uint64) (pairs, valid uint64) {
	const ones = highs >> 7
	small := x | ones*0x20
	// A byte below 0x80 to which 0x80-n is added has its highest bit set from n on.
	digit := (x + ones*(0x80-'0')) &^ (x + ones*(0x80-'9'-1))
	letter := (small + ones*(0x80-'a')) &^ (small + ones*(0x80-'f'-1))
	v := x&(ones*15) + x>>6&ones*9
	if x&highs != 0 {
		return 0, 0 // the additions meant nothing
	}
	return v<<4 | v>>8, (digit | letter) & highs
}
