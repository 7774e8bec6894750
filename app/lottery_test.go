package app

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"testing"
	"time"

	"github.com/cosmos/gogoproto/types"
	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/app/lottery"
	"github.com/weftchain/weft/app/lottery/proof"
	"github.com/weftchain/weft/app/lottery/seats"
	"github.com/weftchain/weft/app/lottery/target"
	"github.com/weftchain/weft/app/lottery/ticket"
	"github.com/weftchain/weft/app/valset"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
	lotterypb "github.com/weftchain/weft/proto/weft/lottery/v1"
	"github.com/weftchain/weft/state"
	"github.com/weftchain/weft/tx"
)

// miningGenesis is a chain with a lottery of short epochs and easy work.
func miningGenesis(t testing.TB) *Genesis {
	t.Helper()
	g := DefaultGenesis()
	g.Params.Authority = text(t, "authority")
	for _, name := range people {
		require.NoError(t, g.AddAccount(prefix, text(t, name), coins(t, "1000000000uweft")))
	}
	g.GenTxs = append(g.GenTxs, gentx(t, "val", testChain, createValidator(t, "val", "900000000uweft")))
	g.Slashing.Params.SignedBlocksWindow = 10
	p := lottery.LocalParams("uweft")
	limit := target.FromWork(4)
	p.PowLimit, p.TargetTickets, p.MaxTickets, p.FullPotTickets, p.MaxBlockTickets = limit[:], 8, 32, 4, 8
	g.Lottery = &lotterypb.GenesisState{Params: p}
	return &g
}

// pit is a world whose people mine.
type pit struct {
	*world
	nonce uint64
}

func newPit(t testing.TB, g *Genesis) *pit {
	t.Helper()
	store, err := state.Open("", state.Options{Stores: layout.StoresWithLottery()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	p := &pit{world: newWorld(t, worldOptions{store: store, genesis: g, noBlock: true})}
	p.pass(1)
	return p
}

// pass lets empty blocks pass; everybody signs.
func (p *pit) pass(n int) {
	p.t.Helper()
	for range n {
		p.step(nil)
	}
}

// step makes a block and checks the books after it: the lottery's account holds
// what its book says, to the unit, and those who mine have less than a third.
func (p *pit) step(absent map[string]bool, txs ...[]byte) []chain.Result {
	p.t.Helper()
	in := p.input(txs...)
	for _, v := range p.validators() {
		cons := sha256.Sum256(v.PubKey)
		in.Votes = append(in.Votes, chain.Vote{Validator: chain.Address(cons[:20]), Power: v.Power, Signed: !absent[string(v.PubKey)]})
	}
	return p.run(in)
}

func (p *pit) run(in BlockInput) []chain.Result {
	p.t.Helper()
	res, err := p.app.Execute(in)
	require.NoError(p.t, err)
	p.last = res
	p.commit()
	for _, e := range res.Events {
		require.NotContains(p.t, []string{"lottery_entry_failed", "lottery_guard_tripped", "slashing_entry_failed", "validator_set_refused"}, e.Type, e)
	}
	st := p.status()
	if st != nil {
		b := st.Purse
		held := b.Carry + b.Fees + b.Queued + b.Escrowed + b.SetAside
		want := ""
		if held > 0 {
			want = fmt.Sprintf("%duweft", held)
		}
		require.Equal(p.t, want, p.balance(layout.ModuleAddress(layout.LotteryModule)), "%+v", b)
	}
	var staked, mined int64
	for _, v := range p.validators() {
		if bytes.Equal(v.PubKey, consKey(p.t, "val").Public().(ed25519.PublicKey)) {
			staked += v.Power
		} else {
			mined += v.Power
		}
	}
	require.True(p.t, seats.Safe(staked, mined), "%d beside %d", mined, staked)
	return res.Txs
}

// validators is what CometBFT was told.
func (p *pit) validators() []valset.Power {
	p.t.Helper()
	if p.height == 0 {
		return nil
	}
	view := p.store.Latest()
	defer view.Close()
	env, err := p.app.queryBlock(view.Height(), view.Branch())
	require.NoError(p.t, err)
	list, err := valset.Last(env)
	require.NoError(p.t, err)
	return list
}

func (p *pit) powerOf(name string) int64 {
	p.t.Helper()
	for _, v := range p.validators() {
		if bytes.Equal(v.PubKey, consKey(p.t, name).Public().(ed25519.PublicKey)) {
			return v.Power
		}
	}
	return 0
}

// ask asks a query of the lottery; nil if it is not found.
func ask[R any, PR interface {
	*R
	chain.Message
}](p *pit, method string, req chain.Message) PR {
	p.t.Helper()
	raw, err := req.Marshal()
	require.NoError(p.t, err)
	ans, err := p.app.Query(Query{Path: "/weft.lottery.v1.Query/" + method, Data: raw})
	if err != nil {
		require.ErrorContains(p.t, err, "NotFound")
		return nil
	}
	res := PR(new(R))
	require.NoError(p.t, res.Unmarshal(ans.Value))
	return res
}

func (p *pit) status() *lotterypb.QueryStatusResponse {
	p.t.Helper()
	return ask[lotterypb.QueryStatusResponse](p, "Status", &lotterypb.QueryStatusRequest{})
}

func consKey(t testing.TB, name string) ed25519.PrivateKey {
	t.Helper()
	sum := sha256.Sum256([]byte("consensus key of " + name))
	return ed25519.NewKeyFromSeed(sum[:])
}

// dig finds one ticket of the epoch that is mined.
func (p *pit) dig(payout, operator string) *lotterypb.MsgSubmitTicket {
	p.t.Helper()
	e := p.status().Current
	return p.digIn(&e, payout, operator)
}

func (p *pit) digIn(e *lotterypb.Epoch, payout, operator string) *lotterypb.MsgSubmitTicket {
	p.t.Helper()
	var op []byte
	if operator != "" {
		op = addr(p.t, operator).Bytes()
	}
	return p.digWith(e, addr(p.t, payout).Bytes(), op)
}

func (p *pit) digWith(e *lotterypb.Epoch, payout, operator []byte) *lotterypb.MsgSubmitTicket {
	h := ticket.Header{
		Seed: [32]byte(e.Seed), Epoch: e.Epoch, Algo: ticket.Algo(e.Params.Algo), Version: ticket.Version, Payout: payout, Operator: operator,
	}
	pre := h.Prehash()
	for {
		p.nonce++
		inner := ticket.Inner(pre, 7, p.nonce)
		digest, mix := h.Algo.Hash(inner)
		if bytes.Compare(digest[:], e.Target) < 0 {
			return &lotterypb.MsgSubmitTicket{
				Epoch: e.Epoch, Payout: payout, Operator: operator, Extranonce: 7, Nonce: p.nonce, Mix: mix, Algo: e.Params.Algo, Version: h.Version,
			}
		}
	}
}

// unsigned is a ticket's transaction.
func unsigned(t testing.TB, m chain.Message) []byte {
	t.Helper()
	value, err := m.Marshal()
	require.NoError(t, err)
	body, err := (&txpb.TxBody{Messages: []*types.Any{{TypeUrl: tx.TypeURL(m), Value: value}}}).Marshal()
	require.NoError(t, err)
	raw, err := (&txpb.TxRaw{BodyBytes: body}).Marshal()
	require.NoError(t, err)
	return raw
}

// lane is what this node would begin its next block with.
func (p *pit) lane(txs ...[]byte) [][]byte {
	p.t.Helper()
	chosen, err := p.app.Prepare(txs, 1<<20)
	require.NoError(p.t, err)
	accepted, err := p.app.Process(chosen)
	require.NoError(p.t, err)
	require.True(p.t, accepted, "a proposal of our own")
	return chosen
}

func (p *pit) register(name string) {
	p.t.Helper()
	key := consKey(p.t, name)
	pub := []byte(key.Public().(ed25519.PublicKey))
	res := p.step(nil, p.sign(name, 0, &lotterypb.MsgRegisterOperator{
		Operator: text(p.t, name), ConsPubkey: pub, Moniker: name,
		PopSignature: ed25519.Sign(key, proof.Possession(testChain, addr(p.t, name), pub)),
	}))
	ok(p.t, res[0])
}

// until passes blocks up to a height.
func (p *pit) until(height int64) {
	p.t.Helper()
	require.LessOrEqual(p.t, p.height, height)
	p.pass(int(height - p.height))
}

// ready answers the win of an epoch.
func (p *pit) ready(name string, epoch uint64) chain.Result {
	p.t.Helper()
	next := p.status().Current
	require.Equal(p.t, epoch+1, next.Epoch)
	sig := ed25519.Sign(consKey(p.t, name), proof.Ready(testChain, addr(p.t, name), epoch, next.Seed))
	return p.step(nil, p.sign(name, 0, &lotterypb.MsgReady{Operator: text(p.t, name), Epoch: epoch, ConsSignature: sig}))[0]
}

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
	if bytes.Equal(e0.LeaderOperator, o.Address) {
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
		"large":        {"lottery/3", change(func(m *lotterypb.MsgSubmitTicket) { m.Mix = make([]byte, 600) })},
		"with a fee":   {"lottery/3", signedTicket(t, p, good)},
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

func signedTicket(t testing.TB, p *pit, m *lotterypb.MsgSubmitTicket) []byte {
	t.Helper()
	fee, err := (&txpb.AuthInfo{Fee: &txpb.Fee{GasLimit: 1}}).Marshal()
	require.NoError(t, err)
	var raw txpb.TxRaw
	require.NoError(t, raw.Unmarshal(unsigned(t, m)))
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

// TestLotteryAbsent: without a section there is nothing of it: no store, no
// route, no account, and its messages are of a type that nobody knows.
func TestLotteryAbsent(t *testing.T) {
	raw, err := genesis(t).JSON()
	require.NoError(t, err)
	require.NotContains(t, string(raw), "lottery")
	stores, err := Stores(raw)
	require.NoError(t, err)
	require.Equal(t, layout.Stores(), stores)
	w := newWorld(t, worldOptions{})
	require.Nil(t, w.app.lottery)
	for _, path := range w.app.QueryPaths() {
		require.NotContains(t, path, "weft.lottery")
	}
	requireCode(t, "sdk/2", w.block(unsigned(t, &lotterypb.MsgSubmitTicket{}))[0])
	c, err := w.app.Check(unsigned(t, &lotterypb.MsgSubmitTicket{}))
	require.NoError(t, err)
	requireCode(t, "sdk/2", c.Result)
	require.False(t, w.app.bank.Blocked(layout.ModuleAddress(layout.LotteryModule)))

	mining, err := miningGenesis(t).JSON()
	require.NoError(t, err)
	stores, err = Stores(mining)
	require.NoError(t, err)
	require.Equal(t, layout.StoresWithLottery(), stores)
	other := newWorld(t, worldOptions{noBlock: true})
	_, _, err = other.app.InitGenesis(mining, start, 1, 0)
	require.ErrorContains(t, err, "lottery")
}

// TestLotteryExport: a chain that starts from an exported lottery owes what the
// old one owed.
func TestLotteryExport(t *testing.T) {
	p := newPit(t, miningGenesis(t))
	p.register("alice")
	p.step(nil, p.lane(unsigned(t, p.dig("bob", "alice")), unsigned(t, p.dig("bob", "alice")))...)
	e := p.status().Current
	p.until(e.LastHeight + 4)
	p.until(e.LastHeight + 12)
	g, err := p.app.ExportGenesis()
	require.NoError(t, err)
	require.NotNil(t, g.Lottery)
	require.NoError(t, g.Validate())
	again := newPit(t, g)
	require.Equal(t, g.Lottery.Epoch, again.status().Current.Epoch)
	require.Equal(t, g.Lottery.Minted, again.status().Purse.Minted)
	again.pass(30)
}
