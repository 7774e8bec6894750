package json_test

import (
	stdjson "encoding/json"
	"errors"
	"fmt"
	"testing"
	"unicode/utf8"

	"github.com/weftchain/weft/contracts/sdk/json"
)

// A decoder is a loop over fields.
func Example() {
	var name string
	var scores []uint64
	r := json.NewReader(`{"name":"ada","scores":[3,5]}`)
	for r.Object(); r.Field(); {
		switch r.Name {
		case "name":
			name = r.Text()
		case "scores":
			for r.Array(); r.Element(); {
				scores = append(scores, r.Uint())
			}
		default:
			r.Unknown()
		}
	}
	fmt.Println(name, scores, r.End())

	w := json.NewWriter(nil)
	w.Object()
	w.Name("name")
	w.Text(`a "quoted" text`)
	w.EndObject()
	fmt.Println(string(w.Bytes()))
	// Output:
	// ada [3 5] <nil>
	// {"name":"a \"quoted\" text"}
}

// FuzzSkip: what the reader skips is what encoding/json calls valid, but for
// UTF-8, halves of characters and depth.
func FuzzSkip(f *testing.F) {
	for _, doc := range []string{
		`{}`, `[]`, `{"a":[1,-2.5e+3,"x\n\u00e9",true,false,null]}`, `{"a":1,}`, `[,]`, `[1 2]`, `01`, `1.`, `-`, `"`, `"\x"`, `{"a"}`, `{a:1}`,
		"\"\x01\"", " [ ] ", `"ü"`, `"\ud83d\ude00"`, `12 3`, `tru`, `nul`, ``, `{"a":{"b":[[],{}]}}`, "\x01", `1e5`, `1E-`, `{"":""}`,
		`"aaaaaaaaaaaaaaaa\"bbbbbbbbbbbbbbbbbb"`, `"1234567` + "\x1f" + `"`,
	} {
		f.Add(doc)
	}
	f.Fuzz(func(t *testing.T, doc string) {
		r := json.NewReader(doc)
		r.Skip()
		err := r.End()
		if err == nil && !stdjson.Valid([]byte(doc)) {
			t.Fatalf("%q is accepted", doc)
		}
		if err != nil && stdjson.Valid([]byte(doc)) && utf8.ValidString(doc) {
			var wrong *json.Error
			if !errors.As(err, &wrong) {
				t.Fatal(err)
			}
			if what := wrong.What; what != "too many levels" && what != "escape for half a character" {
				t.Fatalf("%q: %v", doc, err)
			}
		}
	})
}

// FuzzText: a text survives, and reads as encoding/json reads it.
func FuzzText(f *testing.F) {
	for _, s := range []string{"", "plain", `a"b\c`, "a\x00\x1f\x7fb", "ünï", "\xff", "\u2028", "12345678\"", "1234567\xc3\xbc"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		w := json.NewWriter(nil)
		w.Text(s)
		var want string
		if err := stdjson.Unmarshal(w.Bytes(), &want); err != nil {
			t.Fatalf("%s: %v", w.Bytes(), err)
		}
		r := json.NewReader(string(w.Bytes()))
		got := r.Text()
		if err := r.End(); err != nil || got != want || utf8.ValidString(s) && got != s {
			t.Fatalf("%q became %q (%v), want %q", s, got, err, want)
		}
	})
}

// FuzzBase64: the same as encoding/json, both ways.
func FuzzBase64(f *testing.F) {
	f.Add([]byte("a"), "YQ==")
	f.Add([]byte("ab"), "YR==")
	f.Add([]byte("abc"), "Y===")
	f.Fuzz(func(t *testing.T, data []byte, text string) {
		want, _ := stdjson.Marshal(append([]byte{}, data...))
		w := json.NewWriter(nil)
		w.Binary(data)
		if string(w.Bytes()) != string(want) {
			t.Fatalf("%s, want %s", w.Bytes(), want)
		}
		back, ok := json.DecodeBase64(string(want[1 : len(want)-1]))
		if !ok || string(back) != string(data) {
			t.Fatalf("%q, want %q", back, data)
		}
		if got, ok := json.DecodeBase64(text); ok && string(json.AppendBase64(nil, got)) != text {
			t.Fatalf("%q is accepted as %q", text, got)
		}
	})
}

func TestNumbers(t *testing.T) {
	for _, c := range []struct {
		doc  string
		read func(*json.Reader) any
		want any // nil for an error
	}{
		{`18446744073709551615`, func(r *json.Reader) any { return r.Uint() }, uint64(1<<64 - 1)},
		{`18446744073709551616`, func(r *json.Reader) any { return r.Uint() }, nil},
		{`99999999999999999999`, func(r *json.Reader) any { return r.Uint() }, nil},
		{`-1`, func(r *json.Reader) any { return r.Uint() }, nil},
		{`01`, func(r *json.Reader) any { return r.Uint() }, nil},
		{`1.5`, func(r *json.Reader) any { return r.Uint() }, nil},
		{`1e3`, func(r *json.Reader) any { return r.Uint() }, nil},
		{`"1"`, func(r *json.Reader) any { return r.Uint() }, nil},
		{`256`, func(r *json.Reader) any { return r.UintOf(8) }, nil},
		{`255`, func(r *json.Reader) any { return r.UintOf(8) }, uint64(255)},
		{`-9223372036854775808`, func(r *json.Reader) any { return r.Int() }, int64(-1 << 63)},
		{`-9223372036854775809`, func(r *json.Reader) any { return r.Int() }, nil},
		{`9223372036854775808`, func(r *json.Reader) any { return r.Int() }, nil},
		{`-128`, func(r *json.Reader) any { return r.IntOf(8) }, int64(-128)},
		{`128`, func(r *json.Reader) any { return r.IntOf(8) }, nil},
		{`-129`, func(r *json.Reader) any { return r.IntOf(8) }, nil},
		{`"77"`, func(r *json.Reader) any { return r.UintText() }, uint64(77)},
		{`"7x"`, func(r *json.Reader) any { return r.UintText() }, nil},
		{`""`, func(r *json.Reader) any { return r.UintText() }, nil},
		{`77`, func(r *json.Reader) any { return r.UintText() }, nil},
	} {
		r := json.NewReader(c.doc)
		got := c.read(&r)
		switch err := r.End(); {
		case c.want == nil && err == nil:
			t.Errorf("%s is accepted as %v", c.doc, got)
		case c.want != nil && (err != nil || got != c.want):
			t.Errorf("%s: %v, %v", c.doc, got, err)
		}
	}
}
