package app

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/app/lottery/proof"
	"github.com/weftchain/weft/app/lottery/ticket"
	"github.com/weftchain/weft/chain"
	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
	lotterypb "github.com/weftchain/weft/proto/weft/lottery/v1"
)

// TestLottery is an operator's life: it registers, wins seats, answers, gets
// power, earns, is absent, goes to jail, comes back, signs twice and is gone.
func TestLottery(t *testing.T) {
	p := newPit(t, miningGenesis(t))
	require.Equal(t, uint64(0), p.status().Current.Epoch)
	p.register("alice")
	for range 3 {
		var txs [][]byte
		for range 3 {
			txs = append(txs, unsigned(t, p.dig("bob", "alice")), unsigned(t, p.dig("carol", "")))
		}
		for _, raw := range txs {
			c, err := p.app.Check(raw)
			require.NoError(t, err)
			require.True(t, c.OK(), c.Log)
			require.Equal(t, LaneTickets, c.Lane)
			require.Zero(t, c.GasWanted+c.GasUsed)
		}
		for _, res := range p.step(nil, p.lane(txs...)...) {
			ok(t, res)
			require.Zero(t, res.GasUsed)
		}
	}
	e := p.status().Current
	require.Equal(t, uint64(18), e.Tickets)
	span := e.LastHeight + int64(e.Params.GraceBlocks)
	before := p.balance(addr(t, "bob"))
	p.until(span)
	e0 := ask[lotterypb.QueryEpochResponse](p, "Epoch", &lotterypb.QueryEpochRequest{}).Epoch
	require.Equal(t, lotterypb.StageSettled, e0.Stage)
	require.Equal(t, uint64(50_000_000), e0.Minted)
	require.NotEmpty(t, e0.Leader)
	require.NotEqual(t, before, p.balance(addr(t, "bob")), "paid with the block")
	require.Len(t, ask[lotterypb.QuerySeatsResponse](p, "Seats", &lotterypb.QuerySeatsRequest{}).Seats, 4)
	counts := ask[lotterypb.QueryCountsResponse](p, "Counts", &lotterypb.QueryCountsRequest{Payout: text(t, "bob")})
	require.Equal(t, []lotterypb.Count{{Tickets: 9}}, counts.Counts)

	requireCode(t, "lottery/10", p.step(nil, p.sign("bob", 0, &lotterypb.MsgReady{Operator: text(t, "bob")}))[0])
	requireCode(t, "lottery/13", p.step(nil, p.sign("alice", 0, &lotterypb.MsgReady{Operator: text(t, "alice"), ConsSignature: make([]byte, 64)}))[0])
	ok(t, p.ready("alice", 0))
	require.Zero(t, p.powerOf("alice"))
	p.until(span + int64(e.Params.ReadyBlocks))
	power := p.powerOf("alice")
	require.Equal(t, int64(900*2500*4/(7500*16)), power)
	requireCode(t, "lottery/14", p.step(nil, p.sign("alice", 0, &lotterypb.MsgReady{Operator: text(t, "alice")}))[0])

	// A period of service, and its pay.
	p.until(e.LastHeight + 20 - 8)
	var txs [][]byte
	for range 5 {
		txs = append(txs, unsigned(t, p.dig("carol", "")))
	}
	p.step(nil, p.lane(txs...)...)
	p.until(e.LastHeight + 20 + 10)
	o := ask[lotterypb.QueryOperatorResponse](p, "Operator", &lotterypb.QueryOperatorRequest{Address: text(t, "alice")}).Operator
	e1 := ask[lotterypb.QueryEpochResponse](p, "Epoch", &lotterypb.QueryEpochRequest{Epoch: 1}).Epoch
	leader := uint64(0)
	if e0.LeaderOperator == o.Address {
		leader = e0.LeaderBonus
	}
	require.Equal(t, 4*e1.PerSeat+leader, o.Escrow)
	require.Positive(t, e1.PerSeat)

	// Absent until jailed; nobody else minds.
	gone := map[string]bool{string(o.ConsPubkey): true}
	for range 30 {
		p.step(gone)
		if p.powerOf("alice") == 0 {
			break
		}
	}
	require.Zero(t, p.powerOf("alice"))
	o = ask[lotterypb.QueryOperatorResponse](p, "Operator", &lotterypb.QueryOperatorRequest{Address: text(t, "alice")}).Operator
	require.True(t, o.Jailed)
	unjail := func() chain.Result {
		cur := p.status().Current
		sig := ed25519.Sign(consKey(t, "alice"), proof.Unjail(testChain, addr(t, "alice"), cur.Epoch, cur.Seed))
		return p.step(nil, p.sign("alice", 0, &lotterypb.MsgUnjail{Operator: text(t, "alice"), Epoch: cur.Epoch, ConsSignature: sig}))[0]
	}
	requireCode(t, "slashing/4", unjail())
	in := p.input()
	in.Time = in.Time.Add(time.Hour)
	p.run(in)
	late := p.input(p.sign("alice", 0, func() chain.Message {
		cur := p.status().Current
		sig := ed25519.Sign(consKey(t, "alice"), proof.Unjail(testChain, addr(t, "alice"), cur.Epoch, cur.Seed))
		return &lotterypb.MsgUnjail{Operator: text(t, "alice"), Epoch: cur.Epoch, ConsSignature: sig}
	}()))
	late.Time = in.Time.Add(time.Second)
	ok(t, p.run(late)[0])

	// Two blocks of one height: all is lost, for good.
	escrow := o.Escrow
	in = p.input()
	cons := sha256.Sum256(o.ConsPubkey)
	in.Misbehaviour = []chain.Misbehaviour{{Validator: chain.Address(cons[:20]), Power: power, Height: p.height - 2, Time: in.Time}}
	p.run(in)
	o = ask[lotterypb.QueryOperatorResponse](p, "Operator", &lotterypb.QueryOperatorRequest{Address: text(t, "alice")}).Operator
	require.True(t, o.Tombstoned)
	require.Zero(t, o.Escrow)
	require.Positive(t, escrow)
	requireCode(t, "lottery/16", unjail())
	requireCode(t, "lottery/16", p.step(nil, unsigned(t, p.dig("bob", "alice")))[0])
	p.pass(60)
	require.Zero(t, p.powerOf("alice"))
	require.Empty(t, ask[lotterypb.QuerySeatsResponse](p, "Seats", &lotterypb.QuerySeatsRequest{}).Seats)
}

// TestForgedTickets: what is stolen, stale, malformed or not worked for is
// refused with a reason, in the mempool, in a proposal and in a block.
func TestForgedTickets(t *testing.T) {
	p := newPit(t, miningGenesis(t))
	good := p.dig("bob", "")
	change := func(f func(m *lotterypb.MsgSubmitTicket)) []byte {
		m := *good
		f(&m)
		return unsigned(t, &m)
	}
	// stolen looks for a thief's address for which the work does not hold by luck.
	stolen := change(func(m *lotterypb.MsgSubmitTicket) {
		e := p.status().Current
		for i := byte(0); ; i++ {
			m.Payout = bytes.Repeat([]byte{i}, 20)
			h := ticket.Header{Seed: [32]byte(e.Seed), Algo: ticket.SHA256D, Version: 1, Payout: m.Payout}
			if d, _ := h.Algo.Hash(ticket.Inner(h.Prehash(), m.Extranonce, m.Nonce)); bytes.Compare(d[:], e.Target) >= 0 {
				return
			}
		}
	})
	for name, c := range map[string]struct {
		code string
		raw  []byte
	}{
		"stolen":       {"lottery/4", stolen},
		"stale":        {"lottery/2", change(func(m *lotterypb.MsgSubmitTicket) { m.Epoch = 5 })},
		"payout":       {"lottery/3", change(func(m *lotterypb.MsgSubmitTicket) { m.Payout = m.Payout[1:] })},
		"version":      {"lottery/3", change(func(m *lotterypb.MsgSubmitTicket) { m.Version = 2 })},
		"algo":         {"lottery/3", change(func(m *lotterypb.MsgSubmitTicket) { m.Algo = lotterypb.AlgoArgon2id })},
		"mix":          {"lottery/3", change(func(m *lotterypb.MsgSubmitTicket) { m.Mix = []byte{1} })},
		"large":        {"lottery/19", change(func(m *lotterypb.MsgSubmitTicket) { m.Mix = make([]byte, 600) })},
		"with a fee":   {"lottery/3", withFee(t, unsigned(t, good))},
		"nothing else": {"lottery/3", append(bytes.Clone(unsigned(t, good)), 0x1a, 1, 9)},
	} {
		checked, err := p.app.Check(c.raw)
		require.NoError(t, err)
		requireCode(t, c.code, checked.Result, name)
		chosen, err := p.app.Prepare([][]byte{c.raw}, 1<<20)
		require.NoError(t, err)
		require.Empty(t, chosen, name)
		accepted, err := p.app.Process([][]byte{c.raw})
		require.NoError(t, err)
		require.False(t, accepted, name)
		requireCode(t, c.code, p.step(nil, c.raw)[0], name)
	}
	ok(t, p.step(nil, unsigned(t, good))[0])
	require.Empty(t, p.lane(unsigned(t, good)), "the state has it")
	requireCode(t, "lottery/6", p.step(nil, unsigned(t, good))[0])
	withSend := p.sign("bob", 0, good, msgSend(t, "bob", "carol", "1uweft"))
	requireCode(t, "sdk/6", p.step(nil, withSend)[0], "a ticket is no message among others")
}

// withFee is an unsigned transaction that asks for gas.
func withFee(t testing.TB, unpaid []byte) []byte {
	t.Helper()
	fee, err := (&txpb.AuthInfo{Fee: &txpb.Fee{GasLimit: 1}}).Marshal()
	require.NoError(t, err)
	var raw txpb.TxRaw
	require.NoError(t, raw.Unmarshal(unpaid))
	raw.AuthInfoBytes = fee
	out, err := raw.Marshal()
	require.NoError(t, err)
	return out
}

// TestLane: a proposal begins with its tickets, the best first, and not too
// many; any other order is refused.
func TestLane(t *testing.T) {
	p := newPit(t, miningGenesis(t))
	var txs [][]byte
	send := p.sign("bob", 0, msgSend(t, "bob", "carol", "1uweft"))
	txs = append(txs, send, []byte("garbage"))
	for range 12 {
		txs = append(txs, unsigned(t, p.dig("bob", "")))
	}
	txs = append(txs, txs[2])
	chosen := p.lane(txs...)
	require.Len(t, chosen, 10, "eight tickets and the two others")
	require.Equal(t, [][]byte{send, []byte("garbage")}, chosen[8:])
	refuse := func(list ...[]byte) {
		t.Helper()
		accepted, err := p.app.Process(list)
		require.NoError(t, err)
		require.False(t, accepted)
	}
	refuse(chosen[1], chosen[0])
	refuse(chosen[0], chosen[0])
	refuse(send, chosen[0])
	var nine [][]byte
	small, err := p.app.Prepare(txs, 400)
	require.NoError(t, err)
	require.Less(t, len(small), 6)
	require.Equal(t, chosen[:2], small[:2])
	nine = append(nine, chosen[:8]...)
	for _, raw := range txs[2:14] { // one worse than all of them
		if one := p.lane(append(bytesList(nine), raw)...); len(one) == 8 && !contains(nine, raw) && bytes.Equal(one[7], nine[7]) {
			refuse(append(bytesList(nine), raw)...)
			return
		}
	}
	t.Fatal("no ninth ticket")
}

func bytesList(l [][]byte) [][]byte { return append([][]byte(nil), l...) }

func contains(l [][]byte, b []byte) bool {
	for _, x := range l {
		if bytes.Equal(x, b) {
			return true
		}
	}
	return false
}
