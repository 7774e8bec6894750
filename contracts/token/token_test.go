package token_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/weftchain/weft/contracts/sdk/native"
	"github.com/weftchain/weft/contracts/testkit"
	"github.com/weftchain/weft/contracts/token"
)

const start = `{"name":"Test Token","symbol":"TST","decimals":6,"initial_balances":[{"address":"alice","amount":"1000"},{"address":"bob","amount":"5"}],
	"mint":{"minter":"minty","cap":"2000"},"marketing":{"project":"p","description":null,"logo":null,"marketing":"marketer"}}`

// A token is moved natively; a CW20 wallet sends the same messages.
func Example() {
	h := native.New(token.Contract)
	if _, err := h.Instantiate("creator", start); err != nil {
		fmt.Println(err)
	}
	res, err := h.Execute("alice", `{"transfer":{"recipient":"bob","amount":"70"}}`)
	fmt.Println(res.Attributes, err)
	fmt.Println(h.Query(`{"balance":{"address":"bob"}}`))
	// Output:
	// [{action transfer} {from alice} {to bob} {amount 70}] <nil>
	// {"balance":"75"} <nil>
}

// step is a call and what must come of it: the JSON of an answer, the attributes
// of a response in order, or an error.
type step struct{ sender, msg, want string }

// steps is one long life of a token. A sender "?" asks.
var steps = []step{
	{"?", `{"token_info":{}}`, `{"name":"Test Token","symbol":"TST","decimals":6,"total_supply":"1005"}`},
	{"?", `{"minter":{}}`, `{"minter":"minty","cap":"2000"}`},
	{"?", `{"marketing_info":{}}`, `{"project":"p","description":null,"logo":null,"marketing":"marketer"}`},
	{"?", `{"balance":{"address":"nobody"}}`, `{"balance":"0"}`},
	{"alice", `{"transfer":{"recipient":"bob","amount":"100"}}`, "action=transfer from=alice to=bob amount=100"},
	{"alice", `{"transfer":{"recipient":"alice","amount":"900"}}`, "action=transfer from=alice to=alice amount=900"},
	{"alice", `{"transfer":{"recipient":"bob","amount":"901"}}`, "error"},
	{"alice", `{"transfer":{"recipient":"B","amount":"1"}}`, "error"},
	{"alice", `{"transfer":{"recipient":"bob","amount":"-1"}}`, "error"},
	{"alice", `{"transfer":{"recipient":"bob","amount":"340282366920938463463374607431768211456"}}`, "error"},
	{"alice", `{"transfer":{"recipient":"bob","amount":"1","extra":1}}`, "error"},
	{"?", `{"balance":{"address":"alice"}}`, `{"balance":"900"}`},
	{"?", `{"balance":{"address":"bob"}}`, `{"balance":"105"}`},
	{
		"alice", `{"send":{"contract":"pool","amount":"50","msg":"eyJ4IjoxfQ=="}}`,
		`action=send from=alice to=pool amount=50 {"wasm":{"execute":{"contract_addr":"pool","msg":"eyJyZWNlaXZlIjp7InNlbmRlciI6ImFsaWNlIiwiYW1vdW50IjoiNTAiLCJtc2ciOiJleUo0SWpveGZRPT0ifX0=","funds":[]}}}`,
	},
	{"alice", `{"transfer":{"recipient":"bob","amount":"0"}}`, "action=transfer from=alice to=bob amount=0"},
	{"alice", `{"burn":{"amount":"50"}}`, "action=burn from=alice amount=50"},
	{"alice", `{"burn":{"amount":"801"}}`, "error"},
	{"?", `{"token_info":{}}`, `{"name":"Test Token","symbol":"TST","decimals":6,"total_supply":"955"}`},
	{"minty", `{"mint":{"recipient":"carl","amount":"1045"}}`, "action=mint to=carl amount=1045"},
	{"minty", `{"mint":{"recipient":"carl","amount":"1"}}`, "error"},
	{"alice", `{"mint":{"recipient":"carl","amount":"0"}}`, "error"},
	{"alice", `{"increase_allowance":{"spender":"bob","amount":"30"}}`, "action=increase_allowance owner=alice spender=bob amount=30"},
	{"alice", `{"increase_allowance":{"spender":"carl","amount":"30","expires":{"at_height":12346}}}`, "action=increase_allowance owner=alice spender=carl amount=30"},
	{"alice", `{"increase_allowance":{"spender":"dora","amount":"30","expires":{"at_time":"1571797419879305534"}}}`, "action=increase_allowance owner=alice spender=dora amount=30"},
	{"alice", `{"increase_allowance":{"spender":"emil","amount":"30","expires":{"at_height":12345}}}`, "error"},
	{"alice", `{"increase_allowance":{"spender":"alice","amount":"30"}}`, "error"},
	{"alice", `{"increase_allowance":{"spender":"emil","amount":"30","expires":{}}}`, "error"},
	{"bob", `{"increase_allowance":{"spender":"carl","amount":"7","expires":{"never":{}}}}`, "action=increase_allowance owner=bob spender=carl amount=7"},
	{"?", `{"allowance":{"owner":"alice","spender":"bob"}}`, `{"allowance":"30","expires":{"never":{}}}`},
	{"?", `{"allowance":{"owner":"bob","spender":"alice"}}`, `{"allowance":"0","expires":{"never":{}}}`},
	{"?", `{"all_allowances":{"owner":"alice"}}`, `{"allowances":[{"spender":"bob","allowance":"30","expires":{"never":{}}},` +
		`{"spender":"carl","allowance":"30","expires":{"at_height":12346}},{"spender":"dora","allowance":"30","expires":{"at_time":"1571797419879305534"}}]}`},
	{"?", `{"all_allowances":{"owner":"alice","start_after":"bob","limit":1}}`, `{"allowances":[{"spender":"carl","allowance":"30","expires":{"at_height":12346}}]}`},
	{"?", `{"all_spender_allowances":{"spender":"carl"}}`, `{"allowances":[{"owner":"alice","allowance":"30","expires":{"at_height":12346}},{"owner":"bob","allowance":"7","expires":{"never":{}}}]}`},
	{"bob", `{"transfer_from":{"owner":"alice","recipient":"dora","amount":"10"}}`, "action=transfer_from from=alice to=dora by=bob amount=10"},
	{
		"bob", `{"send_from":{"owner":"alice","contract":"pool","amount":"5","msg":""}}`,
		`action=send_from from=alice to=pool by=bob amount=5 {"wasm":{"execute":{"contract_addr":"pool","msg":"eyJyZWNlaXZlIjp7InNlbmRlciI6ImJvYiIsImFtb3VudCI6IjUiLCJtc2ciOiIifX0=","funds":[]}}}`,
	},
	{"bob", `{"burn_from":{"owner":"alice","amount":"5"}}`, "action=burn_from from=alice by=bob amount=5"},
	{"bob", `{"transfer_from":{"owner":"alice","recipient":"dora","amount":"11"}}`, "error"},
	{"dora", `{"transfer_from":{"owner":"bob","recipient":"dora","amount":"0"}}`, "error"},
	{"alice", `{"decrease_allowance":{"spender":"bob","amount":"4"}}`, "action=decrease_allowance owner=alice spender=bob amount=4"},
	{"?", `{"allowance":{"owner":"alice","spender":"bob"}}`, `{"allowance":"6","expires":{"never":{}}}`},
	{"alice", `{"decrease_allowance":{"spender":"bob","amount":"6"}}`, "action=decrease_allowance owner=alice spender=bob amount=6"},
	{"alice", `{"decrease_allowance":{"spender":"bob","amount":"6"}}`, "error"},
	{"?", `{"all_spender_allowances":{"spender":"bob"}}`, `{"allowances":[]}`},
	{"?", `{"all_accounts":{}}`, `{"accounts":["alice","bob","carl","dora","pool"]}`},
	{"?", `{"all_accounts":{"start_after":"bob","limit":2}}`, `{"accounts":["carl","dora"]}`},
	{"minty", `{"update_minter":{"new_minter":"newty"}}`, "action=update_minter new_minter=newty"},
	{"minty", `{"mint":{"recipient":"carl","amount":"0"}}`, "error"},
	{"newty", `{"update_minter":{}}`, "action=update_minter new_minter=None"},
	{"newty", `{"mint":{"recipient":"carl","amount":"0"}}`, "error"},
	{"?", `{"minter":{}}`, `null`},
	{"?", `{"download_logo":{}}`, "error"},
	{"alice", `{"upload_logo":{"url":"u"}}`, "error"},
	{"marketer", `{"upload_logo":{"url":"https://example.com/a.png"}}`, "action=upload_logo"},
	{"?", `{"marketing_info":{}}`, `{"project":"p","description":null,"logo":{"url":"https://example.com/a.png"},"marketing":"marketer"}`},
	{"?", `{"download_logo":{}}`, "error"},
	{"marketer", `{"upload_logo":{"embedded":{"svg":"PD94bWwgdmVyc2lvbj0iMS4wIj8+PHN2Zy8+"}}}`, "action=upload_logo"},
	{"?", `{"marketing_info":{}}`, `{"project":"p","description":null,"logo":"embedded","marketing":"marketer"}`},
	{"?", `{"download_logo":{}}`, `{"mime_type":"image/svg+xml","data":"PD94bWwgdmVyc2lvbj0iMS4wIj8+PHN2Zy8+"}`},
	{"marketer", `{"upload_logo":{"embedded":{"png":"iVBORw0KGgpyZXN0"}}}`, "action=upload_logo"},
	{"?", `{"download_logo":{}}`, `{"mime_type":"image/png","data":"iVBORw0KGgpyZXN0"}`},
	{"marketer", `{"upload_logo":{"embedded":{"png":"PD94bWwgdmVyc2lvbj0iMS4wIj8+PHN2Zy8+"}}}`, "error"},
	{"marketer", `{"upload_logo":{"embedded":{"png":""}}}`, "error"},
	{"marketer", `{"upload_logo":{"embedded":{"svg":"PHN2Zy8+"}}}`, "error"},
	{"marketer", `{"upload_logo":{"embedded":{"svg":""}}}`, "error"},
	{"marketer", `{"upload_logo":{"embedded":{}}}`, "error"},
	{"marketer", `{"upload_logo":{}}`, "error"},
	{"marketer", `{"upload_logo":{"embedded":{"png":"` + big(0) + `"}}}`, "action=upload_logo"},
	{"marketer", `{"upload_logo":{"embedded":{"png":"` + big(1) + `"}}}`, "error"},
	{"alice", `{"update_marketing":{"project":"q"}}`, "error"},
	{"marketer", `{"update_marketing":{"project":"","description":"d"}}`, "action=update_marketing"},
	{"?", `{"marketing_info":{}}`, `{"project":null,"description":"d","logo":"embedded","marketing":"marketer"}`},
	{"marketer", `{"update_marketing":{"description":"","marketing":""}}`, "action=update_marketing"},
	{"?", `{"marketing_info":{}}`, `{"project":null,"description":null,"logo":"embedded","marketing":null}`},
	{"marketer", `{"upload_logo":{"url":""}}`, "error"},
	{"?", `{"nothing":{}}`, "error"},
}

// big is an image that has 5 KiB and some bytes more, in base64.
func big(more int) string {
	image := append([]byte("\x89PNG\r\n\x1a\n"), make([]byte, 5<<10-8+more)...)
	return base64.StdEncoding.EncodeToString(image)
}

// play calls the contract and writes down what it says.
func play(h *native.Host, s step) string {
	if s.sender == "?" {
		answer, err := h.Query(s.msg)
		if err != nil {
			return "error"
		}
		return answer
	}
	res, err := h.Execute(s.sender, s.msg)
	if err != nil {
		return "error"
	}
	var out []string
	for _, a := range res.Attributes {
		out = append(out, a.Key+"="+a.Value)
	}
	for _, m := range res.Messages {
		out = append(out, string(m.Msg))
	}
	return strings.Join(out, " ")
}

func life(t *testing.T, h *native.Host) {
	if _, err := h.Instantiate("creator", start); err != nil {
		t.Fatal(err)
	}
	for _, s := range steps {
		if got := play(h, s); got != s.want {
			t.Errorf("%s %s\n got %s\nwant %s", s.sender, s.msg, got, s.want)
		}
	}
	h.Block.Height++
	h.Block.Time++
	for _, s := range []step{
		{"carl", `{"transfer_from":{"owner":"alice","recipient":"carl","amount":"1"}}`, "error"},
		{"dora", `{"transfer_from":{"owner":"alice","recipient":"carl","amount":"1"}}`, "error"},
		{"carl", `{"transfer_from":{"owner":"bob","recipient":"carl","amount":"7"}}`, "action=transfer_from from=bob to=carl by=carl amount=7"},
	} {
		if got := play(h, s); got != s.want {
			t.Errorf("%s %s\n got %s\nwant %s", s.sender, s.msg, got, s.want)
		}
	}
}

func TestLife(t *testing.T) { testkit.Both(t, token.Contract, "./wasm", life) }

// TestStore: the store is what cw20-base would have.
func TestStore(t *testing.T) {
	h := native.New(token.Contract)
	life(t, h)
	for key, want := range map[string]string{
		"token_info":                                 `{"name":"Test Token","symbol":"TST","decimals":6,"total_supply":"1995","mint":null}`,
		"\x00\x07balancecarl":                        `"1052"`,
		"\x00\x09allowance\x00\x05alicecarl":         `{"allowance":"30","expires":{"at_height":12346}}`,
		"\x00\x11allowance_spender\x00\x04carlalice": `{"allowance":"30","expires":{"at_height":12346}}`,
	} {
		if h.Store[key] != want {
			t.Errorf("%q is %s, want %s", key, h.Store[key], want)
		}
	}
	if _, err := h.Migrate("admin", `{}`, 0); err != nil {
		t.Error(err)
	}
}
