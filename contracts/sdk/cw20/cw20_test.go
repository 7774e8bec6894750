package cw20_test

import (
	"fmt"
	"testing"

	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/cw20"
	"github.com/weftchain/weft/contracts/testkit"
	"github.com/weftchain/weft/contracts/token"
)

// holder does what a message says with the assets that it has.
var holder = sdk.Contract{
	Instantiate: sdk.Do(func(*sdk.Context, *cw20.Asset) (*sdk.Response, error) { return nil, nil }),
	Execute: sdk.Routes{
		sdk.On("pay", func(c *sdk.Context, a *cw20.Asset) (*sdk.Response, error) {
			if err := a.Validate(c); err != nil {
				return nil, err
			}
			had, err := a.Balance(c, c.Self())
			if err != nil {
				return nil, err
			}
			return sdk.Respond("pay").Attr("had", had.String()).Attr("asset", a.String()).Add(a.Pay(c.Sender, sdk.U128(7))), nil
		}),
		sdk.On("all", func(c *sdk.Context, a *cw20.Asset) (*sdk.Response, error) {
			t := cw20.Token(*a.CW20)
			info, err := t.Info(c)
			if err != nil {
				return nil, err
			}
			left, expires, err := t.Allowance(c, c.Sender, c.Self())
			r := sdk.Respond(info.Symbol).Attr("left", left.String()).Attr("expires", expires.String())
			r.Add(t.TransferFrom(c.Sender, c.Self(), sdk.U128(5))).Add(t.Mint(c.Self(), sdk.U128(100))).Add(t.Burn(sdk.U128(1)))
			return r.Add(t.Allow(c.Sender, sdk.U128(3))).Add(t.Send(c.Self(), sdk.U128(2), []byte("hi"))), err
		}),
		sdk.On("receive", func(c *sdk.Context, m *cw20.Receive) (*sdk.Response, error) {
			return sdk.Respond("receive").Attr("what", m.Sender.String()+m.Amount.String()+string(m.Msg)+c.Sender.String()), nil
		}),
	},
}

// TestHolder: the messages and queries are those of a CW20 token.
func TestHolder(t *testing.T) {
	c := testkit.New(t, testkit.Contracts{"holder": {Go: holder}, "token": {Go: token.Contract}})
	alice := c.Account("alice", "100uweft")
	self := c.Instantiate("holder", alice, `{"native":"uweft"}`, "50uweft")
	coin := c.Instantiate("token", alice, fmt.Sprintf(`{"name":"Alpha","symbol":"ALPHA","decimals":6,"initial_balances":[{"address":%q,"amount":"30"},{"address":%q,"amount":"10"}],"mint":{"minter":%q}}`, alice, self, self))
	asset := fmt.Sprintf(`{"cw20":%q}`, coin)
	c.MustExecute(alice, coin, fmt.Sprintf(`{"increase_allowance":{"spender":%q,"amount":"5","expires":{"at_height":99}}}`, self))

	res := c.MustExecute(alice, self, `{"all":`+asset+`}`)
	if res.Attr("left") != "5" || res.Attr("expires") != "expiration height: 99" || res.Attr("what") != self.String()+"2hi"+coin.String() {
		t.Error(res)
	}
	if got := c.MustExecute(alice, self, `{"pay":`+asset+`}`).Attr("had"); got != "114" {
		t.Error(got)
	}
	var left token.AllowanceAnswer
	c.MustQuery(coin, fmt.Sprintf(`{"allowance":{"owner":%q,"spender":%q}}`, self, alice), &left)
	if left.Allowance != sdk.U128(3) {
		t.Error(left)
	}
	if got := c.MustExecute(alice, self, `{"pay":{"native":"uweft"}}`).Attr("had"); got != "50" || c.Balance(alice, "uweft") != 57 {
		t.Error(got)
	}
	for _, bad := range []string{`{"native":""}`, `{"cw20":"x"}`, `{}`, `{"native":"a","cw20":"b"}`, fmt.Sprintf(`{"cw20":%q}`, self)} {
		if _, err := c.Execute(alice, self, `{"pay":`+bad+`}`); err == nil {
			t.Error(bad)
		}
	}
}

// TestEqual: only the same kind with the same name is the same asset.
func TestEqual(t *testing.T) {
	name, other, addr := "a", "b", sdk.Addr("a")
	assets := []cw20.Asset{{Native: &name}, {Native: &other}, {CW20: &addr}, {}}
	for i, a := range assets {
		for j, b := range assets {
			if a.Equal(b) != (i == j && i < 3) {
				t.Error(i, j)
			}
		}
	}
}
