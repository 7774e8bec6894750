package schema

import (
	"strings"
)

// union encodes one of several alternatives: by the name of a variant, else by
// the first alternative without a name that takes what was typed.
func (e *encoder) union(to []byte, t *Type, n *node, at path) ([]byte, error) {
	for _, v := range t.Variants {
		if v.Name == "" {
			continue
		}
		if done, out, err := e.variant(to, v, n, at); done {
			return out, err
		}
	}
	var unnamed []*Type
	for _, v := range t.Variants {
		if v.Name == "" {
			unnamed = append(unnamed, v.Type)
		}
	}
	var firstErr error
	for _, last := range []bool{false, true} { // a text takes everything: it comes last
		for _, alternative := range unnamed {
			plain := alternative.Follow().Form == Text || alternative.Follow().Form == Any
			if plain != last {
				continue
			}
			out, err := e.encode(to[:len(to):len(to)], alternative, n, at)
			if err == nil || e.steps > maxSteps {
				return out, err
			}
			if firstErr == nil {
				firstErr = err
			}
		}
	}
	if len(unnamed) == 1 && len(t.Variants) == 1 {
		return nil, firstErr
	}
	return nil, t.notOne(n, at)
}

// variant encodes a variant with a name if it is what was typed.
func (e *encoder) variant(to []byte, v Variant, n *node, at path) (done bool, out []byte, err error) {
	typed := len(n.words) == 1 && n.words[0].text == v.Name
	if v.Type == nil {
		if !typed {
			return false, nil, nil
		}
		return true, appendText(to, v.Name), nil
	}
	child := n.below[v.Name]
	switch {
	case typed && v.Type.empty():
		child = &node{}
		if v.Type.Follow().Form == Null {
			child.words = []word{{text: "null"}}
		}
	case typed:
		return true, nil, at.fail("%s needs values: write %s.%s%s", v.Name, at.name(), v.Name, v.Type.more())
	case child == nil:
		return false, nil, nil
	case len(n.names) > 1:
		return true, nil, at.fail("it is one of %s, not several", strings.Join(n.names, ", "))
	}
	to = append(appendText(append(to, '{'), v.Name), ':')
	if to, err = e.encode(to, v.Type, child, at.at(v.Name)); err != nil {
		return true, nil, err
	}
	return true, append(to, '}'), nil
}

// more is what follows the name of a variant.
func (t *Type) more() string {
	if t := t.Follow(); t.Form == Object && len(t.Fields) > 0 {
		return "." + t.Fields[0].Name + "=…"
	}
	return "=…"
}

// notOne says what the alternatives are.
func (t *Type) notOne(n *node, at path) error {
	var names []string
	for _, v := range t.Variants {
		if v.Name != "" {
			names = append(names, v.Name)
		}
	}
	given := ""
	switch {
	case len(n.names) > 0:
		given = n.names[0]
	case len(n.words) > 0:
		given = n.words[0].text
	default:
		return at.fail("it needs a value: %s", t)
	}
	if len(names) == len(t.Variants) {
		return at.fail("there is no %.60q%s", given, meant(given, names))
	}
	return at.fail("%.60q is none of %s", given, t)
}
