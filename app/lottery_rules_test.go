package app

import (
	"bytes"
	"crypto/ed25519"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/app/lottery/proof"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	lotterypb "github.com/weftchain/weft/proto/weft/lottery/v1"
)

// TestUnsignedReady: the answer to a win needs the consensus key and nothing
// else. It stands behind the tickets, once, and only while there is a win.
func TestUnsignedReady(t *testing.T) {
	p := newPit(t, miningGenesis(t))
	p.register("alice")
	p.register("bob")
	p.step(nil, p.lane(unsigned(t, p.dig("carol", "alice")), unsigned(t, p.dig("carol", "bob")))...)
	e := p.status().Current
	answer := func(name, signer string) []byte {
		cur := p.status().Current
		sig := ed25519.Sign(consKey(t, signer), proof.Ready(testChain, addr(t, name), 0, cur.Seed))
		return unsigned(t, &lotterypb.MsgReady{Operator: text(t, name), ConsSignature: sig})
	}
	refused := func(code string, raw []byte) {
		t.Helper()
		c, err := p.app.Check(raw)
		require.NoError(t, err)
		requireCode(t, code, c.Result)
		require.Empty(t, p.lane(raw))
		accepted, err := p.app.Process([][]byte{raw})
		require.NoError(t, err)
		require.False(t, accepted)
	}
	p.until(e.LastHeight)
	refused("lottery/14", answer("alice", "alice"))
	require.Nil(t, p.due("alice"))
	p.until(e.LastHeight + int64(e.Params.GraceBlocks))
	refused("lottery/13", answer("alice", "bob"))
	refused("lottery/10", answer("carol", "alice"))
	refused("lottery/3", withFee(t, answer("alice", "alice")))
	d := p.due("alice")
	require.NotNil(t, d)
	require.Equal(t, addr(t, "alice"), d.Operator)
	byNode := unsigned(t, &lotterypb.MsgReady{Operator: text(t, "alice"), ConsSignature: ed25519.Sign(consKey(t, "alice"), d.Message)})
	require.Equal(t, answer("alice", "alice"), byNode)

	c, err := p.app.Check(byNode)
	require.NoError(t, err)
	require.True(t, c.OK(), c.Log)
	require.Equal(t, LaneTickets, c.Lane)
	c, err = p.app.Check(byNode)
	require.NoError(t, err)
	requireCode(t, "lottery/21", c.Result)

	ticket, send := unsigned(t, p.dig("carol", "")), p.sign("carol", 0, msgSend(t, "carol", "bob", "1uweft"))
	lane := p.lane(send, byNode, answer("bob", "bob"), ticket, byNode)
	require.Len(t, lane, 4)
	require.Equal(t, [][]byte{ticket, send}, [][]byte{lane[0], lane[3]})
	for _, bad := range [][][]byte{
		{byNode, ticket}, {send, byNode}, {byNode, byNode}, {lane[2], lane[1]},
	} {
		accepted, err := p.app.Process(bad)
		require.NoError(t, err)
		require.False(t, accepted)
	}
	for _, res := range p.step(nil, lane...) {
		ok(t, res)
	}
	refused("lottery/21", byNode)
	require.Nil(t, p.due("alice"))
	p.until(e.LastHeight + int64(e.Params.GraceBlocks+e.Params.ReadyBlocks))
	require.Positive(t, p.powerOf("alice"))
	require.Positive(t, p.powerOf("bob"))
	refused("lottery/14", byNode)
}

func (p *pit) due(name string) *struct {
	Operator chain.Address
	Message  []byte
} {
	p.t.Helper()
	d, err := p.app.Due(consAddress(consKey(p.t, name)))
	require.NoError(p.t, err)
	if d == nil {
		return nil
	}
	return &struct {
		Operator chain.Address
		Message  []byte
	}{d.Operator, d.Message}
}

// TestRetired: the record of an operator who retired goes when evidence against
// it counts no more; then its key is free.
func TestRetired(t *testing.T) {
	g := miningGenesis(t)
	g.Staking.Params.UnbondingTime = 200 * time.Second
	p := newPit(t, g)
	p.register("alice")
	p.register("dave")
	p.step(nil, p.lane(unsigned(t, p.dig("bob", "alice")), unsigned(t, p.dig("bob", "alice")))...)
	e := p.status().Current
	p.until(e.LastHeight + 4)
	ok(t, p.ready("alice", 0))
	p.until(e.LastHeight + 30) // a period of service, with pay
	require.Positive(t, p.powerOf("alice"))
	escrow := p.operator("alice").Escrow
	require.Positive(t, escrow)
	res := p.step(nil, p.sign("alice", 0, &lotterypb.MsgRetireOperator{Operator: text(t, "alice")}),
		p.sign("dave", 0, &lotterypb.MsgRetireOperator{Operator: text(t, "dave")}))
	ok(t, res[0])
	ok(t, res[1])
	require.Zero(t, p.powerOf("alice"))
	p.pass(150)
	require.True(t, p.operator("alice").Retired, "evidence still counts")
	again, err := p.app.ExportGenesis()
	require.NoError(t, err)
	require.NoError(t, again.Validate())
	p.pass(60)
	require.Nil(t, p.operator("alice"))
	require.Nil(t, p.operator("dave"))
	require.Zero(t, p.status().Purse.Escrowed)
	p.register("alice") // with the same key

	fresh := newPit(t, again)
	fresh.pass(280)
	require.Nil(t, fresh.operator("dave"))
	require.Nil(t, fresh.operator("alice"))
}

func (p *pit) operator(name string) *lotterypb.OperatorInfo {
	p.t.Helper()
	res := ask[lotterypb.QueryOperatorResponse](p, "Operator", &lotterypb.QueryOperatorRequest{Address: text(p.t, name)})
	if res == nil {
		return nil
	}
	return &res.Operator
}

// TestSmallerWindow: when the window shrinks by decree, more seats than it are
// there for a time. They share its power; the guard has nothing to do (pit.run
// refuses its event).
func TestSmallerWindow(t *testing.T) {
	g := miningGenesis(t)
	p := newPit(t, g)
	p.register("alice")
	next := g.Lottery.Params
	next.SeatsPerEpoch, next.Window, next.MaxSeatsPerOperator = 2, 8, 8
	most := int64(0)
	for p.status().Current.Epoch < 9 {
		var txs [][]byte
		if len(p.blocks)%3 == 0 {
			txs = append(txs, unsigned(t, p.dig("bob", "alice")))
		}
		if due := p.due("alice"); due != nil {
			txs = append(txs, unsigned(t, &lotterypb.MsgReady{
				Operator: text(t, "alice"), Epoch: p.status().Current.Epoch - 1, ConsSignature: ed25519.Sign(consKey(t, "alice"), due.Message),
			}))
		}
		txs = p.lane(txs...)
		if st := p.status().Current; st.Epoch == 3 && st.Params.Window == 16 && p.height == st.FirstHeight {
			txs = append(txs, p.sign("authority", 0, &lotterypb.MsgUpdateParams{Authority: text(t, "authority"), Params: next, ActivationEpoch: 5}))
		}
		p.step(nil, txs...)
		most = max(most, p.powerOf("alice"))
		if o := p.operator("alice"); o.ActiveSeats > 8 && p.status().Current.Params.Window == 8 {
			require.Positive(t, p.powerOf("alice"))
		}
	}
	require.Equal(t, uint64(8), p.status().Current.Params.Window)
	require.Equal(t, int64(300), most, "a full window has a quarter of all power, whatever its size")
	require.LessOrEqual(t, p.operator("alice").ActiveSeats, uint64(8))
}

// TestStopMidway: blocks in which an emergency stop held mined power back earn no
// stipend, though it was over before the period was.
func TestStopMidway(t *testing.T) {
	earned := func(stop bool) uint64 {
		g := miningGenesis(t)
		g.Lottery.Params.FeeBps = 0
		p := newPit(t, g)
		p.register("alice")
		p.step(nil, p.lane(unsigned(t, p.dig("bob", "alice")))...)
		e := p.status().Current
		p.until(e.LastHeight + 4)
		ok(t, p.ready("alice", 0))
		p.until(e.LastHeight + 11)
		p.step(nil, p.lane(unsigned(t, p.dig("bob", "")))...) // so that the next epoch has a pot
		decree := func(stop bool) {
			if m := (&lotterypb.MsgEmergencyStop{Authority: text(t, "authority"), Stop: stop}); p.height > 0 {
				ok(t, p.step(nil, p.sign("authority", 0, m))[0])
			}
		}
		before := p.operator("alice").Escrow
		if stop {
			decree(true)
			require.Zero(t, p.powerOf("alice"))
			p.pass(9)
			decree(false)
			require.Positive(t, p.powerOf("alice"))
		}
		p.until(e.LastHeight + 20 + 10)
		return p.operator("alice").Escrow - before
	}
	whole, part := earned(false), earned(true)
	require.Positive(t, part)
	require.Equal(t, whole/2, part, "stopped for ten blocks of twenty")
}

// TestManyPayouts: an epoch of hundreds of payouts is paid to the unit and
// counted by payout and tag.
func TestManyPayouts(t *testing.T) {
	g := miningGenesis(t)
	g.Lottery.Params.MaxTickets, g.Lottery.Params.MaxBlockTickets, g.Lottery.Params.TargetTickets = 512, 64, 128
	p := newPit(t, g)
	e := p.status().Current
	want := map[string]map[string]uint64{}
	for b := range 6 {
		var txs [][]byte
		for i := range 50 {
			payout := []byte(fmt.Sprintf("payout %013d", (50*b+i)%180))
			if i%10 == 0 {
				payout = bytes.Repeat([]byte{7}, 32) // a pool, with a tag for each worker
			}
			var tag []byte
			if len(payout) == 32 {
				tag = bytes.Repeat([]byte{byte(b + 1)}, 32)
			}
			txs = append(txs, unsigned(t, p.digTagged(&e, payout, nil, tag)))
			if want[string(payout)] == nil {
				want[string(payout)] = map[string]uint64{}
			}
			want[string(payout)][string(tag)]++
		}
		for _, res := range p.step(nil, p.lane(txs...)...) {
			ok(t, res)
		}
	}
	p.until(e.LastHeight + 4)
	e0 := ask[lotterypb.QueryEpochResponse](p, "Epoch", &lotterypb.QueryEpochRequest{}).Epoch
	require.Equal(t, uint64(300), e0.Tickets)
	for payout, tags := range want {
		res := ask[lotterypb.QueryCountsResponse](p, "Counts", &lotterypb.QueryCountsRequest{Payout: prefix.Account(chain.Address(payout))})
		require.Len(t, res.Counts, len(tags))
		for _, c := range res.Counts {
			require.Equal(t, tags[string(c.Tag)], c.Tickets)
		}
	}
	for _, nobody := range []string{"a", "payout 9999999999999", string(bytes.Repeat([]byte{255}, 20)), string(bytes.Repeat([]byte{7}, 20))} {
		nobody = (nobody + "                    ")[:20]
		res := ask[lotterypb.QueryCountsResponse](p, "Counts", &lotterypb.QueryCountsRequest{Payout: prefix.Account(chain.Address(nobody))})
		require.Empty(t, res.Counts)
	}
	p.pass(6)
	require.Zero(t, p.status().Purse.Queued)
	sum := uint64(0)
	for payout, tags := range want {
		n := uint64(0)
		for _, c := range tags {
			n += c
		}
		due := n * e0.PerTicket
		if prefix.Account(chain.Address(payout)) == e0.LeaderPayout {
			due += e0.LeaderBonus
		}
		sum += due
		require.Equal(t, fmt.Sprintf("%duweft", due), p.balance(chain.Address(payout)))
	}
	require.LessOrEqual(t, sum, e0.Pot)
	view := p.store.Latest()
	defer view.Close()
	env, err := p.app.queryBlock(view.Height(), view.Branch())
	require.NoError(t, err)
	left, err := env.FreeStore(layout.Lottery).Iterate(layout.LotteryTickets(0), chain.PrefixEnd(layout.LotteryTickets(0)), false)
	require.NoError(t, err)
	require.False(t, left.Valid(), "settled tickets are gone by activation")
	require.NoError(t, left.Close())
}

// TestCrowd: a node lets a bounded number of tickets wait for a block, and tells
// the others to come back.
func TestCrowd(t *testing.T) {
	g := miningGenesis(t)
	g.Lottery.Params.MaxTickets, g.Lottery.Params.MaxBlockTickets, g.Lottery.Params.TargetTickets = 1500, 64, 300
	p := newPit(t, g)
	e := p.status().Current
	for range maxWaiting {
		c, err := p.app.Check(unsigned(t, p.digIn(&e, "bob", "")))
		require.NoError(t, err)
		require.True(t, c.OK(), c.Log)
	}
	late := unsigned(t, p.digIn(&e, "bob", ""))
	c, err := p.app.Check(late)
	require.NoError(t, err)
	requireCode(t, "lottery/20", c.Result)
	send, err := p.app.Check(p.sign("carol", 0, msgSend(t, "carol", "bob", "1uweft")))
	require.NoError(t, err)
	require.True(t, send.OK(), "who pays is not crowded out")
	p.step(nil)
	c, err = p.app.Check(late)
	require.NoError(t, err)
	require.True(t, c.OK(), c.Log)
}
