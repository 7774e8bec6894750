// Package lint finds what makes two honest nodes disagree: code in a
// consensus package whose outcome depends on more than the agreed block.
//
// It knows Go's sources of chance (map order, goroutines, clocks, dice, the
// environment, floating point, lax JSON) and the packages that must be free
// of them. Layers are the business of layers_test.go, style that of
// golangci-lint. Its own tests run it over the repository and check the rules
// of the house that concern files rather than code.
//
// Three kinds of finding can be answered where they stand, by a comment on the
// line or on the one above, with a reason:
//
//	//weft:sorted the keys are sorted before anything reads them
//	//weft:json genesis only, read before the first block
//	//weft:float the self-test compares the engine with Go's own arithmetic
//
// Concurrency is allowed by file, in the table concurrent, so that the list
// of places where it lives is one screen long. The rest has no exception.
package lint

import (
	"fmt"
	"go/ast"
	"go/token"
	"path"
	"path/filepath"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// module is the import path of this repository's root.
const module = "github.com/weftchain/weft"

// Consensus are the folders whose code every node must run alike; the folders
// below them belong to them, but for those of Spared.
var Consensus = []string{"state", "chain", "app", "vm", "tx"}

// Spared are folders below those of Consensus that no node runs.
var Spared = map[string]string{
	"app/sim":             "a seeded simulation: dice are its job",
	"app/wasm/enginetest": "an engine for tests",

	"app/lottery/simulate": "a seeded simulation and its statistics",
}

// concurrent are the files that may start goroutines and select, by
// module-relative path, each with the reason why the order cannot be seen.
var concurrent = map[string]string{
	"vm/admit.go":     "fills a cache, which no result depends on",
	"state/faults.go": "waits for a database that may have died; nothing it does reaches the rules but the fault",
}

// Analyzer reports what may differ between nodes in the package it is given.
// Test files and generated files are left alone.
var Analyzer = newAnalyzer(concurrent)

// newAnalyzer returns the pass with another table of concurrent files.
func newAnalyzer(concurrent map[string]string) *analysis.Analyzer {
	return &analysis.Analyzer{
		Name: "weft",
		Doc:  "report code in consensus packages that may differ between nodes",
		Run: func(pass *analysis.Pass) (any, error) {
			for _, file := range pass.Files {
				name := filepath.Base(pass.Fset.Position(file.Package).Filename)
				if strings.HasSuffix(name, "_test.go") || ast.IsGenerated(file) {
					continue
				}
				folder := strings.TrimPrefix(pass.Pkg.Path(), module+"/")
				_, free := concurrent[path.Join(folder, name)]
				c := &inspection{pass: pass, concurrent: free, allowed: allowances(pass, file)}
				ast.PreorderStack(file, nil, c.visit)
				c.unused()
			}
			return nil, nil
		},
	}
}

// inspection goes through one file.
type inspection struct {
	pass       *analysis.Pass
	concurrent bool
	allowed    map[int]*allowance // by line
}

// allowance is one //weft: comment.
type allowance struct {
	pos  token.Pos
	kind string // sorted, json or float
	used bool
}

// allowances reads the //weft: comments of a file and reports malformed ones.
func allowances(pass *analysis.Pass, file *ast.File) map[int]*allowance {
	found := map[int]*allowance{}
	for _, group := range file.Comments {
		for _, comment := range group.List {
			text, ok := strings.CutPrefix(comment.Text, "//weft:")
			if !ok {
				continue
			}
			kind, reason, _ := strings.Cut(text, " ")
			switch {
			case !contains("sorted json float", kind):
				pass.Reportf(comment.Pos(), "unknown comment //weft:%s: there are //weft:sorted, //weft:json and //weft:float", kind)
			case strings.TrimSpace(reason) == "":
				pass.Reportf(comment.Pos(), "//weft:%s needs a reason: say why no two nodes can differ here", kind)
			default:
				found[pass.Fset.Position(comment.Pos()).Line] = &allowance{pos: comment.Pos(), kind: kind}
			}
		}
	}
	return found
}

// report files a finding, unless a comment of that kind answers it. Kind is
// empty where nothing can.
func (c *inspection) report(pos token.Pos, kind, format string, args ...any) {
	line := c.pass.Fset.Position(pos).Line
	for _, at := range []int{line, line - 1} {
		if a := c.allowed[at]; a != nil && kind != "" && a.kind == kind {
			a.used = true
			return
		}
	}
	c.pass.Report(analysis.Diagnostic{Pos: pos, Message: fmt.Sprintf(format, args...)})
}

// unused reports comments that answer nothing, so that none outlives its code.
func (c *inspection) unused() {
	for _, a := range c.allowed {
		if !a.used {
			c.pass.Reportf(a.pos, "//weft:%s allows nothing here: remove it", a.kind)
		}
	}
}
