package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// sourceRoots are the packages that a contract's project imports or runs.
var sourceRoots = []string{"contracts/testkit", "contracts/sdk", "contracts/sdk/gen", "contracts/sdk/native"}

// TestSource: source.go embeds every file of the packages that contracts import,
// and of the examples, which are the templates of weft contract new.
func TestSource(t *testing.T) {
	mains, err := filepath.Glob("contracts/*/wasm/main.go")
	if err != nil || len(mains) == 0 {
		t.Fatal("there are no examples", err)
	}
	examples := map[string]bool{}
	queue := sourceRoots
	for _, file := range mains {
		folder := path.Dir(filepath.ToSlash(file))
		examples[path.Dir(folder)] = true
		queue = append(queue, folder, path.Dir(folder))
	}
	seen := map[string]bool{}
	for ; len(queue) > 0; queue = queue[1:] {
		folder := queue[0]
		if seen[folder] {
			continue
		}
		seen[folder] = true
		files, err := filepath.Glob(folder + "/*.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") && !examples[folder] {
				continue
			}
			if _, err := fs.Stat(source, filepath.ToSlash(file)); err != nil {
				t.Errorf("source.go does not embed %s, which contracts import: add a pattern", file)
			}
			queue = append(queue, ownImports(t, file)...)
		}
	}
	if !seen["app"] || !seen["vm/rewrite"] {
		t.Error("the walk through the imports is broken")
	}
}

// ownImports returns the folders of this module that a file imports.
func ownImports(t *testing.T, file string) (folders []string) {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	for _, spec := range parsed.Imports {
		target, err := strconv.Unquote(spec.Path.Value)
		if inside, ok := strings.CutPrefix(target, module+"/"); ok && err == nil {
			folders = append(folders, inside)
		}
	}
	return folders
}
