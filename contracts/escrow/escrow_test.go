package escrow_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/weftchain/weft/contracts/escrow"
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/native"
	"github.com/weftchain/weft/contracts/testkit"
)

// Coins are held until the arbiter approves.
func Example() {
	h := native.New(escrow.Contract)
	h.Balances["buyer"] = sdk.Coins{sdk.NewCoin("uweft", 100)}
	if _, err := h.Instantiate("anybody", `{}`); err != nil {
		fmt.Println(err)
	}
	_, err := h.Execute("buyer", `{"create":{"id":"order-7","arbiter":"judge","recipient":"seller","title":"A book","description":""}}`, sdk.NewCoin("uweft", 100))
	fmt.Println(err)
	_, err = h.Execute("buyer", `{"refund":{"id":"order-7"}}`)
	fmt.Println(err)
	res, err := h.Execute("judge", `{"approve":{"id":"order-7"}}`)
	fmt.Printf("%s %v\n", res.Messages[0].Msg, err)
	// Output:
	// <nil>
	// only the arbiter may send it back before the end
	// {"bank":{"send":{"to_address":"seller","amount":[{"denom":"uweft","amount":"100"}]}}} <nil>
}

// step is a call with coins like 5uweft,1atest and what must come of it: the JSON
// of an answer, the attributes of a response and its messages, or an error.
type step struct{ sender, msg, funds, want string }

const end = `"title":"t","description":"d","end_height":12350,"end_time":1571797500}`

// steps is one long life of the contract, in block 12345 at 1571797419 seconds.
// A sender "?" asks.
var steps = []step{
	{"?", `{"list":{}}`, "", `{"escrows":[]}`},
	{"?", `{"details":{"id":"one"}}`, "", "error: escrow not found: one"},
	{"src", `{"create":{"id":"one","arbiter":"arb","recipient":"rec",` + end + `}`, "", "error: Send some coins or tokens"},
	{"src", `{"create":{"id":"on","arbiter":"arb","recipient":"rec",` + end + `}`, "5uweft", "error: id must have 3 to 20 bytes"},
	{"src", `{"create":{"id":"one-one-one-one-one-1","arbiter":"arb",` + end + `}`, "5uweft", "error: id must have 3 to 20 bytes"},
	{"src", `{"create":{"id":"one","arbiter":"ARB",` + end + `}`, "5uweft", "error: invalid address ARB: an address has small letters, digits, - and _ here"},
	{"src", `{"create":{"id":"one","arbiter":"arb","recipient":"",` + end + `}`, "5uweft", "error: invalid address : Input is empty"},
	{"src", `{"create":{"id":"one","arbiter":"arb","recipient":"rec","title":"t","description":"d","end_height":12344}}`, "5uweft", "error: " + string(escrow.ErrEnd)},
	{"src", `{"create":{"id":"one","arbiter":"arb","recipient":"rec","title":"t","description":"d","end_time":1571797419}}`, "5uweft", "error: " + string(escrow.ErrEnd)},
	{"src", `{"create":{"id":"one","arbiter":"arb","recipient":"rec","title":"t","description":"d","end_time":18446744074}}`, "5uweft", "error: " + string(escrow.ErrEnd)},
	{"src", `{"create":{"id":"now","arbiter":"arb","recipient":"rec","title":"t","description":"d","end_height":12345,"end_time":18446744073}}`, "1uweft", "action=create id=now"},
	{"src", `{"create":{"id":"one","arbiter":"arb","recipient":"rec","cw20_whitelist":null,` + end + `}`, "3atest,5uweft", "action=create id=one"},
	{"src", `{"create":{"id":"one","arbiter":"arb","recipient":"rec",` + end + `}`, "5uweft", "error: Escrow id already in use, or used before"},
	{"src", `{"create":{"id":"two","arbiter":"arb",` + end + `}`, "7uweft", "action=create id=two"},
	{"?", `{"details":{"id":"one"}}`, "", `{"id":"one","arbiter":"arb","recipient":"rec","source":"src","title":"t","description":"d","end_height":12350,"end_time":1571797500,"native_balance":[{"denom":"atest","amount":"3"},{"denom":"uweft","amount":"5"}],"cw20_balance":[],"cw20_whitelist":[]}`},
	{"?", `{"list":{}}`, "", `{"escrows":["now","one","two"]}`},
	{"?", `{"list":{"start_after":"now","limit":1}}`, "", `{"escrows":["one"]}`},

	{"src", `{"top_up":{"id":"one"}}`, "", "error: Send some coins or tokens"},
	{"src", `{"top_up":{"id":"six"}}`, "1uweft", "error: escrow not found: six"},
	{"eve", `{"top_up":{"id":"one"}}`, "1uweft", "action=top_up id=one"},
	{"eve", `{"top_up":{"id":"two"}}`, "1atest", "error: only the source may add a denom that the escrow does not hold"},
	{"src", `{"top_up":{"id":"two"}}`, "1atest", "action=top_up id=two"},
	{"tok", `{"receive":{"sender":"src","amount":"9","msg":"eyJ0b3BfdXAiOnsiaWQiOiJvbmUifX0="}}`, "", "error: Only accepts tokens in the cw20_whitelist"},
	{"tok", `{"receive":{"sender":"src","amount":"9","msg":"e30="}}`, "", "error: JSON: expected exactly one of create, top_up at byte 2"},
	{"tok", `{"receive":{"sender":"src","amount":"9","msg":""}}`, "", "error: JSON: expected an object at byte 0"},
	{"tok", receive("src", "0", `{"create":{"id":"cw-1","arbiter":"arb",`+end+`}`), "", "error: Send some coins or tokens"},
	{"tok", receive("src", "9", `{"create":{"id":"cw-1","arbiter":"arb",`+end+`}`), "1uweft", "error: this message takes no funds, not 1uweft"},
	{"tok", receive("src", "9", `{"create":{"id":"cw-1","arbiter":"arb","cw20_whitelist":["tik"],`+end+`}`), "", "action=create id=cw-1"},
	{"tik", receive("eve", "4", `{"top_up":{"id":"cw-1"},"create":null}`), "", "error: JSON: expected an object at byte 33"},
	{"tik", receive("EVE", "4", `{"top_up":{"id":"cw-1"}}`), "", "error: invalid address EVE: an address has small letters, digits, - and _ here"},
	{"tik", receive("eve", "4", `{"top_up":{"id":"cw-1"}}`), "", "action=top_up id=cw-1"},
	{"tok", receive("eve", "1", `{"top_up":{"id":"cw-1"}}`), "", "action=top_up id=cw-1"},
	{"eve", `{"top_up":{"id":"cw-1"}}`, "1uweft", "error: only the source may add a denom that the escrow does not hold"},
	{"?", `{"details":{"id":"cw-1"}}`, "", `{"id":"cw-1","arbiter":"arb","recipient":null,"source":"src","title":"t","description":"d","end_height":12350,"end_time":1571797500,"native_balance":[],"cw20_balance":[{"address":"tok","amount":"10"},{"address":"tik","amount":"4"}],"cw20_whitelist":["tik","tok"]}`},

	{"arb", `{"approve":{"id":"cw-1"}}`, "", "error: Recipient is not set"},
	{"src", `{"set_recipient":{"id":"cw-1","recipient":"src"}}`, "", "error: only the arbiter may do this"},
	{"arb", `{"set_recipient":{"id":"cw-1","recipient":"REC"}}`, "", "error: invalid address REC: an address has small letters, digits, - and _ here"},
	{"arb", `{"set_recipient":{"id":"cw-1","recipient":"rec"}}`, "1uweft", "error: this message takes no funds, not 1uweft"},
	{"arb", `{"set_recipient":{"id":"cw-1","recipient":"rec"}}`, "", "action=set_recipient id=cw-1 recipient=rec"},
	{"rec", `{"approve":{"id":"cw-1"}}`, "", "error: only the arbiter may do this"},
	{"arb", `{"approve":{"id":"cw-1"}}`, "1uweft", "error: this message takes no funds, not 1uweft"},
	{
		"arb", `{"approve":{"id":"cw-1"}}`, "",
		`action=approve id=cw-1 to=rec {"wasm":{"execute":{"contract_addr":"tok","msg":"eyJ0cmFuc2ZlciI6eyJyZWNpcGllbnQiOiJyZWMiLCJhbW91bnQiOiIxMCJ9fQ==","funds":[]}}} ` +
			`{"wasm":{"execute":{"contract_addr":"tik","msg":"eyJ0cmFuc2ZlciI6eyJyZWNpcGllbnQiOiJyZWMiLCJhbW91bnQiOiI0In19","funds":[]}}}`,
	},
	{"arb", `{"approve":{"id":"cw-1"}}`, "", "error: escrow not found: cw-1"},
	{"arb", `{"refund":{"id":"cw-1"}}`, "", "error: escrow not found: cw-1"},
	{"src", `{"create":{"id":"cw-1","arbiter":"arb",` + end + `}`, "7uweft", "error: Escrow id already in use, or used before"},

	{"src", `{"refund":{"id":"one"}}`, "", "error: only the arbiter may send it back before the end"},
	{"arb", `{"refund":{"id":"one"}}`, "", `action=refund id=one to=src {"bank":{"send":{"to_address":"src","amount":[{"denom":"atest","amount":"3"},{"denom":"uweft","amount":"6"}]}}}`},
	{"arb", `{"claim":{"token":"tok"}}`, "", "error: nothing of this token is unpaid to the sender"},
	{"src", `{"refund":{"id":"now"}}`, "", "error: only the arbiter may send it back before the end"},
}

// after is the block behind the end of the escrow now.
var after = []step{
	{"arb", `{"approve":{"id":"now"}}`, "", "error: Escrow is expired"},
	{"src", `{"top_up":{"id":"now"}}`, "1uweft", "error: Escrow is expired"},
	{"eve", `{"refund":{"id":"now"}}`, "", `action=refund id=now to=src {"bank":{"send":{"to_address":"src","amount":[{"denom":"uweft","amount":"1"}]}}}`},
	{"?", `{"list":{}}`, "", `{"escrows":["two"]}`},
	{"?", `{"unpaid":{"owner":"rec"}}`, "", `{"unpaid":[]}`},
}

func receive(sender, amount, msg string) string {
	return fmt.Sprintf(`{"receive":{"sender":%q,"amount":%q,"msg":%q}}`, sender, amount, base64(msg))
}

// play calls the contract and writes down what it says.
func play(t *testing.T, h *native.Host, s step) string {
	t.Helper()
	if s.sender == "?" {
		answer, err := h.Query(s.msg)
		if err != nil {
			return "error: " + err.Error()
		}
		return answer
	}
	res, err := h.Execute(s.sender, s.msg, coins(t, s.funds)...)
	if err != nil {
		return "error: " + err.Error()
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

func plays(t *testing.T, h *native.Host, list []step) {
	t.Helper()
	for _, s := range list {
		if got := play(t, h, s); got != s.want {
			t.Errorf("%s %s\n got %s\nwant %s", s.sender, s.msg, got, s.want)
		}
	}
}

// host returns a contract whose parties are rich.
func host(h *native.Host) *native.Host {
	for _, name := range []string{"src", "eve", "arb", "tok"} {
		h.Balances[name] = sdk.Coins{sdk.NewCoin("uweft", 1_000_000), sdk.NewCoin("atest", 1_000_000)}
	}
	return h
}

// both plays natively and as wasm.
func both(t *testing.T, test func(t *testing.T, h *native.Host)) {
	t.Helper()
	testkit.Both(t, escrow.Contract, "./wasm", func(t *testing.T, h *native.Host) {
		if _, err := host(h).Instantiate("anybody", `{}`); err != nil {
			t.Fatal(err)
		}
		test(t, h)
	})
}

func TestLife(t *testing.T) {
	both(t, func(t *testing.T, h *native.Host) {
		plays(t, h, steps)
		h.Block.Height++
		plays(t, h, after)
	})
}

// TestBorders: the block and the second of the end belong to the escrow, whole.
func TestBorders(t *testing.T) { both(t, borders) }

func borders(t *testing.T, h *native.Host) {
	for i, ends := range []string{`"end_height":12350`, `"end_time":1571797500`} {
		h.Block.Height, h.Block.Time = 12345, 1571797419_000_000_000
		one, two, six := fmt.Sprint("one-", i), fmt.Sprint("two-", i), fmt.Sprint("six-", i)
		set := func(after bool) {
			h.Block.Height, h.Block.Time = 12350, 1571797500_000_000_000
			if after {
				h.Block.Height, h.Block.Time = 12351, 1571797500_000_000_001
			}
		}
		for _, id := range []string{one, two, six} {
			plays(t, h, []step{{"src", `{"create":{"id":"` + id + `","arbiter":"arb","recipient":"rec","title":"t","description":"d",` + ends + `}}`, "5uweft", "action=create id=" + id}})
		}
		pays := ` {"bank":{"send":{"to_address":"%s","amount":[{"denom":"uweft","amount":"5"}]}}}`
		set(false)
		plays(t, h, []step{
			{"src", `{"refund":{"id":"` + one + `"}}`, "", "error: " + string(escrow.ErrNotYet)},
			{"arb", `{"approve":{"id":"` + one + `"}}`, "", "action=approve id=" + one + " to=rec" + fmt.Sprintf(pays, "rec")},
		})
		set(true)
		plays(t, h, []step{
			{"arb", `{"approve":{"id":"` + two + `"}}`, "", "error: " + string(escrow.ErrExpired)},
			{"eve", `{"refund":{"id":"` + two + `"}}`, "", "action=refund id=" + two + " to=src" + fmt.Sprintf(pays, "src")},
			{"arb", `{"refund":{"id":"` + six + `"}}`, "", "action=refund id=" + six + " to=src" + fmt.Sprintf(pays, "src")},
		})
	}
}
