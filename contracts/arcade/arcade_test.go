package arcade_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/weftchain/weft/contracts/arcade"
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/lottery"
	"github.com/weftchain/weft/contracts/testkit"
	lotterypb "github.com/weftchain/weft/proto/weft/lottery/v1"
)

var contracts = testkit.Contracts{"arcade": {Go: arcade.Contract, Dir: "./wasm"}}

type world struct {
	*testkit.Chain
	t                  testkit.T
	arcade             sdk.Addr
	miner, other       sdk.Addr
	dora, emil, nobody sdk.Addr
}

func newWorld(t testkit.T, c *testkit.Chain) *world {
	t.Helper()
	w := &world{Chain: c, t: t}
	w.miner, w.other, w.nobody = c.Account("miner"), c.Account("other"), c.Account("nobody")
	w.dora, w.emil = c.Account("dora", "10000uweft"), c.Account("emil", "10000uweft")
	w.arcade = c.Instantiate("arcade", w.nobody, `{"price":"10","most":"1000","leader_bps":2500}`)
	return w
}

func (w *world) play(who sdk.Addr, coins string) { w.MustExecute(who, w.arcade, `{"play":{}}`, coins) }

func (w *world) settle(epoch uint64) (*testkit.Result, error) {
	w.t.Helper()
	return w.Execute(w.nobody, w.arcade, fmt.Sprintf(`{"settle":{"epoch":%d}}`, epoch))
}

func (w *world) won(who sdk.Addr) uint64 {
	w.t.Helper()
	var a arcade.WinningsAnswer
	w.MustQuery(w.arcade, fmt.Sprintf(`{"winnings":{"address":%q}}`, who), &a)
	return a.Amount.Lo
}

func (w *world) epoch(n uint64) lotterypb.Epoch {
	w.t.Helper()
	var res lotterypb.QueryEpochResponse
	if err := w.Ask("/weft.lottery.v1.Query/Epoch", &lotterypb.QueryEpochRequest{Epoch: n}, &res); err != nil {
		w.t.Fatalf("%v", err)
	}
	return res.Epoch
}

// TestLeader: the leader of the epoch after the plays wins the bonus, once, and the
// beacon draws who has the rest.
func TestLeader(t *testing.T) {
	testkit.Run(t, contracts, func(t *testing.T, c *testkit.Chain) {
		w := newWorld(t, c)
		w.Mine(w.other, "", 2) // of this epoch: decides nothing here
		w.Gas("play", w.MustExecute(w.dora, w.arcade, `{"play":{}}`, "30uweft"))
		w.play(w.emil, "70uweft")
		w.play(w.dora, "10uweft")
		_, err := w.settle(0)
		w.Fails(err, arcade.ErrSoon)
		w.NextEpoch()
		_, err = w.settle(0)
		w.Fails(err, arcade.ErrSoon)
		w.Mine(w.miner, "", 3)
		w.Settle()
		res, err := w.settle(0)
		if err != nil {
			t.Fatal(err)
		}
		w.Gas("settle", res)
		if w.won(w.miner) != 27 || w.won(w.other) != 0 { // of 110
			t.Error(w.won(w.miner), w.won(w.other))
		}
		// The beacon's first 128 bits modulo 11 plays: 0 to 2 and 10 are dora's.
		drawn := 0
		for _, b := range w.epoch(1).Beacon[:16] {
			drawn = (drawn*256 + int(b)) % 11
		}
		winner, loser := w.emil, w.dora
		if drawn < 3 || drawn == 10 {
			winner, loser = w.dora, w.emil
		}
		if w.won(winner) != 83 || w.won(loser) != 0 || res.Attr("drawn") != fmt.Sprint(drawn) {
			t.Errorf("play %d: %d, %d; %s", drawn, w.won(winner), w.won(loser), res)
		}
		_, err = w.settle(0)
		w.Fails(err, arcade.ErrNoRound)

		had := w.Balance(w.miner, "uweft") // paid for its tickets
		w.Gas("claim", w.MustExecute(w.miner, w.arcade, `{"claim":{}}`))
		if w.Balance(w.miner, "uweft") != had+27 {
			t.Error(w.Balances(w.miner))
		}
		_, err = w.Execute(w.miner, w.arcade, `{"claim":{}}`)
		w.Fails(err, arcade.ErrNothing)
		w.MustExecute(w.nobody, w.arcade, fmt.Sprintf(`{"claim":{"winner":%q}}`, winner))
		if w.Balance(w.arcade, "uweft") != 0 || w.Balance(w.nobody, "uweft") != 0 {
			t.Error("something is left")
		}
	}, testkit.WithLottery())
}

// TestNoLeader: without a ticket in the epoch that decides, the drawn play wins all.
func TestNoLeader(t *testing.T) {
	c := testkit.New(t, contracts, testkit.WithLottery())
	w := newWorld(t, c)
	w.play(w.dora, "20uweft")
	w.NextEpoch()
	w.Settle()
	if _, err := w.settle(0); err != nil || w.won(w.dora) != 20 {
		t.Error(err, w.won(w.dora))
	}
}

// TestCarry: a pot that nobody played for goes on to who plays.
func TestCarry(t *testing.T) {
	c := testkit.New(t, contracts, testkit.WithLottery())
	w := newWorld(t, c)
	w.SetState(w.arcade, "\x00\x06rounds\x00\x00\x00\x00\x00\x00\x00\x00", `{"plays":0,"pot":"1500"}`)
	w.SetBalance(w.arcade, "1500uweft")
	_, err := w.settle(0)
	w.Fails(err, arcade.ErrSoon)
	w.NextEpoch()
	res, err := w.settle(0)
	if err != nil || res.Attr("into") != "1" {
		t.Fatal(err, res)
	}
	_, err = w.settle(0)
	w.Fails(err, arcade.ErrNoRound)
	w.play(w.dora, "20uweft")
	w.NextEpoch()
	w.Settle()
	if _, err := w.settle(1); err != nil || w.won(w.dora) != 1520 {
		t.Error(err, w.won(w.dora))
	}
}

// TestRefused: rules, prices and rounds that are none.
func TestRefused(t *testing.T) {
	c := testkit.New(t, contracts, testkit.WithLottery())
	w := newWorld(t, c)
	for msg, want := range map[string]any{
		`{"price":"0","most":"5","leader_bps":1}`:     arcade.ErrPrice,
		`{"price":"5","most":"4","leader_bps":1}`:     arcade.ErrMost,
		`{"price":"5","most":"5","leader_bps":10001}`: arcade.ErrShare,
		`{"price":"5","most":"5"}`:                    "missing field leader_bps",
	} {
		_, _, err := w.TryInstantiate(testkit.Instantiation{Code: "arcade", Sender: w.dora, Msg: msg})
		w.Fails(err, want)
	}
	for coins, want := range map[string]any{"": "send uweft, not nothing", "15uweft": arcade.ErrOdd, "1010uweft": arcade.ErrFull, "5uweft": arcade.ErrOdd} {
		_, err := w.Execute(w.dora, w.arcade, `{"play":{}}`, coins)
		w.Fails(err, want)
	}
	w.play(w.dora, "990uweft")
	_, err := w.Execute(w.emil, w.arcade, `{"play":{}}`, "20uweft")
	w.Fails(err, arcade.ErrFull)
	w.play(w.emil, "10uweft")
	_, err = w.settle(7)
	w.Fails(err, arcade.ErrNoRound)
	_, err = w.Execute(w.dora, w.arcade, `{"claim":{"winner":"x"}}`)
	w.Fails(err, "invalid address x")
	for _, msg := range []string{`{"claim":{}}`, `{"settle":{"epoch":0}}`} {
		_, err = w.Execute(w.dora, w.arcade, msg, "1uweft")
		w.Fails(err, "takes no funds")
	}

	c = testkit.New(t, contracts)
	_, _, err = c.TryInstantiate(testkit.Instantiation{Code: "arcade", Sender: c.Account("a"), Msg: `{"price":"1","most":"5","leader_bps":1}`})
	c.Fails(err, lottery.ErrNone)
}

// TestModel: the arcade has what the open rounds and the winners have, whatever
// happens.
func TestModel(t *testing.T) {
	start := newWorld(t, testkit.New(t, contracts, testkit.WithLottery()))
	rapid.Check(t, func(t *rapid.T) {
		w := *start
		w.Chain, w.t = w.Fork(t), t
		people := []sdk.Addr{w.miner, w.other, w.dora, w.emil}
		in := uint64(0)
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			who := rapid.SampledFrom(people).Draw(t, "who")
			switch rapid.SampledFrom([]string{"play", "play", "mine", "settle epoch", "settle", "claim"}).Draw(t, "what") {
			case "play":
				n := rapid.Uint64Range(1, 4).Draw(t, "plays")
				if _, err := w.Execute(who, w.arcade, `{"play":{}}`, fmt.Sprintf("%duweft", 10*n)); err == nil {
					in += 10 * n
				}
			case "mine":
				w.Mine(who, "", 1)
			case "settle epoch":
				w.Settle()
			case "settle":
				_, _ = w.settle(rapid.Uint64Range(0, w.Epoch()).Draw(t, "epoch"))
			case "claim":
				_, _ = w.Execute(who, w.arcade, `{"claim":{}}`)
			}
			held := uint64(0)
			for _, who := range people {
				held += w.won(who)
			}
			for e := range w.Epoch() + 1 {
				var r arcade.Round
				w.MustQuery(w.arcade, fmt.Sprintf(`{"round":{"epoch":%d}}`, e), &r)
				held += r.Pot.Lo
			}
			if has := w.Balance(w.arcade, "uweft"); has != held || has > in {
				t.Fatalf("%d in the arcade, %d of somebody, %d came", has, held, in)
			}
		}
	})
}

// FuzzExecute: no message makes the contract panic or pays who has won nothing.
func FuzzExecute(f *testing.F) {
	for _, msg := range []string{`{"play":{}}`, `{"settle":{"epoch":0}}`, `{"settle":{"epoch":18446744073709551615}}`, `{"claim":{"winner":"x"}}`, `{"round":{"epoch":1}}`, `{"winnings":{"address":"x"}}`} {
		f.Add(msg)
	}
	start := newWorld(f, testkit.New(f, contracts, testkit.WithLottery()))
	start.play(start.dora, "30uweft")
	start.NextEpoch()
	f.Fuzz(func(t *testing.T, msg string) {
		w := *start
		w.Chain, w.t = w.Fork(t), t
		_, err := w.Execute(w.emil, w.arcade, msg)
		for _, err := range []error{err, w.Query(w.arcade, msg, nil)} {
			if err != nil && strings.Contains(err.Error(), "panic") {
				t.Fatalf("%q: %v", msg, err)
			}
		}
		if w.Balance(w.arcade, "uweft") < 30 {
			t.Fatalf("%q takes the pot", msg)
		}
	})
}
