package schema

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// cwBuilder makes the types of a document in the form of the Rust crate
// cw-schema ({"type":"v1","root":0,"definitions":[…]}), which newer contracts
// have beside JSON Schema or instead of it.
type cwBuilder struct {
	doc   *Document
	nodes []*value
	types []*Type
}

// isCWSchema reports whether a document has that form.
func isCWSchema(v *value) bool {
	return v.form == '{' && v.string("type") == "v1" && v.get("definitions") != nil && v.get("definitions").form == '['
}

func cwDocument(v *value) (*Document, error) {
	b := &cwBuilder{doc: &Document{Definitions: map[string]*Type{}}, nodes: v.get("definitions").list}
	for range b.nodes {
		b.types = append(b.types, &Type{})
	}
	for i, node := range b.nodes {
		t, err := b.node(node)
		if err != nil {
			return nil, fmt.Errorf("definition %d (%.80s): %w", i, node.string("name"), err)
		}
		t.Doc = node.string("description")
		*b.types[i] = *t
	}
	known := map[*Type]int{}
	for i, t := range b.types {
		if unnamed(t, known) > maxUnnamed {
			return nil, fmt.Errorf("definition %d consists of more than %d types, or of itself", i, maxUnnamed)
		}
	}
	root, err := b.at(v.get("root"))
	if err != nil {
		return nil, fmt.Errorf("root: %w", err)
	}
	if root.Form == Ref {
		b.doc.Title = root.Name
		root = root.Elem
	}
	b.doc.Root = root
	return b.doc, b.doc.productive(b.types...)
}

// at returns the type that an index means: by name if it has one.
func (b *cwBuilder) at(index *value) (*Type, error) {
	if index == nil || index.form != '0' {
		return nil, fmt.Errorf("a reference is missing")
	}
	i, err := strconv.Atoi(index.text)
	if err != nil || i < 0 || i >= len(b.types) {
		return nil, fmt.Errorf("reference %.20s leads nowhere", index.text)
	}
	name := cwName(b.nodes[i].string("name"))
	if scalars[name] == "" {
		switch b.nodes[i].string("type") {
		case "struct", "enum":
		default:
			return b.types[i], nil // what it is says enough
		}
	}
	for n := 2; b.doc.Definitions[name] != nil && b.doc.Definitions[name] != b.types[i]; n++ {
		name = cwName(b.nodes[i].string("name")) + strconv.Itoa(n)
	}
	if b.doc.Definitions[name] == nil {
		b.doc.Definitions[name] = b.types[i]
		b.doc.Names = append(b.doc.Names, name)
	}
	return &Type{Form: Ref, Name: name, Elem: b.types[i]}, nil
}

// maxUnnamed bounds the types without a name that one type consists of. They are
// shared in a document and written out in code and help.
const maxUnnamed = 20_000

// unnamed returns how many types without a name a type consists of, more than
// maxUnnamed if they go in a circle.
func unnamed(t *Type, known map[*Type]int) int {
	if t == nil || t.Form == Ref {
		return 0
	}
	if n, ok := known[t]; ok {
		return n
	}
	known[t] = maxUnnamed + 1 // until it is known: a circle comes back to it
	n := 1 + unnamed(t.Elem, known)
	for _, item := range t.Items {
		n += unnamed(item, known)
	}
	for _, f := range t.Fields {
		n += unnamed(f.Type, known)
	}
	for _, v := range t.Variants {
		n += unnamed(v.Type, known)
	}
	known[t] = min(n, maxUnnamed+1)
	return known[t]
}

// cwName takes the modules off a name: Coin of cosmwasm_std_coin_Coin.
func cwName(name string) string {
	parts := strings.FieldsFunc(name, func(c rune) bool { return c != '_' && !unicode.IsLetter(c) && !unicode.IsDigit(c) })
	words := strings.Split(strings.Join(parts, "_"), "_")
	for i, word := range words {
		if word != "" && unicode.IsUpper([]rune(word)[0]) {
			return strings.Trim(strings.Join(words[i:], "_"), "_")
		}
	}
	return strings.Trim(strings.Join(words, "_"), "_")
}

// cwTexts are the nodes that are texts.
var cwTexts = map[string]bool{"string": true, "address": true, "binary": true, "checksum": true, "hexBinary": true, "timestamp": true, "decimal": true}

func (b *cwBuilder) node(v *value) (*Type, error) {
	if v.form != '{' {
		return nil, fmt.Errorf("it is %s", v.describe())
	}
	kind := v.string("type")
	switch {
	case cwTexts[kind]:
		return &Type{Form: Text}, nil
	case kind == "integer" && scalars[cwName(v.string("name"))] != "":
		return &Type{Form: Text}, nil // Uint128 and its like
	}
	switch kind {
	case "boolean":
		return &Type{Form: Bool}, nil
	case "float", "double":
		return &Type{Form: Number}, nil
	case "unit":
		return &Type{Form: Null}, nil
	case "integer":
		format := "uint"
		if signed := v.get("signed"); signed != nil && signed.form == 't' {
			format = "int"
		}
		if p := v.get("precision"); p != nil && p.form == '0' {
			format += p.text
		}
		return &Type{Form: Integer, Format: format}, nil
	case "array":
		elem, err := b.at(v.get("items"))
		return &Type{Form: List, Elem: elem}, err
	case "map":
		elem, err := b.at(v.get("value"))
		return &Type{Form: Map, Elem: elem}, err
	case "boxed", "optional":
		inner, err := b.at(v.get("inner"))
		if err != nil {
			return nil, err
		}
		if kind == "boxed" {
			return &Type{Form: All, Items: []*Type{inner}}, nil
		}
		return &Type{Form: Option, Elem: inner}, nil
	case "enum":
		return b.enum(v)
	case "struct", "tuple":
		return b.fields(v)
	}
	return nil, fmt.Errorf("%.40q is no type of cw-schema", kind)
}

// fields makes the type of a struct, a tuple or a case of an enum.
func (b *cwBuilder) fields(v *value) (*Type, error) {
	if items := v.get("items"); items != nil {
		t := &Type{Form: Tuple}
		for _, item := range items.list {
			inner, err := b.at(item)
			if err != nil {
				return nil, err
			}
			t.Items = append(t.Items, inner)
		}
		if len(t.Items) == 1 && v.string("type") != "tuple" || len(t.Items) == 1 && v.string("name") == "" {
			return t.Items[0], nil // a newtype is what it holds
		}
		return t, nil
	}
	properties := v.get("properties")
	if properties == nil {
		return &Type{Form: Null}, nil
	}
	if properties.form != '{' {
		return nil, fmt.Errorf("properties are %s", properties.describe())
	}
	t := &Type{Form: Object}
	for _, name := range properties.names {
		p := properties.at[name]
		inner, err := b.at(p.get("value"))
		if err != nil {
			return nil, fmt.Errorf("%.80s: %w", name, err)
		}
		defaulting := p.get("defaulting")
		required := b.nodes[b.index(p.get("value"))].string("type") != "optional" && (defaulting == nil || defaulting.form != 't')
		t.Fields = append(t.Fields, Field{Name: name, Doc: p.string("description"), Type: inner, Required: required})
	}
	return t, nil
}

// index is the number of a reference that at has checked.
func (b *cwBuilder) index(v *value) int {
	i, err := strconv.Atoi(v.text)
	if err != nil {
		return 0
	}
	return i
}

func (b *cwBuilder) enum(v *value) (*Type, error) {
	cases := v.get("cases")
	if cases == nil || cases.form != '{' {
		return nil, fmt.Errorf("an enum without cases")
	}
	tag := v.string("discriminator")
	t := &Type{Form: Union}
	for _, name := range cases.names {
		c := cases.at[name]
		doc := c.string("description")
		if c.string("type") == "unit" && tag == "" {
			t.Variants = append(t.Variants, Variant{Name: name, Doc: doc})
			continue
		}
		inner, err := b.fields(c)
		if err != nil {
			return nil, fmt.Errorf("%.80s: %w", name, err)
		}
		if tag == "" {
			t.Variants = append(t.Variants, Variant{Name: name, Doc: doc, Type: inner})
			continue
		}
		// The name stands in a field of the object.
		fields := []Field{{Name: tag, Type: &Type{Form: Union, Variants: []Variant{{Name: name}}}, Required: true}}
		if inner.Form == Object {
			fields = append(fields, inner.Fields...)
		}
		t.Variants = append(t.Variants, Variant{Doc: doc, Type: &Type{Form: Object, Fields: fields}})
	}
	return t, nil
}
