package tool

import (
	"context"
	"errors"
	"fmt"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
)

// What New refuses.
var (
	ErrTemplate = errors.New("there is no template")
	ErrName     = errors.New("this is no name for a contract")
	ErrExists   = errors.New("there is something already")
)

// NewProject is a project to be made.
type NewProject struct {
	Dir      string  // where; it must not be there, or be empty
	Module   string  // path of its module; example.com/ and the folder's name if empty
	Template string  // an example
	Sources  string  // where the source of weft's module is unpacked
	Release  Release // of weft's module; none: the source is used
}

// Made is a project that New made.
type Made struct {
	Dir     string   `json:"dir"`
	Module  string   `json:"module"`
	Package string   `json:"package"`
	Weft    string   `json:"weft"` // version of weft's module
	Files   []string `json:"files"`
}

// ignored is the .gitignore of a project.
const ignored = "/.weft/\n/*.wasm\n"

// New makes a project that builds and passes its tests. It downloads nothing.
func (s *Source) New(ctx context.Context, p NewProject) (Made, error) {
	base := filepath.Base(p.Dir)
	if p.Module == "" {
		p.Module = "example.com/" + base
	}
	if err := module.CheckImportPath(p.Module); err != nil {
		return Made{}, fmt.Errorf("%w: %w", ErrName, err)
	}
	name, err := packageName(path.Base(p.Module))
	if err != nil {
		return Made{}, err
	}
	if err := vacant(p.Dir); err != nil {
		return Made{}, err
	}
	files, err := s.instantiate(p.Template, rename{ModulePath + "/contracts/" + p.Template, p.Module, p.Template, name})
	if err != nil {
		return Made{}, err
	}
	folder, err := s.Unpack(p.Sources)
	if err != nil {
		return Made{}, err
	}
	more, err := s.moduleFiles(ctx, folder, p)
	if err != nil {
		return Made{}, err
	}
	made := Made{Dir: p.Dir, Module: p.Module, Package: name, Weft: s.Version()}
	if p.Release.Version != "" {
		made.Weft = p.Release.Version
	}
	for _, f := range append(more, files...) {
		if err := f.write(p.Dir); err != nil {
			return made, err
		}
		made.Files = append(made.Files, f.name)
	}
	return made, s.Connect(p.Dir, p.Sources)
}

func (f file) write(dir string) error {
	at := filepath.Join(dir, filepath.FromSlash(f.name))
	if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
		return err
	}
	return os.WriteFile(at, f.data, 0o644)
}

// vacant refuses a folder in which something would be overwritten.
func vacant(dir string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("%w: %w", ErrExists, err)
	case len(entries) > 0:
		return fmt.Errorf("%w: %s is not empty", ErrExists, dir)
	}
	return nil
}

// packageName turns the last word of a module's path into the name of a package.
func packageName(base string) (string, error) {
	name := strings.Map(func(c rune) rune {
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			return c
		case c >= 'A' && c <= 'Z':
			return c - 'A' + 'a'
		case c == '-', c == '_', c == '.':
			return -1
		}
		return '!'
	}, base)
	if !token.IsIdentifier(name) || name == "main" || strings.HasSuffix(base, "_test") {
		return "", fmt.Errorf("%w: %q gives no name of a Go package; letters, digits and dashes do", ErrName, base)
	}
	return name, nil
}

// moduleFiles are go.mod and go.sum, complete, and .gitignore.
func (s *Source) moduleFiles(ctx context.Context, folder string, p NewProject) ([]file, error) {
	modules, err := s.modules(ctx, folder)
	if err != nil {
		return nil, err
	}
	weft, err := s.goMod()
	if err != nil {
		return nil, err
	}
	mod := new(modfile.File)
	if err := mod.AddModuleStmt(p.Module); err != nil {
		return nil, err
	}
	if err := mod.AddGoStmt(weft.Go.Version); err != nil {
		return nil, err
	}
	if err := requireWeft(mod, s, modules, p.Release); err != nil {
		return nil, err
	}
	text, err := mod.Format()
	if err != nil {
		return nil, err
	}
	sums, err := s.sums(p.Release)
	if err != nil {
		return nil, err
	}
	return []file{{"go.mod", text}, {"go.sum", sums}, {".gitignore", []byte(ignored)}}, nil
}

// sums are the lines that a project's go.sum needs for weft.
func (s *Source) sums(r Release) ([]byte, error) {
	sums, err := fs.ReadFile(s.files, "go.sum")
	if err == nil && r.Version != "" {
		sums = fmt.Appendf(sums, "%s %s %s\n%s %s/go.mod %s\n", ModulePath, r.Version, r.Sum, ModulePath, r.Version, r.ModSum)
	}
	return sums, err
}

// goMod reads the go.mod of weft's module.
func (s *Source) goMod() (*modfile.File, error) {
	data, err := fs.ReadFile(s.files, "go.mod")
	if err != nil {
		return nil, err
	}
	return modfile.Parse("go.mod", data, nil)
}

// Sync brings the go.mod and go.sum of a project to this source (or release) of
// weft's module, and leaves what the user added.
func (s *Source) Sync(ctx context.Context, dir, sources string, release Release) (version string, err error) {
	mod, err := goMod(dir)
	if err != nil {
		return "", err
	}
	folder, err := s.Unpack(sources)
	if err != nil {
		return "", err
	}
	modules, err := s.modules(ctx, folder)
	if err != nil {
		return "", err
	}
	if err := requireWeft(mod, s, modules, release); err != nil {
		return "", err
	}
	text, err := mod.Format()
	if err != nil {
		return "", err
	}
	if err := s.mergeSums(filepath.Join(dir, "go.sum"), release); err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), text, 0o644); err != nil {
		return "", err
	}
	version = s.Version()
	if release.Version != "" {
		version = release.Version
	}
	return version, s.Connect(dir, sources)
}

// mergeSums adds weft's sums to a go.sum.
func (s *Source) mergeSums(name string, release Release) error {
	own, err := os.ReadFile(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	weft, err := s.sums(release)
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for line := range strings.Lines(string(own)) {
		known[line] = true
	}
	for line := range strings.Lines(string(weft)) {
		if !known[line] {
			own = append(own, line...)
		}
	}
	return os.WriteFile(name, own, 0o644)
}
