package wasmfile_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/contracts/tool/wasmfile"
)

func tipjar(t testing.TB) []byte {
	t.Helper()
	code, err := os.ReadFile("../../tipjar/tipjar.wasm")
	require.NoError(t, err)
	return code
}

func parse(t testing.TB, code []byte) []wasmfile.Section {
	t.Helper()
	list, err := wasmfile.Parse(code)
	require.NoError(t, err)
	return list
}

func TestSections(t *testing.T) {
	code := tipjar(t)
	list := parse(t, code)
	require.True(t, bytes.Equal(code, wasmfile.Bytes(list)))

	more := wasmfile.Bytes(wasmfile.WithCustom(list, "note", []byte("hello")))
	data, ok := wasmfile.Custom(parse(t, more), "note")
	require.True(t, ok)
	require.Equal(t, "hello", string(data))
	require.True(t, bytes.Equal(code, wasmfile.Bytes(wasmfile.WithoutCustom(parse(t, more), "note", "none"))))
	_, ok = wasmfile.Custom(list, "note")
	require.False(t, ok)
}

func TestExports(t *testing.T) {
	list := parse(t, tipjar(t))
	names := func(list []wasmfile.Section) (names []string) {
		exports, err := wasmfile.Exports(list)
		require.NoError(t, err)
		for _, e := range exports {
			names = append(names, e.Name)
		}
		return names
	}
	before := names(list)
	require.Contains(t, before, "migrate")
	less, err := wasmfile.WithoutExports(list, "migrate", "memory", "none")
	require.NoError(t, err)
	after := names(parse(t, wasmfile.Bytes(less)))
	require.Len(t, after, len(before)-1, "memory is no function and stays")
	require.NotContains(t, after, "migrate")
	require.Equal(t, before, names(list), "the original is as it was")
	require.True(t, wasmfile.SameCode(list, less))
	require.False(t, wasmfile.SameCode(list, less[:3]))
}

func TestShares(t *testing.T) {
	list := parse(t, tipjar(t))
	names := map[uint32]string{8: "a/b.F", 9: "a/b.(*T).G", 10: "c::d::e"}
	list = parse(t, wasmfile.Bytes(wasmfile.WithNames(list, names)))
	got, err := wasmfile.Names(list)
	require.NoError(t, err)
	require.Equal(t, names, got)
	shares, err := wasmfile.Shares(list, got)
	require.NoError(t, err)
	require.Len(t, shares, 3)
	functions := 0
	for _, s := range shares {
		functions += s.Functions
		require.Positive(t, s.Bytes)
	}
	require.Equal(t, 81, functions)
	require.Empty(t, shares[0].Package, "most have no name")
}

func TestPackageOf(t *testing.T) {
	for name, want := range map[string]string{
		"example.com/a/b.F":          "example.com/a/b",
		"example.com/a/b.(*T).G":     "example.com/a/b",
		"example.com/a.do[go.x/y.Z]": "example.com/a",
		"runtime.mallocgc":           "runtime",
		"main.main":                  "main",
		"type:.eq.x/y.Z":             "equality and hashes of types",
		"memcpy":                     "",
		"":                           "",
		"cw20::msg::parse":           "cw20",
		"<cw20::Msg as serde::de::Deserialize>::deserialize":                           "cw20",
		"<&mut serde_json_wasm::de::Deserializer as x::Y>::f":                          "serde_json_wasm",
		"core::ptr::drop_in_place<alloc::string::String>":                              "core",
		"_ZN4cw203msg5parse17h0123456789abcdefE":                                       "cw20",
		"_ZN56_$LT$cw20..Msg$u20$as$u20$serde..de..Deserialize$GT$11deserialize17h01E": "cw20",
		"_ZN99x": "",
	} {
		require.Equal(t, want, wasmfile.PackageOf(name), name)
	}
}

// A module that ends too early is an error wherever it ends.
func TestTruncated(t *testing.T) {
	code := wasmfile.Bytes(wasmfile.WithNames(parse(t, tipjar(t))[:7], map[uint32]string{1: "a.b"}))
	whole := 0
	for n := range code {
		list, err := wasmfile.Parse(code[:n])
		if err != nil {
			require.ErrorIs(t, err, wasmfile.ErrFormat)
			continue
		}
		whole++
		require.True(t, bytes.Equal(code[:n], wasmfile.Bytes(list)))
	}
	require.LessOrEqual(t, whole, 8, "only between sections")
}

// FuzzParse: nothing that is no module makes a panic.
func FuzzParse(f *testing.F) {
	f.Add(tipjar(f))
	f.Fuzz(func(t *testing.T, code []byte) {
		list, err := wasmfile.Parse(code)
		if err != nil {
			return
		}
		names, err := wasmfile.Names(list)
		if err != nil {
			names = nil
		}
		_, _ = wasmfile.Shares(list, names)
		_, _ = wasmfile.Imports(list)
		_, _ = wasmfile.WithoutExports(list, "query")
		_ = wasmfile.SameCode(list, list)
	})
}
