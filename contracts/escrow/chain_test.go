package escrow_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/weftchain/weft/contracts/escrow"
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/json"
	"github.com/weftchain/weft/contracts/testkit"
	"github.com/weftchain/weft/contracts/token"
)

// contracts are the escrow and two tokens: one that does what it should.
var contracts = testkit.Contracts{
	"escrow": {Go: escrow.Contract, Dir: "./wasm"},
	"token":  {Go: token.Contract},
	"evil":   {Go: evil},
}

// evil is a token that its maker controls: what a transfer does is the last
// message that it got.
var evil = sdk.Contract{
	Instantiate: sdk.Do(func(c *sdk.Context, mode *json.Raw) (*sdk.Response, error) {
		c.Set([]byte("mode"), []byte(*mode))
		return nil, nil
	}),
	Execute: sdk.Do(func(c *sdk.Context, msg *json.Raw) (*sdk.Response, error) {
		if !strings.HasPrefix(string(*msg), `{"transfer"`) {
			c.Set([]byte("mode"), []byte(*msg))
			return nil, nil
		}
		mode, _ := c.Get([]byte("mode"))
		switch string(mode) {
		case `"work"`:
			return sdk.Respond("transfer"), nil
		case `"fail"`:
			return nil, sdk.Error("no")
		case `"spin"`:
			for i := 0; ; i++ {
				c.Set([]byte{byte(i >> 8), byte(i)}, mode)
			}
		}
		// Call back what could pay once more, whatever comes of it; but not for ever.
		c.Set([]byte("mode"), []byte(`"work"`))
		r := sdk.Respond("transfer")
		for _, msg := range []string{
			`{"approve":{"id":"one"}}`, `{"refund":{"id":"one"}}`, `{"claim":{"token":"` + c.Self().String() + `"}}`,
			receive(c.Self().String(), "1", `{"top_up":{"id":"one"}}`), receive(c.Self().String(), "1", `{"create":{"id":"one","arbiter":"`+c.Self().String()+`",`+open+`}`),
			`{"set_recipient":{"id":"one","recipient":"` + c.Self().String() + `"}}`,
		} {
			r.AddSub(sdk.SubMsg{Msg: sdk.Execute{Contract: c.Sender, Msg: []byte(msg)}, ReplyOn: sdk.ReplyAlways})
		}
		return r, nil
	}),
	Reply: sdk.OnReply(func(_ *sdk.Context, r *sdk.Reply) (*sdk.Response, error) {
		if r.OK() {
			return sdk.Respond("done").Attr("called", "back"), nil
		}
		return nil, nil
	}),
}

const open = `"title":"","description":""}`

// market is a chain with an escrow and a token, of which src has 1000.
type market struct {
	*testkit.Chain
	src, rec, eve, escrow, token sdk.Addr
}

func newMarket(c *testkit.Chain) market {
	m := market{Chain: c, src: c.Account("src", "1000uweft,1000atest"), rec: c.Account("rec"), eve: c.Account("eve", "1000uweft")}
	m.escrow = c.Instantiate("escrow", m.eve, `{}`)
	m.token = c.Instantiate("token", m.eve, fmt.Sprintf(`{"name":"Test","symbol":"TST","decimals":6,"initial_balances":[{"address":%q,"amount":"1000"}]}`, m.src))
	return m
}

func (m market) create(id string, arbiter sdk.Addr) string {
	return fmt.Sprintf(`{"create":{"id":%q,"arbiter":%q,"recipient":%q,%s}`, id, arbiter, m.rec, open)
}

// tokens returns what an account has of the honest token.
func (m market) tokens(of sdk.Addr) string {
	var a token.BalanceAnswer
	m.MustQuery(m.token, testkit.Msg("balance", token.QueryBalance{Address: string(of)}), &a)
	return a.Balance.String()
}

// send sends honest tokens of src to the escrow.
func (m market) send(amount int, msg string) error {
	_, err := m.Execute(m.src, m.token, fmt.Sprintf(`{"send":{"contract":%q,"amount":"%d","msg":%q}}`, m.escrow, amount, base64(msg)))
	return err
}

// has checks what an account has.
func (m market) has(t *testing.T, who sdk.Addr, coins, tokens string) {
	t.Helper()
	if c, k := m.Balances(who), m.tokens(who); c != coins || k != tokens {
		t.Errorf("%s has %s and %s tokens, want %s and %s", who, c, k, coins, tokens)
	}
}

// TestPays: coins and tokens go where they should, with what the chain moves.
func TestPays(t *testing.T) {
	testkit.Run(t, contracts, func(t *testing.T, c *testkit.Chain) {
		m, arb := newMarket(c), c.Account("arb")
		c.MustExecute(m.src, m.escrow, m.create("one", arb), "5atest,300uweft")
		if err := m.send(70, m.create("two", arb)); err != nil {
			t.Fatal(err)
		}
		c.Fails(m.send(70, `{"top_up":{"id":"one"}}`), escrow.ErrNotListed)
		c.MustExecute(m.src, m.escrow, `{"top_up":{"id":"two"}}`, "50uweft")
		if err := m.send(7, `{"top_up":{"id":"two"}}`); err != nil {
			t.Fatal(err)
		}
		m.has(t, m.escrow, "5atest,350uweft", "77")
		_, err := c.Execute(arb, m.escrow, `{"approve":{"id":"two"}}`, "1uweft")
		c.Fails(err, "insufficient funds")
		res := c.MustExecute(arb, m.escrow, `{"approve":{"id":"two"}}`)
		t.Log("approve", res.GasUsed, res.VMGas)
		m.has(t, m.rec, "50uweft", "77")
		c.MustExecute(arb, m.escrow, `{"refund":{"id":"one"}}`)
		m.has(t, m.src, "1000atest,950uweft", "923")
		m.has(t, m.escrow, "", "0")
	})
}

// TestTokenThatFails: it holds up neither coins nor other tokens, and what it owes
// can be claimed when it works.
func TestTokenThatFails(t *testing.T) {
	for _, mode := range []string{`"fail"`, `"spin"`} {
		testkit.Run(t, contracts, func(t *testing.T, c *testkit.Chain) {
			m, arb := newMarket(c), c.Account("arb")
			bad := c.Instantiate("evil", m.eve, mode)
			if err := m.send(70, m.create("one", arb)[:len(m.create("one", arb))-2]+`,"cw20_whitelist":["`+bad.String()+`"]}}`); err != nil {
				t.Fatal(err)
			}
			c.MustExecute(bad, m.escrow, receive(string(m.src), "9", `{"top_up":{"id":"one"}}`))
			c.MustExecute(m.src, m.escrow, `{"top_up":{"id":"one"}}`, "50uweft")
			res := c.MustExecute(arb, m.escrow, `{"approve":{"id":"one"}}`)
			if res.Attr("unpaid") != "9" || res.Attr("token") != bad.String() {
				t.Error(res)
			}
			t.Log(mode, res.GasUsed)
			m.has(t, m.rec, "50uweft", "70")
			m.has(t, m.escrow, "", "0")

			owed := func(want string) {
				t.Helper()
				var got string
				c.MustQuery(m.escrow, fmt.Sprintf(`{"unpaid":{"owner":%q}}`, m.rec), &got)
				if got != want {
					t.Errorf("%s, want %s", got, want)
				}
			}
			claim := fmt.Sprintf(`{"claim":{"token":%q}}`, bad)
			_, err := c.Execute(m.rec, m.escrow, claim)
			c.Fails(err)
			_, err = c.Execute(m.eve, m.escrow, claim)
			c.Fails(err, escrow.ErrNothingToClaim)
			owed(fmt.Sprintf(`{"unpaid":[{"address":%q,"amount":"9"}]}`, bad))
			c.MustExecute(m.eve, bad, `"work"`)
			if res := c.MustExecute(m.rec, m.escrow, claim); res.Attr("amount") != "9" {
				t.Error(res)
			}
			owed(`{"unpaid":[]}`)
			_, err = c.Execute(m.rec, m.escrow, claim)
			c.Fails(err, escrow.ErrNothingToClaim)
		})
	}
}

// TestTokenCallsBack: while it is paid, a token that is the arbiter too calls
// everything that could pay once more. Nothing is paid twice.
func TestTokenCallsBack(t *testing.T) {
	testkit.Run(t, contracts, func(t *testing.T, c *testkit.Chain) {
		m := newMarket(c)
		bad := c.Instantiate("evil", m.eve, `"call back"`)
		c.MustExecute(m.src, m.escrow, m.create("of others", m.rec), "500uweft")
		c.MustExecute(bad, m.escrow, receive(string(m.eve), "9", m.create("one", bad)))
		c.MustExecute(m.eve, m.escrow, `{"top_up":{"id":"one"}}`, "50uweft")
		res := c.MustExecute(bad, m.escrow, `{"approve":{"id":"one"}}`)
		if got := res.Attrs("called"); len(got) > 0 {
			t.Errorf("%d calls back succeeded\n%s", len(got), res)
		}
		m.has(t, m.rec, "50uweft", "0")
		m.has(t, m.escrow, "500uweft", "0")
		c.MustExecute(m.rec, m.escrow, `{"approve":{"id":"of others"}}`)
		m.has(t, m.rec, "550uweft", "0")
	})
}

// TestWorst: eight tokens that never come to an end cost what they may, and no
// more: the arbiter can still decide, in a block of a node's usual size.
func TestWorst(t *testing.T) {
	m := newMarket(testkit.New(t, contracts))
	arb := m.Account("arb")
	var list []string
	for range 8 {
		list = append(list, m.Instantiate("evil", m.eve, `"spin"`).String())
	}
	create := m.create("one", arb)
	m.MustExecute(m.src, m.escrow, create[:len(create)-2]+`,"cw20_whitelist":["`+strings.Join(list, `","`)+`"]}}`, "1uweft")
	for _, bad := range list {
		m.MustExecute(sdk.Addr(bad), m.escrow, receive(m.src.String(), "9", `{"top_up":{"id":"one"}}`))
	}
	m.SetGasLimit(6_000_000)
	res := m.MustExecute(arb, m.escrow, `{"approve":{"id":"one"}}`)
	if n := len(res.Attrs("unpaid")); n != 8 {
		t.Errorf("%d tokens are unpaid, want 8", n)
	}
	m.has(t, m.rec, "1uweft", "0")
	t.Log(res.GasUsed)
}
