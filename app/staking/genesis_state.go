package staking

import (
	"fmt"

	"github.com/cosmos/gogoproto/types"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	staking "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
)

// InitGenesis writes a genesis that ValidateGenesis accepts and makes the
// pools' accounts. The coins of the pools are in bank's genesis. Unless the
// state is exported, Rewards and Signing hear of its validators and
// delegations; else they have genesis of their own, which comes first.
func (s *Staking) InitGenesis(env *chain.Env, g *staking.GenesisState) error {
	if err := save(env, layout.StakingParams, &g.Params); err != nil {
		return err
	}
	for _, pool := range []string{layout.BondedPool, layout.NotBondedPool} {
		if err := s.Accounts.EnsureModule(env, pool, "burner", "staking"); err != nil {
			return err
		}
	}
	for i := range g.Validators {
		if err := s.initValidator(env, g.Validators[i], g.Exported); err != nil {
			return fmt.Errorf("validators[%d]: %w", i, err)
		}
	}
	for i := range g.Delegations {
		if err := s.initDelegation(env, g.Delegations[i], g.Exported); err != nil {
			return fmt.Errorf("delegations[%d]: %w", i, err)
		}
	}
	return s.initLeavers(env, g)
}

func (s *Staking) initValidator(env *chain.Env, v staking.Validator, exported bool) error {
	operator, err := env.Bech32().ParseValidator(v.OperatorAddress)
	if err != nil {
		return err
	}
	key, err := consensusKey(v.ConsensusPubkey)
	if err != nil {
		return err
	}
	v.OperatorAddress = env.Bech32().Validator(operator) // one validator, one text
	if err := s.put(env, operator, &v); err != nil {
		return err
	}
	cons := ConsensusAddress(key)
	if err := env.Store(layout.Staking).Set(layout.StakingByCons(cons), operator.Bytes()); err != nil {
		return err
	}
	if !exported {
		if err := s.Rewards.ValidatorCreated(env, operator); err != nil {
			return err
		}
	}
	if err := s.Signing.KeyJoined(env, key, exported); err != nil {
		return err
	}
	return s.initStatus(env, operator, cons, &v, exported)
}

// initStatus puts a validator where its status belongs.
func (s *Staking) initStatus(env *chain.Env, operator, cons chain.Address, v *staking.Validator, exported bool) error {
	if v.Status == staking.Unbonding {
		return enqueueValidator(env, v)
	}
	if v.Status != staking.Bonded {
		return nil
	}
	st, err := stakeOf(v)
	if err != nil {
		return err
	}
	power, err := units(st.tokens)
	if err != nil {
		return err
	}
	if !exported {
		if err := s.Signing.KeyBonded(env, cons); err != nil {
			return err
		}
	}
	return save(env, layout.StakingLastPower(operator), &types.Int64Value{Value: int64(power)})
}

func (s *Staking) initDelegation(env *chain.Env, d staking.Delegation, exported bool) error {
	a, err := addressesOf(env, d.DelegatorAddress, d.ValidatorAddress)
	if err != nil {
		return err
	}
	d.DelegatorAddress, d.ValidatorAddress = env.Bech32().Account(a[0]), env.Bech32().Validator(a[1])
	if !exported {
		if err := s.Rewards.BeforeDelegation(env, a[0], a[1], true); err != nil {
			return err
		}
	}
	if err := s.putDelegation(env, a[0], a[1], &d); err != nil || exported {
		return err
	}
	return s.Rewards.AfterDelegation(env, a[0], a[1])
}

// initLeavers writes what is on its way, its queues, and the counter of such
// operations.
func (s *Staking) initLeavers(env *chain.Env, g *staking.GenesisState) error {
	var last uint64
	for i := range g.UnbondingDelegations {
		u := g.UnbondingDelegations[i]
		a, err := addressesOf(env, u.DelegatorAddress, u.ValidatorAddress)
		if err != nil {
			return err
		}
		if err := s.putUnbonding(env, a[0], a[1], &u); err != nil {
			return err
		}
		for _, e := range u.Entries {
			last = max(last, e.UnbondingId)
			if err := enqueueUnbonding(env, e.CompletionTime, u.DelegatorAddress, u.ValidatorAddress); err != nil {
				return err
			}
		}
	}
	for i := range g.Redelegations {
		r := g.Redelegations[i]
		a, err := addressesOf(env, r.DelegatorAddress, r.ValidatorSrcAddress, r.ValidatorDstAddress)
		if err != nil {
			return err
		}
		if err := s.putRedelegation(env, a[0], a[1], a[2], &r); err != nil {
			return err
		}
		for _, e := range r.Entries {
			last = max(last, e.UnbondingId)
			if err := enqueueRedelegation(env, e.CompletionTime, &r); err != nil {
				return err
			}
		}
	}
	for i := range g.Validators {
		for _, id := range g.Validators[i].UnbondingIds {
			last = max(last, id)
		}
	}
	if last == 0 {
		return nil
	}
	return env.Store(layout.Staking).Set(layout.StakingUnbondingID, layout.Uint64(last))
}

// all returns every validator by operator.
func (s *Staking) all(env *chain.Env) ([]staking.Validator, error) {
	return every[staking.Validator](env, layout.StakingValidatorPrefix)
}

// every reads all records behind a prefix.
func every[T any, P interface {
	*T
	chain.Message
}](env *chain.Env, prefix []byte) ([]T, error) {
	var list []T
	err := each(env, prefix, func(_, value []byte) error {
		var m T
		if err := P(&m).Unmarshal(value); err != nil {
			return fmt.Errorf("%T in state: %v", m, err)
		}
		list = append(list, m)
		return nil
	})
	return list, err
}

// ExportGenesis is what InitGenesis reads back.
func (s *Staking) ExportGenesis(env *chain.Env) (*staking.GenesisState, error) {
	params, err := s.Params(env)
	if err != nil {
		return nil, err
	}
	g := &staking.GenesisState{Params: params, Exported: true}
	if g.Validators, err = s.all(env); err != nil {
		return nil, err
	}
	if g.Delegations, err = every[staking.Delegation](env, layout.StakingDelegationPrefix); err != nil {
		return nil, err
	}
	if g.UnbondingDelegations, err = every[staking.UnbondingDelegation](env, layout.StakingUnbondingPrefix); err != nil {
		return nil, err
	}
	if g.Redelegations, err = every[staking.Redelegation](env, layout.StakingRedelegatePrefix); err != nil {
		return nil, err
	}
	last, err := s.lastPowers(env)
	if err != nil {
		return nil, err
	}
	var total int64
	for _, operator := range sortedKeys(last) {
		total += last[operator]
		g.LastValidatorPowers = append(g.LastValidatorPowers, staking.LastValidatorPower{
			Address: env.Bech32().Validator(operator), Power: last[operator],
		})
	}
	g.LastTotalPower = []byte(fmt.Sprint(total))
	return g, nil
}
