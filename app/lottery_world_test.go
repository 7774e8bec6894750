package app

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"testing"

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
	nonce  uint64
	blocks []BlockInput
	hashes [][]byte
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
	p.blocks, p.hashes = append(p.blocks, in), append(p.hashes, res.AppHash)
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
	return p.digTagged(e, payout, operator, nil)
}

func consAddress(key ed25519.PrivateKey) chain.Address {
	sum := sha256.Sum256(key.Public().(ed25519.PublicKey))
	return chain.Address(sum[:20])
}

func (p *pit) digTagged(e *lotterypb.Epoch, payout, operator, tag []byte) *lotterypb.MsgSubmitTicket {
	h := ticket.Header{
		Seed: [32]byte(e.Seed), Epoch: e.Epoch, Algo: ticket.Algo(e.Params.Algo), Version: ticket.Version, Payout: payout, Operator: operator, Tag: tag,
	}
	pre := h.Prehash()
	for {
		p.nonce++
		inner := ticket.Inner(pre, 7, p.nonce)
		digest, mix := h.Algo.Hash(inner)
		if bytes.Compare(digest[:], e.Target) < 0 {
			return &lotterypb.MsgSubmitTicket{
				Epoch: e.Epoch, Payout: payout, Operator: operator, Tag: tag, Extranonce: 7, Nonce: p.nonce, Mix: mix, Algo: e.Params.Algo, Version: h.Version,
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
