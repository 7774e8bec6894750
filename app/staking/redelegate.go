package staking

import (
	"fmt"
	"time"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	staking "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
)

// redelegate moves shares from one validator to another at once. Until the
// returned time they can still be slashed for what the first did. The zero time
// says that the first was unbonded, so that nothing of it can be slashed.
func (s *Staking) redelegate(env *chain.Env, delegator, from, to chain.Address, shares chain.Dec) (time.Time, error) {
	source, err := s.checkRedelegation(env, delegator, from, to)
	if err != nil {
		return time.Time{}, err
	}
	coins, err := s.unbond(env, delegator, from, shares)
	if err != nil {
		return time.Time{}, err
	}
	if coins.IsZero() {
		return time.Time{}, ErrTinyRedelegation
	}
	bought, err := s.delegate(env, delegator, to, coins, purseOf(source.Status))
	if err != nil {
		return time.Time{}, err
	}
	end, height, err := s.slashableUntil(env, source)
	if err != nil || source.Status == staking.Unbonded {
		return time.Time{}, err
	}
	id, err := nextID(env)
	if err != nil {
		return time.Time{}, err
	}
	r, err := s.redelegation(env, delegator, from, to)
	if err != nil {
		return time.Time{}, err
	}
	if r == nil {
		r = &staking.Redelegation{
			DelegatorAddress: env.Bech32().Account(delegator), ValidatorSrcAddress: source.OperatorAddress, ValidatorDstAddress: env.Bech32().Validator(to),
		}
	}
	r.Entries = append(r.Entries, staking.RedelegationEntry{
		CreationHeight: height, CompletionTime: end, InitialBalance: coins.String(), SharesDst: decText(bought), UnbondingId: id,
	})
	if err := s.putRedelegation(env, delegator, from, to, r); err != nil {
		return time.Time{}, err
	}
	return end, enqueueRedelegation(env, end, r)
}

// checkRedelegation returns the validator that is left as it is before.
func (s *Staking) checkRedelegation(env *chain.Env, delegator, from, to chain.Address) (*staking.Validator, error) {
	if from == to {
		return nil, ErrSelfRedelegation
	}
	target, err := s.Validator(env, to)
	if err != nil {
		return nil, err
	}
	if target == nil {
		return nil, ErrNoDestination
	}
	source, err := s.Validator(env, from)
	if err != nil {
		return nil, err
	}
	if source == nil {
		return nil, ErrNoSource
	}
	hops := false
	err = each(env, layout.StakingRedelegationsTo(from, delegator), func(_, _ []byte) error {
		hops = true
		return nil
	})
	if err != nil {
		return nil, err
	}
	if hops {
		return nil, ErrTransitive
	}
	params, err := s.Params(env)
	if err != nil {
		return nil, err
	}
	r, err := s.redelegation(env, delegator, from, to)
	if err == nil && r != nil && len(r.Entries) >= int(params.MaxEntries) {
		err = ErrRedelegationEntries
	}
	return source, err
}

// slashableUntil says until when stake that leaves a validator now answers for
// what the validator did, and since which height.
func (s *Staking) slashableUntil(env *chain.Env, v *staking.Validator) (time.Time, int64, error) {
	if v.Status == staking.Unbonding {
		return v.UnbondingTime, v.UnbondingHeight, nil
	}
	params, err := s.Params(env)
	return env.Block.Time.Add(params.UnbondingTime), env.Block.Height, err
}

func (s *Staking) redelegation(env *chain.Env, delegator, from, to chain.Address) (*staking.Redelegation, error) {
	return load[staking.Redelegation](env, layout.StakingRedelegation(delegator, from, to))
}

// putRedelegation writes a redelegation, or removes it without entries.
func (s *Staking) putRedelegation(env *chain.Env, delegator, from, to chain.Address, r *staking.Redelegation) error {
	key := layout.StakingRedelegation(delegator, from, to)
	byFrom, byTo := layout.StakingRedelegationFrom(from, delegator, to), layout.StakingRedelegationTo(to, delegator, from)
	if len(r.Entries) == 0 {
		return drop(env, key, byFrom, byTo)
	}
	if err := save(env, key, r); err != nil {
		return err
	}
	return index(env, byFrom, byTo)
}

// settle forgets the redelegations that have ended by now and returns the sum
// of what was moved.
func (s *Staking) settle(env *chain.Env, delegator, from, to chain.Address) (chain.Coins, error) {
	r, err := s.redelegation(env, delegator, from, to)
	if err != nil || r == nil {
		return nil, err
	}
	var moved chain.Amount
	kept := make([]staking.RedelegationEntry, 0, len(r.Entries))
	for _, e := range r.Entries {
		if e.CompletionTime.After(env.Block.Time) {
			kept = append(kept, e)
			continue
		}
		initial, err := amountOf(e.InitialBalance)
		if err != nil {
			return nil, fmt.Errorf("redelegation in state: %v", err)
		}
		sum, ok := moved.Add(initial)
		if !ok {
			return nil, fmt.Errorf("more than 2^256-1 was moved: %w", chain.ErrInvalidRequest)
		}
		moved = sum
	}
	if len(kept) == len(r.Entries) {
		return nil, nil
	}
	r.Entries = kept
	if err := s.putRedelegation(env, delegator, from, to, r); err != nil {
		return nil, err
	}
	return s.coins(env, moved)
}
