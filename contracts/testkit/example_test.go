package testkit_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/weftchain/weft/contracts/counter"
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/testkit"
	"github.com/weftchain/weft/contracts/token"
)

// show is a test for examples: it prints what fails.
type show struct{}

func (show) Helper()                           {}
func (show) Name() string                      { return "Example" }
func (show) Logf(format string, args ...any)   { fmt.Printf(format+"\n", args...) }
func (show) Errorf(format string, args ...any) { fmt.Printf(format+"\n", args...) }
func (show) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

var t show

// A chain with a contract that runs natively.
func ExampleNew() {
	c := testkit.New(t, testkit.Contracts{"counter": {Go: counter.Contract}})
	alice, bob := c.Account("alice", "100uweft"), c.Account("bob")

	addr := c.Instantiate("counter", alice, counter.Instantiate{Count: 41}, "5uweft")
	res := c.MustExecute(bob, addr, `{"increment":{}}`)
	fmt.Println(res.Attr("action"), c.Balance(alice, "uweft"), c.Balances(addr))

	_, err := c.Execute(bob, addr, testkit.Msg("reset", counter.Reset{Count: 7}))
	fmt.Println(err)

	var answer counter.CountAnswer
	c.MustQuery(addr, `{"count":{}}`, &answer)
	fmt.Println(answer.Count, answer.Owner == alice)
	// Output:
	// increment 95 5uweft
	// only the owner may reset the counter
	// 42 true
}

// A test with two contracts that runs natively and as wasm.
func ExampleRun() {
	var t *testing.T // of func TestPay(t *testing.T)

	testkit.Run(t, testkit.Contracts{
		"token":   {Go: token.Contract, Dir: "../token/wasm"},
		"counter": {Go: counter.Contract, Dir: "../counter/wasm"},
	}, func(t *testing.T, c *testkit.Chain) {
		alice, bob := c.Account("alice", "1000uweft"), c.Account("bob")
		tok := c.Instantiate("token", alice, token.Instantiate{
			Name: "Test", Symbol: "TST", InitialBalances: []token.InitialBalance{{Address: alice.String(), Amount: sdk.U128(100)}},
		})
		res := c.MustExecute(alice, tok, testkit.Msg("transfer", token.Transfer{Recipient: bob.String(), Amount: sdk.U128(30)}))
		c.Gas("transfer", res) // as in testdata/gas.txt, or the test fails

		_, err := c.Execute(bob, tok, testkit.Msg("transfer", token.Transfer{Recipient: alice.String(), Amount: sdk.U128(31)}))
		c.Fails(err)
		var balance token.BalanceAnswer
		c.MustQuery(tok, testkit.Msg("balance", token.QueryBalance{Address: bob.String()}), &balance)
		if balance.Balance != sdk.U128(30) {
			t.Errorf("bob has %s", balance.Balance)
		}
	})
}

// A fork goes on alone: one for each input of a fuzz target, or for each round of a
// property test.
func ExampleChain_Fork() {
	c := testkit.New(t, testkit.Contracts{"counter": {Go: counter.Contract}})
	alice := c.Account("alice")
	addr := c.Instantiate("counter", alice, `{"count":0}`)
	for range 2 {
		fork := c.Fork(t)
		fork.MustExecute(alice, addr, `{"increment":{}}`)
		fork.Advance(time.Hour)
		fmt.Println(fork.State(addr)["state"][:10], fork.Time().Format(time.TimeOnly))
	}
	fmt.Println(c.State(addr)["state"][:10], c.Time().Format(time.TimeOnly))
	// Output:
	// {"count":1 01:00:00
	// {"count":1 01:00:00
	// {"count":0 00:00:00
}

// Any address may send, also that of a contract.
func ExampleChain_Execute() {
	c := testkit.New(t, testkit.Contracts{"counter": {Go: counter.Contract}})
	first := c.Instantiate("counter", c.Account("alice"), `{"count":0}`)
	second := c.Instantiate("counter", first, `{"count":0}`)
	c.MustExecute(first, second, `{"reset":{"count":3}}`)
	var answer string
	c.MustQuery(second, `{"count":{}}`, &answer)
	fmt.Println(answer == `{"count":3,"owner":"`+first.String()+`"}`)
	// Output: true
}

// A snapshot costs nothing and may be gone back to more than once.
func ExampleChain_Revert() {
	c := testkit.New(t, testkit.Contracts{"counter": {Go: counter.Contract}})
	alice := c.Account("alice")
	addr := c.Instantiate("counter", alice, `{"count":0}`)
	s := c.Snapshot()
	for _, n := range []int64{3, 4} {
		c.MustExecute(alice, addr, testkit.Msg("reset", counter.Reset{Count: n}))
		c.NextBlock()
		fmt.Println(c.State(addr)["state"][:10], c.Height())
		c.Revert(s)
	}
	fmt.Println(c.State(addr)["state"][:10], c.Height())
	// Output:
	// {"count":3 2
	// {"count":4 2
	// {"count":0 1
}
