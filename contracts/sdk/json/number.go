package json

// number consumes a number of any kind and returns its text.
func (r *Reader) number() string {
	r.peek()
	start, i := r.pos, r.pos
	digits := func() int {
		n := i
		for i < len(r.src) && r.src[i]-'0' <= 9 {
			i++
		}
		return i - n
	}
	if i < len(r.src) && r.src[i] == '-' {
		i++
	}
	zero := i < len(r.src) && r.src[i] == '0'
	n := digits()
	bad := n == 0 || zero && n > 1
	if !bad && i < len(r.src) && r.src[i] == '.' {
		i++
		bad = digits() == 0
	}
	if !bad && i < len(r.src) && r.src[i]|32 == 'e' {
		i++
		if i < len(r.src) && (r.src[i] == '+' || r.src[i] == '-') {
			i++
		}
		bad = digits() == 0
	}
	if bad {
		r.Fail("expected a value")
		return ""
	}
	r.pos = i
	return r.src[start:i]
}

// Uint reads an integer that is not negative.
func (r *Reader) Uint() uint64 {
	r.peek()
	v, n, ok := digits(r.src[r.pos:])
	if !ok || n > 1 && r.src[r.pos] == '0' || r.tail(r.pos+n) {
		r.Fail("expected an integer from 0 to 18446744073709551615")
		return 0
	}
	r.pos += n
	return v
}

// tail reports whether a number goes on with a fraction or an exponent.
func (r *Reader) tail(i int) bool {
	return i < len(r.src) && (r.src[i] == '.' || r.src[i]|32 == 'e')
}

// digits reads decimal digits; ok is false without any or on overflow.
func digits(s string) (v uint64, n int, ok bool) {
	for n < len(s) {
		c := uint64(s[n] - '0')
		if c > 9 {
			break
		}
		if v > (1<<64-1)/10 || v*10 > 1<<64-1-c {
			return 0, n, false
		}
		v = v*10 + c
		n++
	}
	return v, n, n > 0
}

// UintOf reads an integer of at most so many bits, not negative.
func (r *Reader) UintOf(bits uint) uint64 {
	v := r.Uint()
	if bits < 64 && v>>bits != 0 {
		r.Fail("integer of more than " + itoa(int(bits)) + " bits")
		return 0
	}
	return v
}

// Int reads an integer.
func (r *Reader) Int() int64 {
	if r.peek() != '-' {
		return int64(r.UintOf(63))
	}
	r.pos++
	v := r.Uint()
	if v > 1<<63 {
		r.Fail("integer below -9223372036854775808")
		return 0
	}
	return -int64(v)
}

// IntOf reads an integer of at most so many bits.
func (r *Reader) IntOf(bits uint) int64 {
	v := r.Int()
	if v>>(bits-1) != 0 && v>>(bits-1) != -1 {
		r.Fail("integer of more than " + itoa(int(bits)) + " bits")
		return 0
	}
	return v
}

// UintText reads an integer that is written as a text, as JavaScript needs it
// above 2^53.
func (r *Reader) UintText() uint64 {
	text := r.Text()
	v, n, ok := digits(text)
	if !ok || n != len(text) {
		r.Fail("expected the digits of an integer below 2^64 in quotes")
		return 0
	}
	return v
}
