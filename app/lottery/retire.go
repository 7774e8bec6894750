package lottery

import (
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	lottery "github.com/weftchain/weft/proto/weft/lottery/v1"
)

// retire takes an operator's power away, now, and its seats at the next
// activation. What is held of it is paid in time. Its record and its hold on the
// key go when evidence against it counts no more: after staking's unbonding
// time.
func (l *Lottery) retire(env *chain.Env, m *lottery.MsgRetireOperator) (*lottery.MsgRetireOperatorResponse, error) {
	o, err := l.need(env, m.Operator)
	if err != nil {
		return nil, err
	}
	stakes, err := l.Stakes.Params(env)
	if err != nil {
		return nil, err
	}
	o.Retired, o.KeepUntil = true, nanos(env.Block.Time.Add(stakes.UnbondingTime))
	env.Events.Emit(chain.NewEvent("lottery_retired", "operator", m.Operator))
	if err := saveOperator(env, o); err != nil {
		return nil, err
	}
	if err := l.lookAgain(env, o); err != nil {
		return nil, err
	}
	return &lottery.MsgRetireOperatorResponse{}, l.silence(env, o.Address)
}

// lookAgain has release come back to an operator after the unbonding time, or
// when its record may go.
func (l *Lottery) lookAgain(env *chain.Env, o *lottery.Operator) error {
	stakes, err := l.Stakes.Params(env)
	if err != nil {
		return err
	}
	until := max(o.KeepUntil, nanos(env.Block.Time.Add(stakes.UnbondingTime)))
	due := layout.LotteryDue(until, chain.Address(o.Address), env.Block.Height)
	return env.FreeStore(layout.Lottery).Set(due, []byte{})
}

// forget removes an operator who retired, once nothing refers to it: neither
// coins nor seats nor evidence. A tombstoned one stays, as slashing's record
// does.
func (l *Lottery) forget(env *chain.Env, operator chain.Address) error {
	o, err := l.Operator(env, operator)
	if err != nil || o == nil || !o.Retired || o.Tombstoned || o.Escrow > 0 || nanos(env.Block.Time) < o.KeepUntil {
		return err
	}
	window, err := seatList(env)
	if err != nil {
		return err
	}
	set, err := minedSet(env)
	if err != nil {
		return err
	}
	held := false
	for _, s := range window {
		held = held || s.Operator == string(operator)
	}
	for _, m := range set.Members {
		held = held || string(m.Operator) == string(operator)
	}
	if held { // an unbonding time shorter than an epoch
		return l.lookAgain(env, o)
	}
	env.Events.Emit(chain.NewEvent("lottery_operator_removed", "operator", env.Bech32().Account(operator)))
	if err := drop(env, layout.LotteryByCons(consensusAddress(o.ConsPubkey))); err != nil {
		return err
	}
	if err := drop(env, layout.LotteryMiss(operator)); err != nil {
		return err
	}
	return drop(env, layout.LotteryOperator(operator))
}
