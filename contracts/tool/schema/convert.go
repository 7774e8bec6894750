package schema

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// maxDefault bounds the length of a default that is kept.
const maxDefault = 200

// builder makes the types of one document.
type builder struct {
	doc  *Document
	defs map[string]*value
}

// document makes the types of a JSON Schema document.
func document(v *value) (*Document, error) {
	if v.form != '{' {
		return nil, fmt.Errorf("expected a JSON Schema, found %s", v.describe())
	}
	if isCWSchema(v) {
		return cwDocument(v)
	}
	b := &builder{doc: &Document{Title: v.string("title"), Definitions: map[string]*Type{}}, defs: map[string]*value{}}
	for _, key := range []string{"definitions", "$defs"} {
		defs := v.get(key)
		if defs == nil || defs.form != '{' {
			continue
		}
		for _, name := range defs.names {
			if b.defs[name] == nil {
				b.doc.Names = append(b.doc.Names, name)
			}
			b.defs[name] = defs.at[name]
			b.doc.Definitions[name] = &Type{} // filled below: types may refer to later ones
		}
	}
	b.doc.Root = &Type{}
	for _, name := range b.doc.Names {
		t, err := b.build(b.defs[name])
		if err != nil {
			return nil, fmt.Errorf("definition %.80s: %w", name, err)
		}
		*b.doc.Definitions[name] = *t
	}
	t, err := b.build(v)
	if err != nil {
		return nil, err
	}
	*b.doc.Root = *t
	return b.doc, b.doc.productive()
}

// build makes the type of a schema.
func (b *builder) build(v *value) (*Type, error) {
	switch v.form {
	case 't', 'f':
		return &Type{}, nil
	case '{':
	default:
		return nil, fmt.Errorf("expected a schema, found %s", v.describe())
	}
	t, err := b.shape(v)
	if err != nil {
		return nil, err
	}
	if text := v.string("description"); text != "" {
		t.Doc = text
	}
	return t, nil
}

func (b *builder) shape(v *value) (*Type, error) {
	if ref := v.get("$ref"); ref != nil {
		return b.reference(ref)
	}
	var parts []*Type
	for _, key := range []string{"oneOf", "anyOf"} {
		if l := v.get(key); l != nil && l.form == '[' {
			t, err := b.union(l.list)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", key, err)
			}
			parts = append(parts, t)
		}
	}
	if l := v.get("allOf"); l != nil && l.form == '[' {
		for i, e := range l.list {
			t, err := b.build(e)
			if err != nil {
				return nil, fmt.Errorf("allOf %d: %w", i, err)
			}
			parts = append(parts, t)
		}
	}
	if len(parts) == 0 || v.get("properties") != nil {
		t, err := b.plain(v)
		if err != nil {
			return nil, err
		}
		parts = append(parts, t)
	}
	if len(parts) == 1 {
		return parts[0], nil
	}
	return &Type{Form: All, Items: parts}, nil
}

// reference finds what a $ref means: #/definitions/NAME or #, the root.
func (b *builder) reference(v *value) (*Type, error) {
	if v.form != '"' {
		return nil, fmt.Errorf("a $ref is %s", v.describe())
	}
	if v.text == "#" {
		return &Type{Form: Ref, Name: b.doc.Title, Elem: b.doc.Root}, nil
	}
	for _, prefix := range []string{"#/definitions/", "#/$defs/"} {
		name, ok := strings.CutPrefix(v.text, prefix)
		if !ok {
			continue
		}
		if to := b.doc.Definitions[name]; to != nil {
			return &Type{Form: Ref, Name: name, Elem: to}, nil
		}
		if plain, err := url.PathUnescape(name); err == nil {
			name = strings.ReplaceAll(strings.ReplaceAll(plain, "~1", "/"), "~0", "~")
		}
		if to := b.doc.Definitions[name]; to != nil {
			return &Type{Form: Ref, Name: name, Elem: to}, nil
		}
	}
	return nil, fmt.Errorf("$ref %.80q leads nowhere", v.text)
}

// union makes the type of alternatives.
func (b *builder) union(list []*value) (*Type, error) {
	u := &Type{Form: Union}
	null := false
	for i, v := range list {
		if v.form == '{' && v.string("type") == "null" {
			null = true
			continue
		}
		if err := b.variant(u, v); err != nil {
			return nil, fmt.Errorf("alternative %d: %w", i, err)
		}
	}
	t := u
	if len(u.Variants) == 1 && u.Variants[0].Name == "" {
		t = u.Variants[0].Type
	}
	if null && len(u.Variants) == 0 {
		return &Type{Form: Null}, nil
	}
	if null && t.Form != Option {
		t = &Type{Form: Option, Elem: t, Doc: t.Doc}
	}
	return t, nil
}

// variant adds an alternative to a union.
func (b *builder) variant(u *Type, v *value) error {
	doc := v.string("description")
	if name, inner := tagged(v); name != "" {
		t, err := b.build(inner)
		if err != nil {
			return fmt.Errorf("%.80s: %w", name, err)
		}
		if doc == "" {
			doc = t.Doc
		}
		u.Variants = append(u.Variants, Variant{Name: name, Doc: doc, Type: t})
		return nil
	}
	t, err := b.build(v)
	if err != nil {
		return err
	}
	if t.IsEnum() && t.Form == Union && v.get("$ref") == nil {
		for _, inner := range t.Variants {
			if inner.Doc == "" {
				inner.Doc = doc
			}
			u.Variants = append(u.Variants, inner)
		}
		return nil
	}
	u.Variants = append(u.Variants, Variant{Doc: doc, Type: t})
	return nil
}

// tagged returns the only property of an object that needs it: a variant of an
// enum as serde writes it.
func tagged(v *value) (string, *value) {
	required, properties := v.get("required"), v.get("properties")
	if properties == nil || properties.form != '{' || len(properties.names) != 1 || required == nil || len(required.list) != 1 {
		return "", nil
	}
	for _, key := range []string{"oneOf", "anyOf", "allOf", "$ref"} {
		if v.get(key) != nil {
			return "", nil
		}
	}
	name := properties.names[0]
	if required.list[0].form != '"' || required.list[0].text != name || name == "" {
		return "", nil
	}
	if v.get("additionalProperties") != nil && v.get("additionalProperties").form != 'f' {
		return "", nil
	}
	return name, properties.at[name]
}

// productive refuses types that lead back to themselves without a value in
// between, like A that is B that is A. more are types besides the definitions.
func (d *Document) productive(more ...*Type) error {
	done := map[*Type]bool{} // false: being visited
	var visit func(t *Type) error
	visit = func(t *Type) error {
		finished, known := done[t]
		if finished {
			return nil
		}
		if known {
			return errors.New("it leads back to itself")
		}
		done[t] = false
		for _, next := range t.without() {
			if err := visit(next); err != nil {
				return err
			}
		}
		done[t] = true
		return nil
	}
	if err := visit(d.Root); err != nil {
		return err
	}
	for _, name := range d.Names {
		if err := visit(d.Definitions[name]); err != nil {
			return fmt.Errorf("definition %.80s: %w", name, err)
		}
	}
	for i, t := range more {
		if err := visit(t); err != nil {
			return fmt.Errorf("definition %d: %w", i, err)
		}
	}
	return nil
}

// without returns the types that a value of t may be of just as it is.
func (t *Type) without() []*Type {
	switch t.Form {
	case Ref, Option:
		return []*Type{t.Elem}
	case All:
		return t.Items
	case Union:
		var list []*Type
		for _, v := range t.Variants {
			if v.Name == "" {
				list = append(list, v.Type)
			}
		}
		return list
	default:
	}
	return nil
}
