package cosmwasm

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"reflect"
	"sync"
	"unicode/utf8"
	"unsafe"
)

// Unmarshal reads a document of a contract into v, a pointer to a type of this
// package (or to structs, strings, bools, unsigned integers, byte slices, slices
// and pointers of these, with json tags). See the package comment for how strict
// it is. Numbers are integers without exponent and fraction; bytes are standard
// base64 with padding. v is undefined after an error. Texts may share memory with
// each other, never with doc.
func Unmarshal(doc []byte, v any) error {
	texts := ""
	if len(doc) <= maxShared {
		texts = string(doc)
	}
	return unmarshal(doc, texts, v)
}

// unmarshalOwn is Unmarshal of a document that nobody changes any more: texts may
// be parts of it.
func unmarshalOwn(doc []byte, v any) error {
	texts := ""
	if len(doc) <= maxShared {
		texts = unsafe.String(unsafe.SliceData(doc), len(doc))
	}
	return unmarshal(doc, texts, v)
}

func unmarshal(doc []byte, texts string, v any) error {
	if !utf8.Valid(doc) {
		return errNotText
	}
	d := decoders.Get().(*decoder)
	d.doc, d.texts = doc, texts
	to := reflect.ValueOf(v)
	err := d.document(planOf(to.Type().Elem()), to.UnsafePointer())
	clear(d.keys[:cap(d.keys)])
	*d = decoder{checker: checker{keys: d.keys[:0]}}
	decoders.Put(d)
	return err
}

// decoders are used again: one lives for a document.
var decoders = sync.Pool{New: func() any { return new(decoder) }}

// maxShared is the length of documents whose texts are parts of one copy: a
// short text must not keep a long document alive.
const maxShared = 16 << 10

// decoder reads the values of a document, and checks it like CheckJSON on its
// way.
type decoder struct {
	checker
	texts string // the document again; empty if texts are copied one by one
}

// document reads a whole document to where a value of the plan's type is.
func (d *decoder) document(p *plan, to unsafe.Pointer) error {
	d.space()
	if err := d.decode(p, to, 0); err != nil {
		return err
	}
	return d.end()
}

func (d *decoder) mismatch(p *plan) error { return d.fail("expected " + p.want) }

// decode reads one value of the plan's type to where it goes, inside of depth
// arrays and objects, and lets the value check it.
func (d *decoder) decode(p *plan, to unsafe.Pointer, depth int) error {
	if p.want != "" && d.peek() == 'n' {
		p.value(to).SetZero()
		return d.word("null")
	}
	if err := p.read(d, p, to, depth); err != nil {
		return err
	}
	if p.checked {
		if err := p.value(to).Addr().Interface().(checked).check(); err != nil {
			return fmt.Errorf("JSON: %w before offset %d", err, d.pos)
		}
	}
	return nil
}

// readRaw keeps the text of a value.
func readRaw(d *decoder, _ *plan, to unsafe.Pointer, depth int) error {
	first := d.pos
	if err := d.value(depth); err != nil {
		return err
	}
	*(*[]byte)(to) = append([]byte{}, d.doc[first:d.pos]...)
	return nil
}

// readPointer makes what a value goes to; null is no value.
func readPointer(d *decoder, p *plan, to unsafe.Pointer, depth int) error {
	if d.peek() == 'n' {
		*(*unsafe.Pointer)(to) = nil
		return d.word("null")
	}
	made := reflect.New(p.elem.typ).UnsafePointer()
	*(*unsafe.Pointer)(to) = made
	return d.decode(p.elem, made, depth)
}

// string reads a text.
func (d *decoder) string(p *plan) (string, error) {
	if d.peek() != '"' {
		return "", d.mismatch(p)
	}
	first := d.pos + 1
	text, err := d.text()
	if err != nil {
		return "", err
	}
	if end := d.pos - 1; d.texts != "" && end-first == len(text) { // no escapes, which are longer than what they stand for
		return d.texts[first:end], nil
	}
	return string(text), nil
}

func readText(d *decoder, p *plan, to unsafe.Pointer, _ int) (err error) {
	*(*string)(to), err = d.string(p)
	return err
}

func readBytes(d *decoder, p *plan, to unsafe.Pointer, _ int) error {
	if d.peek() != '"' {
		return d.mismatch(p)
	}
	text, err := d.text()
	if err != nil {
		return err
	}
	b := make([]byte, base64.StdEncoding.DecodedLen(len(text)))
	n, err := strictBase64.Decode(b, text)
	if err != nil || bytes.ContainsAny(text, "\r\n") { // which the package passes over
		return d.mismatch(p)
	}
	*(*[]byte)(to) = b[:n:n]
	return nil
}

var strictBase64 = base64.StdEncoding.Strict()

func readBool(d *decoder, p *plan, to unsafe.Pointer, _ int) error {
	switch d.peek() {
	case 't':
		*(*bool)(to) = true
		return d.word("true")
	case 'f':
		*(*bool)(to) = false
		return d.word("false")
	}
	return d.mismatch(p)
}

// readPair reads a key and its value, which are a list of two.
func readPair(d *decoder, p *plan, to unsafe.Pointer, depth int) error {
	var pair [][]byte
	if err := d.decode(p.elem, unsafe.Pointer(&pair), depth); err != nil {
		return err
	}
	if len(pair) != 2 {
		return d.mismatch(p)
	}
	*(*RawRangeEntry)(to) = RawRangeEntry{pair[0], pair[1]}
	return nil
}

// list is what a slice of any type is in memory.
type list struct {
	items  unsafe.Pointer
	length int
	room   int
}

func readList(d *decoder, p *plan, to unsafe.Pointer, depth int) error {
	if d.peek() != '[' {
		return d.mismatch(p)
	}
	if err := d.open(depth); err != nil {
		return err
	}
	items := (*list)(to)
	*items = list{items: p.empty}
	if d.space(); d.peek() == ']' {
		d.pos++
		return nil
	}
	for more := true; more; {
		if items.length == items.room {
			p.value(to).Grow(max(p.spare-items.length, 1))
		}
		items.length++
		d.space()
		err := d.decode(p.elem, unsafe.Add(items.items, uintptr(items.length-1)*p.elem.size), depth+1)
		if err != nil {
			return err
		}
		if more, err = d.next(']'); err != nil {
			return err
		}
	}
	return nil
}

// field takes a key and its colon, and the space around them, and finds the field
// of that name, or else notes the key. It looks at the fields from after on first:
// contracts write their keys in the order of the types, and without space.
func (d *decoder) field(p *plan, after int) (int, error) {
	for i := after; i < len(p.fields); i++ {
		if name := p.fields[i].quoted; d.pos+len(name) < len(d.doc) && string(d.doc[d.pos:d.pos+len(name)]) == name {
			d.pos += len(name)
			d.space()
			return i, nil
		}
	}
	key, err := d.key()
	if err != nil {
		return 0, err
	}
	i := p.find(key)
	if i == notFound {
		d.keys = append(d.keys, key)
	}
	return i, nil
}

func readObject(d *decoder, p *plan, to unsafe.Pointer, depth int) error {
	if d.peek() != '{' {
		return d.mismatch(p)
	}
	start, others := d.pos, len(d.keys)
	if err := d.open(depth); err != nil {
		return err
	}
	var seen uint64
	keys, after := 0, 0
	if d.space(); d.peek() == '}' {
		d.pos++
	} else {
		for more := true; more; keys++ {
			i, err := d.field(p, after)
			if i == notFound {
				err = d.value(depth + 1)
			} else if err == nil {
				f := &p.fields[i]
				if seen&f.seen != 0 {
					return d.fail(fmt.Sprintf("%q is there twice, or under two names", f.name))
				}
				seen |= f.seen
				after = i + 1
				err = d.decode(f.value, unsafe.Add(to, f.offset), depth+1)
			}
			if err != nil {
				return err
			}
			if more, err = d.next('}'); err != nil {
				return err
			}
		}
	}
	if p.oneOf && keys != 1 {
		d.pos = start
		return d.fail(fmt.Sprintf("expected exactly one key, got %d", keys))
	}
	return d.unique(others)
}
