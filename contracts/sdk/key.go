package sdk

import "github.com/weftchain/weft/contracts/sdk/json"

// Key is what a map is indexed by: Addr, Text, U64 or a Pair of keys. Their
// order in the store is that of their values.
type Key[K any] interface {
	// append adds the key's bytes to b; a key that is not the last part of a
	// composite one is preceded by its length in two bytes.
	append(b []byte, last bool) []byte
	// cut takes a key off the front of b.
	cut(b string, last bool) (key K, rest string)
}

// Text is a text as a key, or as a value of an Item or Map.
type Text string

// U64 is a number as a key (eight bytes, the highest first), or as a value (a
// number in JSON too).
type U64 uint64

// Pair is a key of two parts. Keys with the same first part stand together;
// see [Sub].
type Pair[A Key[A], B Key[B]] struct {
	First  A
	Second B
}

func appendPart(b []byte, s string, last bool) []byte {
	if !last {
		if len(s) > 0xffff {
			panic(Error("key of more than 65535 bytes"))
		}
		b = append(b, byte(len(s)>>8), byte(len(s)))
	}
	return append(b, s...)
}

func cutPart(b string, last bool) (part, rest string) {
	if last {
		return b, ""
	}
	n := int(b[0])<<8 | int(b[1])
	return b[2 : 2+n], b[2+n:]
}

func (a Addr) append(b []byte, last bool) []byte { return appendPart(b, string(a), last) }

func (Addr) cut(b string, last bool) (Addr, string) {
	part, rest := cutPart(b, last)
	return Addr(part), rest
}

func (t Text) append(b []byte, last bool) []byte { return appendPart(b, string(t), last) }

func (Text) cut(b string, last bool) (Text, string) {
	part, rest := cutPart(b, last)
	return Text(part), rest
}

func (u U64) append(b []byte, last bool) []byte {
	if !last {
		b = append(b, 0, 8)
	}
	return append(b, byte(u>>56), byte(u>>48), byte(u>>40), byte(u>>32), byte(u>>24), byte(u>>16), byte(u>>8), byte(u))
}

// EncodeJSON writes the text.
func (t Text) EncodeJSON(w *json.Writer) { w.Text(string(t)) }

// DecodeJSON reads a text.
func (t *Text) DecodeJSON(r *json.Reader) { *t = Text(r.Text()) }

// EncodeJSON writes the number.
func (u U64) EncodeJSON(w *json.Writer) { w.Uint(uint64(u)) }

// DecodeJSON reads a number.
func (u *U64) DecodeJSON(r *json.Reader) { *u = U64(r.Uint()) }

func (U64) cut(b string, last bool) (u U64, rest string) {
	part, rest := cutPart(b, last)
	for i := range 8 {
		u = u<<8 | U64(part[i])
	}
	return u, rest
}

func (p Pair[A, B]) append(b []byte, last bool) []byte {
	return p.Second.append(p.First.append(b, false), last)
}

func (Pair[A, B]) cut(b string, last bool) (p Pair[A, B], rest string) {
	p.First, b = p.First.cut(b, false)
	p.Second, b = p.Second.cut(b, last)
	return p, b
}
