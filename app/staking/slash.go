package staking

import (
	"fmt"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	staking "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
)

// Slash takes a fraction of the stake that a key had when it broke a rule at
// some height with some power, and returns what was burned of the validator's
// own stake. Stake that has left since, by unbonding or to another validator,
// answers first with its own fraction; the validator's stake bears the rest.
// Nothing is taken of a validator that is unknown or unbonded.
func (s *Staking) Slash(env *chain.Env, cons chain.Address, height, power int64, fraction chain.Dec) (chain.Amount, error) {
	var none chain.Amount
	v, err := s.ByConsensus(env, cons)
	if err != nil || v == nil || v.Status == staking.Unbonded || height > env.Block.Height || power < 0 {
		return none, err
	}
	operator, err := operatorOf(env, v)
	if err != nil {
		return none, err
	}
	had, ok := chain.NewAmount(uint64(power)).MulDiv(chain.NewAmount(PowerReduction), chain.NewAmount(1))
	if !ok || fraction.Cmp(chain.OneDec()) > 0 {
		return none, fmt.Errorf("a slash of %s of %d units: %w", fraction, power, chain.ErrInvalidRequest)
	}
	due := chain.NewDec(had).Mul(fraction).Truncate()
	if height < env.Block.Height {
		if due, err = s.slashLeavers(env, operator, height, fraction, due); err != nil {
			return none, err
		}
		if v, err = s.need(env, operator); err != nil { // it may have changed meanwhile
			return none, err
		}
	}
	return s.slashOwn(env, operator, v, due)
}

// slashLeavers slashes what left a validator since a height and returns what
// the validator itself still has to bear. An entry that a rule keeps from being
// slashed is left out alone: it must not save all others.
func (s *Staking) slashLeavers(env *chain.Env, operator chain.Address, height int64, fraction chain.Dec, due chain.Amount) (chain.Amount, error) {
	bear := func(part chain.Amount) {
		rest, ok := due.Sub(part)
		if !ok {
			rest = chain.Amount{}
		}
		due = rest
	}
	unbondings, err := keysBehind(env, layout.StakingUnbondingsOf(operator), 1)
	if err != nil {
		return due, err
	}
	for _, a := range unbondings {
		err := alone(env, env.Bech32().Account(a[0]), func(env *chain.Env) error {
			part, err := s.slashUnbonding(env, a[0], operator, height, fraction)
			if err == nil {
				bear(part)
			}
			return err
		})
		if err != nil {
			return due, err
		}
	}
	moves, err := keysBehind(env, layout.StakingRedelegationsFrom(operator), 2)
	if err != nil {
		return due, err
	}
	for _, a := range moves {
		err := alone(env, env.Bech32().Account(a[0]), func(env *chain.Env) error {
			part, err := s.slashRedelegation(env, a[0], operator, a[1], height, fraction)
			if err == nil {
				bear(part)
			}
			return err
		})
		if err != nil {
			return due, err
		}
	}
	return due, nil
}

// keysBehind lists the entries of an index, cut into addresses.
func keysBehind(env *chain.Env, prefix []byte, n int) ([][]chain.Address, error) {
	var list [][]chain.Address
	err := each(env, prefix, func(key, _ []byte) error {
		a, err := layout.ParseAddresses(key, n)
		list = append(list, a)
		return err
	})
	return list, err
}

// slashOwn burns coins behind a validator, as many as there are.
func (s *Staking) slashOwn(env *chain.Env, operator chain.Address, v *staking.Validator, due chain.Amount) (chain.Amount, error) {
	st, err := stakeOf(v)
	if err != nil {
		return chain.Amount{}, err
	}
	burned := least(due, st.tokens)
	if burned.IsZero() {
		return burned, nil
	}
	share := chain.NewDec(burned).QuoRoundUp(chain.NewDec(st.tokens))
	if share.Cmp(chain.OneDec()) > 0 {
		share = chain.OneDec()
	}
	if err := s.Rewards.BeforeSlash(env, operator, share); err != nil {
		return chain.Amount{}, err
	}
	rest, _ := st.tokens.Sub(burned)
	if err := s.setStake(env, operator, v, stake{rest, st.shares}); err != nil {
		return chain.Amount{}, err
	}
	return burned, s.burn(env, v.Status, burned)
}

func least(a, b chain.Amount) chain.Amount {
	if a.Cmp(b) < 0 {
		return a
	}
	return b
}

// portion is a fraction of an amount that stands in the state.
func portion(text string, fraction chain.Dec) (chain.Amount, error) {
	a, err := amountOf(text)
	if err != nil {
		return a, fmt.Errorf("amount in state: %v", err)
	}
	part := fraction.MulAmount(a)
	return part.Truncate(), part.Check()
}

// slashUnbonding slashes what unbonds since a height and returns the fraction
// of what it was at first, which the validator need not bear.
func (s *Staking) slashUnbonding(env *chain.Env, delegator, operator chain.Address, height int64, fraction chain.Dec) (chain.Amount, error) {
	u, err := s.unbonding(env, delegator, operator)
	if err != nil || u == nil {
		return chain.Amount{}, err
	}
	var total, burned chain.Amount
	for i := range u.Entries {
		e := &u.Entries[i]
		if e.CreationHeight < height || !e.CompletionTime.After(env.Block.Time) {
			continue
		}
		part, err := portion(e.InitialBalance, fraction)
		if err != nil {
			return total, err
		}
		total, _ = total.Add(part) // parts of a supply below 2^256
		taken, err := takeFrom(e, part)
		if err != nil {
			return total, err
		}
		burned, _ = burned.Add(taken)
	}
	if burned.IsZero() {
		return total, nil
	}
	if err := s.putUnbonding(env, delegator, operator, u); err != nil {
		return total, err
	}
	return total, s.burn(env, staking.Unbonding, burned)
}

// takeFrom lowers an entry's balance, not below 0, and returns by how much.
func takeFrom(e *staking.UnbondingDelegationEntry, most chain.Amount) (chain.Amount, error) {
	balance, err := amountOf(e.Balance)
	if err != nil {
		return balance, fmt.Errorf("unbonding in state: %v", err)
	}
	taken := least(most, balance)
	rest, _ := balance.Sub(taken)
	e.Balance = rest.String()
	return taken, nil
}

// slashRedelegation slashes stake where it went: what unbonds there already
// first, then the delegation. It returns the fraction of what was moved.
func (s *Staking) slashRedelegation(env *chain.Env, delegator, from, to chain.Address, height int64, fraction chain.Dec) (chain.Amount, error) {
	var total chain.Amount
	r, err := s.redelegation(env, delegator, from, to)
	if err != nil || r == nil {
		return total, err
	}
	for i := range r.Entries {
		e := &r.Entries[i]
		if e.CreationHeight < height || !e.CompletionTime.After(env.Block.Time) {
			continue
		}
		part, err := portion(e.InitialBalance, fraction)
		if err != nil {
			return total, err
		}
		total, _ = total.Add(part) // parts of a supply below 2^256
		left, err := s.slashMovedOn(env, delegator, to, height, part)
		if err != nil {
			return total, err
		}
		if left.IsZero() {
			continue
		}
		shares, err := chain.ParseDec(string(e.SharesDst))
		if err != nil {
			return total, fmt.Errorf("redelegation in state: %v", err)
		}
		if err := s.slashMoved(env, delegator, to, fraction.Mul(shares)); err != nil {
			return total, err
		}
	}
	return total, nil
}

// slashMovedOn takes coins that were redelegated and unbond since then. It
// returns what is still to be taken.
func (s *Staking) slashMovedOn(env *chain.Env, delegator, at chain.Address, height int64, part chain.Amount) (chain.Amount, error) {
	u, err := s.unbonding(env, delegator, at)
	if err != nil || u == nil {
		return part, err
	}
	var burned chain.Amount
	for i := range u.Entries {
		e := &u.Entries[i]
		if e.CreationHeight < height || !e.CompletionTime.After(env.Block.Time) {
			continue
		}
		taken, err := takeFrom(e, part)
		if err != nil {
			return part, err
		}
		part, _ = part.Sub(taken)
		burned, _ = burned.Add(taken)
	}
	if burned.IsZero() {
		return part, nil
	}
	if err := s.putUnbonding(env, delegator, at, u); err != nil {
		return part, err
	}
	return part, s.burn(env, staking.Unbonding, burned)
}

// slashMoved burns shares of a delegation, as many as it has.
func (s *Staking) slashMoved(env *chain.Env, delegator, at chain.Address, shares chain.Dec) error {
	d, err := s.Delegation(env, delegator, at)
	if err != nil || d == nil || shares.IsZero() {
		return err
	}
	have, err := chain.ParseDec(string(d.Shares))
	if err != nil {
		return fmt.Errorf("delegation in state: %v", err)
	}
	if shares.Cmp(have) > 0 {
		shares = have
	}
	v, err := s.need(env, at)
	if err != nil {
		return err
	}
	coins, err := s.unbond(env, delegator, at, shares)
	if err != nil {
		return err
	}
	return s.burn(env, v.Status, coins)
}
