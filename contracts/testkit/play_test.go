package testkit_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/weftchain/weft/contracts/counter"
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/json"
	"github.com/weftchain/weft/contracts/sdk/probe"
	"github.com/weftchain/weft/contracts/testkit"
	"github.com/weftchain/weft/contracts/token"
)

// TestSeveral: contracts call each other, hear of failures, and one of them is
// there for the test alone.
func TestSeveral(t *testing.T) {
	watcher := sdk.Contract{
		Instantiate: sdk.Do(func(*sdk.Context, *json.Raw) (*sdk.Response, error) { return nil, nil }),
		Execute: sdk.Routes{sdk.On("receive", func(c *sdk.Context, m *token.Receive) (*sdk.Response, error) {
			return sdk.Respond("watched").Attr("amount", m.Amount.String()), nil
		})},
	}
	testkit.Run(t, testkit.Contracts{
		"token":   {Go: token.Contract, Dir: "../token/wasm"},
		"probe":   {Go: probe.Contract, Dir: "../sdk/probe/wasm"},
		"watcher": {Go: watcher},
	}, func(t *testing.T, c *testkit.Chain) {
		alice := c.Account("alice")
		tok := c.Instantiate("token", alice, `{"name":"Test","symbol":"TST","decimals":0,"initial_balances":[{"address":"`+alice.String()+`","amount":"100"}]}`)
		prb, eye := c.Instantiate("probe", alice, nil), c.Instantiate("watcher", alice, nil)
		send := func(to sdk.Addr, msg string) (*testkit.Result, error) {
			return c.Execute(alice, tok, testkit.Msg("send", token.Send{Contract: to.String(), Amount: sdk.U128(7), Msg: []byte(msg)}))
		}
		res, err := send(prb, "yes")
		if err != nil {
			t.Fatal(err)
		}
		if got := res.Attrs("action"); !slices.Equal(got, []string{"send", "receive", "reply"}) {
			t.Errorf("%q in\n%s", got, res)
		}
		if got := res.Attr("error"); !strings.HasPrefix(got, "panic: a text") {
			t.Errorf("the reply hears %q", got)
		}
		_, err = send(prb, "no")
		c.Fails(err, sdk.Error("the message says no"))
		if res, err = send(eye, ""); err != nil || res.Attr("amount") != "7" || len(res.Find("wasm")) != 2 {
			t.Error(err, res)
		}
		var balance string
		c.MustQuery(tok, testkit.Msg("balance", map[string]any{"address": eye}), &balance)
		if balance != `{"balance":"7"}` {
			t.Error(balance)
		}
		_, err = c.Execute(alice, prb, `{"panic":{"how":"index"}}`)
		c.Fails(err, "panic: runtime error: index out of range [5] with length 0")
		res, err = c.Sudo(prb, `{}`)
		if err != nil || res.Attr("action") != "sudo" {
			t.Error(err)
		}
		if _, err = c.Migrate(alice, prb, "probe", `{}`); err != nil {
			t.Error(err)
		}
		_, err = c.Migrate(c.Account("bob"), prb, "probe", `{}`)
		c.Fails(err, "unauthorized")
	})
}

// TestImpersonation: any address may send, and has what it is given.
func TestImpersonation(t *testing.T) {
	testkit.Run(t, contracts, func(t *testing.T, c *testkit.Chain) {
		alice := c.Account("alice")
		owner := c.Instantiate("counter", alice, `{"count":0}`)
		mine := c.Instantiate("counter", owner, `{"count":5}`)
		_, err := c.Execute(alice, mine, `{"reset":{"count":1}}`)
		c.Fails(err, counter.ErrNotOwner)
		c.SetBalance(owner, "9uweft,3atest")
		c.MustExecute(owner, mine, `{"reset":{"count":1}}`, "4uweft")
		if _, err := c.Send(owner, alice, "5uweft,1atest"); err != nil {
			t.Fatal(err)
		}
		for addr, want := range map[sdk.Addr]string{owner: "2atest", mine: "4uweft", alice: "1atest,5uweft"} {
			if got := c.Balances(addr); got != want {
				t.Errorf("%s has %s, want %s", addr, got, want)
			}
		}
		c.SetBalance(owner, "0atest")
		if got := c.Balances(owner); got != "" {
			t.Errorf("left: %s", got)
		}
	})
}

// TestGasLimit: gas that runs out is an error like any other. Natively a contract
// may have enough where it has not as wasm, and that is no difference.
func TestGasLimit(t *testing.T) {
	testkit.Run(t, contracts, func(t *testing.T, c *testkit.Chain) {
		alice := c.Account("alice")
		addr := c.Instantiate("counter", alice, `{"count":0}`)
		count := func(want int64) {
			t.Helper()
			var answer counter.CountAnswer
			if c.MustQuery(addr, `{"count":{}}`, &answer); answer.Count != want {
				t.Errorf("%d, want %d", answer.Count, want)
			}
		}
		s := c.Snapshot()
		used := c.MustExecute(alice, addr, `{"increment":{}}`).GasUsed
		c.Revert(s)
		c.SetGasLimit(80_000)
		_, err := c.Execute(alice, addr, `{"increment":{}}`)
		c.Fails(err, "out of gas")
		c.SetGasLimit(used - 100)
		_, err = c.Execute(alice, addr, `{"increment":{}}`)
		c.Fails(err, "out of gas")
		count(0)
		c.SetGasLimit(testkit.DefaultGasLimit)
		c.MustExecute(alice, addr, `{"increment":{}}`)
		count(1)
		if got := c.State(addr)["state"]; got != `{"count":1,"owner":"`+alice.String()+`"}` {
			t.Error(got)
		}
	})
}

// TestProperties: rapid has a chain of its own in each round, made of one that is
// ready, and finds the counter right.
func TestProperties(t *testing.T) {
	ready := testkit.New(t, contracts)
	alice := ready.Account("alice")
	addr := ready.Instantiate("counter", alice, `{"count":0}`)
	rapid.Check(t, func(t *rapid.T) {
		c := ready.Fork(t)
		var want int64
		t.Repeat(map[string]func(*rapid.T){
			"increment": func(*rapid.T) {
				c.MustExecute(alice, addr, `{"increment":{}}`)
				want++
			},
			"reset": func(t *rapid.T) {
				want = rapid.Int64Range(-9, 9).Draw(t, "count")
				c.MustExecute(alice, addr, testkit.Msg("reset", counter.Reset{Count: want}))
			},
			"revert": func(*rapid.T) {
				s := c.Snapshot()
				c.MustExecute(alice, addr, `{"increment":{}}`)
				c.Revert(s)
			},
			"": func(t *rapid.T) {
				var answer counter.CountAnswer
				if c.MustQuery(addr, `{"count":{}}`, &answer); answer.Count != want {
					t.Fatalf("%d, want %d", answer.Count, want)
				}
			},
		})
	})
}

// FuzzExecute: no message makes the counter do what it must not.
func FuzzExecute(f *testing.F) {
	ready := testkit.New(f, contracts)
	alice := ready.Account("alice")
	addr := ready.Instantiate("counter", alice, `{"count":5}`)
	f.Add(`{"increment":{}}`)
	f.Add(`{"reset":{"count":1}}`)
	f.Fuzz(func(t *testing.T, msg string) {
		c := ready.Fork(t)
		_, err := c.Execute(c.Account("mallory"), addr, msg)
		var answer counter.CountAnswer
		if c.MustQuery(addr, `{"count":{}}`, &answer); answer.Count != 5 && answer.Count != 6 || answer.Owner != alice || err != nil && answer.Count != 5 {
			t.Errorf("%+v after %q: %v", answer, msg, err)
		}
	})
}

// TestFault: what would stop a node is no error that a test could expect.
func TestFault(t *testing.T) {
	broken := sdk.Contract{Instantiate: sdk.Do(func(c *sdk.Context, _ *json.Raw) (*sdk.Response, error) {
		_, err := c.Ed25519Verify(make([]byte, 1<<20), nil, nil)
		return nil, err
	})}
	c := testkit.New(t, testkit.Contracts{"broken": {Go: broken}})
	alice := c.Account("alice")
	_, _, err := c.TryInstantiate(testkit.Instantiation{Code: "broken", Sender: alice})
	c.Fails(err)
	says(t, failure(t, func(f *fake) {
		c := testkit.New(f, contracts)
		c.Instantiate("other", c.Account("alice"), nil)
	}), `no contract "other": there are counter, token`)
	says(t, failure(t, func(f *fake) { testkit.New(f, testkit.Contracts{"x": {}}) }), `contract "x" has neither Go nor Dir nor Wasm`)
	says(t, failure(t, func(f *fake) { testkit.New(f, contracts).Account("alice", "uweft") }), `coins "uweft"`)
}

// TestForks: a chain goes on in several ways, natively and as wasm.
func TestForks(t *testing.T) {
	testkit.Run(t, contracts, func(t *testing.T, ready *testkit.Chain) {
		alice := ready.Account("alice")
		addr := ready.Instantiate("counter", alice, `{"count":0}`)
		for _, name := range []string{"one", "two"} {
			t.Run(name, func(t *testing.T) {
				c := ready.Fork(t)
				c.SetState(addr, "state", `{"count":4,"owner":"`+alice.String()+`"}`)
				c.MustExecute(c.Account(name), addr, `{"increment":{}}`)
				if got := c.State(addr)["state"]; got != `{"count":5,"owner":"`+alice.String()+`"}` {
					t.Error(got)
				}
			})
		}
		if got := ready.State(addr)["state"]; got != `{"count":0,"owner":"`+alice.String()+`"}` {
			t.Error(got)
		}
	})
}

// TestParallel: forks of one chain may be used at the same time.
func TestParallel(t *testing.T) {
	ready := testkit.New(t, contracts)
	alice := ready.Account("alice")
	addr := ready.Instantiate("counter", alice, `{"count":5}`)
	for _, name := range []string{"a", "b", "c"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := ready.Fork(t)
			for range 20 {
				c.MustExecute(c.Account(name, "9uweft"), addr, `{"increment":{}}`, "1uweft")
				c.NextBlock()
			}
			var answer counter.CountAnswer
			if c.MustQuery(addr, `{"count":{}}`, &answer); answer.Count != 25 || c.Balance(addr, "uweft") != 20 {
				t.Errorf("%+v, %s", answer, c.Balances(addr))
			}
		})
	}
}
