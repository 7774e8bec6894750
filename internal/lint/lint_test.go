package lint

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"
)

// TestPass proves on fixtures that each rule can fail, and what passes.
func TestPass(t *testing.T) {
	listed := map[string]string{"state/prune.go": "a fixture"}
	analysistest.Run(t, analysistest.TestData(), newAnalyzer(listed), "state", "chance")
}

// TestComments covers what a want comment cannot stand beside: //weft:
// comments that are themselves the fault.
func TestComments(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "go.mod", "module example.test/x\n\ngo 1.26\n")
	write(t, dir, "x.go", `package x

func f(m map[int]int) {
	//weft:sorted
	for k := range m {
		_ = k
	}
	//weft:clock it is only a little
}
`)
	got := run(t, dir, ".")
	want := []string{
		"x.go:4: //weft:sorted needs a reason: say why no two nodes can differ here",
		"x.go:5: range over a map has no order: " + sortKeys,
		"x.go:8: unknown comment //weft:clock: there are //weft:sorted, //weft:json and //weft:float",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestConsensus runs the pass over the repository's own consensus packages.
func TestConsensus(t *testing.T) {
	root := repository(t)
	var patterns []string
	for _, folder := range Consensus {
		if _, err := os.Stat(filepath.Join(root, folder)); err == nil {
			patterns = append(patterns, "./"+folder+"/...")
		}
	}
	if len(patterns) == 0 {
		t.Fatalf("none of %v exists: the list is stale", Consensus)
	}
	for _, finding := range run(t, root, patterns...) {
		t.Error(finding)
	}
}

// TestConcurrent keeps the table of concurrent files true.
func TestConcurrent(t *testing.T) {
	root := repository(t)
	for file, reason := range concurrent {
		if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(file))); err != nil || reason == "" {
			t.Errorf("concurrent lists %s (%q): it needs an existing file and a reason", file, reason)
		}
	}
}

// run loads packages and returns what the pass finds in them, sorted by place.
func run(t *testing.T, dir string, patterns ...string) []string {
	t.Helper()
	pkgs, err := packages.Load(&packages.Config{
		Mode: packages.LoadSyntax | packages.NeedModule,
		Dir:  dir,
		Env:  append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off"),
	}, patterns...)
	if err != nil {
		t.Fatal(err)
	}
	pkgs = slices.DeleteFunc(pkgs, func(p *packages.Package) bool {
		_, spared := Spared[strings.TrimPrefix(p.PkgPath, module+"/")]
		if len(p.Errors) > 0 {
			t.Errorf("%s does not compile, so it was not checked: %v", p.PkgPath, p.Errors[0])
		}
		return spared || len(p.Errors) > 0
	})
	graph, err := checker.Analyze([]*analysis.Analyzer{Analyzer}, pkgs, nil)
	if err != nil {
		t.Fatal(err)
	}
	var findings []string
	for _, action := range graph.Roots {
		if action.Err != nil {
			t.Errorf("%s was not checked: %v", action.Package.PkgPath, action.Err)
			continue
		}
		for _, d := range action.Diagnostics {
			findings = append(findings, place(action.Package.Fset.Position(d.Pos), dir)+": "+d.Message)
		}
	}
	slices.Sort(findings)
	return findings
}
