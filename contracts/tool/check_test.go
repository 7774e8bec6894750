package tool

import (
	"bytes"
	"compress/gzip"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/contracts/tool/wasmfile"
)

func tipjar(t *testing.T) []byte {
	t.Helper()
	code, err := os.ReadFile("../tipjar/tipjar.wasm")
	require.NoError(t, err)
	return code
}

// TestCheckOfC: a contract that was not made by us, and has no names.
func TestCheckOfC(t *testing.T) {
	code := tipjar(t)
	r, err := Check(Checking{File: "tipjar.wasm", Code: code, Init: []byte(`{"goal":"5"}`)})
	require.NoError(t, err)
	require.True(t, r.OK, "%+v", r)
	require.Empty(t, r.Packages)
	require.Nil(t, r.Manifest)
	require.Equal(t, []string{"iterator"}, r.Capabilities)
	require.Contains(t, r.Imports, "env.db_read")
	require.Len(t, r.Gas, 1)
	require.Equal(t, r.Gas[0].VM/140_000, r.Gas[0].Chain)

	_, err = ReadManifest(code)
	require.ErrorIs(t, err, ErrNoManifest)
	require.True(t, VerifyFile(code, code).Match)
	require.False(t, VerifyFile(code, code[1:]).Match)
}

// TestCheckRefuses: every broken rule is there with its text, and what is no
// module at all is no fault of ours.
func TestCheckRefuses(t *testing.T) {
	sections, err := wasmfile.Parse(tipjar(t))
	require.NoError(t, err)
	sections, err = wasmfile.WithoutExports(sections, "allocate", "interface_version_8")
	require.NoError(t, err)
	r, err := Check(Checking{Code: wasmfile.Bytes(sections)})
	require.NoError(t, err)
	require.False(t, r.OK)
	var broken []string
	for _, rule := range r.Rules {
		if !rule.OK {
			broken = append(broken, rule.Name)
		}
	}
	require.Equal(t, []string{"interface version", "required exports"}, broken)

	for _, code := range []string{"", "\x00asm", "\x00asm\x01\x00\x00\x00\xff", "hello"} {
		r, err := Check(Checking{Code: []byte(code)})
		require.NoError(t, err)
		require.False(t, r.OK)
	}
	large := wasmfile.Bytes(wasmfile.WithCustom(sections, "x", make([]byte, uploadBytes)))
	r, err = Check(Checking{Code: large})
	require.NoError(t, err)
	require.Contains(t, r.Rules[0].Text, "too large")
	require.Greater(t, len(r.Rules), 20, "the other rules are shown as well")
	r, err = Check(Checking{Code: append(large, make([]byte, 16<<20)...)})
	require.NoError(t, err)
	require.Len(t, r.Rules, 1)
}

// Entry points of other makings stay, whatever they answer.
func TestAbsent(t *testing.T) {
	names, err := absent(tipjar(t))
	require.NoError(t, err)
	require.Empty(t, names)
	names, err = absent([]byte("no module"))
	require.NoError(t, err)
	require.Empty(t, names)
}

func TestManifestBounds(t *testing.T) {
	sections, err := wasmfile.Parse(tipjar(t))
	require.NoError(t, err)
	for text, want := range map[string]string{
		`{`: "the manifest: ", `{"format":2}`: "format 2", string(make([]byte, maxManifestBytes+1)): "at most 65536",
	} {
		_, err := ReadManifest(wasmfile.Bytes(wasmfile.WithCustom(sections, manifestSection, []byte(text))))
		require.ErrorContains(t, err, want)
	}
}

func TestUnzip(t *testing.T) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write([]byte("plain"))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	for _, data := range [][]byte{b.Bytes(), []byte("plain")} {
		got, err := Unzip("x", data)
		require.NoError(t, err)
		require.Equal(t, "plain", string(got))
	}
	_, err = Unzip("x", b.Bytes()[:12])
	require.ErrorContains(t, err, "x: ")
}
