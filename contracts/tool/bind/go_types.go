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
		if len(t.Fields) == 0 {
			fmt.Fprintf(w, "type %s struct{}\n", d.name)
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
		default:
		}
		return w.reaches(to.is, d, depth+1)
	case schema.Option, schema.List, schema.Map:
		return w.reaches(t.Elem, d, depth+1)
	default:
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
	case schema.Any:
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
	default:
	}
	return false
}
