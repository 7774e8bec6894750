package staking

import (
	"fmt"
	"slices"
	"time"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	staking "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
)

// undelegate takes shares out of a validator; the coins come back when the
// unbonding time is over.
func (s *Staking) undelegate(env *chain.Env, delegator, operator chain.Address, shares chain.Dec) (time.Time, chain.Amount, error) {
	var none chain.Amount
	params, err := s.Params(env)
	if err != nil {
		return time.Time{}, none, err
	}
	v, err := s.need(env, operator)
	if err != nil {
		return time.Time{}, none, err
	}
	u, err := s.unbonding(env, delegator, operator)
	if err != nil {
		return time.Time{}, none, err
	}
	if u != nil && len(u.Entries) >= int(params.MaxEntries) {
		return time.Time{}, none, ErrUnbondingEntries
	}
	coins, err := s.unbond(env, delegator, operator, shares)
	if err != nil {
		return time.Time{}, none, err
	}
	if err := s.moveStake(env, v.Status, staking.Unbonding, coins); err != nil {
		return time.Time{}, none, err
	}
	end := env.Block.Time.Add(params.UnbondingTime)
	if u == nil {
		u = &staking.UnbondingDelegation{DelegatorAddress: env.Bech32().Account(delegator), ValidatorAddress: v.OperatorAddress}
	}
	if err := addUnbonding(env, u, end, coins); err != nil {
		return time.Time{}, none, err
	}
	if err := s.putUnbonding(env, delegator, operator, u); err != nil {
		return time.Time{}, none, err
	}
	return end, coins, enqueueUnbonding(env, end, u.DelegatorAddress, u.ValidatorAddress)
}

// addUnbonding adds an entry, or its coins to one of the same block.
func addUnbonding(env *chain.Env, u *staking.UnbondingDelegation, end time.Time, coins chain.Amount) error {
	id, err := nextID(env)
	if err != nil {
		return err
	}
	for i := range u.Entries {
		e := &u.Entries[i]
		if e.CreationHeight != env.Block.Height || !e.CompletionTime.Equal(end) {
			continue
		}
		for _, text := range []*string{&e.InitialBalance, &e.Balance} {
			have, err := amountOf(*text)
			if err != nil {
				return fmt.Errorf("unbonding in state: %v", err)
			}
			sum, ok := have.Add(coins)
			if !ok {
				return fmt.Errorf("more than 2^256-1 unbonds: %w", chain.ErrInvalidRequest)
			}
			*text = sum.String()
		}
		return nil
	}
	u.Entries = append(u.Entries, staking.UnbondingDelegationEntry{
		CreationHeight: env.Block.Height, CompletionTime: end,
		InitialBalance: coins.String(), Balance: coins.String(), UnbondingId: id,
	})
	return nil
}

func (s *Staking) unbonding(env *chain.Env, delegator, operator chain.Address) (*staking.UnbondingDelegation, error) {
	return load[staking.UnbondingDelegation](env, layout.StakingUnbonding(delegator, operator))
}

// putUnbonding writes an unbonding delegation, or removes it without entries.
func (s *Staking) putUnbonding(env *chain.Env, delegator, operator chain.Address, u *staking.UnbondingDelegation) error {
	key, by := layout.StakingUnbonding(delegator, operator), layout.StakingUnbondingOf(operator, delegator)
	if len(u.Entries) == 0 {
		return drop(env, key, by)
	}
	if err := save(env, key, u); err != nil {
		return err
	}
	return index(env, by)
}

// cancel puts unbonding coins of one block back behind the validator.
func (s *Staking) cancel(env *chain.Env, delegator, operator chain.Address, height int64, amount chain.Amount) error {
	v, err := s.need(env, operator)
	if err != nil {
		return err
	}
	st, err := stakeOf(v)
	if err != nil {
		return err
	}
	switch {
	case st.ruined():
		return ErrRuined
	case v.Jailed:
		return ErrJailed
	}
	u, err := s.unbonding(env, delegator, operator)
	if err != nil {
		return err
	}
	if u == nil {
		return fmt.Errorf("unbonding delegation with delegator %s not found for validator %s: %w", env.Bech32().Account(delegator), v.OperatorAddress, chain.ErrNotFound)
	}
	i := slices.IndexFunc(u.Entries, func(e staking.UnbondingDelegationEntry) bool { return e.CreationHeight == height })
	if i < 0 {
		return fmt.Errorf("unbonding delegation entry is not found at block height %d: %w", height, chain.ErrNotFound)
	}
	if err := cut(env, &u.Entries[i], amount); err != nil {
		return err
	}
	if u.Entries[i].Balance == "0" {
		u.Entries = slices.Delete(u.Entries, i, i+1)
	}
	if _, err := s.delegate(env, delegator, operator, amount, freeStake); err != nil {
		return err
	}
	return s.putUnbonding(env, delegator, operator, u)
}

// cut takes coins out of an entry.
func cut(env *chain.Env, e *staking.UnbondingDelegationEntry, amount chain.Amount) error {
	balance, err := amountOf(e.Balance)
	if err != nil {
		return fmt.Errorf("unbonding in state: %v", err)
	}
	initial, err := amountOf(e.InitialBalance)
	if err != nil {
		return fmt.Errorf("unbonding in state: %v", err)
	}
	rest, enough := balance.Sub(amount)
	if !enough {
		return fmt.Errorf("amount is greater than the unbonding delegation entry balance: %w", chain.ErrInvalidRequest)
	}
	if e.CompletionTime.Before(env.Block.Time) {
		return fmt.Errorf("unbonding delegation is already processed: %w", chain.ErrInvalidRequest)
	}
	initial, _ = initial.Sub(amount) // no balance is above what it was at first
	e.Balance, e.InitialBalance = rest.String(), initial.String()
	return nil
}

// complete pays back what has ended by now and returns its sum.
func (s *Staking) complete(env *chain.Env, delegator, operator chain.Address) (chain.Coins, error) {
	u, err := s.unbonding(env, delegator, operator)
	if err != nil || u == nil {
		return nil, err
	}
	var paid chain.Amount
	kept := make([]staking.UnbondingDelegationEntry, 0, len(u.Entries))
	for _, e := range u.Entries {
		if e.CompletionTime.After(env.Block.Time) {
			kept = append(kept, e)
			continue
		}
		balance, err := amountOf(e.Balance)
		if err != nil {
			return nil, fmt.Errorf("unbonding in state: %v", err)
		}
		sum, ok := paid.Add(balance)
		if !ok {
			return nil, fmt.Errorf("more than 2^256-1 comes back: %w", chain.ErrInvalidRequest)
		}
		paid = sum
	}
	if len(kept) == len(u.Entries) {
		return nil, nil
	}
	u.Entries = kept
	if err := s.putUnbonding(env, delegator, operator, u); err != nil {
		return nil, err
	}
	coins, err := s.coins(env, paid)
	if err != nil || coins.IsZero() {
		return nil, err
	}
	return coins, s.Bank.Send(env, layout.ModuleAddress(layout.NotBondedPool), delegator, coins)
}
