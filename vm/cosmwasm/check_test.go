package cosmwasm

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func nested(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }

var goodJSON = []string{
	`0`, `-0`, `1`, `-12.50e+3`, `1E400`, `""`, `"x"`, `true`, `false`, `null`, `[]`, `{}`, ` [ 1 , 2 ] `, "\t\r\n{}\n",
	`{"a":1,"b":{"a":1}}`, `[{"a":1},{"a":1}]`, `"é"`, `"\u00e9\ud83d\ude00"`, `"\"\\\/\b\f\n\r\t"`, `{"":0}`, `{"a":1,"A":1}`,
	"\"\x7f\"", `{"\u0061b":1,"\u0061c":2}`, `9007199254740993`, `"\u0000"`, nested(MaxDepth), `{"a":{"b":1},"b":2}`,
}

var badJSON = []string{
	``, ` `, "\ufeff{}", `{`, `[`, `"`, `"\`, `"\u12`, `{"a"}`, `{"a":}`, `{"a":1,}`, `[1,]`, `[,1]`, `{,}`, `{a:1}`, `{"a":1}{}`, `1 2`, `[]x`,
	`01`, `-01`, `-`, `+1`, `.5`, `1.`, `1.e1`, `1e`, `1e+`, `0x1`, `NaN`, `Infinity`, `tru`, `nul`, `True`, `'a'`, "\"\n\"", "\"\x00\"", "\x00",
	"\"\xff\"", "\"\xc0\x80\"", "\"\xed\xa0\x80\"", `"\x41"`, `"\uZZZZ"`, `"\ud800"`, `"\udc00"`, `"\ud800x"`, `"\ud800\n"`, `"\ud800\u0041"`, `"\ud800\ud800"`,
	`{"a":1,"a":2}`, `{"a":1,"\u0061":2}`, `[{"b":{"a":1,"c":2,"a":3}}]`, `{"\ud83d\ude00":1,"😀":2}`, `{"":0,"":1}`, `// x` + "\n1", `[1 2]`, `{"a" 1}`, `{"a":1 "b":2}`,
	nested(MaxDepth + 1), strings.Repeat("[", 1<<20), strings.Repeat(`{"a":`, 200), "1\x00",
}

func TestCheckJSON(t *testing.T) {
	for _, doc := range goodJSON {
		if err := CheckJSON([]byte(doc)); err != nil {
			t.Errorf("%.60q: %v", doc, err)
		}
	}
	for _, doc := range badJSON {
		if CheckJSON([]byte(doc)) == nil {
			t.Errorf("%.60q was accepted", doc)
		}
	}
}

// A document with very many keys: quadratic work would take minutes here.
func TestManyKeys(t *testing.T) {
	var b strings.Builder
	b.WriteString(`{"":0`)
	for i := range 1 << 17 {
		fmt.Fprintf(&b, `,"%d":0`, i^0x15555)
	}
	doc := b.String()
	if err := CheckJSON([]byte(doc + "}")); err != nil {
		t.Fatal(err)
	}
	if CheckJSON([]byte(doc+`,"77":0}`)) == nil {
		t.Error("the last key is there twice and was accepted")
	}
}

// Whatever is accepted is JSON for encoding/json as well.
func FuzzCheckJSON(f *testing.F) {
	for _, doc := range append(goodJSON, badJSON...) {
		f.Add([]byte(doc))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		if CheckJSON(doc) == nil && !json.Valid(doc) {
			t.Errorf("%q is not JSON", doc)
		}
		for _, target := range []any{new(ContractResult), new(QueryResult), new(QueryRequest), new(IBCReceiveResult), new(QuerierResult)} {
			_ = Unmarshal(doc, target)
		}
	})
}
