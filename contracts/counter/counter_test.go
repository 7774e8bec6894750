package counter_test

import (
	"math"
	"testing"

	"github.com/weftchain/weft/contracts/counter"
	"github.com/weftchain/weft/contracts/testkit"
)

// TestCounter runs twice: with the contract as a Go package, and as the chain runs
// it.
func TestCounter(t *testing.T) {
	testkit.Run(t, testkit.Contracts{
		"counter": {Go: counter.Contract, Dir: "./wasm"},
	}, func(t *testing.T, c *testkit.Chain) {
		alice, bob := c.Account("alice"), c.Account("bob")
		addr := c.Instantiate("counter", alice, counter.Instantiate{Count: -2})
		counts := func(want int64) {
			t.Helper()
			var answer counter.CountAnswer
			c.MustQuery(addr, testkit.Msg("count", counter.Count{}), &answer)
			if answer.Count != want || answer.Owner != alice {
				t.Errorf("%+v, want %d of alice", answer, want)
			}
		}
		for range 3 {
			res := c.MustExecute(bob, addr, testkit.Msg("increment", counter.Increment{}))
			if res.Attr("action") != "increment" {
				t.Errorf("events:\n%s", res)
			}
		}
		counts(1)

		_, err := c.Execute(bob, addr, testkit.Msg("reset", counter.Reset{Count: 7}))
		c.Fails(err, counter.ErrNotOwner)
		counts(1)
		c.MustExecute(alice, addr, testkit.Msg("reset", counter.Reset{Count: math.MaxInt64}))
		counts(math.MaxInt64)
		_, err = c.Execute(alice, addr, testkit.Msg("increment", counter.Increment{}))
		c.Fails(err, counter.ErrFull)
		_, err = c.Migrate(alice, addr, "counter", `{}`)
		c.Fails(err, "the contract has no entry point migrate")
	})
}

// TestMessages: what is no message of the contract is refused, with the place.
func TestMessages(t *testing.T) {
	testkit.Run(t, testkit.Contracts{
		"counter": {Go: counter.Contract, Dir: "./wasm"},
	}, func(t *testing.T, c *testkit.Chain) {
		alice := c.Account("alice")
		addr := c.Instantiate("counter", alice, counter.Instantiate{Count: 1})
		for msg, want := range map[string]string{
			`{"reset":{}}`:                            "JSON: missing field count at byte 11",
			`{"reset":{"count":1,"count":2}}`:         "JSON: duplicate field count at byte 28",
			`{"reset":{"count":1,"cuont":2}}`:         "JSON: unknown field cuont at byte 28",
			`{"reset":{"count":9223372036854775808}}`: "JSON: integer of more than 63 bits at byte 37",
			`{"reset":{"count":1},"increment":{}}`:    "JSON: expected one message at byte 33",
			`{"stop":{}}`:                             "unknown message stop: expected one of increment, reset",
			`{}`:                                      "JSON: expected an object with the name of a message at byte 2",
			`"increment"`:                             "JSON: expected an object at byte 0",
		} {
			_, err := c.Execute(alice, addr, msg)
			c.Fails(err, want)
		}
	})
}
