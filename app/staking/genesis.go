package staking

import (
	"fmt"

	"github.com/weftchain/weft/chain"
	staking "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
)

// ValidateGenesis refuses bad parameters, duplicate validators and stake of
// nobody.
func ValidateGenesis(prefix chain.Bech32, g *staking.GenesisState) error {
	if err := CheckParams(g.Params); err != nil {
		return err
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
		if _, err := units(tokens); err != nil {
			return fmt.Errorf("staking.validators[%d]: %w", i, err)
		}
		if err := checkValidator(v); err != nil {
			return fmt.Errorf("staking.validators[%d]: %w", i, err)
		}
		if operators[operator] || keys[string(key)] {
			return fmt.Errorf("staking.validators[%d]: duplicate validator %s: %w", i, v.OperatorAddress, chain.ErrInvalidRequest)
		}
		operators[operator], keys[string(key)] = true, true
	}
	if err := checkDelegations(prefix, g, operators); err != nil {
		return err
	}
	return checkLeavers(prefix, g)
}

// checkValidator refuses what no validator can be in.
func checkValidator(v *staking.Validator) error {
	if v.Status != staking.Bonded && v.Status != staking.Unbonding && v.Status != staking.Unbonded {
		return fmt.Errorf("status %d is unknown: %w", v.Status, chain.ErrInvalidRequest)
	}
	if v.Jailed && v.Status == staking.Bonded {
		return fmt.Errorf("bonded and in jail: %w", chain.ErrInvalidRequest)
	}
	if _, err := chain.ParseDec(string(v.DelegatorShares)); err != nil {
		return fmt.Errorf("delegator_shares: %v: %w", err, chain.ErrInvalidRequest)
	}
	if _, err := amountOf(v.MinSelfDelegation); err != nil {
		return fmt.Errorf("min_self_delegation: %v: %w", err, chain.ErrInvalidRequest)
	}
	return checkCommission(v.Commission.CommissionRates)
}

// checkDelegations checks that the delegations add up to the shares of their
// validators.
func checkDelegations(prefix chain.Bech32, g *staking.GenesisState, operators map[chain.Address]bool) error {
	sums, seen := map[chain.Address]chain.Dec{}, map[[2]chain.Address]bool{}
	for i, d := range g.Delegations {
		delegator, err := prefix.ParseAccount(d.DelegatorAddress)
		if err != nil {
			return fmt.Errorf("staking.delegations[%d].delegator_address: %w", i, err)
		}
		operator, err := prefix.ParseValidator(d.ValidatorAddress)
		if err != nil {
			return fmt.Errorf("staking.delegations[%d].validator_address: %w", i, err)
		}
		if !operators[operator] {
			return fmt.Errorf("staking.delegations[%d]: no validator %s in genesis: %w", i, d.ValidatorAddress, chain.ErrInvalidRequest)
		}
		if seen[[2]chain.Address{delegator, operator}] {
			return fmt.Errorf("staking.delegations[%d]: %s stands behind %s twice: %w", i, d.DelegatorAddress, d.ValidatorAddress, chain.ErrInvalidRequest)
		}
		seen[[2]chain.Address{delegator, operator}] = true
		shares, err := chain.ParseDec(string(d.Shares))
		if err != nil || shares.IsZero() {
			return fmt.Errorf("staking.delegations[%d].shares must be above 0: %w", i, chain.ErrInvalidRequest)
		}
		sums[operator] = sums[operator].Add(shares)
	}
	for i := range g.Validators {
		v := &g.Validators[i]
		operator, err := prefix.ParseValidator(v.OperatorAddress)
		if err != nil {
			return err
		}
		if sum := sums[operator]; sum.Check() != nil || sum.Wire() != zeroed(string(v.DelegatorShares)) {
			return fmt.Errorf("staking.validators[%d].delegator_shares is %s, the delegations to %s add up to %s: %w",
				i, v.DelegatorShares.Decimal(), v.OperatorAddress, sum, chain.ErrInvalidRequest)
		}
	}
	return nil
}

func zeroed(text string) string {
	if text == "" {
		return "0"
	}
	return text
}

// checkLeavers checks addresses and amounts of what is on its way.
func checkLeavers(prefix chain.Bech32, g *staking.GenesisState) error {
	for i, u := range g.UnbondingDelegations {
		if _, err := prefix.ParseAccount(u.DelegatorAddress); err != nil {
			return fmt.Errorf("staking.unbonding_delegations[%d].delegator_address: %w", i, err)
		}
		if _, err := prefix.ParseValidator(u.ValidatorAddress); err != nil {
			return fmt.Errorf("staking.unbonding_delegations[%d].validator_address: %w", i, err)
		}
		for j, e := range u.Entries {
			balance, err := chain.ParseAmount(e.Balance)
			if err != nil {
				return fmt.Errorf("staking.unbonding_delegations[%d].entries[%d].balance: %v: %w", i, j, err, chain.ErrInvalidRequest)
			}
			initial, err := chain.ParseAmount(e.InitialBalance)
			if err != nil || initial.Cmp(balance) < 0 {
				return fmt.Errorf("staking.unbonding_delegations[%d].entries[%d].initial_balance must be a number not below balance: %w", i, j, chain.ErrInvalidRequest)
			}
		}
	}
	for i, r := range g.Redelegations {
		if _, err := prefix.ParseAccount(r.DelegatorAddress); err != nil {
			return fmt.Errorf("staking.redelegations[%d].delegator_address: %w", i, err)
		}
		for _, v := range []string{r.ValidatorSrcAddress, r.ValidatorDstAddress} {
			if _, err := prefix.ParseValidator(v); err != nil {
				return fmt.Errorf("staking.redelegations[%d]: validator: %w", i, err)
			}
		}
		for j, e := range r.Entries {
			if _, err := chain.ParseAmount(e.InitialBalance); err != nil {
				return fmt.Errorf("staking.redelegations[%d].entries[%d].initial_balance: %v: %w", i, j, err, chain.ErrInvalidRequest)
			}
			if _, err := chain.ParseDec(string(e.SharesDst)); err != nil {
				return fmt.Errorf("staking.redelegations[%d].entries[%d].shares_dst: %v: %w", i, j, err, chain.ErrInvalidRequest)
			}
		}
	}
	return nil
}
