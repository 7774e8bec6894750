package cosmwasm

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"
)

// Unmarshal reads a document of a contract into v, a pointer to a type of this
// package (or to structs, strings, bools, unsigned integers, byte slices, slices
// and pointers of these, with json tags). See the package comment for how strict
// it is. Numbers are integers without exponent and fraction; bytes are standard
// base64 with padding. v is undefined after an error.
func Unmarshal(doc []byte, v any) error {
	if err := CheckJSON(doc); err != nil {
		return err
	}
	d := &decoder{checker{doc: doc}}
	d.space()
	return d.decode(reflect.ValueOf(v).Elem())
}

// oneOf is implemented by enums: objects that have exactly one key.
type oneOf interface{ oneOf() }

// renamed is implemented by types that accept other names for some keys. A
// document with both names is refused.
type renamed interface{ oldNames() map[string]string }

// checked is implemented by types that limit what was read into them.
type checked interface{ check() error }

// decoder reads values of a document that CheckJSON has accepted.
type decoder struct{ checker }

func (d *decoder) mismatch(t reflect.Type) error {
	return d.fail(fmt.Sprintf("expected %s", describe(t)))
}

func describe(t reflect.Type) string {
	switch {
	case t == bytesType:
		return "base64 text"
	case t.Kind() == reflect.Struct:
		return "an object"
	case t.Kind() == reflect.Slice:
		return "an array"
	case t.Kind() == reflect.Bool:
		return "true or false"
	case t.Kind() == reflect.String:
		return "a string"
	}
	return "an unsigned integer in the range of " + t.Kind().String()
}

var (
	bytesType = reflect.TypeFor[[]byte]()
	rawType   = reflect.TypeFor[json.RawMessage]()
	quoted    = reflect.TypeFor[Uint64]()
	pairType  = reflect.TypeFor[RawRangeEntry]()
)

// decode reads one value into v and lets v check it.
func (d *decoder) decode(v reflect.Value) error {
	if v.Type() == rawType {
		return d.raw(v)
	}
	if d.peek() == 'n' {
		d.pos += len("null")
		v.SetZero()
		return nil
	}
	if err := d.decodeValue(v); err != nil {
		return err
	}
	if c, ok := v.Addr().Interface().(checked); ok {
		if err := c.check(); err != nil {
			return fmt.Errorf("JSON: %w before offset %d", err, d.pos)
		}
	}
	return nil
}

func (d *decoder) decodeValue(v reflect.Value) error {
	t := v.Type()
	switch t {
	case bytesType:
		return d.bytes(v)
	case quoted:
		return d.quoted(v)
	case pairType:
		var pair [][]byte
		if err := d.decode(reflect.ValueOf(&pair).Elem()); err != nil {
			return err
		}
		if len(pair) != 2 {
			return d.fail("expected a key and a value")
		}
		v.Set(reflect.ValueOf(RawRangeEntry{pair[0], pair[1]}))
		return nil
	}
	switch t.Kind() { //nolint:exhaustive // the kinds that documents are made of
	case reflect.Pointer:
		v.Set(reflect.New(t.Elem()))
		return d.decode(v.Elem())
	case reflect.Struct:
		return d.structure(v)
	case reflect.Slice:
		return d.slice(v)
	case reflect.String:
		text, err := d.string(t)
		v.SetString(text)
		return err
	case reflect.Bool:
		return d.bool(v)
	case reflect.Uint64, reflect.Uint32, reflect.Uint16:
		return d.unsigned(v)
	}
	return fmt.Errorf("cosmwasm: cannot read into a %s", t)
}

// skip passes over a value and returns its text.
func (d *decoder) skip() []byte {
	first := d.pos
	_ = d.value(0) // well-formed
	return d.doc[first:d.pos]
}

func (d *decoder) raw(v reflect.Value) error {
	v.SetBytes(append(json.RawMessage{}, d.skip()...))
	return nil
}

func (d *decoder) string(t reflect.Type) (string, error) {
	if d.peek() != '"' {
		return "", d.mismatch(t)
	}
	text, err := d.text()
	return string(text), err
}

func (d *decoder) bytes(v reflect.Value) error {
	text, err := d.string(bytesType)
	if err != nil {
		return err
	}
	if strings.ContainsAny(text, "\r\n") {
		return d.mismatch(bytesType)
	}
	b, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil {
		return d.mismatch(bytesType)
	}
	v.SetBytes(b)
	return nil
}

func (d *decoder) bool(v reflect.Value) error {
	switch text := string(d.skip()); text {
	case "true", "false":
		v.SetBool(text == "true")
		return nil
	}
	return d.mismatch(v.Type())
}

func (d *decoder) unsigned(v reflect.Value) error {
	if b := d.peek(); b < '0' || b > '9' {
		return d.mismatch(v.Type())
	}
	return d.parse(v, string(d.skip()))
}

// quoted reads a number that is written as a string.
func (d *decoder) quoted(v reflect.Value) error {
	text, err := d.string(v.Type())
	if err != nil {
		return err
	}
	if len(text) > 1 && text[0] == '0' {
		return d.mismatch(v.Type())
	}
	return d.parse(v, text)
}

// parse takes decimal digits only: no sign, no exponent, no underscore.
func (d *decoder) parse(v reflect.Value, digits string) error {
	n, err := strconv.ParseUint(digits, 10, v.Type().Bits())
	if err != nil || strings.ContainsAny(digits, "+-") {
		return d.mismatch(v.Type())
	}
	v.SetUint(n)
	return nil
}

func (d *decoder) slice(v reflect.Value) error {
	if d.peek() != '[' {
		return d.mismatch(v.Type())
	}
	d.pos++
	v.Set(reflect.MakeSlice(v.Type(), 0, 0))
	if d.space(); d.peek() == ']' {
		d.pos++
		return nil
	}
	for {
		d.space()
		v.Set(reflect.Append(v, reflect.Zero(v.Type().Elem())))
		if err := d.decode(v.Index(v.Len() - 1)); err != nil {
			return err
		}
		if more, err := d.next(']'); !more {
			return err
		}
	}
}

func (d *decoder) structure(v reflect.Value) error {
	if d.peek() != '{' {
		return d.mismatch(v.Type())
	}
	start := d.pos
	d.pos++
	known := fieldsOf(v.Type())
	seen := make([]bool, v.NumField())
	keys := 0
	for d.space(); d.peek() != '}'; keys++ {
		if keys > 0 {
			d.pos++ // the comma
			d.space()
		}
		key, err := d.text()
		if err != nil {
			return err
		}
		d.space()
		d.pos++ // the colon
		d.space()
		i, ok := known.index[string(key)]
		if !ok {
			d.skip()
		} else if seen[i] {
			return d.fail(fmt.Sprintf("%q is there under two names", key))
		} else if err := d.decode(v.Field(i)); err != nil {
			return err
		} else {
			seen[i] = true
		}
		d.space()
	}
	d.pos++
	if known.oneOf && keys != 1 {
		d.pos = start
		return d.fail(fmt.Sprintf("expected exactly one key, got %d", keys))
	}
	return nil
}

// fields is what the decoder knows of a struct type.
type fields struct {
	index map[string]int // key in the document to field
	oneOf bool
}

var knownFields sync.Map // reflect.Type to *fields

func fieldsOf(t reflect.Type) *fields {
	if f, ok := knownFields.Load(t); ok {
		return f.(*fields)
	}
	f := &fields{index: map[string]int{}}
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		f.index[name] = i
	}
	zero := reflect.New(t).Interface()
	if r, ok := zero.(renamed); ok {
		for old, name := range r.oldNames() { //weft:sorted in any order: it only fills a map
			f.index[old] = f.index[name]
		}
	}
	_, f.oneOf = zero.(oneOf)
	knownFields.Store(t, f)
	return f
}
