package tool

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/weftchain/weft/contracts/tool/wasmfile"
)

// Verdict says whether a code is what a source builds to.
type Verdict struct {
	Match    bool     `json:"match"`
	Checksum string   `json:"checksum"` // of the code
	Built    string   `json:"built"`    // of what the source builds to, or of the file
	Reasons  []string `json:"reasons"`  // what differs
	Notes    []string `json:"notes"`    // what differs and does not matter
	Manifest Manifest `json:"manifest"`
}

func hexSum(code []byte) string {
	sum := sha256.Sum256(code)
	return hex.EncodeToString(sum[:])
}

// VerifyFile compares a code with a file.
func VerifyFile(code, file []byte) Verdict {
	v := Verdict{Checksum: hexSum(code), Built: hexSum(file), Reasons: []string{}, Notes: []string{}}
	if v.Match = bytes.Equal(code, file); !v.Match {
		v.Reasons = append(v.Reasons, "the bytes differ")
	}
	return v
}

// VerifySource builds the project in a folder and compares the code with what it
// gets. The manifest of the code tells what to build and with what; where the
// source, a module or the toolchain is another one the verdict says so. The
// version of weft alone does not matter.
func VerifySource(ctx context.Context, code []byte, dir string, stderr io.Writer, step func(string)) (Verdict, error) {
	v := Verdict{Checksum: hexSum(code), Reasons: []string{}, Notes: []string{}}
	var err error
	if v.Manifest, err = ReadManifest(code); err != nil {
		return v, err
	}
	scratch, err := os.CreateTemp("", "weft-verify-*.wasm")
	if err != nil {
		return v, err
	}
	defer func() {
		_ = os.Remove(scratch.Name())
		_ = os.Remove(namesFile(scratch.Name()))
	}()
	if err := scratch.Close(); err != nil {
		return v, err
	}
	built, err := Build(ctx, Building{
		Dir: dir, Package: v.Manifest.Package, Output: scratch.Name(), Tool: v.Manifest.Tool,
		Keep: len(v.Manifest.Dropped) == 0, Stderr: stderr, Step: step,
	})
	if err != nil {
		return v, err
	}
	v.Built = hexSum(built.Code)
	v.compare(built.Manifest)
	same, err := sameButManifest(code, built.Code)
	if err != nil {
		return v, err
	}
	if !same && len(v.Reasons) == 0 {
		v.Reasons = append(v.Reasons, "the bytes differ, though source, modules, flags and toolchain are the same: the manifest of the code is not true")
	}
	v.Match = same && len(v.Reasons) == 0
	return v, nil
}

// compare notes where the manifest of the code and that of the rebuilt differ.
func (v *Verdict) compare(built Manifest) {
	differs := func(what, on, here string) {
		if on != here {
			v.Reasons = append(v.Reasons, fmt.Sprintf("%s: the code has %s, here it is %s", what, on, here))
		}
	}
	differs("module", v.Manifest.Module, built.Module)
	differs("source", v.Manifest.Source, built.Source)
	differs("toolchain", v.Manifest.Go, built.Go)
	differs("language", v.Manifest.Language, built.Language)
	differs("flags", fmt.Sprint(v.Manifest.Flags), fmt.Sprint(built.Flags))
	differs("dropped entry points", fmt.Sprint(v.Manifest.Dropped), fmt.Sprint(built.Dropped))
	for _, m := range v.Manifest.Modules {
		i := slices.IndexFunc(built.Modules, func(b Module) bool { return b.Path == m.Path })
		if i < 0 {
			v.Reasons = append(v.Reasons, fmt.Sprintf("module %s: the code has it, here it is not used", m.Path))
			continue
		}
		differs("sum of module "+m.Path, m.Sum, built.Modules[i].Sum)
		differs("version of module "+m.Path, m.Version, built.Modules[i].Version)
	}
	for _, b := range built.Modules {
		if !slices.ContainsFunc(v.Manifest.Modules, func(m Module) bool { return m.Path == b.Path }) {
			v.Reasons = append(v.Reasons, fmt.Sprintf("module %s: it is used here, and the code does not have it", b.Path))
		}
	}
}

// sameButManifest compares two modules, each without its manifest: what is in
// there is compared field by field.
func sameButManifest(a, b []byte) (bool, error) {
	var plain [2][]byte
	for i, code := range [][]byte{a, b} {
		sections, err := wasmfile.Parse(code)
		if err != nil {
			return false, err
		}
		plain[i] = wasmfile.Bytes(wasmfile.WithoutCustom(sections, manifestSection))
	}
	return bytes.Equal(plain[0], plain[1]), nil
}
