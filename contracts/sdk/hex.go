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
	for i := 0; i+1 < len(text); i += 2 {
		high, low := hexValue(text[i]), hexValue(text[i+1])
		if high|low > 15 {
			return b, false
		}
		b = append(b, high<<4|low)
	}
	return b, true
}

// hexValue returns what a digit stands for, 255 if it is none.
func hexValue(c byte) byte {
	switch {
	case c-'0' < 10:
		return c - '0'
	case c|32-'a' < 6:
		return c | 32 - 'a' + 10
	}
	return 255
}
