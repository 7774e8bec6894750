package json

import "unicode/utf8"

// maxDepth bounds how deep arrays and objects of a skipped value are nested.
const maxDepth = 128

// Reader walks through one document. The loops over objects and arrays look so:
//
//	for r.Object(); r.Field(); {
//		switch r.Name {
//		case "amount":
//			amount = r.Uint()
//		default:
//			r.Unknown()
//		}
//	}
type Reader struct {
	// Name is the name of the current field; Field sets it.
	Name string
	// Lenient makes Unknown skip what it does not know.
	Lenient bool

	src   string
	pos   int
	fresh bool // an object or array was opened and has no element yet
	err   error
}

// NewReader returns a reader at the start of a document. Texts that are read
// share the memory of doc.
func NewReader(doc string) Reader { return Reader{src: doc} }

// Err returns the first error.
func (r *Reader) Err() error { return r.err }

// Fail sets the error at the current position, if there is none yet.
func (r *Reader) Fail(what string) {
	if r.err == nil {
		r.err = &Error{What: what, At: r.pos}
	}
	r.src = r.src[:min(r.pos, len(r.src))] // nothing more to read
}

// End returns the first error; that something follows the value is one.
func (r *Reader) End() error {
	if r.err == nil && r.peek() != 0 {
		r.Fail("data after the document")
	}
	return r.err
}

// peek skips white space and returns the next byte, 0 at the end.
// The short ways of Field, Text and open do without it, so it is not inlined.
//
//go:noinline
func (r *Reader) peek() byte {
	for r.pos < len(r.src) {
		c := r.src[r.pos]
		if c > ' ' { // nearly always
			return c
		}
		if c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			return 0xff // no character of JSON
		}
		r.pos++
	}
	return 0
}

// open consumes the byte that a value begins with.
func (r *Reader) open(c byte, what string) {
	if p := r.pos; p < len(r.src) && r.src[p] == c {
		r.pos, r.fresh = p+1, true
		return
	}
	if r.peek() != c {
		r.Fail("expected " + what)
		return
	}
	r.pos++
	r.fresh = true
}

// next moves to the next element of what ends with the byte.
func (r *Reader) next(end byte) bool {
	c := r.peek()
	fresh := r.fresh
	r.fresh = false
	switch {
	case r.err != nil:
		return false
	case c == end:
		r.pos++
		return false
	case fresh:
		return true
	case c == ',':
		r.pos++
		return true
	}
	r.Fail("expected a comma or the end of an object or array")
	return false
}

// Object begins an object.
func (r *Reader) Object() { r.open('{', "an object") }

// Field moves to the next field of an object and sets Name. It returns false
// behind the last one.
func (r *Reader) Field() bool {
	// Nearly all documents have no white space and plain names.
	s, p := r.src, r.pos
	if !r.fresh && p < len(s) && s[p] == ',' {
		p++
	} else if !r.fresh {
		p = len(s)
	}
	if p < len(s) && s[p] == '"' {
		end := plain(s, p+1)
		if end+1 < len(s) && s[end] == '"' && s[end+1] == ':' {
			r.Name, r.pos, r.fresh = s[p+1:end], end+2, false
			return true
		}
	}
	return r.field()
}

// field is Field for all other cases.
func (r *Reader) field() bool {
	if !r.next('}') {
		return false
	}
	r.Name = r.Text()
	if r.peek() != ':' {
		r.Fail("expected a colon")
		return false
	}
	r.pos++
	return r.err == nil
}

// Array begins an array.
func (r *Reader) Array() { r.open('[', "an array") }

// Element moves to the next element of an array. It returns false behind the
// last one.
func (r *Reader) Element() bool { return r.next(']') }

// Once notes in seen that the field with this bit came; twice is an error.
func (r *Reader) Once(seen *uint64, bit uint) {
	if *seen>>bit&1 != 0 {
		r.Fail("duplicate field " + r.Name)
	}
	*seen |= 1 << bit
}

// Need fails unless a field came.
func (r *Reader) Need(seen uint64, bit uint, name string) {
	if seen>>bit&1 == 0 {
		r.Fail("missing field " + name)
	}
}

// Unknown refuses the current field; a lenient reader skips it.
func (r *Reader) Unknown() {
	if !r.Lenient {
		r.Fail("unknown field " + r.Name)
		return
	}
	r.Skip()
}

// Is reports whether the next value begins with a byte, like a quote for a text:
// for values that have several forms.
func (r *Reader) Is(first byte) bool { return r.peek() == first }

// Null consumes a null and reports whether there was one.
func (r *Reader) Null() bool { return r.peek() == 'n' && r.word("null") }

func (r *Reader) word(w string) bool {
	if len(r.src)-r.pos < len(w) || r.src[r.pos:r.pos+len(w)] != w {
		r.Fail("expected " + w)
		return false
	}
	r.pos += len(w)
	return true
}

// Bool reads true or false.
func (r *Reader) Bool() bool {
	if r.peek() == 't' {
		return r.word("true")
	}
	r.word("false")
	return false
}

// Text reads a text.
func (r *Reader) Text() string {
	if p := r.pos; (p >= len(r.src) || r.src[p] != '"') && r.peek() != '"' {
		r.Fail("expected a text")
		return ""
	}
	start := r.pos + 1
	end := plain(r.src, start)
	if uint(end) < uint(len(r.src)) && r.src[end] == '"' {
		r.pos = end + 1
		return r.src[start:end]
	}
	return r.rare(start, end)
}

// rare reads a text that has characters beyond ASCII, or escapes.
func (r *Reader) rare(start, end int) string {
	for end < len(r.src) && r.src[end] > 0x7f {
		end = plain(r.src, end+1)
	}
	if end < len(r.src) && r.src[end] == '"' {
		text := r.src[start:end]
		if !utf8.ValidString(text) {
			r.Fail("text is not UTF-8")
			return ""
		}
		r.pos = end + 1
		return text
	}
	return r.escaped(start)
}

// Raw skips a value and returns its text.
func (r *Reader) Raw() string {
	r.peek()
	start := r.pos
	r.Skip()
	if r.err != nil {
		return ""
	}
	return r.src[start:r.pos]
}

// Skip skips a value of any kind.
func (r *Reader) Skip() { r.skip(0) }

func (r *Reader) skip(depth int) {
	if depth > maxDepth {
		r.Fail("too many levels")
		return
	}
	switch c := r.peek(); c {
	case '{':
		for r.Object(); r.Field(); {
			r.skip(depth + 1)
		}
	case '[':
		for r.Array(); r.Element(); {
			r.skip(depth + 1)
		}
	case '"':
		r.Text()
	case 't', 'f':
		r.Bool()
	case 'n':
		r.Null()
	default:
		r.number()
	}
}
