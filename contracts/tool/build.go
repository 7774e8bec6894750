package tool

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/weftchain/weft/contracts/tool/wasmfile"
)

// buildFlags are those of go build that make the bytes depend on the source and
// the toolchain and on nothing else: no paths, no state of a version control, no
// profile that lies in the folder.
var buildFlags = []string{"-trimpath", "-buildvcs=false", "-buildmode=c-shared", "-pgo=off", "-ldflags=-w -buildid="}

// buildEnv is what stands against the user's environment for the same end.
var buildEnv = []string{
	"GOOS=wasip1", "GOARCH=wasm", "CGO_ENABLED=0",
	"GOFLAGS=-mod=readonly", "GOWORK=off", "GOWASM=", "GOEXPERIMENT=", "GODEBUG=", "GOFIPS140=off",
}

// Building says what to build and what to write.
type Building struct {
	Dir     string // of the project
	Package string // main package, relative to it; ./wasm if empty
	Output  string // file to write; NAME.wasm in the project if empty
	Tool    string // version of weft, for the manifest
	Keep    bool   // entry points that the contract does not have stay exported
	Stderr  io.Writer
	Step    func(string) // is told what is being done; may be nil
}

// Built is a module that Build made.
type Built struct {
	File     string   // the module for the chain
	Names    string   // the same code with names of functions, for profiles and sizes
	Code     []byte   // of File
	Manifest Manifest // in it
}

// Build compiles a project with the stock toolchain and writes two files: one for
// the chain, and beside it one with names. The bytes follow from the source, the
// modules in go.sum, the toolchain and the version of weft. A GoError is the
// compiler's no, and what it says has gone to Stderr.
func Build(ctx context.Context, b Building) (Built, error) {
	step := b.Step
	if step == nil {
		step = func(string) {}
	}
	if b.Package == "" {
		b.Package = "./wasm"
	}
	step("compiling")
	m, packages, err := describe(ctx, b)
	if err != nil {
		return Built{}, err
	}
	raw, err := compile(ctx, b)
	if err != nil {
		return Built{}, err
	}
	plain, named, err := finish(raw, packages, &m, b.Keep, step)
	if err != nil {
		return Built{}, err
	}
	out := Built{File: b.Output, Code: plain, Manifest: m}
	if out.File == "" {
		out.File = filepath.Join(b.Dir, filepath.Base(m.Module)+".wasm")
	}
	out.Names = namesFile(out.File)
	for name, code := range map[string][]byte{out.File: plain, out.Names: named} {
		if err := os.WriteFile(name, code, 0o644); err != nil {
			return out, err
		}
	}
	return out, nil
}

// namesFile is the file with names beside a module.
func namesFile(file string) string { return strings.TrimSuffix(file, ".wasm") + ".names.wasm" }

// compile runs the go command and returns what it made.
func compile(ctx context.Context, b Building) ([]byte, error) {
	scratch, err := os.MkdirTemp("", "weft-build-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(scratch) }()
	file := filepath.Join(scratch, "contract.wasm")
	args := append(append([]string{"build"}, buildFlags...), "-o", file, b.Package)
	if err := (goCommand{dir: b.Dir, env: buildEnv}).run(ctx, b.Stderr, b.Stderr, args...); err != nil {
		return nil, err
	}
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	if info.Size() > 2*maxModuleBytes {
		return nil, fmt.Errorf("the module has %d bytes, far more than any chain takes (%d)", info.Size(), maxModuleBytes)
	}
	return os.ReadFile(file)
}

// finish makes of the compiler's output the module for the chain and the one
// with names. Their code is the same.
func finish(raw []byte, packages []string, m *Manifest, keep bool, step func(string)) (plain, named []byte, err error) {
	sections, err := wasmfile.Parse(raw)
	if err != nil {
		return nil, nil, err
	}
	if !keep {
		step("looking for entry points")
		if m.Dropped, err = absent(wasmfile.Bytes(wasmfile.WithoutCustom(sections, "name"))); err != nil {
			return nil, nil, err
		}
	}
	if sections, err = wasmfile.WithoutExports(sections, m.Dropped...); err != nil {
		return nil, nil, err
	}
	manifest, err := m.section()
	if err != nil {
		return nil, nil, err
	}
	if len(manifest) > maxManifestBytes {
		return nil, nil, errors.New("the manifest is too large: too many modules")
	}
	sections = wasmfile.WithCustom(sections, manifestSection, manifest)
	plain = wasmfile.Bytes(wasmfile.WithoutCustom(sections, "name", "producers"))
	sections, err = readableNames(sections, packages)
	return plain, wasmfile.Bytes(sections), err
}
