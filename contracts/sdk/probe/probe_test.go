package probe_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/native"
	"github.com/weftchain/weft/contracts/sdk/probe"
	"github.com/weftchain/weft/contracts/testkit"
)

// TestProbe goes through what the SDK offers, natively and as wasm.
func TestProbe(t *testing.T) {
	testkit.Both(t, probe.Contract, "./wasm", func(t *testing.T, h *native.Host) {
		t.Run("store", func(t *testing.T) { store(t, h) })
		t.Run("failures", func(t *testing.T) { failures(t, h) })
		t.Run("messages", func(t *testing.T) { messages(t, h) })
		t.Run("shapes", func(t *testing.T) { shapes(t, h) })
		t.Run("chain", func(t *testing.T) { chain(t, h) })
		t.Run("crypto", func(t *testing.T) { crypto(t, h) })
		t.Run("entries", func(t *testing.T) { entries(t, h) })
	})
}

func asks(t *testing.T, h *native.Host, msg, want string) {
	t.Helper()
	got, err := h.Query(msg)
	if err != nil {
		got = err.Error()
	}
	if got != want {
		t.Errorf("%s\n got %s\nwant %s", msg, got, want)
	}
}

func store(t *testing.T, h *native.Host) {
	asks(t, h, `{"range":{}}`, `[]`)
	for i, row := range []string{"a", "b", "a\xc3\xbf", "a", "b"} {
		if _, err := h.Execute("alice", fmt.Sprintf(`{"put":{"row":%q,"key":"%d","value":"v%d"}}`, row, i*100, i)); err != nil {
			t.Fatal(err)
		}
	}
	asks(t, h, `{"range":{}}`, `["0v0","100v1","200v2","300v3","400v4"]`)
	asks(t, h, `{"range":{"descending":true}}`, `["400v4","300v3","200v2","100v1","0v0"]`)
	asks(t, h, `{"range":{"from":100,"before":300}}`, `["100v1","200v2"]`)
	asks(t, h, `{"range":{"after":100,"before":300,"descending":true}}`, `["200v2"]`)
	asks(t, h, `{"range":{"after":99,"limit":2}}`, `["100v1","200v2"]`)
	asks(t, h, `{"range":{"from":300,"before":100}}`, `[]`)
	asks(t, h, `{"range":{"from":100,"to":300,"what":"keys"}}`, `["100","200","300"]`)
	asks(t, h, `{"range":{"to":299,"what":"values","descending":true}}`, `["v2","v1","v0"]`)
	asks(t, h, `{"range":{"to":300,"before":200}}`, `["0v0","100v1"]`)
	asks(t, h, `{"range":{"limit":1,"what":"values"}}`, `["v0"]`)
	asks(t, h, `{"range":{"limit":-1}}`, `[]`)
	asks(t, h, `{"page":{}}`, `["0","100","200","300","400"]`)
	asks(t, h, `{"page":{"start_after":100,"limit":2}}`, `["200","300"]`)
	asks(t, h, `{"page":{"limit":0}}`, `[]`)
	asks(t, h, `{"page":{"start_after":300,"limit":2,"reverse":true}}`, `["200","100"]`)
	asks(t, h, `{"page":{"limit":1,"reverse":true}}`, `["400"]`)
	asks(t, h, `{"range":{"row":"a"}}`, `["0v0","300v3"]`)
	asks(t, h, `{"range":{"row":"b","descending":true,"limit":1}}`, `["400v4"]`)
	asks(t, h, `{"range":{"row":"c"}}`, `[]`)
	asks(t, h, `{"pairs":{}}`, `["a/0=v0","a/300=v3","b/100=v1","b/400=v4","aÿ/200=v2"]`)
	if _, err := h.Execute("alice", `{"drop":{"row":"","key":"200","value":""}}`); err != nil {
		t.Fatal(err)
	}
	asks(t, h, `{"range":{}}`, `["0v0","100v1","300v3","400v4"]`)
	sweep(t, h)
	for i := range 3000 { // more than the arena holds
		h.Store[fmt.Sprintf("\x00\x07numbers\x00\x00\x00\x00\x00\x01%s", string([]byte{byte(i >> 8), byte(i)}))] = `"` + strings.Repeat("z", i%500) + `"`
	}
	if all, err := h.Query(`{"range":{"descending":true}}`); err != nil || len(all) < 600_000 {
		t.Error(len(all), err)
	}
	for _, size := range []int{1, 511, 512, 1000, 16_000} { // regions in the arena and beyond
		text := strings.Repeat("x", size)
		res, err := h.Execute("alice", `{"large":{"how":"`+text+`"}}`)
		if err != nil || res.Attr("text") != strings.Repeat("x", size*8) {
			t.Errorf("%d: %v", size, err)
		}
	}
}

// sweep: an iterator sees what there was when it was opened.
func sweep(t *testing.T, h *native.Host) {
	before := maps.Clone(h.Store)
	res, err := h.Execute("alice", `{"sweep":{"after":1,"limit":2}}`)
	if err != nil || fmt.Sprint(res.Attributes) != "[{action sweep} {met 0} {met 100} {met 300} {met 400} {cleared 2}]" {
		t.Error(res, err)
	}
	asks(t, h, `{"range":{}}`, `["0v0","1new","301new","401new"]`)
	if res, err = h.Execute("alice", `{"sweep":{}}`); err != nil || res.Attr("cleared") != "6" {
		t.Error(res, err)
	}
	asks(t, h, `{"page":{}}`, `[]`)
	asks(t, h, `{"range":{"row":"a"}}`, `["0v0","300v3"]`) // another map
	h.Store = before
}

func failures(t *testing.T, h *native.Host) {
	for _, f := range [][2]string{
		{"text", "panic: a text"},
		{"error", "an error"},
		{"index", "panic: runtime error: index out of range [5] with length 0"},
		{"nil", "panic: runtime error: invalid memory address or nil pointer dereference"},
		{"overflow", "integer overflow: add"},
		{"zero", "division by zero"},
		{"value", "panic with a value that is no text"},
		{"empty", "error without a text"},
		{"üößé\\n", "a plain üößé\n with \"quotes\""},
	} {
		_, err := h.Execute("alice", `{"panic":{"how":"`+f[0]+`"}}`)
		if err == nil || err.Error() != f[1] {
			t.Errorf("%s: %v", f[0], err)
		}
	}
	if _, ok := h.Store["\x00\x07numbers\x00\x00\x00\x00\x00\x00\x00\x63"]; ok {
		t.Error("a call that failed left something")
	}
}

func messages(t *testing.T, h *native.Host) {
	h.Balances["alice"] = sdk.Coins{sdk.NewCoin("uweft", 9)}
	res, err := h.Execute("alice", `{"messages":{}}`, sdk.NewCoin("uweft", 4))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range res.Messages {
		got = append(got, fmt.Sprintf("%d %s %s %s", m.ID, m.ReplyOn, m.Payload, m.Msg))
	}
	want := `0 never  {"bank":{"send":{"to_address":"bobby","amount":[{"denom":"uweft","amount":"5"}]}}}
0 never  {"bank":{"burn":{"amount":[{"denom":"uweft","amount":"4"}]}}}
0 never  {"wasm":{"execute":{"contract_addr":"other","msg":"eyJwdXQiOnsicm93IjoiciIsImtleSI6IjEiLCJ2YWx1ZSI6InYifX0=","funds":[{"denom":"x","amount":"1"},{"denom":"y","amount":"2"}]}}}
7 always payload {"wasm":{"instantiate":{"code_id":3,"msg":"e30=","funds":[],"label":"child","admin":"contract"}}}
0 never  {"wasm":{"instantiate2":{"code_id":3,"msg":"e30=","funds":[],"label":"child","admin":null,"salt":"c2FsdA=="}}}
0 never  {"wasm":{"migrate":{"contract_addr":"other","new_code_id":4,"msg":"e30="}}}
0 never  {"wasm":{"update_admin":{"contract_addr":"other","admin":"bobby"}}}
0 never  {"wasm":{"clear_admin":{"contract_addr":"other"}}}
0 never  {"any":{"type_url":"/a.B","value":"AQ=="}}
0 never  {"custom":{"x":[1]}}`
	if joined := strings.Join(got, "\n"); joined != want {
		t.Errorf("got\n%s", joined)
	}
	if events := fmt.Sprint(res.Events); events != "[{first [{k ü\n}]} {second []}]" || !bytes.Equal(res.Data, []byte{0, 1}) {
		t.Error(res.Events, res.Data)
	}
	if left := h.Balances["alice"].Of("uweft").String(); left != "5" {
		t.Error(left)
	}
}

func shapes(t *testing.T, h *native.Host) {
	full := `{"text":"t","yes":true,"i8":-128,"i64":-9223372036854775808,"u16":65535,"u64":"18446744073709551615","bytes":"AAEC",` +
		`"amount":"340282366920938463463374607431768211455","coins":[{"denom":"d","amount":"1"}],"list":[1,-2],"pointer":"7","texts":["a","b"],` +
		`"inner":{"row":"r","key":"1","value":"v"},"inners":[{"row":"","key":"0","value":""}],"small":255,"zero":"1","time":"5"}`
	least := `{"text":"","yes":false,"i8":0,"i64":0,"u16":0,"u64":"0","bytes":"","amount":"0","coins":[],"list":[],"pointer":null,"time":"0"}`
	for _, doc := range []string{full, least} {
		res, err := h.Execute("alice", `{"shapes":`+doc+`}`)
		if err != nil || string(res.Data) != doc {
			t.Errorf("%v\n got %s\nwant %s", err, res.Data, doc)
		}
	}
	for _, change := range [][2]string{
		{`"i8":0`, `"i8":128`},
		{`"u16":0`, `"u16":65536`},
		{`"u64":"0"`, `"u64":0`},
		{`"amount":"0"`, `"amount":"-0"`},
		{`"list":[]`, `"list":[2147483648]`},
		{`"list":[]`, `"list":[1,]`},
		{`"bytes":""`, `"bytes":"A"`},
		{`"yes":false`, `"yes":0`},
		{`"text":"",`, ``},
		{`"time":"0"`, `"time":"0","time":"0"`},
		{`"coins":[]`, `"coins":[{"denom":"d"}]`},
		{`"text":""`, `"text":null`},
		{`"pointer":null`, `"pointer":nul`},
		{`"text":""`, `"text":"` + "\xff" + `"`},
	} {
		doc := strings.Replace(least, change[0], change[1], 1)
		if _, err := h.Execute("alice", `{"shapes":`+doc+`}`); err == nil {
			t.Errorf("%s is accepted", change[1])
		}
	}
}

func chain(t *testing.T, h *native.Host) {
	h.Balances[h.Self] = sdk.Coins{sdk.NewCoin("uweft", 77)}
	h.Answer = func(request string) (string, error) {
		switch {
		case request == `{"wasm":{"smart":{"contract_addr":"other","msg":"eyJnZXQiOnsiaG93Ijoic28ifX0="}}}`:
			return `{"row":"","new":{"field":[1]},"key":"1","value":"answer"}`, nil
		case strings.Contains(request, "smart"):
			return "", sdk.Error("the other one refuses")
		case request == `{"wasm":{"raw":{"contract_addr":"other","key":"a2V5"}}}`:
			return "raw bytes", nil
		case request == `{"wasm":{"contract_info":{"contract_addr":"other"}}}`:
			return `{"code_id":1,"creator":"alice","admin":null,"pinned":false,"ibc_port":null}`, nil
		}
		return "", sdk.Error("unexpected: " + request)
	}
	asks(t, h, `{"chain":{"how":"so"}}`, `["77","answer","raw bytes","alice","","unexpected: {\"bank\":{\"supply\":{\"denom\":\"uweft\"}}}"]`)
	asks(t, h, `{"chain":{"how":"no"}}`, "the other one refuses")
	h.Answer = nil
	asks(t, h, `{"chain":{"how":"so"}}`, `query: {"unsupported_request":{"kind":"the test has no Answer"}}`)
	asks(t, h, `{"env":{}}`, `["12345","1571797419879305533","native","contract","0","1571797419"]`)
	if h.Lines[len(h.Lines)-1] != "asked for env" {
		t.Error(h.Lines)
	}
	asks(t, h, `{"address":{"how":"alice"}}`, `["alice","alice","alice"]`)
	asks(t, h, `{"address":{"how":"Alice"}}`, "invalid address Alice: an address has small letters, digits, - and _ here")
}

func entries(t *testing.T, h *native.Host) {
	res, err := h.Instantiate("alice", `{}`)
	if err != nil || string(res.Data) != "alice" {
		t.Error(res, err)
	}
	res, err = h.Sudo(`{}`)
	if err != nil || res.Attr("action") != "sudo" {
		t.Error(res, err)
	}
	for version, want := range []string{"none", "1"} {
		res, err = h.Migrate("admin", `{}`, uint64(version))
		if err != nil || res.Attr("by") != "admin" || res.Attr("from") != want {
			t.Error(res, err)
		}
	}
	made := base64.StdEncoding.EncodeToString([]byte("\x0a\x03new\x12\x04data"))
	res, err = h.Reply(`{"gas_used":0,"id":7,"result":{"ok":{"events":[{"type":"tt","attributes":[{"key":"k","value":"v"}]}],"data":"` + made +
		`","msg_responses":[{"type_url":"/x","value":"` + made + `"}]}},"payload":"cA=="}`)
	if err != nil || fmt.Sprint(res.Attributes) != "[{action reply} {id 7} {payload p} {error } {address new} {data data}]" || fmt.Sprint(res.Events) != "[{tt [{k v}]}]" {
		t.Error(res, err)
	}
	res, err = h.Reply(`{"gas_used":0,"id":8,"result":{"error":"codespace: wasm, code: 5"}}`)
	if err != nil || res.Attr("error") != "codespace: wasm, code: 5" {
		t.Error(res, err)
	}
}

// TestReadOnly: a query that writes does not become a contract's error.
func TestReadOnly(t *testing.T) {
	h := native.New(sdk.Contract{Query: sdk.Answers{sdk.Answer("write", func(c *sdk.Context, _ *probe.Empty) (*probe.Empty, error) {
		c.Set([]byte("k"), []byte("v"))
		return &probe.Empty{}, nil
	})}})
	if _, err := h.Query(`{"write":{}}`); err == nil || err.Error() != "a query must not write to the store" {
		t.Error(err)
	}
}
