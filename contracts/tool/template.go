package tool

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/build/constraint"
	"go/doc"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Template is an example that a project can begin with.
type Template struct {
	Name  string `json:"name"`
	About string `json:"about"` // what it is
}

// Templates lists the examples that the source holds, by name.
func (s *Source) Templates() []Template {
	var list []Template
	for _, folder := range s.examples {
		list = append(list, Template{Name: path.Base(folder), About: s.about(folder)})
	}
	return list
}

// about is what the comment of a package says of it, the first sentence without
// the words that every such comment begins with.
func (s *Source) about(folder string) string {
	for _, name := range s.names {
		if path.Dir(name) != folder || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		data, err := fs.ReadFile(s.files, name)
		if err != nil {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), name, data, parser.PackageClauseOnly|parser.ParseComments)
		if err == nil && parsed.Doc != nil {
			text := new(doc.Package).Synopsis(parsed.Doc.Text())
			return strings.TrimPrefix(text, "Package "+path.Base(folder)+" ")
		}
	}
	return ""
}

// rename is what turns an example into a project.
type rename struct {
	oldPath, newPath string // import paths
	oldName, newName string // of the package
}

// file is a file of a project to be.
type file struct {
	name string
	data []byte
}

// instantiate returns the files of a template under its new name. Files that are
// for a build tag of the house stay behind.
func (s *Source) instantiate(template string, r rename) ([]file, error) {
	folder := "contracts/" + template
	var files []file
	for _, name := range s.names {
		inside, ok := strings.CutPrefix(name, folder+"/")
		if !ok {
			continue
		}
		data, err := fs.ReadFile(s.files, name)
		if err != nil {
			return nil, err
		}
		switch {
		case strings.HasSuffix(name, ".go"):
			if !ordinary(data) {
				continue
			}
			if data, err = r.source(inside, data); err != nil {
				return nil, err
			}
		case inside == "README.md":
			data = r.readme(s, folder, data)
		case path.Dir(inside) == "schema":
			data = bytes.Replace(data, fmt.Appendf(nil, `"contract_name": %q`, r.oldName), fmt.Appendf(nil, `"contract_name": %q`, r.newName), 1)
		}
		files = append(files, file{r.fileName(inside), data})
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("%w %q: there are %s", ErrTemplate, template, strings.Join(s.templateNames(), ", "))
	}
	return files, nil
}

// fileName renames the files that are called like the package.
func (r rename) fileName(name string) string {
	dir, base := path.Split(name)
	for _, end := range []string{".go", "_test.go", ".json"} {
		if base == r.oldName+end {
			return dir + r.newName + end
		}
	}
	return name
}

func (s *Source) templateNames() []string {
	var names []string
	for _, t := range s.Templates() {
		names = append(names, t.Name)
	}
	return names
}

// ordinary reports whether a file is built without tags of one's own.
func ordinary(data []byte) bool {
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "package ") {
			break
		}
		if expr, err := constraint.Parse(strings.TrimSpace(line)); err == nil {
			return expr.Eval(func(tag string) bool { return tag == "wasip1" || tag == "wasm" }) ||
				expr.Eval(func(tag string) bool { return tag == "linux" || tag == "amd64" || tag == "unix" })
		}
	}
	return true
}

// edit replaces the bytes from at to end.
type edit struct {
	at, end int
	text    string
}

// neighbour is the rest of a literal that names the main package of another
// example, as tests with several contracts do. A project finds it in the source.
var neighbour = regexp.MustCompile(`^[a-z0-9]+/wasm"$`)

// source renames a Go file: its package, its imports, and what it takes from the
// package under its old name.
func (r rename) source(name string, data []byte) ([]byte, error) {
	fset := token.NewFileSet()
	parsed, err := parser.ParseFile(fset, name, data, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	at := func(p token.Pos) int { return fset.Position(p).Offset }
	var edits []edit
	replace := func(n ast.Node, text string) { edits = append(edits, edit{at(n.Pos()), at(n.End()), text}) }
	switch parsed.Name.Name {
	case r.oldName:
		replace(parsed.Name, r.newName)
	case r.oldName + "_test":
		replace(parsed.Name, r.newName+"_test")
	}
	imports := false
	for _, spec := range parsed.Imports {
		target, err := strconv.Unquote(spec.Path.Value)
		if inside, ok := strings.CutPrefix(target+"/", r.oldPath+"/"); err == nil && ok {
			replace(spec.Path, strconv.Quote(path.Join(r.newPath, inside)))
			imports = imports || (inside == "" && spec.Name == nil)
		}
	}
	if imports {
		ast.Inspect(parsed, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok {
				if id, ok := sel.X.(*ast.Ident); ok && id.Name == r.oldName && id.Obj == nil { // the parser resolves what a file declares, and that is all that is needed
					replace(id, r.newName)
				}
			}
			return true
		})
	}
	if !strings.Contains(name, "/") {
		ast.Inspect(parsed, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if beside, ok := strings.CutPrefix(lit.Value, `"../`); ok && neighbour.MatchString(beside) {
					replace(lit, `"`+strings.TrimPrefix(link, "./")+"/contracts/"+beside)
				}
			}
			return true
		})
	}
	if parsed.Doc != nil {
		for _, c := range parsed.Doc.List {
			if text, ok := strings.CutPrefix(c.Text, "// Package "+r.oldName+" "); ok {
				replace(c, "// Package "+r.newName+" "+text)
			}
		}
	}
	return apply(data, edits), nil
}

func apply(data []byte, edits []edit) []byte {
	slices.SortFunc(edits, func(a, b edit) int { return a.at - b.at })
	var out bytes.Buffer
	done := 0
	for _, e := range edits {
		out.Write(data[done:e.at])
		out.WriteString(e.text)
		done = e.end
	}
	out.Write(data[done:])
	return out.Bytes()
}

// relative finds links to other files in a README.
var relative = regexp.MustCompile(`\[([^\]]*)\]\(([^):#]+)(#[^)]*)?\)`)

// readme is the README of a template with a project's title and first commands.
// A link that leads out of the folder becomes plain text.
func (r rename) readme(s *Source, folder string, data []byte) []byte {
	_, body, _ := strings.Cut(string(data), "\n")
	body = relative.ReplaceAllStringFunc(body, func(found string) string {
		m := relative.FindStringSubmatch(found)
		if slices.Contains(s.names, path.Join(folder, m[2])) {
			renamed := r.fileName(m[2])
			return "[" + strings.Replace(m[1], m[2], renamed, 1) + "](" + renamed + m[3] + ")"
		}
		return m[1]
	})
	body = strings.ReplaceAll(body, r.oldPath, r.newPath)
	return []byte("# " + path.Base(r.newPath) + "\n\n" + strings.ReplaceAll(readmeHead, "TEMPLATE", r.oldName) + strings.TrimLeft(body, "\n"))
}

// readmeHead stands below the title of a project's README.
const readmeHead = `A contract in Go for weft, made from the example TEMPLATE.

` + "```" + `
weft contract test     # go test; once after a fresh clone, then go test ./... works too
weft contract build    # the module for the chain
weft contract check    # the chain's rules, sizes, first gas
weft contract deploy --from alice --init …
weft contract call ALIAS MESSAGE name=value … --from alice
weft contract query ALIAS QUERY name=value …
` + "```" + `

`
