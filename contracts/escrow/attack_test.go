package escrow_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/weftchain/weft/contracts/escrow"
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/native"
)

// TestBounds: what an escrow may have ends exactly where it is said to.
func TestBounds(t *testing.T) { both(t, bounds) }

func bounds(t *testing.T, h *native.Host) {
	for i := range 17 {
		h.Balances["src"] = append(h.Balances["src"], sdk.NewCoin(fmt.Sprintf("denom%02d", i), 9))
	}
	create := func(id, title, description, list string) string {
		return fmt.Sprintf(`{"create":{"id":%q,"arbiter":"arb","title":%q,"description":%q,"cw20_whitelist":[%s]}}`, id, title, description, list)
	}
	tokens := func(n int) string {
		var list []string
		for i := range n {
			list = append(list, fmt.Sprintf(`"token-%d"`, i))
		}
		return strings.Join(list, ",")
	}
	long := strings.Repeat("x", 1001)
	plays(t, h, []step{
		{"src", create("one", long[:101], "", ""), "1uweft", "error: " + string(escrow.ErrText)},
		{"src", create("one", "", long, ""), "1uweft", "error: " + string(escrow.ErrText)},
		{"src", create("one", "", "", tokens(9)), "1uweft", "error: " + string(escrow.ErrManyTokens)},
		{"src", create("one", "", "", `"tok","tik","tok"`), "1uweft", "error: " + string(escrow.ErrDuplicate)},
		{"src", create("one", "", "", `"tok","TOK"`), "1uweft", "error: invalid address TOK: an address has small letters, digits, - and _ here"},
		{"tok", receive("src", "1", create("one", "", "", tokens(8))), "", "error: " + string(escrow.ErrManyTokens)},
		{"tok", receive("src", "1", create("one", "", "", tokens(7))), "", "action=create id=one"},
		{"src", create("two", long[:100], long[:1000], tokens(8)), "1uweft", "action=create id=two"},
	})
	for i := range 15 {
		plays(t, h, []step{{"src", `{"top_up":{"id":"two"}}`, fmt.Sprintf("1denom%02d", i), "action=top_up id=two"}})
	}
	plays(t, h, []step{
		{"src", `{"top_up":{"id":"two"}}`, "1denom15", "error: " + string(escrow.ErrManyDenoms)},
		{"src", `{"top_up":{"id":"two"}}`, "1denom14", "action=top_up id=two"},
		{"eve", `{"top_up":{"id":"two"}}`, "0uweft", "error: " + string(escrow.ErrEmpty)},
		{"src", `{"top_up":{"id":"two"}}`, "1uweft,0denom03", "error: " + string(escrow.ErrEmpty)},
	})
	for i := range 40 {
		plays(t, h, []step{{"src", create(fmt.Sprintf("many-%02d", i), "", "", ""), "1uweft", fmt.Sprintf("action=create id=many-%02d", i)}})
	}
	if got, err := h.Query(`{"list":{"limit":4294967295}}`); strings.Count(got, "many-") != 30 || err != nil {
		t.Error(got, err)
	}
}

// TestLyingToken: a token that says it sent more than there can be fails alone.
func TestLyingToken(t *testing.T) { both(t, lyingToken) }

func lyingToken(t *testing.T, h *native.Host) {
	all := "340282366920938463463374607431768211455"
	plays(t, h, []step{
		{"tok", receive("src", all, `{"create":{"id":"one","arbiter":"arb","recipient":"rec",`+end+`}`), "", "action=create id=one"},
		{"tok", receive("src", "1", `{"top_up":{"id":"one"}}`), "", "error: integer overflow: add"},
		{"tok", receive("src", "1", `{"create":{"id":"two","arbiter":"arb","recipient":"rec",`+end+`}`), "", "action=create id=two"},
	})
	// Both are approved and the token pays neither.
	for _, id := range []string{"one", "two"} {
		res, err := h.Execute("arb", `{"approve":{"id":"`+id+`"}}`)
		if err != nil || len(res.Messages) != 1 || res.Messages[0].ReplyOn != "error" {
			t.Fatal(res, err)
		}
		if _, err := h.Reply(fmt.Sprintf(`{"id":0,"payload":%q,"gas_used":0,"result":{"error":"codespace: wasm, code: 5"}}`, base64(string(res.Messages[0].Payload)))); err != nil {
			t.Fatal(err)
		}
	}
	plays(t, h, []step{
		{"?", `{"unpaid":{"owner":"rec"}}`, "", `{"unpaid":[{"address":"tok","amount":"` + all + `"}]}`},
		{"eve", `{"claim":{"token":"tok"}}`, "", "error: " + string(escrow.ErrNothingToClaim)},
		{"rec", `{"claim":{"token":"tik"}}`, "", "error: " + string(escrow.ErrNothingToClaim)},
		{"rec", `{"claim":{"token":"tok"}}`, "", `action=claim token=tok to=rec amount=` + all + ` {"wasm":{"execute":{"contract_addr":"tok","msg":"` +
			base64(`{"transfer":{"recipient":"rec","amount":"`+all+`"}}`) + `","funds":[]}}}`},
		{"rec", `{"claim":{"token":"tok"}}`, "", "error: " + string(escrow.ErrNothingToClaim)},
	})
}

// FuzzExecute: whatever is sent, the contract does not panic, and what the escrows
// hold is what the contract has.
func FuzzExecute(f *testing.F) {
	for _, s := range steps {
		f.Add(s.msg, uint64(3))
	}
	f.Fuzz(func(t *testing.T, msg string, amount uint64) {
		h := host(native.New(escrow.Contract))
		_, err := h.Execute("src", msg, sdk.NewCoin("uweft", amount))
		_, asked := h.Query(msg)
		for _, err := range []error{err, asked} {
			if err != nil && strings.Contains(err.Error(), "panic") {
				t.Fatalf("%q: %v", msg, err)
			}
		}
		held := h.Balances["contract"].Of("uweft").String()
		for key, value := range h.Store {
			if !strings.HasPrefix(key, "\x00\x06escrow") || !strings.Contains(value, `"native":[{"denom":"uweft","amount":"`+held+`"}]`) {
				t.Fatalf("%q: %q is %s, the contract has %s", msg, key, value, held)
			}
		}
		if held != "0" && len(h.Store) == 0 {
			t.Fatalf("%q: %s are lost", msg, held)
		}
	})
}
