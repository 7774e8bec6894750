package testkit

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// flags are those that a contract is built with for the chain.
var flags = []string{"build", "-trimpath", "-buildvcs=false", "-buildmode=c-shared", "-ldflags=-s -w"}

// builds are those of this process: one a folder.
var builds sync.Map // of func() built

// built is what a build gave.
type built struct {
	code []byte
	sum  [32]byte
	err  error
}

// build builds the main package in a directory for the chain, once in a process
// and, with a cache under the user's, once for all processes until something
// that the build depends on changes. The checksum comes with it.
func build(dir string) (code []byte, sum [32]byte, err error) {
	dir, err = filepath.Abs(dir)
	if err != nil {
		return nil, sum, err
	}
	once, _ := builds.LoadOrStore(dir, sync.OnceValue(func() built {
		code, err := cachedBuild(dir)
		return built{code, sha256.Sum256(code), err}
	}))
	b := once.(func() built)()
	return b.code, b.sum, b.err
}

func cachedBuild(dir string) ([]byte, error) {
	name, err := buildKey(dir)
	if err != nil {
		return nil, fmt.Errorf("build %s: %w", dir, err)
	}
	cache := cacheDir("wasm")
	if cache == "" {
		return freshBuild(dir)
	}
	file := filepath.Join(cache, name+".wasm")
	if code, err := os.ReadFile(file); err == nil {
		return code, nil
	}
	code, err := freshBuild(dir)
	if err != nil {
		return nil, err
	}
	keep(file, code) // without a cache the next process builds again
	return code, nil
}

// freshBuild runs the toolchain.
func freshBuild(dir string) ([]byte, error) {
	out, err := os.MkdirTemp("", "weft-testkit")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(out) }()
	file := filepath.Join(out, "contract.wasm")
	if _, err := golang(dir, append(flags[:len(flags):len(flags)], "-o", file, ".")...); err != nil {
		return nil, fmt.Errorf("build %s: %w", dir, err)
	}
	return os.ReadFile(file)
}

// golang runs the go command for the chain's platform.
func golang(dir string, args ...string) ([]byte, error) {
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PWD="+dir, "GOOS=wasip1", "GOARCH=wasm", "CGO_ENABLED=0", "GOFLAGS=")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go %s: %w\n%s", args[0], err, bytes.TrimSpace(stderr.Bytes()))
	}
	return out, nil
}

// buildKey hashes all that a build depends on: the toolchain, its settings, and
// the files of all packages that are not the toolchain's own.
func buildKey(dir string) (string, error) {
	h := sha256.New()
	env, err := golang(dir, "env", "GOVERSION", "GOROOT", "GOEXPERIMENT", "GOWASM")
	if err != nil {
		return "", err
	}
	fmt.Fprintf(h, "1 %q %s", flags, env)
	list, err := golang(dir, "list", "-deps", "-json=ImportPath,Dir,Standard,GoFiles,EmbedFiles,Module", ".")
	if err != nil {
		return "", err
	}
	for d := json.NewDecoder(bytes.NewReader(list)); ; {
		var p listed
		err := d.Decode(&p)
		if errors.Is(err, io.EOF) {
			return hex.EncodeToString(h.Sum(nil)[:16]), nil
		}
		if err == nil {
			err = p.hash(h)
		}
		if err != nil {
			return "", err
		}
	}
}

// listed is a package as go list shows it.
type listed struct {
	ImportPath, Dir     string
	Standard            bool
	GoFiles, EmbedFiles []string
	Module              *struct{ GoVersion string }
}

func (p *listed) hash(h io.Writer) error {
	if p.Standard {
		return nil // the toolchain's version says it
	}
	if _, err := os.ReadDir(p.Dir); err != nil { // so that the cache of go test knows when files come and go
		return err
	}
	fmt.Fprintf(h, "package %q\n", p.ImportPath)
	if p.Module != nil {
		fmt.Fprintf(h, "go %q\n", p.Module.GoVersion)
	}
	for _, name := range append(p.GoFiles, p.EmbedFiles...) {
		data, err := os.ReadFile(filepath.Join(p.Dir, name))
		if err != nil {
			return err
		}
		fmt.Fprintf(h, "file %q %d\n%s", name, len(data), data)
	}
	return nil
}

// keep writes a file that other processes may read or write at the same time.
func keep(file string, data []byte) {
	f, err := os.CreateTemp(filepath.Dir(file), "new-*")
	if err != nil {
		return
	}
	_, err = f.Write(data)
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil || os.Rename(f.Name(), file) != nil {
		_ = os.Remove(f.Name())
		return
	}
	trim(filepath.Dir(file))
	trim(cacheDir("machine"))
}

// mostCached is how many builds, and how many codes as machine code (15 MB each
// for a contract in Go), are kept.
const mostCached = 40

// trim removes the oldest entries of a cache. What somebody still wants is made
// again.
func trim(dir string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	slices.SortFunc(entries, func(a, b os.DirEntry) int { return made(b).Compare(made(a)) })
	for _, e := range entries[min(mostCached, len(entries)):] {
		_ = os.RemoveAll(filepath.Join(dir, e.Name()))
	}
}

func made(e os.DirEntry) time.Time {
	info, err := e.Info()
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}
