package bind

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/weftchain/weft/contracts/tool/schema"
)

// tuple writes a struct that is an array in JSON.
func (w *goWriter) tuple(d *declared) {
	fmt.Fprintf(w, "type %s struct {\n", d.name)
	var to, from []string
	for i, item := range d.is.Items {
		kind := w.expr(item, d.name+"Item"+strconv.Itoa(i))
		if w.holds(item, d.is, map[*schema.Type]bool{}) {
			kind = "*" + kind
		}
		fmt.Fprintf(w, "\tItem%d %s\n", i, kind)
		from = append(from, fmt.Sprintf("v.Item%d", i))
		to = append(to, fmt.Sprintf("&v.Item%d", i))
	}
	w.helpers["tuple"] = true
	w.json = true
	fmt.Fprintf(w, `}

// MarshalJSON writes a list.
func (v %[1]s) MarshalJSON() ([]byte, error) { return json.Marshal([]any{%[2]s}) }

// UnmarshalJSON reads a list.
func (v *%[1]s) UnmarshalJSON(data []byte) error { return unmarshalTuple(data, %[3]s) }
`, d.name, strings.Join(from, ", "), quote(d.name)+comma(to))
}

func comma(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return ", " + strings.Join(list, ", ")
}

// container writes a list or map with a name: nil is an empty one in JSON.
func (w *goWriter) container(d *declared, prefix, empty string) {
	elem := w.expr(d.is.Elem, d.name+"Item")
	w.json = true
	fmt.Fprintf(w, `type %[1]s %[2]s%[3]s

// MarshalJSON writes %[4]s for nil.
func (v %[1]s) MarshalJSON() ([]byte, error) {
	if v == nil {
		return []byte(%[5]s), nil
	}
	return json.Marshal(%[2]s%[3]s(v))
}
`, d.name, prefix, elem, empty, quote(empty))
}

// enum writes texts as constants.
func (w *goWriter) enum(d *declared) {
	fmt.Fprintf(w, "type %s string\n\n// The values of %s.\nconst (\n", d.name, d.name)
	for _, v := range d.is.Variants {
		w.doc("\t", v.Doc)
		fmt.Fprintf(w, "\t%s %s = %s\n", w.names.pick(d.name+pascal(v.Name)), d.name, strconv.Quote(v.Name))
	}
	w.WriteString(")\n")
}

// union writes a struct of which one field is set.
func (w *goWriter) union(d *declared) {
	if d.doc != "" {
		w.WriteString("//\n")
	}
	fmt.Fprintf(w, "// %s is one of its fields: set exactly one.\ntype %s struct {\n", d.name, d.name)
	used := taken("MarshalJSON UnmarshalJSON")
	var cases []string
	for i, v := range d.is.Variants {
		w.doc("\t", v.Doc)
		switch {
		case v.Type == nil:
			name := used.pick(pascal(v.Name))
			fmt.Fprintf(w, "\t%s bool // the text %s\n", name, strconv.Quote(v.Name))
			cases = append(cases, fmt.Sprintf("{text: %s, set: &v.%s}", strconv.Quote(v.Name), name))
		case v.Name == "":
			name := used.pick("Value" + strconv.Itoa(i))
			if v.Type.Form == schema.Ref {
				name = used.pick(w.of[v.Type.Elem].name)
			}
			fmt.Fprintf(w, "\t%s *%s\n", name, strings.TrimPrefix(w.expr(v.Type, d.name+name), "*"))
			cases = append(cases, fmt.Sprintf("{value: at(&v.%s)}", name))
		default:
			name := used.pick(pascal(v.Name))
			fmt.Fprintf(w, "\t%s *%s\n", name, strings.TrimPrefix(w.expr(v.Type, d.name+pascal(v.Name)), "*"))
			cases = append(cases, fmt.Sprintf("{name: %s, value: at(&v.%s)}", strconv.Quote(v.Name), name))
		}
	}
	w.helpers["union"] = true
	fmt.Fprintf(w, `}

func (v *%[1]s) cases() []oneOf {
	return []oneOf{
		%[2]s
	}
}

// MarshalJSON writes the field that is set.
func (v %[1]s) MarshalJSON() ([]byte, error) { return marshalOneOf(%[3]s, v.cases()) }

// UnmarshalJSON reads one of the alternatives.
func (v *%[1]s) UnmarshalJSON(data []byte) error {
	*v = %[1]s{}
	return unmarshalOneOf(%[3]s, v.cases(), data)
}
`, d.name, strings.Join(append(cases, ""), ",\n"), quote(d.name))
}
