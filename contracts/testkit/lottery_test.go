package testkit_test

import (
	"strings"
	"testing"

	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/json"
	"github.com/weftchain/weft/contracts/testkit"
)

// asker asks the chain whatever it is told.
var asker = sdk.Contract{
	Instantiate: sdk.Do(func(*sdk.Context, *json.Raw) (*sdk.Response, error) { return nil, nil }),
	Execute: sdk.Routes{sdk.On("ask", func(c *sdk.Context, m *json.Raw) (*sdk.Response, error) {
		answer, err := c.Query([]byte(*m))
		if err != nil {
			return nil, err
		}
		return sdk.Respond("ask").Attr("answer", string(answer)), nil
	})},
}

// TestCustomQuery: what contracts are told about the lottery, to the byte, and
// what they are told on a chain that has none.
func TestCustomQuery(t *testing.T) {
	tag := strings.Repeat("ab", 32)
	other := strings.Repeat("cd", 32)
	c := testkit.New(t, testkit.Contracts{"asker": {Go: asker}}, testkit.WithLottery())
	alice, bob := c.Account("alice"), c.Account("bob")
	self := c.Instantiate("asker", alice, `{}`)
	ask := func(custom string) string {
		t.Helper()
		res, err := c.Execute(alice, self, `{"ask":{"custom":`+custom+`}}`)
		if err != nil {
			text, _, _ := strings.Cut(err.Error(), ": execute wasm")
			return text
		}
		return strings.NewReplacer(string(alice), "$alice", string(bob), "$bob").Replace(res.Attr("answer"))
	}
	is := func(custom, want string) {
		t.Helper()
		if got := ask(custom); !strings.HasSuffix(got, want) {
			t.Errorf("%s\n got %s\nwant %s", custom, got, want)
		}
	}
	is(`{"lottery":{"status":{}}}`, `{"epoch":0,"settled":null,"stopped":false}`)
	is(`{"lottery":{"beacon":{}}}`, "codespace: lottery, code: 30")
	is(`{"lottery":{"leader":{"epoch":0}}}`, "codespace: lottery, code: 30")
	is(`{"lottery":{"epoch":{"epoch":1}}}`, "codespace: lottery, code: 18")
	is(`{"lottery":{"tickets":{"epoch":0,"payout":"`+string(alice)+`"}}}`, "codespace: lottery, code: 30")
	c.Mine(alice, tag, 3)
	c.Mine(alice, other, 2)
	c.Mine(alice, "", 1)
	c.Mine(bob, tag, 4)
	says(t, ask(`{"lottery":{"epoch":{}}}`), `{"epoch":0,"stage":"mining","counted":false,"first_height":2,"last_height":21,"settles_at":25,"seed":"`,
		`"algo":"sha256d","denom":"uweft","tickets":10,"minted":"0","pot":"0","per_ticket":"0"}`)
	if c.Settle() != 0 {
		t.Error(c.Epoch())
	}
	is(`{"lottery":{"status":{}}}`, `{"epoch":1,"settled":0,"stopped":false}`)
	says(t, ask(`{"lottery":{"epoch":{"epoch":0}}}`), `"stage":"settled","counted":true`, `"tickets":10,"minted":"50000000","pot":"50000000","per_ticket":"3500000"}`)
	says(t, ask(`{"lottery":{"beacon":{}}}`), `{"epoch":0,"beacon":"`, `","settles_at":25}`)
	says(t, ask(`{"lottery":{"leader":{}}}`), `{"epoch":0,"leader":{"digest":"`, `","operator":null,"bonus":"2500000"}}`)
	of := func(who sdk.Addr, rest string) string { return `"epoch":0,"payout":"` + string(who) + `"` + rest }
	is(`{"lottery":{"tickets":{`+of(alice, "")+`}}}`, `{"tickets":6}`)
	is(`{"lottery":{"tickets":{`+of(alice, `,"tag":"`+tag+`"`)+`}}}`, `{"tickets":3}`)
	is(`{"lottery":{"tickets":{`+of(alice, `,"tag":""`)+`}}}`, `{"tickets":1}`)
	is(`{"lottery":{"tickets":{`+of(bob, `,"tag":"`+other+`"`)+`}}}`, `{"tickets":0}`)
	is(`{"lottery":{"tickets":{`+of(self, "")+`}}}`, `{"tickets":0}`)
	is(`{"lottery":{"tickets":{`+of(alice, `,"tag":"abc"`)+`}}}`, "codespace: sdk, code: 18")
	is(`{"lottery":{"tickets":{`+of("weft1", "")+`}}}`, "codespace: sdk, code: 7")
	is(`{"lottery":{"counts":{`+of(alice, "")+`}}}`, `{"counts":[{"tag":"","tickets":1},{"tag":"`+tag+`","tickets":3},{"tag":"`+other+`","tickets":2}],"next":null}`)
	is(`{"lottery":{"counts":{`+of(alice, `,"limit":2`)+`}}}`, `{"counts":[{"tag":"","tickets":1},{"tag":"`+tag+`","tickets":3}],"next":"`+tag+`"}`)
	is(`{"lottery":{"counts":{`+of(alice, `,"start_after":"`+tag+`","limit":1`)+`}}}`, `{"counts":[{"tag":"`+other+`","tickets":2}],"next":null}`)
	is(`{"lottery":{"counts":{`+of(alice, `,"start_after":""`)+`}}}`, `{"counts":[{"tag":"`+tag+`","tickets":3},{"tag":"`+other+`","tickets":2}],"next":null}`)
	is(`{"lottery":{"seats":{}}}`, `{"window":16,"held":0,"active":0}`)
	is(`{"lottery":{"seats":{"operator":"`+string(bob)+`"}}}`, `{"window":16,"held":0,"active":0}`)
	says(t, ask(`{"lottery":{"params":{}}}`), `{"mode":"seats","denom":"uweft","algo":"sha256d","epoch_blocks":20,"grace_blocks":4,"ready_blocks":6,"target_tickets":64,"max_tickets":512,"seats_per_epoch":4,"seats_window":16,"cap_bps":2500,"ticket_bps":7000,"seat_bps":2500,"subsidy":"50000000","halving_epochs":210000,"epochs_kept":2016,"counts_kept":64,"counts_page_most":100}`)

	is(`{"lottery":{"nonsense":{}}}`, `{"unsupported_request":{"kind":"unknown lottery query"}}`)
	is(`{"something":{}}`, `{"unsupported_request":{"kind":"custom"}}`)
	is(`{"lottery":{"epoch":{"epoch":-1}}}`, `{"invalid_request":{"error":"not a lottery query","request":"eyJsb3R0ZXJ5Ijp7ImVwb2NoIjp7ImVwb2NoIjotMX19fQ=="}}`)
	is(`{"lottery":{"epoch":{},"params":{}}}`, `"request":"eyJsb3R0ZXJ5Ijp7ImVwb2NoIjp7fSwicGFyYW1zIjp7fX19"}}`)

	for range 64 {
		c.Settle()
	}
	is(`{"lottery":{"tickets":{`+of(alice, "")+`}}}`, "codespace: lottery, code: 31")
	is(`{"lottery":{"tickets":{"epoch":1,"payout":"`+string(alice)+`"}}}`, `{"tickets":0}`)
	is(`{"lottery":{"leader":{"epoch":5}}}`, `{"epoch":5,"leader":null}`)

	c = testkit.New(t, testkit.Contracts{"asker": {Go: asker}})
	alice = c.Account("alice")
	self = c.Instantiate("asker", alice, `{}`)
	for _, custom := range []string{`{"lottery":{"status":{}}}`, `{"lottery":{"epoch":{"epoch":-1}}}`, `{}`, `null`, `"x"`} {
		is(custom, `query: {"unsupported_request":{"kind":"custom"}}`)
	}
}
