package schema

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// maxSteps bounds the work on one message: alternatives in alternatives
// multiply.
const maxSteps = 200_000

// encoder makes JSON of what was typed.
type encoder struct {
	hooks Hooks
	steps int
}

func (e *encoder) step(at path) error {
	if e.steps++; e.steps > maxSteps {
		return at.fail("the type has too many alternatives in each other")
	}
	return nil
}

// encode appends the JSON of a value.
func (e *encoder) encode(to []byte, t *Type, n *node, at path) ([]byte, error) {
	if err := e.step(at); err != nil {
		return nil, err
	}
	if len(n.words) > 0 && len(n.names) > 0 {
		return nil, at.fail("it has a value of its own and %s.%s: leave out one of them", at.last(), n.names[0])
	}
	if len(n.words) == 1 {
		if done, out, err := e.whole(to, t, n.words[0], at); done || err != nil {
			return out, err
		}
	}
	if len(n.words) > 1 && !t.repeats() {
		return nil, at.fail("it is given %d times", len(n.words))
	}
	if t.Scalar() == "" && t.Form == Ref {
		return e.encode(to, t.Elem, n, at)
	}
	switch t.Form {
	case Option:
		return e.encode(to, t.Elem, n, at)
	case Object:
		return e.object(to, t, n, at)
	case All:
		return e.all(to, t, n, at)
	case Map:
		return e.byName(to, t, n, at)
	case List, Tuple:
		return e.list(to, t, n, at)
	case Union:
		return e.union(to, t, n, at)
	case Any:
		return e.anything(to, n, at)
	default:
	}
	if len(n.names) > 0 {
		return nil, at.fail("it is %s and has no %s", t, n.names[0])
	}
	if len(n.words) == 0 {
		return nil, at.fail("it needs a value (%s)", t)
	}
	return e.scalar(to, t, n.words[0].text, at)
}

// repeats reports whether a value may be given several times.
func (t *Type) repeats() bool {
	return t.among(func(t *Type) bool { return t.Form == List || t.Form == Tuple || t.Form == Any })
}

// among reports whether a type, or one that its values may be of just as they
// are, has a property. Each type is looked at once.
func (t *Type) among(has func(*Type) bool) bool {
	seen := map[*Type]bool{}
	var visit func(*Type) bool
	visit = func(t *Type) bool {
		if seen[t] {
			return false
		}
		seen[t] = true
		return has(t) || t.Form != All && slices.ContainsFunc(t.without(), visit)
	}
	return visit(t)
}

// whole handles a word that is a value of its own whatever the type is: JSON by
// :=, null for what may be null, a JSON object.
func (e *encoder) whole(to []byte, t *Type, w word, at path) (done bool, out []byte, err error) {
	text := w.text
	inner := t
	for inner.Form == Option || inner.Form == Ref && inner.Scalar() == "" {
		inner = inner.Elem
	}
	structured := inner.Form == Object || inner.Form == Map || inner.Form == Union || inner.Form == Any || inner.Form == All
	if structured && !w.json && strings.HasPrefix(text, "@") {
		data, err := e.file(text[1:])
		if err != nil {
			return true, nil, at.wrap(err)
		}
		text, w.json = string(data), true
	}
	switch {
	case w.json:
	case text == "null" && t.nullable():
		return true, append(to, "null"...), nil
	case structured && strings.HasPrefix(strings.TrimSpace(text), "{"):
	case structured && len(at) == 0 && text != "" && strings.ContainsRune(`["`, rune(text[0])): // a whole message that is no object
	default:
		return false, nil, nil
	}
	v, err := parseValue([]byte(text))
	if err != nil {
		return true, nil, at.fail("%.60q is not good JSON: %w", text, err)
	}
	if err := e.check(t, v, at); err != nil {
		return true, nil, err
	}
	return true, v.appendJSON(to), nil
}

// nullable reports whether null is a value of the type.
func (t *Type) nullable() bool {
	return t.among(func(t *Type) bool { return t.Form == Null || t.Form == Option })
}

func (e *encoder) object(to []byte, t *Type, n *node, at path) ([]byte, error) {
	if len(n.words) == 1 {
		if t.IsCoin() {
			return e.coin(to, n.words[0].text, at)
		}
		if n.words[0].text != "" || !t.empty() {
			return nil, at.fail("it is an object: write %s.NAME=VALUE%s, or JSON in {}", at.name(), t.example())
		}
	}
	names := make([]string, len(t.Fields))
	for i, f := range t.Fields {
		names[i] = f.Name
	}
	for _, name := range n.names {
		if t.Field(name) == nil {
			return nil, at.fail("there is no %q%s", name, meant(name, names))
		}
	}
	var missing []string
	to = append(to, '{')
	first := true
	for _, f := range t.Fields {
		child := n.below[f.Name]
		if child == nil {
			if f.Required {
				missing = append(missing, fmt.Sprintf("%s (%s)", strings.Join(at.at(f.Name), "."), f.Type))
			}
			continue
		}
		if !first {
			to = append(to, ',')
		}
		first = false
		var err error
		if to, err = e.encode(append(appendText(to, f.Name), ':'), f.Type, child, at.at(f.Name)); err != nil {
			return nil, err
		}
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("missing: %s", strings.Join(missing, ", "))
	}
	return append(to, '}'), nil
}

// name is the place as a person types it.
func (p path) name() string {
	if len(p) == 0 {
		return "message"
	}
	return strings.Join(p, ".")
}

// example lists the fields of an object in brackets.
func (t *Type) example() string {
	var names []string
	for _, f := range t.Fields {
		names = append(names, f.Name)
	}
	if len(names) == 0 {
		return ""
	}
	return " (" + strings.Join(names[:min(len(names), maxListed)], ", ") + ")"
}

// all encodes what must fit several types: the fields of all objects in it.
func (e *encoder) all(to []byte, t *Type, n *node, at path) ([]byte, error) {
	if len(t.Items) == 1 {
		return e.encode(to, t.Items[0], n, at)
	}
	merged := &Type{Form: Object}
	for _, part := range t.Items {
		part = part.Follow()
		if part.Form != Object {
			return nil, at.fail("its type is too involved for NAME=VALUE: give JSON in {}")
		}
		for _, f := range part.Fields {
			if merged.Field(f.Name) == nil {
				merged.Fields = append(merged.Fields, f)
			}
		}
	}
	return e.object(to, merged, n, at)
}

func (e *encoder) byName(to []byte, t *Type, n *node, at path) ([]byte, error) {
	if len(n.words) == 1 && n.words[0].text != "" {
		return nil, at.fail("it is an object with any names: write %s.NAME=VALUE or JSON in {}", at.name())
	}
	to = append(to, '{')
	for i, name := range n.names {
		if i > 0 {
			to = append(to, ',')
		}
		var err error
		if to, err = e.encode(append(appendText(to, name), ':'), t.Elem, n.below[name], at.at(name)); err != nil {
			return nil, err
		}
	}
	return append(to, '}'), nil
}

// anything encodes a value of which nothing is known: JSON if it is JSON, else a
// text.
func (e *encoder) anything(to []byte, n *node, at path) ([]byte, error) {
	switch {
	case len(n.names) > 0:
		return e.byName(to, &Type{Form: Map, Elem: &Type{}}, n, at)
	case len(n.words) > 1:
		return e.list(to, &Type{Form: List, Elem: &Type{}}, n, at)
	case len(n.words) == 0:
		return append(to, "{}"...), nil
	}
	if v, err := parseValue([]byte(n.words[0].text)); err == nil {
		return v.appendJSON(to), nil
	}
	return appendText(to, n.words[0].text), nil
}

// file reads @NAME.
func (e *encoder) file(name string) ([]byte, error) {
	if e.hooks.File != nil {
		return e.hooks.File(name)
	}
	if name == "" {
		return nil, os.ErrNotExist
	}
	return readFile(name)
}
