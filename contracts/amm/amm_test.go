package amm_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/weftchain/weft/contracts/amm"
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/native"
	"github.com/weftchain/weft/contracts/testkit"
	"github.com/weftchain/weft/contracts/token"
)

// A pool of two coins: what a swap gives, and what it would have cost to buy that.
func Example() {
	h := native.New(amm.Contract)
	h.Balances["alice"] = sdk.Coins{sdk.NewCoin("uweft", 1_010_000), sdk.NewCoin("uusd", 4_000_000)}
	_, err := h.Instantiate("alice", `{"assets":[{"native":"uweft"},{"native":"uusd"}],"fee_bps":30}`)
	fmt.Println(err)
	res, err := h.Execute("alice", `{"provide":{"amounts":["1000000","4000000"],"min_shares":"0"}}`,
		sdk.NewCoin("uweft", 1_000_000), sdk.NewCoin("uusd", 4_000_000))
	fmt.Println(res.Attr("shares"), err)
	fmt.Println(h.Query(`{"simulate_buy":{"ask":{"native":"uusd"},"amount":"39486"}}`))
	res, err = h.Execute("alice", `{"swap":{"min_out":"39000"}}`, sdk.NewCoin("uweft", 10_000))
	fmt.Println(res.Attributes[3:], err)
	fmt.Println(h.Query(`{"share":{"address":"alice"}}`))
	// Output:
	// <nil>
	// 1999000 <nil>
	// {"amount":"10000","fee":"30"} <nil>
	// [{in 10000uweft} {out 39486uusd} {fee 30uweft}] <nil>
	// {"shares":"1999000","amounts":["1009495","3958533"]} <nil>
}

// TestInstantiate: what is no pool is refused.
func TestInstantiate(t *testing.T) {
	for doc, want := range map[string]string{
		`{"assets":[{"native":"a"},{"native":"b"}],"fee_bps":1000}`:                          "",
		`{"assets":[{"native":"a"},{"cw20":"token"}],"fee_bps":0}`:                           "",
		`{"assets":[{"native":"token"},{"cw20":"token"}],"fee_bps":0}`:                       "",
		`{"assets":[{"native":"a"},{"native":"a"}],"fee_bps":0}`:                             string(amm.ErrTwoAssets),
		`{"assets":[{"cw20":"token"},{"cw20":"token"}],"fee_bps":0}`:                         string(amm.ErrTwoAssets),
		`{"assets":[{"native":"a"}],"fee_bps":0}`:                                            string(amm.ErrTwoAssets),
		`{"assets":[{"native":"a"},{"native":"b"},{"native":"c"}],"fee_bps":0}`:              string(amm.ErrTwoAssets),
		`{"assets":[{"native":"a"},{"native":""}],"fee_bps":0}`:                              string(amm.ErrDenom),
		`{"assets":[{"native":"a"},{}],"fee_bps":0}`:                                         "expected exactly one of native, cw20",
		`{"assets":[{"native":"a"},{"native":"b","cw20":"token"}],"fee_bps":0}`:              "expected exactly one of native, cw20",
		`{"assets":[{"native":"a"},{"cw20":"T"}],"fee_bps":0}`:                               "invalid address T",
		`{"assets":[{"native":"a"},{"cw20":"none"}],"fee_bps":0}`:                            "no such contract",
		`{"assets":[{"native":"a"},{"native":"b"}],"fee_bps":1001}`:                          string(amm.ErrFee),
		`{"assets":[{"native":"a"},{"native":"b"}],"fee_bps":65536}`:                         "16 bits",
		`{"assets":[{"native":"a"},{"native":"b"}],"fee_bps":0,"owner":"me"}`:                "unknown field owner",
		`{"assets":[{"native":"a"},{"native":"b"}]}`:                                         "missing field fee_bps",
		`{"assets":[{"native":"a","native":"b"},{"native":"b"}],"fee_bps":0}`:                "expected exactly one of native, cw20",
		`{"assets":[{"native":"a"},{"native":"b"}],"fee_bps":0,"fee_bps":0}`:                 "duplicate field fee_bps",
		`{"assets":[{"native":"a"},{"native":"b"}],"fee_bps":0} {}`:                          "data after the document",
		`{"assets":[{"native":"a"},{"native":"b"}],"fee_bps":-1}`:                            "expected an integer",
		`{"assets":[{"native":"a"},{"native":{"denom":"b"}}],"fee_bps":0}`:                   "expected a text",
		`{"assets":[{"native":"a"},{"cw20":null}],"fee_bps":0}`:                              "expected a text",
		`{"assets":null,"fee_bps":0}`:                                                        "expected an array",
		`{"assets":[{"native":"a"},{"cw20":"` + strings.Repeat("t", 91) + `"}],"fee_bps":0}`: "invalid address",
	} {
		h := native.New(amm.Contract)
		h.Answer = func(request string) (string, error) {
			if strings.Contains(request, `"none"`) {
				return "", sdk.Error("no such contract")
			}
			return `{"balance":"0"}`, nil
		}
		_, err := h.Instantiate("creator", doc)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %s", doc, err, want)
		}
	}
}

var contracts = testkit.Contracts{
	"amm":   {Go: amm.Contract, Dir: "./wasm"},
	"token": {Go: token.Contract, Dir: "../token/wasm"},
	"evil":  {Go: evil},
}

// world is a chain with a pool of uweft and a token.
type world struct {
	*testkit.Chain
	t                      testkit.T
	alice, bob, coin, pool sdk.Addr
}

const plenty = "1000000000000"

func newWorld(t testkit.T, c *testkit.Chain, feeBps int) *world {
	t.Helper()
	w := &world{Chain: c, t: t, alice: c.Account("alice", plenty+"uweft,"+plenty+"uother"), bob: c.Account("bob", plenty+"uweft,"+plenty+"uother")}
	w.coin = c.Instantiate("token", w.alice, fmt.Sprintf(`{"name":"Test","symbol":"TST","decimals":6,"initial_balances":[{"address":%q,"amount":%q},{"address":%q,"amount":%q}]}`,
		w.alice, plenty, w.bob, plenty))
	w.pool = c.Instantiate("amm", w.alice, fmt.Sprintf(`{"assets":[{"native":"uweft"},{"cw20":%q}],"fee_bps":%d}`, w.coin, feeBps))
	for _, who := range []sdk.Addr{w.alice, w.bob} {
		c.MustExecute(who, w.coin, fmt.Sprintf(`{"increase_allowance":{"spender":%q,"amount":%q}}`, w.pool, plenty))
	}
	return w
}

func (w *world) provide(who sdk.Addr, uweft, tokens uint64) (*testkit.Result, error) {
	w.t.Helper()
	return w.Execute(who, w.pool, fmt.Sprintf(`{"provide":{"amounts":["%d","%d"],"min_shares":"1"}}`, uweft, tokens), fmt.Sprintf("%duweft", uweft))
}

// send sends tokens to the pool with a message.
func (w *world) send(who sdk.Addr, tokens uint64, msg string) (*testkit.Result, error) {
	w.t.Helper()
	return w.Execute(who, w.coin, fmt.Sprintf(`{"send":{"contract":%q,"amount":"%d","msg":%q}}`, w.pool, tokens, base64.StdEncoding.EncodeToString([]byte(msg))))
}

func (w *world) tokens(who sdk.Addr) string {
	w.t.Helper()
	var b token.BalanceAnswer
	w.MustQuery(w.coin, fmt.Sprintf(`{"balance":{"address":%q}}`, who), &b)
	return b.Balance.String()
}

func (w *world) share(who sdk.Addr) string {
	w.t.Helper()
	var s amm.ShareAnswer
	w.MustQuery(w.pool, fmt.Sprintf(`{"share":{"address":%q}}`, who), &s)
	return s.Shares.String() + " " + s.Amounts[0].String() + " " + s.Amounts[1].String()
}

// holds checks what the pool says that it has, and that it has it.
func (w *world) holds(uweft, tokens, shares string) {
	w.t.Helper()
	var p amm.PoolAnswer
	w.MustQuery(w.pool, `{"pool":{}}`, &p)
	if got := p.Assets[0].Reserve.String() + " " + p.Assets[1].Reserve.String() + " " + p.Shares.String(); got != uweft+" "+tokens+" "+shares {
		w.t.Errorf("the pool has %s, want %s %s %s", got, uweft, tokens, shares)
	}
	if got := w.Balances(w.pool); got != uweft+"uweft" || w.tokens(w.pool) != tokens {
		w.t.Errorf("the pool really has %s and %s tokens", got, w.tokens(w.pool))
	}
}

// gas shows what a transaction costs, for the table in README.md.
func gas(t *testing.T, c *testkit.Chain, name string, res *testkit.Result) {
	t.Helper()
	if !c.Native() {
		t.Logf("%s: %d gas, %d VM gas", name, res.GasUsed, res.VMGas)
	}
}

func TestLife(t *testing.T) {
	testkit.Run(t, contracts, func(t *testing.T, c *testkit.Chain) {
		w := newWorld(t, c, 30)
		_, err := w.Execute(w.bob, w.pool, `{"swap":{"min_out":"1"}}`, "5uweft")
		w.Fails(err, amm.ErrEmpty)
		_, err = w.send(w.bob, 5, `{"buy":{"amount":"1"}}`)
		w.Fails(err, amm.ErrEmpty)
		w.Fails(w.Query(w.pool, `{"simulate_swap":{"offer":{"native":"uweft"},"amount":"1"}}`, nil), amm.ErrEmpty)
		_, err = w.provide(w.alice, 999, 1_000)
		w.Fails(err, amm.ErrTooSmall)

		res, err := w.provide(w.alice, 1_000_000, 4_000_000)
		if err != nil || res.Attr("shares") != "1999000" {
			t.Fatal(res, err)
		}
		w.holds("1000000", "4000000", "2000000")
		gas(t, c, "provide", res)

		// A swap each way, and a purchase each way.
		var sim amm.TradeAnswer
		w.MustQuery(w.pool, `{"simulate_swap":{"offer":{"native":"uweft"},"amount":"10000"}}`, &sim)
		res = w.MustExecute(w.bob, w.pool, `{"swap":{"min_out":"39486","to":"`+string(w.alice)+`"}}`, "10000uweft")
		if res.Attr("out") != "39486"+string(w.coin) || sim.Amount.String() != "39486" || sim.Fee.String() != "30" {
			t.Errorf("%s, simulated %s, fee %s", res.Attr("out"), sim.Amount, sim.Fee)
		}
		gas(t, c, "swap coins", res)
		w.holds("1010000", "3960514", "2000000")
		res, err = w.send(w.bob, 39_487, `{"swap":{"min_out":"9940"}}`)
		if err != nil || res.Attrs("out")[0] != "9940uweft" {
			t.Error(res, err)
		}
		gas(t, c, "swap tokens", res)
		w.holds("1000060", "4000001", "2000000")
		w.MustQuery(w.pool, fmt.Sprintf(`{"simulate_buy":{"ask":{"cw20":%q},"amount":"1000"}}`, w.coin), &sim)
		before := w.Balance(w.bob, "uweft")
		w.MustExecute(w.bob, w.pool, `{"buy":{"amount":"1000"}}`, "5000uweft")
		if paid := fmt.Sprint(before - w.Balance(w.bob, "uweft")); paid != "252" || sim.Amount.String() != paid {
			t.Errorf("paid %s, simulated %s", paid, sim.Amount)
		}
		w.holds("1000312", "3999001", "2000000")
		has := w.tokens(w.bob)
		if _, err := w.send(w.bob, 5_000, `{"buy":{"amount":"1000"}}`); err != nil {
			t.Error(err)
		}
		w.holds("999312", "4003016", "2000000")
		if w.tokens(w.bob) == has {
			t.Error("bob paid nothing")
		}

		// The second to provide pays no more than the ratio; coins come back.
		before = w.Balance(w.bob, "uweft")
		res, err = w.provide(w.bob, 1_000_000, 4_003)
		if err != nil || res.Attr("shares") != "1999" || before-w.Balance(w.bob, "uweft") != 999 {
			t.Error(res, err, before-w.Balance(w.bob, "uweft"))
		}
		w.holds("1000311", "4007018", "2001999")

		// Shares move, and are paid out.
		w.MustExecute(w.bob, w.pool, `{"transfer":{"recipient":"`+string(w.alice)+`","amount":"999"}}`)
		if w.share(w.bob) != "1000 499 2001" || w.share(w.alice) != "1999999 999311 4003014" {
			t.Error(w.share(w.bob), w.share(w.alice))
		}
		res = w.MustExecute(w.bob, w.pool, `{"withdraw":{"shares":"1000","min_amounts":["499","2001"]}}`)
		gas(t, c, "withdraw", res)
		if w.share(w.bob) != "0 0 0" {
			t.Error(w.share(w.bob))
		}
		w.MustExecute(w.alice, w.pool, `{"withdraw":{"shares":"1999999","min_amounts":["0","0"]}}`)
		w.holds("500", "2002", "1000") // what belongs to nobody
		res, err = w.provide(w.bob, 500_000, 2_002_000)
		if err != nil || res.Attr("shares") != "1000000" {
			t.Error(res, err)
		}
	})
}

// TestRefused: who sends what the message does not want, too little or too late.
func TestRefused(t *testing.T) {
	testkit.Run(t, contracts, func(t *testing.T, c *testkit.Chain) {
		w := newWorld(t, c, 30)
		if _, err := w.provide(w.alice, 1_000_000, 1_000_000); err != nil {
			t.Fatal(err)
		}
		refused := func(want any, msg string, funds ...string) {
			t.Helper()
			_, err := w.Execute(w.bob, w.pool, msg, funds...)
			w.Fails(err, want)
		}
		now, later := w.Height(), w.Height()+1
		at := func(h uint64) string { return fmt.Sprintf(`"deadline":{"at_height":%d}`, h) }

		// Coins.
		refused(amm.ErrFunds, `{"swap":{"min_out":"0"}}`)
		refused(amm.ErrNotInPool, `{"swap":{"min_out":"0"}}`, "1uother")
		refused(amm.ErrFunds, `{"provide":{"amounts":["5","5"],"min_shares":"0"}}`)
		refused(amm.ErrFunds, `{"provide":{"amounts":["5","5"],"min_shares":"0"}}`, "4uweft")
		refused(amm.ErrFunds, `{"provide":{"amounts":["5","5"],"min_shares":"0"}}`, "6uweft")
		refused(amm.ErrFunds, `{"provide":{"amounts":["0","5"],"min_shares":"0"}}`, "5uweft")
		refused("takes no funds", `{"withdraw":{"shares":"1","min_amounts":["0","0"]}}`, "1uweft")
		refused("takes no funds", `{"transfer":{"recipient":"`+string(w.alice)+`","amount":"1"}}`, "1uweft")
		_, err := w.Execute(w.alice, w.pool, `{"swap":{"min_out":"0"}}`, "1uother,1uweft")
		w.Fails(err, amm.ErrFunds)
		_, err = w.Execute(w.alice, w.pool, `{"provide":{"amounts":["5","5"],"min_shares":"0"}}`, "1uother,5uweft")
		w.Fails(err, amm.ErrFunds)

		carl := w.Account("carl", "5uweft") // allows the pool nothing
		_, err = w.provide(carl, 5, 5)
		w.Fails(err, "No allowance for this account")

		// Amounts.
		refused(amm.ErrTooSmall, `{"swap":{"min_out":"0"}}`, "1uweft")
		refused(amm.ErrTooSmall, `{"buy":{"amount":"0"}}`, "1uweft")
		refused(amm.ErrTooLarge, `{"buy":{"amount":"1000000"}}`, "100uweft")
		refused(amm.ErrTooLarge, `{"buy":{"amount":"340282366920938463463374607431768211455"}}`, "100uweft")
		refused(amm.ErrTwoAmounts, `{"provide":{"amounts":["5"],"min_shares":"0"}}`)
		refused(amm.ErrTwoAmounts, `{"provide":{"amounts":["5","5","5"],"min_shares":"0"}}`)
		refused(amm.ErrTwoAmounts, `{"withdraw":{"shares":"1","min_amounts":[]}}`)
		refused(amm.ErrTooSmall, `{"provide":{"amounts":["0","5"],"min_shares":"0"}}`)
		refused(amm.ErrTooSmall, `{"provide":{"amounts":["5","0"],"min_shares":"0"}}`, "5uweft")
		refused(amm.ErrShares, `{"withdraw":{"shares":"1","min_amounts":["0","0"]}}`)
		refused(amm.ErrTooSmall, `{"withdraw":{"shares":"0","min_amounts":["0","0"]}}`)
		refused(amm.ErrShares, `{"transfer":{"recipient":"`+string(w.alice)+`","amount":"1"}}`)
		refused(amm.ErrTooSmall, `{"transfer":{"recipient":"`+string(w.alice)+`","amount":"0"}}`)
		refused("invalid address", `{"swap":{"min_out":"0","to":"nobody"}}`, "100uweft")

		// Prices, exactly at the border.
		w.MustExecute(w.bob, w.pool, `{"swap":{"min_out":"99"}}`, "101uweft")
		refused(amm.ErrSlippage, `{"swap":{"min_out":"100"}}`, "101uweft")
		refused(amm.ErrSlippage, `{"buy":{"amount":"1000"}}`, "1005uweft")
		w.MustExecute(w.bob, w.pool, `{"buy":{"amount":"1000"}}`, "1006uweft")
		refused(amm.ErrSlippage, `{"provide":{"amounts":["1000","1000"],"min_shares":"999"}}`, "1000uweft")
		w.MustExecute(w.bob, w.pool, `{"provide":{"amounts":["1000","1000"],"min_shares":"998"}}`, "1000uweft")
		refused(amm.ErrSlippage, `{"withdraw":{"shares":"998","min_amounts":["0","998"]}}`)
		refused(amm.ErrSlippage, `{"withdraw":{"shares":"998","min_amounts":["1000","0"]}}`)

		// Deadlines: in the block of the deadline it has passed.
		refused(amm.ErrDeadline, `{"swap":{"min_out":"0",`+at(now)+`}}`, "101uweft")
		w.MustExecute(w.bob, w.pool, `{"swap":{"min_out":"0",`+at(later)+`}}`, "101uweft")
		refused(amm.ErrDeadline, `{"buy":{"amount":"5",`+at(now)+`}}`, "101uweft")
		refused(amm.ErrDeadline, `{"provide":{"amounts":["5","5"],"min_shares":"0",`+at(now)+`}}`, "5uweft")
		refused(amm.ErrDeadline, `{"withdraw":{"shares":"1","min_amounts":["0","0"],`+at(now)+`}}`)
		_, err = w.send(w.bob, 100, `{"swap":{"min_out":"0",`+at(now)+`}}`)
		w.Fails(err, amm.ErrDeadline)
		_, err = w.send(w.bob, 100, `{"buy":{"amount":"5",`+at(now)+`}}`)
		w.Fails(err, amm.ErrDeadline)

		// The hook: only the pool's token may call it, and only with a message.
		refused(amm.ErrNotInPool, `{"receive":{"sender":"`+string(w.bob)+`","amount":"5","msg":"eyJzd2FwIjp7Im1pbl9vdXQiOiIwIn19"}}`)
		refused("expected exactly one of swap, buy", `{"receive":{"sender":"`+string(w.bob)+`","amount":"5","msg":"e30="}}`)
		for _, msg := range []string{`{}`, `{"withdraw":{}}`, ``, `{"swap":{"min_out":"0"},"buy":{"amount":"1"}}`} {
			if _, err := w.send(w.bob, 5, msg); err == nil {
				t.Errorf("%s is accepted", msg)
			}
		}
		w.Fails(w.Query(w.pool, `{"simulate_swap":{"offer":{"native":"uother"},"amount":"1"}}`, nil), amm.ErrNotInPool)
		w.Fails(w.Query(w.pool, `{"simulate_buy":{"ask":{"native":"uweft"},"amount":"9000000"}}`, nil), amm.ErrTooLarge)
	})
}
