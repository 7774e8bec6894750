package bind

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/weftchain/weft/contracts/tool/schema"
)

// goWriter writes the types of a contract in Go. What has no name in the schema
// and needs one in Go gets it from where it stands.
type goWriter struct {
	*model
	strings.Builder
	inline  map[*schema.Type]*declared
	helpers map[string]bool // which parts of the runtime are needed
	json    bool            // the package encoding/json is needed
}

// doc writes a comment.
func (w *goWriter) doc(indent, text string) {
	for _, line := range commentLines(text) {
		w.WriteString(strings.TrimRight(indent+"// "+line, " ") + "\n")
	}
}

// types writes all declarations. Those that are found on the way are appended
// to w.all.
func (w *goWriter) types() {
	for i := 0; i < len(w.all); i++ {
		d := w.all[i]
		w.WriteString("\n")
		w.declaration(d)
	}
}

// heading is the comment of a declaration: Go's begin with the name.
func heading(d *declared) string {
	switch {
	case d.doc == "":
		return ""
	case strings.HasPrefix(d.doc, d.name+" "):
		return d.doc
	}
	return d.name + ": " + d.doc
}

func (w *goWriter) declaration(d *declared) {
	t := d.is
	w.doc("", heading(d))
	switch t.Form {
	case schema.Object:
		if odd(t.Fields) {
			w.json = true
			fmt.Fprintf(w, "type %s map[string]json.RawMessage // it has names that no Go struct can have\n", d.name)
			return
		}
		fmt.Fprintf(w, "type %s struct {\n", d.name)
		w.fields(d, t.Fields)
		w.WriteString("}\n")
	case schema.Tuple:
		w.tuple(d)
	case schema.Union:
		if t.IsEnum() && len(t.Variants) > 0 {
			w.enum(d)
		} else {
			w.union(d)
		}
	case schema.List:
		w.container(d, "[]", "[]")
	case schema.Map:
		w.container(d, "map[string]", "{}")
	default:
		if t.Scalar() == "" && w.reaches(t, d, 0) { // a name for itself
			w.json = true
			fmt.Fprintf(w, "type %s = json.RawMessage\n", d.name)
			return
		}
		fmt.Fprintf(w, "type %s = %s\n", d.name, w.aliased(d))
	}
}

// aliased is what a declaration stands for that is only a name.
func (w *goWriter) aliased(d *declared) string {
	if d.is.Form == schema.Text {
		switch named := schemaName(d); {
		case named == "Binary":
			w.helpers["Bytes"] = true
			return "Bytes"
		case named != "":
			return "string"
		}
	}
	return w.expr(d.is, d.name)
}

// schemaName is the name of a declaration if it is one of CosmWasm's texts.
func schemaName(d *declared) string {
	ref := &schema.Type{Form: schema.Ref, Name: d.name, Elem: d.is}
	if ref.Scalar() == "" {
		return ""
	}
	return d.name
}

// reaches reports whether a type leads to a declaration through names alone,
// which Go's aliases cannot do.
func (w *goWriter) reaches(t *schema.Type, d *declared, depth int) bool {
	if t == nil || depth > 100 {
		return depth > 100
	}
	switch t.Form {
	case schema.Ref:
		to := w.of[t.Elem]
		if to == d {
			return true
		}
		switch to.is.Form {
		case schema.Object, schema.Union, schema.Tuple, schema.List, schema.Map:
			return false // a type of its own
		}
		return w.reaches(to.is, d, depth+1)
	case schema.Option, schema.List, schema.Map:
		return w.reaches(t.Elem, d, depth+1)
	}
	return false
}

// expr returns a type where it is used; context names what has no name.
func (w *goWriter) expr(t *schema.Type, context string) string {
	switch t.Form {
	case schema.Null:
		w.helpers["Null"] = true
		return "Null"
	case schema.Bool:
		return "bool"
	case schema.Integer:
		return w.integer(t.Format)
	case schema.Number:
		return "float64"
	case schema.Text:
		return "string"
	case schema.List:
		w.helpers["List"] = true
		return "List[" + w.expr(t.Elem, context+"Item") + "]"
	case schema.Map:
		w.helpers["Map"] = true
		return "Map[" + w.expr(t.Elem, context+"Value") + "]"
	case schema.Option:
		inner := w.expr(t.Elem, context)
		if strings.HasPrefix(inner, "*") {
			return inner
		}
		return "*" + inner
	case schema.Ref:
		return w.of[t.Elem].name
	case schema.Object, schema.Tuple, schema.Union:
		return w.named(t, context, "").name
	case schema.All:
		if len(t.Items) == 1 {
			return w.expr(t.Items[0], context)
		}
	}
	w.json = true
	return "json.RawMessage"
}

// named declares a type that has no name in the schema. otherwise is the comment
// if the schema has none.
func (w *goWriter) named(t *schema.Type, context, otherwise string) *declared {
	if d := w.inline[t]; d != nil {
		return d
	}
	if len(context) > maxName {
		context = context[:maxName]
	}
	d := &declared{name: w.names.pick(pascal(context)), doc: t.Doc, is: t}
	if d.doc == "" && otherwise != "" {
		d.doc = d.name + " " + otherwise
	}
	w.inline[t] = d
	w.all = append(w.all, d)
	return d
}

// integer is Go's type for a format.
func (w *goWriter) integer(format string) string {
	switch format {
	case "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64":
		return format
	case "uint":
		return "uint64"
	case "", "int":
		return "int64"
	}
	w.json = true
	return "json.Number" // more than 64 bits
}

// fields writes the fields of a struct. Fields that may be missing are pointers.
func (w *goWriter) fields(d *declared, fields []schema.Field) {
	used := names{}
	for _, f := range fields {
		doc := f.Doc
		if f.Default != "" && f.Default != "null" {
			doc = strings.TrimSpace(doc + "\nDefault: " + f.Default)
		}
		w.doc("\t", doc)
		name := used.pick(pascal(f.Name))
		kind := w.expr(f.Type, d.name+pascal(f.Name))
		tag := f.Name
		switch {
		case !f.Required && !strings.HasPrefix(kind, "*"):
			kind = "*" + kind
			fallthrough
		case !f.Required:
			tag += ",omitempty"
		case w.holds(f.Type, d.is, map[*schema.Type]bool{}):
			kind = "*" + kind // a struct cannot hold itself
		}
		fmt.Fprintf(w, "\t%s %s %s\n", name, kind, goTag(tag))
	}
}

// goTag writes a struct tag.
func goTag(tag string) string {
	if tag == "-" {
		tag = "-," // without the comma the field would be left out
	}
	return "`json:" + strconv.Quote(tag) + "`"
}

// tagRunes are what encoding/json takes in tags besides letters and digits, less
// what cannot stand in a tag in backquotes.
const tagRunes = "!#$%&()*+-./:;<=>?@[]^_{|}~ "

// odd reports whether a field's name cannot stand in a struct tag.
func odd(fields []schema.Field) bool {
	return slices.ContainsFunc(fields, func(f schema.Field) bool {
		return f.Name == "" || strings.ContainsFunc(f.Name, func(c rune) bool {
			return !unicode.IsLetter(c) && !unicode.IsDigit(c) && !strings.ContainsRune(tagRunes, c)
		})
	})
}

// holds reports whether a value of type t has a value of type target in itself,
// not behind a pointer.
func (w *goWriter) holds(t, target *schema.Type, seen map[*schema.Type]bool) bool {
	if t == target {
		return true
	}
	if seen[t] {
		return false
	}
	seen[t] = true
	switch t.Form {
	case schema.Ref:
		return w.holds(w.of[t.Elem].is, target, seen)
	case schema.Object:
		return slices.ContainsFunc(t.Fields, func(f schema.Field) bool { return f.Required && w.holds(f.Type, target, seen) })
	case schema.Tuple:
		return slices.ContainsFunc(t.Items, func(item *schema.Type) bool { return w.holds(item, target, seen) })
	}
	return false
}

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
