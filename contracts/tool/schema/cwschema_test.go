package schema

import (
	"strings"
	"testing"
)

// box is a schema in the form of cw-schema, with each kind of node.
const box = `{"contract_name":"box","contract_version":"1.0.0","idl_version":"1.0.0","execute":{"type":"v1","root":0,"definitions":[
{"name":"box_msg_ExecuteMsg","type":"enum","cases":{
  "stop":{"type":"unit"},
  "put":{"description":"Puts it.","type":"named","properties":{"coin":{"value":1},"to":{"value":4},"note":{"value":5},"depth":{"value":7,"defaulting":true},"at":{"value":8},"pair":{"value":9},"inner":{"value":10},"map":{"value":12}}},
  "name":{"type":"tuple","items":[6]}}},
{"name":"cosmwasm_std_coin_Coin","type":"struct","properties":{"amount":{"value":2},"denom":{"value":6}}},
{"name":"cosmwasm_std_math_uint256_Uint256","type":"integer","precision":256,"signed":false},
{"name":"alloc::vec::Vec<u8>","type":"array","items":7},
{"name":"cosmwasm_std_addresses_Addr","type":"address"},
{"name":"core::option::Option<String>","type":"optional","inner":6},
{"name":"String","type":"string"},
{"name":"u8","type":"integer","precision":8,"signed":false},
{"name":"cosmwasm_std_timestamp_Timestamp","type":"timestamp"},
{"name":"(u8, bool)","type":"tuple","items":[7,11]},
{"name":"alloc::boxed::Box<box::Tagged>","type":"boxed","inner":13},
{"name":"bool","type":"boolean"},
{"name":"map","type":"map","kind":"bTree","key":6,"value":2},
{"name":"box_Tagged","type":"enum","discriminator":"kind","cases":{"a":{"type":"unit"},"b":{"type":"named","properties":{"x":{"value":7}}}}}
]}}`

// TestCWSchema: the newer form gives the same types.
func TestCWSchema(t *testing.T) {
	c, err := Parse([]byte(box))
	if err != nil {
		t.Fatal(err)
	}
	m, err := c.Find(Execute, "put")
	if err != nil {
		t.Fatal(err)
	}
	want := "put coin=COIN to=ADDRESS [note=TEXT] [depth=UINT8] at=TIME pair=[uint8,true|false] inner={…} map={NAME: UINT256}"
	if got := m.Usage(); got != want || m.Doc != "Puts it." {
		t.Errorf("%s", got)
	}
	args := strings.Fields("put coin=5uweft to=bob at=2026-12-01T00:00:00Z pair=[1,true] inner.kind=b inner.x=5 map.a=7")
	got, err := c.Message(Execute, args[0], args[1:], people)
	wantMsg := `{"put":{"coin":{"denom":"uweft","amount":"5"},"to":"weft1bob","at":"1796083200000000000","pair":[1,true],"inner":{"kind":"b","x":5},"map":{"a":"7"}}}`
	if err != nil || string(got) != wantMsg {
		t.Errorf("%s %v", got, err)
	}
	for name, want := range map[string]string{"stop": `"stop"`, "name x": `{"name":"x"}`} {
		words := strings.Fields(name)
		if got, err := c.Message(Execute, words[0], words[1:], people); err != nil || string(got) != want {
			t.Errorf("%s: %s %v", name, got, err)
		}
	}
	for old, want := range map[string]string{`"root":0`: `"root":99`, `"items":[6]`: `"items":[-1]`, `"type":"boolean"`: `"type":"thing"`, `"inner":13`: `"inner":10`, `"items":7}`: `"items":3}`} {
		if _, err := Parse([]byte(strings.Replace(box, old, want, 1))); err == nil {
			t.Errorf("%s was read", want)
		}
	}
}
