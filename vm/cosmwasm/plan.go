package cosmwasm

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"sync"
	"unsafe"
)

// oneOf is implemented by enums: objects that have exactly one key.
type oneOf interface{ oneOf() }

// renamed is implemented by types that accept other names for some keys. A
// document with both names is refused.
type renamed interface{ oldNames() map[string]string }

// checked is implemented by types that limit what was read into them.
type checked interface{ check() error }

// plan is how values of one Go type are read. Reflection finds it out once; what
// follows writes to memory of that type, as encoding/json does in more steps.
type plan struct {
	typ     reflect.Type
	size    uintptr
	read    func(d *decoder, p *plan, to unsafe.Pointer, depth int) error
	want    string // the words for what a document must have here
	checked bool
	elem    *plan          // of a pointer and a list
	spare   int            // of a list: room for the first items
	empty   unsafe.Pointer // of a list: the items of one that has none
	bits    int            // of a number
	fields  []field        // of a structure
	oneOf   bool
}

// value is what is at a place of the plan's type.
func (p *plan) value(at unsafe.Pointer) reflect.Value { return reflect.NewAt(p.typ, at).Elem() }

// field is a key of an object and where its value goes.
type field struct {
	name   string
	quoted string // the name as contracts write it, and a colon
	offset uintptr
	value  *plan
	seen   uint64 // its bit; two names of one field have the same
}

// spareBytes is what a list that is not empty takes at first, or one item.
const spareBytes = 128

// maxFields is how many keys a structure may know: a word has a bit for each.
const maxFields = 64

var (
	bytesType   = reflect.TypeFor[[]byte]()
	rawType     = reflect.TypeFor[json.RawMessage]()
	quotedType  = reflect.TypeFor[Uint64]()
	pairType    = reflect.TypeFor[RawRangeEntry]()
	checkedType = reflect.TypeFor[checked]()
)

var plans sync.Map // reflect.Type to *plan

// planOf returns the plan of a type. It panics at types that no document here is
// made of: that is a mistake in this package, found by its tests.
func planOf(t reflect.Type) *plan {
	if p, ok := plans.Load(t); ok {
		return p.(*plan)
	}
	p := newPlan(t)
	p.typ, p.size = t, t.Size()
	p.checked = reflect.PointerTo(t).Implements(checkedType)
	plans.Store(t, p)
	return p
}

func newPlan(t reflect.Type) *plan {
	switch t {
	case rawType:
		return &plan{read: readRaw}
	case bytesType:
		return &plan{read: readBytes, want: "base64 text"}
	case quotedType:
		return &plan{read: readQuoted, want: "an unsigned integer in the range of uint64, as text", bits: 64}
	case pairType:
		return &plan{read: readPair, want: "a key and a value", elem: planOf(reflect.TypeFor[[][]byte]())}
	}
	switch t.Kind() { //nolint:exhaustive // the kinds that documents are made of
	case reflect.Pointer:
		return &plan{read: readPointer, elem: planOf(t.Elem())}
	case reflect.Struct:
		return structPlan(t)
	case reflect.Slice:
		return &plan{
			read: readList, want: "an array", elem: planOf(t.Elem()),
			spare: int(max(1, spareBytes/max(t.Elem().Size(), 1))), empty: reflect.MakeSlice(t, 0, 0).UnsafePointer(),
		}
	case reflect.String:
		return &plan{read: readText, want: "a string"}
	case reflect.Bool:
		return &plan{read: readBool, want: "true or false"}
	case reflect.Uint64, reflect.Uint32, reflect.Uint16:
		return &plan{read: readUnsigned, want: "an unsigned integer in the range of " + t.Kind().String(), bits: t.Bits()}
	}
	panic("cosmwasm: no document has a " + t.String())
}

func structPlan(t reflect.Type) *plan {
	p := &plan{read: readObject, want: "an object"}
	if t.NumField() > maxFields {
		panic("cosmwasm: too many fields in " + t.String())
	}
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		p.fields = append(p.fields, field{name: name, quoted: `"` + name + `":`, offset: t.Field(i).Offset, value: planOf(t.Field(i).Type), seen: 1 << i})
	}
	zero := reflect.New(t).Interface()
	if r, ok := zero.(renamed); ok {
		for old, name := range r.oldNames() { //weft:sorted in any order: they are found by name
			f := p.fields[p.find([]byte(name))]
			f.name, f.quoted = old, `"`+old+`":`
			p.fields = append(p.fields, f)
		}
	}
	_, p.oneOf = zero.(oneOf)
	return p
}

// notFound is no position of a field.
const notFound = math.MaxInt

// find returns the position of a key among the fields.
func (p *plan) find(key []byte) int {
	for i := range p.fields {
		if p.fields[i].name == string(key) {
			return i
		}
	}
	return notFound
}
