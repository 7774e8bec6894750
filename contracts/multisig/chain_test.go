package multisig_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/weftchain/weft/contracts/multisig"
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/testkit"
	"github.com/weftchain/weft/contracts/token"
)

var contracts = testkit.Contracts{
	"multisig": {Go: multisig.Contract, Dir: "./wasm"},
	"token":    {Go: token.Contract, Dir: "../token/wasm"},
}

// call is the message that executes a contract.
func call(contract sdk.Addr, msg string) string {
	return fmt.Sprintf(`{"wasm":{"execute":{"contract_addr":%q,"msg":%q,"funds":[]}}}`, contract, base64.StdEncoding.EncodeToString([]byte(msg)))
}

func send(to sdk.Addr, amount int) string {
	return fmt.Sprintf(`{"bank":{"send":{"to_address":%q,"amount":[{"denom":"uweft","amount":"%d"}]}}}`, to, amount)
}

// gas shows what a transaction costs, for the table in README.md.
func gas(t *testing.T, c *testkit.Chain, name string, res *testkit.Result) {
	t.Helper()
	if !c.Native() {
		t.Logf("%s: %d gas, %d VM gas", name, res.GasUsed, res.VMGas)
	}
}

// TestOnChain: what passes is sent, all of it or nothing, and once.
func TestOnChain(t *testing.T) {
	testkit.Run(t, contracts, func(t *testing.T, c *testkit.Chain) {
		alice, bob, carl, dora := c.Account("alice", "100uweft"), c.Account("bob"), c.Account("carl"), c.Account("dora")
		multi := c.Instantiate("multisig", alice, fmt.Sprintf(`{"voters":[{"addr":%q,"weight":1},{"addr":%q,"weight":1},{"addr":%q,"weight":1}],
			"threshold":{"absolute_count":{"weight":2}},"max_voting_period":{"height":3}}`, alice, bob, carl), "50uweft")
		coin := c.Instantiate("token", alice, fmt.Sprintf(`{"name":"Test","symbol":"TST","decimals":0,"initial_balances":[{"address":%q,"amount":"9"}]}`, multi))
		id := 0
		pass := func(msgs string) string {
			t.Helper()
			id++
			res := c.MustExecute(alice, multi, `{"propose":{"title":"T","description":"D","msgs":[`+msgs+`]}}`)
			if id == 1 {
				gas(t, c, "propose", res)
			}
			res = c.MustExecute(bob, multi, fmt.Sprintf(`{"vote":{"proposal_id":%d,"vote":"yes"}}`, id))
			if id == 1 {
				gas(t, c, "vote", res)
			}
			return fmt.Sprintf(`{"execute":{"proposal_id":%d}}`, id)
		}
		has := func(uweft uint64, tokens string) {
			t.Helper()
			var b token.BalanceAnswer
			c.MustQuery(coin, fmt.Sprintf(`{"balance":{"address":%q}}`, dora), &b)
			if c.Balance(dora, "uweft") != uweft || b.Balance.String() != tokens {
				t.Errorf("dora has %s, %s tokens", c.Balances(dora), b.Balance)
			}
		}

		pay := pass(send(dora, 7) + "," + call(coin, fmt.Sprintf(`{"transfer":{"recipient":%q,"amount":"4"}}`, dora)))
		res := c.MustExecute(dora, multi, pay)
		gas(t, c, "execute", res)
		has(7, "4")
		_, err := c.Execute(dora, multi, pay)
		c.Fails(err, multisig.ErrNotPassed)

		// The second message fails: the first is undone, and works once there is enough.
		pay = pass(send(dora, 1) + "," + send(dora, 43))
		_, err = c.Execute(dora, multi, pay)
		c.Fails(err, "insufficient funds")
		has(7, "4")
		c.AdvanceBlocks(10) // long after the vote
		if _, err := c.Send(alice, multi, "1uweft"); err != nil {
			t.Fatal(err)
		}
		c.MustExecute(dora, multi, pay)
		has(51, "4")

		// A proposal that executes itself once more comes to nothing.
		loop := pass(call(multi, fmt.Sprintf(`{"execute":{"proposal_id":%d}}`, id+1)) + "," + send(dora, 1))
		_, err = c.Execute(dora, multi, loop)
		c.Fails(err, multisig.ErrNotPassed)

		// The multisig votes in itself only as a voter, and it is none.
		alone := pass(call(multi, `{"propose":{"title":"","description":"","msgs":[]}}`))
		_, err = c.Execute(dora, multi, alone)
		c.Fails(err, multisig.ErrUnauthorized)

		// What is no message of the chain is refused when it is sent.
		c.SetBalance(multi, "5uweft")
		for _, msg := range []string{
			`{"nothing":{}}`, `{"bank":{"mint":{}}}`, `{}`, `{"bank":{},"wasm":{}}`, `{"wasm":{"execute":{}}}`,
			// Twice the same name: voters might see one and the chain take the other.
			strings.Replace(send(alice, 1), "{", `{"bank":{"send":{"to_address":"`+string(dora)+`","amount":[]}},`, 1),
			strings.Replace(send(alice, 1), `"to_address"`, `"to_address":"`+string(dora)+`","to_address"`, 1),
		} {
			if _, err := c.Execute(dora, multi, pass(msg)); err == nil {
				t.Errorf("%s was sent", msg)
			}
		}
		has(51, "4")
	})
}
