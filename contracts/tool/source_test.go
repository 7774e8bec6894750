package tool

import (
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

// small is a module of the shape of weft's.
func small() fstest.MapFS {
	fs := fstest.MapFS{}
	for name, text := range map[string]string{
		"go.mod": "module " + ModulePath + "\n\ngo 1.26.8\n\nreplace example.org/big => ./internal/absent/big\n", "go.sum": "", "LICENSE": "free", "README.md": "no", "main.go": "package main",
		"vm/vm.go": "package vm", "vm/vm_test.go": "package vm", "vm/testdata/x.go": "package x", "cli/cli.go": "package cli",
		"vm/conformance/go.mod": "module x", "vm/conformance/x.go": "package x",
		"contracts/sdk/doc.go": "package sdk", "contracts/tool/doc.go": "package tool", "contracts/hostile/hostile_test.go": "package hostile",
		"contracts/jar/jar.go":            "// Package jar keeps\n// coins. It is small.\npackage jar\n",
		"contracts/jar/jar_test.go":       "package jar_test\n\nimport (\n\t\"" + ModulePath + "/contracts/jar\"\n)\n\nvar _ = jar.Contract\n",
		"contracts/jar/wasm/main.go":      "//go:build wasip1\n\npackage main\n\nimport \"" + ModulePath + "/contracts/jar\"\n\nvar _ = jar.Contract\n",
		"contracts/jar/jar.wasm":          "\x00asm",
		"contracts/jar/reference_test.go": "//go:build reference\n\npackage jar\n",
		"contracts/jar/schema/jar.json":   "{\n  \"contract_name\": \"jar\",\n  \"of\": \"jar\"\n}\n",
		"contracts/jar/testdata/gas.txt":  "1\n",
		"contracts/jar/README.md":         "# jar\n\nSee [jar.go](jar.go), [the SDK](../sdk) and [gas](testdata/gas.txt#a).\n",
	} {
		fs[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fs
}

func TestReadSource(t *testing.T) {
	files := small()
	s, err := ReadSource(files)
	require.NoError(t, err)
	require.Equal(t, []string{
		"LICENSE", "contracts/jar/README.md", "contracts/jar/jar.go", "contracts/jar/jar_test.go", "contracts/jar/reference_test.go",
		"contracts/jar/schema/jar.json", "contracts/jar/testdata/gas.txt", "contracts/jar/wasm/main.go", "contracts/sdk/doc.go",
		"go.mod", "go.sum", "vm/vm.go",
	}, s.names)
	require.Equal(t, []Template{{"jar", "keeps coins."}}, s.Templates())
	require.Regexp(t, `^v0\.0\.0-src\.h[0-9a-f]{16}$`, s.Version())

	files["vm/vm_test.go"].Data = []byte("package other")
	same, err := ReadSource(files)
	require.NoError(t, err)
	require.Equal(t, s.Version(), same.Version(), "tests do not count")
	files["vm/vm.go"].Data = []byte("package other")
	other, err := ReadSource(files)
	require.NoError(t, err)
	require.NotEqual(t, s.Version(), other.Version())

	_, err = ReadSource(nil)
	require.ErrorContains(t, err, "holds no source")
}

// A source is unpacked once, and again if somebody changed it.
func TestUnpack(t *testing.T) {
	s, err := ReadSource(small())
	require.NoError(t, err)
	dir := filepath.Join(t.TempDir(), "src")
	folder, err := s.Unpack(dir)
	require.NoError(t, err)
	require.Equal(t, filepath.Join(dir, s.Version()), folder)
	file := filepath.Join(folder, "vm", "vm.go")
	require.Equal(t, "package vm", read(t, file))
	require.NotContains(t, read(t, filepath.Join(folder, "go.mod")), "replace", "what is not there replaces nothing")

	before, err := os.Stat(file)
	require.NoError(t, err)
	_, err = s.Unpack(dir)
	require.NoError(t, err)
	after, err := os.Stat(file)
	require.NoError(t, err)
	require.True(t, os.SameFile(before, after), "it is not written again")

	require.NoError(t, os.WriteFile(file, []byte("package evil"), 0o600))
	_, err = s.Unpack(dir)
	require.NoError(t, err)
	require.Equal(t, "package vm", read(t, file))
	require.NoError(t, os.Remove(file))
	_, err = s.Unpack(dir)
	require.NoError(t, err)
	require.Equal(t, "package vm", read(t, file))

	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, left, 1, "nothing half done stays behind")
}

func read(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	return string(data)
}
