package tool

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/weftchain/weft/contracts/tool/wasmfile"
)

// manifestSection is the custom section that says how a module was built.
const manifestSection = "weft_build"

// manifestFormat is the version of the manifest's form.
const manifestFormat = 1

// maxManifestBytes bounds a manifest that is read from a chain.
const maxManifestBytes = 64 << 10

// Manifest says what a module was built from and with, so that others can build
// the same bytes. It names no time, machine, folder or person.
type Manifest struct {
	Format   int      `json:"format"`
	Tool     string   `json:"tool"`     // version of weft; not needed to build the same
	Go       string   `json:"go"`       // version of the toolchain, such as go1.26.8
	Language string   `json:"language"` // the go line of go.mod
	Module   string   `json:"module"`
	Package  string   `json:"package"`           // import path of the main package
	Source   string   `json:"source"`            // SHA-256 of the module's own files that were compiled, see sourceDigest
	Modules  []Module `json:"modules"`           // all others, sorted by path
	Flags    []string `json:"flags"`             // of go build
	Dropped  []string `json:"dropped,omitempty"` // entry points that the contract does not have
}

// Module is another module that was compiled in.
type Module struct {
	Path    string `json:"path"`
	Version string `json:"version"`
	Sum     string `json:"sum"` // as in go.sum; of a folder, a SHA-256 of its files
}

// ErrNoManifest says that a module does not tell how it was built.
var ErrNoManifest = errors.New("the module has no manifest: it was not built by weft contract build")

// ReadManifest returns the manifest of a module.
func ReadManifest(code []byte) (Manifest, error) {
	sections, err := wasmfile.Parse(code)
	if err != nil {
		return Manifest{}, err
	}
	data, ok := wasmfile.Custom(sections, manifestSection)
	if !ok {
		return Manifest{}, ErrNoManifest
	}
	if len(data) > maxManifestBytes {
		return Manifest{}, fmt.Errorf("the manifest has %d bytes, at most %d", len(data), maxManifestBytes)
	}
	var m Manifest
	dec := json.NewDecoder(bytes.NewReader(data))
	if err := dec.Decode(&m); err != nil {
		return m, fmt.Errorf("the manifest: %w", err)
	}
	if m.Format != manifestFormat {
		return m, fmt.Errorf("the manifest has format %d, this program knows %d", m.Format, manifestFormat)
	}
	return m, nil
}

// section returns the content of the section.
func (m Manifest) section() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(m)
	return bytes.TrimSpace(b.Bytes()), err
}
