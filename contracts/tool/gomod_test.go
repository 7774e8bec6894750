package tool

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
)

func TestRequireWeft(t *testing.T) {
	s, err := ReadSource(small())
	require.NoError(t, err)
	modules := []module.Version{{Path: "a.org/a", Version: "v1.2.0"}, {Path: "b.org/b", Version: "v0.1.0"}}
	write := func(before string, release Release) string {
		mod, err := modfile.Parse("go.mod", []byte(before), nil)
		require.NoError(t, err)
		require.NoError(t, requireWeft(mod, s, modules, release))
		after, err := mod.Format()
		require.NoError(t, err)
		return string(after)
	}
	const fresh = "module x.org/x\n\ngo 1.26\n"
	want := "module x.org/x\n\ngo 1.26\n\nrequire " + ModulePath + " " + s.Version() + "\n\nrequire (\n\ta.org/a v1.2.0 // indirect\n\tb.org/b v0.1.0 // indirect\n)\n\nreplace " + ModulePath + " => ./.weft/sdk\n"
	require.Equal(t, want, write(fresh, Release{}))
	require.Equal(t, want, write(want, Release{}), "a second time nothing changes")

	release := Release{Version: "v1.0.0"}
	got := write(want, release)
	require.Contains(t, got, "require "+ModulePath+" v1.0.0\n")
	require.NotContains(t, got, "replace")
	require.Equal(t, want, write(got, Release{}), "and back")

	// What the user asked for stays: a module of their own, and a version.
	got = write("module x.org/x\n\ngo 1.26\n\nrequire (\n\ta.org/a v1.9.0\n\tz.org/z v0.3.0\n)\n\nrequire y.org/y v1.0.0 // indirect\n", Release{})
	for _, line := range []string{"a.org/a v1.9.0\n", "z.org/z v0.3.0\n", "y.org/y v1.0.0 // indirect\n", "b.org/b v0.1.0 // indirect\n"} {
		require.Contains(t, got, line)
	}
	require.NotContains(t, got, "a.org/a v1.2.0")
}

func TestConnect(t *testing.T) {
	s, err := ReadSource(small())
	require.NoError(t, err)
	sources, dir := filepath.Join(t.TempDir(), "src"), t.TempDir()
	mod := func(text string) { require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte(text), 0o600)) }
	linked := func(version string) string {
		return "module x.org/x\n\nrequire " + ModulePath + " " + version + "\n\nreplace " + ModulePath + " => ./.weft/sdk\n"
	}
	file := filepath.Join(dir, ".weft", "sdk", "vm", "vm.go")

	require.ErrorIs(t, s.Connect(dir, sources), ErrNoProject)
	mod("modul x")
	require.ErrorIs(t, s.Connect(dir, sources), ErrNoProject)
	mod(linked(s.Version()))
	for range 2 {
		require.NoError(t, s.Connect(dir, sources))
		require.Equal(t, "package vm", read(t, file))
	}

	// The link follows what go.mod requires, if it is there.
	mod(linked("v0.0.0-src.h0123456789abcdef"))
	require.ErrorIs(t, s.Connect(dir, sources), ErrSource)
	files := small()
	files["vm/vm.go"].Data = []byte("package newer")
	newer, err := ReadSource(files)
	require.NoError(t, err)
	mod(linked(newer.Version()))
	require.NoError(t, newer.Connect(dir, sources))
	require.Equal(t, "package newer", read(t, file))
	require.NoError(t, s.Connect(dir, sources), "an older program finds the newer source")
	mod(linked(s.Version()))
	require.NoError(t, newer.Connect(dir, sources), "and a newer one the older")
	require.Equal(t, "package vm", read(t, file))

	// A module that is found in another way is the user's business.
	require.NoError(t, os.RemoveAll(filepath.Join(dir, ".weft")))
	mod("module x.org/x\n\nrequire " + ModulePath + " v1.0.0\n")
	require.NoError(t, s.Connect(dir, sources))
	require.NoFileExists(t, file)
}
