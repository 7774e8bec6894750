package goschema

import (
	"go/ast"
	"go/token"
	"strings"
)

// comments are what the source says of a type besides its form.
type comments struct {
	doc       string
	generated bool   // //sdk:json or //sdk:oneof: the generator writes its methods
	oneOf     bool   // //sdk:oneof: exactly one of its fields is there
	schema    string // what //sdk:schema says
	at        token.Pos
	fields    map[string]string
	fieldAt   map[string]token.Pos
}

// of returns the comments of a type of a package.
func (s *source) of(path, name string) (*comments, error) {
	if s.docs[path] == nil {
		asts := s.asts
		if path != s.pkg.Path() {
			p := s.all[path]
			if p == nil {
				return &comments{}, nil
			}
			var err error
			if asts, err = s.parse(p); err != nil {
				return nil, err
			}
		}
		s.docs[path] = map[string]*comments{}
		for _, file := range asts {
			collect(s.docs[path], file)
		}
	}
	if c := s.docs[path][name]; c != nil {
		return c, nil
	}
	return &comments{}, nil
}

// collect reads the comments of a file's types.
func collect(to map[string]*comments, file *ast.File) {
	for _, d := range file.Decls {
		decl, ok := d.(*ast.GenDecl)
		if !ok || decl.Tok != token.TYPE {
			continue
		}
		for _, spec := range decl.Specs {
			spec := spec.(*ast.TypeSpec)
			c := &comments{at: spec.Pos(), fields: map[string]string{}, fieldAt: map[string]token.Pos{}}
			for _, group := range []*ast.CommentGroup{decl.Doc, spec.Doc} {
				if group == nil || group == decl.Doc && decl.Lparen.IsValid() {
					continue
				}
				c.doc = prose(group)
				c.directives(group)
			}
			if body, ok := spec.Type.(*ast.StructType); ok {
				for _, f := range body.Fields.List {
					doc := prose(f.Doc)
					if doc == "" {
						doc = prose(f.Comment)
					}
					for _, n := range f.Names {
						c.fields[n.Name], c.fieldAt[n.Name] = doc, n.Pos()
					}
				}
			}
			to[spec.Name.Name] = c
		}
	}
}

// directives reads the //sdk: lines.
func (c *comments) directives(group *ast.CommentGroup) {
	for _, line := range group.List {
		switch text := line.Text; {
		case text == "//sdk:json", text == "//sdk:oneof":
			c.generated, c.oneOf = true, text == "//sdk:oneof"
		case strings.HasPrefix(text, "//sdk:schema "):
			c.schema += strings.TrimPrefix(text, "//sdk:schema ") + "\n"
		}
	}
}

// prose is a comment as a description: lines are joined, paragraphs stay.
func prose(group *ast.CommentGroup) string {
	if group == nil {
		return ""
	}
	paragraphs := strings.Split(strings.TrimSpace(group.Text()), "\n\n")
	for i, p := range paragraphs {
		if !strings.HasPrefix(p, "\t") { // code stays as it is
			paragraphs[i] = strings.Join(strings.Fields(p), " ")
		}
	}
	return strings.Join(paragraphs, "\n\n")
}
