package testkit_test

import (
	"errors"
	"testing"
	"time"

	"github.com/weftchain/weft/contracts/counter"
	"github.com/weftchain/weft/contracts/testkit"
	"github.com/weftchain/weft/contracts/token"
)

// contracts are those that most tests of the kit play with.
var contracts = testkit.Contracts{
	"counter": {Go: counter.Contract, Dir: "../counter/wasm"},
	"token":   {Go: token.Contract, Dir: "../token/wasm"},
}

func TestRun(t *testing.T) {
	testkit.Run(t, contracts, func(t *testing.T, c *testkit.Chain) {
		alice, bob := c.Account("alice", "100uweft,7atest"), c.Account("bob")
		addr := c.Instantiate("counter", alice, counter.Instantiate{Count: 41}, "5uweft")
		if got := c.Balances(addr); got != "5uweft" {
			t.Errorf("the contract has %s", got)
		}
		if got := c.Balance(alice, "uweft"); got != 95 {
			t.Errorf("alice has %d", got)
		}
		res := c.MustExecute(bob, addr, testkit.Msg("increment", &counter.Increment{}))
		if got := res.Attr("action"); got != "increment" {
			t.Errorf("action %q in %s", got, res)
		}
		t.Log(res.GasUsed, res.VMGas)
		_, err := c.Execute(bob, addr, testkit.Msg("reset", counter.Reset{Count: 1}))
		c.Fails(err, counter.ErrNotOwner)
		if err.Error() != string(counter.ErrNotOwner) {
			t.Errorf("text %q", err)
		}
		var refused *testkit.Error
		if !errors.As(err, &refused) || refused.Codespace != "wasm" || refused.Code != 5 || refused.GasUsed == 0 {
			t.Errorf("%+v", refused)
		}
		_, err = c.Execute(bob, addr, `{"increment":{}}`, "1uweft")
		c.Fails(err, "insufficient funds")

		s := c.Snapshot()
		c.MustExecute(alice, addr, `{"reset":{"count":7}}`)
		height, now := c.Height(), c.Time()
		c.NextBlock()
		c.Advance(time.Hour)
		if c.Height() != height+2 || c.Time() != now.Add(time.Hour+testkit.BlockTime) {
			t.Errorf("block %d at %s", c.Height(), c.Time())
		}
		var answer counter.CountAnswer
		c.MustQuery(addr, `{"count":{}}`, &answer)
		if answer.Count != 7 || answer.Owner != alice {
			t.Errorf("%+v", answer)
		}
		c.Revert(s)
		c.MustQuery(addr, `{"count":{}}`, &answer)
		if answer.Count != 42 || c.Height() != height {
			t.Errorf("%+v at %d", answer, c.Height())
		}
		c.Fails(c.Query(addr, `{"nothing":{}}`, nil), "unknown message nothing")
	})
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		testkit.New(b, contracts)
	}
}

func BenchmarkExecute(b *testing.B) {
	c := testkit.New(b, contracts)
	alice := c.Account("alice")
	addr := c.Instantiate("counter", alice, `{"count":1}`)
	for b.Loop() {
		c.MustExecute(alice, addr, `{"increment":{}}`)
	}
}

func BenchmarkFork(b *testing.B) {
	c := testkit.New(b, contracts)
	alice := c.Account("alice")
	addr := c.Instantiate("counter", alice, `{"count":1}`)
	for b.Loop() {
		c.Fork(b).MustExecute(alice, addr, `{"increment":{}}`)
	}
}

func BenchmarkParity(b *testing.B) {
	c := testkit.NewParity(b, contracts)
	alice := c.Account("alice")
	addr := c.Instantiate("counter", alice, `{"count":1}`)
	for b.Loop() {
		c.MustExecute(alice, addr, `{"increment":{}}`)
	}
}

func BenchmarkNewParity(b *testing.B) {
	for b.Loop() {
		testkit.NewParity(b, contracts)
	}
}

func BenchmarkForkAlone(b *testing.B) {
	c := testkit.New(b, contracts)
	for b.Loop() {
		c.Fork(b)
	}
}
