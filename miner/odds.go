package miner

import (
	"encoding/binary"
	"math"
	"time"

	rules "github.com/weftchain/weft/app/lottery"
	"github.com/weftchain/weft/app/lottery/target"
	lottery "github.com/weftchain/weft/proto/weft/lottery/v1"
)

// Standing is how a miner stands in an epoch. All odds are
// estimates: they take tickets to go on coming as they came.
type Standing struct {
	Height, First, Last, Settles int64
	// Network is how many hashes a second all miners make together, from the
	// tickets that blocks hold; 0 is not known yet.
	Network float64
	// Tickets are in the epoch, Mine of them this payout's; Rank is that of its
	// best, from 1, 0 without one.
	Tickets, Mine uint64
	Rank          int
	// Share is this miner's part of all hashes, 0 to 1.
	Share float64
	// Seat is the chance to win at least one seat, Leader to have the lowest
	// digest.
	Seat, Leader float64
	// Expected is the income of this epoch on average, in base units.
	Expected uint64
	Income   Income
	Live     bool
}

// Height is the last block that was heard of.
func (b *Board) Height() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.height
}

// Standing is that in the epoch that this miner mines, by its own rate in hashes
// a second.
func (b *Board) Standing(epoch uint64, own float64) Standing {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := Standing{Height: b.height, Income: b.income, Live: b.live.Load()}
	r := b.rounds[epoch]
	if r == nil || r.first == 0 {
		return s
	}
	s.First, s.Last, s.Settles = r.first, r.last, r.settles
	list := r.best(b.params.MaxTickets)
	s.Tickets = uint64(len(list))
	var mine []int
	for i, d := range list {
		if r.tickets[d] {
			mine = append(mine, i)
		}
	}
	s.Mine = uint64(len(mine))
	if len(mine) > 0 {
		s.Rank = mine[0] + 1
	}
	work := float64(target.Work(target.Target(r.target)))
	heard := uint64(len(r.tickets))
	passed := time.Since(r.began).Seconds()
	if !r.began.IsZero() && passed > 0 && heard > 0 {
		s.Network = float64(heard) * work / passed
	}
	// Tickets that are still to come, by the blocks that are left.
	var coming, ownComing float64
	if done := b.height - r.first + 1; done > 0 && passed > 0 && !r.began.IsZero() {
		left := float64(max(r.last-b.height, 0)) / float64(done)
		coming, ownComing = float64(heard)*left, own/work*passed*left
	}
	coming = max(coming, ownComing)
	if s.Network = max(s.Network, own); s.Network > 0 {
		s.Share = min(own/s.Network, 1)
	}
	o := odds{places: list, mine: mine, target: r.target, coming: coming, own: ownComing, full: b.params.MaxTickets}
	s.Leader = o.leader()
	if b.operates && b.params.Mode == lottery.ModeSeats {
		s.Seat = o.seat(int(b.params.SeatsPerEpoch))
	}
	s.Expected = b.expected(o, s.Leader)
	return s
}

// expected is what an epoch pays a miner on average.
func (b *Board) expected(o odds, leader float64) uint64 {
	_, money, _ := rules.Rules(b.params)
	if money.FullAt == 0 || money.Window == 0 || money.Halving == 0 {
		return 0
	}
	all, own := float64(len(o.places))+o.coming, float64(len(o.mine))+o.own
	if all < 1 {
		return 0
	}
	n := uint64(min(all, float64(max(o.full, 1))))
	part := money.Share(money.Mint(b.now, n, b.purse.Minted)+b.purse.Carry+b.purse.Fees, n)
	sum := min(own/all, 1) * float64(part.Tickets)
	if !b.operates {
		sum += leader * float64(part.Leader)
	}
	return uint64(sum)
}

// odds are of the tickets in an epoch and those still to come: a Poisson
// process whose digests fall evenly below the target.
type odds struct {
	places      [][32]byte // ascending
	mine        []int      // of them
	target      [32]byte
	coming, own float64 // tickets, of all and of this miner
	full        uint64
}

// part is a digest as a part of the target, 0 to 1.
func (o odds) part(d [32]byte) float64 {
	t := number(o.target)
	if t == 0 {
		return 0
	}
	return min(number(d)/t, 1)
}

// number is 32 bytes as a number, as near as a float comes.
func number(b [32]byte) float64 {
	var n float64
	for i := range 4 {
		n = n*math.Exp2(64) + float64(binary.BigEndian.Uint64(b[8*i:]))
	}
	return n
}

func (o odds) share() float64 {
	if o.coming <= 0 {
		return 0
	}
	return min(o.own/o.coming, 1)
}

// leader is the chance that the lowest digest of all is this miner's: the best
// so far stays if none comes below it; of those that come the lowest is anybody's
// by their share.
func (o odds) leader() float64 {
	best := 1.0
	if len(o.places) > 0 {
		best = o.part(o.places[0])
	}
	stays := math.Exp(-o.coming * best)
	p := o.share() * (1 - stays)
	if len(o.mine) > 0 && o.mine[0] == 0 {
		p += stays
	}
	return min(p, 1)
}

// seat is the chance of at least one of so many seats: that the best ticket so
// far is not pushed out, or that one of those that come gets in.
func (o odds) seat(seats int) float64 {
	loses := 1.0
	if len(o.mine) > 0 {
		rank := o.mine[0]
		loses = 1 - poisson(o.coming*o.part(o.places[rank]), seats-1-rank)
	}
	all := float64(len(o.places)) + o.coming
	bar := 1.0
	if all > float64(seats) {
		bar = float64(seats) / all
	}
	return 1 - loses*math.Exp(-o.own*bar)
}

// poisson is the chance of at most n when so many are expected.
func poisson(expected float64, n int) float64 {
	if n < 0 {
		return 0
	}
	term := math.Exp(-expected)
	sum := term
	for i := 1; i <= n; i++ {
		term *= expected / float64(i)
		sum += term
	}
	return min(sum, 1)
}
