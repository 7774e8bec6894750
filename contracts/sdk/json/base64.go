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
	out := make([]byte, 0, len(s)/4*3)
	for len(s) >= 4 {
		a, b, c, d := uint(values[s[0]]), uint(values[s[1]]), uint(values[s[2]]), uint(values[s[3]])
		v := a<<18 | b<<12 | c<<6 | d
		switch {
		case a|b|c|d <= 63:
			out = append(out, byte(v>>16), byte(v>>8), byte(v))
		case len(s) == 4 && s[3] == '=' && a|b|c <= 63 && c&3 == 0:
			out = append(out, byte(a<<2|b>>4), byte(b<<4|c>>2))
		case len(s) == 4 && s[2:] == "==" && a|b <= 63 && b&15 == 0:
			out = append(out, byte(a<<2|b>>4))
		default:
			return nil, false
		}
		s = s[4:]
	}
	return out, true
}

// Binary reads bytes that are written in base64.
func (r *Reader) Binary() []byte {
	data, ok := DecodeBase64(r.Text())
	if !ok {
		r.Fail("expected base64")
	}
	return data
}
