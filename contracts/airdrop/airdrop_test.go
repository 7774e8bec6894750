package airdrop_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/weftchain/weft/contracts/airdrop"
	"github.com/weftchain/weft/contracts/airdrop/tree"
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/native"
	"github.com/weftchain/weft/contracts/testkit"
	"github.com/weftchain/weft/contracts/token"
)

// The owner makes a tree of his list and registers its root; each one on it claims
// with a proof.
func Example() {
	list, err := tree.New([]tree.Entry{{Address: "alice", Amount: sdk.U128(10)}, {Address: "bob", Amount: sdk.U128(20)}, {Address: "carl", Amount: sdk.U128(30)}})
	fmt.Println(list.Root(), list.Total(), err)
	h := native.New(airdrop.Contract)
	h.Balances["owner"] = sdk.Coins{sdk.NewCoin("uweft", 60)}
	_, err = h.Instantiate("owner", `{"asset":{"native":"uweft"}}`)
	fmt.Println(err)
	_, err = h.Execute("owner", `{"register":{"merkle_root":"`+list.Root()+`","expiration":{"at_height":20000}}}`, sdk.NewCoin("uweft", 60))
	fmt.Println(err)
	proof, _ := list.Proof("bob")
	res, err := h.Execute("bob", fmt.Sprintf(`{"claim":{"stage":1,"amount":"20","proof":["%s"]}}`, strings.Join(proof, `","`)))
	fmt.Println(string(res.Messages[0].Msg), err)
	_, err = h.Execute("carl", fmt.Sprintf(`{"claim":{"stage":1,"amount":"20","proof":["%s"]}}`, strings.Join(proof, `","`)))
	fmt.Println(err)
	// Output:
	// 3ee3ee10317c6cf1e8b596861750b2fd45b1bdcf543e6739854da4c112d6a237 60 <nil>
	// <nil>
	// <nil>
	// {"bank":{"send":{"to_address":"bob","amount":[{"denom":"uweft","amount":"20"}]}}} <nil>
	// the proof does not fit: check stage, address and amount
}

var contracts = testkit.Contracts{
	"airdrop": {Go: airdrop.Contract, Dir: "./wasm"},
	"token":   {Go: token.Contract, Dir: "../token/wasm"},
	"evil":    {Go: evil},
}

// world is a chain with an airdrop and a list.
type world struct {
	*testkit.Chain
	t           testkit.T
	owner, drop sdk.Addr
	coin        sdk.Addr // "" for uweft
	people      []sdk.Addr
	list        *tree.Tree
}

// newWorld makes an airdrop of uweft or tokens for people who get 1, 2, 3 ….
func newWorld(t testkit.T, c *testkit.Chain, people int, asset string) *world {
	t.Helper()
	w := &world{Chain: c, t: t, owner: c.Account("owner", "1000000uweft,10uother")}
	var list []tree.Entry
	for i := range people {
		w.people = append(w.people, c.Account(fmt.Sprint("person-", i)))
		list = append(list, tree.Entry{Address: w.people[i].String(), Amount: sdk.U128(uint64(i + 1))})
	}
	var err error
	if w.list, err = tree.New(list); err != nil {
		t.Fatalf("%v", err)
	}
	if asset == "token" {
		w.coin = c.Instantiate("token", w.owner, fmt.Sprintf(`{"name":"Test","symbol":"TST","decimals":6,"initial_balances":[{"address":%q,"amount":"1000000"}]}`, w.owner))
		w.drop = c.Instantiate("airdrop", w.owner, fmt.Sprintf(`{"asset":{"cw20":%q}}`, w.coin))
	} else {
		w.drop = c.Instantiate("airdrop", w.owner, `{"asset":{"native":"uweft"}}`)
	}
	return w
}

func (w *world) register(who sdk.Addr, amount uint64, times string) (*testkit.Result, error) {
	w.t.Helper()
	return w.registerRoot(who, amount, w.list.Root(), times)
}

func (w *world) registerRoot(who sdk.Addr, amount uint64, root, times string) (*testkit.Result, error) {
	w.t.Helper()
	msg := fmt.Sprintf(`{"register":{"merkle_root":%q,%s}}`, root, times)
	if w.coin == "" {
		return w.Execute(who, w.drop, msg, fmt.Sprintf("%duweft", amount))
	}
	return w.Execute(who, w.coin, fmt.Sprintf(`{"send":{"contract":%q,"amount":"%d","msg":%q}}`, w.drop, amount, base64Of(msg)))
}

func base64Of(msg string) string { return base64.StdEncoding.EncodeToString([]byte(msg)) }

// claimOf is the message of a person.
func (w *world) claimOf(stage uint64, i int) string {
	proof, _ := w.list.Proof(w.people[i].String())
	return claimMsg(stage, uint64(i+1), proof)
}

func claimMsg(stage, amount uint64, proof []string) string {
	hashes, _ := json.Marshal(proof)
	return fmt.Sprintf(`{"claim":{"stage":%d,"amount":"%d","proof":%s}}`, stage, amount, hashes)
}

func (w *world) claim(stage uint64, i int) error {
	w.t.Helper()
	_, err := w.Execute(w.people[i], w.drop, w.claimOf(stage, i))
	return err
}

func (w *world) has(who sdk.Addr) uint64 {
	w.t.Helper()
	if w.coin == "" {
		return w.Balance(who, "uweft")
	}
	var b token.BalanceAnswer
	w.MustQuery(w.coin, fmt.Sprintf(`{"balance":{"address":%q}}`, who), &b)
	return b.Balance.Lo
}

func TestLife(t *testing.T) {
	testkit.Run(t, contracts, func(t *testing.T, c *testkit.Chain) {
		for _, asset := range []string{"uweft", "token"} {
			w := newWorld(t, c.Fork(t), 5, asset)
			start, end := w.Height()+2, w.Height()+4
			times := fmt.Sprintf(`"start":{"at_height":%d},"expiration":{"at_height":%d}`, start, end)
			before := w.has(w.owner)
			if res, err := w.register(w.owner, 15, times); err != nil || res.Attr("merkle_root") != w.list.Root() {
				t.Fatal(res, err)
			}
			w.Fails(w.claim(1, 0), airdrop.ErrNotBegun)
			w.NextBlock()
			w.Fails(w.claim(1, 0), airdrop.ErrNotBegun)
			w.NextBlock() // the first block
			for i := range 3 {
				if err := w.claim(1, i); err != nil || w.has(w.people[i]) != uint64(i+1) {
					t.Error(err, w.has(w.people[i]))
				}
				w.Fails(w.claim(1, i), airdrop.ErrClaimed)
			}
			_, err := w.Execute(w.owner, w.drop, `{"clawback":{"stage":1}}`)
			w.Fails(err, airdrop.ErrNotExpired)
			w.NextBlock() // the last one
			if err := w.claim(1, 3); err != nil {
				t.Error(err)
			}
			_, err = w.Execute(w.owner, w.drop, `{"clawback":{"stage":1}}`)
			w.Fails(err, airdrop.ErrNotExpired)
			w.NextBlock()
			w.Fails(w.claim(1, 4), airdrop.ErrExpired)
			_, err = w.Execute(w.people[4], w.drop, `{"clawback":{"stage":1}}`)
			w.Fails(err, airdrop.ErrNotOwner)
			w.MustExecute(w.owner, w.drop, `{"clawback":{"stage":1}}`)
			_, err = w.Execute(w.owner, w.drop, `{"clawback":{"stage":1}}`)
			w.Fails(err, airdrop.ErrNothingLeft)
			if w.has(w.owner) != before-10 || w.has(w.drop) != 0 {
				t.Errorf("the owner has %d of %d, the airdrop %d", w.has(w.owner), before, w.has(w.drop))
			}

			// The same list again is another stage.
			if _, err := w.register(w.owner, 15, `"expiration":{"never":{}}`); err != nil {
				t.Fatal(err)
			}
			if err := w.claim(2, 0); err != nil || w.has(w.people[0]) != 2 {
				t.Error(err)
			}
			w.Fails(w.claim(2, 0), airdrop.ErrClaimed)
			w.Fails(w.claim(3, 0), airdrop.ErrNoStage)
			w.answers(t, end)
		}
	})
}

// answers checks what the queries say at the end of a life.
func (w *world) answers(t *testing.T, end uint64) {
	t.Helper()
	first := fmt.Sprintf(`{"merkle_root":%q,"start":{"at_height":%d},"expiration":{"at_height":%d},"total_amount":"15","claimed_amount":"10","returned_amount":"5"}`, w.list.Root(), end-2, end)
	second := fmt.Sprintf(`{"merkle_root":%q,"start":null,"expiration":{"never":{}},"total_amount":"15","claimed_amount":"1","returned_amount":"0"}`, w.list.Root())
	asset := `{"native":"uweft"}`
	if w.coin != "" {
		asset = fmt.Sprintf(`{"cw20":%q}`, w.coin)
	}
	proof, _ := w.list.Proof(w.people[4].String())
	valid := claimMsg(2, 5, proof)
	verify := strings.Replace(strings.Replace(valid, "claim", "verify", 1), `"stage":2`, fmt.Sprintf(`"stage":2,"address":%q`, w.people[4]), 1)
	for msg, want := range map[string]string{
		`{"config":{}}`:                          fmt.Sprintf(`{"owner":%q,"asset":%s,"latest_stage":2}`, w.owner, asset),
		`{"stage":{"stage":1}}`:                  first,
		`{"stages":{}}`:                          `{"stages":[{"id":1,"stage":` + first + `},{"id":2,"stage":` + second + `}]}`,
		`{"stages":{"start_after":1,"limit":5}}`: `{"stages":[{"id":2,"stage":` + second + `}]}`,
		`{"stages":{"limit":0}}`:                 `{"stages":[]}`,
		fmt.Sprintf(`{"is_claimed":{"stage":1,"address":%q}}`, w.people[2]): `{"is_claimed":true,"amount":"3"}`,
		fmt.Sprintf(`{"is_claimed":{"stage":2,"address":%q}}`, w.people[2]): `{"is_claimed":false,"amount":"0"}`,
		`{"claims":{"stage":2}}`: fmt.Sprintf(`{"claims":[{"address":%q,"amount":"1"}]}`, w.people[0]),
		`{"claims":{"stage":3}}`: `{"claims":[]}`,
		verify:                   `{"valid":true}`,
		strings.Replace(verify, `"amount":"5"`, `"amount":"6"`, 1): `{"valid":false}`,
	} {
		var got string
		w.MustQuery(w.drop, msg, &got)
		if got != want {
			t.Errorf("%s\n got %s\nwant %s", msg, got, want)
		}
	}
	w.Fails(w.Query(w.drop, `{"stage":{"stage":3}}`, nil), airdrop.ErrNoStage)
	w.Fails(w.Query(w.drop, strings.Replace(verify, `"stage":2`, `"stage":9`, 1), nil), airdrop.ErrNoStage)
}

// TestRefused: who is not on the list, comes with another amount or another proof,
// or is not the owner.
func TestRefused(t *testing.T) {
	testkit.Run(t, contracts, func(t *testing.T, c *testkit.Chain) {
		w := newWorld(t, c, 5, "uweft")
		h := w.Height()
		forever := `"expiration":{"never":{}}`
		for times, want := range map[string]any{
			fmt.Sprintf(`"expiration":{"at_height":%d}`, h):                                 airdrop.ErrExpiration,
			fmt.Sprintf(`"start":{"at_height":%d},"expiration":{"at_height":%d}`, h+2, h+2): airdrop.ErrExpiration,
			fmt.Sprintf(`"start":{"at_height":%d},"expiration":{"at_time":"9%018d"}`, h, 0): airdrop.ErrTwoKinds,
			`"start":{"never":{}},"expiration":{"never":{}}`:                                airdrop.ErrExpiration,
			`"start":null`: "missing field expiration",
		} {
			_, err := w.register(w.owner, 15, times)
			w.Fails(err, want)
		}
		for _, root := range []string{"", w.list.Root()[1:], w.list.Root() + "00", "g" + w.list.Root()[1:]} {
			_, err := w.registerRoot(w.owner, 15, root, forever)
			w.Fails(err, airdrop.ErrRoot)
		}
		_, err := w.Execute(w.owner, w.drop, fmt.Sprintf(`{"register":{"merkle_root":%q,%s}}`, w.list.Root(), forever))
		w.Fails(err, "send uweft, not nothing")
		_, err = w.Execute(w.owner, w.drop, fmt.Sprintf(`{"register":{"merkle_root":%q,%s}}`, w.list.Root(), forever), "5uother")
		w.Fails(err, "send uweft, not 5uother")
		w.SetBalance(w.people[0], "15uweft")
		_, err = w.register(w.people[0], 15, forever)
		w.Fails(err, airdrop.ErrNotOwner)
		_, err = w.Execute(w.owner, w.drop, fmt.Sprintf(`{"receive":{"sender":%q,"amount":"15","msg":"e30="}}`, w.owner))
		w.Fails(err, airdrop.ErrNotToken)

		// Two stages with the same list; the first has too little.
		for _, amount := range []uint64{8, 15} {
			if _, err := w.register(w.owner, amount, forever); err != nil {
				t.Fatal(err)
			}
		}
		refused := func(i int, want any, msg string, funds ...string) {
			t.Helper()
			_, err := w.Execute(w.people[i], w.drop, msg, funds...)
			w.Fails(err, want)
		}
		proof, _ := w.list.Proof(w.people[1].String())
		refused(0, airdrop.ErrProof, claimMsg(1, 2, proof)) // another's
		refused(1, airdrop.ErrProof, claimMsg(1, 3, proof))
		refused(1, airdrop.ErrProof, claimMsg(1, 0, proof))
		refused(1, airdrop.ErrProof, claimMsg(1, 2, proof[1:]))
		refused(1, airdrop.ErrProof, claimMsg(1, 2, append(proof[:len(proof):len(proof)], w.list.Root())))
		refused(1, airdrop.ErrProof, claimMsg(1, 2, []string{}))
		refused(1, airdrop.ErrProofForm, claimMsg(1, 2, []string{""}))
		refused(1, airdrop.ErrProofForm, claimMsg(1, 2, []string{proof[0][:62]}))
		refused(1, airdrop.ErrProofForm, claimMsg(1, 2, []string{"x" + proof[0][1:]}))
		refused(1, airdrop.ErrProofForm, claimMsg(1, 2, make([]string, 33)))
		long := make([]string, 32) // just long enough to be looked at
		for i := range long {
			long[i] = proof[0]
		}
		refused(1, airdrop.ErrProof, claimMsg(1, 2, long))
		refused(0, "takes no funds", w.claimOf(1, 0), "1uweft")
		_, err = w.Execute(w.owner, w.drop, claimMsg(1, 2, proof))
		w.Fails(err, airdrop.ErrProof)

		// What a stage does not have is not taken from another.
		if err := w.claim(1, 4); err != nil {
			t.Fatal(err)
		}
		w.Fails(w.claim(1, 3), airdrop.ErrOverdrawn)
		if err := w.claim(1, 2); err != nil { // 5 + 3 are all
			t.Fatal(err)
		}
		w.Fails(w.claim(1, 0), airdrop.ErrOverdrawn)
		for i := range w.people {
			if err := w.claim(2, i); err != nil {
				t.Error(err)
			}
		}
		// Never ends, so nothing comes back; and the owner may give the airdrop away.
		_, err = w.Execute(w.owner, w.drop, `{"clawback":{"stage":1}}`)
		w.Fails(err, airdrop.ErrNotExpired)
		_, err = w.Execute(w.owner, w.drop, `{"clawback":{"stage":3}}`)
		w.Fails(err, airdrop.ErrNoStage)
		refused(0, airdrop.ErrNotOwner, `{"update_owner":{"new_owner":null}}`)
		refused(0, airdrop.ErrNotOwner, `{"clawback":{"stage":1}}`)
		w.MustExecute(w.owner, w.drop, fmt.Sprintf(`{"update_owner":{"new_owner":%q}}`, w.people[0]))
		_, err = w.register(w.owner, 15, forever)
		w.Fails(err, airdrop.ErrNotOwner)
		w.MustExecute(w.people[0], w.drop, `{"update_owner":{}}`)
		_, err = w.register(w.people[0], 15, forever)
		w.Fails(err, airdrop.ErrNotOwner)
	})
}

// TestTokens: a stage of tokens comes with the tokens, and from the owner.
func TestTokens(t *testing.T) {
	testkit.Run(t, contracts, func(t *testing.T, c *testkit.Chain) {
		w := newWorld(t, c, 3, "token")
		forever := `"expiration":{"never":{}}`
		_, err := w.Execute(w.owner, w.drop, fmt.Sprintf(`{"register":{"merkle_root":%q,%s}}`, w.list.Root(), forever), "15uweft")
		w.Fails(err, airdrop.ErrNotToken)
		_, err = w.Execute(w.owner, w.drop, fmt.Sprintf(`{"receive":{"sender":%q,"amount":"15","msg":"e30="}}`, w.owner))
		w.Fails(err, airdrop.ErrNotToken)
		_, err = w.register(w.people[0], 0, forever)
		w.Fails(err, airdrop.ErrNotOwner)
		_, err = w.register(w.owner, 0, forever)
		w.Fails(err, airdrop.ErrNothing)
		for _, msg := range []string{"", "{}", `{"claim":{}}`, `{"register":{}}`} {
			if _, err := w.Execute(w.owner, w.coin, fmt.Sprintf(`{"send":{"contract":%q,"amount":"5","msg":%q}}`, w.drop, base64Of(msg))); err == nil {
				t.Errorf("%q is accepted", msg)
			}
		}
		if w.has(w.drop) != 0 {
			t.Error("tokens are lost")
		}
	})
}

// TestInstantiate: what gives nothing is no airdrop.
func TestInstantiate(t *testing.T) {
	for doc, want := range map[string]string{
		`{"asset":{"native":"uweft"}}`:                    "",
		`{"owner":"bob","asset":{"cw20":"token"}}`:        "",
		`{"owner":"B","asset":{"cw20":"token"}}`:          "invalid address B",
		`{"asset":{"cw20":"T"}}`:                          "invalid address T",
		`{"asset":{}}`:                                    "expected exactly one of native, cw20",
		`{"asset":{"native":""}}`:                         string(airdrop.ErrDenom),
		`{"asset":{"native":"uweft","cw20":"token"}}`:     "expected exactly one of native, cw20",
		`{"asset":{"native":"uweft"},"merkle_root":"ab"}`: "unknown field merkle_root",
		`{}`: "missing field asset",
	} {
		_, err := native.New(airdrop.Contract).Instantiate("creator", doc)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %s", doc, err, want)
		}
	}
}

// gas shows what a transaction costs, for the table in README.md.
func gas(t *testing.T, c *testkit.Chain, name string, res *testkit.Result) {
	t.Helper()
	if !c.Native() {
		t.Logf("%s: %d gas, %d VM gas", name, res.GasUsed, res.VMGas)
	}
}

// TestLargeList: a claim from a list of a hundred thousand.
func TestLargeList(t *testing.T) {
	testkit.Run(t, contracts, func(t *testing.T, c *testkit.Chain) {
		w := newWorld(t, c, 2, "uweft")
		list := make([]tree.Entry, 100_000)
		for i := range list {
			list[i] = tree.Entry{Address: fmt.Sprint("somebody-", i), Amount: sdk.U128(1)}
		}
		list[77_777] = tree.Entry{Address: w.people[1].String(), Amount: sdk.U128(2)}
		var err error
		if w.list, err = tree.New(list); err != nil {
			t.Fatal(err)
		}
		res, err := w.register(w.owner, 100_001, `"expiration":{"never":{}}`)
		if err != nil {
			t.Fatal(err)
		}
		gas(t, c, "register", res)
		res = w.MustExecute(w.people[1], w.drop, w.claimOf(1, 1))
		gas(t, c, "claim", res)
		if w.has(w.people[1]) != 2 {
			t.Error(w.has(w.people[1]))
		}
	})
}
