package testkit_test

import (
	"bytes"
	"testing"

	"github.com/weftchain/weft/contracts/testkit"
)

// TestTrace: a transaction can be looked into, and costs the same then.
func TestTrace(t *testing.T) {
	testkit.Run(t, contracts, func(t *testing.T, c *testkit.Chain) {
		alice := c.Account("alice")
		addr := c.Instantiate("counter", alice, `{"count":1}`)
		s := c.Snapshot()
		plain := c.MustExecute(alice, addr, `{"increment":{}}`)
		c.Revert(s)
		var text bytes.Buffer
		c.Trace(&testkit.Tracing{Text: &text, Profile: !c.Native()})
		traced := c.MustExecute(alice, addr, `{"increment":{}}`)
		if plain.GasUsed != traced.GasUsed || plain.String() != traced.String() {
			t.Errorf("%d %d\n%s\n%s", plain.GasUsed, traced.GasUsed, plain, traced)
		}
		says(t, text.String(), "counter", "state", `"count":2`, "increment")
		if !c.Native() {
			var profile bytes.Buffer
			if err := traced.Trace.WriteProfile(&profile); err != nil || profile.Len() == 0 {
				t.Error(err, profile.Len())
			}
		}
		_, err := c.Execute(alice, addr, `{"stop":{}}`)
		c.Fails(err, "unknown message stop")
		says(t, text.String(), "unknown message stop")
		c.Trace(nil)
		if c.MustExecute(alice, addr, `{"increment":{}}`).Trace != nil {
			t.Error("a trace that nobody wants")
		}
	})
}
