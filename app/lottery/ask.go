package lottery

import (
	"bytes"
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
func read[T any, P chain.Record[T]](env *chain.Env, key []byte) (P, error) {
	return chain.LoadRecord[T, P](env.Store(layout.Lottery), key)
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
	from := layout.LotteryCountsOf(n, payout)
	if tag != nil {
		from = layout.LotteryCount(n, payout, tag)
	}
	var sum uint64
	err := eachCount(env, n, payout, from, func(c lottery.PayoutCount) bool {
		if tag == nil || bytes.Equal(c.Tag, tag) {
			sum += c.Tickets
		}
		return tag == nil
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
	from := layout.LotteryCountsOf(n, payout)
	if after != nil {
		from = append(layout.LotteryCount(n, payout, after), 0)
	}
	err = eachCount(env, n, payout, from, func(c lottery.PayoutCount) bool {
		if more = len(list) == limit; !more {
			list = append(list, lottery.Count{Tag: c.Tag, Tickets: c.Tickets})
		}
		return !more
	})
	return list, more, err
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
