package staking

import (
	"fmt"
	"time"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	staking "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
)

// The life of a validator: unbonded → bonded → unbonding → unbonded, from
// unbonding back to bonded if power returns, and gone when it is unbonded and
// nobody holds a share. Jail is beside this: who is in it has no place in the
// order of power and so leaves the set at the end of the block.

// jail puts a validator into jail. v is changed as the state is.
func (s *Staking) jail(env *chain.Env, operator chain.Address, v *staking.Validator) error {
	if err := s.unrank(env, operator, v); err != nil {
		return err
	}
	v.Jailed = true
	return s.put(env, operator, v)
}

// Jail puts the validator of a key into jail; in jail already is no error.
func (s *Staking) Jail(env *chain.Env, cons chain.Address) error {
	return s.withKey(env, cons, func(operator chain.Address, v *staking.Validator) error {
		if v.Jailed {
			return nil
		}
		return s.jail(env, operator, v)
	})
}

// Unjail lets the validator of a key out of jail.
func (s *Staking) Unjail(env *chain.Env, cons chain.Address) error {
	return s.withKey(env, cons, func(operator chain.Address, v *staking.Validator) error {
		v.Jailed = false
		return s.put(env, operator, v)
	})
}

func (s *Staking) withKey(env *chain.Env, cons chain.Address, do func(chain.Address, *staking.Validator) error) error {
	v, err := s.ByConsensus(env, cons)
	if err != nil {
		return err
	}
	if v == nil {
		return ErrNoValidator
	}
	operator, err := operatorOf(env, v)
	if err != nil {
		return err
	}
	return do(operator, v)
}

// bond makes a validator one that validates.
func (s *Staking) bond(env *chain.Env, operator chain.Address, v *staking.Validator) error {
	if err := leaveQueue(env, v); err != nil {
		return err
	}
	v.Status, v.UnbondingIds = staking.Bonded, nil
	if err := s.put(env, operator, v); err != nil {
		return err
	}
	key, err := consensusKey(v.ConsensusPubkey)
	if err != nil {
		return fmt.Errorf("validator in state: %v", err)
	}
	return s.Signing.KeyBonded(env, ConsensusAddress(key))
}

// beginUnbonding takes a validator out of those who validate; its stake can be
// slashed until the unbonding time is over.
func (s *Staking) beginUnbonding(env *chain.Env, operator chain.Address, v *staking.Validator, unbonding time.Duration) error {
	id, err := nextID(env)
	if err != nil {
		return err
	}
	v.Status = staking.Unbonding
	v.UnbondingTime, v.UnbondingHeight = env.Block.Time.Add(unbonding), env.Block.Height
	v.UnbondingIds = append(v.UnbondingIds, id)
	if err := s.put(env, operator, v); err != nil {
		return err
	}
	return enqueueValidator(env, v)
}

func enqueueValidator(env *chain.Env, v *staking.Validator) error {
	key := layout.StakingValidatorsAt(v.UnbondingTime, v.UnbondingHeight)
	list, err := load[staking.ValAddresses](env, key)
	if err != nil {
		return err
	}
	if list == nil {
		list = &staking.ValAddresses{}
	}
	list.Addresses = append(list.Addresses, v.OperatorAddress)
	return save(env, key, list)
}

// leaveQueue takes a validator out of the queue of those that become unbonded.
func leaveQueue(env *chain.Env, v *staking.Validator) error {
	if v.Status != staking.Unbonding {
		return nil
	}
	key := layout.StakingValidatorsAt(v.UnbondingTime, v.UnbondingHeight)
	list, err := load[staking.ValAddresses](env, key)
	if err != nil || list == nil {
		return err
	}
	kept := make([]string, 0, len(list.Addresses))
	for _, a := range list.Addresses {
		if a != v.OperatorAddress {
			kept = append(kept, a)
		}
	}
	if len(kept) == 0 {
		return drop(env, key)
	}
	return save(env, key, &staking.ValAddresses{Addresses: kept})
}

// free ends a validator's unbonding, and its life if it is empty.
func (s *Staking) free(env *chain.Env, operator chain.Address, v *staking.Validator) error {
	v.Status, v.UnbondingIds = staking.Unbonded, nil
	if err := s.put(env, operator, v); err != nil {
		return err
	}
	st, err := stakeOf(v)
	if err != nil || !st.shares.IsZero() {
		return err
	}
	return s.remove(env, operator, v)
}

// remove forgets a validator that is unbonded and in which nobody has a share.
func (s *Staking) remove(env *chain.Env, operator chain.Address, v *staking.Validator) error {
	st, err := stakeOf(v)
	if err != nil {
		return err
	}
	if !st.tokens.IsZero() || !st.shares.IsZero() || v.Status != staking.Unbonded {
		return fmt.Errorf("validator %s is not empty, it stays: %w", v.OperatorAddress, chain.ErrLogic)
	}
	key, err := consensusKey(v.ConsensusPubkey)
	if err != nil {
		return fmt.Errorf("validator in state: %v", err)
	}
	cons := ConsensusAddress(key)
	if err := s.unrank(env, operator, v); err != nil {
		return err
	}
	if err := drop(env, layout.StakingValidator(operator), layout.StakingByCons(cons)); err != nil {
		return err
	}
	if err := s.Rewards.ValidatorRemoved(env, operator); err != nil {
		return err
	}
	return s.Signing.KeyLeft(env, cons)
}
