package lottery

import (
	"fmt"
	"strconv"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	lottery "github.com/weftchain/weft/proto/weft/lottery/v1"
)

// What slashing asks and tells. It keeps windows, jail times and tombstones of
// mined keys as it does for staked ones.

// ByKey returns the operator with a consensus address, nil if there is none.
func (l *Lottery) ByKey(env *chain.Env, cons chain.Address) (*lottery.Operator, error) {
	raw, err := env.FreeStore(layout.Lottery).Get(layout.LotteryByCons(cons))
	if err != nil || raw == nil {
		return nil, err
	}
	o, err := l.Operator(env, chain.Address(raw))
	if err == nil && o == nil {
		err = fmt.Errorf("a key of %x, who is no operator", raw)
	}
	return o, err
}

// Watches reports whether a key belongs to an operator, and whether that is in
// jail.
func (l *Lottery) Watches(env *chain.Env, cons chain.Address) (known, jailed bool, err error) {
	o, err := l.ByKey(env, cons)
	if err != nil || o == nil {
		return false, false, err
	}
	return true, o.Jailed, nil
}

// Absent jails an operator that signed too few blocks. It loses no coins; if it
// comes a second time within the life of a seat, its seats are void.
func (l *Lottery) Absent(env *chain.Env, cons chain.Address) error {
	o, err := l.ByKey(env, cons)
	if err != nil || o == nil {
		return err
	}
	cur, err := current(env)
	if err != nil || cur == nil {
		return err
	}
	if o.JailedEpoch > 0 && cur.Epoch+1 < o.JailedEpoch+seatsOf(cur.Params).Life() {
		o.Void = true
	}
	o.Jailed, o.JailedEpoch = true, cur.Epoch+1
	env.Events.Emit(chain.NewEvent("lottery_jailed", "operator", env.Bech32().Account(chain.Address(o.Address)),
		"epoch", digits(cur.Epoch), "void", strconv.FormatBool(o.Void)))
	if err := saveOperator(env, o); err != nil {
		return err
	}
	return l.silence(env, o.Address)
}

// Equivocated takes from an operator that signed two blocks of one height all
// that is held of it, its seats, and its key, for good.
func (l *Lottery) Equivocated(env *chain.Env, cons chain.Address) error {
	o, err := l.ByKey(env, cons)
	if err != nil || o == nil || o.Tombstoned {
		return err
	}
	lost, err := l.forfeit(env, o)
	if err != nil {
		return err
	}
	o.Jailed, o.Tombstoned = true, true
	env.Events.Emit(chain.NewEvent("lottery_slashed", "operator", env.Bech32().Account(chain.Address(o.Address)), "lost", digits(lost)))
	if err := saveOperator(env, o); err != nil {
		return err
	}
	return l.silence(env, o.Address)
}

// noteMiss counts a block that an operator did not sign, for its stipend.
func (l *Lottery) noteMiss(env *chain.Env, cons chain.Address) error {
	raw, err := env.FreeStore(layout.Lottery).Get(layout.LotteryByCons(cons))
	if err != nil || raw == nil {
		return err
	}
	key := layout.LotteryMiss(chain.Address(raw))
	n, err := number(env, key)
	if err != nil {
		return err
	}
	return setNumber(env, key, n+1)
}
