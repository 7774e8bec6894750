package staking

import (
	"fmt"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	staking "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
)

// load reads a record of this module, nil if there is none.
func load[T any, P chain.Record[T]](env *chain.Env, key []byte) (P, error) {
	return chain.LoadRecord[T, P](env.Store(layout.Staking), key)
}

func save(env *chain.Env, key []byte, m chain.Message) error {
	return chain.SaveRecord(env.Store(layout.Staking), key, m)
}

// drop deletes keys.
func drop(env *chain.Env, keys ...[]byte) error {
	for _, key := range keys {
		if err := env.Store(layout.Staking).Delete(key); err != nil {
			return err
		}
	}
	return nil
}

// index writes keys without a value.
func index(env *chain.Env, keys ...[]byte) error {
	for _, key := range keys {
		if err := env.Store(layout.Staking).Set(key, []byte{}); err != nil {
			return err
		}
	}
	return nil
}

// each visits all entries of the store behind a prefix. What is visited may be
// written meanwhile: the walk sees the state in which it began.
func each(env *chain.Env, prefix []byte, visit func(key, value []byte) error) error {
	return eachUntil(env, prefix, chain.PrefixEnd(prefix), visit)
}

// eachUntil visits the entries from prefix on to end; keys come without as many
// bytes as prefix has.
func eachUntil(env *chain.Env, prefix, end []byte, visit func(key, value []byte) error) error {
	it, err := env.Store(layout.Staking).Iterate(prefix, end, false)
	if err != nil {
		return err
	}
	for it.Valid() && err == nil {
		if err = visit(it.Key()[len(prefix):], it.Value()); err == nil {
			err = it.Next()
		}
	}
	if closed := it.Close(); err == nil {
		err = closed
	}
	return err
}

// Validator returns a validator by its operator, nil if there is none.
func (s *Staking) Validator(env *chain.Env, operator chain.Address) (*staking.Validator, error) {
	return load[staking.Validator](env, layout.StakingValidator(operator))
}

// ByConsensus returns a validator by the address of its key, nil if there is
// none.
func (s *Staking) ByConsensus(env *chain.Env, cons chain.Address) (*staking.Validator, error) {
	operator, err := env.Store(layout.Staking).Get(layout.StakingByCons(cons))
	if err != nil || operator == nil {
		return nil, err
	}
	return s.Validator(env, chain.Address(operator))
}

// Delegation returns a delegation, nil if there is none.
func (s *Staking) Delegation(env *chain.Env, delegator, operator chain.Address) (*staking.Delegation, error) {
	return load[staking.Delegation](env, layout.StakingDelegation(delegator, operator))
}

// need is Validator with ErrNoValidator instead of nil.
func (s *Staking) need(env *chain.Env, operator chain.Address) (*staking.Validator, error) {
	v, err := s.Validator(env, operator)
	if err == nil && v == nil {
		err = ErrNoValidator
	}
	return v, err
}

// operatorOf reads a validator's own address; an error is a fault.
func operatorOf(env *chain.Env, v *staking.Validator) (chain.Address, error) {
	operator, err := env.Bech32().ParseValidator(v.OperatorAddress)
	if err != nil {
		return "", fmt.Errorf("validator in state: %v", err)
	}
	return operator, nil
}

// unrank takes a validator out of the order of power. Its record must be as it
// is in the state.
func (s *Staking) unrank(env *chain.Env, operator chain.Address, v *staking.Validator) error {
	st, err := stakeOf(v)
	if err != nil {
		return err
	}
	power, err := units(st.tokens)
	if err != nil {
		return err
	}
	return drop(env, layout.StakingByPower(power, operator))
}

// put writes a validator and, unless it is in jail, its place in the order of
// power.
func (s *Staking) put(env *chain.Env, operator chain.Address, v *staking.Validator) error {
	if err := save(env, layout.StakingValidator(operator), v); err != nil || v.Jailed {
		return err
	}
	st, err := stakeOf(v)
	if err != nil {
		return err
	}
	power, err := units(st.tokens)
	if err != nil {
		return err
	}
	return env.Store(layout.Staking).Set(layout.StakingByPower(power, operator), operator.Bytes())
}

// setStake changes what is behind a validator.
func (s *Staking) setStake(env *chain.Env, operator chain.Address, v *staking.Validator, st stake) error {
	if err := st.shares.Check(); err != nil {
		return err
	}
	if err := s.unrank(env, operator, v); err != nil {
		return err
	}
	v.Tokens, v.DelegatorShares = st.tokens.String(), decText(st.shares)
	return s.put(env, operator, v)
}

// putDelegation writes a delegation and its entry in the index by validator.
func (s *Staking) putDelegation(env *chain.Env, delegator, operator chain.Address, d *staking.Delegation) error {
	if err := save(env, layout.StakingDelegation(delegator, operator), d); err != nil {
		return err
	}
	return index(env, layout.StakingByValidator(operator, delegator))
}

// nextID counts unbonding operations.
func nextID(env *chain.Env) (uint64, error) {
	store := env.Store(layout.Staking)
	raw, err := store.Get(layout.StakingUnbondingID)
	if err != nil {
		return 0, err
	}
	var id uint64
	if raw != nil {
		if id, err = layout.ParseUint64(raw); err != nil {
			return 0, err
		}
	}
	return id + 1, store.Set(layout.StakingUnbondingID, layout.Uint64(id+1))
}

// RequireValidator is Validator with ErrNoValidator instead of nil.
func (s *Staking) RequireValidator(env *chain.Env, operator chain.Address) (*staking.Validator, error) {
	return s.need(env, operator)
}

// RequireDelegation is Delegation with ErrNoDelegation instead of nil.
func (s *Staking) RequireDelegation(env *chain.Env, delegator, operator chain.Address) (*staking.Delegation, error) {
	d, err := s.Delegation(env, delegator, operator)
	if err == nil && d == nil {
		err = ErrNoDelegation
	}
	return d, err
}

// EachDelegation visits the operators that an account has stake with.
func (s *Staking) EachDelegation(env *chain.Env, delegator chain.Address, visit func(operator chain.Address) error) error {
	return each(env, layout.StakingDelegations(delegator), func(key, _ []byte) error {
		a, err := layout.ParseAddresses(key, 1)
		if err != nil {
			return err
		}
		return visit(a[0])
	})
}
