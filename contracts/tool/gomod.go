package tool

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
)

// link is where a project finds the source of weft's module. It is relative, so
// that go.mod is the same on every machine.
const link = "./.weft/sdk"

// Release is a version of weft's module that proxies have, with its sums for
// go.sum. Without a version there is none.
type Release struct{ Version, Sum, ModSum string }

// requireWeft writes what go.mod needs for weft's module at this source.
func requireWeft(mod *modfile.File, s *Source, modules []module.Version, release Release) error {
	own := mod.Module.Mod.Path
	ours := func(path string) bool {
		return path == ModulePath || slices.ContainsFunc(modules, func(m module.Version) bool { return m.Path == path })
	}
	for _, old := range slices.Clone(mod.Require) {
		if old.Mod.Path == ModulePath || (old.Indirect && ours(old.Mod.Path)) {
			if err := mod.DropRequire(old.Mod.Path); err != nil {
				return err
			}
		}
	}
	if err := mod.DropReplace(ModulePath, ""); err != nil {
		return err
	}
	mod.Cleanup()
	version := s.Version()
	if release.Version != "" {
		version = release.Version
	}
	mod.AddNewRequire(ModulePath, version, false)
	for _, m := range modules {
		if m.Path == own || slices.ContainsFunc(mod.Require, func(r *modfile.Require) bool { return r.Mod.Path == m.Path }) {
			continue // the user's own wish
		}
		mod.AddNewRequire(m.Path, m.Version, true)
	}
	mod.SetRequireSeparateIndirect(mod.Require)
	mod.Cleanup()
	if release.Version != "" {
		return nil
	}
	return mod.AddReplace(ModulePath, "", link, "")
}

// systems are those on which a project must build, with cgo and without: what is
// imported differs a little between them.
var systems = []string{"linux", "darwin", "windows"}

// modules asks the go command which modules a project that imports the test kit
// and the generator needs. They must be in the module cache, for nothing is
// downloaded here: the cache of who built weft has them.
func (s *Source) modules(ctx context.Context, folder string) ([]module.Version, error) {
	seen := map[module.Version]bool{}
	for _, system := range systems {
		for _, cgo := range []string{"0", "1"} {
			g := goCommand{dir: folder, env: []string{"GOOS=" + system, "GOARCH=" + runtime.GOARCH, "CGO_ENABLED=" + cgo, "GOFLAGS=-mod=readonly", "GOWORK=off"}}
			out, err := g.output(ctx, "list", "-deps", "-test", "-f", "{{with .Module}}{{.Path}} {{.Version}}{{end}}", "./contracts/...")
			if err != nil {
				return nil, err
			}
			for line := range strings.Lines(out) {
				if name, version, ok := strings.Cut(strings.TrimSpace(line), " "); ok && name != ModulePath {
					seen[module.Version{Path: name, Version: version}] = true
				}
			}
		}
	}
	list := slices.Collect(maps.Keys(seen))
	module.Sort(list)
	return list, nil
}

// goMod reads the go.mod of a project.
func goMod(dir string) (*modfile.File, error) {
	file := filepath.Join(dir, "go.mod")
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %s has no go.mod", ErrNoProject, dir)
	}
	if err != nil {
		return nil, err
	}
	mod, err := modfile.Parse(file, data, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoProject, err)
	}
	if mod.Module == nil {
		return nil, fmt.Errorf("%w: %s names no module", ErrNoProject, file)
	}
	return mod, nil
}

// ErrNoProject says that a folder does not hold a contract's Go module.
var ErrNoProject = errors.New("this is not the project of a contract in Go")

// ErrSource says that a project was made with a source of weft's module that is
// not here.
var ErrSource = errors.New("the source of weft that the project requires is not here")

// Connect makes the link from a project to the source of weft's module that its
// go.mod requires. A project that requires a released version, or replaces weft's
// module in a way of its own, needs none. sources is where sources are unpacked.
func (s *Source) Connect(dir, sources string) error {
	mod, err := goMod(dir)
	if err != nil {
		return err
	}
	linked := slices.ContainsFunc(mod.Replace, func(r *modfile.Replace) bool {
		return r.Old.Path == ModulePath && r.New.Path == link
	})
	at := slices.IndexFunc(mod.Require, func(r *modfile.Require) bool { return r.Mod.Path == ModulePath })
	if !linked || at < 0 {
		return nil
	}
	version := mod.Require[at].Mod.Version
	folder := filepath.Join(sources, version)
	if version == s.Version() {
		if folder, err = s.Unpack(sources); err != nil {
			return err
		}
	} else if _, err := os.Stat(filepath.Join(folder, stamp)); err != nil {
		return fmt.Errorf("%w: it is %s, and this program has %s", ErrSource, version, s.Version())
	}
	return point(filepath.Join(dir, filepath.FromSlash(link)), folder)
}

// point makes a link to a folder, in place of an older one. Where there are no
// links it is a copy.
func point(at, folder string) error {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return err
	}
	if to, err := os.Readlink(at); err == nil && to == folder {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
		return err
	}
	if err := os.RemoveAll(at); err != nil {
		return err
	}
	if err := os.Symlink(folder, at); err != nil {
		return os.CopyFS(at, os.DirFS(folder))
	}
	return nil
}
