package simulate

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"

	"github.com/weftchain/weft/app/lottery/pot"
	"github.com/weftchain/weft/app/lottery/seats"
	"github.com/weftchain/weft/app/lottery/target"
)

// found is a ticket: the leading bits of its digest decide.
type found struct {
	rank  uint64
	miner int
}

// run is a simulation under way.
type run struct {
	o      Options
	dice   dice
	now    target.Target
	window []seats.Seat
	power  map[string]int64
	purse  struct{ minted, paid, carry uint64 }
	seatOf []uint64 // active seats by miner
	res    *Result
}

// Run simulates. The error says what is wrong with the options.
func Run(o Options) (*Result, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	r := &run{o: o, dice: dice{o.Seed}, now: o.Start, power: map[string]int64{}, seatOf: make([]uint64, len(o.Miners)), res: &Result{}}
	if r.now == (target.Target{}) {
		r.now = o.Rules.Retarget.Limit
	}
	for _, m := range o.Miners {
		r.res.Miners = append(r.res.Miners, Earned{Name: m.Name})
	}
	for e := range o.Epochs {
		r.epoch(e)
	}
	r.finish()
	return r.res, nil
}

// hashes is what a miner makes in an epoch.
func (r *run) hashes(m Miner, e uint64) float64 {
	if m.Off > 0 && e%(m.On+m.Off) >= m.On {
		return 0
	}
	h := m.Hashes
	for _, j := range r.o.Jumps {
		if e >= j.Epoch {
			h *= j.Factor
		}
	}
	return h
}

// dig draws the tickets of an epoch: how many each miner finds, and their ranks,
// uniform below the target.
func (r *run) dig(e uint64) (tickets []found, hashes float64, count uint64) {
	perTicket := float64(target.Work(r.now))
	for i, m := range r.o.Miners {
		h := r.hashes(m, e)
		hashes += h
		r.res.Miners[i].Hashes += h
		n := r.dice.poisson(h / perTicket * (1 - m.Withholds))
		count += n
		// Of very many only those can be kept that are the best: draw those. The
		// others are too weak by far.
		for range n {
			tickets = append(tickets, found{r.dice.next(), i})
		}
	}
	slices.SortFunc(tickets, func(a, b found) int { return cmp.Compare(a.rank, b.rank) })
	return tickets[:min(uint64(len(tickets)), r.o.Rules.MaxTickets)], hashes, count
}

// scaled is the digest of a rank: that part of the target.
func (r *run) scaled(rank uint64) target.Target {
	var d target.Target
	var carry uint64 // target · rank / 2^64, by 32-bit limbs
	var limbs [8]uint64
	for i := range 8 {
		limbs[7-i] = uint64(binary.BigEndian.Uint32(r.now[4*i:]))
	}
	var product [10]uint64
	for j, part := range []uint64{rank & math.MaxUint32, rank >> 32} {
		carry = 0
		for i, l := range limbs {
			sum := product[i+j] + l*part + carry
			product[i+j], carry = sum&math.MaxUint32, sum>>32
		}
		product[8+j] = carry
	}
	for i := range 8 {
		binary.BigEndian.PutUint32(d[4*(7-i):], uint32(product[i+2]))
	}
	return d
}

func (r *run) epoch(e uint64) {
	anchors := r.o.Anchors
	if r.o.Restless {
		anchors -= int64(r.dice.next() % uint64(max(anchors/10, 1)))
	}
	tickets, hashes, count := r.dig(e)
	n := uint64(len(tickets))
	var worst target.Target
	if n >= r.o.Rules.MaxTickets {
		worst = r.scaled(tickets[n-1].rank)
	}
	seen := target.Estimate(n, r.o.Rules.MaxTickets, r.now, worst)
	minted := r.pay(e, tickets, anchors)
	mined := r.turn(e, tickets, anchors)
	p := Point{
		Epoch: e, Work: target.Work(r.now), Tickets: count, Seen: seen, Hashes: hashes, Mined: mined, Anchors: anchors, Minted: minted,
	}
	if r.o.Shares {
		for _, m := range r.res.Miners {
			p.Coins = append(p.Coins, m.Coins)
		}
	}
	r.res.Points = append(r.res.Points, p)
	r.now = r.o.Rules.Retarget.Next(r.now, seen)
}

// pay shares the pot as settlement does. Seats are paid for the period before.
func (r *run) pay(e uint64, tickets []found, _ int64) uint64 {
	n := uint64(len(tickets))
	minted := r.o.Rules.Pot.Mint(e, n, r.purse.minted)
	s := r.o.Rules.Pot.Share(minted+r.purse.carry, n)
	var paid uint64
	give := func(i int, coins uint64) {
		r.res.Miners[i].Coins += coins
		paid += coins
	}
	for i, t := range tickets {
		r.res.Miners[t.miner].Tickets++
		give(t.miner, s.PerTicket)
		if i == 0 {
			r.res.Miners[t.miner].Leads++
			give(t.miner, s.Leader)
		}
	}
	blocks := r.o.Rules.EpochBlocks
	for i, k := range r.seatOf {
		give(i, pot.Stipend(s.PerSeat, k, r.missed(e, i), blocks))
	}
	r.purse.minted += minted
	r.purse.paid += paid
	r.purse.carry = s.Pot - paid
	if r.purse.paid+r.purse.carry != r.purse.minted {
		r.res.Unbalanced++
	}
	return minted
}

// away reports whether a miner's node is off line in an epoch.
func (r *run) away(e uint64, miner int) bool {
	for _, o := range r.o.Outages {
		if o.From <= e && e < o.Until && float64(miner) < o.Part*float64(len(r.o.Miners)) {
			return true
		}
	}
	return false
}

func (r *run) missed(e uint64, miner int) uint64 {
	if r.away(e, miner) {
		return r.o.Rules.EpochBlocks
	}
	return 0
}

// turn gives seats and turns the window; it returns the mined power.
func (r *run) turn(e uint64, tickets []found, anchors int64) int64 {
	rules := r.o.Rules.Seats
	held := map[string]uint64{}
	for _, s := range r.window {
		held[s.Operator]++
	}
	candidates := make([]seats.Candidate, 0, min(len(tickets), 4*int(rules.PerEpoch)))
	for i, t := range tickets {
		if i == 4*int(rules.PerEpoch) {
			break // enough, unless one miner has everything
		}
		candidates = append(candidates, seats.Candidate{Operator: r.o.Miners[t.miner].Name, Place: t.miner})
	}
	index := map[string]int{}
	for i, m := range r.o.Miners {
		index[m.Name] = i
	}
	for i, w := range rules.Winners(candidates, held) {
		r.window = append(r.window, seats.Seat{Won: e, Rank: uint32(i), Operator: w.Operator})
		r.res.Miners[w.Place].Seats++
	}
	t := rules.Activate(e, r.window, func(name string) seats.Standing {
		away := r.away(e, index[name])
		return seats.Standing{Barred: away, Ready: !away}
	})
	r.window = t.Seats
	clear(r.seatOf)
	var mined, fresh int64
	now := map[string]int64{}
	for _, s := range seats.Shares(r.window) {
		p := rules.Power(anchors, s.Seats)
		now[s.Operator] = p
		mined += p
		fresh += max(0, p-r.power[s.Operator])
		r.seatOf[index[s.Operator]] = s.Seats
	}
	r.power = now
	if !seats.Safe(anchors, mined) {
		r.res.Unsafe++
	}
	all := float64(anchors + mined)
	r.res.WorstShare = max(r.res.WorstShare, float64(mined)/all)
	r.res.WorstChurn = max(r.res.WorstChurn, float64(fresh)/all)
	return mined
}

// finish makes the tests.
func (r *run) finish() {
	res := r.res
	res.Minted, res.Paid, res.Carry = r.purse.minted, r.purse.paid, r.purse.carry
	var work []float64
	var tickets, won, leads []uint64
	var hashes float64
	for i := range res.Miners {
		m := &res.Miners[i]
		work = append(work, m.Hashes)
		tickets, won, leads = append(tickets, m.Tickets), append(won, m.Seats), append(leads, m.Leads)
		hashes += m.Hashes
	}
	for i := range res.Miners {
		m := &res.Miners[i]
		if m.Hashes > 0 && res.Paid > 0 {
			m.Rate = float64(m.Coins) / float64(res.Paid) * hashes / m.Hashes
		}
	}
	res.Fair = map[string]Test{}
	for name, counts := range map[string][]uint64{"tickets": tickets, "seats": won, "leads": leads} {
		s, p := ChiSquare(counts, work)
		res.Fair[name] = Test{s, p}
	}
}
