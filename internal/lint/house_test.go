package lint

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// maxFileBytes bounds a committed file; wasm fixtures may be larger.
const maxFileBytes = 1 << 20

// maxMainLines keeps main.go a door and nothing else.
const maxMainLines = 20

// registries are the host names that may stand nowhere in the tree: where
// packages come from is the setting of each machine. They are put together
// here so that this file does not break its own rule.
var registries = []string{
	"proxy." + "golang.org", "sum." + "golang.org", "goproxy" + ".io", "goproxy" + ".cn",
	"registry." + "npmjs", "registry." + "yarnpkg", "crates" + ".io", "pypi" + ".org",
	"python" + "hosted.org", "ruby" + "gems.org", "repo.maven" + ".apache.org", "api.nuget" + ".org",
}

// rule checks the files of a work tree and returns what breaks it.
type rule struct {
	name  string
	check func(root string, names []string) ([]string, error)
}

// house are the rules that concern files rather than code.
var house = []rule{
	{"line ends", lineEnds},
	{"sizes", sizes},
	{"checksums of wasm", checksums},
	{"registries", registryNames},
	{"main", mainLines},
	{"links", links},
	{"package comments", packageComments},
}

func TestHouse(t *testing.T) {
	root := repository(t)
	names := files(t, root)
	if len(names) == 0 {
		t.Fatal("git knows no files here")
	}
	for _, r := range house {
		t.Run(r.name, func(t *testing.T) {
			problems, err := r.check(root, names)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range problems {
				t.Error(p)
			}
		})
	}
}

// lineEnds asks for LF in every text file.
func lineEnds(root string, names []string) ([]string, error) {
	return eachText(root, names, func(name string, text []byte) []string {
		if i := bytes.IndexByte(text, '\r'); i >= 0 {
			return []string{fmt.Sprintf("%s:%d: carriage return: save with LF ends", name, line(text, i))}
		}
		return nil
	})
}

// sizes bounds each file. What is larger is built, downloaded or cut.
func sizes(root string, names []string) (problems []string, err error) {
	for _, name := range names {
		info, err := os.Stat(filepath.Join(root, filepath.FromSlash(name)))
		if err != nil {
			return nil, err
		}
		if info.Size() > maxFileBytes && path.Ext(name) != ".wasm" {
			problems = append(problems, fmt.Sprintf("%s has %d bytes, the limit is %d: build it, or cut it", name, info.Size(), maxFileBytes))
		}
	}
	return problems, nil
}

// checksums asks that each committed wasm file stands, by its sha256, in a
// text file of its own folder.
func checksums(root string, names []string) (problems []string, err error) {
	for _, name := range names {
		if path.Ext(name) != ".wasm" {
			continue
		}
		code, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(code)
		beside := slices.DeleteFunc(slices.Clone(names), func(other string) bool {
			return path.Dir(other) != path.Dir(name)
		})
		lists, err := eachText(root, beside, func(other string, text []byte) []string {
			if bytes.Contains(text, []byte(hex.EncodeToString(sum[:]))) {
				return []string{other}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		if len(lists) == 0 {
			problems = append(problems, fmt.Sprintf("%s: no file beside it lists its sha256 %x", name, sum))
		}
	}
	return problems, nil
}

// registryNames refuses the host names of package registries.
func registryNames(root string, names []string) ([]string, error) {
	return eachText(root, names, func(name string, text []byte) (problems []string) {
		for _, host := range registries {
			if i := bytes.Index(text, []byte(host)); i >= 0 {
				problems = append(problems, fmt.Sprintf("%s:%d names the registry %s: leave that to each machine's settings", name, line(text, i), host))
			}
		}
		return problems
	})
}

// mainLines bounds main.go.
func mainLines(root string, _ []string) ([]string, error) {
	text, err := os.ReadFile(filepath.Join(root, "main.go"))
	if err != nil {
		return nil, err
	}
	if n := bytes.Count(text, []byte("\n")); n >= maxMainLines {
		return []string{fmt.Sprintf("main.go has %d lines, the limit is %d: it calls cli and stops", n, maxMainLines-1)}, nil
	}
	return nil, nil
}

var (
	markdownLink  = regexp.MustCompile(`\]\(([^()\s]+)(?: "[^"]*")?\)`)
	codeFence     = regexp.MustCompile("(?ms)^ *```.*?^ *```")
	codeSpan      = regexp.MustCompile("`[^`\n]*`")
	otherProtocol = regexp.MustCompile(`^[a-z]+:`)
)

// links asks that each relative link of a Markdown file leads to a file.
func links(root string, names []string) ([]string, error) {
	pages := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return path.Ext(name) != ".md" })
	return eachText(root, pages, func(name string, text []byte) (problems []string) {
		blank := func(b []byte) []byte { return regexp.MustCompile(`[^\n]`).ReplaceAll(b, []byte(" ")) }
		text = codeSpan.ReplaceAllFunc(codeFence.ReplaceAllFunc(text, blank), blank)
		for _, m := range markdownLink.FindAllSubmatchIndex(text, -1) {
			target, _, _ := strings.Cut(string(text[m[2]:m[3]]), "#")
			if target == "" || otherProtocol.MatchString(target) {
				continue
			}
			full := path.Join(path.Dir(name), target)
			if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(full))); err != nil {
				problems = append(problems, fmt.Sprintf("%s:%d links to %s, which does not exist", name, line(text, m[2]), target))
			}
		}
		return problems
	})
}

// packageComments asks that every package says what it knows. Generated
// packages and fixtures are left alone.
func packageComments(root string, names []string) (problems []string, err error) {
	documented := map[string]bool{} // by folder
	for _, name := range names {
		if path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") || slices.Contains(strings.Split(name, "/"), "testdata") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, filepath.FromSlash(name)), nil, parser.PackageClauseOnly|parser.ParseComments)
		if err != nil {
			return nil, err
		}
		if ast.IsGenerated(file) {
			continue
		}
		says := strings.HasPrefix(file.Doc.Text(), "Package "+file.Name.Name+" ") || file.Name.Name == "main" && file.Doc.Text() != ""
		documented[path.Dir(name)] = documented[path.Dir(name)] || says
	}
	for folder, says := range documented {
		if !says {
			problems = append(problems, fmt.Sprintf("%s: no file opens with a comment \"Package … knows …\": say what it knows and leaves to others", folder))
		}
	}
	slices.Sort(problems)
	return problems, nil
}

// eachText calls f with every text file of names. A file with a zero byte is
// no text.
func eachText(root string, names []string, f func(name string, text []byte) []string) (problems []string, err error) {
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if !bytes.ContainsRune(text, 0) {
			problems = append(problems, f(name, text)...)
		}
	}
	return problems, nil
}

// line returns the number of the line that holds offset.
func line(text []byte, offset int) int { return bytes.Count(text[:offset], []byte("\n")) + 1 }

// TestHouseReport is the test of the test: a small tree breaks each rule once
// or twice and keeps it once, and exactly the breaches are reported.
func TestHouseReport(t *testing.T) {
	root := t.TempDir()
	good := "\x00asm good"
	for name, text := range map[string]string{
		"main.go":             "// Weft is a test.\npackage main\n" + strings.Repeat("\n", maxMainLines),
		"crlf.txt":            "one\ntwo\r\n",
		"binary.dat":          "\x00\r\n",
		"large.txt":           strings.Repeat("x", maxFileBytes+1),
		"a/good.wasm":         good,
		"a/SHA256SUMS":        fmt.Sprintf("%x  good.wasm\n", sha256.Sum256([]byte(good))),
		"a/bad.wasm":          "\x00asm bad",
		"b/good.wasm":         good, // listed elsewhere, not here
		"ci.yml":              "a: 1\nproxy: https://" + registries[0] + "\n",
		"docs/page.md":        "[a](../main.go) [b](missing.md#x) [c](#here) [d](https://example.com)\n`[e](code)`\n```\n[f](block)\n```\n[g](/none \"title\")\n",
		"silent/silent.go":    "package silent\n",
		"silent/x_test.go":    "// Package silent has its comment in the wrong file.\npackage silent\n",
		"wrong/wrong.go":      "// Wrong starts with another word.\npackage wrong\n",
		"spoken/doc.go":       "// Package spoken knows its name.\npackage spoken\n",
		"spoken/more.go":      "package spoken\n",
		"made/made.pb.go":     "// Code generated by x. DO NOT EDIT.\n\npackage made\n",
		"testdata/src/src.go": "package src\n",
	} {
		write(t, root, name, text)
	}
	var names []string
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			name, _ := filepath.Rel(root, file)
			names = append(names, filepath.ToSlash(name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{
		"line ends":         {"crlf.txt:2: carriage return"},
		"sizes":             {"large.txt has 1048577 bytes"},
		"checksums of wasm": {"a/bad.wasm: no file beside it", "b/good.wasm: no file beside it"},
		"registries":        {"ci.yml:2 names the registry " + registries[0]},
		"main":              {"main.go has 22 lines"},
		"links":             {"docs/page.md:1 links to missing.md,", "docs/page.md:6 links to /none,"},
		"package comments":  {"silent: no file", "wrong: no file"},
	}
	for _, r := range house {
		got, err := r.check(root, names)
		if err != nil {
			t.Fatalf("%s: %v", r.name, err)
		}
		if !slices.EqualFunc(got, want[r.name], strings.HasPrefix) || len(want[r.name]) == 0 {
			t.Errorf("%s: got\n%s\nwant\n%s", r.name, strings.Join(got, "\n"), strings.Join(want[r.name], "\n"))
		}
	}
}
