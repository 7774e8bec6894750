package names_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/weftchain/weft/contracts/names"
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/json"
	"github.com/weftchain/weft/contracts/testkit"
)

// contracts are the name service and an admin that wants too much.
var contracts = testkit.Contracts{
	"names":  {Go: names.Contract, Dir: "./wasm"},
	"greedy": {Go: greedy},
}

// greedy is an admin that withdraws the income from the contract that calls it,
// three times.
var greedy = sdk.Contract{
	Instantiate: sdk.Do(func(*sdk.Context, *json.Raw) (*sdk.Response, error) { return nil, nil }),
	Execute: sdk.Do(func(_ *sdk.Context, of *json.Raw) (*sdk.Response, error) {
		r := sdk.Respond("greedy")
		for range 3 {
			contract := sdk.Addr((*of)[1 : len(*of)-1])
			r.AddSub(sdk.SubMsg{Msg: sdk.Execute{Contract: contract, Msg: []byte(`{"withdraw":{}}`)}, ReplyOn: sdk.ReplyAlways})
		}
		return r, nil
	}),
	Reply: sdk.OnReply(func(_ *sdk.Context, r *sdk.Reply) (*sdk.Response, error) {
		res := &sdk.Response{}
		return res.Attr("ok", fmt.Sprint(r.OK())), nil
	}),
}

// TestRent: what is paid arrives, and goes to the admin once.
func TestRent(t *testing.T) {
	testkit.Run(t, contracts, func(t *testing.T, c *testkit.Chain) {
		alice, bob := c.Account("alice", "1000uweft,5atest"), c.Account("bob", "1000uweft")
		admin := c.Instantiate("greedy", alice, `{}`)
		msg := fmt.Sprintf(`{"admin":%q,%s`, admin, start[1:])
		_, _, err := c.TryInstantiate(testkit.Instantiation{Code: "names", Sender: alice, Msg: msg, Funds: "1uweft"})
		c.Fails(err, "takes no funds")
		addr := c.Instantiate("names", alice, msg)

		register := testkit.Msg("register", names.Register{Name: "alice", Days: 90})
		_, err = c.Execute(alice, addr, register, "25atest")
		c.Fails(err, "insufficient funds")
		_, err = c.Execute(alice, addr, register, "5atest")
		c.Fails(err, "send uweft, not 5atest")
		_, err = c.Execute(alice, addr, register, "5atest,25uweft")
		c.Fails(err, "send uweft, not 5atest,25uweft")
		res := c.MustExecute(alice, addr, register, "25uweft")
		t.Log("register", res.GasUsed, res.VMGas)
		if got := c.Balances(addr); got != "25uweft" {
			t.Errorf("the contract has %s", got)
		}
		upper := "WEFT1" + bob.String()[5:]
		_, err = c.Execute(alice, addr, testkit.Msg("set_address", names.SetAddress{Name: "alice", Address: &upper}))
		c.Fails(err, "invalid address")
		_, err = c.Execute(alice, addr, testkit.Msg("transfer", names.Transfer{Name: "alice", To: upper}))
		c.Fails(err, "invalid address")

		c.Advance(90 * 24 * time.Hour)
		c.Fails(c.Query(addr, `{"resolve":{"name":"alice"}}`, nil), names.ErrExpired)
		res = c.MustExecute(bob, addr, testkit.Msg("renew", names.Renew{Name: "alice", Days: 1}), "1uweft")
		t.Log("renew", res.GasUsed, res.VMGas)
		var who names.ResolveAnswer
		if c.MustQuery(addr, `{"resolve":{"name":"alice"}}`, &who); who.Address != alice {
			t.Error(who)
		}

		_, err = c.Execute(alice, addr, `{"withdraw":{}}`)
		c.Fails(err, names.ErrNotAdmin)
		res = c.MustExecute(bob, admin, fmt.Sprintf(`%q`, addr))
		if got := fmt.Sprint(res.Attrs("ok")); got != "[true false false]" {
			t.Errorf("withdrawn: %s", got)
		}
		if got, left := c.Balances(admin), c.Balances(addr); got != "26uweft" || left != "" {
			t.Errorf("withdrawn: %s, %s are left", got, left)
		}
		_, err = c.Send(alice, addr, "5atest") // by mistake
		if err != nil {
			t.Fatal(err)
		}
		c.MustExecute(admin, addr, `{"withdraw":{"denom":"atest"}}`)
		_, err = c.Execute(admin, addr, `{"withdraw":{"denom":"no denom"}}`)
		c.Fails(err)
		if got := c.Balances(admin); got != "5atest,26uweft" {
			t.Errorf("withdrawn: %s", got)
		}
	})
}
