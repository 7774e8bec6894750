package amm_test

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/weftchain/weft/contracts/amm"
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/native"
	"github.com/weftchain/weft/contracts/testkit"
)

func number(v sdk.Uint128) *big.Int {
	n, _ := new(big.Int).SetString(v.String(), 10)
	return n
}

// sound checks what always holds: the pool has what it says, all shares are
// somebody's or locked, and k for a share has not fallen below that of before.
func (w *world) sound(before amm.PoolAnswer) (now amm.PoolAnswer) {
	w.t.Helper()
	w.MustQuery(w.pool, `{"pool":{}}`, &now)
	reserves := []*big.Int{number(now.Assets[0].Reserve), number(now.Assets[1].Reserve)}
	tokens, _ := new(big.Int).SetString(w.tokens(w.pool), 10)
	if reserves[0].Cmp(new(big.Int).SetUint64(w.Balance(w.pool, "uweft"))) > 0 || reserves[1].Cmp(tokens) > 0 {
		w.t.Fatalf("the pool has %s and %s tokens, and says %s and %s", w.Balances(w.pool), tokens, reserves[0], reserves[1])
	}
	sum := sdk.Uint128{}
	for key, value := range w.State(w.pool) {
		if strings.HasPrefix(key, "\x00\x06shares") {
			v, _ := sdk.ParseUint128(strings.Trim(value, `"`))
			sum = sum.Add(v)
		}
	}
	if !now.Shares.IsZero() && sum.Add(sdk.U128(1000)) != now.Shares {
		w.t.Fatalf("%s shares of %s", sum, now.Shares)
	}
	squared := func(n sdk.Uint128) *big.Int { return new(big.Int).Mul(number(n), number(n)) }
	is := new(big.Int).Mul(new(big.Int).Mul(reserves[0], reserves[1]), squared(before.Shares))
	was := new(big.Int).Mul(new(big.Int).Mul(number(before.Assets[0].Reserve), number(before.Assets[1].Reserve)), squared(now.Shares))
	if is.Cmp(was) < 0 {
		w.t.Fatalf("k for a share falls: from %+v to %+v", before, now)
	}
	return now
}

// TestModel: whatever people do, and in whatever order, what is sound stays so; as
// k for a share never falls, nobody gets out what belongs to others.
func TestModel(t *testing.T) {
	base := testkit.New(t, contracts)
	starts := map[int]*world{}
	for _, fee := range []int{0, 30, 1000} {
		starts[fee] = newWorld(t, base.Fork(t), fee)
	}
	rapid.Check(t, func(t *rapid.T) {
		w := *starts[rapid.SampledFrom([]int{0, 30, 1000}).Draw(t, "fee")]
		w.Chain, w.t = w.Fork(t), t
		size := func(name string) uint64 {
			return rapid.Uint64Range(1, uint64(1)<<rapid.IntRange(1, 36).Draw(t, name+" bits")).Draw(t, name)
		}
		if _, err := w.provide(w.alice, size("first"), size("first")); err != nil {
			w.Fails(err, amm.ErrTooSmall)
			return
		}
		var pool amm.PoolAnswer
		w.MustQuery(w.pool, `{"pool":{}}`, &pool)
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			who := rapid.SampledFrom([]sdk.Addr{w.alice, w.bob}).Draw(t, "who")
			a, b := size("a"), size("b")
			swap, buy := `{"swap":{"min_out":"1"}}`, fmt.Sprintf(`{"buy":{"amount":"%d"}}`, b)
			switch rapid.SampledFrom([]string{"swap", "swap", "swap tokens", "swap tokens", "buy", "buy tokens", "provide", "withdraw", "give"}).Draw(t, "what") {
			case "swap":
				_, _ = w.Execute(who, w.pool, swap, fmt.Sprintf("%duweft", a))
			case "swap tokens":
				_, _ = w.send(who, a, swap)
			case "buy":
				_, _ = w.Execute(who, w.pool, buy, fmt.Sprintf("%duweft", a))
			case "buy tokens":
				_, _ = w.send(who, a, buy)
			case "provide":
				_, _ = w.provide(who, a, b)
			case "withdraw":
				_, _ = w.Execute(who, w.pool, fmt.Sprintf(`{"withdraw":{"shares":"%d","min_amounts":["0","0"]}}`, a))
			case "give": // which changes no price
				_, _ = w.Send(who, w.pool, fmt.Sprintf("%duweft", a))
				_, _ = w.Execute(who, w.coin, fmt.Sprintf(`{"transfer":{"recipient":%q,"amount":"%d"}}`, w.pool, b))
			}
			pool = w.sound(pool)
		}
	})
}

// TestFirstDepositor: whoever comes first cannot make shares so dear that the next
// one gets none, or fewer than what he brings is worth.
func TestFirstDepositor(t *testing.T) {
	w := newWorld(t, testkit.New(t, contracts), 30)
	if _, err := w.provide(w.alice, 1001, 1001); err != nil {
		t.Fatal(err)
	}
	// Coins and tokens that are given away are not counted.
	if _, err := w.Send(w.alice, w.pool, "1000000000uweft"); err != nil {
		t.Fatal(err)
	}
	w.MustExecute(w.alice, w.coin, fmt.Sprintf(`{"transfer":{"recipient":%q,"amount":"1000000000"}}`, w.pool))
	if res, err := w.provide(w.bob, 5000, 5000); err != nil || res.Attr("shares") != "5000" {
		t.Error(res, err)
	}
	if w.share(w.bob) != "5000 5000 5000" {
		t.Error(w.share(w.bob))
	}
}

// FuzzExecute: whatever is sent, the contract does not panic, and the pool is as
// before unless somebody has brought coins.
func FuzzExecute(f *testing.F) {
	for _, msg := range []string{
		`{"provide":{"amounts":["5","7"],"min_shares":"0","deadline":{"never":{}}}}`, `{"withdraw":{"shares":"5","min_amounts":["0","0"]}}`,
		`{"swap":{"min_out":"0","to":"bob"}}`, `{"buy":{"amount":"5"}}`, `{"receive":{"sender":"bob","amount":"5","msg":"eyJzd2FwIjp7Im1pbl9vdXQiOiIwIn19"}}`,
		`{"transfer":{"recipient":"bob","amount":"1"}}`, `{"simulate_swap":{"offer":{"native":"uweft"},"amount":"1"}}`,
		`{"simulate_buy":{"ask":{"native":"uusd"},"amount":"340282366920938463463374607431768211455"}}`, `{"share":{"address":"alice"}}`, `{"balance":{"address":"alice"}}`,
	} {
		f.Add(msg, true)
	}
	f.Fuzz(func(t *testing.T, msg string, paid bool) {
		h := native.New(amm.Contract)
		h.Balances["alice"] = sdk.Coins{sdk.NewCoin("uweft", 2_000_000), sdk.NewCoin("uusd", 1_000_000)}
		if _, err := h.Instantiate("alice", `{"assets":[{"native":"uweft"},{"native":"uusd"}],"fee_bps":30}`); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Execute("alice", `{"provide":{"amounts":["1000000","1000000"],"min_shares":"0"}}`, sdk.NewCoin("uweft", 1_000_000), sdk.NewCoin("uusd", 1_000_000)); err != nil {
			t.Fatal(err)
		}
		pool := h.Store["pool"]
		var funds []sdk.Coin
		if paid {
			funds = append(funds, sdk.NewCoin("uweft", 1000))
		}
		_, err := h.Execute("alice", msg, funds...)
		_, asked := h.Query(msg)
		for _, err := range []error{err, asked} {
			if err != nil && strings.Contains(err.Error(), "panic") {
				t.Fatalf("%q: %v", msg, err)
			}
		}
		if h.Store["pool"] != pool && !paid && !strings.Contains(msg, "withdraw") && !strings.Contains(msg, `\u`) {
			t.Fatalf("%q made %s of %s", msg, h.Store["pool"], pool)
		}
	})
}
