package names_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/weftchain/weft/contracts/names"
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/native"
	"github.com/weftchain/weft/contracts/testkit"
)

// start sells names of 3 characters for 365000 a year, of 4 for 36500, and of 5 and
// more for 100, which does not divide by days.
const start = `{"denom":"uweft","prices":[{"length":3,"per_year":"365000"},{"length":4,"per_year":"36500"},{"length":5,"per_year":"100"}]}`

// A name is rented and resolved.
func Example() {
	h := host(native.New(names.Contract))
	if _, err := h.Instantiate("admin", start); err != nil {
		fmt.Println(err)
	}
	fmt.Println(h.Query(`{"price":{"name":"alice","days":365}}`))
	res, err := h.Execute("alice", `{"register":{"name":"alice","days":365}}`, sdk.NewCoin("uweft", 100))
	fmt.Println(res.Attr("rent"), err)
	fmt.Println(h.Query(`{"resolve":{"name":"alice"}}`))
	fmt.Println(h.Query(`{"resolve":{"name":"Alice"}}`))
	// Output:
	// {"rent":{"denom":"uweft","amount":"100"},"free":true} <nil>
	// 100uweft <nil>
	// {"address":"alice"} <nil>
	//  name not found: Alice
}

// step is a call with so many uweft and what must come of it: the JSON of an
// answer, the attributes of a response and its messages, or an error.
type step struct {
	sender, msg string
	uweft       uint64
	want        string
}

func refused(err sdk.Error) string { return "error: " + string(err) }

// now is the time in which tests begin.
const now sdk.Timestamp = 1571797419879305533

// steps is one long life of the contract, at 1571797419879305533. 90 days later is
// 1579573419879305533. A sender "?" asks.
var steps = []step{
	{"?", `{"config":{}}`, 0, `{"admin":"admin","offered":null,"denom":"uweft","prices":[{"length":3,"per_year":"365000"},{"length":4,"per_year":"36500"},{"length":5,"per_year":"100"}]}`},
	{"?", `{"price":{"name":"bob","days":90}}`, 0, `{"rent":{"denom":"uweft","amount":"90000"},"free":true}`},
	{"?", `{"price":{"name":"bobo","days":1}}`, 0, `{"rent":{"denom":"uweft","amount":"100"},"free":true}`},
	{"?", `{"price":{"name":"bobby","days":1}}`, 0, `{"rent":{"denom":"uweft","amount":"1"},"free":true}`},
	{"?", `{"price":{"name":"bobby-and-others","days":3650}}`, 0, `{"rent":{"denom":"uweft","amount":"1000"},"free":true}`},
	{"?", `{"price":{"name":"bo","days":90}}`, 0, refused(names.ErrShort)},
	{"?", `{"price":{"name":"bob","days":0}}`, 0, refused(names.ErrDays)},
	{"?", `{"price":{"name":"bob","days":3651}}`, 0, refused(names.ErrDays)},
	{"?", `{"price":{"name":"Bob","days":90}}`, 0, refused(names.ErrName)},

	{"bob", `{"register":{"name":"bobby","days":90}}`, 0, "error: send uweft, not nothing"},
	{"bob", `{"register":{"name":"bobby","days":90}}`, 24, "error: the rent is 25uweft, not 24"},
	{"bob", `{"register":{"name":"bobby","days":90}}`, 26, "error: the rent is 25uweft, not 26"},
	{"bob", `{"register":{"name":"bobby","days":89}}`, 25, refused(names.ErrDays)},
	{"bob", `{"register":{"name":"bobby","days":3651}}`, 1001, refused(names.ErrDays)},
	{"bob", `{"register":{"name":"bobby","days":4294967295}}`, 25, refused(names.ErrDays)},
	{"bob", `{"register":{"name":"bobby","days":90}}`, 25, "action=register name=bobby rent=25uweft expires=1579573419879305533 owner=bob"},
	{"eve", `{"register":{"name":"bobby","days":90}}`, 25, refused(names.ErrTaken)},
	{"bob", `{"register":{"name":"bob","days":90}}`, 90_000, "action=register name=bob rent=90000uweft expires=1579573419879305533 owner=bob"},
	{"?", `{"price":{"name":"bobby","days":1}}`, 0, `{"rent":{"denom":"uweft","amount":"1"},"free":false}`},
	{"?", `{"resolve":{"name":"bobby"}}`, 0, `{"address":"bob"}`},
	{"?", `{"record":{"name":"bobby"}}`, 0, `{"owner":"bob","expires":"1579573419879305533","grace":false,"address":"bob","texts":[]}`},
	{"?", `{"record":{"name":"bobbi"}}`, 0, "error: name not found: bobbi"},
	{"?", `{"names":{"owner":"bob"}}`, 0, `{"names":[{"name":"bob","expires":"1579573419879305533"},{"name":"bobby","expires":"1579573419879305533"}]}`},
	{"?", `{"names":{"owner":"bob","start_after":"bob","limit":1}}`, 0, `{"names":[{"name":"bobby","expires":"1579573419879305533"}]}`},

	{"eve", `{"renew":{"name":"bobby","days":1}}`, 1, "action=renew name=bobby rent=1uweft expires=1579659819879305533"},
	{"eve", `{"renew":{"name":"bobbi","days":1}}`, 1, "error: name not found: bobbi"},
	{"bob", `{"renew":{"name":"bobby","days":0}}`, 1, refused(names.ErrDays)},
	{"bob", `{"renew":{"name":"bobby","days":3560}}`, 976, refused(names.ErrDays)},
	{"bob", `{"renew":{"name":"bobby","days":3559}}`, 975, "error: the rent is 976uweft, not 975"},
	{"?", `{"names":{"owner":"bob","start_after":"bob"}}`, 0, `{"names":[{"name":"bobby","expires":"1579659819879305533"}]}`},

	{"?", `{"reverse":{"address":"bob"}}`, 0, `{"name":null}`},
	{"eve", `{"set_reverse":{"name":"bobby"}}`, 0, refused(names.ErrNotThere)},
	{"bob", `{"set_reverse":{"name":"bobbi"}}`, 0, refused(names.ErrNotThere)},
	{"bob", `{"set_reverse":{"name":"bobby"}}`, 0, "action=set_reverse address=bob name=bobby"},
	{"?", `{"reverse":{"address":"bob"}}`, 0, `{"name":"bobby"}`},
	{"bob", `{"set_address":{"name":"bobby","address":"SAFE"}}`, 0, "error: invalid address SAFE: an address has small letters, digits, - and _ here"},
	{"bob", `{"set_address":{"name":"bobby","address":"safe"}}`, 0, "action=set_address name=bobby address=safe"},
	{"?", `{"resolve":{"name":"bobby"}}`, 0, `{"address":"safe"}`},
	{"?", `{"reverse":{"address":"bob"}}`, 0, `{"name":null}`},
	{"safe", `{"set_reverse":{"name":"bobby"}}`, 0, "action=set_reverse address=safe name=bobby"},
	{"?", `{"reverse":{"address":"safe"}}`, 0, `{"name":"bobby"}`},
	{"bob", `{"set_text":{"name":"bobby","key":"url","value":"https://bob.example"}}`, 0, "action=set_text name=bobby key=url"},
	{"bob", `{"set_text":{"name":"bobby","key":"mail","value":"b@bob.example"}}`, 0, "action=set_text name=bobby key=mail"},
	{"bob", `{"set_text":{"name":"bobby","key":"url","value":"https://bob"}}`, 0, "action=set_text name=bobby key=url"},
	{"bob", `{"set_text":{"name":"bobby","key":"mail"}}`, 0, "action=set_text name=bobby key=mail"},
	{"?", `{"record":{"name":"bobby"}}`, 0, `{"owner":"bob","expires":"1579659819879305533","grace":false,"address":"safe","texts":[{"key":"url","value":"https://bob"}]}`},
	{"bob", `{"set_address":{"name":"bobby","address":null}}`, 0, "action=set_address name=bobby"},
	{"?", `{"resolve":{"name":"bobby"}}`, 0, refused(names.ErrNoAddress)},
	{"?", `{"reverse":{"address":"safe"}}`, 0, `{"name":null}`},
	{"bob", `{"set_address":{"name":"bobby","address":"bob"}}`, 0, "action=set_address name=bobby address=bob"},

	{"bob", `{"transfer":{"name":"bobby","to":"CARL"}}`, 0, "error: invalid address CARL: an address has small letters, digits, - and _ here"},
	{"bob", `{"transfer":{"name":"bobby","to":"carl"}}`, 5, "error: this message takes no funds, not 5uweft"},
	{"bob", `{"transfer":{"name":"bobby","to":"carl"}}`, 0, "action=transfer name=bobby from=bob to=carl"},
	{"bob", `{"transfer":{"name":"bobby","to":"bob"}}`, 0, refused(names.ErrNotOwner)},
	{"?", `{"record":{"name":"bobby"}}`, 0, `{"owner":"carl","expires":"1579659819879305533","grace":false,"address":"carl","texts":[]}`},
	{"?", `{"reverse":{"address":"bob"}}`, 0, `{"name":null}`},
	{"?", `{"names":{"owner":"bob"}}`, 0, `{"names":[{"name":"bob","expires":"1579573419879305533"}]}`},
	{"?", `{"names":{"owner":"carl"}}`, 0, `{"names":[{"name":"bobby","expires":"1579659819879305533"}]}`},
	{"bob", `{"release":{"name":"bobby"}}`, 0, refused(names.ErrNotOwner)},
	{"bob", `{"release":{"name":"bob"}}`, 0, "action=release name=bob"},
	{"bob", `{"release":{"name":"bob"}}`, 0, "error: name not found: bob"},
	{"bob", `{"set_reverse":{}}`, 0, "action=set_reverse address=bob"},
	{"?", `{"names":{"owner":"bob"}}`, 0, `{"names":[]}`},

	{"admin", `{"withdraw":{"denom":"atest"}}`, 0, refused(names.ErrNoIncome)},
	{"admin", `{"withdraw":{}}`, 0, `action=withdraw to=admin amount=90026uweft {"bank":{"send":{"to_address":"admin","amount":[{"denom":"uweft","amount":"90026"}]}}}`},
	{"admin", `{"set_prices":{"prices":[{"length":4,"per_year":"1"}]}}`, 0, refused(names.ErrShortest)},
	{"admin", `{"set_prices":{"prices":[{"length":1,"per_year":"1"},{"length":9,"per_year":"340282366920938463463374607431768211455"}]}}`, 0, "action=set_prices"},
	{"?", `{"price":{"name":"bo","days":3650}}`, 0, `{"rent":{"denom":"uweft","amount":"10"},"free":true}`},
	{"?", `{"price":{"name":"bobby-and-carl","days":3650}}`, 0, `{"rent":{"denom":"uweft","amount":"3402823669209384634633746074317682114550"},"free":true}`},
	{"eve", `{"accept_admin":{}}`, 0, refused(names.ErrNotOffered)},
	{"admin", `{"offer_admin":{"to":"next"}}`, 0, "action=offer_admin to=next"},
	{"admin", `{"offer_admin":{}}`, 0, "action=offer_admin"},
	{"next", `{"accept_admin":{}}`, 0, refused(names.ErrNotOffered)},
	{"admin", `{"offer_admin":{"to":"next"}}`, 0, "action=offer_admin to=next"},
	{"next", `{"withdraw":{}}`, 0, refused(names.ErrNotAdmin)},
	{"next", `{"accept_admin":{}}`, 0, "action=accept_admin admin=next"},
	{"admin", `{"withdraw":{}}`, 0, refused(names.ErrNotAdmin)},
	{"next", `{"accept_admin":{}}`, 0, refused(names.ErrNotOffered)},
}

// play calls the contract and writes down what it says.
func play(h *native.Host, s step) string {
	if s.sender == "?" {
		answer, err := h.Query(s.msg)
		if err != nil {
			return "error: " + err.Error()
		}
		return answer
	}
	var funds sdk.Coins
	if s.uweft > 0 {
		funds = sdk.Coins{sdk.NewCoin("uweft", s.uweft)}
	}
	res, err := h.Execute(s.sender, s.msg, funds...)
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
		if got := play(h, s); got != s.want {
			t.Errorf("%s %s\n got %s\nwant %s", s.sender, s.msg, got, s.want)
		}
	}
}

// host returns a contract whose users are rich.
func host(h *native.Host) *native.Host {
	for _, name := range []string{"alice", "bob", "carl", "eve", "admin", "next"} {
		h.Balances[name] = sdk.Coins{sdk.NewCoin("uweft", 10_000_000), sdk.NewCoin("atest", 10_000_000)}
	}
	return h
}

// begin makes a new beginning.
func begin(t *testing.T, h *native.Host) {
	t.Helper()
	h.Store, h.Balances = map[string]string{}, map[string]sdk.Coins{}
	h.Block.Time = now
	if _, err := host(h).Instantiate("admin", start); err != nil {
		t.Fatal(err)
	}
}

// both plays natively and as wasm, from a new beginning.
func both(t *testing.T, test func(t *testing.T, h *native.Host)) {
	t.Helper()
	testkit.Both(t, names.Contract, "./wasm", func(t *testing.T, h *native.Host) {
		begin(t, h)
		test(t, h)
	})
}

func TestLife(t *testing.T) {
	both(t, func(t *testing.T, h *native.Host) { plays(t, h, steps) })
}
