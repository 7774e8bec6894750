package sdk_test

import (
	"testing"

	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/json"
)

// TestExpiration: the end has come exactly at the border.
func TestExpiration(t *testing.T) {
	for doc, want := range map[string]struct {
		text                  string
		before, at, afterward bool
	}{
		`{"never":{}}`:                {"expiration: never", false, false, false},
		`{"at_height":10}`:            {"expiration height: 10", false, true, true},
		`{"at_time":"2000000007"}`:    {"expiration time: 2.000000007", false, true, true},
		`{"at_height":0}`:             {"expiration height: 0", true, true, true},
		`{"at_time":"1"}`:             {"expiration time: 0.000000001", true, true, true},
		`{"at_time":"1999999999999"}`: {"expiration time: 1999.999999999", false, false, false},
	} {
		var e sdk.Expiration
		if err := json.Decode(doc, &e); err != nil || string(json.Encode(e)) != doc || e.String() != want.text {
			t.Errorf("%s: %v, %s, %s", doc, err, json.Encode(e), e)
		}
		for d, passed := range []bool{want.before, want.at, want.afterward} {
			b := sdk.Block{Height: 9 + uint64(d), Time: sdk.Timestamp(2_000_000_006 + d)}
			if e.Passed(b) != passed {
				t.Errorf("%s in %v", doc, b)
			}
		}
	}
	for _, doc := range []string{`{}`, `"never"`, `{"never":{"x":1}}`, `{"at_height":"1"}`, `{"at_height":-1}`, `{"at_time":1}`, `{"at_height":1,"never":{}}`, `{"later":1}`} {
		var e sdk.Expiration
		if err := json.Decode(doc, &e); err == nil {
			t.Errorf("%s is an expiration", doc)
		}
	}
}

// TestPlainValues: texts and numbers are values of the store without a struct.
func TestPlainValues(t *testing.T) {
	var text sdk.Text
	var number sdk.U64
	var raw json.Raw
	for doc, v := range map[string]interface {
		json.Decoder
		json.Encoder
	}{
		`"a\"b"`: &text, `18446744073709551615`: &number, `{"a":[1.5e3,null,{"b":"c"}]}`: &raw,
	} {
		if err := json.Decode(doc, v); err != nil || string(json.Encode(v)) != doc {
			t.Errorf("%s: %v, %s", doc, err, json.Encode(v))
		}
	}
	if err := json.Decode(`{"a":}`, &raw); err == nil {
		t.Error("what is no JSON is raw JSON")
	}
	if doc := string(json.Encode(json.Raw(""))); doc != "null" {
		t.Error(doc)
	}
}

// TestExpirationCompare: what ends later is greater, and blocks are no seconds.
func TestExpirationCompare(t *testing.T) {
	never := sdk.Expiration{}
	for _, c := range []struct {
		a, b  sdk.Expiration
		order int
		ok    bool
	}{
		{sdk.AtHeight(1), sdk.AtHeight(2), -1, true},
		{sdk.AtHeight(2), sdk.AtHeight(2), 0, true},
		{sdk.AtTime(2), sdk.AtTime(1), 1, true},
		{sdk.AtHeight(1 << 63), never, -1, true},
		{never, sdk.AtTime(1<<64 - 1), 1, true},
		{never, never, 0, true},
		{sdk.AtTime(1), sdk.AtHeight(1), 0, false},
		{sdk.AtTime(1), sdk.AtHeight(2), 0, false},
	} {
		if order, ok := c.a.Compare(c.b); order != c.order || ok != c.ok {
			t.Errorf("%s and %s: %d, %v", c.a, c.b, order, ok)
		}
	}
}
