package json

import "unicode/utf8"

// Writer appends values to a buffer and puts commas between them. Its methods
// are not inlined: that would make contracts a third larger.
type Writer struct{ buf []byte }

// NewWriter returns a writer that appends to b.
func NewWriter(b []byte) Writer { return Writer{b} }

// Bytes returns what was written.
func (w *Writer) Bytes() []byte { return w.buf }

// room makes room for n more bytes and returns them, after a comma if the last
// value needs one.
//
//go:noinline
func (w *Writer) room(n int) []byte {
	b, old := w.buf, len(w.buf)
	if cap(b)-old <= n {
		b = append(make([]byte, 0, 2*cap(b)+n+64), b...)
	}
	if old > 0 {
		if c := b[old-1]; c != '{' && c != '[' && c != ':' {
			b = append(b, ',')
			old++
		}
	}
	w.buf = b[:old+n]
	return w.buf[old:]
}

// Object begins an object.
func (w *Writer) Object() { w.Raw("{") }

// EndObject ends an object.
func (w *Writer) EndObject() { w.Append("}") }

// Array begins an array.
func (w *Writer) Array() { w.Raw("[") }

// EndArray ends an array.
func (w *Writer) EndArray() { w.Append("]") }

// Name begins a field of an object. It is written as it is: names of fields
// have no characters that need escapes.
//
//go:noinline
func (w *Writer) Name(name string) {
	b := w.room(len(name) + 3)
	copy(b[1:], name)
	b[0], b[len(b)-2], b[len(b)-1] = '"', '"', ':'
}

// Text writes a text. What is not UTF-8 becomes U+FFFD.
//
//go:noinline
func (w *Writer) Text(s string) {
	if plain(s, 0) != len(s) {
		w.rare(s)
		return
	}
	b := w.room(len(s) + 2)
	copy(b[1:], s)
	b[0], b[len(b)-1] = '"', '"'
}

// rare writes a text that needs escapes or is not ASCII.
func (w *Writer) rare(s string) {
	const hex = "0123456789abcdef"
	w.Raw(`"`)
	for len(s) > 0 {
		n := plain(s, 0)
		w.buf = append(w.buf, s[:n]...)
		if s = s[n:]; s == "" {
			break
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
	w.Append(`"`)
}

// Uint writes an integer.
func (w *Writer) Uint(v uint64) {
	var room [20]byte
	copyTo(w, digitsOf(&room, v))
}

// Int writes an integer.
func (w *Writer) Int(v int64) {
	if v >= 0 {
		w.Uint(uint64(v))
		return
	}
	w.Raw("-")
	var room [20]byte
	w.buf = append(w.buf, digitsOf(&room, -uint64(v))...)
}

// UintText writes an integer in quotes.
func (w *Writer) UintText(v uint64) {
	var room [20]byte
	w.Quoted(digitsOf(&room, v))
}

func copyTo(w *Writer, text []byte) { copy(w.room(len(text)), text) }

// digitsOf does without package strconv, which brings package errors and
// through it reflection.
func digitsOf(room *[20]byte, v uint64) []byte {
	i := len(room)
	for {
		i--
		room[i] = byte('0' + v%10)
		if v /= 10; v == 0 {
			return room[i:]
		}
	}
}

// Quoted writes a text whose characters all stand for themselves, like digits.
func (w *Writer) Quoted(text []byte) {
	b := w.room(len(text) + 2)
	copy(b[1:], text)
	b[0], b[len(b)-1] = '"', '"'
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
	w.Raw(`"`)
	w.buf = append(AppendBase64(w.buf, data), '"')
}

// Append appends a piece of JSON as it is, without a comma before it. For what
// is written in every call it costs less than the other methods.
//
//go:noinline
func (w *Writer) Append(piece string) { w.buf = append(w.buf, piece...) }

// Raw writes a value that is JSON already, or the beginning of one.
//
//go:noinline
func (w *Writer) Raw(doc string) { copy(w.room(len(doc)), doc) }
