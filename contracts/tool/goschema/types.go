package goschema

import (
	"bytes"
	"fmt"
	"go/token"
	"go/types"
	"reflect"
	"slices"
	"strings"
)

// writer writes one document: a type with the definitions that it needs.
type writer struct {
	*source
	defined map[string]any          // definitions by name
	names   map[*types.Named]string // of types that are defined
}

// integers are Go's, and what schemas call them; int has 64 bits in wasm.
var integers = map[types.BasicKind]string{
	types.Int8: "int8", types.Int16: "int16", types.Int32: "int32", types.Int64: "int64", types.Int: "int64",
	types.Uint8: "uint8", types.Uint16: "uint16", types.Uint32: "uint32", types.Uint64: "uint64", types.Uint: "uint64",
}

// schema returns what a type is in JSON; named types become definitions.
func (w *writer) schema(t types.Type, at token.Pos) (object, error) {
	switch t := types.Unalias(t).(type) {
	case *types.Pointer:
		inner, err := w.schema(t.Elem(), at)
		return nullable(inner), err
	case *types.Named:
		return w.named(t, at)
	case *types.Slice:
		if b, ok := types.Unalias(t.Elem()).(*types.Basic); ok && b.Kind() == types.Byte {
			return w.known("Binary"), nil
		}
		elem, err := w.schema(t.Elem(), at)
		return object{{"type", "array"}, {"items", elem}}, err
	case *types.Basic:
		switch {
		case t.Kind() == types.String:
			return text(""), nil
		case t.Kind() == types.Bool:
			return object{{"type", "boolean"}}, nil
		case integers[t.Kind()] != "":
			return integer(integers[t.Kind()]), nil
		}
	}
	return nil, w.failure(at, "%s has no form in JSON: give it a type with DecodeJSON and EncodeJSON, and //sdk:schema in its comment", t)
}

// nullable is a schema that allows null.
func nullable(inner object) object {
	if kind, ok := inner.get("type").(string); ok && inner.get("enum") == nil {
		out := slices.Clone(inner)
		for i := range out {
			if out[i].name == "type" {
				out[i].value = []string{kind, "null"}
			}
		}
		return out
	}
	return object{{"anyOf", []any{inner, object{{"type", "null"}}}}}
}

// known returns a reference to a type of the sdk, or the type itself.
func (w *writer) known(name string) object {
	w.need(name)
	if inline[name] {
		return known[name]
	}
	return reference(name)
}

// need defines a type of the sdk and what it refers to.
func (w *writer) need(name string) {
	for _, more := range needs[name] {
		w.need(more)
	}
	if !inline[name] {
		w.defined[name] = known[name]
	}
}

// named returns a reference to a named type.
func (w *writer) named(t *types.Named, at token.Pos) (object, error) {
	if body := w.builtin(t); body != nil {
		return body, nil
	}
	if name := w.names[t]; name != "" {
		return reference(name), nil
	}
	name := w.pick(t)
	w.names[t] = name
	w.defined[name] = nil // its name is taken
	body, err := w.body(t, at)
	if err != nil {
		return nil, err
	}
	if doc := w.doc(t); doc != "" {
		body = body.described(doc)
	}
	w.defined[name] = body
	return reference(name), nil
}

// builtin returns what a type of the packages sdk and json is, nil for others.
func (w *writer) builtin(t *types.Named) object {
	switch pkg := t.Obj().Pkg(); {
	case pkg == nil:
	case pkg.Path() == jsonPath && t.Obj().Name() == "Raw":
		return object{{"description", "Any JSON."}}
	case pkg.Path() == sdkPath && known[t.Obj().Name()] != nil:
		return w.known(t.Obj().Name())
	default:
		c, err := w.of(pkg.Path(), t.Obj().Name())
		if err == nil && known[t.Obj().Name()] != nil && strings.TrimSpace(c.schema) == "sdk."+t.Obj().Name() {
			return w.known(t.Obj().Name())
		}
	}
	return nil
}

// pick returns a name for a definition that is not taken.
func (w *writer) pick(t *types.Named) string {
	name := t.Obj().Name()
	name = strings.ToUpper(name[:1]) + name[1:]
	if _, taken := w.defined[name]; !taken && known[name] == nil {
		return name
	}
	name = t.Obj().Pkg().Name() + "_" + name
	for base, i := name, 2; ; i++ {
		if _, taken := w.defined[name]; !taken {
			return name
		}
		name = fmt.Sprintf("%s_%d", base, i)
	}
}

func (w *writer) doc(t *types.Named) string {
	c, err := w.of(t.Obj().Pkg().Path(), t.Obj().Name())
	if err != nil {
		return ""
	}
	return c.doc
}

// body returns the form of a named type itself.
func (w *writer) body(t *types.Named, at token.Pos) (object, error) {
	if t.Obj().Pkg() == nil {
		return nil, w.failure(at, "%s has no form in JSON", t)
	}
	if t.TypeArgs().Len() > 0 {
		return nil, w.failure(at, "%s is generic, which the generator of JSON methods does not know", t)
	}
	c, err := w.of(t.Obj().Pkg().Path(), t.Obj().Name())
	if err != nil {
		return nil, err
	}
	if c.at.IsValid() {
		at = c.at
	}
	if c.schema != "" {
		return w.directive(t, c, at)
	}
	body, ok := t.Underlying().(*types.Struct)
	if !c.generated || !ok {
		return nil, w.failure(at, "%s has JSON methods of its own, so its form cannot be seen: say it in its comment by //sdk:schema {…}, or let //sdk:json make the methods of a struct", t.Obj().Name())
	}
	if c.oneOf {
		return w.oneOf(body, c, at)
	}
	return w.structure(body, c, at)
}

// oneOf is an object with one of the fields of a struct, as cosmwasm-schema writes
// an enum of Rust.
func (w *writer) oneOf(body *types.Struct, c *comments, at token.Pos) (object, error) {
	var variants []any
	for i := range body.NumFields() {
		f := body.Field(i)
		if p := c.fieldAt[f.Name()]; p.IsValid() {
			at = p
		}
		tag, _ := reflect.StructTag(body.Tag(i)).Lookup("json")
		name, options, _ := strings.Cut(tag, ",")
		pointer, ok := types.Unalias(f.Type()).(*types.Pointer)
		if !ok || name == "" {
			return nil, w.failure(at, "the field %s of //sdk:oneof needs a pointer and a name in a json tag", f.Name())
		}
		inner, err := w.field(pointer.Elem(), options, at)
		if err != nil {
			return nil, err
		}
		variants = append(variants, tagged(c.fields[f.Name()], name, inner))
	}
	return object{{"oneOf", variants}}, nil
}

// structure is an object with the fields of a struct.
func (w *writer) structure(body *types.Struct, c *comments, at token.Pos) (object, error) {
	var required []string
	var properties object
	for i := range body.NumFields() {
		f := body.Field(i)
		if p := c.fieldAt[f.Name()]; p.IsValid() {
			at = p
		}
		tag, ok := reflect.StructTag(body.Tag(i)).Lookup("json")
		name, options, _ := strings.Cut(tag, ",")
		if !ok || name == "" {
			return nil, w.failure(at, "the field %s needs a name in a json tag", f.Name())
		}
		inner, err := w.field(f.Type(), options, at)
		if err != nil {
			return nil, err
		}
		_, optional := types.Unalias(f.Type()).(*types.Pointer)
		if !optional && slices.Contains(strings.Split(options, ","), "omitempty") {
			inner, optional = nullable(inner), true
		}
		if doc := c.fields[f.Name()]; doc != "" {
			if inner.get("$ref") != nil { // what stands beside a $ref does not count
				inner = object{{"allOf", []any{inner}}}
			}
			inner = inner.described(doc)
		}
		properties = properties.with(name, inner)
		if !optional {
			required = append(required, name)
		}
	}
	out := object{{"type", "object"}}
	if len(required) > 0 {
		out = out.with("required", required)
	}
	if len(properties) > 0 {
		out = out.with("properties", properties)
	}
	return out.with("additionalProperties", false), nil
}

// field is the schema of a field with the options of its tag.
func (w *writer) field(t types.Type, options string, at token.Pos) (object, error) {
	if !slices.Contains(strings.Split(options, ","), "string") {
		return w.schema(t, at)
	}
	if _, pointer := types.Unalias(t).(*types.Pointer); pointer {
		return nullable(w.known("Uint64")), nil
	}
	return w.known("Uint64"), nil
}

// definitions are the types that the document refers to, sorted.
func (w *writer) definitions(o object) object {
	if len(w.defined) == 0 {
		return o
	}
	names := make([]string, 0, len(w.defined))
	for name := range w.defined {
		names = append(names, name)
	}
	slices.Sort(names)
	var all object
	for _, name := range names {
		all = all.with(name, w.defined[name])
	}
	return o.with("definitions", all)
}

// used reports whether a document refers to one of its definitions.
func used(document object, name string) bool {
	data, err := marshal(document)
	return err != nil || bytes.Contains(data, []byte(`"#/definitions/`+name+`"`))
}
