package tool

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
)

// ModulePath is the import path of weft's own module.
const ModulePath = "github.com/weftchain/weft"

// Source is the part of weft's module that contracts need.
type Source struct {
	files    fs.FS
	names    []string // sorted
	examples []string // folders
	digest   string
}

// sourceTops are the folders that weft contract new may unpack; what else a
// file system has is passed over.
var sourceTops = []string{"abci", "app", "chain", "contracts", "proto", "state", "tx", "vm"}

// ReadSource finds the files of the source in the root of the module and takes
// their digest. Tests of packages that are no examples do not belong to it, nor
// do modules inside of the module and what builds leave behind.
func ReadSource(root fs.FS) (*Source, error) {
	if root == nil {
		return nil, errors.New("this program holds no source of weft's module: it was not built from the module's root")
	}
	s := &Source{files: root}
	mains, err := fs.Glob(root, "contracts/*/wasm/main.go")
	if err != nil {
		return nil, err
	}
	for _, name := range mains {
		s.examples = append(s.examples, path.Dir(path.Dir(name)))
	}
	err = fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil || name == ".":
			return err
		case d.IsDir() && !s.enters(name, d.Name()):
			return fs.SkipDir
		case !d.IsDir() && s.wanted(name):
			s.names = append(s.names, name)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("source of the module: %w", err)
	}
	slices.Sort(s.names)
	s.digest, err = digest(root, s.names)
	return s, err
}

// enters reports whether a folder may hold files of the source.
func (s *Source) enters(name, base string) bool {
	top, rest, _ := strings.Cut(name, "/")
	if !slices.Contains(sourceTops, top) || base == "node_modules" || (base == "testdata" && !s.inExample(name)) {
		return false
	}
	if top == "contracts" && rest != "" && !s.inExample(name) && !slices.Contains([]string{"sdk", "testkit"}, strings.Split(rest, "/")[0]) {
		return false
	}
	_, err := fs.Stat(s.files, path.Join(name, "go.mod"))
	return err != nil
}

// rootFiles are what the source has of the module's root.
var rootFiles = []string{"LICENSE", "NOTICE", "go.mod", "go.sum"}

// wanted reports whether a file belongs to the source.
func (s *Source) wanted(name string) bool {
	if !strings.Contains(name, "/") {
		return slices.Contains(rootFiles, name)
	}
	if s.inExample(name) {
		return !strings.HasSuffix(name, ".wasm")
	}
	return strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go")
}

// inExample reports whether a name is or lies in the folder of an example.
func (s *Source) inExample(name string) bool {
	return slices.ContainsFunc(s.examples, func(e string) bool { return name == e || strings.HasPrefix(name, e+"/") })
}

// digest is the SHA-256 of the list of files in the form of sha256sum.
func digest(files fs.FS, names []string) (string, error) {
	list := sha256.New()
	for _, name := range names {
		data, err := sourceFile(files, name)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(list, "%x  %s\n", sha256.Sum256(data), name)
	}
	return hex.EncodeToString(list.Sum(nil)), nil
}

// sourceFile reads a file of the source. Modules that weft's go.mod replaces by
// folders of its own (internal/absent) are the real ones in a project, where the
// folders are not and a replace would not count.
func sourceFile(files fs.FS, name string) ([]byte, error) {
	data, err := fs.ReadFile(files, name)
	if err != nil || name != "go.mod" {
		return data, err
	}
	mod, err := modfile.Parse(name, data, nil)
	if err != nil {
		return nil, err
	}
	for _, r := range slices.Clone(mod.Replace) {
		if !modfile.IsDirectoryPath(r.New.Path) {
			continue
		}
		if err := mod.DropReplace(r.Old.Path, r.Old.Version); err != nil {
			return nil, err
		}
	}
	mod.Cleanup()
	return mod.Format()
}

// Version is what a project requires to get exactly this source. No proxy has
// it, so a replace goes with it.
func (s *Source) Version() string { return "v0.0.0-src.h" + s.digest[:16] }

// stamp holds the digest of an unpacked source.
const stamp = ".digest"

// Unpack makes sure that the source lies in a folder below dir, which belongs
// to weft, and returns the folder. One that was changed or is not whole is
// replaced. It may run several times at once.
func (s *Source) Unpack(dir string) (string, error) {
	folder := filepath.Join(dir, s.Version())
	if s.unpacked(folder) {
		return folder, nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	fresh, err := os.MkdirTemp(dir, ".unpack-")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(fresh) }()
	for _, name := range s.names {
		if err := s.unpackFile(fresh, name); err != nil {
			return "", err
		}
	}
	if err := os.WriteFile(filepath.Join(fresh, stamp), []byte(s.digest+"\n"), 0o644); err != nil {
		return "", err
	}
	if err := os.Chmod(fresh, 0o755); err != nil {
		return "", err
	}
	if err := os.RemoveAll(folder); err != nil {
		return "", err
	}
	if err := os.Rename(fresh, folder); err != nil && !s.unpacked(folder) { // or another was quicker
		return "", err
	}
	return folder, nil
}

func (s *Source) unpackFile(dir, name string) error {
	data, err := sourceFile(s.files, name)
	if err != nil {
		return err
	}
	file := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, data, 0o644)
}

// unpacked reports whether a folder holds the source and nothing of it was
// changed.
func (s *Source) unpacked(folder string) bool {
	said, err := os.ReadFile(filepath.Join(folder, stamp))
	if err != nil || strings.TrimSpace(string(said)) != s.digest {
		return false
	}
	found, err := digest(os.DirFS(folder), s.names)
	return err == nil && found == s.digest
}
