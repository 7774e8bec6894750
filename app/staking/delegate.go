package staking

import (
	"fmt"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	staking "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
)

// purse says where the coins of a new delegation lie.
type purse int

const (
	ownCoins   purse = iota // with the delegator
	freeStake               // in the pool of stake that is not bonded
	boundStake              // in the pool of bonded stake
)

func purseOf(status staking.BondStatus) purse {
	if status == staking.Bonded {
		return boundStake
	}
	return freeStake
}

// delegate puts coins behind a validator and returns the shares they bought.
func (s *Staking) delegate(env *chain.Env, delegator, operator chain.Address, amount chain.Amount, from purse) (chain.Dec, error) {
	v, err := s.need(env, operator)
	if err != nil {
		return chain.Dec{}, err
	}
	st, err := stakeOf(v)
	if err != nil {
		return chain.Dec{}, err
	}
	if st.ruined() {
		return chain.Dec{}, ErrRuined
	}
	d, err := s.Delegation(env, delegator, operator)
	if err != nil {
		return chain.Dec{}, err
	}
	first := d == nil
	if first {
		d = &staking.Delegation{DelegatorAddress: env.Bech32().Account(delegator), ValidatorAddress: v.OperatorAddress, Shares: "0"}
	}
	if err := s.Rewards.BeforeDelegation(env, delegator, operator, first); err != nil {
		return chain.Dec{}, err
	}
	if err := s.fetch(env, delegator, v.Status, amount, from); err != nil {
		return chain.Dec{}, err
	}
	st, bought, err := st.add(amount)
	if err != nil {
		return chain.Dec{}, err
	}
	if err := s.setStake(env, operator, v, st); err != nil {
		return chain.Dec{}, err
	}
	return bought, s.grow(env, delegator, operator, d, bought)
}

// fetch brings the coins of a new delegation into the pool of its validator.
func (s *Staking) fetch(env *chain.Env, delegator chain.Address, status staking.BondStatus, amount chain.Amount, from purse) error {
	switch from {
	case freeStake:
		return s.moveStake(env, staking.Unbonded, status, amount)
	case boundStake:
		return s.moveStake(env, staking.Bonded, status, amount)
	case ownCoins:
	}
	coins, err := s.coins(env, amount)
	if err != nil {
		return err
	}
	return s.Bank.Send(env, delegator, layout.ModuleAddress(pool(status)), coins)
}

func (s *Staking) grow(env *chain.Env, delegator, operator chain.Address, d *staking.Delegation, bought chain.Dec) error {
	have, err := chain.ParseDec(string(d.Shares))
	if err != nil {
		return fmt.Errorf("delegation in state: %v", err)
	}
	sum := have.Add(bought)
	if err := sum.Check(); err != nil {
		return err
	}
	d.Shares = decText(sum)
	if err := s.putDelegation(env, delegator, operator, d); err != nil {
		return err
	}
	return s.Rewards.AfterDelegation(env, delegator, operator)
}

// unbond takes shares of a delegation out of its validator and returns the
// coins that they were worth. The coins stay in the validator's pool; where
// they go is the caller's to say. An operator that keeps less of its own than
// it promised goes to jail. A validator that is free and empty is removed.
func (s *Staking) unbond(env *chain.Env, delegator, operator chain.Address, shares chain.Dec) (chain.Amount, error) {
	var none chain.Amount
	d, err := s.Delegation(env, delegator, operator)
	if err != nil {
		return none, err
	}
	if d == nil {
		return none, ErrNoDelegator
	}
	if err := s.Rewards.BeforeDelegation(env, delegator, operator, false); err != nil {
		return none, err
	}
	have, err := chain.ParseDec(string(d.Shares))
	if err != nil {
		return none, fmt.Errorf("delegation in state: %v", err)
	}
	rest := have.Sub(shares)
	if rest.Check() != nil {
		return none, fmt.Errorf("%s: %w", have, ErrNotEnoughShares)
	}
	v, err := s.need(env, operator)
	if err != nil {
		return none, err
	}
	if err := s.shrink(env, delegator, operator, v, d, rest); err != nil {
		return none, err
	}
	st, err := stakeOf(v)
	if err != nil {
		return none, err
	}
	st, coins, err := st.remove(shares)
	if err != nil {
		return none, err
	}
	if err := s.setStake(env, operator, v, st); err != nil {
		return none, err
	}
	if st.shares.IsZero() && v.Status == staking.Unbonded {
		return coins, s.remove(env, operator, v)
	}
	return coins, nil
}

// shrink writes what is left of a delegation and jails an operator whose own
// stake falls below its promise.
func (s *Staking) shrink(env *chain.Env, delegator, operator chain.Address, v *staking.Validator, d *staking.Delegation, rest chain.Dec) error {
	if delegator == operator && !v.Jailed {
		short, err := selfShort(v, rest)
		if err != nil {
			return err
		}
		if short {
			if err := s.jail(env, operator, v); err != nil {
				return err
			}
		}
	}
	if rest.IsZero() {
		return drop(env, layout.StakingDelegation(delegator, operator), layout.StakingByValidator(operator, delegator))
	}
	d.Shares = decText(rest)
	if err := s.putDelegation(env, delegator, operator, d); err != nil {
		return err
	}
	return s.Rewards.AfterDelegation(env, delegator, operator)
}

// selfShort reports whether shares of a validator are worth less than the stake
// that its operator promised to keep.
func selfShort(v *staking.Validator, shares chain.Dec) (bool, error) {
	st, err := stakeOf(v)
	if err != nil {
		return false, err
	}
	least, err := amountOf(v.MinSelfDelegation)
	if err != nil {
		return false, fmt.Errorf("validator in state: min_self_delegation: %v", err)
	}
	return st.worth(shares).Truncate().Cmp(least) < 0, nil
}

// sharesFor returns the shares of a delegation that coins are worth. Rounding
// may make them less than what the coins bought, never more than there are.
func (s *Staking) sharesFor(env *chain.Env, delegator, operator chain.Address, amount chain.Amount) (chain.Dec, error) {
	v, err := s.need(env, operator)
	if err != nil {
		return chain.Dec{}, err
	}
	d, err := s.Delegation(env, delegator, operator)
	if err != nil {
		return chain.Dec{}, err
	}
	if d == nil {
		return chain.Dec{}, ErrNoDelegation
	}
	have, err := chain.ParseDec(string(d.Shares))
	if err != nil {
		return chain.Dec{}, fmt.Errorf("delegation in state: %v", err)
	}
	st, err := stakeOf(v)
	if err != nil {
		return chain.Dec{}, err
	}
	if st.tokens.IsZero() {
		return chain.Dec{}, fmt.Errorf("nothing is left of this stake: %w", chain.ErrInvalidRequest)
	}
	shares := st.issue(amount)
	if shares.Check() != nil || shares.Cmp(have) > 0 {
		return chain.Dec{}, fmt.Errorf("invalid shares amount: %w", chain.ErrInvalidRequest)
	}
	return shares, nil
}
