package names_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/weftchain/weft/contracts/names"
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/native"
)

const (
	day   = 24 * 60 * 60 * sdk.Second
	paid  = 90 * day
	grace = 30 * day
)

// TestBorders: what happens in the last nanosecond before a border and what at it.
func TestBorders(t *testing.T) { both(t, borders) }

func borders(t *testing.T, h *native.Host) {
	in := func(after sdk.Timestamp, steps ...step) {
		t.Helper()
		begin(t, h)
		plays(t, h, []step{
			{"bob", `{"register":{"name":"bobby","days":90}}`, 25, "action=register name=bobby rent=25uweft expires=1579573419879305533 owner=bob"},
			{"bob", `{"set_reverse":{"name":"bobby"}}`, 0, "action=set_reverse address=bob name=bobby"},
			{"bob", `{"set_text":{"name":"bobby","key":"k","value":"v"}}`, 0, "action=set_text name=bobby key=k"},
		})
		h.Block.Time = now + after
		plays(t, h, steps)
	}
	taken := step{"eve", `{"register":{"name":"bobby","days":90}}`, 25, refused(names.ErrTaken)}
	renewed := step{"bob", `{"renew":{"name":"bobby","days":1}}`, 1, "action=renew name=bobby rent=1uweft expires=1579659819879305533"}

	in(paid-1, taken,
		step{"?", `{"resolve":{"name":"bobby"}}`, 0, `{"address":"bob"}`},
		step{"?", `{"reverse":{"address":"bob"}}`, 0, `{"name":"bobby"}`},
		step{"bob", `{"transfer":{"name":"bobby","to":"carl"}}`, 0, "action=transfer name=bobby from=bob to=carl"})
	for _, at := range []sdk.Timestamp{paid, paid + grace - 1} {
		in(at, taken,
			step{"?", `{"resolve":{"name":"bobby"}}`, 0, refused(names.ErrExpired)},
			step{"?", `{"reverse":{"address":"bob"}}`, 0, `{"name":null}`},
			step{"?", `{"record":{"name":"bobby"}}`, 0, `{"owner":"bob","expires":"1579573419879305533","grace":true,"address":"bob","texts":[{"key":"k","value":"v"}]}`},
			step{"bob", `{"transfer":{"name":"bobby","to":"carl"}}`, 0, refused(names.ErrExpired)},
			step{"bob", `{"release":{"name":"bobby"}}`, 0, refused(names.ErrExpired)},
			step{"bob", `{"set_address":{"name":"bobby"}}`, 0, refused(names.ErrExpired)},
			step{"bob", `{"set_text":{"name":"bobby","key":"k"}}`, 0, refused(names.ErrExpired)},
			step{"bob", `{"set_reverse":{"name":"bobby"}}`, 0, refused(names.ErrNotThere)},
			renewed)
	}
	in(paid, renewed, step{"?", `{"resolve":{"name":"bobby"}}`, 0, `{"address":"bob"}`})
	in(paid+grace,
		step{"?", `{"record":{"name":"bobby"}}`, 0, "error: name not found: bobby"},
		step{"?", `{"price":{"name":"bobby","days":1}}`, 0, `{"rent":{"denom":"uweft","amount":"1"},"free":true}`},
		step{"bob", `{"renew":{"name":"bobby","days":100}}`, 28, "error: name not found: bobby"},
		step{"bob", `{"set_address":{"name":"bobby"}}`, 0, "error: name not found: bobby"},
		step{"eve", `{"register":{"name":"bobby","days":90}}`, 25, "action=register name=bobby rent=25uweft expires=1589941419879305533 owner=eve"},
		step{"?", `{"record":{"name":"bobby"}}`, 0, `{"owner":"eve","expires":"1589941419879305533","grace":false,"address":"eve","texts":[]}`},
		step{"?", `{"names":{"owner":"bob"}}`, 0, `{"names":[]}`},
		step{"?", `{"reverse":{"address":"bob"}}`, 0, `{"name":null}`},
		step{"?", `{"reverse":{"address":"eve"}}`, 0, `{"name":null}`})
}

// TestOneSpelling: there is no second way to write a name.
func TestOneSpelling(t *testing.T) { both(t, oneSpelling) }

func oneSpelling(t *testing.T, h *native.Host) {
	for _, name := range []string{
		"", "Alice", "ALICE", "аlice" /* Cyrillic a */, "alicé", "alice ", " alice", "al ice", "al.ice", "al_ice", "alice\\u0000", "ａlice", /* wide a */
		"-alice", "alice-", "al--ice", "xn--lice-7cd", "---", "-", "alice\\n", "a/ice", strings.Repeat("a", 65),
	} {
		for _, msg := range []string{`{"register":{"name":"%s","days":90}}`, `{"price":{"name":"%s","days":90}}`} {
			s := step{"bob", fmt.Sprintf(msg, name), 25, refused(names.ErrName)}
			if strings.HasPrefix(msg, `{"price`) {
				s.sender = "?"
			}
			plays(t, h, []step{s})
		}
	}
	for _, name := range []string{"alice", "a-l-i-c-e", "0xalice", "12345", strings.Repeat("a", 64)} {
		if _, err := h.Execute("bob", fmt.Sprintf(`{"register":{"name":%q,"days":90}}`, name), sdk.NewCoin("uweft", 25)); err != nil {
			t.Error(name, err)
		}
	}
}

// TestWhoMay: of everybody, only those may who are named.
func TestWhoMay(t *testing.T) { both(t, whoMay) }

func whoMay(t *testing.T, h *native.Host) {
	plays(t, h, []step{
		{"bob", `{"register":{"name":"bobby","days":90}}`, 25, "action=register name=bobby rent=25uweft expires=1579573419879305533 owner=bob"},
		{"bob", `{"set_address":{"name":"bobby","address":"carl"}}`, 0, "action=set_address name=bobby address=carl"},
		{"admin", `{"offer_admin":{"to":"next"}}`, 0, "action=offer_admin to=next"},
	})
	before := maps.Clone(h.Store)
	rights := map[string]string{
		`{"transfer":{"name":"bobby","to":"eve"}}`:                "bob",
		`{"release":{"name":"bobby"}}`:                            "bob",
		`{"set_address":{"name":"bobby","address":"eve"}}`:        "bob",
		`{"set_text":{"name":"bobby","key":"k","value":"v"}}`:     "bob",
		`{"set_reverse":{"name":"bobby"}}`:                        "carl",
		`{"set_prices":{"prices":[{"length":1,"per_year":"1"}]}}`: "admin",
		`{"withdraw":{}}`:                                                     "admin",
		`{"offer_admin":{"to":"eve"}}`:                                        "admin",
		`{"accept_admin":{}}`:                                                 "next",
		`{"release":{"name":"Bobby"}}`:                                        "",
		`{"transfer":{"name":"bobby","to":"EVE"}}`:                            "",
		`{"set_prices":{"prices":[]}}`:                                        "",
		`{"set_prices":{"prices":[{"length":0,"per_year":"1"}]}}`:             "",
		`{"set_prices":{"prices":[{"length":3,"per_year":"0"}]}}`:             "",
		`{"set_prices":{"prices":[{"length":65,"per_year":"1"}]}}`:            "",
		`{"set_prices":{"prices":[{"length":256,"per_year":"1"}]}}`:           "",
		`{"set_prices":{"prices":[` + strings.Repeat(price, 2)[1:] + `]}}`:    "",
		`{"set_text":{"name":"bobby","key":"","value":"v"}}`:                  "",
		`{"set_text":{"name":"bobby","key":"k","value":""}}`:                  "",
		`{"set_text":{"name":"bobby","key":"` + long[:33] + `","value":"v"}}`: "",
		`{"set_text":{"name":"bobby","key":"k","value":"` + long + `"}}`:      "",
	}
	for _, msg := range slices.Sorted(maps.Keys(rights)) {
		for _, sender := range []string{"admin", "next", "bob", "carl", "eve", "contract"} {
			_, err := h.Execute(sender, msg)
			if (err == nil) != (sender == rights[msg]) {
				t.Errorf("%s by %s: %v", msg, sender, err)
			}
			if err != nil && !maps.Equal(h.Store, before) {
				t.Fatalf("%s by %s changed the store", msg, sender)
			}
			h.Store = maps.Clone(before)
			if _, err := h.Execute(sender, msg, sdk.NewCoin("atest", 1)); err == nil {
				t.Errorf("%s by %s takes coins that nobody gets back", msg, sender)
			}
		}
	}
}

const price = `,{"length":3,"per_year":"1"}`

var long = strings.Repeat("x", 257)

// TestBadBeginnings: a name service that could not work is not made.
func TestBadBeginnings(t *testing.T) {
	for msg, want := range map[string]error{
		`{"denom":"uw","prices":[{"length":3,"per_year":"1"}]}`:                    names.ErrDenom,
		`{"denom":"uweft","prices":[]}`:                                            names.ErrPrices,
		`{"denom":"uweft","prices":[{"length":3,"per_year":"1"}` + price + `]}`:    names.ErrPrices,
		`{"denom":"uweft","prices":[{"length":3,"per_year":"0"}]}`:                 names.ErrPrices,
		`{"admin":"A","denom":"uweft","prices":[{"length":3,"per_year":"1"}]}`:     nil,
		`{"admin":"ADMIN","denom":"uweft","prices":[{"length":3,"per_year":"1"}]}`: nil,
	} {
		if _, err := host(native.New(names.Contract)).Instantiate("admin", msg); err == nil || want != nil && !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", msg, err, want)
		}
	}
}

// TestBounds: texts and lists end where they are said to.
func TestBounds(t *testing.T) { both(t, bounds) }

func bounds(t *testing.T, h *native.Host) {
	do := func(msg string, uweft uint64, want string) {
		t.Helper()
		if got := play(h, step{"bob", msg, uweft, ""}); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s, want %s", msg, got, want)
		}
	}
	for i := range 40 {
		do(fmt.Sprintf(`{"register":{"name":"name-%02d","days":90}}`, i), 25, "action=register")
	}
	if got, err := h.Query(`{"names":{"owner":"bob","limit":4294967295}}`); strings.Count(got, "name-") != 30 || err != nil {
		t.Error(got, err)
	}
	for i := range 16 {
		do(fmt.Sprintf(`{"set_text":{"name":"name-00","key":"key-%s-%02d","value":%q}}`, long[:25], i, long[:256]), 0, "action=set_text")
	}
	do(`{"set_text":{"name":"name-00","key":"k","value":"v"}}`, 0, refused(names.ErrTexts))
	do(fmt.Sprintf(`{"set_text":{"name":"name-00","key":"key-%s-03"}}`, long[:25]), 0, "action=set_text")
	do(`{"set_text":{"name":"name-00","key":"k","value":"v"}}`, 0, "action=set_text")
}

// FuzzExecute: whatever is sent, the contract does not panic.
func FuzzExecute(f *testing.F) {
	for _, s := range steps {
		f.Add(s.msg, s.uweft)
	}
	f.Fuzz(func(t *testing.T, msg string, amount uint64) {
		h := native.New(names.Contract)
		begin(t, h)
		_, err := h.Execute("bob", msg, sdk.NewCoin("uweft", amount))
		_, asked := h.Query(msg)
		for _, err := range []error{err, asked} {
			if err != nil && strings.Contains(err.Error(), "panic") {
				t.Fatalf("%q: %v", msg, err)
			}
		}
	})
}
