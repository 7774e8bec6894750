package schema

import (
	"errors"
	"fmt"
	"slices"
)

// plain makes the type of a schema without alternatives.
func (b *builder) plain(v *value) (*Type, error) {
	if t := constant(v); t != nil {
		return t, nil
	}
	kinds, err := kindsOf(v)
	if err != nil {
		return nil, err
	}
	null := false
	var parts []*Type
	for _, kind := range kinds {
		if kind == "null" && len(kinds) > 1 {
			null = true
			continue
		}
		t, err := b.typed(v, kind)
		if err != nil {
			return nil, err
		}
		parts = append(parts, t)
	}
	var t *Type
	if len(parts) == 1 {
		t = parts[0]
	} else {
		t = &Type{Form: Union}
		for _, p := range parts {
			t.Variants = append(t.Variants, Variant{Type: p})
		}
	}
	if null {
		t = &Type{Form: Option, Elem: t}
	}
	return t, nil
}

// constant makes the type of an enum or a const whose values are texts.
func constant(v *value) *Type {
	list := []*value{v.get("const")}
	if e := v.get("enum"); e != nil && e.form == '[' {
		list = e.list
	} else if list[0] == nil {
		return nil
	}
	t, null := &Type{Form: Union}, false
	for _, e := range list {
		switch e.form {
		case '"':
			t.Variants = append(t.Variants, Variant{Name: e.text})
		case 'n':
			null = true
		default:
			return nil // numbers: what their type says is enough
		}
	}
	if slices.ContainsFunc(t.Variants, func(v Variant) bool { return v.Name == "" }) {
		return &Type{Form: Text}
	}
	if null {
		return &Type{Form: Option, Elem: t}
	}
	return t
}

// kindsOf returns the names of the JSON types of a schema.
func kindsOf(v *value) ([]string, error) {
	switch k := v.get("type"); {
	case k == nil && v.get("properties") != nil:
		return []string{"object"}, nil
	case k == nil && v.get("items") != nil:
		return []string{"array"}, nil
	case k == nil:
		return []string{""}, nil
	case k.form == '"':
		return []string{k.text}, nil
	case k.form == '[' && len(k.list) > 0:
		var kinds []string
		for _, e := range k.list {
			if e.form != '"' || slices.Contains(kinds, e.text) {
				return nil, errors.New("a type is no list of names")
			}
			kinds = append(kinds, e.text)
		}
		return kinds, nil
	}
	return nil, errors.New("a type is neither a name nor a list of names")
}

func (b *builder) typed(v *value, kind string) (*Type, error) {
	switch kind {
	case "":
		return &Type{}, nil
	case "null":
		return &Type{Form: Null}, nil
	case "boolean":
		return &Type{Form: Bool}, nil
	case "integer":
		return &Type{Form: Integer, Format: v.string("format")}, nil
	case "number":
		return &Type{Form: Number, Format: v.string("format")}, nil
	case "string":
		return &Type{Form: Text}, nil
	case "array":
		return b.array(v)
	case "object":
		return b.object(v)
	}
	return nil, fmt.Errorf("%.40q is no JSON type", kind)
}

func (b *builder) array(v *value) (*Type, error) {
	items := v.get("items")
	if items == nil {
		return &Type{Form: List, Elem: &Type{}}, nil
	}
	if items.form != '[' {
		elem, err := b.build(items)
		if err != nil {
			return nil, fmt.Errorf("items: %w", err)
		}
		return &Type{Form: List, Elem: elem}, nil
	}
	t := &Type{Form: Tuple}
	for i, e := range items.list {
		item, err := b.build(e)
		if err != nil {
			return nil, fmt.Errorf("item %d: %w", i, err)
		}
		t.Items = append(t.Items, item)
	}
	return t, nil
}

func (b *builder) object(v *value) (*Type, error) {
	properties, more := v.get("properties"), v.get("additionalProperties")
	if (properties == nil || len(properties.names) == 0) && more != nil && more.form == '{' {
		elem, err := b.build(more)
		if err != nil {
			return nil, fmt.Errorf("additionalProperties: %w", err)
		}
		return &Type{Form: Map, Elem: elem}, nil
	}
	t := &Type{Form: Object, Open: more == nil || more.form != 'f'}
	required := map[string]bool{}
	if r := v.get("required"); r != nil {
		for _, e := range r.list {
			required[e.text] = true
		}
	}
	if properties != nil {
		if properties.form != '{' {
			return nil, fmt.Errorf("properties are %s", properties.describe())
		}
		for _, name := range properties.names {
			p := properties.at[name]
			inner, err := b.build(p)
			if err != nil {
				return nil, fmt.Errorf("%.80s: %w", name, err)
			}
			f := Field{Name: name, Doc: p.string("description"), Type: inner, Required: required[name]}
			if d := p.get("default"); d != nil {
				if text := string(d.appendJSON(nil)); len(text) <= maxDefault {
					f.Default = text
				}
			}
			t.Fields = append(t.Fields, f)
			delete(required, name)
		}
	}
	for _, name := range sortedNames(required) {
		t.Fields = append(t.Fields, Field{Name: name, Type: &Type{}, Required: true})
	}
	return t, nil
}
