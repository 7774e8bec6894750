package goschema

import (
	"bytes"
	"encoding/json"
	"slices"
)

// object is a JSON object whose members keep their order.
type object []member

type member struct {
	name  string
	value any
}

// MarshalJSON implements json.Marshaler.
func (o object) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i, m := range o {
		if i > 0 {
			b = append(b, ',')
		}
		name, err := marshal(m.name)
		if err != nil {
			return nil, err
		}
		value, err := marshal(m.value)
		if err != nil {
			return nil, err
		}
		b = append(append(append(b, name...), ':'), value...)
	}
	return append(b, '}'), nil
}

// with returns the object with a member more.
func (o object) with(name string, value any) object {
	return append(slices.Clip(o), member{name, value})
}

// described puts a description behind title and $schema.
func (o object) described(text string) object {
	if text == "" {
		return o
	}
	at := 0
	for at < len(o) && (o[at].name == "$schema" || o[at].name == "title") {
		at++
	}
	o = slices.DeleteFunc(slices.Clone(o), func(m member) bool { return m.name == "description" })
	return slices.Insert(o, at, member{"description", text})
}

// get returns the value of a member.
func (o object) get(name string) any {
	for _, m := range o {
		if m.name == name {
			return m.value
		}
	}
	return nil
}

// marshal writes JSON without escapes for HTML.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

// file writes a document as a file.
func (o object) file() ([]byte, error) {
	data, err := marshal(o)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := json.Indent(&b, data, "", "  "); err != nil {
		return nil, err
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}
