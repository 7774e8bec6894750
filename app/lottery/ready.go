package lottery

import (
	"fmt"

	"github.com/weftchain/weft/app/lottery/proof"
	"github.com/weftchain/weft/chain"
	lottery "github.com/weftchain/weft/proto/weft/lottery/v1"
)

// Due is what an operator must sign to have the seats that it won.
type Due struct {
	Operator chain.Address
	Epoch    uint64 // in which it won
	Message  []byte // what its consensus key signs
}

// due is the win of an operator that waits for an answer in a block. The error
// wraps ErrNothingWon or ErrAnswered, or is a fault.
func (l *Lottery) due(env *chain.Env, o *lottery.Operator, won uint64) (*Due, error) {
	e, err := epochAt(env, won)
	if err != nil {
		return nil, err
	}
	if e == nil || e.Stage != lottery.StageSettled || !spanOf(e).Proves(env.Block.Height) {
		return nil, fmt.Errorf("epoch %d at height %d: %w", won, env.Block.Height, ErrNothingWon)
	}
	window, err := seatList(env)
	if err != nil {
		return nil, err
	}
	waits := false
	for _, s := range window {
		waits = waits || s.Won == won && !s.Active && s.Operator == string(o.Address)
	}
	switch {
	case !waits:
		return nil, fmt.Errorf("no seat of epoch %d: %w", won, ErrNothingWon)
	case o.ReadyEpoch == won+1:
		return nil, fmt.Errorf("epoch %d: %w", won, ErrAnswered)
	}
	next, err := epochAt(env, won+1)
	if err != nil {
		return nil, err
	}
	if next == nil {
		return nil, fmt.Errorf("epoch %d is settled and no other was begun", won)
	}
	operator := chain.Address(o.Address)
	return &Due{Operator: operator, Epoch: won, Message: proof.Ready(env.Block.ChainID, operator, won, next.Seed)}, nil
}

// CheckReady judges the answer to a win. It depends on the block's height and on
// the state before it alone, so all nodes agree before a block is executed. The
// error is a verdict, or a fault.
func (l *Lottery) CheckReady(env *chain.Env, m *lottery.MsgReady) (*lottery.Operator, error) {
	o, err := l.need(env, m.Operator)
	if err != nil {
		return nil, err
	}
	d, err := l.due(env, o, m.Epoch)
	if err != nil {
		return nil, err
	}
	if !proof.Verify(o.ConsPubkey, d.Message, m.ConsSignature) {
		return nil, ErrProof
	}
	return o, nil
}

// Ready notes that the key of a winner is there. Who sends the message does not
// matter: the key's signature over a seed that was not known before says all.
func (l *Lottery) Ready(env *chain.Env, m *lottery.MsgReady) (*lottery.MsgReadyResponse, error) {
	o, err := l.CheckReady(env, m)
	if err != nil {
		return nil, err
	}
	o.ReadyEpoch = m.Epoch + 1
	env.Events.Emit(chain.NewEvent("lottery_ready", "operator", m.Operator, "epoch", digits(m.Epoch)))
	return &lottery.MsgReadyResponse{}, saveOperator(env, o)
}

// DueOf is what the operator with a consensus key must sign for the next block;
// nil if there is nothing.
func (l *Lottery) DueOf(env *chain.Env, cons chain.Address) (*Due, error) {
	o, err := l.ByKey(env, cons)
	if err != nil || o == nil || o.Retired || o.Tombstoned {
		return nil, err
	}
	cur, err := current(env)
	if err != nil || cur == nil || cur.Epoch == 0 {
		return nil, err
	}
	d, err := l.due(env, o, cur.Epoch-1)
	if _, rule := chain.Verdict(err); rule {
		return nil, nil
	}
	return d, err
}
