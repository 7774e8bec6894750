package lottery

import (
	"fmt"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	lottery "github.com/weftchain/weft/proto/weft/lottery/v1"
)

// What contracts ask. They pay for what is read, as for their own storage.

// Verdicts on questions.
var (
	ErrUnsettled = chain.NewError("lottery", 30, "the epoch is not settled yet")
	ErrForgotten = chain.NewError("lottery", 31, "counts of that epoch are not kept any more")
)

// AskMemory tells how many epochs back there are records, and counts.
func (l *Lottery) AskMemory() (epochs, counts uint64) { return keptEpochs, keptCounts }

// read is load for somebody who pays.
func read[T any, P interface {
	*T
	chain.Message
}](env *chain.Env, key []byte) (P, error) {
	raw, err := env.Store(layout.Lottery).Get(key)
	if err != nil || raw == nil {
		return nil, err
	}
	m := P(new(T))
	if err := m.Unmarshal(raw); err != nil {
		return nil, fmt.Errorf("%T in state: %v", m, err)
	}
	return m, nil
}

// AskMining returns the number of the epoch that is mined. The error wraps
// ErrNoEpoch before the first.
func (l *Lottery) AskMining(env *chain.Env) (uint64, error) {
	raw, err := env.Store(layout.Lottery).Get(layout.LotteryCurrent)
	switch {
	case err != nil:
		return 0, err
	case raw == nil:
		return 0, fmt.Errorf("the first begins after the first block: %w", ErrNoEpoch)
	}
	return layout.ParseUint64(raw)
}

// AskStopped reports whether there was an emergency stop.
func (l *Lottery) AskStopped(env *chain.Env) (bool, error) {
	return env.Store(layout.Lottery).Has(layout.LotteryStopped)
}

// AskEpoch returns an epoch, the one that is mined if n is nil. The error wraps
// ErrNoEpoch for one that has not begun or was too long ago.
func (l *Lottery) AskEpoch(env *chain.Env, n *uint64) (*lottery.Epoch, error) {
	if n == nil {
		current, err := l.AskMining(env)
		if err != nil {
			return nil, err
		}
		n = &current
	}
	e, err := read[lottery.Epoch](env, layout.LotteryEpoch(*n))
	if err == nil && e == nil {
		err = fmt.Errorf("epoch %d: %w", *n, ErrNoEpoch)
	}
	return e, err
}

// AskLastSettled returns the number of the last epoch that is settled, and
// whether there is one.
func (l *Lottery) AskLastSettled(env *chain.Env) (n uint64, ok bool, err error) {
	current, err := l.AskMining(env)
	if err != nil {
		return 0, false, err
	}
	for back := uint64(1); back <= 2 && back <= current; back++ {
		e, err := read[lottery.Epoch](env, layout.LotteryEpoch(current-back))
		if err != nil || e == nil {
			return 0, false, err
		}
		if e.Stage != lottery.StageMining {
			return e.Epoch, true, nil
		}
	}
	return 0, false, nil
}

// AskSettled returns an epoch that is settled, the last one if n is nil. The error
// wraps ErrNoEpoch, or ErrUnsettled for one that is not settled yet.
func (l *Lottery) AskSettled(env *chain.Env, n *uint64) (*lottery.Epoch, error) {
	if n == nil {
		last, ok, err := l.AskLastSettled(env)
		if err != nil {
			return nil, err
		}
		if !ok {
			return nil, ErrUnsettled
		}
		n = &last
	}
	e, err := l.AskEpoch(env, n)
	if err == nil && e.Stage == lottery.StageMining {
		return nil, fmt.Errorf("epoch %d: %w", *n, ErrUnsettled)
	}
	return e, err
}

// AskCounted reports whether the counts of an epoch are there.
func (l *Lottery) AskCounted(env *chain.Env, e *lottery.Epoch) (bool, error) {
	if e.Stage == lottery.StageMining {
		return false, nil
	}
	last, _, err := l.AskLastSettled(env)
	return e.Epoch+keptCounts > last, err
}

// requireCounts refuses an epoch whose counts are not there.
func (l *Lottery) requireCounts(env *chain.Env, n uint64) error {
	e, err := l.AskSettled(env, &n)
	if err != nil {
		return err
	}
	there, err := l.AskCounted(env, e)
	if err == nil && !there {
		err = fmt.Errorf("epoch %d: %w", n, ErrForgotten)
	}
	return err
}

// AskTickets returns how many tickets a payout had in an epoch: with a tag (empty:
// without any), or in all if tag is nil. The error wraps ErrNoEpoch, ErrUnsettled
// or ErrForgotten.
func (l *Lottery) AskTickets(env *chain.Env, n uint64, payout chain.Address, tag []byte) (uint64, error) {
	if err := l.requireCounts(env, n); err != nil {
		return 0, err
	}
	if tag != nil {
		raw, err := env.Store(layout.Lottery).Get(append(layout.LotteryCountsOf(n, payout), tag...))
		if err != nil || raw == nil {
			return 0, err
		}
		return layout.ParseUint64(raw)
	}
	var sum uint64
	err := eachCount(env, n, payout, nil, func(c lottery.Count) bool {
		sum += c.Tickets
		return true
	})
	return sum, err
}

// AskCounts returns so many of a payout's counts, in the order of tags, from the
// one behind after on (nil: from the first on), and whether there are more. Errors
// are those of AskTickets.
func (l *Lottery) AskCounts(env *chain.Env, n uint64, payout chain.Address, after []byte, limit int) (list []lottery.Count, more bool, err error) {
	if err := l.requireCounts(env, n); err != nil {
		return nil, false, err
	}
	err = eachCount(env, n, payout, after, func(c lottery.Count) bool {
		if more = len(list) == limit; !more {
			list = append(list, c)
		}
		return !more
	})
	return list, more, err
}

// eachCount visits a payout's counts behind a tag until visit returns false.
func eachCount(env *chain.Env, n uint64, payout chain.Address, after []byte, visit func(lottery.Count) bool) error {
	prefix := layout.LotteryCountsOf(n, payout)
	start := append([]byte(nil), prefix...)
	if after != nil {
		start = append(append(start, after...), 0)
	}
	it, err := env.Store(layout.Lottery).Iterate(start, chain.PrefixEnd(prefix), false)
	if err != nil {
		return err
	}
	for it.Valid() && err == nil {
		c := lottery.Count{Tag: append([]byte(nil), it.Key()[len(prefix):]...)}
		if c.Tickets, err = layout.ParseUint64(it.Value()); err != nil || !visit(c) {
			break
		}
		err = it.Next()
	}
	if closed := it.Close(); err == nil {
		err = closed
	}
	return err
}

// AskSeats counts the seats that are held and those that give power: of an
// operator, or of all if it is empty.
func (l *Lottery) AskSeats(env *chain.Env, operator chain.Address) (held, active uint64, err error) {
	prefix := layout.LotterySeatPrefix
	it, err := env.Store(layout.Lottery).Iterate(prefix, chain.PrefixEnd(prefix), false)
	if err != nil {
		return 0, 0, err
	}
	for it.Valid() && err == nil {
		var s lottery.Seat
		if err = s.Unmarshal(it.Value()); err != nil {
			err = fmt.Errorf("seat in state: %v", err)
			break
		}
		if operator == "" || operator == chain.Address(s.Operator) {
			held++
			if s.Active {
				active++
			}
		}
		err = it.Next()
	}
	if closed := it.Close(); err == nil {
		err = closed
	}
	return held, active, err
}

// AskLeader returns addresses of the best ticket of a settled epoch, as texts; an
// operator that it does not name is empty.
func (l *Lottery) AskLeader(env *chain.Env, e *lottery.Epoch) (payout, operator string) {
	return bech32(env, e.LeaderPayout), bech32(env, e.LeaderOperator)
}

// bech32 is the text of an address; none of none.
func bech32(env *chain.Env, address []byte) string {
	if len(address) == 0 {
		return ""
	}
	return env.Bech32().Account(chain.Address(address))
}
