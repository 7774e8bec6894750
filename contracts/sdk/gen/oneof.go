package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/token"
	"strings"
)

// checkOne refuses a one-of that cannot tell which of its fields is there.
func checkOne(files *token.FileSet, s structure) error {
	if len(s.fields) == 0 {
		return fmt.Errorf("%s has no fields: //sdk:oneof is one of them", s.name)
	}
	for _, f := range s.fields {
		if _, pointer := f.kind.(*ast.StarExpr); !pointer || f.omits {
			return fmt.Errorf("%s: a field of //sdk:oneof is a pointer, without omitempty", files.Position(f.kind.Pos()))
		}
	}
	return nil
}

// names lists the fields of a one-of for its errors.
func (s structure) names() string {
	var names []string
	for _, f := range s.fields {
		names = append(names, f.json)
	}
	return strings.Join(names, ", ")
}

func writeDecodeOne(b *bytes.Buffer, s structure) {
	fmt.Fprintf(b, "\n// DecodeJSON reads the one field that is there.\nfunc (m *%s) DecodeJSON(r *json.Reader) {\n", s.name)
	b.WriteString("n := 0\nfor r.Object(); r.Field(); n++ {\nswitch r.Name {\n")
	for _, f := range s.fields {
		elem := f.kind.(*ast.StarExpr).X
		fmt.Fprintf(b, "case %q:\nvar v0 %s\n", f.json, text(elem))
		decode(b, "v0", elem, f.quoted, 1)
		fmt.Fprintf(b, "m.%s = &v0\n", f.name)
	}
	fmt.Fprintf(b, "default:\nr.Fail(\"unknown \" + r.Name + %q)\n}\n}\n", ": expected one of "+s.names())
	fmt.Fprintf(b, "if n != 1 {\nr.Fail(%q)\n}\n}\n", "expected exactly one of "+s.names())
}

func writeEncodeOne(b *bytes.Buffer, s structure) {
	fmt.Fprintf(b, "\n// EncodeJSON writes the one field that is set.\nfunc (m *%s) EncodeJSON(w *json.Writer) {\nswitch {\n", s.name)
	for _, f := range s.fields {
		fmt.Fprintf(b, "case m.%s != nil:\nw.Raw(`{\"%s\":`)\n", f.name, f.json)
		encode(b, "m."+f.name, f.kind, f.quoted, true, 0)
		b.WriteString("w.EndObject()\n")
	}
	b.WriteString("default:\nw.Null()\n}\n}\n")
}
