package golden

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strings"
	"testing"
)

// Mentions fails the test for each constant of a Go file whose name begins with
// prefix and that is not in the other file, the test's: a constant that is new
// has to get its row in a specification.
func Mentions(t testing.TB, file, prefix, test string) {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(test)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	ast.Inspect(parsed, func(n ast.Node) bool {
		decl, ok := n.(*ast.GenDecl)
		if !ok || decl.Tok != token.CONST {
			return true
		}
		for _, spec := range decl.Specs {
			for _, name := range spec.(*ast.ValueSpec).Names {
				if !strings.HasPrefix(name.Name, prefix) {
					continue
				}
				found++
				if !strings.Contains(string(text), name.Name) {
					t.Errorf("%s has the constant %s, and %s does not know it", file, name.Name, test)
				}
			}
		}
		return true
	})
	if found == 0 {
		t.Errorf("%s has no constant that begins with %s", file, prefix)
	}
}
