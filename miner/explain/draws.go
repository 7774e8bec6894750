package explain

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	rules "github.com/weftchain/weft/app/lottery"
	"github.com/weftchain/weft/app/lottery/epoch"
	"github.com/weftchain/weft/app/lottery/target"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	lottery "github.com/weftchain/weft/proto/weft/lottery/v1"
)

// beginning is what genesis says of the first epoch.
type beginning struct {
	Seed    []byte `json:"seed"`
	Beacon  []byte `json:"beacon"`
	Initial []byte `json:"initial_target"`
}

// beginning reads it; nil if the genesis is too long for one answer, or if the
// lottery began with an upgrade: the checks that need it say so.
func (s source) beginning() *beginning {
	res, err := s.node.RPC().Genesis(s.ctx)
	if err != nil {
		return nil
	}
	var state struct {
		Lottery *beginning `json:"lottery"`
	}
	if json.Unmarshal(res.Genesis.AppState, &state) != nil {
		return nil
	}
	return state.Lottery
}

const noGenesis = "it depends on the genesis, which the node does not tell in one answer"

// seed is what nobody knew before the block before the epoch.
func (w *work) seed() {
	var before, beacon [32]byte
	switch {
	case w.one == nil && w.genesis != nil:
		before, beacon = bytes32(w.genesis.Seed), bytes32(w.genesis.Beacon)
	case w.one == nil:
		w.unknown("seed", noGenesis)
		return
	case w.two != nil:
		before, beacon = bytes32(w.one.Seed), bytes32(w.two.Beacon)
	case w.genesis != nil:
		before, beacon = bytes32(w.one.Seed), bytes32(w.genesis.Beacon)
	default:
		w.unknown("seed", noGenesis)
		return
	}
	seed := epoch.Seed(w.r.ChainID, w.e.Epoch, before, beacon, w.before.Hash())
	compareBytes(w, "seed", seed[:], w.e.Seed)
}

// target follows the work of the epoch before.
func (w *work) target() {
	rule, _, _ := rules.Rules(w.e.Params)
	var t target.Target
	switch {
	case w.one == nil && w.genesis == nil:
		w.unknown("target", noGenesis)
		return
	case w.one == nil:
		t = rule.Limit
		if len(w.genesis.Initial) == 32 {
			t = rule.Bound(target.Target(w.genesis.Initial))
		}
	case w.one.Params.Algo != w.e.Params.Algo:
		t = rule.Limit
	case w.one.Params.Mode == lottery.ModeOff:
		t = rule.Bound(target.Target(bytes32(w.one.Target)))
	default:
		t = rule.Next(target.Target(bytes32(w.one.Target)), w.one.Work)
	}
	compareBytes(w, "target", t[:], w.e.Target)
}

// estimate is the work that the next target follows: tickets of the grace blocks
// do not count.
func (w *work) estimate() {
	var timely []drawn
	for _, t := range w.all {
		if t.height <= w.e.LastHeight {
			timely = append(timely, t)
		}
	}
	most := w.e.Params.MaxTickets
	var worst target.Target
	if uint64(len(timely)) >= most && most > 0 {
		worst = timely[most-1].digest
	}
	compare(w, "work", target.Estimate(min(uint64(len(timely)), most), most, target.Target(bytes32(w.e.Target)), worst), w.e.Work)
}

// money is how much there is and how it is divided.
func (w *work) money() {
	_, money, _ := rules.Rules(w.e.Params)
	n := uint64(len(w.kept))
	var was lottery.QueryStatusResponse
	if err := w.at(w.r.Settled-1, "Status", &lottery.QueryStatusRequest{}, &was); err != nil {
		w.unknown("minted", "%v", err)
		w.unknown("pot", "%v", err)
	} else {
		due := uint64(0)
		if w.e.Params.Mode != lottery.ModeOff {
			due = money.Mint(w.e.Epoch, n, was.Purse.Minted)
		}
		compare(w, "minted", due, w.e.Minted)
		compare(w, "pot", due+was.Purse.Carry+w.e.Fees, w.e.Pot)
		compare(w, "fees", was.Purse.Fees+w.fees(), w.e.Fees)
	}
	s := money.Share(w.e.Pot, n)
	compare(w, "per ticket", s.PerTicket, w.e.PerTicket)
	if w.e.Params.Mode == lottery.ModeSeats {
		compare(w, "per seat", s.PerSeat, w.e.PerSeat)
	}
	bonus := uint64(0)
	if n > 0 {
		bonus = s.Leader
	}
	compare(w, "leader's bonus", bonus, w.e.LeaderBonus)
}

// last is the block of settlement.
func (w *work) last() block { return w.blocks[len(w.blocks)-1] }

func (w *work) module(name string) string { return w.prefix.Account(layout.ModuleAddress(name)) }

// fees is what the block of settlement took of the fees of the one before.
func (w *work) fees() uint64 { return w.sent(w.last(), layout.FeeCollector, layout.LotteryModule) }

func (w *work) sent(b block, from, to string) (sum uint64) {
	for _, e := range b.events("transfer") {
		if e["sender"] == w.module(from) && e["recipient"] == w.module(to) {
			sum += w.amount(e["amount"])
		}
	}
	return sum
}

// amount is how much of the lottery's denom coins hold.
func (w *work) amount(coins string) uint64 {
	for _, c := range strings.Split(coins, ",") {
		var n uint64
		if digits, ok := strings.CutSuffix(c, w.e.Params.Denom); ok {
			if _, err := fmt.Sscanf(digits, "%d", &n); err == nil {
				return n
			}
		}
	}
	return 0
}

// leader is the lowest digest.
func (w *work) leader() {
	if len(w.kept) == 0 {
		compareBytes(w, "leader", nil, w.e.Leader)
		return
	}
	best := w.kept[0]
	w.r.Leader = hex.EncodeToString(best.digest[:])
	compareBytes(w, "leader", best.digest[:], w.e.Leader)
	compare(w, "leader's payout", w.account(best.Payout), w.e.LeaderPayout)
	compare(w, "leader's operator", w.account(best.Operator), w.e.LeaderOperator)
}

func (w *work) account(address []byte) string {
	if len(address) == 0 {
		return ""
	}
	return w.prefix.Account(chain.Address(address))
}

func (w *work) beacon() {
	var before [32]byte
	switch {
	case w.one != nil:
		before = bytes32(w.one.Beacon)
	case w.genesis != nil:
		before = bytes32(w.genesis.Beacon)
	default:
		w.unknown("beacon", noGenesis)
		return
	}
	var best [][32]byte
	for _, t := range w.kept[:min(len(w.kept), int(w.e.Params.SeatsPerEpoch))] {
		best = append(best, t.digest)
	}
	beacon := epoch.Beacon(w.e.Epoch, before, best)
	compareBytes(w, "beacon", beacon[:], w.e.Beacon)
}
