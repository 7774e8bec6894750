package rewrite

import "unicode/utf8"

// maxNameBytes bounds a single name, as the reference's parser does.
const maxNameBytes = 100_000

// reader walks over bytes [pos, end) of a module. Offsets are those of the
// whole module. The first failure sticks: later reads return zero values, so
// callers test err once per item and loops stay bounded by the bytes left.
type reader struct {
	buf      []byte
	pos, end int
	err      *RefusedError
}

// fail keeps the first error and moves to the end, so that nothing more is read.
func (r *reader) fail(offset int, format string, args ...any) {
	r.failWith(malformed(offset, format, args...))
}

func (r *reader) failWith(err *RefusedError) {
	if r.err == nil {
		r.err = err
	}
	r.pos = r.end
}

func (r *reader) left() int { return r.end - r.pos }

func (r *reader) byte() byte {
	if r.pos >= r.end {
		r.fail(r.end, "unexpected end")
		return 0
	}
	b := r.buf[r.pos]
	r.pos++
	return b
}

func (r *reader) bytes(n uint32) []byte {
	if int64(n) > int64(r.left()) {
		r.fail(r.pos, "unexpected end: %d bytes announced, %d left", n, r.left())
		return nil
	}
	b := r.buf[r.pos : r.pos+int(n)]
	r.pos += int(n)
	return b
}

// u32 reads an unsigned LEB128 number of at most 32 bits in at most 5 bytes.
func (r *reader) u32() uint32 {
	start := r.pos
	var v uint32
	for shift := 0; shift < 35; shift += 7 {
		b := r.byte()
		if shift == 28 && b > 0x0f {
			if b >= 0x80 {
				r.fail(start, "invalid var_u32: integer representation too long")
			} else {
				r.fail(start, "invalid var_u32: integer too large")
			}
			return 0
		}
		v |= uint32(b&0x7f) << shift
		if b < 0x80 {
			break
		}
	}
	return v
}

// signed reads a signed LEB128 number of the given width (32, 33 or 64 bits).
func (r *reader) signed(width int) int64 {
	start := r.pos
	var v int64
	for shift := 0; ; shift += 7 {
		b := r.byte()
		if r.err != nil {
			return 0
		}
		room := width - shift // bits of the number that are still open
		v |= int64(b&0x7f) << shift
		if room <= 7 {
			// The last possible byte: no continuation, and the bits beyond the
			// number must repeat its sign.
			sign := int8(b<<1) >> room // arithmetic: bit 6 of b is the top bit here
			if b >= 0x80 {
				r.fail(start, "invalid var_i%d: integer representation too long", width)
				return 0
			}
			if sign != 0 && sign != -1 {
				r.fail(start, "invalid var_i%d: integer too large", width)
				return 0
			}
			if shift+7 < 64 && b&0x40 != 0 {
				v |= -1 << (shift + 7)
			}
			return v
		}
		if b < 0x80 {
			if shift+7 < 64 && b&0x40 != 0 {
				v |= -1 << (shift + 7)
			}
			return v
		}
	}
}

// count reads the length of a vector whose items take at least minBytes each,
// so that nothing is allocated for items that cannot be there.
func (r *reader) count(what string, minBytes int) uint32 {
	start := r.pos
	n := r.u32()
	if r.err == nil && int64(n)*int64(minBytes) > int64(r.left()) {
		r.fail(start, "unexpected end: %d %s announced, %d bytes left", n, what, r.left())
		return 0
	}
	return n
}

func (r *reader) name() string {
	start := r.pos
	n := r.u32()
	if r.err == nil && n > maxNameBytes {
		r.fail(start, "string size out of bounds: %d bytes, limit %d", n, maxNameBytes)
		return ""
	}
	b := r.bytes(n)
	if !utf8.Valid(b) {
		r.fail(start, "malformed UTF-8 encoding")
		return ""
	}
	return string(b)
}

// sub returns a reader over the next n bytes and moves past them.
func (r *reader) sub(n uint32) reader {
	start := r.pos
	b := r.bytes(n)
	return reader{buf: r.buf, pos: start, end: start + len(b), err: r.err}
}
