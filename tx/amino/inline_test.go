package amino_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	wasm "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
	"github.com/weftchain/weft/tx/amino"
)

// embed is what becomes of a contract's message in a document.
func embed(t testing.TB, msg []byte, form amino.Form) ([]byte, error) {
	raw, err := (&wasm.MsgSudoContract{Msg: msg}).Marshal()
	require.NoError(t, err)
	if len(msg) == 0 {
		return nil, errors.New("left out")
	}
	out, err := amino.Any("/cosmwasm.wasm.v1.MsgSudoContract", raw, form)
	if err != nil {
		return nil, err
	}
	out = bytes.TrimPrefix(out, []byte(`{"type":"wasm/MsgSudoContract","value":{"msg":`))
	return bytes.TrimSuffix(out, []byte(`}}`)), nil
}

func TestInline(t *testing.T) {
	for _, c := range []struct{ in, reference, cosmjs string }{
		{`{"b":1,"a":2}`, `{"a":2,"b":1}`, ""},
		{` [ 1 , {"z":{},"y":[]} ] `, `[1,{"y":[],"z":{}}]`, ""},
		{`{"a":1,"a":2}`, `{"a":2}`, ""},
		{`{"a":{"b":1},"a":{"c":2}}`, `{"a":{"c":2}}`, ""},
		{`9007199254740993`, `9007199254740992`, ""},
		{`18446744073709551615`, `18446744073709552000`, ""},
		{`1.0`, `1`, ""},
		{`1e21`, `1e+21`, ""},
		{`1e20`, `100000000000000000000`, ""},
		{`0.000001`, `0.000001`, ""},
		{`1E-7`, `1e-7`, ""},
		{`-0`, `-0`, `0`},
		{`[-0.0,0]`, `[-0,0]`, `[0,0]`},
		{`"\u003c<&>\u2028"`, `"\u003c\u003c\u0026\u003e\u2028"`, "\"\\u003c\\u003c\\u0026\\u003e\u2028\""},
		{`"\\u2028\\\u2029"`, `"\\u2028\\\u2029"`, "\"\\\\u2028\\\\\u2029\""},
		{`"\ud83e\uddf6\ud800"`, "\"\U0001f9f6\ufffd\"", ""},
		{`{"10":1,"9":2,"a":3,"01":4,"4294967295":5,"-1":6}`, `{"-1":6,"01":4,"10":1,"4294967295":5,"9":2,"a":3}`, `{"9":2,"10":1,"-1":6,"01":4,"4294967295":5,"a":3}`},
		{"{\"\uffff\":1,\"\U0001f9f6\":2}", "{\"\uffff\":1,\"\U0001f9f6\":2}", "{\"\U0001f9f6\":2,\"\uffff\":1}"},
	} {
		got, err := embed(t, []byte(c.in), amino.Reference)
		require.NoError(t, err, c.in)
		require.Equal(t, c.reference, string(got), c.in)
		if c.cosmjs == "" {
			c.cosmjs = c.reference
		}
		got, err = embed(t, []byte(c.in), amino.CosmJS)
		require.NoError(t, err, c.in)
		require.Equal(t, c.cosmjs, string(got), c.in)
	}
	for _, bad := range []string{" ", "{", `{"a"}`, "1e400", "01", "nul", "'x'", `{} {}`, "\"\n\"", strings.Repeat("[", 10_001)} {
		for _, form := range []amino.Form{amino.Reference, amino.CosmJS} {
			_, err := embed(t, []byte(bad), form)
			require.Error(t, err, "%.40s", bad)
		}
	}
}

// likeGo is what Go's own decoder and encoder make of JSON, which is how the
// reference does it.
func likeGo(text []byte) (string, bool) {
	var v any
	if json.Unmarshal(text, &v) != nil {
		return "", false
	}
	out, err := json.Marshal(v)
	return string(out), err == nil
}

func requireLikeGo(t testing.TB, text []byte) {
	want, ok := likeGo(text)
	got, err := embed(t, text, amino.Reference)
	require.Equal(t, ok, err == nil, "%q", text)
	require.Equal(t, want, string(got), "%q", text)
}

// TestLikeGo: random numbers and texts, and every short piece of JSON.
func TestLikeGo(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		f, err := json.Marshal(rapid.Float64().Draw(rt, "number"))
		if err == nil {
			requireLikeGo(t, f)
		}
		text, err := json.Marshal(string(rapid.SliceOf(rapid.Byte()).Draw(rt, "bytes")))
		require.NoError(t, err)
		requireLikeGo(t, text)
		requireLikeGo(t, []byte(`"`+string(rapid.SliceOfN(rapid.Byte(), 1, 9).Draw(rt, "raw"))+`"`))
	})
	pieces := []string{"{", "}", "[", "]", ",", ":", `"a"`, `"`, "1", "-", "0", ".5", "e3", "true", "nul", " ", `\u00e9`, `\ud83e\uddf6`, `\ud800`, `\`, "\n"}
	var all func(prefix string, depth int)
	all = func(prefix string, depth int) {
		requireLikeGo(t, []byte(prefix+"1"))
		requireLikeGo(t, []byte(`["`+prefix+`"]`))
		if depth > 0 {
			for _, p := range pieces {
				all(prefix+p, depth-1)
			}
		}
	}
	all("", 3)
	for _, n := range []int{9_999, 10_000, 10_001} {
		requireLikeGo(t, []byte(strings.Repeat("[", n)+strings.Repeat("]", n)))
		requireLikeGo(t, []byte(strings.Repeat(`{"a":`, n)+"0"+strings.Repeat("}", n)))
	}
}

// TestInlineOrder: the order in which a client writes keys changes nothing, and
// what is canonical stays as it is.
func TestInlineOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		names := rapid.SliceOfNDistinct(rapid.String(), 0, 8, rapid.ID).Draw(rt, "keys")
		object := func(order []string) []byte {
			var b bytes.Buffer
			b.WriteByte('{')
			for i, name := range order {
				if i > 0 {
					b.WriteByte(',')
				}
				key, err := json.Marshal(name)
				require.NoError(t, err)
				b.Write(key)
				b.WriteString(`:"`)
				b.Write(bytes.Trim(key, `"`))
				b.WriteString(`"`)
			}
			b.WriteByte('}')
			return b.Bytes()
		}
		for _, form := range []amino.Form{amino.Reference, amino.CosmJS} {
			a, err := embed(t, object(names), form)
			if err != nil {
				continue // bytes.Trim cut a quote that was escaped
			}
			b, err := embed(t, object(rapid.Permutation(names).Draw(rt, "order")), form)
			require.NoError(t, err)
			require.Equal(t, string(a), string(b))
			again, err := embed(t, a, form)
			require.NoError(t, err)
			require.Equal(t, string(a), string(again))
		}
	})
}

// FuzzAny: no bytes make the writer panic; what it writes is JSON, the same each
// time, and canonical.
func FuzzAny(f *testing.F) {
	names := amino.Names()
	for i := range names {
		f.Add(i, []byte{})
	}
	f.Add(1, []byte(`{"a":[1,2,{"b":null}]}`))
	f.Fuzz(func(t *testing.T, which int, value []byte) {
		if which < 0 {
			which = 0
		}
		url := "/" + names[which%len(names)]
		for _, form := range []amino.Form{amino.Reference, amino.CosmJS} {
			a, err := amino.Any(url, value, form)
			b, again := amino.Any(url, value, form)
			require.Equal(t, err == nil, again == nil)
			require.Equal(t, string(a), string(b))
			require.True(t, err != nil || json.Valid(a), "%s", a)
			if len(value) > 0 {
				requireLikeGo(t, value)
			}
			text, err := embed(t, value, form)
			if len(value) > 0 && err == nil {
				require.True(t, json.Valid(text))
				same, err := embed(t, text, form)
				require.NoError(t, err)
				require.Equal(t, string(text), string(same))
			}
		}
	})
}

func TestAnyRefuses(t *testing.T) {
	for url, value := range map[string][]byte{
		"": nil, "/": nil, "x": nil, "/x.Y": nil, "cosmos.bank.v1beta1.MsgSend": nil, "/cosmos.bank.v1beta1": nil,
		"/cosmos.bank.v1beta1.MsgSend":        {0xff},
		"/cosmos.bank.v1beta1.MsgMultiSend":   {0x78, 1},      // an unknown field
		"/cosmos.staking.v1beta1.MsgDelegate": {0x0a, 1, 'a'}, // no amount: the reference cannot write it either
	} {
		_, err := amino.Any(url, value, amino.Reference)
		require.Error(t, err, url)
		require.Less(t, len(err.Error()), 300)
	}
}
