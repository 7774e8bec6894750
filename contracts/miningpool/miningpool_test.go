package miningpool_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/weftchain/weft/contracts/miningpool"
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/lottery"
	"github.com/weftchain/weft/contracts/sdk/native"
	"github.com/weftchain/weft/contracts/testkit"
	lotterypb "github.com/weftchain/weft/proto/weft/lottery/v1"
)

var contracts = testkit.Contracts{"miningpool": {Go: miningpool.Contract, Dir: "./wasm"}}

// world is a chain that is mined, with a pool and people.
type world struct {
	*testkit.Chain
	t          testkit.T
	pool       sdk.Addr
	ann, bob   sdk.Addr
	carl, user sdk.Addr // user mines nothing
}

func newWorld(t testkit.T, c *testkit.Chain, msg string) *world {
	t.Helper()
	w := &world{Chain: c, t: t}
	w.ann, w.bob, w.carl, w.user = c.Account("ann"), c.Account("bob"), c.Account("carl"), c.Account("user", "1000000uweft")
	w.pool = c.Instantiate("miningpool", w.user, strings.ReplaceAll(msg, "$user", string(w.user)))
	return w
}

// tag is that of a member's worker.
func (w *world) tag(who sdk.Addr, worker string) string {
	w.t.Helper()
	var a miningpool.TagAnswer
	w.MustQuery(w.pool, fmt.Sprintf(`{"tag":{"address":%q,"worker":%q}}`, who, worker), &a)
	return a.Tag
}

// works lets a member find tickets for the pool.
func (w *world) works(who sdk.Addr, n int) { w.Mine(w.pool, w.tag(who, ""), n) }

func (w *world) distribute() *testkit.Result {
	w.t.Helper()
	return w.MustExecute(w.user, w.pool, `{"distribute":{}}`)
}

func (w *world) member(who sdk.Addr) (a miningpool.MemberAnswer) {
	w.t.Helper()
	w.MustQuery(w.pool, fmt.Sprintf(`{"member":{"address":%q}}`, who), &a)
	return a
}

func (w *world) state() (p miningpool.Pool) {
	w.t.Helper()
	w.MustQuery(w.pool, `{"pool":{}}`, &p)
	return p
}

func (w *world) round(n uint64) (r miningpool.Round) {
	w.t.Helper()
	w.MustQuery(w.pool, fmt.Sprintf(`{"round":{"round":%d}}`, n), &r)
	return r
}

// paid is what the chain paid the pool for an epoch in which so many tickets were
// its own.
func (w *world) paid(epoch uint64, tickets uint64) uint64 {
	w.t.Helper()
	var res lotterypb.QueryEpochResponse
	if err := w.Ask("/weft.lottery.v1.Query/Epoch", &lotterypb.QueryEpochRequest{Epoch: epoch}, &res); err != nil {
		w.t.Fatalf("%v", err)
	}
	sum := res.Epoch.PerTicket * tickets
	if res.Epoch.LeaderPayout == string(w.pool) {
		sum += res.Epoch.LeaderBonus
	}
	return sum
}

// owes checks what a member may claim.
func (w *world) owes(who sdk.Addr, want uint64) {
	w.t.Helper()
	if got := w.member(who).Claimable; got != sdk.U128(want) {
		w.t.Errorf("%s may be claimed, want %d", got, want)
	}
}

// sound checks the books: what is reserved is what is owed, and is there.
func (w *world) sound() {
	w.t.Helper()
	var all miningpool.MembersAnswer
	w.MustQuery(w.pool, `{"members":{"limit":30}}`, &all)
	p := w.state()
	owed := p.Fees
	for _, m := range all.Members {
		owed = owed.Add(m.Claimable)
	}
	if owed != p.Reserved {
		w.t.Fatalf("%s are owed, %s reserved", owed, p.Reserved)
	}
	if has := sdk.U128(w.Balance(w.pool, "uweft")); has.Less(p.Reserved.Add(p.Dust)) {
		w.t.Fatalf("the pool has %s, of which %s are reserved and %s dust", has, p.Reserved, p.Dust)
	}
}

// TestShares: who found three of four tickets gets three quarters, and what does
// not divide is for the next round.
func TestShares(t *testing.T) {
	testkit.Run(t, contracts, func(t *testing.T, c *testkit.Chain) {
		w := newWorld(t, c, `{}`)
		w.works(w.ann, 3)
		w.works(w.bob, 1)
		w.Mine(w.pool, w.tag(w.ann, "01ff"), 6) // another machine of hers
		w.Mine(w.carl, "", 3)                   // on his own
		w.Mine(w.pool, "", 1)                   // for everybody
		_, err := w.Execute(w.user, w.pool, `{"distribute":{}}`)
		w.Fails(err, miningpool.ErrUpToDate)
		w.Settle()
		income := w.paid(0, 11)
		if has := w.Balance(w.pool, "uweft"); has != income {
			t.Fatalf("the chain paid %d, not %d", has, income)
		}
		w.Gas("distribute", w.distribute())
		share := income / 10
		w.owes(w.ann, 9*share)
		w.owes(w.bob, share)
		w.owes(w.carl, 0)
		if p := w.state(); p.Dust != sdk.U128(income%10) || p.NextEpoch != 1 || p.Rounds != 1 {
			t.Errorf("%+v", p)
		}
		w.sound()
		_, err = w.Execute(w.user, w.pool, `{"distribute":{}}`)
		w.Fails(err, miningpool.ErrUpToDate)

		w.Gas("claim", w.MustExecute(w.ann, w.pool, `{"claim":{}}`))
		w.MustExecute(w.bob, w.pool, fmt.Sprintf(`{"claim":{"to":%q}}`, w.carl))
		if w.Balance(w.ann, "uweft") != 9*share || w.Balance(w.bob, "uweft") != 0 {
			t.Error(w.Balances(w.ann), w.Balances(w.bob))
		}
		_, err = w.Execute(w.ann, w.pool, `{"claim":{}}`)
		w.Fails(err, miningpool.ErrNothing)
		if m := w.member(w.ann); m.Claimed != sdk.U128(9*share) || m.Tickets != 9 || m.Earning != 0 {
			t.Errorf("%+v", m)
		}
		w.sound()

		w.works(w.bob, 3) // ann has left
		w.Settle()
		w.distribute()
		w.owes(w.ann, 0)
		w.owes(w.bob, (w.paid(1, 3)+income%10)/3*3)
		w.sound()
	}, testkit.WithLottery())
}

// TestWindow: with a window of two a ticket earns in two rounds, also for who has
// left meanwhile; epochs without tickets do not count.
func TestWindow(t *testing.T) {
	testkit.Run(t, contracts, func(t *testing.T, c *testkit.Chain) {
		w := newWorld(t, c, `{"window":2,"fee_bps":200,"fee_to":"$user"}`)
		w.works(w.ann, 2)
		w.Settle()
		w.works(w.bob, 6)
		w.Settle()
		w.Settle()
		w.works(w.carl, 4)
		w.Settle()
		w.distribute()
		in := []uint64{w.paid(0, 2), w.paid(1, 6), w.paid(3, 4)}
		var share [3]uint64
		var dust, fees uint64
		for i, tickets := range []uint64{2, 8, 10} {
			in[i] += dust
			fee := in[i] * 200 / 10_000
			fees += fee
			share[i] = (in[i] - fee) / tickets
			dust = in[i] - fee - share[i]*tickets
			if r := w.round(uint64(i)); r.Income != sdk.U128(in[i]) || r.WindowTickets != tickets || r.Share != sdk.U128(share[i]) {
				t.Errorf("round %d: %+v", i, r)
			}
		}
		w.owes(w.ann, 2*(share[0]+share[1]))
		w.owes(w.bob, 6*(share[1]+share[2]))
		w.owes(w.carl, 4*share[2])
		if w.member(w.ann).Earning != 0 || w.member(w.bob).Earning != 0 || w.member(w.carl).Earning != 4 {
			t.Error(w.member(w.ann), w.member(w.bob), w.member(w.carl))
		}
		w.sound()
		before := w.Balance(w.user, "uweft")
		w.MustExecute(w.user, w.pool, `{"claim_fee":{}}`)
		if got := w.Balance(w.user, "uweft") - before; got != fees {
			t.Errorf("%d of fees, want %d", got, fees)
		}
		w.sound()
		_, err := w.Execute(w.user, w.pool, `{"claim_fee":{}}`)
		w.Fails(err, miningpool.ErrNothing)
		_, err = w.Execute(w.ann, w.pool, `{"claim_fee":{}}`)
		w.Fails(err, miningpool.ErrNotFeeTo)
		_, err = w.Execute(w.user, w.pool, `{"claim":{}}`)
		w.Fails(err, miningpool.ErrNothing)
	}, testkit.WithLottery())
}

// TestManyTags: an epoch with more tags than one call takes is noted in parts, and
// divided when all are.
func TestManyTags(t *testing.T) {
	testkit.Run(t, contracts, func(t *testing.T, c *testkit.Chain) {
		w := newWorld(t, c, `{}`)
		people := make([]sdk.Addr, 40)
		for i := range people {
			people[i] = w.Account(fmt.Sprint("miner", i))
			w.works(people[i], 1)
			w.Mine(w.pool, w.tag(people[i], "ab"), 1)
		}
		w.Mine(w.ann, "", 2)
		w.Settle()
		calls := 0
		for w.state().NextEpoch == 0 {
			if p := w.state(); !p.Reserved.IsZero() {
				t.Fatal("divided before all is noted")
			}
			w.Gas(fmt.Sprint("distribute 19 tags, call ", calls), w.MustExecute(w.user, w.pool, `{"distribute":{"limit":20}}`))
			calls++
		}
		if calls != 5 { // 19 tags each
			t.Errorf("%d calls", calls)
		}
		share := w.paid(0, 80) / 80
		for _, who := range people {
			w.owes(who, 2*share)
		}
	}, testkit.WithLottery())
}

// TestInstantiate: bounds, and a chain without a lottery.
func TestInstantiate(t *testing.T) {
	c := testkit.New(t, contracts, testkit.WithLottery())
	user := c.Account("user", "5uweft")
	for msg, want := range map[string]any{
		`{"window":0}`:                 miningpool.ErrWindow,
		`{"window":17}`:                miningpool.ErrWindow,
		`{"fee_bps":501,"fee_to":"x"}`: miningpool.ErrFee,
		`{"fee_bps":5}`:                miningpool.ErrFeeTo,
		`{"fee_to":"weft1x"}`:          miningpool.ErrFeeTo,
		`{"fee_bps":5,"fee_to":"x"}`:   "invalid address x",
		`{"owner":"x"}`:                "unknown field owner",
	} {
		_, _, err := c.TryInstantiate(testkit.Instantiation{Code: "miningpool", Sender: user, Msg: msg})
		c.Fails(err, want)
	}
	_, _, err := c.TryInstantiate(testkit.Instantiation{Code: "miningpool", Sender: user, Msg: `{}`, Funds: "5uweft"})
	c.Fails(err, "takes no funds")

	c = testkit.New(t, contracts)
	_, _, err = c.TryInstantiate(testkit.Instantiation{Code: "miningpool", Sender: c.Account("user"), Msg: `{}`})
	c.Fails(err, lottery.ErrNone)
	_, err = native.New(miningpool.Contract).Instantiate("user", `{}`)
	if err == nil || !strings.Contains(err.Error(), "unsupported_request") {
		t.Error(err)
	}
}

// TestRefused: what is not there is not paid, and no message takes funds.
func TestRefused(t *testing.T) {
	c := testkit.New(t, contracts, testkit.WithLottery())
	w := newWorld(t, c, `{}`)
	for msg, want := range map[string]any{
		`{"distribute":{"limit":1}}`:   miningpool.ErrLimit,
		`{"distribute":{"limit":101}}`: miningpool.ErrLimit,
		`{"distribute":{}}`:            miningpool.ErrUpToDate,
		`{"claim":{}}`:                 miningpool.ErrNothing,
		`{"claim":{"to":"x"}}`:         "invalid address x",
		`{"claim_fee":{}}`:             miningpool.ErrNotFeeTo,
		`{"withdraw":{}}`:              "unknown",
	} {
		_, err := w.Execute(w.user, w.pool, msg)
		w.Fails(err, want)
	}
	for _, msg := range []string{`{"distribute":{}}`, `{"claim":{}}`, `{"claim_fee":{}}`} {
		_, err := w.Execute(w.user, w.pool, msg, "1uweft")
		w.Fails(err, "takes no funds")
	}
	for msg, want := range map[string]any{
		`{"round":{"round":0}}`:                                          miningpool.ErrNoRound,
		fmt.Sprintf(`{"tag":{"address":%q}}`, w.pool):                    miningpool.ErrMember,
		fmt.Sprintf(`{"tag":{"address":%q,"worker":"abc"}}`, w.ann):      miningpool.ErrWorker,
		fmt.Sprintf(`{"tag":{"address":%q,"worker":"%026d"}}`, w.ann, 0): miningpool.ErrWorker,
		`{"tag":{"address":"x"}}`:                                        "",
		`{"member":{"address":"x"}}`:                                     "invalid address x",
	} {
		if err := w.Query(w.pool, msg, nil); err == nil {
			t.Error(msg)
		} else if want != "" {
			w.Fails(err, want)
		}
	}
	var cfg miningpool.Config
	w.MustQuery(w.pool, `{"config":{}}`, &cfg)
	if cfg != (miningpool.Config{Denom: "uweft", Window: 1}) {
		t.Errorf("%+v", cfg)
	}
}
