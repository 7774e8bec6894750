package schema

import (
	"strconv"
	"strings"
)

func (e *encoder) list(to []byte, t *Type, n *node, at path) ([]byte, error) {
	elements, ready, err := e.elements(t, n, at)
	if err != nil {
		return nil, err
	}
	if ready != nil {
		if err := e.check(t, ready, at); err != nil {
			return nil, err
		}
		return ready.appendJSON(to), nil
	}
	if t.Form == Tuple && len(elements) != len(t.Items) {
		return nil, at.fail("it has %d values, not %d: write %s", len(elements), len(t.Items), t)
	}
	to = append(to, '[')
	for i, n := range elements {
		if i > 0 {
			to = append(to, ',')
		}
		elem := t.Elem
		if t.Form == Tuple {
			elem = t.Items[i]
		}
		if to, err = e.encode(to, elem, n, at.at(strconv.Itoa(i))); err != nil {
			return nil, err
		}
	}
	return append(to, ']'), nil
}

// elements returns what was typed for the elements of a list, or the list if
// JSON was typed for all of it.
func (e *encoder) elements(t *Type, n *node, at path) (elements []*node, ready *value, err error) {
	if len(n.names) > 0 {
		for i := range n.names {
			name := strconv.Itoa(i)
			if i > maxListIndex || n.below[name] == nil {
				return nil, nil, at.fail("it is a list: number the elements %s.0, %s.1 and so on without a gap", at.name(), at.name())
			}
			elements = append(elements, n.below[name])
		}
		return elements, nil, nil
	}
	for _, w := range n.words {
		text := strings.TrimSpace(w.text)
		switch {
		case text == "" && len(n.words) == 1:
		case strings.HasPrefix(text, "@") && len(n.words) == 1 && t.Form == List:
			data, err := e.file(text[1:])
			if err != nil {
				return nil, nil, at.wrap(err)
			}
			v, err := parseValue(data)
			if err != nil {
				return nil, nil, at.wrap(err)
			}
			return nil, v, nil
		case strings.HasPrefix(text, "[") && strings.HasSuffix(text, "]"):
			if v, err := parseValue([]byte(text)); err == nil && len(n.words) == 1 {
				return nil, v, nil
			}
			for _, part := range split(text[1 : len(text)-1]) {
				elements = append(elements, &node{words: []word{{text: part}}})
			}
		case t.Form == List && t.Elem.IsCoin() && strings.Contains(text, ",") && !strings.HasPrefix(text, "{"):
			for _, part := range strings.Split(text, ",") {
				elements = append(elements, &node{words: []word{{text: part}}})
			}
		default:
			elements = append(elements, &node{words: []word{w}})
		}
	}
	return elements, nil, nil
}

// split cuts a list at the commas that are not in brackets or quotes.
func split(text string) []string {
	var parts []string
	depth, begin, quoted := 0, 0, false
	for i := range len(text) {
		switch c := text[i]; {
		case c == '"' && (i == 0 || text[i-1] != '\\'):
			quoted = !quoted
		case quoted:
		case c == '[' || c == '{':
			depth++
		case c == ']' || c == '}':
			depth--
		case c == ',' && depth == 0:
			parts = append(parts, strings.TrimSpace(text[begin:i]))
			begin = i + 1
		}
	}
	if rest := strings.TrimSpace(text[begin:]); rest != "" || len(parts) > 0 {
		parts = append(parts, rest)
	}
	return parts
}
