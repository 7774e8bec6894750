package staking

import (
	"fmt"
	"strconv"
	"time"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/chain/wire"
	base "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
	staking "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
)

// Messages lists the messages of cosmos.staking.v1beta1.Msg.
func (s *Staking) Messages() []chain.Route {
	const pkg = "/cosmos.staking.v1beta1."
	return []chain.Route{
		chain.NewMsg(pkg+"MsgCreateValidator", checkCreate, s.create),
		chain.NewMsg(pkg+"MsgEditValidator", checkEdit, s.edit),
		chain.NewMsg(pkg+"MsgDelegate", nil, s.msgDelegate),
		chain.NewMsg(pkg+"MsgBeginRedelegate", nil, s.msgRedelegate),
		chain.NewMsg(pkg+"MsgUndelegate", nil, s.msgUndelegate),
		chain.NewMsg(pkg+"MsgCancelUnbondingDelegation", nil, s.msgCancel),
		chain.NewMsg(pkg+"MsgUpdateParams", nil, s.updateParams),
	}
}

// The reference checks these messages when they run, not before the fee is
// taken: a message with a bad amount costs its fee.

// parties reads a delegator and validators; what names them in errors.
func parties(env *chain.Env, delegator string, validators ...string) (chain.Address, []chain.Address, error) {
	list := make([]chain.Address, len(validators))
	names := []string{"validator"}
	if len(validators) == 2 {
		names = []string{"source validator", "destination validator"}
	}
	for i, text := range validators {
		v, err := env.Bech32().ParseValidator(text)
		if err != nil {
			return "", nil, fmt.Errorf("invalid %s address: %w", names[i], err)
		}
		list[i] = v
	}
	d, err := env.Bech32().ParseAccount(delegator)
	if err != nil {
		err = fmt.Errorf("invalid delegator address: %w", err)
	}
	return d, list, err
}

// positive reads a coin that must not be zero.
func positive(c base.Coin, what string) (chain.Coin, error) {
	coin, err := wire.Coin(c)
	if err != nil || coin.Amount.IsZero() {
		return coin, fmt.Errorf("invalid %s: %w", what, chain.ErrInvalidRequest)
	}
	return coin, nil
}

func (s *Staking) checkDenom(env *chain.Env, denom string) error {
	want, err := s.BondDenom(env)
	if err == nil && denom != want {
		err = fmt.Errorf("invalid coin denomination: got %s, expected %s: %w", denom, want, chain.ErrInvalidRequest)
	}
	return err
}

func (s *Staking) msgDelegate(env *chain.Env, m *staking.MsgDelegate) (*staking.MsgDelegateResponse, error) {
	delegator, to, err := parties(env, m.DelegatorAddress, m.ValidatorAddress)
	if err != nil {
		return nil, err
	}
	coin, err := positive(m.Amount, "delegation amount")
	if err != nil {
		return nil, err
	}
	if _, err := s.need(env, to[0]); err != nil {
		return nil, err
	}
	if err := s.checkDenom(env, coin.Denom); err != nil {
		return nil, err
	}
	bought, err := s.delegate(env, delegator, to[0], coin.Amount, ownCoins)
	if err != nil {
		return nil, err
	}
	env.Events.Emit(chain.NewEvent("delegate", "validator", m.ValidatorAddress, "delegator", m.DelegatorAddress,
		"amount", coin.String(), "new_shares", bought.String()))
	return &staking.MsgDelegateResponse{}, nil
}

func (s *Staking) msgRedelegate(env *chain.Env, m *staking.MsgBeginRedelegate) (*staking.MsgBeginRedelegateResponse, error) {
	delegator, v, err := parties(env, m.DelegatorAddress, m.ValidatorSrcAddress, m.ValidatorDstAddress)
	if err != nil {
		return nil, err
	}
	coin, err := positive(m.Amount, "shares amount")
	if err != nil {
		return nil, err
	}
	shares, err := s.sharesFor(env, delegator, v[0], coin.Amount)
	if err != nil {
		return nil, err
	}
	if err := s.checkDenom(env, coin.Denom); err != nil {
		return nil, err
	}
	end, err := s.redelegate(env, delegator, v[0], v[1], shares)
	if err != nil {
		return nil, err
	}
	env.Events.Emit(chain.NewEvent("redelegate", "source_validator", m.ValidatorSrcAddress, "destination_validator", m.ValidatorDstAddress,
		"delegator", m.DelegatorAddress, "amount", coin.String(), "completion_time", end.Format(time.RFC3339)))
	return &staking.MsgBeginRedelegateResponse{CompletionTime: end}, nil
}

func (s *Staking) msgUndelegate(env *chain.Env, m *staking.MsgUndelegate) (*staking.MsgUndelegateResponse, error) {
	delegator, v, err := parties(env, m.DelegatorAddress, m.ValidatorAddress)
	if err != nil {
		return nil, err
	}
	coin, err := positive(m.Amount, "shares amount")
	if err != nil {
		return nil, err
	}
	shares, err := s.sharesFor(env, delegator, v[0], coin.Amount)
	if err != nil {
		return nil, err
	}
	if err := s.checkDenom(env, coin.Denom); err != nil {
		return nil, err
	}
	end, amount, err := s.undelegate(env, delegator, v[0], shares)
	if err != nil {
		return nil, err
	}
	back := chain.Coin{Denom: coin.Denom, Amount: amount}
	env.Events.Emit(chain.NewEvent("unbond", "validator", m.ValidatorAddress, "delegator", m.DelegatorAddress,
		"amount", back.String(), "completion_time", end.Format(time.RFC3339)))
	return &staking.MsgUndelegateResponse{CompletionTime: end, Amount: wire.ProtoCoin(back)}, nil
}

func (s *Staking) msgCancel(env *chain.Env, m *staking.MsgCancelUnbondingDelegation) (*staking.MsgCancelUnbondingDelegationResponse, error) {
	delegator, v, err := parties(env, m.DelegatorAddress, m.ValidatorAddress)
	if err != nil {
		return nil, err
	}
	coin, err := positive(m.Amount, "amount")
	if err != nil {
		return nil, err
	}
	if m.CreationHeight <= 0 {
		return nil, fmt.Errorf("invalid height: %w", chain.ErrInvalidRequest)
	}
	if err := s.checkDenom(env, coin.Denom); err != nil {
		return nil, err
	}
	if err := s.cancel(env, delegator, v[0], m.CreationHeight, coin.Amount); err != nil {
		return nil, err
	}
	env.Events.Emit(chain.NewEvent("cancel_unbonding_delegation", "amount", coin.String(), "validator", m.ValidatorAddress,
		"delegator", m.DelegatorAddress, "creation_height", strconv.FormatInt(m.CreationHeight, 10)))
	return &staking.MsgCancelUnbondingDelegationResponse{}, nil
}

// updateParams replaces the parameters; the authority only. What stakes are in
// stays: the denom cannot change.
func (s *Staking) updateParams(env *chain.Env, m *staking.MsgUpdateParams) (*staking.MsgUpdateParamsResponse, error) {
	if err := env.CheckAuthority(m.Authority); err != nil {
		return nil, err
	}
	if err := CheckParams(m.Params); err != nil {
		return nil, err
	}
	old, err := s.Params(env)
	if err != nil {
		return nil, err
	}
	if old.BondDenom != m.Params.BondDenom {
		return nil, fmt.Errorf("staking.params.bond_denom is %s since genesis, it cannot become %s: %w", old.BondDenom, m.Params.BondDenom, chain.ErrInvalidRequest)
	}
	return &staking.MsgUpdateParamsResponse{}, save(env, layout.StakingParams, &m.Params)
}
