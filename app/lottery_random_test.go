package app

import (
	"crypto/ed25519"
	"crypto/sha256"
	"math/rand"
	"sync"
	"testing"
	"time"

	cmted25519 "github.com/cometbft/cometbft/crypto/ed25519"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/app/lottery/proof"
	"github.com/weftchain/weft/app/valset"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/wire"
	stakingpb "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
	lotterypb "github.com/weftchain/weft/proto/weft/lottery/v1"
)

// TestLotteryRandom: through fifty epochs of miners that come and go, stake
// that moves, absence, double signing, brakes and new rules, CometBFT's own set
// takes every update, mined power stays below a third, and every coin is
// accounted for (pit.run checks the last two at each block).
func TestLotteryRandom(t *testing.T) {
	w := stormed(t)
	for _, e := range []string{
		"lottery_settled", "lottery_seat", "lottery_seat_lapsed", "lottery_seat_ended", "lottery_jailed", "lottery_slashed", "lottery_params",
		"lottery_leader", "lottery_ready", "lottery_emergency_stop",
	} {
		require.Positive(t, w.seen[e], "%s never happened", e)
	}
	require.Positive(t, w.minted)
	require.Positive(t, w.withPower, "nobody ever had mined power")
	t.Logf("events %v, blocks with mined power %d", w.seen, w.withPower)
}

// recorded is a chain of blocks that was made once, and what came of it.
type recorded struct {
	genesis   *Genesis
	blocks    []BlockInput
	hashes    [][]byte
	seen      map[string]int // events
	minted    uint64
	withPower int
}

var recordStorm = sync.OnceValue(func() *recorded { return &recorded{} })

// stormed makes the chain at the first call.
func stormed(t *testing.T) *recorded {
	t.Helper()
	s := recordStorm()
	if len(s.blocks) > 0 {
		return s
	}
	const seed = 7
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewSource(seed))
	g := miningGenesis(t)
	p := &g.Lottery.Params
	p.EpochBlocks, p.GraceBlocks, p.ReadyBlocks = 8, 1, 3
	p.MaxBlockTickets, p.MaxTickets, p.TargetTickets = 16, 96, 24 // more than come: the work stays easy
	g.Slashing.Params.SignedBlocksWindow = 6
	g.Slashing.Params.DowntimeJailDuration = 20 * time.Second
	g.Staking.Params.UnbondingTime = 100 * time.Second // escrow ends within the test
	w := &storm{pit: newPit(t, g), rng: rng, set: &cmttypes.ValidatorSet{}, away: map[string]bool{}}
	w.adopt(w.validators())
	operators := []string{"alice", "bob", "carol", "dave"}
	for _, name := range operators {
		w.register(name)
		w.follow()
	}
	seen := map[string]int{}
	for range 50 * 8 {
		w.turn(operators)
		for _, e := range w.last.Events {
			seen[e.Type]++
		}
		for _, res := range w.last.Txs {
			for _, e := range res.Events {
				seen[e.Type]++
			}
		}
	}
	*s = recorded{genesis: g, blocks: w.blocks, hashes: w.hashes, seen: seen, minted: w.status().Purse.Minted, withPower: w.withPower}
	return s
}

// storm is a pit where anything may happen, and the set that CometBFT would have.
type storm struct {
	*pit
	rng       *rand.Rand
	set       *cmttypes.ValidatorSet
	away      map[string]bool // by consensus key
	withPower int
}

func (w *storm) adopt(list []valset.Power) {
	w.t.Helper()
	changes := make([]*cmttypes.Validator, len(list))
	for i, v := range list {
		changes[i] = cmttypes.NewValidator(cmted25519.PubKey(v.PubKey), v.Power)
	}
	require.NoError(w.t, w.set.UpdateWithChangeSet(changes))
}

// follow gives CometBFT's set what the last block told.
func (w *storm) follow() {
	w.t.Helper()
	w.adopt(w.last.Updates)
	require.Len(w.t, w.validators(), len(w.set.Validators))
	for _, v := range w.validators() {
		_, known := w.set.GetByAddress(cmted25519.PubKey(v.PubKey).Address())
		require.NotNil(w.t, known)
		require.Equal(w.t, v.Power, known.VotingPower)
	}
	if len(w.set.Validators) > 1 {
		w.withPower++
	}
	w.set.IncrementProposerPriority(1)
}

// turn makes one block in which some of it happens.
func (w *storm) turn(operators []string) {
	w.t.Helper()
	var txs [][]byte
	for range w.rng.Intn(4) {
		operator := ""
		if w.rng.Intn(4) > 0 {
			operator = operators[w.rng.Intn(len(operators))]
		}
		txs = append(txs, unsigned(w.t, w.dig(people[1+w.rng.Intn(4)], operator)))
	}
	var signed [][]byte
	for _, name := range operators {
		switch m := w.deed(name).(type) {
		case nil:
		case *lotterypb.MsgReady: // by hand, or as a node does
			if w.rng.Intn(2) == 0 {
				signed = append(signed, w.sign(name, 0, m))
			} else {
				txs = append(txs, unsigned(w.t, m))
			}
		default:
			signed = append(signed, w.sign(name, 0, m))
		}
		key := string(consKey(w.t, name).Public().(ed25519.PublicKey))
		if w.rng.Intn(25) == 0 {
			w.away[key] = !w.away[key]
		}
	}
	txs = append(w.lane(txs...), signed...)
	if m := w.decree(); m != nil {
		txs = append(txs, w.sign("authority", 0, m))
	}
	if m := w.stakes(); m != nil {
		txs = append(txs, w.sign("val", 0, m))
	}
	in := w.input(txs...)
	for _, v := range w.validators() {
		cons := sha256.Sum256(v.PubKey)
		vote := chain.Vote{Validator: chain.Address(cons[:20]), Power: v.Power, Signed: !w.away[string(v.PubKey)]}
		in.Votes = append(in.Votes, vote)
		if string(v.PubKey) != string(consKey(w.t, "val").Public().(ed25519.PublicKey)) && w.rng.Intn(250) == 0 {
			in.Misbehaviour = append(in.Misbehaviour, chain.Misbehaviour{Validator: vote.Validator, Power: v.Power, Height: w.height - 1, Time: in.Time})
		}
	}
	w.run(in)
	w.follow()
}

// deed is what an operator does: it answers wins (mostly), comes back, seldom
// leaves.
func (w *storm) deed(name string) chain.Message {
	st := w.status()
	cur := st.Current
	switch n := w.rng.Intn(400); {
	case n == 0 && name == "dave":
		return &lotterypb.MsgRetireOperator{Operator: text(w.t, name)}
	case n < 150 && st.Previous != nil && st.Previous.Stage == lotterypb.StageSettled:
		sig := ed25519.Sign(consKey(w.t, name), proof.Ready(testChain, addr(w.t, name), st.Previous.Epoch, cur.Seed))
		return &lotterypb.MsgReady{Operator: text(w.t, name), Epoch: st.Previous.Epoch, ConsSignature: sig}
	case n < 180:
		sig := ed25519.Sign(consKey(w.t, name), proof.Unjail(testChain, addr(w.t, name), cur.Epoch, cur.Seed))
		return &lotterypb.MsgUnjail{Operator: text(w.t, name), Epoch: cur.Epoch, ConsSignature: sig}
	}
	return nil
}

// decree is what the authority does.
func (w *storm) decree() chain.Message {
	switch w.rng.Intn(60) {
	case 0:
		return &lotterypb.MsgEmergencyStop{Authority: text(w.t, "authority"), Stop: true}
	case 1, 2:
		return &lotterypb.MsgEmergencyStop{Authority: text(w.t, "authority")}
	case 3:
		cur := w.status().Current
		p := cur.Params
		p.CapBps = uint32(1 + w.rng.Intn(3300))
		p.Mode = lotterypb.ModeSeats
		if w.rng.Intn(4) == 0 {
			p.Mode = lotterypb.Mode(w.rng.Intn(2))
		}
		p.EpochBlocks = 7 + uint64(w.rng.Intn(4))
		if w.rng.Intn(3) == 0 { // a window of half the seats: what is there shares its power
			p.SeatsPerEpoch, p.Window, p.MaxSeatsPerOperator, p.CapBps = 2, 8, 8, min(p.CapBps, 2600)
		}
		return &lotterypb.MsgUpdateParams{Authority: text(w.t, "authority"), Params: p, ActivationEpoch: cur.Epoch + 2 + uint64(w.rng.Intn(3))}
	}
	return nil
}

// stakes moves the bonded power up and down.
func (w *storm) stakes() chain.Message {
	amount := wire.ProtoCoins(coins(w.t, "40000000uweft"))[0]
	switch w.rng.Intn(40) {
	case 0:
		return &stakingpb.MsgUndelegate{DelegatorAddress: text(w.t, "val"), ValidatorAddress: prefix.Validator(addr(w.t, "val")), Amount: amount}
	case 1:
		return &stakingpb.MsgDelegate{DelegatorAddress: text(w.t, "val"), ValidatorAddress: prefix.Validator(addr(w.t, "val")), Amount: amount}
	}
	return nil
}
