package miningpool_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/weftchain/weft/contracts/miningpool"
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/testkit"
)

// TestLate: epochs that are distributed late are divided by their own tickets,
// whatever came in meanwhile.
func TestLate(t *testing.T) {
	testkit.Run(t, contracts, func(t *testing.T, c *testkit.Chain) {
		w := newWorld(t, c, `{}`)
		people := []sdk.Addr{w.ann, w.bob, w.carl}
		for i, who := range people {
			w.works(who, 2+i)
			w.Settle()
		}
		w.distribute()
		var dust uint64
		for i, who := range people {
			n := uint64(2 + i)
			in := w.paid(uint64(i), n) + dust
			w.owes(who, in/n*n)
			dust = in % n
		}
		w.sound()
	}, testkit.WithLottery())
}

// TestEarly: who distributes before the chain has paid moves nobody's pay into
// another epoch; a payment that never comes holds the pool up for a while only.
func TestEarly(t *testing.T) {
	c := testkit.New(t, contracts, testkit.WithLottery())
	w := newWorld(t, c, `{}`)
	w.works(w.ann, 4)
	w.Settle()
	income := w.Balance(w.pool, "uweft")
	w.SetBalance(w.pool, fmt.Sprintf("%duweft", income-1)) // as if it were on the way
	res := w.distribute()
	if p := w.state(); p.NextEpoch != 0 || res.Attr("counts") != "1" || !p.Part.Noted {
		t.Fatalf("%+v", p)
	}
	_, err := w.Execute(w.user, w.pool, `{"distribute":{}}`)
	w.Fails(err, miningpool.ErrUnpaid)
	w.owes(w.ann, 0)
	w.sound()
	lost := w.Fork(t)
	w.SetBalance(w.pool, fmt.Sprintf("%duweft", income))
	w.distribute()
	w.owes(w.ann, income/4*4)

	w = &world{Chain: lost, t: t, pool: w.pool, ann: w.ann, bob: w.bob, carl: w.carl, user: w.user}
	for range 31 {
		w.Settle()
	}
	_, err = w.Execute(w.user, w.pool, `{"distribute":{}}`)
	w.Fails(err, miningpool.ErrUnpaid)
	w.Settle()
	w.MustExecute(w.user, w.pool, `{"distribute":{"limit":100}}`)
	w.owes(w.ann, (income-1)/4*4)
	w.sound()
}

// TestForgotten: epochs whose counts the chain has forgotten are passed over; what
// came for them is divided with the last settled epoch, as are gifts.
func TestForgotten(t *testing.T) {
	c := testkit.New(t, contracts, testkit.WithLottery())
	w := newWorld(t, c, `{}`)
	w.works(w.ann, 1)
	w.Mine(w.pool, w.tag(w.bob, ""), 1)
	w.Settle()
	income := w.Balance(w.pool, "uweft")
	half := w.Fork(t)
	for range 64 {
		w.Settle()
	}
	w.works(w.carl, 1)
	w.Settle()
	w.MustExecute(w.user, w.pool, `{"distribute":{"limit":100}}`)
	w.owes(w.ann, 0)
	w.owes(w.carl, w.Balance(w.pool, "uweft"))
	if w.Balance(w.pool, "uweft") <= income {
		t.Error("the old income is not there")
	}
	w.sound()

	// One of the two tags was noted in time: his ticket has the round for itself.
	w = &world{Chain: half, t: t, pool: w.pool, ann: w.ann, bob: w.bob, carl: w.carl, user: w.user}
	w.MustExecute(w.user, w.pool, `{"distribute":{"limit":2}}`)
	if p := w.state(); p.NextEpoch != 0 || p.Part.Tickets != 1 {
		t.Fatalf("%+v", p.Part)
	}
	for range 64 {
		w.Settle()
	}
	w.Send(w.user, w.pool, "1000uweft")
	w.works(w.carl, 1)
	last := w.Settle()
	w.MustExecute(w.user, w.pool, `{"distribute":{"limit":100}}`)
	if sum := w.member(w.ann).Claimable.Add(w.member(w.bob).Claimable); sum != sdk.U128(w.paid(0, 1)) {
		t.Errorf("%s for one ticket of epoch 0", sum)
	}
	rest := income - w.paid(0, 1)
	w.owes(w.carl, w.paid(last, 1)+rest+1000)
	w.sound()
}

// proxy calls a contract twice in one transaction.
var proxy = sdk.Contract{
	Instantiate: sdk.Do(func(*sdk.Context, *sdk.Text) (*sdk.Response, error) { return nil, nil }),
	Execute: sdk.Routes{sdk.On("twice", func(_ *sdk.Context, pool *sdk.Addr) (*sdk.Response, error) {
		call := sdk.Execute{Contract: *pool, Msg: []byte(`{"distribute":{}}`)}
		return (&sdk.Response{}).Add(call).AddSub(sdk.SubMsg{Msg: call, ReplyOn: sdk.ReplyError}), nil
	})},
	Reply: sdk.OnReply(func(_ *sdk.Context, r *sdk.Reply) (*sdk.Response, error) {
		return (&sdk.Response{}).Attr("refused", r.Err), nil
	}),
}

// TestTwice: an epoch is divided once however often and by whomever it is asked
// for, and a claim pays once.
func TestTwice(t *testing.T) {
	list := testkit.Contracts{"miningpool": contracts["miningpool"], "proxy": {Go: proxy}}
	c := testkit.New(t, list, testkit.WithLottery())
	w := newWorld(t, c, `{"window":3}`)
	p := w.Instantiate("proxy", w.user, `""`)
	w.works(w.ann, 2)
	w.Settle()
	income := w.Balance(w.pool, "uweft")
	res := w.MustExecute(w.user, p, fmt.Sprintf(`{"twice":%q}`, w.pool))
	if res.Attr("refused") == "" {
		t.Error(res)
	}
	w.owes(w.ann, income/2*2)
	w.MustExecute(w.ann, w.pool, fmt.Sprintf(`{"claim":{"to":%q}}`, w.pool)) // a gift to the pool
	_, err := w.Execute(w.ann, w.pool, `{"claim":{}}`)
	w.Fails(err, miningpool.ErrNothing)
	w.sound()
	w.Mine(w.ann, "", 1)
	w.Settle() // no round: the gift waits as dust
	w.distribute()
	if p := w.state(); p.Dust != sdk.U128(income) || p.Rounds != 1 {
		t.Errorf("%+v", p)
	}
	w.sound()
}

// TestModel: whatever happens in whatever order, nothing is lost, nothing is made,
// and everybody gets what the definition of the shares says.
func TestModel(t *testing.T) {
	start := map[uint64]*world{}
	for _, window := range []uint64{1, 2, 5} {
		start[window] = newWorld(t, testkit.New(t, contracts, testkit.WithLottery()), fmt.Sprintf(`{"window":%d,"fee_bps":333,"fee_to":"$user"}`, window))
	}
	rapid.Check(t, func(t *rapid.T) {
		window := rapid.SampledFrom([]uint64{1, 2, 5}).Draw(t, "window")
		w := *start[window]
		w.Chain, w.t = w.Fork(t), t
		people := []sdk.Addr{w.ann, w.bob, w.carl}
		found := map[uint64]map[sdk.Addr]uint64{} // by epoch
		given := uint64(0)
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			who := rapid.SampledFrom(people).Draw(t, "who")
			switch rapid.SampledFrom([]string{"mine", "mine", "mine", "untagged", "alone", "settle", "settle", "distribute", "distribute", "claim", "fee", "gift"}).Draw(t, "what") {
			case "mine":
				n := rapid.IntRange(1, 4).Draw(t, "tickets")
				w.Mine(w.pool, w.tag(who, rapid.SampledFrom([]string{"", "01", "0203"}).Draw(t, "worker")), n)
				if found[w.Epoch()] == nil {
					found[w.Epoch()] = map[sdk.Addr]uint64{}
				}
				found[w.Epoch()][who] += uint64(n)
			case "untagged":
				w.Mine(w.pool, "", 1)
			case "alone":
				w.Mine(w.user, "", 2)
			case "settle":
				w.Settle()
			case "distribute":
				_, _ = w.Execute(who, w.pool, fmt.Sprintf(`{"distribute":{"limit":%d}}`, rapid.IntRange(2, 9).Draw(t, "limit")))
			case "claim":
				_, _ = w.Execute(who, w.pool, `{"claim":{}}`)
			case "fee":
				_, _ = w.Execute(w.user, w.pool, `{"claim_fee":{}}`)
			case "gift":
				w.SetBalance(w.pool, fmt.Sprintf("%duweft", w.Balance(w.pool, "uweft")+777))
				given += 777
			}
			w.sound()
		}
		w.Settle()
		for w.state().NextEpoch < w.Epoch() {
			w.distribute()
		}
		w.sound()
		w.fair(people, window, found)
	})
}

// fair computes from the rounds' incomes who should have got what.
func (w *world) fair(people []sdk.Addr, window uint64, found map[uint64]map[sdk.Addr]uint64) {
	w.t.Helper()
	p := w.state()
	list := make([]miningpool.Round, p.Rounds)
	due := map[sdk.Addr]uint64{}
	for i := range list {
		list[i] = w.round(uint64(i))
		var all uint64
		first := max(0, i+1-int(window))
		for _, r := range list[first : i+1] {
			for _, n := range found[r.Epoch] {
				all += n
			}
		}
		share := (list[i].Income.Lo - list[i].Income.Lo*333/10_000) / all
		for _, r := range list[first : i+1] {
			for who, n := range found[r.Epoch] {
				due[who] += share * n
			}
		}
	}
	if len(list) != len(found) {
		w.t.Fatalf("%d rounds of %d epochs with tickets", len(list), len(found))
	}
	for _, who := range people {
		m := w.member(who)
		if got := m.Claimed.Add(m.Claimable); got != sdk.U128(due[who]) {
			w.t.Fatalf("%s, want %d", got, due[who])
		}
	}
	if has := w.Balance(w.pool, "uweft"); sdk.U128(has) != p.Reserved.Add(p.Dust) {
		w.t.Fatalf("%d in the pool, %s reserved, %s dust: something is nobody's", has, p.Reserved, p.Dust)
	}
}

// FuzzExecute: no message makes the contract panic, pays another's claim or more
// than one's own.
func FuzzExecute(f *testing.F) {
	for _, msg := range []string{
		`{"distribute":{"limit":2}}`, `{"claim":{}}`, `{"claim":{"to":"weft1"}}`, `{"claim_fee":{}}`, `{"instantiate":{}}`, `{"distribute":{"limit":4294967296}}`,
		`{"member":{"address":"x"}}`, `{"members":{"start_after":"a","limit":3}}`, `{"round":{"round":0}}`, `{"tag":{"address":"x","worker":"00"}}`, `{"pool":{}}`,
	} {
		f.Add(msg)
	}
	start := newWorld(f, testkit.New(f, contracts, testkit.WithLottery()), `{"window":2,"fee_bps":100,"fee_to":"$user"}`)
	start.works(start.ann, 3)
	start.works(start.bob, 1)
	start.Settle()
	start.distribute()
	f.Fuzz(func(t *testing.T, msg string) {
		w := *start
		w.Chain, w.t = w.Fork(t), t
		claimable := w.member(w.bob).Claimable
		had := w.Balance(w.pool, "uweft")
		_, err := w.Execute(w.bob, w.pool, msg)
		asked := w.Query(w.pool, msg, nil)
		for _, err := range []error{err, asked} {
			if err != nil && strings.Contains(err.Error(), "panic") {
				t.Fatalf("%q: %v", msg, err)
			}
		}
		if left := w.Balance(w.pool, "uweft"); sdk.U128(left).Add(claimable).Less(sdk.U128(had)) {
			t.Fatalf("%q takes %d, %s may be claimed", msg, had-left, claimable)
		}
		w.sound()
	})
}
