package schema

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Bounds of a document.
const (
	maxBytes = 8 << 20
	maxDepth = 100
	maxNodes = 500_000
)

// value is a JSON value whose objects remember the order of their names.
type value struct {
	form  byte // { [ " 0 (a number) t f n
	text  string
	names []string
	at    map[string]*value
	list  []*value
}

// get returns a member of an object, nil if there is none.
func (v *value) get(name string) *value {
	if v == nil {
		return nil
	}
	return v.at[name]
}

// string returns a member that is a text, else "".
func (v *value) string(name string) string {
	if m := v.get(name); m != nil && m.form == '"' {
		return m.text
	}
	return ""
}

// decoder reads one document within the bounds.
type decoder struct {
	*json.Decoder
	nodes int
}

// parseValue reads one JSON value.
func parseValue(data []byte) (*value, error) {
	if len(data) > maxBytes {
		return nil, fmt.Errorf("%d bytes are more than %d", len(data), maxBytes)
	}
	d := &decoder{Decoder: json.NewDecoder(bytes.NewReader(data))}
	d.UseNumber()
	v, err := d.value(0)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, errors.New("the JSON ends too early")
	}
	if err != nil {
		return nil, place(data, err, d.InputOffset())
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, place(data, errors.New("something follows the JSON value"), d.InputOffset())
	}
	return v, nil
}

// place adds the line to an error if there are several.
func place(data []byte, err error, offset int64) error {
	before := data[:min(int64(len(data)), offset)]
	if line := bytes.Count(before, []byte("\n")) + 1; line > 1 {
		return fmt.Errorf("line %d: %w", line, err)
	}
	return err
}

func (d *decoder) value(depth int) (*value, error) {
	if d.nodes++; d.nodes > maxNodes {
		return nil, fmt.Errorf("more than %d values", maxNodes)
	}
	if depth > maxDepth {
		return nil, fmt.Errorf("more than %d levels", maxDepth)
	}
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch token := token.(type) {
	case json.Delim:
		v := &value{form: byte(token)}
		if token == '{' {
			err = d.object(v, depth)
		} else {
			err = d.array(v, depth)
		}
		if err != nil {
			return nil, err
		}
		_, err = d.Token()
		return v, err
	case string:
		return &value{form: '"', text: token}, nil
	case json.Number:
		return &value{form: '0', text: token.String()}, nil
	case bool:
		if token {
			return &value{form: 't'}, nil
		}
		return &value{form: 'f'}, nil
	}
	return &value{form: 'n'}, nil
}

func (d *decoder) object(v *value, depth int) error {
	v.at = map[string]*value{}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		text := name.(string)
		if v.at[text] != nil {
			return fmt.Errorf("the name %.80q stands twice in one object", text)
		}
		if v.at[text], err = d.value(depth + 1); err != nil {
			return err
		}
		v.names = append(v.names, text)
	}
	return nil
}

func (d *decoder) array(v *value, depth int) error {
	for d.More() {
		e, err := d.value(depth + 1)
		if err != nil {
			return err
		}
		v.list = append(v.list, e)
	}
	return nil
}

// appendJSON writes the value without spaces.
func (v *value) appendJSON(to []byte) []byte {
	switch v.form {
	case '{':
		to = append(to, '{')
		for i, name := range v.names {
			if i > 0 {
				to = append(to, ',')
			}
			to = append(appendText(to, name), ':')
			to = v.at[name].appendJSON(to)
		}
		return append(to, '}')
	case '[':
		to = append(to, '[')
		for i, e := range v.list {
			if i > 0 {
				to = append(to, ',')
			}
			to = e.appendJSON(to)
		}
		return append(to, ']')
	case '"':
		return appendText(to, v.text)
	case '0':
		return append(to, v.text...)
	case 't':
		return append(to, "true"...)
	case 'f':
		return append(to, "false"...)
	}
	return append(to, "null"...)
}

// appendText writes a JSON text; <, > and & stay as they are.
func appendText(to []byte, text string) []byte {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(text); err != nil {
		return append(to, `""`...) // a string always encodes
	}
	return append(to, strings.TrimSuffix(b.String(), "\n")...)
}

// describe names the form of a value for a person.
func (v *value) describe() string {
	switch v.form {
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		return fmt.Sprintf("the text %.40q", v.text)
	case '0':
		return fmt.Sprintf("the number %.40s", v.text)
	case 't':
		return "true"
	case 'f':
		return "false"
	}
	return "null"
}
