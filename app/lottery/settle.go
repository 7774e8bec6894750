package lottery

import (
	"encoding/hex"
	"slices"

	"github.com/weftchain/weft/app/lottery/epoch"
	"github.com/weftchain/weft/app/lottery/seats"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	lottery "github.com/weftchain/weft/proto/weft/lottery/v1"
)

// won is a ticket of a settled epoch.
type won struct {
	digest [32]byte
	lottery.Ticket
}

// settle ranks an epoch's tickets and gives them what they won: coins now, seats
// at activation.
func (l *Lottery) settle(env *chain.Env, e *lottery.Epoch) error {
	tickets, err := ranked(env, e)
	if err != nil {
		return err
	}
	book, err := l.fill(env, e, uint64(len(tickets)))
	if err != nil {
		return err
	}
	if err := savePurse(env, book); err != nil {
		return err
	}
	before := bytes32(e.Beacon) // of the epoch before it, as known when it began
	if e.Epoch > 0 {
		prev, err := epochAt(env, e.Epoch-1)
		if err != nil {
			return err
		}
		if prev != nil {
			before = bytes32(prev.Beacon)
		}
	}
	var best [][32]byte
	for _, t := range tickets[:min(len(tickets), int(e.Params.SeatsPerEpoch))] {
		best = append(best, t.digest)
	}
	beacon := epoch.Beacon(e.Epoch, before, best)
	e.Beacon = beacon[:]
	env.Events.Emit(chain.NewEvent("lottery_settled", "epoch", digits(e.Epoch), "tickets", digits(e.Tickets), "work", digits(e.Work),
		"per_ticket", digits(e.PerTicket), "pot", digits(e.Pot), "minted", digits(e.Minted), "beacon", hex.EncodeToString(e.Beacon)))
	if err := l.reward(env, e, tickets); err != nil {
		return err
	}
	if e.Params.Mode == lottery.ModeSeats {
		if err := l.seat(env, e, tickets); err != nil {
			return err
		}
	}
	e.Stage = lottery.StageSettled
	return saveEpoch(env, e)
}

// ranked reads an epoch's tickets, the best first.
func ranked(env *chain.Env, e *lottery.Epoch) ([]won, error) {
	entries, err := list(env, layout.LotteryTickets(e.Epoch), 0)
	if err != nil {
		return nil, err
	}
	out := make([]won, len(entries))
	for i, entry := range entries {
		out[i].digest = bytes32(entry.rest)
		if err := out[i].Unmarshal(entry.value); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// fill mints the epoch's part and divides the pot. Nothing is lost: what is not
// given to somebody is carried.
func (l *Lottery) fill(env *chain.Env, e *lottery.Epoch, n uint64) (*lottery.Purse, error) {
	book, err := purse(env)
	if err != nil {
		return nil, err
	}
	rules := potOf(e.Params)
	if e.Params.Mode != lottery.ModeOff {
		due := rules.Mint(e.Epoch, n, book.Minted)
		err := alone(env, "subsidy", func(env *chain.Env) error {
			if due == 0 {
				return nil
			}
			if err := l.Bank.Mint(env, account, coinsOf(e.Params.Denom, due)); err != nil {
				return err
			}
			e.Minted = due
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	book.Minted += e.Minted
	e.Fees, book.Fees = book.Fees, 0
	s := rules.Share(e.Minted+book.Carry+e.Fees, n)
	e.Pot, e.PerTicket = s.Pot, s.PerTicket
	if n > 0 {
		e.LeaderBonus = s.Leader
	}
	if e.Params.Mode == lottery.ModeSeats {
		e.PerSeat, e.SeatPurse = s.PerSeat, s.Seats
	}
	book.Carry = s.Pot - s.PerTicket*n - e.LeaderBonus - e.SeatPurse
	book.SetAside += e.SeatPurse
	return book, nil
}

// reward pays tickets and the leader, and counts tickets for pools.
func (l *Lottery) reward(env *chain.Env, e *lottery.Epoch, tickets []won) error {
	due := map[string]uint64{}
	for _, t := range tickets {
		due[string(t.Payout)] += e.PerTicket
	}
	if err := saveCounts(env, e.Epoch, tickets); err != nil {
		return err
	}
	if len(tickets) > 0 {
		best := tickets[0]
		e.Leader, e.LeaderPayout, e.LeaderOperator = append([]byte(nil), best.digest[:]...), named(env, best.Payout), named(env, best.Operator)
		env.Events.Emit(chain.NewEvent("lottery_leader", "epoch", digits(e.Epoch), "payout", e.LeaderPayout,
			"operator", e.LeaderOperator, "digest", hex.EncodeToString(e.Leader), "bonus", digits(e.LeaderBonus)))
		held, err := l.holdsFor(env, best.Operator)
		if err != nil {
			return err
		}
		if held {
			if err := l.hold(env, chain.Address(best.Operator), e.LeaderBonus); err != nil {
				return err
			}
		} else {
			due[string(best.Payout)] += e.LeaderBonus
		}
	}
	var payments []lottery.Payment
	for _, payout := range sorted(due) {
		payments = append(payments, lottery.Payment{Payout: []byte(payout), Amount: due[payout]})
	}
	return queue(env, payments)
}

// named is an address as people read it, "" if there is none.
func named(env *chain.Env, address []byte) string {
	if len(address) == 0 {
		return ""
	}
	return env.Bech32().Account(chain.Address(address))
}

// holdsFor reports whether the leader's part goes to an operator's escrow: the
// ticket names one that can still lose it.
func (l *Lottery) holdsFor(env *chain.Env, operator []byte) (bool, error) {
	if len(operator) == 0 {
		return false, nil
	}
	o, err := l.Operator(env, chain.Address(operator))
	return o != nil && !o.Tombstoned, err
}

func sorted(m map[string]uint64) []string {
	keys := make([]string, 0, len(m))
	for k := range m { //weft:sorted the list is sorted below
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// seat gives seats to the best tickets that name an operator. They have no power
// yet.
func (l *Lottery) seat(env *chain.Env, e *lottery.Epoch, tickets []won) error {
	window, err := seatList(env)
	if err != nil {
		return err
	}
	held := map[string]uint64{}
	for _, s := range window {
		held[s.Operator]++
	}
	var candidates []seats.Candidate
	gone := map[string]bool{}
	for i, t := range tickets {
		if len(t.Operator) == 0 {
			continue
		}
		name := string(t.Operator)
		if _, known := gone[name]; !known {
			o, err := l.Operator(env, chain.Address(name))
			if err != nil {
				return err
			}
			gone[name] = o == nil || o.Retired || o.Tombstoned
		}
		if !gone[name] {
			candidates = append(candidates, seats.Candidate{Operator: name, Place: i})
		}
	}
	for i, w := range seatsOf(e.Params).Winners(candidates, held) {
		s := &lottery.Seat{Epoch: e.Epoch, Rank: uint32(i), Operator: []byte(w.Operator)}
		if err := save(env, layout.LotterySeat(s.Epoch, s.Rank), s); err != nil {
			return err
		}
		env.Events.Emit(chain.NewEvent("lottery_seat", "epoch", digits(e.Epoch), "operator", env.Bech32().Account(chain.Address(w.Operator)),
			"digest", hex.EncodeToString(tickets[w.Place].digest[:]), "until_epoch", digits(e.Epoch+seatsOf(e.Params).Life())))
	}
	return nil
}
