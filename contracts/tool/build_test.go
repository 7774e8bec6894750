package tool

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// newHello makes a project in a folder of its own, as on a machine with nothing
// but a module cache.
func newHello(t *testing.T, s *Source) string {
	t.Helper()
	root := t.TempDir()
	dir := filepath.Join(root, "hello")
	made, err := s.New(t.Context(), NewProject{Dir: dir, Template: "counter", Sources: filepath.Join(root, "src")})
	require.NoError(t, err)
	require.Equal(t, "example.com/hello", made.Module)
	require.Subset(t, made.Files, []string{"go.mod", "go.sum", ".gitignore", "README.md", "hello.go", "hello_test.go", "wasm/main.go"})
	return dir
}

func build(t *testing.T, dir string) Built {
	t.Helper()
	var errs bytes.Buffer
	out, err := Build(t.Context(), Building{Dir: dir, Tool: "test", Stderr: &errs})
	require.NoError(t, err, errs.String())
	return out
}

// TestBuild goes with one project through its life: built in two places with
// different environments it gives the same bytes, they keep all rules, and they
// are verified, until something changes. Nothing is downloaded.
func TestBuild(t *testing.T) {
	t.Setenv("GOPROXY", "off")
	t.Setenv("GOFLAGS", "")
	s, err := ReadSource(os.DirFS("../.."))
	require.NoError(t, err)
	dir := newHello(t, s)
	one := build(t, dir)
	t.Setenv("GOWASM", "satconv")
	t.Setenv("GOFLAGS", "-ldflags=-s")
	for _, name := range []string{"GOMODCACHE", "GOCACHE"} {
		value, err := goCommand{}.output(t.Context(), "env", name)
		require.NoError(t, err)
		t.Setenv(name, strings.TrimSpace(value))
	}
	t.Setenv("HOME", t.TempDir())
	two := build(t, newHello(t, s))
	require.True(t, bytes.Equal(one.Code, two.Code), "the same bytes in two places")
	require.NotContains(t, string(one.Code), filepath.Dir(dir), "no path is in them")

	m, err := ReadManifest(one.Code)
	require.NoError(t, err)
	require.Equal(t, one.Manifest, m)
	require.Equal(t, []string{"migrate", "sudo", "reply"}, m.Dropped)
	require.Equal(t, ModulePath, m.Modules[0].Path)
	require.Len(t, m.Modules, 1)

	named, err := os.ReadFile(one.Names)
	require.NoError(t, err)
	r, err := Check(Checking{File: one.File, Code: one.Code, Names: named, Init: []byte(`{"count":1}`)})
	require.NoError(t, err)
	require.True(t, r.OK, "%+v", r)
	require.Equal(t, []string{"execute", "instantiate", "query"}, r.EntryPoints)
	require.Less(t, r.GzipBytes, 700_000)
	require.Len(t, r.Gas, 2)
	require.Equal(t, "runtime", r.Packages[0].Package)
	var packages []string
	for _, p := range r.Packages {
		packages = append(packages, p.Package)
	}
	require.Subset(t, packages, []string{"example.com/hello", ModulePath + "/contracts/sdk", ModulePath + "/contracts/sdk/json", "runtime/debug"})
	r, err = Check(Checking{Code: one.Code, Init: []byte(`{"cuont":1}`)})
	require.NoError(t, err)
	require.False(t, r.OK)
	require.Contains(t, r.Gas[1].Error, "unknown field")

	verifies(t, s, one.Code, dir)
}

// verifies looks for each difference between a code and a source.
func verifies(t *testing.T, s *Source, code []byte, dir string) {
	verify := func() Verdict {
		var errs bytes.Buffer
		v, err := VerifySource(t.Context(), code, dir, &errs, nil)
		require.NoError(t, err, errs.String())
		return v
	}
	v := verify()
	require.True(t, v.Match, v.Reasons)
	require.Empty(t, v.Reasons)

	file := filepath.Join(dir, "hello.go")
	text := read(t, file)
	require.NoError(t, os.WriteFile(file, []byte(strings.Replace(text, "reset it", "reset me", 1)), 0o600))
	v = verify()
	require.False(t, v.Match)
	require.Len(t, v.Reasons, 1)
	require.Contains(t, v.Reasons[0], "source: the code has")

	// A compiler that refuses says where.
	require.NoError(t, os.WriteFile(file, []byte(text+"\nvar x int = \"\"\n"), 0o600))
	var errs bytes.Buffer
	_, err := VerifySource(t.Context(), code, dir, &errs, nil)
	var failed *GoError
	require.ErrorAs(t, err, &failed)
	require.Regexp(t, `hello\.go:\d+:\d+: cannot use ""`, errs.String())

	// A project of another source is brought to this one.
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	mod := read(t, filepath.Join(dir, "go.mod"))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte(strings.Replace(mod, s.Version(), "v0.0.0-src.h0", 1)), 0o600))
	sources := filepath.Join(filepath.Dir(dir), "src")
	require.ErrorIs(t, s.Connect(dir, sources), ErrSource)
	version, err := s.Sync(t.Context(), dir, sources, Release{})
	require.NoError(t, err)
	require.Equal(t, s.Version(), version)
	require.Equal(t, mod, read(t, filepath.Join(dir, "go.mod")))
	require.True(t, verify().Match)
}

// A project is not made over something, and not under a name that Go does not
// have.
func TestNewRefuses(t *testing.T) {
	s, err := ReadSource(small())
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "x"), nil, 0o600))
	for want, p := range map[error]NewProject{
		ErrExists:   {Dir: dir, Module: "x.org/x", Template: "jar"},
		ErrTemplate: {Dir: filepath.Join(dir, "y"), Template: "none"},
		ErrName:     {Dir: filepath.Join(dir, "y"), Module: "x.org/main", Template: "jar"},
	} {
		_, err := s.New(t.Context(), p)
		require.ErrorIs(t, err, want)
	}
	require.NoDirExists(t, filepath.Join(dir, "y"))
}
