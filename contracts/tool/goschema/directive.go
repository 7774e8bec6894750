package goschema

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/constant"
	"go/token"
	"go/types"
	"io"
	"slices"
	"strings"
)

// directive reads what //sdk:schema says, and defines the types that it names.
func (w *writer) directive(t *types.Named, c *comments, at token.Pos) (object, error) {
	word := strings.TrimSpace(c.schema)
	if word == "enum" {
		return w.enum(t, at)
	}
	if name, ok := strings.CutPrefix(word, "sdk."); ok && known[name] != nil {
		for _, more := range needs[name] {
			w.need(more)
		}
		return known[name], nil
	}
	d := json.NewDecoder(strings.NewReader(c.schema))
	d.UseNumber()
	v, err := ordered(d)
	if err == nil {
		if _, more := d.Token(); more != io.EOF {
			err = errors.New("something follows it")
		}
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("it ends too early")
	}
	body, ok := v.(object)
	if err == nil && !ok {
		err = errors.New("it is no object")
	}
	if err == nil {
		err = w.resolve(t.Obj().Pkg(), v, at)
	}
	if err != nil {
		return nil, w.failure(at, "the //sdk:schema of %s: %w", t.Obj().Name(), err)
	}
	return body, nil
}

// enum is a text that is one of the package's constants of the type, in the
// order of the source.
func (w *writer) enum(t *types.Named, at token.Pos) (object, error) {
	var all []*types.Const
	scope := t.Obj().Pkg().Scope()
	for _, name := range scope.Names() {
		if c, ok := scope.Lookup(name).(*types.Const); ok && types.Identical(c.Type(), t) && c.Val().Kind() == constant.String {
			all = append(all, c)
		}
	}
	if len(all) == 0 {
		return nil, w.failure(at, "the package has no constant texts of type %s", t.Obj().Name())
	}
	slices.SortFunc(all, func(a, b *types.Const) int { return int(a.Pos() - b.Pos()) })
	values := make([]string, len(all))
	for i, c := range all {
		values[i] = constant.StringVal(c.Val())
	}
	return object{{"type", "string"}, {"enum", values}}, nil
}

// resolve defines the types that a directive refers to by #/definitions/NAME.
func (w *writer) resolve(pkg *types.Package, v any, at token.Pos) error {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			if err := w.resolve(pkg, e, at); err != nil {
				return err
			}
		}
	case object:
		for i := range v {
			ref, ok := v[i].value.(string)
			if v[i].name != "$ref" || !ok {
				if err := w.resolve(pkg, v[i].value, at); err != nil {
					return err
				}
				continue
			}
			name, ok := strings.CutPrefix(ref, "#/definitions/")
			if !ok {
				return fmt.Errorf("%q is no #/definitions/NAME", ref)
			}
			if known[name] != nil && (pkg.Scope().Lookup(name) == nil) {
				w.need(name)
				continue
			}
			named, ok := pkg.Scope().Lookup(name).(*types.TypeName)
			if !ok {
				return fmt.Errorf("package %s has no type %s", pkg.Name(), name)
			}
			inner, err := w.schema(named.Type(), at)
			if err != nil {
				return err
			}
			v[i].value = inner.get("$ref")
		}
	}
	return nil
}

// ordered reads JSON with the order of names.
func ordered(d *json.Decoder) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		o := object{}
		for d.More() {
			name, err := d.Token()
			if err != nil {
				return nil, err
			}
			value, err := ordered(d)
			if err != nil {
				return nil, err
			}
			o = append(o, member{name.(string), value})
		}
		_, err = d.Token()
		return o, err
	case json.Delim('['):
		list := []any{}
		for d.More() {
			value, err := ordered(d)
			if err != nil {
				return nil, err
			}
			list = append(list, value)
		}
		_, err = d.Token()
		return list, err
	}
	return token, nil
}
