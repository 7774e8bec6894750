package staking

import (
	"fmt"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	staking "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
)

// What contracts ask, in plain terms.

// Bonded lists those who validate, the strongest first, as of the last block.
func (s *Staking) Bonded(env *chain.Env) ([]staking.Validator, error) {
	params, err := s.Params(env)
	if err != nil {
		return nil, err
	}
	top, err := s.strongest(env, int(params.MaxValidators))
	if err != nil {
		return nil, err
	}
	var list []staking.Validator
	for _, operator := range top {
		v, err := s.need(env, operator)
		if err != nil {
			return nil, fmt.Errorf("validator in the order of power: %v", err)
		}
		if v.Status == staking.Bonded {
			list = append(list, *v)
		}
	}
	return list, nil
}

// Staked tells what a delegation is worth, nothing if there is none, and
// whether it may be moved: not while stake that came from elsewhere still
// answers for what happened there.
func (s *Staking) Staked(env *chain.Env, delegator, operator chain.Address) (worth chain.Coin, movable, found bool, err error) {
	if worth.Denom, err = s.BondDenom(env); err != nil {
		return worth, false, false, err
	}
	d, err := s.Delegation(env, delegator, operator)
	if err != nil || d == nil {
		return worth, false, false, err
	}
	v, err := s.need(env, operator)
	if err != nil {
		return worth, false, false, err
	}
	st, err := stakeOf(v)
	if err != nil {
		return worth, false, false, err
	}
	shares, err := chain.ParseDec(string(d.Shares))
	if err != nil {
		return worth, false, false, fmt.Errorf("delegation in state: %v", err)
	}
	worth.Amount = st.worth(shares).Truncate()
	received := false
	err = each(env, layout.StakingRedelegationsTo(operator, delegator), func(_, _ []byte) error {
		received = true
		return nil
	})
	return worth, !received, true, err
}
