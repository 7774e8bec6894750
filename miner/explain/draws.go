package explain

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	rules "github.com/weftchain/weft/app/lottery"
	"github.com/weftchain/weft/app/lottery/epoch"
	"github.com/weftchain/weft/app/lottery/seats"
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

func (s source) beginning() (*beginning, error) {
	res, err := s.node.RPC().Genesis(s.ctx)
	if err != nil {
		return nil, nil //nolint:nilerr // a genesis that is too long for one answer: the checks that need it say so
	}
	var state struct {
		Lottery *beginning `json:"lottery"`
	}
	if err := json.Unmarshal(res.Genesis.AppState, &state); err != nil || state.Lottery == nil {
		return nil, nil //nolint:nilerr // a lottery that began with an upgrade is in no genesis
	}
	return state.Lottery, nil
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

// seats go to the best tickets whose operator may have them.
func (w *work) seats() {
	if w.e.Params.Mode != lottery.ModeSeats {
		return
	}
	var window lottery.QuerySeatsResponse
	err := w.at(w.r.Settled-1, "Seats", &lottery.QuerySeatsRequest{}, &window)
	var operators map[string]lottery.OperatorInfo
	if err == nil {
		operators, err = w.operators(w.r.Settled)
	}
	if err != nil {
		w.unknown("seats", "%v", err)
		return
	}
	held := map[string]uint64{}
	for _, s := range window.Seats {
		held[s.Operator]++
	}
	var list []seats.Candidate
	for i, t := range w.kept {
		o, known := operators[w.account(t.Operator)]
		if known && !o.Retired && !o.Tombstoned {
			list = append(list, seats.Candidate{Operator: o.Address, Place: i})
		}
	}
	_, _, rule := rules.Rules(w.e.Params)
	here := []string{}
	for i, won := range rule.Winners(list, held) {
		digest := hex.EncodeToString(w.kept[won.Place].digest[:])
		w.r.Seats = append(w.r.Seats, Seat{i, won.Operator, digest})
		here = append(here, won.Operator+"/"+digest)
	}
	said := []string{}
	for _, e := range w.last().events("lottery_seat") {
		if e.number("epoch") == w.e.Epoch {
			said = append(said, e["operator"]+"/"+e["digest"])
		}
	}
	if slices.Equal(here, said) {
		w.note("seats", Same, "%d won, by operator and digest", len(here))
		return
	}
	w.note("seats", Differs, "computed %v, the chain says %v", here, said)
}

// counts are what pools pay by.
func (w *work) counts() {
	here := map[string]map[string]uint64{}
	for _, t := range w.kept {
		payout := w.account(t.Payout)
		if here[payout] == nil {
			here[payout] = map[string]uint64{}
		}
		here[payout][string(t.Tag)]++
	}
	for _, payout := range slices.Sorted(maps.Keys(here)) {
		var res lottery.QueryCountsResponse
		if err := w.node.Query(w.ctx, query+"Counts", 0, &lottery.QueryCountsRequest{Epoch: w.e.Epoch, Payout: payout}, &res); err != nil {
			w.unknown("counts", "%v", err)
			return
		}
		said := map[string]uint64{}
		for _, c := range res.Counts {
			said[string(c.Tag)] += c.Tickets
		}
		if len(said) == 0 {
			w.unknown("counts", "the chain has forgotten the counts of this epoch: it keeps those of the last 64")
			return
		}
		if !maps.Equal(here[payout], said) {
			w.note("counts", Differs, "%s: computed %v, the chain says %v (tickets by tag)", payout, here[payout], said)
			return
		}
	}
	w.note("counts", Same, "%d payouts, by tag", len(here))
}

// payments are made in the blocks from settlement on, some in each.
func (w *work) payments(latest int64) {
	due, tickets := map[string]uint64{}, map[string]uint64{}
	for _, t := range w.kept {
		due[w.account(t.Payout)] += w.e.PerTicket
		tickets[w.account(t.Payout)]++
	}
	if len(w.kept) > 0 && !w.escrowed() {
		due[w.account(w.kept[0].Payout)] += w.e.LeaderBonus
	}
	open := maps.Clone(due)
	for _, payout := range slices.Sorted(maps.Keys(due)) {
		w.r.Prizes = append(w.r.Prizes, Prize{payout, tickets[payout], due[payout]})
		if due[payout] == 0 {
			delete(open, payout)
		}
	}
	end := w.r.Settled + int64(len(due))/16 + 4
	for h := w.r.Settled; h <= min(end, latest) && len(open) > 0; h++ {
		b := w.last()
		if h != w.r.Settled {
			var err error
			if b, err = w.block(h); err != nil {
				w.unknown("payments", "%v", err)
				return
			}
		}
		for _, e := range b.events("transfer") {
			to := e["recipient"]
			if amount, waits := open[to]; waits && e["sender"] == w.module(layout.LotteryModule) && w.amount(e["amount"]) == amount {
				delete(open, to)
			}
		}
	}
	switch {
	case len(open) == 0:
		w.note("payments", Same, "%d payouts, each in one transfer of the amount that is due", len(due))
	case latest < end:
		w.unknown("payments", "%d of %d are not paid yet at block %d: they are some in each block", len(open), len(due), latest)
	default:
		first := slices.Sorted(maps.Keys(open))[0]
		w.note("payments", Differs, "%d of %d payouts had no transfer of what is due; the first: %s, %d", len(open), len(due), first, open[first])
	}
}

// escrowed reports whether the leader's bonus is held of an operator.
func (w *work) escrowed() bool {
	best := w.kept[0]
	if len(best.Operator) == 0 {
		return false
	}
	operators, err := w.operators(w.r.Settled)
	if err != nil { // pruned: an operator that was named is nearly always one
		return true
	}
	o, known := operators[w.account(best.Operator)]
	return known && !o.Tombstoned
}
