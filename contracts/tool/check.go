package tool

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/weftchain/weft/contracts/tool/wasmfile"
	"github.com/weftchain/weft/vm"
)

// uploadBytes is what a chain takes of a module that does not import WASI: the
// reference's length.
const uploadBytes = 819_200

// gasFactor is how much VM gas one of the chain's gas is (docs/spec/gas.md).
const gasFactor = 140_000

// Report is what Check finds out.
type Report struct {
	File         string           `json:"file"`
	OK           bool             `json:"ok"` // every rule is kept, and what was tried worked
	Bytes        int              `json:"bytes"`
	GzipBytes    int              `json:"gzip_bytes"`
	SHA256       string           `json:"sha256"`
	Rules        []Rule           `json:"rules"`
	EntryPoints  []string         `json:"entry_points"`
	Capabilities []string         `json:"capabilities"` // that the chain must offer
	Imports      []string         `json:"imports"`
	Exports      []string         `json:"exports"` // functions that are no entry points
	Migrate      *uint64          `json:"migrate_version,omitempty"`
	Gas          []Gas            `json:"gas"`
	Packages     []wasmfile.Share `json:"packages"` // bytes of code
	Manifest     *Manifest        `json:"manifest,omitempty"`
}

// Rule is a rule of the chain.
type Rule struct {
	Name  string `json:"name"`
	OK    bool   `json:"ok"`
	Value uint64 `json:"value,omitempty"`
	Limit uint64 `json:"limit,omitempty"`
	Text  string `json:"text,omitempty"` // the chain's words, if it is broken
}

// Gas is what something costs.
type Gas struct {
	Of    string `json:"of"`
	VM    uint64 `json:"vm"`
	Chain uint64 `json:"chain"` // the same in the chain's gas
	Limit uint64 `json:"limit,omitempty"`
	Error string `json:"error,omitempty"`
}

// Checking says what to check.
type Checking struct {
	File string // for people
	Code []byte
	// Names is the same code with names, for the sizes by package. nil: the names
	// are looked for in Code.
	Names []byte
	// Init is the message of a first instantiation to try. nil: none is tried.
	Init []byte
}

// Check applies the rules of a chain with default parameters to a module, tells
// what it is made of, and runs what can be run without a chain. An error says
// that it could not be checked; a broken rule is none.
func Check(c Checking) (Report, error) {
	sum := sha256.Sum256(c.Code)
	r := Report{File: c.File, Bytes: len(c.Code), SHA256: hex.EncodeToString(sum[:]), Capabilities: []string{}, EntryPoints: []string{}, Imports: []string{}, Exports: []string{}, Gas: []Gas{}, Packages: []wasmfile.Share{}}
	var err error
	if r.GzipBytes, err = gzipBytes(c.Code); err != nil {
		return r, err
	}
	limits := vm.DefaultLimits()
	limits.CodeBytes = uploadBytes
	engine, err := vm.New(vm.Config{Interpreter: true, Limits: limits})
	if err != nil {
		return r, err
	}
	defer func() { _ = engine.Close() }()
	rules, analysis, err := engine.Report(c.Code, limits.WASI)
	if err != nil {
		return r, err
	}
	r.OK = true
	for _, rule := range rules {
		r.Rules = append(r.Rules, Rule{rule.Name, rule.Text == "", rule.Value, rule.Limit, rule.Text})
		r.OK = r.OK && rule.Text == ""
	}
	r.EntryPoints, r.Migrate = append(r.EntryPoints, analysis.EntryPoints...), analysis.MigrateVersion
	r.Capabilities = append(r.Capabilities, analysis.Capabilities...)
	if err := r.contents(c); err != nil {
		return r, nil // a rule says so: what cannot be parsed is refused
	}
	if r.OK {
		r.tryOut(engine, c, analysis, limits.WASI.InitializeGas)
	}
	return r, nil
}

func gzipBytes(code []byte) (int, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return 0, err
	}
	if _, err := w.Write(code); err != nil {
		return 0, err
	}
	err = w.Close()
	return b.Len(), err
}

// contents lists imports, exports, sizes and the manifest.
func (r *Report) contents(c Checking) error {
	sections, err := wasmfile.Parse(c.Code)
	if err != nil {
		return err
	}
	imports, err := wasmfile.Imports(sections)
	if err != nil {
		return err
	}
	for _, i := range imports {
		r.Imports = append(r.Imports, i.Module+"."+i.Name)
	}
	exports, err := wasmfile.Exports(sections)
	if err != nil {
		return err
	}
	entries := " " + strings.Join(r.EntryPoints, " ") + " "
	for _, e := range exports {
		if e.Kind == 0 && !strings.Contains(entries, " "+e.Name+" ") {
			r.Exports = append(r.Exports, e.Name)
		}
	}
	if m, err := ReadManifest(c.Code); err == nil {
		r.Manifest = &m
	}
	named := sections
	if c.Names != nil {
		if other, err := wasmfile.Parse(c.Names); err == nil && wasmfile.SameCode(sections, other) {
			named = other
		}
	}
	names, err := wasmfile.Names(named)
	if err != nil || len(names) == 0 {
		return err
	}
	r.Packages, err = wasmfile.Shares(sections, names)
	return err
}

// tryOut runs what needs no chain: _initialize, and the first instantiation.
func (r *Report) tryOut(engine *vm.Engine, c Checking, a vm.Analysis, limit uint64) {
	if a.Initialize && a.WASI {
		_, compiled, err := engine.Compile(c.Code)
		r.gas("_initialize, once, on upload", compiled.InitializeGas, limit, err)
		if err != nil {
			return
		}
	}
	if c.Init == nil {
		return
	}
	data, gas, err := newScratch(engine, c.Code).call("instantiate", string(c.Init))
	if err == nil {
		err = refusal(data)
	}
	r.gas("instantiate, without storage", gas, 0, err)
}

func (r *Report) gas(of string, used, limit uint64, err error) {
	g := Gas{Of: of, VM: used, Chain: used / gasFactor, Limit: limit}
	if err != nil {
		g.Error, r.OK = err.Error(), false
	}
	r.Gas = append(r.Gas, g)
}

// refusal is the error that a contract answered with.
func refusal(data []byte) error {
	var answer struct{ Error *string }
	if err := json.Unmarshal(data, &answer); err != nil {
		return err
	}
	if answer.Error != nil {
		return errors.New(*answer.Error)
	}
	return nil
}

// LooksLikeModule reports whether a file begins as a wasm module does.
func LooksLikeModule(code []byte) bool { return bytes.HasPrefix(code, []byte("\x00asm")) }

// ReadModule reads a module from a file, plain or compressed.
func ReadModule(file string) ([]byte, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return Unzip(file, data)
}

// maxModuleBytes bounds a module, plain: the most that any chain takes.
const maxModuleBytes = 8 << 20

// Unzip returns a module as it is, unpacked if it is compressed.
func Unzip(name string, data []byte) ([]byte, error) {
	if bytes.HasPrefix(data, []byte("\x1f\x8b")) {
		r, err := gzip.NewReader(bytes.NewReader(data))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if data, err = io.ReadAll(io.LimitReader(r, 2*maxModuleBytes)); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return data, nil
}
