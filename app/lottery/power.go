package lottery

import (
	"crypto/sha256"
	"fmt"

	"github.com/weftchain/weft/app/lottery/pot"
	"github.com/weftchain/weft/app/lottery/seats"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	lottery "github.com/weftchain/weft/proto/weft/lottery/v1"
)

// consensusAddress is the address of an ed25519 key.
func consensusAddress(key []byte) chain.Address {
	sum := sha256.Sum256(key)
	return chain.Address(sum[:20])
}

// seatList is the window, the oldest seat first.
func seatList(env *chain.Env) ([]seats.Seat, error) {
	entries, err := list(env, layout.LotterySeatPrefix, 0)
	if err != nil {
		return nil, err
	}
	out := make([]seats.Seat, len(entries))
	for i, e := range entries {
		var s lottery.Seat
		if err := s.Unmarshal(e.value); err != nil {
			return nil, fmt.Errorf("seat in state: %v", err)
		}
		out[i] = seats.Seat{Won: s.Epoch, Rank: s.Rank, Operator: string(s.Operator), Active: s.Active}
	}
	return out, nil
}

func saveSeat(env *chain.Env, s seats.Seat) error {
	return save(env, layout.LotterySeat(s.Won, s.Rank), &lottery.Seat{Epoch: s.Won, Rank: s.Rank, Operator: []byte(s.Operator), Active: s.Active})
}

// activate ends a period: who had seats is paid for it, the window turns, and
// the powers of the next period are computed beside that of the anchors.
func (l *Lottery) activate(env *chain.Env, e *lottery.Epoch, anchors int64) error {
	if err := l.stipends(env, e); err != nil {
		return err
	}
	window, err := seatList(env)
	if err != nil {
		return err
	}
	operators, err := l.operatorsOf(env, window)
	if err != nil {
		return err
	}
	rules := seatsOf(e.Params)
	turn := rules.Activate(e.Epoch, window, func(name string) seats.Standing {
		o := operators[name]
		return seats.Standing{
			Barred: o.Jailed || o.Retired || o.Tombstoned, Void: o.Void || o.Retired || o.Tombstoned, Ready: o.ReadyEpoch == e.Epoch+1,
		}
	})
	if err := l.turnSeats(env, window, turn); err != nil {
		return err
	}
	for _, s := range window { // in the order of seats, each operator at its first
		if o := operators[s.Operator]; o.Void {
			o.Void = false
			if err := saveOperator(env, o); err != nil {
				return err
			}
		}
	}
	if err := l.compose(env, rules, turn.Seats, operators, anchors); err != nil {
		return err
	}
	e.Stage = lottery.StageDone
	return saveEpoch(env, e)
}

// operatorsOf loads the operators of seats, by their addresses.
func (l *Lottery) operatorsOf(env *chain.Env, window []seats.Seat) (map[string]*lottery.Operator, error) {
	out := map[string]*lottery.Operator{}
	for _, s := range window {
		if out[s.Operator] != nil {
			continue
		}
		o, err := l.Operator(env, chain.Address(s.Operator))
		if err != nil {
			return nil, err
		}
		if o == nil {
			return nil, fmt.Errorf("a seat of %x, who is no operator", s.Operator)
		}
		out[s.Operator] = o
	}
	return out, nil
}

// turnSeats writes what changed of the window.
func (l *Lottery) turnSeats(env *chain.Env, before []seats.Seat, turn seats.Turn) error {
	was := map[[2]uint64]bool{}
	for _, s := range before {
		was[[2]uint64{s.Won, uint64(s.Rank)}] = s.Active
	}
	for _, s := range turn.Seats {
		if was[[2]uint64{s.Won, uint64(s.Rank)}] == s.Active {
			continue
		}
		if err := saveSeat(env, s); err != nil {
			return err
		}
	}
	for i, gone := range [][]seats.Seat{turn.Lapsed, turn.Ended} {
		for _, s := range gone {
			if err := drop(env, layout.LotterySeat(s.Won, s.Rank)); err != nil {
				return err
			}
			name := []string{"lottery_seat_lapsed", "lottery_seat_ended"}[i]
			env.Events.Emit(chain.NewEvent(name, "epoch", digits(s.Won), "operator", env.Bech32().Account(chain.Address(s.Operator))))
		}
	}
	return nil
}

// compose computes the mined set of a period.
func (l *Lottery) compose(env *chain.Env, rules seats.Rules, window []seats.Seat, operators map[string]*lottery.Operator, anchors int64) error {
	old, err := minedSet(env)
	if err != nil {
		return err
	}
	had := map[string]bool{}
	for _, m := range old.Members {
		had[string(m.Operator)] = m.Power > 0
	}
	set := &lottery.MinedSet{Anchors: anchors, Since: env.Block.Height}
	shares := seats.Shares(window)
	rules = rules.Holding(shares)
	for _, s := range shares {
		o := operators[s.Operator]
		m := lottery.MinedPower{Operator: []byte(s.Operator), ConsPubkey: o.ConsPubkey, Seats: s.Seats, Power: rules.Power(anchors, s.Seats)}
		set.Members = append(set.Members, m)
		if m.Power == 0 || had[s.Operator] {
			continue
		}
		if err := l.Signing.KeyBonded(env, consensusAddress(o.ConsPubkey)); err != nil {
			return err
		}
	}
	return save(env, layout.LotteryMined, set)
}

// stipends pays the period that ends out of what the epoch set aside for it:
// each seat for the blocks that its operator signed.
func (l *Lottery) stipends(env *chain.Env, e *lottery.Epoch) error {
	set, err := minedSet(env)
	if err != nil {
		return err
	}
	blocks := uint64(max(env.Block.Height-set.Since, 1))
	stopped, since, err := stoppedSince(env)
	if err != nil {
		return err
	}
	if stopped {
		set.Idle += idleSince(env, set, since)
	}
	perSeat := e.PerSeat
	if held := seatsOf(e.Params).Holding(sharesOf(set)); held.Window > e.Params.Window {
		perSeat = e.SeatPurse / held.Window // the window shrank: more seats share what is set aside
	}
	var paid uint64
	for _, m := range set.Members {
		missed, err := number(env, layout.LotteryMiss(chain.Address(m.Operator)))
		if err != nil {
			return err
		}
		earned := pot.Stipend(perSeat, m.Seats, missed+set.Idle, blocks)
		if m.Power == 0 || paid+earned > e.SeatPurse { // in jail; the other cannot be
			continue
		}
		if err := l.hold(env, chain.Address(m.Operator), earned); err != nil {
			return err
		}
		paid += earned
	}
	if err := dropAll(env, layout.LotteryMissPrefix); err != nil {
		return err
	}
	book, err := purse(env)
	if err != nil {
		return err
	}
	if book.SetAside < e.SeatPurse {
		return fmt.Errorf("%d are set aside for seats, epoch %d set %d aside", book.SetAside, e.Epoch, e.SeatPurse)
	}
	book.SetAside -= e.SeatPurse
	book.Carry += e.SeatPurse - paid
	return savePurse(env, book)
}
