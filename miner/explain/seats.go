package explain

import (
	"encoding/hex"
	"maps"
	"slices"

	rules "github.com/weftchain/weft/app/lottery"
	"github.com/weftchain/weft/app/lottery/seats"
	"github.com/weftchain/weft/chain/layout"
	lottery "github.com/weftchain/weft/proto/weft/lottery/v1"
)

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
