package json

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

// values are the digits' values, 0xff for other bytes.
var values = func() (t [256]byte) {
	for i := range t {
		t[i] = 0xff
	}
	for i := range len(alphabet) {
		t[alphabet[i]] = byte(i)
	}
	return t
}()

// AppendBase64 appends data in standard base64 with padding.
func AppendBase64(b, data []byte) []byte {
	size := (len(data) + 2) / 3 * 4
	if cap(b)-len(b) < size {
		b = append(make([]byte, 0, 2*len(b)+size+64), b...)
	}
	out := b[len(b) : len(b)+size]
	for len(data) >= 3 && len(out) >= 4 {
		v := uint(data[0])<<16 | uint(data[1])<<8 | uint(data[2])
		out[0], out[1], out[2], out[3] = alphabet[v>>18&63], alphabet[v>>12&63], alphabet[v>>6&63], alphabet[v&63]
		data, out = data[3:], out[4:]
	}
	switch len(data) {
	case 1:
		v := uint(data[0]) << 4
		out[0], out[1], out[2], out[3] = alphabet[v>>6], alphabet[v&63], '=', '='
	case 2:
		v := uint(data[0])<<10 | uint(data[1])<<2
		out[0], out[1], out[2], out[3] = alphabet[v>>12], alphabet[v>>6&63], alphabet[v&63], '='
	}
	return b[:len(b)+size]
}

// DecodeBase64 decodes standard base64 with padding, strictly.
func DecodeBase64(s string) ([]byte, bool) {
	if len(s)%4 != 0 {
		return nil, false
	}
	if s == "" {
		return []byte{}, true
	}
	// Eight digits at once, and one look at all of them at the end: in metered
	// wasm a loop's turn is what costs. The last four may have padding.
	out := make([]byte, len(s)/4*3)
	bad, i, at := uint64(0), 0, 0
	for ; i+12 <= len(s); i += 8 {
		q := load8(s, i)
		a, b, c, d := uint64(values[byte(q)]), uint64(values[byte(q>>8)]), uint64(values[byte(q>>16)]), uint64(values[byte(q>>24)])
		e, f, g, h := uint64(values[byte(q>>32)]), uint64(values[byte(q>>40)]), uint64(values[byte(q>>48)]), uint64(values[q>>56])
		bad |= a | b | c | d | e | f | g | h
		v := a<<42 | b<<36 | c<<30 | d<<24 | e<<18 | f<<12 | g<<6 | h
		to := (*[6]byte)(out[at:])
		to[0], to[1], to[2], to[3], to[4], to[5] = byte(v>>40), byte(v>>32), byte(v>>24), byte(v>>16), byte(v>>8), byte(v)
		at += 6
	}
	for ; i+4 < len(s); i += 4 {
		a, b, c, d := values[s[i]], values[s[i+1]], values[s[i+2]], values[s[i+3]]
		bad |= uint64(a | b | c | d)
		out[at], out[at+1], out[at+2] = a<<2|b>>4, b<<4|c>>2, c<<6|d
		at += 3
	}
	a, b, c, d := values[s[i]], values[s[i+1]], values[s[i+2]], values[s[i+3]]
	size := len(out)
	switch {
	case s[i+2:] == "==":
		c, d, size = 0, b&15<<4, size-2 // bits that stand for nothing are zero
	case s[i+3] == '=':
		d, size = c&3<<6, size-1
	}
	if bad|uint64(a|b|c|d) > 63 || size < len(out) && d != 0 {
		return nil, false
	}
	out[at], out[at+1], out[at+2] = a<<2|b>>4, b<<4|c>>2, c<<6|d
	return out[:size], true
}

// Binary reads bytes that are written in base64.
func (r *Reader) Binary() []byte {
	data, ok := DecodeBase64(r.Text())
	if !ok {
		r.Fail("expected base64")
	}
	return data
}
