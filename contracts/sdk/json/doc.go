// Package json reads and writes the JSON of contracts. It works without
// reflection and almost without allocation: a text that has no escapes is a
// piece of the document, not a copy.
//
// A [Reader] walks through a document once, from left to right, and keeps the
// first error; everything that is read after it is a zero value, so a decoder
// asks for the error once, at the end. A [Writer] appends to a buffer and puts
// the commas. The methods that types need (DecodeJSON, EncodeJSON) are written
// by the command in contracts/sdk/gen from struct definitions.
//
// The package is as strict as the chain where a mistake would pass silently: a
// field that is unknown, missing or given twice is an error (unless the reader
// is lenient), and so is a number that does not fit. It knows integers only:
// contracts have no use for floats.
package json

// Decoder is a value that reads itself.
type Decoder interface {
	// DecodeJSON reads one value. Errors stay in the reader.
	DecodeJSON(r *Reader)
}

// Encoder is a value that writes itself.
type Encoder interface {
	// EncodeJSON appends one value.
	EncodeJSON(w *Writer)
}

// Decode reads a document that consists of v and nothing else. Fields that v
// does not know are errors.
func Decode(doc string, v Decoder) error {
	r := NewReader(doc)
	v.DecodeJSON(&r)
	return r.End()
}

// DecodeLenient is Decode for documents of others: unknown fields are skipped.
func DecodeLenient(doc string, v Decoder) error {
	r := NewReader(doc)
	r.Lenient = true
	v.DecodeJSON(&r)
	return r.End()
}

// Encode returns the document of v.
func Encode(v Encoder) []byte {
	w := Writer{buf: make([]byte, 0, 128)}
	v.EncodeJSON(&w)
	return w.buf
}

// Error says what is wrong with a document and where.
type Error struct {
	What string // in words, for the sender of the document
	At   int    // offset in bytes
}

// Error returns the words and the place.
func (e *Error) Error() string {
	return "JSON: " + e.What + " at byte " + itoa(e.At)
}

func itoa(n int) string {
	var room [20]byte
	return string(digitsOf(&room, uint64(n)))
}
