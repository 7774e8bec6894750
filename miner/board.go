package miner

import (
	"bytes"
	"encoding/hex"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/weftchain/weft/client"
	lottery "github.com/weftchain/weft/proto/weft/lottery/v1"
)

// Board is what a miner knows of its chain: the tickets of the epochs that are
// open, whose they are, and what they may earn. It believes what a node tells,
// for nothing but display hangs on it: what is hashed comes from a Source.
type Board struct {
	live atomic.Bool // a stream of events feeds it

	mu       sync.Mutex
	payout   string // bech32
	operates bool   // tickets name an operator
	height   int64
	at       time.Time // when that height was heard of
	params   lottery.Params
	purse    lottery.Purse
	rounds   map[uint64]*round
	now      uint64 // epoch that is mined
	income   Income
	settled  []Settled
	included func(digest [32]byte)
}

// Income is what a miner earned since it was started, in base units. Seats'
// stipends are not in it: they belong to the operator.
type Income struct {
	Denom string
	// Last is what the last epoch gave that was settled, Total all of them.
	Last, Total uint64
	// Won is how many epochs had this miner as leader.
	Won uint64
}

// Settled is how one epoch ended.
type Settled struct {
	Epoch     uint64
	Tickets   uint64
	Mine      uint64
	PerTicket uint64
	Income    uint64
	Seats     uint64
	Leader    bool
}

// round is one epoch as it goes on.
type round struct {
	first, last, settles int64
	target               [32]byte
	began                time.Time
	tickets              map[[32]byte]bool // true are this payout's
	seats                uint64
	won                  bool
	bonus                uint64
}

// openRounds is how many epochs can be open at once: the one that is mined and
// the one that is not settled. maxHeard bounds the tickets of one, above what
// any chain may keep.
const (
	openRounds = 3
	maxHeard   = 1 << 17
)

// NewBoard returns the board of those who mine for a payout, a bech32 address.
func NewBoard(payout string, operates bool) *Board {
	return &Board{payout: payout, operates: operates, rounds: map[uint64]*round{}}
}

func (b *Board) onIncluded(f func([32]byte)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.included = f
}

// Status takes over how things stand, and all tickets of the two open epochs.
func (b *Board) Status(height int64, res *lottery.QueryStatusResponse, tickets map[uint64][]lottery.RankedTicket, began time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.height, b.at = max(b.height, height), time.Now()
	b.params, b.purse, b.income.Denom = res.Current.Params, res.Purse, res.Current.Params.Denom
	for _, e := range []*lottery.Epoch{&res.Current, res.Previous} {
		if e == nil || e.Stage != lottery.StageMining {
			continue
		}
		r := b.round(e.Epoch)
		r.first, r.last, r.settles = e.FirstHeight, e.LastHeight, e.LastHeight+int64(e.Params.GraceBlocks)
		copy(r.target[:], e.Target)
		if e.Epoch == res.Current.Epoch && r.began.IsZero() {
			r.began = began
		}
		for _, t := range tickets[e.Epoch] {
			if len(t.Digest) == 32 {
				b.hear(r, [32]byte(t.Digest), t.Payout)
			}
		}
	}
	b.now = res.Current.Epoch
}

// round returns an epoch, and forgets those long over.
func (b *Board) round(n uint64) *round {
	r := b.rounds[n]
	if r == nil {
		r = &round{tickets: map[[32]byte]bool{}, began: time.Time{}}
		b.rounds[n] = r
	}
	for k := range b.rounds {
		if k+openRounds <= n {
			delete(b.rounds, k)
		}
	}
	return r
}

func (b *Board) hear(r *round, digest [32]byte, payout string) {
	if len(r.tickets) >= maxHeard {
		return
	}
	mine := payout == b.payout
	r.tickets[digest] = mine
	if mine && b.included != nil {
		b.included(digest)
	}
}

// Ticket takes a ticket that a block holds.
func (b *Board) Ticket(n client.Notice) {
	b.mu.Lock()
	defer b.mu.Unlock()
	epochs, digests, payouts := n.Events["lottery_ticket.epoch"], n.Events["lottery_ticket.digest"], n.Events["lottery_ticket.payout"]
	if len(epochs) != len(digests) || len(payouts) != len(digests) {
		return
	}
	for i, text := range digests {
		e, err := strconv.ParseUint(epochs[i], 10, 64)
		digest, bad := hex.DecodeString(text)
		if err != nil || bad != nil || len(digest) != 32 || b.rounds[e] == nil {
			continue
		}
		b.hear(b.rounds[e], [32]byte(digest), payouts[i])
	}
}

// Block takes the events of a block. It reports whether an epoch began with it.
func (b *Board) Block(n client.Notice) (began bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if n.Height > b.height {
		b.height, b.at = n.Height, time.Now()
	}
	number := func(name string) uint64 {
		v, _ := strconv.ParseUint(n.First(name), 10, 64) // what is no number is 0
		return v
	}
	for i, text := range n.Events["lottery_seat.epoch"] {
		if e, err := strconv.ParseUint(text, 10, 64); err == nil && i < len(n.Events["lottery_seat.digest"]) {
			b.seat(e, n.Events["lottery_seat.digest"][i])
		}
	}
	if n.First("lottery_settled.epoch") != "" {
		e := number("lottery_settled.epoch")
		if r := b.rounds[e]; r != nil {
			if r.won = n.First("lottery_leader.payout") == b.payout; r.won && n.First("lottery_leader.operator") == "" {
				r.bonus = number("lottery_leader.bonus")
			}
			b.settle(e, r, number("lottery_settled.tickets"), number("lottery_settled.per_ticket"))
		}
	}
	if n.First("lottery_epoch_started.epoch") != "" {
		b.now, began = number("lottery_epoch_started.epoch"), true
		r := b.round(b.now)
		r.first, r.last = int64(number("lottery_epoch_started.first_height")), int64(number("lottery_epoch_started.last_height"))
		r.settles, r.began = r.last+int64(b.params.GraceBlocks), time.Now()
		if t, err := hex.DecodeString(n.First("lottery_epoch_started.target")); err == nil {
			copy(r.target[:], t)
		}
	}
	return began
}

func (b *Board) seat(e uint64, text string) {
	digest, err := hex.DecodeString(text)
	if r := b.rounds[e]; r != nil && err == nil && len(digest) == 32 && r.tickets[[32]byte(digest)] {
		r.seats++
	}
}

func (b *Board) settle(e uint64, r *round, tickets, perTicket uint64) {
	s := Settled{Epoch: e, Tickets: tickets, PerTicket: perTicket, Seats: r.seats, Leader: r.won}
	for _, digest := range r.best(b.params.MaxTickets) {
		if r.tickets[digest] {
			s.Mine++
		}
	}
	s.Income = s.Mine*perTicket + r.bonus
	b.income.Last = s.Income
	b.income.Total += s.Income
	if r.won {
		b.income.Won++
	}
	b.settled = append(b.settled, s)
	delete(b.rounds, e)
}

// best are the digests that an epoch keeps, ascending.
func (r *round) best(most uint64) [][32]byte {
	out := make([][32]byte, 0, len(r.tickets))
	for d := range r.tickets {
		out = append(out, d)
	}
	slices.SortFunc(out, func(a, b [32]byte) int { return bytes.Compare(a[:], b[:]) })
	if most > 0 && uint64(len(out)) > most {
		out = out[:most]
	}
	return out
}

// Settled returns what was settled since it was asked last.
func (b *Board) Settled() []Settled {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.settled
	b.settled = nil
	return s
}
