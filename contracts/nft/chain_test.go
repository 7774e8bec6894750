package nft_test

import (
	"encoding/base64"
	"fmt"
	"testing"

	"github.com/weftchain/weft/contracts/nft"
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/json"
	"github.com/weftchain/weft/contracts/testkit"
)

// contracts are the collection and a contract that tokens are sent to.
var contracts = testkit.Contracts{
	"nft":  {Go: nft.Contract, Dir: "./wasm"},
	"shop": {Go: shop},
}

// shop is a contract that hears of a token and calls the collection with the
// message that came along, whether that is allowed or not. On "no" it fails.
var shop = sdk.Contract{
	Instantiate: sdk.Do(func(*sdk.Context, *json.Raw) (*sdk.Response, error) { return nil, nil }),
	Execute: sdk.Routes{sdk.On("receive_nft", func(c *sdk.Context, m *nft.ReceiveNft) (*sdk.Response, error) {
		if string(m.Msg) == "no" {
			return nil, sdk.Error("not that one")
		}
		r := sdk.Respond("receive").Attr("from", m.Sender.String()).Attr("got", m.TokenID)
		return r.AddSub(sdk.SubMsg{Msg: sdk.Execute{Contract: c.Sender, Msg: m.Msg}, ReplyOn: sdk.ReplyAlways}), nil
	})},
	Reply: sdk.OnReply(func(_ *sdk.Context, r *sdk.Reply) (*sdk.Response, error) {
		res := &sdk.Response{}
		return res.Attr("called_back", map[bool]string{true: "yes", false: "no"}[r.OK()]), nil
	}),
}

// TestSend: a contract that is sent a token may do what an owner may, at once, and
// nothing else; if it does not want the token, nothing has happened.
func TestSend(t *testing.T) {
	testkit.Run(t, contracts, func(t *testing.T, c *testkit.Chain) {
		alice, bob, minty := c.Account("alice"), c.Account("bob"), c.Account("minty")
		addr := c.Instantiate("nft", minty, nft.Instantiate{Name: "Test", Symbol: "TST", Minter: minty.String()})
		to := c.Instantiate("shop", minty, `{}`)
		for _, id := range []string{"1", "2", "3"} {
			res := c.MustExecute(minty, addr, testkit.Msg("mint", nft.Mint{TokenID: id, Owner: alice.String()}))
			t.Log("mint", res.GasUsed, res.VMGas)
		}
		c.MustExecute(alice, addr, testkit.Msg("approve", nft.Approve{Spender: bob.String(), TokenID: "1"}))
		owner := func(id string) sdk.Addr {
			var a nft.OwnerOfAnswer
			c.MustQuery(addr, testkit.Msg("owner_of", nft.QueryToken{TokenID: id}), &a)
			if id != "1" && len(a.Approvals) > 0 {
				t.Errorf("%s has approvals %v", id, a.Approvals)
			}
			return a.Owner
		}
		send := func(from sdk.Addr, id, msg string) (*testkit.Result, error) {
			return c.Execute(from, addr, fmt.Sprintf(`{"send_nft":{"contract":%q,"token_id":%q,"msg":%q}}`, to, id, base64.StdEncoding.EncodeToString([]byte(msg))))
		}

		_, err := send(alice, "1", "no")
		c.Fails(err, "not that one")
		_, err = c.Execute(alice, addr, fmt.Sprintf(`{"send_nft":{"contract":%q,"token_id":"1","msg":""}}`, bob))
		c.Fails(err) // an account has nothing to hear it with
		if owner("1") != alice {
			t.Error("the token is gone")
		}

		for _, try := range []struct{ msg, want string }{
			{fmt.Sprintf(`{"transfer_nft":{"recipient":%q,"token_id":"2"}}`, to), "no"},
			{fmt.Sprintf(`{"approve":{"spender":%q,"token_id":"2"}}`, to), "no"},
			{`{"burn":{"token_id":"2"}}`, "no"},
			{fmt.Sprintf(`{"mint":{"token_id":"4","owner":%q}}`, to), "no"},
			{`{"update_ownership":"accept_ownership"}`, "no"},
			{fmt.Sprintf(`{"send_nft":{"contract":%q,"token_id":"1","msg":"bm8="}}`, to), "no"},
			{fmt.Sprintf(`{"send_nft":{"contract":%q,"token_id":"1","msg":%q}}`, to, base64.StdEncoding.EncodeToString([]byte(`{"burn":{"token_id":"1"}}`))), "yes"},
			{fmt.Sprintf(`{"transfer_nft":{"recipient":%q,"token_id":"1"}}`, minty), "yes"},
			{`{"burn":{"token_id":"1"}}`, "yes"},
		} {
			s := c.Snapshot()
			res, err := send(bob, "1", try.msg) // bob was approved
			if err != nil || res.Attr("from") != bob.String() {
				t.Fatalf("%s: %v\n%s", try.msg, err, res)
			}
			if got := res.Attrs("called_back"); got[len(got)-1] != try.want {
				t.Errorf("%s: %v, want %s", try.msg, got, try.want)
			}
			if _, err := send(bob, "1", `{}`); err == nil {
				t.Errorf("%s: bob is approved for a token that has a new owner", try.msg)
			}
			if owner("2") != alice {
				t.Errorf("%s: alice lost another token", try.msg)
			}
			c.Revert(s)
		}
		res := c.MustExecute(alice, addr, testkit.Msg("transfer_nft", nft.TransferNft{Recipient: bob.String(), TokenID: "3"}))
		t.Log("transfer", res.GasUsed, res.VMGas)
		_, err = c.Execute(alice, addr, testkit.Msg("transfer_nft", nft.TransferNft{Recipient: "WEFT1" + bob.String()[5:], TokenID: "2"}))
		c.Fails(err, "invalid address")
	})
}
