package testkit_test

import (
	"encoding/json"
	"testing"

	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/testkit"
)

// TestForeign: a contract that is there as wasm alone, written in C.
func TestForeign(t *testing.T) {
	testkit.Run(t, testkit.Contracts{"tipjar": {Wasm: "../tipjar/tipjar.wasm"}}, func(t *testing.T, c *testkit.Chain) {
		alice, bob := c.Account("alice"), c.Account("bob", "100uweft,5atest")
		jar := c.Instantiate("tipjar", alice, map[string]any{"owner": alice})
		first := c.MustExecute(bob, jar, `{"tip":{"note":"thanks"}}`, "7uweft", "2atest")
		c.Gas("first tip", first)
		c.NextBlock()
		c.Gas("second tip", c.MustExecute(bob, jar, `{"tip":{}}`, "1uweft"))

		var summary struct {
			Owner sdk.Addr
			Tips  int
		}
		var raw json.RawMessage
		c.MustQuery(jar, `{"summary":{}}`, &raw)
		if err := json.Unmarshal(raw, &summary); err != nil || summary.Owner != alice {
			t.Errorf("%s %v", raw, err)
		}
		_, err := c.Execute(bob, jar, `{"withdraw":{}}`)
		if c.Fails(err, "owner"); c.Balances(jar) != "2atest,8uweft" {
			t.Errorf("the jar has %s", c.Balances(jar))
		}
		c.Gas("withdraw", c.MustExecute(alice, jar, `{"withdraw":{}}`))
		if c.Balances(alice) != "2atest,8uweft" {
			t.Errorf("alice has %s", c.Balances(alice))
		}
	})
}
