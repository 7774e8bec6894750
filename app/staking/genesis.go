package staking

import (
	"fmt"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	staking "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
)

// ValidateGenesis refuses bad parameters, duplicate validators and what is not
// built yet.
func ValidateGenesis(prefix chain.Bech32, g *staking.GenesisState) error {
	if err := CheckParams(g.Params); err != nil {
		return err
	}
	if n := len(g.UnbondingDelegations) + len(g.Redelegations); n > 0 {
		return fmt.Errorf("staking: %d unbonding entries, which this version does not know: %w", n, chain.ErrNotSupported)
	}
	operators, keys := map[chain.Address]bool{}, map[string]bool{}
	for i := range g.Validators {
		v := &g.Validators[i]
		operator, err := prefix.ParseValidator(v.OperatorAddress)
		if err != nil {
			return fmt.Errorf("staking.validators[%d].operator_address: %w", i, err)
		}
		key, err := consensusKey(v.ConsensusPubkey)
		if err != nil {
			return fmt.Errorf("staking.validators[%d].consensus_pubkey: %w", i, err)
		}
		tokens, err := chain.ParseAmount(v.Tokens)
		if err != nil {
			return fmt.Errorf("staking.validators[%d].tokens: %v: %w", i, err, chain.ErrInvalidRequest)
		}
		if _, _, err := powerAndKey(tokens, v); err != nil {
			return fmt.Errorf("staking.validators[%d]: %w", i, err)
		}
		if operators[operator] || keys[string(key)] {
			return fmt.Errorf("staking.validators[%d]: duplicate validator %s: %w", i, v.OperatorAddress, chain.ErrInvalidRequest)
		}
		operators[operator], keys[string(key)] = true, true
	}
	for i, d := range g.Delegations {
		if _, err := prefix.ParseAccount(d.DelegatorAddress); err != nil {
			return fmt.Errorf("staking.delegations[%d].delegator_address: %w", i, err)
		}
		operator, err := prefix.ParseValidator(d.ValidatorAddress)
		if err != nil {
			return fmt.Errorf("staking.delegations[%d].validator_address: %w", i, err)
		}
		if !operators[operator] {
			return fmt.Errorf("staking.delegations[%d]: no validator %s in genesis: %w", i, d.ValidatorAddress, chain.ErrInvalidRequest)
		}
		if _, err := chain.ParseAmount(string(d.Shares)); err != nil {
			return fmt.Errorf("staking.delegations[%d].shares: %v: %w", i, err, chain.ErrInvalidRequest)
		}
	}
	return nil
}

// InitGenesis writes parameters, validators and delegations of a genesis that
// ValidateGenesis accepts, and makes the pools' accounts. The coins of the
// pools are in bank's genesis.
func (s *Staking) InitGenesis(env *chain.Env, g *staking.GenesisState) error {
	raw, err := g.Params.Marshal()
	if err != nil {
		return err
	}
	store := env.Store(layout.Staking)
	if err := store.Set(layout.StakingParams, raw); err != nil {
		return err
	}
	for _, pool := range []string{layout.BondedPool, layout.NotBondedPool} {
		if err := s.Accounts.EnsureModule(env, pool, "burner", "staking"); err != nil {
			return err
		}
	}
	for i := range g.Validators {
		if err := s.initValidator(env, &g.Validators[i]); err != nil {
			return err
		}
	}
	for i := range g.Delegations {
		d := g.Delegations[i]
		delegator, err := env.Bech32().ParseAccount(d.DelegatorAddress)
		if err != nil {
			return err
		}
		operator, err := env.Bech32().ParseValidator(d.ValidatorAddress)
		if err != nil {
			return err
		}
		d.DelegatorAddress, d.ValidatorAddress = env.Bech32().Account(delegator), env.Bech32().Validator(operator)
		raw, err := d.Marshal()
		if err != nil {
			return err
		}
		if err := store.Set(layout.StakingDelegation(delegator, operator), raw); err != nil {
			return err
		}
	}
	return nil
}

func (s *Staking) initValidator(env *chain.Env, v *staking.Validator) error {
	operator, err := env.Bech32().ParseValidator(v.OperatorAddress)
	if err != nil {
		return err
	}
	key, err := consensusKey(v.ConsensusPubkey)
	if err != nil {
		return err
	}
	own := *v
	own.OperatorAddress = env.Bech32().Validator(operator) // one validator, one text
	raw, err := own.Marshal()
	if err != nil {
		return err
	}
	store := env.Store(layout.Staking)
	if err := store.Set(layout.StakingValidator(operator), raw); err != nil {
		return err
	}
	return store.Set(layout.StakingByCons(ConsensusAddress(key)), operator.Bytes())
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
	return g, each(env, layout.StakingDelegationPrefix, func(_, value []byte) error {
		var d staking.Delegation
		err := d.Unmarshal(value)
		g.Delegations = append(g.Delegations, d)
		return err
	})
}
