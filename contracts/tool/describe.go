package tool

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// listed is what go list -json tells of a package.
type listed struct {
	Dir, ImportPath, Name                          string
	Standard                                       bool
	Module                                         *listedModule
	GoFiles, SFiles, HFiles, SysoFiles, EmbedFiles []string
}

type listedModule struct {
	Path, Version, Sum, Dir, GoVersion string
	Main                               bool
	Replace                            *listedModule
}

// listFields are the fields of listed.
const listFields = "Dir,ImportPath,Name,Standard,Module,GoFiles,SFiles,HFiles,SysoFiles,EmbedFiles"

// describe finds out what a build takes: the manifest but for the version of the
// tool and the entry points, and the import paths of all packages.
func describe(ctx context.Context, b Building) (m Manifest, packages []string, err error) {
	if _, err := goMod(b.Dir); err != nil {
		return m, nil, err
	}
	g := goCommand{dir: b.Dir, env: buildEnv}
	version, err := g.output(ctx, "env", "GOVERSION")
	if err != nil {
		return m, nil, err
	}
	list, err := listPackages(ctx, g, b.Package)
	if err != nil {
		return m, nil, err
	}
	m, err = manifestOf(list, strings.TrimSpace(version), b)
	return m, importPaths(list), err
}

// listPackages lists a package and all that it imports, itself last.
func listPackages(ctx context.Context, g goCommand, name string) (list []listed, err error) {
	out, err := g.output(ctx, "list", "-deps", "-json="+listFields, name)
	if err != nil {
		return nil, err
	}
	for dec := json.NewDecoder(strings.NewReader(out)); ; {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return list, nil
		} else if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
}

func manifestOf(list []listed, version string, b Building) (m Manifest, err error) {
	m = Manifest{Format: manifestFormat, Go: version, Tool: b.Tool, Flags: buildFlags, Modules: []Module{}}
	var own []listed
	others := map[string][]listed{}
	for _, p := range list {
		switch {
		case p.Standard || p.Module == nil:
		case p.Module.Main:
			own = append(own, p)
			m.Package, m.Module, m.Language = p.ImportPath, p.Module.Path, p.Module.GoVersion // the last is the main package
		default:
			others[p.Module.Path] = append(others[p.Module.Path], p)
		}
	}
	if len(own) == 0 || own[len(own)-1].Name != "main" {
		return m, fmt.Errorf("%w: %s of %s is no main package", ErrNoProject, b.Package, b.Dir)
	}
	if m.Source, err = sourceDigest(own); err != nil {
		return m, err
	}
	for _, packages := range others {
		module, err := describeModule(packages)
		if err != nil {
			return m, err
		}
		m.Modules = append(m.Modules, module)
	}
	slices.SortFunc(m.Modules, func(a, b Module) int { return cmp.Compare(a.Path, b.Path) })
	return m, nil
}

// describeModule names another module. What a replace takes from a folder has
// no sum, so the files of its packages that are compiled get one.
func describeModule(packages []listed) (Module, error) {
	m := packages[0].Module
	out := Module{Path: m.Path, Version: m.Version, Sum: m.Sum}
	r := m.Replace
	if r == nil {
		return out, nil
	}
	if r.Version != "" {
		out.Version, out.Sum = r.Path+"@"+r.Version, r.Sum
		return out, nil
	}
	sum, err := sourceDigest(packages)
	out.Sum = "files:" + sum
	return out, err
}

// sourceDigest is the SHA-256 of a list of names and SHA-256s, sorted by name:
// the files of the packages that go into the module for the chain, with names
// relative to their Go module's folder. So neither a README nor a test counts.
func sourceDigest(packages []listed) (string, error) {
	var lines []string
	for _, p := range packages {
		inside := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, p.Module.Path), "/")
		for _, name := range slices.Concat(p.GoFiles, p.SFiles, p.HFiles, p.SysoFiles, p.EmbedFiles) {
			data, err := os.ReadFile(filepath.Join(p.Dir, name))
			if err != nil {
				return "", err
			}
			lines = append(lines, fmt.Sprintf("%s  %x\n", filepath.ToSlash(filepath.Join(inside, name)), sha256.Sum256(data)))
		}
	}
	slices.Sort(lines)
	sum := sha256.Sum256([]byte(strings.Join(lines, "")))
	return hex.EncodeToString(sum[:]), nil
}
