package airdrop_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/weftchain/weft/contracts/airdrop"
	"github.com/weftchain/weft/contracts/airdrop/tree"
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/json"
	"github.com/weftchain/weft/contracts/sdk/native"
	"github.com/weftchain/weft/contracts/testkit"
)

// evil is a token that is on the list itself: when it is to pay, it claims again.
var (
	evil = sdk.Contract{
		Instantiate: sdk.Do(func(*sdk.Context, *json.Raw) (*sdk.Response, error) { return nil, nil }),
		Execute: sdk.Routes{
			sdk.On("transfer", func(c *sdk.Context, _ *json.Raw) (*sdk.Response, error) {
				count, _ := evilPaid.Get(c)
				evilPaid.Save(c, count+1)
				back, _ := evilOrder.Get(c)
				call := sdk.Execute{Contract: c.Sender, Msg: []byte(back)}
				return (&sdk.Response{}).AddSub(sdk.SubMsg{Msg: call, ReplyOn: sdk.ReplyError}), nil
			}),
			sdk.On("order", func(c *sdk.Context, m *json.Raw) (*sdk.Response, error) {
				evilOrder.Save(c, sdk.Text(*m))
				return nil, nil
			}),
			sdk.On("call", func(c *sdk.Context, m *json.Raw) (*sdk.Response, error) {
				back, _ := evilOrder.Get(c)
				return (&sdk.Response{}).Add(sdk.Execute{Contract: sdk.Addr(strings.Trim(string(*m), `"`)), Msg: []byte(back)}), nil
			}),
		},
		Reply: sdk.OnReply(func(_ *sdk.Context, r *sdk.Reply) (*sdk.Response, error) {
			return (&sdk.Response{}).Attr("refused", r.Err), nil
		}),
		Query: sdk.Answers{sdk.Answer("paid", func(c *sdk.Context, _ *json.Raw) (sdk.U64, error) {
			count, _ := evilPaid.Get(c)
			return count, nil
		})},
	}
	evilOrder = sdk.NewItem[sdk.Text]("order")
	evilPaid  = sdk.NewItem[sdk.U64]("paid")
)

// TestReentrancy: a claim that comes back while it is paid finds itself claimed,
// and a clawback finds nothing left.
func TestReentrancy(t *testing.T) {
	testkit.Run(t, contracts, func(t *testing.T, c *testkit.Chain) {
		owner := c.Account("owner")
		token := c.Instantiate("evil", owner, `{}`)
		drop := c.Instantiate("airdrop", owner, fmt.Sprintf(`{"owner":%q,"asset":{"cw20":%q}}`, token, token))
		list, err := tree.New([]tree.Entry{{Address: token.String(), Amount: sdk.U128(5)}, {Address: owner.String(), Amount: sdk.U128(5)}})
		if err != nil {
			t.Fatal(err)
		}
		end := c.Height() + 1
		register := fmt.Sprintf(`{"register":{"merkle_root":%q,"expiration":{"at_height":%d}}}`, list.Root(), end)
		order := func(msg string) {
			t.Helper()
			c.MustExecute(owner, token, `{"order":`+msg+`}`)
		}
		paid := func(want string) {
			t.Helper()
			var got string
			c.MustQuery(token, `{"paid":{}}`, &got)
			if got != want {
				t.Errorf("paid %s times, not %s", got, want)
			}
		}
		order(fmt.Sprintf(`{"receive":{"sender":%q,"amount":"10","msg":%q}}`, token, base64Of(register)))
		c.MustExecute(owner, token, fmt.Sprintf(`{"call":%q}`, drop))

		proof, _ := list.Proof(token.String())
		order(claimMsg(1, 5, proof))
		res := c.MustExecute(owner, token, fmt.Sprintf(`{"call":%q}`, drop))
		if res.Attr("refused") == "" {
			t.Errorf("it was paid twice: %s", res)
		}
		paid("1")
		c.NextBlock()
		order(`{"clawback":{"stage":1}}`)
		res = c.MustExecute(owner, token, fmt.Sprintf(`{"call":%q}`, drop))
		if res.Attr("amount") != "5" || res.Attr("refused") == "" {
			t.Errorf("%s", res)
		}
		paid("2")
	})
}

// TestModel: what the airdrop has is what its stages have left, and nobody gets
// more than the list says, once a stage.
func TestModel(t *testing.T) {
	start := newWorld(t, testkit.New(t, contracts), 6, "uweft")
	rapid.Check(t, func(t *rapid.T) {
		w := *start
		w.Chain, w.t = w.Fork(t), t
		got := map[int]map[uint64]bool{}
		for i := range w.people {
			got[i] = map[uint64]bool{}
		}
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			i, stage := rapid.IntRange(0, 5).Draw(t, "person"), rapid.Uint64Range(1, 3).Draw(t, "stage")
			switch rapid.SampledFrom([]string{"claim", "claim", "claim", "claim as another", "register", "clawback", "block"}).Draw(t, "what") {
			case "claim":
				if w.claim(stage, i) == nil {
					if got[i][stage] {
						t.Fatalf("person %d has claimed twice", i)
					}
					got[i][stage] = true
				}
			case "claim as another":
				if _, err := w.Execute(w.people[i], w.drop, w.claimOf(stage, (i+1)%6)); err == nil {
					t.Fatal("claimed as another")
				}
			case "register":
				_, _ = w.register(w.owner, rapid.Uint64Range(1, 30).Draw(t, "amount"), fmt.Sprintf(`"expiration":{"at_height":%d}`, w.Height()+rapid.Uint64Range(1, 4).Draw(t, "blocks")))
			case "clawback":
				_, _ = w.Execute(w.owner, w.drop, fmt.Sprintf(`{"clawback":{"stage":%d}}`, stage))
			case "block":
				w.NextBlock()
			}
			w.sound(got)
		}
	})
}

func (w *world) sound(got map[int]map[uint64]bool) {
	w.t.Helper()
	var all airdrop.StagesAnswer
	w.MustQuery(w.drop, `{"stages":{"limit":30}}`, &all)
	left := sdk.Uint128{}
	for _, s := range all.Stages {
		left = left.Add(s.Stage.TotalAmount.Sub(s.Stage.ClaimedAmount).Sub(s.Stage.ReturnedAmount))
	}
	if has := w.has(w.drop); left != sdk.U128(has) {
		w.t.Fatalf("the stages have %s left, the airdrop has %d", left, has)
	}
	for i, who := range w.people {
		if has := w.has(who); has != uint64(i+1)*uint64(len(got[i])) {
			w.t.Fatalf("person %d has %d after %d claims", i, has, len(got[i]))
		}
	}
}

// FuzzExecute: whatever is sent, the contract does not panic and pays nothing that
// is not on the list.
func FuzzExecute(f *testing.F) {
	list, err := tree.New([]tree.Entry{{Address: "alice", Amount: sdk.U128(10)}, {Address: "bob", Amount: sdk.U128(20)}})
	if err != nil {
		f.Fatal(err)
	}
	proof, _ := list.Proof("bob")
	for _, msg := range []string{
		claimMsg(1, 20, proof), claimMsg(1, 10, proof), `{"clawback":{"stage":1,"to":"carl"}}`, `{"update_owner":{"new_owner":"bob"}}`,
		`{"register":{"merkle_root":"` + list.Root() + `","start":{"at_time":"5"},"expiration":{"never":{}}}}`, `{"receive":{"sender":"owner","amount":"5","msg":"e30="}}`,
		`{"config":{}}`, `{"stage":{"stage":1}}`, `{"stages":{"start_after":0}}`, `{"claims":{"stage":1,"start_after":"a","limit":3}}`, `{"is_claimed":{"stage":1,"address":"bob"}}`,
	} {
		f.Add(msg)
	}
	f.Fuzz(func(t *testing.T, msg string) {
		h := native.New(airdrop.Contract)
		h.Balances["owner"] = sdk.Coins{sdk.NewCoin("uweft", 30)}
		if _, err := h.Instantiate("owner", `{"asset":{"native":"uweft"}}`); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Execute("owner", `{"register":{"merkle_root":"`+list.Root()+`","expiration":{"never":{}}}}`, sdk.NewCoin("uweft", 30)); err != nil {
			t.Fatal(err)
		}
		res, err := h.Execute("bob", msg)
		_, asked := h.Query(msg)
		for _, err := range []error{err, asked} {
			if err != nil && strings.Contains(err.Error(), "panic") {
				t.Fatalf("%q: %v", msg, err)
			}
		}
		if err == nil && len(res.Messages) > 0 && (res.Attr("amount") != "20" || res.Attr("address") != "bob") {
			t.Fatalf("%q pays %v", msg, res.Attributes)
		}
	})
}
