package bind

import (
	"encoding/json"
	"regexp"
	"strings"

	"github.com/weftchain/weft/contracts/tool/schema"
)

// tsGlobals are names of TypeScript's own types that the code uses, and that a
// type of the schema would hide.
const tsGlobals = "Array Record Promise Object String Number Boolean Symbol Function Partial Readonly Parameters Awaited " +
	"CosmWasmClient SigningCosmWasmClient ExecuteResult InstantiateResult MigrateResult Fee Funds"

// tsWriter writes TypeScript.
type tsWriter struct {
	*model
	strings.Builder
	used names // types that were written by name
}

// use returns the name of a type and remembers that it is needed.
func (w *tsWriter) use(d *declared) string {
	if w.used != nil {
		w.used[d.name] = true
	}
	return d.name
}

// doc writes a comment.
func (w *tsWriter) doc(indent, text string) {
	lines := commentLines(text)
	switch len(lines) {
	case 0:
	case 1:
		w.WriteString(indent + "/** " + lines[0] + " */\n")
	default:
		w.WriteString(indent + "/**\n")
		for _, line := range lines {
			w.WriteString(strings.TrimRight(indent+" * "+line, " ") + "\n")
		}
		w.WriteString(indent + " */\n")
	}
}

// types writes all declarations.
func (w *tsWriter) types() {
	for i, d := range w.all {
		if i > 0 {
			w.WriteString("\n")
		}
		w.doc("", d.doc)
		t := d.is
		if t.Form == schema.Object && len(t.Fields) > 0 {
			w.WriteString("export interface " + d.name + " ")
			w.object(t, "")
			w.WriteString("\n")
			continue
		}
		w.WriteString("export type " + d.name + " =")
		if t.Form == schema.Union && len(t.Variants) > 1 && !t.IsEnum() {
			w.union(t, "  ", "\n  | ", true)
		} else {
			w.WriteString(" ")
			w.expr(t, "")
		}
		w.WriteString(";\n")
	}
}

// expr writes a type where it is used; parts of an array or an intersection
// that need it are put in parentheses by group.
func (w *tsWriter) expr(t *schema.Type, indent string) {
	switch t.Form {
	case schema.Null:
		w.WriteString("null")
	case schema.Bool:
		w.WriteString("boolean")
	case schema.Integer, schema.Number:
		w.WriteString("number")
	case schema.Text:
		w.WriteString("string")
	case schema.List:
		w.group(t.Elem, indent)
		w.WriteString("[]")
	case schema.Tuple:
		w.WriteString("[")
		for i, item := range t.Items {
			if i > 0 {
				w.WriteString(", ")
			}
			w.expr(item, indent)
		}
		w.WriteString("]")
	case schema.Object:
		w.object(t, indent)
	case schema.Map:
		w.WriteString("{ [key: string]: ")
		w.expr(t.Elem, indent)
		w.WriteString(" }")
	case schema.Union:
		w.union(t, indent, " | ", false)
	case schema.Option:
		w.expr(t.Elem, indent)
		w.WriteString(" | null")
	case schema.Ref:
		w.WriteString(w.use(w.of[t.Elem]))
	case schema.All:
		for i, part := range t.Items {
			if i > 0 {
				w.WriteString(" & ")
			}
			w.group(part, indent)
		}
	default:
		w.WriteString("unknown")
	}
}

// group writes a type so that an operator behind it means all of it.
func (w *tsWriter) group(t *schema.Type, indent string) {
	if t.Form == schema.Option || t.Form == schema.Union || t.Form == schema.All {
		w.WriteString("(")
		w.expr(t, indent)
		w.WriteString(")")
		return
	}
	w.expr(t, indent)
}

func (w *tsWriter) union(t *schema.Type, indent, between string, leading bool) {
	if len(t.Variants) == 0 {
		w.WriteString("never")
		return
	}
	for i, v := range t.Variants {
		if i > 0 || leading {
			w.WriteString(between)
		}
		switch {
		case v.Type == nil:
			w.WriteString(quote(v.Name))
		case v.Name == "":
			w.group(v.Type, indent)
		default:
			w.object(&schema.Type{Form: schema.Object, Fields: []schema.Field{{Name: v.Name, Doc: v.Doc, Type: v.Type, Required: true}}}, indent)
		}
	}
}

func (w *tsWriter) object(t *schema.Type, indent string) {
	switch {
	case len(t.Fields) == 0 && t.Open:
		w.WriteString("Record<string, unknown>")
		return
	case len(t.Fields) == 0:
		w.WriteString("Record<string, never>")
		return
	}
	w.WriteString("{\n")
	inner := indent + "  "
	for _, f := range t.Fields {
		doc := f.Doc
		if f.Default != "" && f.Default != "null" {
			doc = strings.TrimSpace(doc + "\nDefault: " + f.Default)
		}
		w.doc(inner, doc)
		mark := ""
		if !f.Required {
			mark = "?"
		}
		w.WriteString(inner + property(f.Name) + mark + ": ")
		w.expr(f.Type, inner)
		w.WriteString(";\n")
	}
	w.WriteString(indent + "}")
}

var plainProperty = regexp.MustCompile(`^[A-Za-z_$][A-Za-z0-9_$]*$`)

// property is a name in an object's type.
func property(name string) string {
	if plainProperty.MatchString(name) {
		return name
	}
	return quote(name)
}

// key is a name in an object's value; __proto__ would be no member.
func key(name string) string {
	if name == "__proto__" {
		return `["__proto__"]`
	}
	return property(name)
}

// quote writes a text literal.
func quote(text string) string {
	data, err := json.Marshal(text)
	if err != nil {
		return `""` // a string always encodes
	}
	return string(data)
}
