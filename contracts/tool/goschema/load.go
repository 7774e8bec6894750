package goschema

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const (
	sdkPath  = "github.com/weftchain/weft/contracts/sdk"
	jsonPath = sdkPath + "/json"
)

// listed is what the go command says of a package.
type listed struct {
	ImportPath, Name, Dir, Export string
	GoFiles                       []string
	Standard, DepOnly             bool
	Error                         *struct{ Pos, Err string }
}

// source is a package and what it imports.
type source struct {
	files *token.FileSet
	pkg   *types.Package
	info  *types.Info
	asts  []*ast.File
	all   map[string]*listed // by import path
	docs  map[string]map[string]*comments
}

// ErrNoGo says that there is no go command.
var ErrNoGo = errors.New("the go command is not in PATH: install Go from go.dev/dl")

// list asks the go command for packages and all that they need, compiled.
func list(ctx context.Context, dir string, packages ...string) (all map[string]*listed, own []*listed, err error) {
	program, err := exec.LookPath("go")
	if err != nil {
		return nil, nil, ErrNoGo
	}
	args := []string{"list", "-e", "-deps", "-export", "-json=ImportPath,Name,Dir,Export,GoFiles,Standard,DepOnly,Error", "--"}
	cmd := exec.CommandContext(ctx, program, append(args, packages...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		if text := strings.TrimSpace(errs.String()); text != "" {
			return nil, nil, fmt.Errorf("go list in %s: %s", dir, strings.TrimPrefix(text, "go: "))
		}
		return nil, nil, fmt.Errorf("go list in %s: %w", dir, err)
	}
	all = map[string]*listed{}
	for d := json.NewDecoder(&out); ; {
		p := &listed{}
		if err := d.Decode(p); err == io.EOF {
			break
		} else if err != nil {
			return nil, nil, fmt.Errorf("what go list prints cannot be read: %w", err)
		}
		all[p.ImportPath] = p
		if !p.DepOnly {
			own = append(own, p)
		}
	}
	return all, own, nil
}

// load reads and type-checks the package in a folder.
func load(ctx context.Context, dir string) (*source, error) {
	all, found, err := list(ctx, dir, ".")
	if err != nil {
		return nil, err
	}
	if len(found) != 1 {
		return nil, fmt.Errorf("there is no Go package in %s", dir)
	}
	return open(all, found[0])
}

// open reads and type-checks a package that the go command has listed.
func open(all map[string]*listed, own *listed) (s *source, err error) {
	if len(own.GoFiles) == 0 {
		if own.Error != nil {
			return nil, errors.New(strings.TrimPrefix(own.Error.Pos+": "+own.Error.Err, ": "))
		}
		return nil, fmt.Errorf("there is no Go package in %s", own.Dir)
	}
	s = newSource(all)
	if s.asts, err = s.parse(own); err != nil {
		return nil, err
	}
	return s, s.check(own.ImportPath)
}

func newSource(all map[string]*listed) *source {
	return &source{files: token.NewFileSet(), all: all, docs: map[string]map[string]*comments{}, info: &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{},
	}}
}

// check finds out the types of the package.
func (s *source) check(path string) error {
	var problems []error
	conf := types.Config{
		Importer: importer.ForCompiler(s.files, "gc", s.exported),
		Error:    func(err error) { problems = append(problems, err) },
	}
	var err error
	s.pkg, err = conf.Check(path, s.files, s.asts, s.info)
	if len(problems) > 0 {
		return s.broken(problems)
	}
	return err
}

// maxProblems is how many errors of the compiler are shown.
const maxProblems = 5

// broken says what is wrong with a package.
func (s *source) broken(problems []error) error {
	var text []string
	for _, p := range problems[:min(len(problems), maxProblems)] {
		text = append(text, p.Error())
	}
	joined := strings.Join(text, "\n")
	hint := ""
	if strings.Contains(joined, "DecodeJSON") || strings.Contains(joined, "EncodeJSON") {
		hint = "\nRun go generate first: it writes the JSON methods."
	}
	return fmt.Errorf("the package does not compile:\n%s%s", joined, hint)
}

// exported opens what the compiler wrote about an imported package.
func (s *source) exported(path string) (io.ReadCloser, error) {
	p := s.all[path]
	if p == nil || p.Export == "" {
		if p != nil && p.Error != nil {
			return nil, fmt.Errorf("%s does not compile: %s: %s", path, p.Error.Pos, p.Error.Err)
		}
		return nil, fmt.Errorf("%s does not compile, or is not in the module cache: try go build", path)
	}
	return os.Open(p.Export)
}

// parse reads the files of a package. Errors and positions name files as the
// user sees them, relative where that is shorter.
func (s *source) parse(p *listed) ([]*ast.File, error) {
	var asts []*ast.File
	for _, name := range p.GoFiles {
		file := filepath.Join(p.Dir, name)
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		ast, err := parser.ParseFile(s.files, short(file), data, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		asts = append(asts, ast)
	}
	return asts, nil
}

// short returns a path relative to the current folder if that is below it.
func short(file string) string {
	here, err := os.Getwd()
	if err != nil {
		return file
	}
	relative, err := filepath.Rel(here, file)
	if err != nil || strings.HasPrefix(relative, "..") {
		return file
	}
	return relative
}

// failure is an error at a place of the source.
func (s *source) failure(at token.Pos, format string, args ...any) error {
	return fmt.Errorf("%s: %w", s.files.Position(at), fmt.Errorf(format, args...))
}
