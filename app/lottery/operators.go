package lottery

import (
	"fmt"

	"github.com/weftchain/weft/app/lottery/proof"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	lottery "github.com/weftchain/weft/proto/weft/lottery/v1"
)

// maxMoniker bounds an operator's name, as staking does.
const maxMoniker = 70

// Messages lists the messages of weft.lottery.v1.Msg but SubmitTicket, which is
// no signed message: app takes it by itself.
func (l *Lottery) Messages() []chain.Route {
	const pkg = "/weft.lottery.v1."
	return []chain.Route{
		chain.NewMsg(pkg+"MsgRegisterOperator", checkRegister, l.register),
		chain.NewMsg(pkg+"MsgReady", nil, l.Ready),
		chain.NewMsg(pkg+"MsgUnjail", nil, l.unjail),
		chain.NewMsg(pkg+"MsgRetireOperator", nil, l.retire),
		chain.NewMsg(pkg+"MsgUpdateParams", nil, l.updateParams),
		chain.NewMsg(pkg+"MsgEmergencyStop", nil, l.emergencyStop),
	}
}

func checkRegister(_ *chain.Block, m *lottery.MsgRegisterOperator) error {
	switch {
	case len(m.ConsPubkey) != proof.KeyBytes:
		return fmt.Errorf("a consensus key of %d bytes, ed25519 has %d: %w", len(m.ConsPubkey), proof.KeyBytes, chain.ErrInvalidPubKey)
	case len(m.Moniker) > maxMoniker:
		return fmt.Errorf("a moniker of %d bytes, at most %d: %w", len(m.Moniker), maxMoniker, chain.ErrInvalidRequest)
	}
	return nil
}

// register ties a key to an account. The key proves that the account may.
func (l *Lottery) register(env *chain.Env, m *lottery.MsgRegisterOperator) (*lottery.MsgRegisterOperatorResponse, error) {
	operator, err := env.Bech32().ParseAccount(m.Operator)
	if err != nil {
		return nil, err
	}
	if len(operator) != 20 {
		return nil, fmt.Errorf("an operator's address has 20 bytes, a contract cannot be one: %w", chain.ErrInvalidAddress)
	}
	if old, err := l.Operator(env, operator); err != nil || old != nil {
		if err == nil {
			err = ErrOperator
		}
		return nil, err
	}
	if !proof.Verify(m.ConsPubkey, proof.Possession(env.Block.ChainID, operator, m.ConsPubkey), m.PopSignature) {
		return nil, ErrProof
	}
	cons := consensusAddress(m.ConsPubkey)
	taken, err := env.FreeStore(layout.Lottery).Has(layout.LotteryByCons(cons))
	if err != nil {
		return nil, err
	}
	staked, err := l.Stakes.ByConsensus(env, cons)
	if err != nil {
		return nil, err
	}
	if taken || staked != nil {
		return nil, ErrKeyTaken
	}
	if err := l.Signing.KeyJoined(env, m.ConsPubkey, false); err != nil {
		return nil, err
	}
	if err := env.FreeStore(layout.Lottery).Set(layout.LotteryByCons(cons), operator.Bytes()); err != nil {
		return nil, err
	}
	env.Events.Emit(chain.NewEvent("lottery_operator", "operator", m.Operator, "consensus", env.Bech32().Consensus(cons), "moniker", m.Moniker))
	return &lottery.MsgRegisterOperatorResponse{}, saveOperator(env, &lottery.Operator{
		Address: operator.Bytes(), ConsPubkey: m.ConsPubkey, Moniker: m.Moniker,
	})
}

// need is an operator that is there for good.
func (l *Lottery) need(env *chain.Env, address string) (*lottery.Operator, error) {
	operator, err := env.Bech32().ParseAccount(address)
	if err != nil {
		return nil, err
	}
	o, err := l.Operator(env, operator)
	switch {
	case err != nil:
		return nil, err
	case o == nil:
		return nil, fmt.Errorf("%s: %w", address, ErrNoOperator)
	case o.Retired || o.Tombstoned:
		return nil, fmt.Errorf("%s: %w", address, ErrGone)
	}
	return o, nil
}

// unjail lets an operator out whose time is over. Its seats come back with the
// next activations.
func (l *Lottery) unjail(env *chain.Env, m *lottery.MsgUnjail) (*lottery.MsgUnjailResponse, error) {
	o, err := l.need(env, m.Operator)
	if err != nil {
		return nil, err
	}
	if !o.Jailed {
		return nil, ErrNotJailed
	}
	cur, err := current(env)
	if err != nil {
		return nil, err
	}
	if cur == nil || cur.Epoch != m.Epoch {
		return nil, fmt.Errorf("epoch %d is not the one that is mined: %w", m.Epoch, ErrNoEpoch)
	}
	if !proof.Verify(o.ConsPubkey, proof.Unjail(env.Block.ChainID, chain.Address(o.Address), m.Epoch, cur.Seed), m.ConsSignature) {
		return nil, ErrProof
	}
	if err := l.Signing.Released(env, consensusAddress(o.ConsPubkey)); err != nil {
		return nil, err
	}
	o.Jailed = false
	env.Events.Emit(chain.NewEvent("lottery_unjailed", "operator", m.Operator, "epoch", digits(m.Epoch)))
	return &lottery.MsgUnjailResponse{}, saveOperator(env, o)
}
