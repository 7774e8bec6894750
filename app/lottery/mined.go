package lottery

import (
	"bytes"
	"strconv"

	"github.com/weftchain/weft/app/lottery/seats"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	lottery "github.com/weftchain/weft/proto/weft/lottery/v1"
)

// mined is the set beside the anchors of this block: as it was composed, or less
// if they have less power now. It is left out as a whole if it would not be
// safe; that is a defect of this package, and the chain goes on without it.
func (l *Lottery) mined(env *chain.Env, anchors []Power) ([]Power, error) {
	stopped, _, err := stoppedSince(env)
	if err != nil || stopped {
		return nil, err
	}
	set, err := minedSet(env)
	if err != nil || len(set.Members) == 0 {
		return nil, err
	}
	p, err := l.Params(env)
	if err != nil {
		return nil, err
	}
	rules, bonded := seatsOf(p).Holding(sharesOf(set)), total(anchors)
	stakes := map[string]bool{}
	for _, a := range anchors {
		stakes[string(a.PubKey)] = true
	}
	var out []Power
	var sum int64
	for _, m := range set.Members {
		power := m.Power
		if bonded < set.Anchors {
			power = min(power, rules.Power(bonded, m.Seats))
		}
		if power <= 0 || stakes[string(m.ConsPubkey)] {
			continue
		}
		out = append(out, Power{PubKey: m.ConsPubkey, Power: power})
		sum += power
	}
	if len(out) > 0 && !seats.Safe(bonded, sum) {
		env.Events.Emit(chain.NewEvent("lottery_guard_tripped", "bonded", strconv.FormatInt(bonded, 10), "mined", strconv.FormatInt(sum, 10)))
		return nil, nil
	}
	return out, nil
}

// sharesOf are the seats of a set.
func sharesOf(set *lottery.MinedSet) []seats.Share {
	out := make([]seats.Share, len(set.Members))
	for i, m := range set.Members {
		out[i] = seats.Share{Operator: string(m.Operator), Seats: m.Seats}
	}
	return out
}

// silence takes an operator's power away until an activation gives it back.
func (l *Lottery) silence(env *chain.Env, operator []byte) error {
	set, err := minedSet(env)
	if err != nil {
		return err
	}
	for i := range set.Members {
		if m := &set.Members[i]; bytes.Equal(m.Operator, operator) && m.Power > 0 {
			m.Power = 0
			if err := save(env, layout.LotteryMined, set); err != nil {
				return err
			}
		}
	}
	window, err := seatList(env)
	if err != nil {
		return err
	}
	for _, s := range window {
		if s.Operator != string(operator) || !s.Active {
			continue
		}
		s.Active = false
		if err := saveSeat(env, s); err != nil {
			return err
		}
	}
	return nil
}
