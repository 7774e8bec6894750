package amm_test

import (
	stdjson "encoding/json"
	"fmt"
	"testing"

	"github.com/weftchain/weft/contracts/amm"
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/json"
	"github.com/weftchain/weft/contracts/testkit"
)

// orders say how the evil token behaves.
type orders struct {
	Pool    sdk.Addr
	Tax     uint64   // per cent of each transfer vanish
	Back    []string // messages that the pool gets in the midst of a transfer
	Funds   uint64   // uweft with each of them
	Swallow bool     // their failure is hidden
	Lie     string   // what it says of each balance
}

// evil is a token whose owner may do anything: CW20 as far as the pool uses it.
var (
	evil = sdk.Contract{
		Instantiate: sdk.Do(func(*sdk.Context, *json.Raw) (*sdk.Response, error) { return nil, nil }),
		Execute: sdk.Routes{
			sdk.On("obey", func(c *sdk.Context, m *json.Raw) (*sdk.Response, error) {
				evilOrders.Save(c, sdk.Text(*m))
				return nil, nil
			}),
			sdk.On("mint", evilMint), sdk.On("transfer", evilTransfer), sdk.On("transfer_from", evilTransfer), sdk.On("call", evilCall),
		},
		Reply: sdk.OnReply(func(*sdk.Context, *sdk.Reply) (*sdk.Response, error) { return nil, nil }),
		Query: sdk.Answers{sdk.Answer("balance", evilBalance)},
	}
	evilOrders   = sdk.NewItem[sdk.Text]("orders")
	evilBalances = sdk.NewMap[sdk.Addr, sdk.U64]("balances")
)

func read(doc json.Raw, into any) {
	if err := stdjson.Unmarshal([]byte(doc), into); err != nil {
		panic(err)
	}
}

func evilObey(c *sdk.Context) (o orders) {
	if text, ok := evilOrders.Get(c); ok {
		read(json.Raw(text), &o)
	}
	return o
}

func evilMint(c *sdk.Context, m *json.Raw) (*sdk.Response, error) {
	var to struct {
		To     sdk.Addr
		Amount uint64
	}
	read(*m, &to)
	evilBalances.Save(c, to.To, sdk.U64(to.Amount))
	return nil, nil
}

func evilTransfer(c *sdk.Context, m *json.Raw) (*sdk.Response, error) {
	var t struct {
		Owner, Recipient sdk.Addr
		Amount           uint64 `json:",string"`
	}
	read(*m, &t)
	if t.Owner == "" {
		t.Owner = c.Sender
	}
	o := evilObey(c)
	from, _ := evilBalances.Get(c, t.Owner)
	if uint64(from) < t.Amount {
		return nil, sdk.Error("evil: not so many tokens")
	}
	evilBalances.Save(c, t.Owner, from-sdk.U64(t.Amount))
	to, _ := evilBalances.Get(c, t.Recipient)
	evilBalances.Save(c, t.Recipient, to+sdk.U64(t.Amount-t.Amount*o.Tax/100))
	return o.strike(c), nil
}

// evilCall strikes at once.
func evilCall(c *sdk.Context, _ *json.Raw) (*sdk.Response, error) { return evilObey(c).strike(c), nil }

// strike calls the pool back, once.
func (o orders) strike(c *sdk.Context) *sdk.Response {
	evilOrders.Remove(c)
	r := &sdk.Response{}
	for _, msg := range o.Back {
		m := sdk.SubMsg{Msg: sdk.Execute{Contract: o.Pool, Msg: []byte(msg)}}
		if o.Funds > 0 {
			m.Msg = sdk.Execute{Contract: o.Pool, Msg: []byte(msg), Funds: sdk.Coins{sdk.NewCoin("uweft", o.Funds)}}
		}
		if o.Swallow {
			m.ReplyOn = sdk.ReplyError
		}
		r.AddSub(m)
	}
	return r
}

func evilBalance(c *sdk.Context, m *json.Raw) (json.Raw, error) {
	var q struct{ Address sdk.Addr }
	read(*m, &q)
	b, _ := evilBalances.Get(c, q.Address)
	text := fmt.Sprint(b)
	if o := evilObey(c); o.Lie != "" {
		text = o.Lie
	}
	return json.Raw(`{"balance":"` + text + `"}`), nil
}

// lair is a chain with a pool of uweft and an evil token.
type lair struct {
	*testkit.Chain
	alice, mallory, evil, pool sdk.Addr
}

func newLair(t *testing.T, c *testkit.Chain) *lair {
	t.Helper()
	l := &lair{Chain: c, alice: c.Account("alice", "9000000uweft"), mallory: c.Account("mallory", "9000000uweft")}
	l.evil = c.Instantiate("evil", l.mallory, `{}`, "1000000uweft")
	l.pool = c.Instantiate("amm", l.mallory, fmt.Sprintf(`{"assets":[{"native":"uweft"},{"cw20":%q}],"fee_bps":30}`, l.evil))
	for _, who := range []sdk.Addr{l.alice, l.mallory, l.evil} {
		c.MustExecute(l.mallory, l.evil, fmt.Sprintf(`{"mint":{"To":%q,"Amount":9000000}}`, who))
	}
	c.MustExecute(l.alice, l.pool, provideMillion, "1000000uweft")
	return l
}

const provideMillion = `{"provide":{"amounts":["1000000","1000000"],"min_shares":"1"}}`

func (l *lair) obey(o orders) {
	o.Pool = l.pool
	l.MustExecute(l.mallory, l.evil, testkit.Msg("obey", o))
}

func (l *lair) state() (p amm.PoolAnswer) {
	l.MustQuery(l.pool, `{"pool":{}}`, &p)
	return p
}

// solvent checks that the pool has the coins that it says.
func (l *lair) solvent(t *testing.T) {
	t.Helper()
	p := l.state()
	if has := l.Balance(l.pool, "uweft"); has != p.Assets[0].Reserve.Lo {
		t.Errorf("the pool has %d uweft and says %s", has, p.Assets[0].Reserve)
	}
}

// TestReentrancy: a token that calls the pool back in the midst of a transfer gets
// nothing that it would not get afterwards.
func TestReentrancy(t *testing.T) {
	testkit.Run(t, contracts, func(t *testing.T, c *testkit.Chain) {
		l := newLair(t, c)
		hook := fmt.Sprintf(`{"receive":{"sender":%q,"amount":"1000","msg":"eyJzd2FwIjp7Im1pbl9vdXQiOiIxIn19"}}`, l.mallory)
		swapCoin, withdraw := `{"swap":{"min_out":"1"}}`, `{"withdraw":{"shares":"500","min_amounts":["0","0"]}}`
		l.MustExecute(l.alice, l.pool, fmt.Sprintf(`{"transfer":{"recipient":%q,"amount":"1000"}}`, l.evil)) // so that it could withdraw
		start := l.Snapshot()

		// While provide waits for tokens the pool is closed.
		for _, back := range []orders{
			{Back: []string{hook}},
			{Back: []string{withdraw}},
			{Back: []string{swapCoin}, Funds: 1000},
			{Back: []string{`{"buy":{"amount":"10"}}`}, Funds: 1000},
			{Back: []string{`{"provide":{"amounts":["1000","1000"],"min_shares":"0"}}`}, Funds: 1000},
		} {
			l.obey(back)
			_, err := l.Execute(l.alice, l.pool, provideMillion, "1000000uweft")
			l.Fails(err, amm.ErrBusy)
			l.Revert(start)
			// If the token hides that, provide goes on as if nothing had been.
			back.Swallow = true
			l.obey(back)
			l.MustExecute(l.alice, l.pool, provideMillion, "1000000uweft")
			if p := l.state(); p.Shares.String() != "2000000" || p.Assets[0].Reserve.String() != "2000000" {
				t.Errorf("%s after %v", p.Shares, back)
			}
			l.solvent(t)
			l.Revert(start)
		}

		// While withdraw or a swap pays, everything is booked: shares can be paid
		// out once, and a swap gets the price after the first one.
		l.MustExecute(l.alice, l.pool, fmt.Sprintf(`{"transfer":{"recipient":%q,"amount":"9000"}}`, l.evil))
		l.obey(orders{Back: []string{`{"withdraw":{"shares":"10000","min_amounts":["0","0"]}}`}})
		l.MustExecute(l.mallory, l.evil, `{"call":{}}`)
		l.Revert(start)
		l.obey(orders{Back: []string{withdraw, withdraw, withdraw}, Swallow: true})
		l.MustExecute(l.alice, l.pool, withdraw)
		if p := l.state(); p.Shares.String() != "998500" { // alice's 500, and the token's 1000 once
			t.Errorf("%s shares", p.Shares)
		}
		l.solvent(t)
		l.Revert(start)

		l.obey(orders{Back: []string{swapCoin}, Funds: 100_000})
		res := l.MustExecute(l.mallory, l.pool, `{"swap":{"min_out":"1"}}`, "100000uweft")
		if out := res.Attrs("out"); len(out) != 2 || out[0] != "90661"+string(l.evil) || out[1] != "75569"+string(l.evil) {
			t.Errorf("%v", out)
		}
		l.solvent(t)
	})
}

// TestLies: tokens that are said to come and do not are not counted, and one that
// lies about its balances gets at its own pool only.
func TestLies(t *testing.T) {
	testkit.Run(t, contracts, func(t *testing.T, c *testkit.Chain) {
		l := newLair(t, c)
		start := l.Snapshot()
		hook := fmt.Sprintf(`{"receive":{"sender":%q,"amount":"500000","msg":"eyJzd2FwIjp7Im1pbl9vdXQiOiIxIn19"}}`, l.mallory)

		// It says that tokens came.
		l.obey(orders{Back: []string{hook}})
		_, err := l.Execute(l.mallory, l.evil, `{"call":{}}`)
		l.Fails(err, amm.ErrTooSmall)
		l.Revert(start)

		// A tenth of each transfer vanishes: what is provided is what came.
		l.obey(orders{Tax: 10})
		l.MustExecute(l.alice, l.pool, provideMillion, "1000000uweft")
		p := l.state()
		if p.Assets[1].Reserve.String() != "1900000" || p.Shares.String() != "1900000" {
			t.Errorf("%s tokens, %s shares", p.Assets[1].Reserve, p.Shares)
		}
		l.Revert(start)

		// Nothing of it comes.
		l.obey(orders{Tax: 100})
		_, err = l.Execute(l.alice, l.pool, provideMillion, "1000000uweft")
		l.Fails(err, amm.ErrTooSmall)
		l.Revert(start)

		// Some of what the pool had has vanished; or its balance has no form.
		l.MustExecute(l.mallory, l.evil, fmt.Sprintf(`{"mint":{"To":%q,"Amount":5}}`, l.pool))
		_, err = l.Execute(l.alice, l.pool, `{"provide":{"amounts":["1000000","1000000"],"min_shares":"6"}}`, "1000000uweft")
		l.Fails(err, amm.ErrSlippage)
		l.Revert(start)
		for _, lie := range []string{"-1", "340282366920938463463374607431768211456", ""} {
			l.obey(orders{Lie: lie, Back: []string{hook}})
			if _, err := l.Execute(l.mallory, l.evil, `{"call":{}}`); err == nil {
				t.Errorf("a balance of %q passes", lie)
			}
		}

		// It sells what does not exist: that empties the pool that has the token,
		// as minting would, up to the last coin of the other side.
		l.Revert(start)
		l.MustExecute(l.mallory, l.evil, fmt.Sprintf(`{"mint":{"To":%q,"Amount":9000000000000000000}}`, l.pool))
		l.obey(orders{Back: []string{fmt.Sprintf(`{"receive":{"sender":%q,"amount":"340282366920938463463374607431768211455","msg":"eyJzd2FwIjp7Im1pbl9vdXQiOiIxIn19"}}`, l.mallory)}})
		l.MustExecute(l.mallory, l.evil, `{"call":{}}`)
		if p := l.state(); p.Assets[0].Reserve.IsZero() {
			t.Error("a side is empty")
		}
		l.solvent(t)
	})
}
