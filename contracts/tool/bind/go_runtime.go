package bind

// goRuntime are the parts that generated types may need, by what needs them.
var goRuntime = []struct{ name, imports, code string }{
	{"Bytes", "encoding/json", `
// Bytes are in base64 in JSON; nil is the empty text.
type Bytes []byte

// MarshalJSON writes base64.
func (b Bytes) MarshalJSON() ([]byte, error) {
	if b == nil {
		return []byte("\"\""), nil
	}
	return json.Marshal([]byte(b))
}
`},
	{"List", "encoding/json", `
// List is a slice whose nil is [] in JSON.
type List[T any] []T

// MarshalJSON writes a list.
func (l List[T]) MarshalJSON() ([]byte, error) {
	if l == nil {
		return []byte("[]"), nil
	}
	return json.Marshal([]T(l))
}
`},
	{"Map", "encoding/json", `
// Map is a map whose nil is {} in JSON.
type Map[T any] map[string]T

// MarshalJSON writes an object.
func (m Map[T]) MarshalJSON() ([]byte, error) {
	if m == nil {
		return []byte("{}"), nil
	}
	return json.Marshal(map[string]T(m))
}
`},
	{"Null", "", `
// Null is null in JSON.
type Null struct{}

// MarshalJSON writes null.
func (Null) MarshalJSON() ([]byte, error) { return []byte("null"), nil }

// UnmarshalJSON reads anything.
func (*Null) UnmarshalJSON([]byte) error { return nil }
`},
	{"tuple", "encoding/json fmt", `
// unmarshalTuple reads a list into places.
func unmarshalTuple(data []byte, name string, to ...any) error {
	var items []json.RawMessage
	if err := json.Unmarshal(data, &items); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if len(items) != len(to) {
		return fmt.Errorf("%s: expected %d values, found %d", name, len(to), len(items))
	}
	for i, item := range items {
		if err := json.Unmarshal(item, to[i]); err != nil {
			return fmt.Errorf("%s, value %d: %w", name, i, err)
		}
	}
	return nil
}
`},
	{"union", "bytes encoding/json fmt", `
// oneOf is an alternative of a union: a text, a value behind a name, or a value.
type oneOf struct {
	text  string
	set   *bool // of a text
	name  string
	value place
}

// place is a field that holds a value or nil.
type place interface {
	get() any
	read(data []byte, strict bool) error
}

type field[T any] struct{ p **T }

func at[T any](p **T) place { return field[T]{p} }

func (f field[T]) get() any {
	if *f.p == nil {
		return nil
	}
	return *f.p
}

func (f field[T]) read(data []byte, strict bool) error {
	v := new(T)
	d := json.NewDecoder(bytes.NewReader(data))
	if strict {
		d.DisallowUnknownFields()
	}
	if err := d.Decode(v); err != nil {
		return err
	}
	*f.p = v
	return nil
}

func marshalOneOf(name string, cases []oneOf) ([]byte, error) {
	var out []byte
	for _, c := range cases {
		var data []byte
		var err error
		switch {
		case c.set != nil:
			if !*c.set {
				continue
			}
			data, err = json.Marshal(c.text)
		case c.value.get() == nil:
			continue
		case c.name == "":
			data, err = json.Marshal(c.value.get())
		default:
			data, err = json.Marshal(map[string]any{c.name: c.value.get()})
		}
		if err != nil {
			return nil, err
		}
		if out != nil {
			return nil, fmt.Errorf("%s: more than one field is set", name)
		}
		out = data
	}
	if out == nil {
		return nil, fmt.Errorf("%s: no field is set", name)
	}
	return out, nil
}

func unmarshalOneOf(name string, cases []oneOf, data []byte) error {
	var text string
	isText := json.Unmarshal(data, &text) == nil
	var object map[string]json.RawMessage
	_ = json.Unmarshal(data, &object) // nil if it is no object
	for _, c := range cases {
		if c.set != nil && isText && c.text == text {
			*c.set = true
			return nil
		}
		if inner, ok := object[c.name]; ok && c.name != "" && len(object) == 1 {
			if err := c.value.read(inner, false); err != nil {
				return fmt.Errorf("%s, %s: %w", name, c.name, err)
			}
			return nil
		}
	}
	for _, strict := range []bool{true, false} {
		for _, c := range cases {
			if c.set == nil && c.name == "" && c.value.read(data, strict) == nil {
				return nil
			}
		}
	}
	return fmt.Errorf("%s: %.80s is none of the alternatives", name, data)
}
`},
}
