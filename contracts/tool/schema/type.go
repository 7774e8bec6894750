package schema

import (
	"slices"
	"strings"
)

// Form is what kind of values a [Type] has.
type Form int

// The forms of types.
const (
	Any     Form = iota // any JSON value
	Null                // null
	Bool                // true or false
	Integer             // a whole number; Format says which
	Number              // any number
	Text                // a text
	List                // an array of Elem
	Tuple               // an array of exactly these Items
	Object              // an object with Fields
	Map                 // an object of Elem by any name
	Union               // one of Variants
	Option              // Elem or null
	Ref                 // the definition Name
	All                 // what fits all Items at once
)

// Type is a type of a schema. Types may be recursive through Ref.
type Type struct {
	Form     Form
	Doc      string
	Format   string    // Integer: uint8 … int64, uint128; "" for any
	Name     string    // Ref: the definition
	Elem     *Type     // List, Map, Option, and Ref: what the name stands for
	Items    []*Type   // Tuple, All
	Fields   []Field   // Object
	Open     bool      // Object: more fields are allowed
	Variants []Variant // Union
}

// Field is a member of an object.
type Field struct {
	Name     string
	Doc      string
	Type     *Type
	Required bool
	Default  string // JSON; "" for none
}

// Variant is one alternative of a union: the text Name if Type is nil,
// {"Name": Type} if both are there, and Type itself if there is no Name.
type Variant struct {
	Name string
	Doc  string
	Type *Type
}

// Follow returns the type behind names.
func (t *Type) Follow() *Type {
	for t.Form == Ref {
		t = t.Elem
	}
	return t
}

// IsEnum reports whether the type is a union of texts.
func (t *Type) IsEnum() bool {
	return t.Form == Union && !slices.ContainsFunc(t.Variants, func(v Variant) bool { return v.Name == "" || v.Type != nil })
}

// Field returns the field of that name, nil if there is none.
func (t *Type) Field(name string) *Field {
	for i := range t.Fields {
		if t.Fields[i].Name == name {
			return &t.Fields[i]
		}
	}
	return nil
}

// empty reports whether {} is a value of the type (or null, if it is Null).
func (t *Type) empty() bool {
	t = t.Follow()
	switch t.Form {
	case Object:
		return !slices.ContainsFunc(t.Fields, func(f Field) bool { return f.Required })
	case Any, Map, Null:
		return true
	default:
	}
	return false
}

// IsCoin reports whether the type is a coin: an object of denom and amount.
func (t *Type) IsCoin() bool {
	t = t.Follow()
	return t.Form == Object && len(t.Fields) == 2 && t.Field("denom") != nil && t.Field("amount") != nil &&
		t.Field("denom").Type.Follow().Form == Text && t.Field("amount").Type.Follow().Form == Text
}

// Scalars are the texts with a meaning that have a name in every CosmWasm
// schema, and how a person calls them.
var scalars = map[string]string{
	"Uint64": "uint64", "Uint128": "uint128", "Uint256": "uint256", "Uint512": "uint512",
	"Int64": "int64", "Int128": "int128", "Int256": "int256", "Int512": "int512",
	"Decimal": "decimal", "Decimal256": "decimal", "SignedDecimal": "signed decimal", "SignedDecimal256": "signed decimal",
	"Binary": "binary", "HexBinary": "hex", "Checksum": "hex", "Addr": "address", "Timestamp": "time",
}

// Scalar returns what a text means that has one of CosmWasm's names: uint64,
// uint128, uint256, uint512 (and int…), decimal, signed decimal, binary (base64),
// hex, address, time (nanoseconds); "" for others.
func (t *Type) Scalar() string {
	for t.Form == Ref {
		if s := scalars[t.Name]; s != "" && t.Follow().Form == Text {
			return s
		}
		t = t.Elem
	}
	return ""
}

// String says what the values are, in few words.
func (t *Type) String() string { return t.words(0) }

// Bounds of String: depth, and the bytes of a union that has a name.
const (
	maxWords = 3
	maxShown = 60
)

func (t *Type) words(depth int) string {
	if s := t.Scalar(); s != "" {
		return s
	}
	if t.IsCoin() {
		return "coin"
	}
	if depth > maxWords {
		return "…"
	}
	switch t.Form {
	case Ref:
		switch t.Follow().Form {
		case Object, All:
			return t.Name
		case Union:
			if text := t.Elem.words(depth); len(text) <= maxShown {
				return text
			}
			return t.Name
		default:
		}
		return t.Elem.words(depth)
	case Null:
		return "null"
	case Bool:
		return "true|false"
	case Integer:
		if t.Format == "" {
			return "integer"
		}
		return t.Format
	case Number:
		return "number"
	case Text:
		return "text"
	case List:
		return "[" + t.Elem.words(depth+1) + ",…]"
	case Tuple:
		parts := make([]string, len(t.Items))
		for i, item := range t.Items {
			parts[i] = item.words(depth + 1)
		}
		return "[" + strings.Join(parts, ",") + "]"
	case Map:
		return "{name: " + t.Elem.words(depth+1) + "}"
	case Option:
		return t.Elem.words(depth)
	case Union:
		return t.unionWords(depth)
	case Object, All:
		return "{…}"
	case Any:
	}
	return "JSON"
}

func (t *Type) unionWords(depth int) string {
	var parts []string
	for _, v := range t.Variants {
		switch {
		case v.Name == "":
			parts = append(parts, v.Type.words(depth+1))
		case v.Type == nil || v.Type.empty():
			parts = append(parts, v.Name)
		default:
			parts = append(parts, "."+v.Name)
		}
	}
	return strings.Join(parts, "|")
}
