package lottery_test

import (
	"fmt"
	"sort"
	"strings"
	"testing"

	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/json"
	"github.com/weftchain/weft/contracts/sdk/lottery"
	"github.com/weftchain/weft/contracts/testkit"
)

// asker asks everything and tells it in attributes.
var asker = sdk.Contract{
	Instantiate: sdk.Do(func(*sdk.Context, *json.Raw) (*sdk.Response, error) { return nil, nil }),
	Execute: sdk.Routes{
		sdk.On("all", func(c *sdk.Context, _ *json.Raw) (*sdk.Response, error) {
			r := sdk.Respond("all")
			tell := func(name string, value any, err error) { r.Attr(name, fmt.Sprintf("%+v %v", value, err)) }
			s, err := lottery.StatusOf(c)
			tell("status", s.Epoch, err)
			last, ok, err := lottery.LastSettled(c)
			tell("last", fmt.Sprint(last, ok), err)
			p, err := lottery.ParamsOf(c)
			tell("params", fmt.Sprint(p.Denom, " ", p.Mode, " ", p.CountsKept, p.Subsidy), err)
			e, err := lottery.Current(c)
			tell("current", fmt.Sprint(e.Epoch, " ", e.Stage, " ", e.Counted), err)
			e, err = lottery.EpochAt(c, 0)
			tell("epoch", fmt.Sprint(e.Stage, " ", e.Counted, " ", e.Tickets, e.PerTicket), err)
			b, err := lottery.BeaconOf(c, 0)
			tell("beacon", len(b.Beacon), err)
			_, err = lottery.BeaconOf(c, s.Epoch)
			tell("no beacon", "", err)
			_, err = lottery.EpochAt(c, 1<<63)
			tell("no epoch", "", err)
			lead, err := lottery.LeaderOf(c, 0)
			tell("leader", lead != nil && lead.Operator == nil && !lead.Bonus.IsZero(), err)
			n, err := lottery.Tickets(c, 0, c.Sender)
			tell("tickets", n, err)
			n, err = lottery.TicketsOf(c, 0, c.Sender, tags[1])
			tell("of", n, err)
			seats, err := lottery.SeatsOf(c, &c.Sender)
			tell("seats", seats, err)
			seats, err = lottery.SeatsOf(c, nil)
			tell("all seats", seats, err)
			return r, nil
		}),
		sdk.On("pages", func(c *sdk.Context, of *sdk.Addr) (*sdk.Response, error) {
			r := sdk.Respond("pages")
			var after *string
			for {
				list, next, err := lottery.Counts(c, 0, *of, after, 7)
				if err != nil {
					return nil, err
				}
				for _, n := range list {
					one, err := lottery.TicketsOf(c, 0, *of, n.Tag)
					if err != nil || one != n.Tickets {
						return nil, sdk.Error(fmt.Sprint(n, one, err))
					}
					r.Attr(n.Tag+".", fmt.Sprint(n.Tickets))
				}
				if after = next; next == nil {
					return r, nil
				}
			}
		}),
		sdk.On("one", func(c *sdk.Context, tag *sdk.Text) (*sdk.Response, error) {
			n, err := lottery.TicketsOf(c, 0, c.Sender, string(*tag))
			return sdk.Respond("one").Attr("tickets", fmt.Sprint(n)), err
		}),
	},
}

var tags = []string{strings.Repeat("01", 32), strings.Repeat("ff", 32)}

// TestQueries: every question has its answer, natively; the contracts of this
// module ask them as wasm too.
func TestQueries(t *testing.T) {
	c := testkit.New(t, testkit.Contracts{"asker": {Go: asker}}, testkit.WithLottery())
	alice := c.Account("alice")
	self := c.Instantiate("asker", alice, `{}`)
	c.Mine(alice, tags[0], 2)
	c.Mine(alice, tags[1], 3)
	c.Settle()
	res := c.MustExecute(alice, self, `{"all":{}}`)
	for name, want := range map[string]string{
		"status": "1 <nil>", "last": "0 true <nil>", "params": "uweft seats 64 50000000 <nil>", "current": "1 mining false <nil>",
		"epoch": "settled true 5 4375000 <nil>", "beacon": "64 <nil>", "no beacon": "the epoch is not settled yet",
		"no epoch": "no such epoch: not begun, or too long ago", "leader": "true <nil>", "tickets": "5 <nil>", "of": "3 <nil>",
		"seats": "{Window:16 Held:0 Active:0} <nil>", "all seats": "{Window:16 Held:0 Active:0} <nil>",
	} {
		if got := res.Attr(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	c = testkit.New(t, testkit.Contracts{"asker": {Go: asker}})
	alice = c.Account("alice")
	res = c.MustExecute(alice, c.Instantiate("asker", alice, `{}`), `{"all":{}}`)
	for _, name := range []string{"status", "last", "params", "current", "epoch", "beacon", "leader", "tickets", "of", "seats"} {
		if got := res.Attr(name); !strings.HasSuffix(got, lottery.ErrNone.Error()) {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// TestPages: counts of many payouts, which the chain keeps in runs that begin and
// end anywhere, are those that were mined, each payout's own, and one of them costs
// no more than its run.
func TestPages(t *testing.T) {
	c := testkit.New(t, testkit.Contracts{"asker": {Go: asker}}, testkit.WithLottery())
	alice := c.Account("alice")
	self := c.Instantiate("asker", alice, `{}`)
	mined := map[sdk.Addr]map[string]int{}
	who := []sdk.Addr{alice, self, c.Account("bob"), c.Account("carl"), c.Account("dora")}
	for i, n := range []int{90, 1, 65, 63, 64} {
		mined[who[i]] = map[string]int{}
		for j := range n {
			tag := ""
			if j > 0 {
				tag = fmt.Sprintf("%064x", j*j*977)
			}
			k := 1 + j%2
			c.Mine(who[i], tag, k)
			mined[who[i]][tag] = k
		}
	}
	c.Settle()
	for _, of := range who {
		res := c.MustExecute(alice, self, fmt.Sprintf(`{"pages":%q}`, of))
		var want []string
		for tag, n := range mined[of] {
			want = append(want, fmt.Sprintf("%s. %d", tag, n))
		}
		sort.Strings(want)
		var got []string
		for _, a := range res.Find("wasm")[0].Attributes {
			if a.Key != "action" && a.Key != "_contract_address" && a.Key != "msg_index" {
				got = append(got, a.Key+" "+a.Value)
			}
		}
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("%s:\n%s\nwant\n%s", of, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	for _, tag := range []string{"", fmt.Sprintf("%064x", 50*50*977), strings.Repeat("ee", 32)} {
		res := c.MustExecute(alice, self, fmt.Sprintf(`{"one":%q}`, tag))
		if res.Attr("tickets") != fmt.Sprint(mined[alice][tag]) || res.GasUsed > 190_000 {
			t.Errorf("%q: %s, %d gas", tag, res.Attr("tickets"), res.GasUsed)
		}
	}
}
