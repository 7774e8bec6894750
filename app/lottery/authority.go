package lottery

import (
	"fmt"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	lottery "github.com/weftchain/weft/proto/weft/lottery/v1"
)

// minDelay is how many epochs ahead the authority must announce new rules.
const minDelay = 2

func (l *Lottery) updateParams(env *chain.Env, m *lottery.MsgUpdateParams) (*lottery.MsgUpdateParamsResponse, error) {
	if err := env.CheckAuthority(m.Authority); err != nil {
		return nil, err
	}
	if err := CheckParams(m.Params); err != nil {
		return nil, err
	}
	old, err := l.Params(env)
	if err != nil {
		return nil, err
	}
	if err := checkChange(old, m.Params); err != nil {
		return nil, err
	}
	cur, err := current(env)
	if err != nil {
		return nil, err
	}
	if cur == nil || m.ActivationEpoch < cur.Epoch+minDelay {
		return nil, fmt.Errorf("activation_epoch is %d, must be at least %d epochs after the one that is mined: %w", m.ActivationEpoch, minDelay, chain.ErrInvalidRequest)
	}
	env.Events.Emit(chain.NewEvent("lottery_params_announced", "epoch", digits(m.ActivationEpoch)))
	return &lottery.MsgUpdateParamsResponse{}, save(env, layout.LotteryPending, &lottery.Pending{Epoch: m.ActivationEpoch, Params: m.Params})
}

// emergencyStop takes all mined power away with the next update, or gives it
// back. It is always safe: those who stake are more than two thirds.
func (l *Lottery) emergencyStop(env *chain.Env, m *lottery.MsgEmergencyStop) (*lottery.MsgEmergencyStopResponse, error) {
	if err := env.CheckAuthority(m.Authority); err != nil {
		return nil, err
	}
	stopped, since, err := stoppedSince(env)
	if err != nil || stopped == m.Stop {
		return &lottery.MsgEmergencyStopResponse{}, err
	}
	env.Events.Emit(chain.NewEvent("lottery_emergency_stop", "stop", fmt.Sprint(m.Stop)))
	if m.Stop {
		return &lottery.MsgEmergencyStopResponse{}, setNumber(env, layout.LotteryStopped, uint64(env.Block.Height))
	}
	set, err := minedSet(env)
	if err != nil {
		return nil, err
	}
	set.Idle += idleSince(env, set, since)
	if err := save(env, layout.LotteryMined, set); err != nil {
		return nil, err
	}
	return &lottery.MsgEmergencyStopResponse{}, drop(env, layout.LotteryStopped)
}

// stoppedSince reports whether mined power is stopped, and since which height.
func stoppedSince(env *chain.Env) (bool, int64, error) {
	store := env.FreeStore(layout.Lottery)
	stopped, err := store.Has(layout.LotteryStopped)
	if err != nil || !stopped {
		return false, 0, err
	}
	since, err := number(env, layout.LotteryStopped)
	return true, int64(since), err
}

// idleSince is for how many blocks of a set's period a stop held it back.
func idleSince(env *chain.Env, set *lottery.MinedSet, stopped int64) uint64 {
	return uint64(max(env.Block.Height-max(stopped, set.Since), 0))
}
