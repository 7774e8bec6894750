package tool

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// newHello makes a project in a folder of its own, as on a machine with nothing
// but a module cache.
func newHello(t *testing.T, s *Source, template string) string {
	t.Helper()
	root := t.TempDir()
	dir := filepath.Join(root, "hello")
	made, err := s.New(t.Context(), NewProject{Dir: dir, Template: template, Sources: filepath.Join(root, "src")})
	require.NoError(t, err)
	require.Equal(t, "example.com/hello", made.Module)
	require.Contains(t, made.Files, "go.mod")
	return dir
}

func repository(t *testing.T) *Source {
	t.Helper()
	s, err := ReadSource(os.DirFS("../.."))
	require.NoError(t, err)
	return s
}

// TestBuildTwice: two projects in two places, with other homes and other
// environments, give the same bytes. Nothing is downloaded.
func TestBuildTwice(t *testing.T) {
	t.Setenv("GOPROXY", "off")
	t.Setenv("GOFLAGS", "")
	s := repository(t)
	build := func() Built {
		var errs bytes.Buffer
		out, err := Build(context.Background(), Building{Dir: newHello(t, s, "counter"), Tool: "test", Stderr: &errs})
		require.NoError(t, err, errs.String())
		return out
	}
	one := build()
	t.Setenv("GOWASM", "satconv")
	t.Setenv("GOFLAGS", "-ldflags=-s")
	two := build()
	require.True(t, bytes.Equal(one.Code, two.Code))
	m, err := ReadManifest(one.Code)
	require.NoError(t, err)
	require.Equal(t, one.Manifest, m)
	require.Equal(t, []string{"migrate", "sudo", "reply"}, m.Dropped)

	named, err := os.ReadFile(one.Names)
	require.NoError(t, err)
	r, err := Check(Checking{File: one.File, Code: one.Code, Names: named, Init: []byte(`{"count":1}`)})
	require.NoError(t, err)
	require.True(t, r.OK, r)
	t.Log(r)
}
