package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"strings"
)

// integers are the integer types and their bits; int and uint have 64 in wasm.
var integers = map[string]int{
	"int8": 8, "int16": 16, "int32": 32, "int64": 64, "int": 64,
	"uint8": 8, "uint16": 16, "uint32": 32, "uint64": 64, "uint": 64, "byte": 8,
}

func writeDecode(b *bytes.Buffer, s structure) {
	fmt.Fprintf(b, "\n// DecodeJSON reads the fields.\nfunc (m *%s) DecodeJSON(r *json.Reader) {\n", s.name)
	if len(s.fields) == 0 {
		b.WriteString("for r.Object(); r.Field(); {\nr.Unknown()\n}\n}\n")
		return
	}
	b.WriteString("var seen uint64\nfor r.Object(); r.Field(); {\nswitch r.Name {\n")
	for i, f := range s.fields {
		fmt.Fprintf(b, "case %q:\nr.Once(&seen, %d)\n", f.json, i)
		_, pointer := f.kind.(*ast.StarExpr)
		if f.omits && !pointer {
			b.WriteString("if r.Null() {\nbreak\n}\n")
		}
		decode(b, "m."+f.name, f.kind, f.quoted, 0)
	}
	b.WriteString("default:\nr.Unknown()\n}\n}\n")
	for i, f := range s.fields {
		if !f.optional() {
			fmt.Fprintf(b, "r.Need(seen, %d, %q)\n", i, f.json)
		}
	}
	b.WriteString("}\n")
}

// decode writes the statements that read a value into a place.
func decode(b *bytes.Buffer, to string, kind ast.Expr, quoted bool, depth int) {
	name := text(kind)
	v := fmt.Sprint("v", depth)
	switch {
	case strings.HasPrefix(name, "*"):
		elem := kind.(*ast.StarExpr).X
		fmt.Fprintf(b, "if !r.Null() {\nvar %s %s\n", v, text(elem))
		decode(b, v, elem, quoted, depth+1)
		fmt.Fprintf(b, "%s = &%s\n}\n", to, v)
	case name == "[]byte":
		fmt.Fprintf(b, "%s = r.Binary()\n", to)
	case strings.HasPrefix(name, "[]"):
		elem := kind.(*ast.ArrayType).Elt
		fmt.Fprintf(b, "for r.Array(); r.Element(); {\nvar %s %s\n", v, text(elem))
		decode(b, v, elem, false, depth+1)
		fmt.Fprintf(b, "%s = append(%s, %s)\n}\n", to, to, v)
	case name == "string":
		fmt.Fprintf(b, "%s = r.Text()\n", to)
	case name == "bool":
		fmt.Fprintf(b, "%s = r.Bool()\n", to)
	case quoted:
		fmt.Fprintf(b, "%s = r.UintText()\n", to)
	case integers[name] == 64:
		method := "Int"
		if name[0] == 'u' {
			method = "Uint"
		}
		value := "r." + method + "()"
		if name == "int" || name == "uint" {
			value = name + "(" + value + ")"
		}
		fmt.Fprintf(b, "%s = %s\n", to, value)
	case integers[name] > 0:
		method := "IntOf"
		if name[0] != 'i' {
			method = "UintOf"
		}
		fmt.Fprintf(b, "%s = %s(r.%s(%d))\n", to, name, method, integers[name])
	default:
		fmt.Fprintf(b, "%s.DecodeJSON(r)\n", to)
	}
}

func writeEncode(b *bytes.Buffer, s structure) {
	fmt.Fprintf(b, "\n// EncodeJSON writes the fields.\nfunc (m *%s) EncodeJSON(w *json.Writer) {\n", s.name)
	if len(s.fields) == 0 {
		b.WriteString("w.Raw(`{}`)\n}\n")
		return
	}
	// As long as it is known whether a comma is needed, the text between two
	// values is one piece.
	known := !s.fields[0].omits
	if !known {
		b.WriteString("w.Object()\n")
	}
	for i, f := range s.fields {
		from := "m." + f.name
		switch {
		case f.omits:
			known = false
			fmt.Fprintf(b, "if %s {\nw.Name(%q)\n", present(from, f.kind), f.json)
			encode(b, from, f.kind, f.quoted, true, 0)
			b.WriteString("}\n")
			continue
		case known && i == 0:
			fmt.Fprintf(b, "w.Raw(`{\"%s\":`)\n", f.json)
		case known:
			fmt.Fprintf(b, "w.Append(`,\"%s\":`)\n", f.json)
		default:
			fmt.Fprintf(b, "w.Name(%q)\n", f.json)
			known = true
		}
		encode(b, from, f.kind, f.quoted, false, 0)
	}
	b.WriteString("w.EndObject()\n}\n")
}

// present is the condition that a value is not zero.
func present(from string, kind ast.Expr) string {
	name := text(kind)
	switch {
	case strings.HasPrefix(name, "*"):
		return from + " != nil"
	case strings.HasPrefix(name, "[]"), name == "string":
		return "len(" + from + ") > 0"
	case name == "bool":
		return from
	case integers[name] > 0:
		return from + " != 0"
	}
	return "!" + from + ".IsZero()"
}

// encode writes the statements that write a value.
func encode(b *bytes.Buffer, from string, kind ast.Expr, quoted, sure bool, depth int) {
	name := text(kind)
	v := fmt.Sprint("v", depth)
	switch {
	case strings.HasPrefix(name, "*"):
		elem := kind.(*ast.StarExpr).X
		if !sure {
			fmt.Fprintf(b, "if %s == nil {\nw.Null()\n} else {\n", from)
		}
		if base := text(elem); base == "string" || base == "bool" || integers[base] > 0 {
			from = "*" + from
		}
		encode(b, from, elem, quoted, false, depth+1)
		if !sure {
			b.WriteString("}\n")
		}
	case name == "[]byte":
		fmt.Fprintf(b, "w.Binary(%s)\n", from)
	case strings.HasPrefix(name, "[]"):
		fmt.Fprintf(b, "w.Array()\nfor %s := range %s {\n", v, from)
		encode(b, from+"["+v+"]", kind.(*ast.ArrayType).Elt, false, false, depth+1)
		b.WriteString("}\nw.EndArray()\n")
	case name == "string":
		fmt.Fprintf(b, "w.Text(%s)\n", from)
	case name == "bool":
		fmt.Fprintf(b, "w.Bool(%s)\n", from)
	case quoted:
		fmt.Fprintf(b, "w.UintText(%s)\n", from)
	case integers[name] > 0:
		method, wide := "Int", "int64"
		if name[0] != 'i' {
			method, wide = "Uint", "uint64"
		}
		if name != wide {
			from = wide + "(" + from + ")"
		}
		fmt.Fprintf(b, "w.%s(%s)\n", method, from)
	default:
		fmt.Fprintf(b, "%s.EncodeJSON(w)\n", from)
	}
}
