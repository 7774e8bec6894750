package json

import "unicode/utf8"

// escaped reads a text that has escapes.
func (r *Reader) escaped(start int) string {
	var out []byte
	for i := start; ; {
		end := plain(r.src, i)
		for end < len(r.src) && r.src[end] > 0x7f {
			end = plain(r.src, end+1)
		}
		out = append(out, r.src[i:end]...)
		switch {
		case end < len(r.src) && r.src[end] == '"':
			r.pos = end + 1
			if !utf8.Valid(out) {
				r.Fail("text is not UTF-8")
				return ""
			}
			return string(out)
		case end+1 < len(r.src) && r.src[end] == '\\':
			r.pos = end + 1
			out = r.escape(out)
			i = r.pos
		default:
			r.pos = end
			r.Fail("text without an end, or with a control character")
		}
		if r.err != nil {
			return ""
		}
	}
}

// escape reads what follows a backslash.
func (r *Reader) escape(out []byte) []byte {
	c := r.src[r.pos]
	r.pos++
	switch c {
	case '"', '\\', '/':
		return append(out, c)
	case 'b':
		return append(out, '\b')
	case 'f':
		return append(out, '\f')
	case 'n':
		return append(out, '\n')
	case 'r':
		return append(out, '\r')
	case 't':
		return append(out, '\t')
	case 'u':
		return utf8.AppendRune(out, r.unicode())
	}
	r.Fail("unknown escape")
	return out
}

// unicode reads the digits of an escape, and the second half of a pair.
func (r *Reader) unicode() rune {
	c := r.hex4()
	if c < 0xd800 || c > 0xdfff {
		return c
	}
	if c < 0xdc00 && r.pos+2 <= len(r.src) && r.src[r.pos:r.pos+2] == `\u` {
		r.pos += 2
		if low := r.hex4(); low >= 0xdc00 && low <= 0xdfff {
			return (c-0xd800)<<10 + (low - 0xdc00) + 0x10000
		}
	}
	r.Fail("escape for half a character")
	return 0
}

func (r *Reader) hex4() rune {
	var v rune
	for range 4 {
		var c byte
		if r.pos < len(r.src) {
			c = r.src[r.pos]
		}
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c|32 >= 'a' && c|32 <= 'f':
			c = c | 32 - 'a' + 10
		default:
			r.Fail("expected four hexadecimal digits")
			return 0
		}
		v = v<<4 | rune(c)
		r.pos++
	}
	return v
}
