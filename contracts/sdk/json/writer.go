package json

import "unicode/utf8"

// Writer appends values to a buffer and puts commas between them. Its methods
// are not inlined: that would make contracts a third larger.
type Writer struct{ buf []byte }

// NewWriter returns a writer that appends to b.
func NewWriter(b []byte) Writer { return Writer{b} }

// Bytes returns what was written.
func (w *Writer) Bytes() []byte { return w.buf }

// comma separates a value from the one before.
//
//go:noinline
func (w *Writer) comma() {
	if n := len(w.buf); n > 0 {
		if c := w.buf[n-1]; c != '{' && c != '[' && c != ':' {
			w.buf = append(w.buf, ',')
		}
	}
}

// Object begins an object.
//
//go:noinline
func (w *Writer) Object() {
	w.comma()
	w.buf = append(w.buf, '{')
}

// EndObject ends an object.
//
//go:noinline
func (w *Writer) EndObject() { w.buf = append(w.buf, '}') }

// Array begins an array.
//
//go:noinline
func (w *Writer) Array() {
	w.comma()
	w.buf = append(w.buf, '[')
}

// EndArray ends an array.
//
//go:noinline
func (w *Writer) EndArray() { w.buf = append(w.buf, ']') }

// Name begins a field of an object. It is written as it is: names of fields
// have no characters that need escapes.
//
//go:noinline
func (w *Writer) Name(name string) {
	w.comma()
	w.buf = append(w.buf, '"')
	w.buf = append(w.buf, name...)
	w.buf = append(w.buf, '"', ':')
}

// Text writes a text. What is not UTF-8 becomes U+FFFD.
//
//go:noinline
func (w *Writer) Text(s string) {
	w.comma()
	w.buf = append(w.buf, '"')
	if plain(s, 0) == len(s) {
		w.buf = append(w.buf, s...)
	} else {
		w.rare(s)
	}
	w.buf = append(w.buf, '"')
}

// rare writes the inside of a text that needs escapes or is not ASCII.
func (w *Writer) rare(s string) {
	const hex = "0123456789abcdef"
	for len(s) > 0 {
		n := plain(s, 0)
		w.buf = append(w.buf, s[:n]...)
		if s = s[n:]; s == "" {
			return
		}
		c, size := utf8.DecodeRuneInString(s)
		switch {
		case c == '"' || c == '\\':
			w.buf = append(w.buf, '\\', byte(c))
		case c < ' ':
			w.buf = append(w.buf, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			w.buf = utf8.AppendRune(w.buf, c)
		}
		s = s[size:]
	}
}

// Uint writes an integer.
//
//go:noinline
func (w *Writer) Uint(v uint64) {
	w.comma()
	w.buf = appendUint(w.buf, v)
}

// Int writes an integer.
func (w *Writer) Int(v int64) {
	w.comma()
	if v < 0 {
		w.buf = appendUint(append(w.buf, '-'), -uint64(v))
		return
	}
	w.buf = appendUint(w.buf, uint64(v))
}

// UintText writes an integer in quotes.
func (w *Writer) UintText(v uint64) {
	w.comma()
	w.buf = append(w.buf, '"')
	w.buf = append(appendUint(w.buf, v), '"')
}

// appendUint does without package strconv, which brings package errors and
// through it reflection.
func appendUint(b []byte, v uint64) []byte {
	var room [20]byte
	i := len(room)
	for {
		i--
		room[i] = byte('0' + v%10)
		if v /= 10; v == 0 {
			return append(b, room[i:]...)
		}
	}
}

// Quoted writes a text whose characters all stand for themselves, like digits.
//
//go:noinline
func (w *Writer) Quoted(text []byte) {
	w.comma()
	w.buf = append(w.buf, '"')
	w.buf = append(append(w.buf, text...), '"')
}

// Bool writes true or false.
func (w *Writer) Bool(v bool) {
	if v {
		w.Raw("true")
	} else {
		w.Raw("false")
	}
}

// Null writes null.
func (w *Writer) Null() { w.Raw("null") }

// Binary writes bytes in base64.
func (w *Writer) Binary(data []byte) {
	w.comma()
	w.buf = append(w.buf, '"')
	w.buf = append(AppendBase64(w.buf, data), '"')
}

// Append appends a piece of JSON as it is, without a comma before it. For what
// is written in every call it costs less than the other methods.
//
//go:noinline
func (w *Writer) Append(piece string) { w.buf = append(w.buf, piece...) }

// Raw writes a value that is JSON already.
//
//go:noinline
func (w *Writer) Raw(doc string) {
	w.comma()
	w.buf = append(w.buf, doc...)
}
