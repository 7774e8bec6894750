package distribution

import (
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	base "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
	distribution "github.com/weftchain/weft/proto/cosmos/distribution/v1beta1"
	staking "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
)

func decText(d chain.Dec) base.Dec { return base.Dec(d.Wire()) }

// pending ends the validator's period and returns what a delegation earned, and
// where it began.
func (d *Distribution) pending(env *chain.Env, delegator, operator chain.Address) (decCoins, *distribution.DelegatorStartingInfo, error) {
	v, err := d.Stakes.RequireValidator(env, operator)
	if err != nil {
		return nil, nil, err
	}
	del, err := d.Stakes.RequireDelegation(env, delegator, operator)
	if err != nil {
		return nil, nil, err
	}
	return d.pendingOf(env, delegator, operator, v, del)
}

func (d *Distribution) pendingOf(env *chain.Env, delegator, operator chain.Address, v *staking.Validator, del *staking.Delegation) (decCoins, *distribution.DelegatorStartingInfo, error) {
	start, err := load[distribution.DelegatorStartingInfo](env, layout.RewardsStart(operator, delegator))
	if err != nil {
		return nil, nil, err
	}
	if start == nil {
		return nil, nil, ErrNoDelegationInfo
	}
	end, err := d.endPeriod(env, operator, v)
	if err != nil {
		return nil, nil, err
	}
	rewards, err := d.earned(env, operator, v, del, start, end)
	return rewards, start, err
}

// withdraw pays what a delegation earned and forgets where it began. What is
// behind the point goes to the pool.
func (d *Distribution) withdraw(env *chain.Env, delegator, operator chain.Address) (chain.Coins, error) {
	rewards, start, err := d.pending(env, delegator, operator)
	if err != nil {
		return nil, err
	}
	all, err := owed(env, operator)
	if err != nil {
		return nil, err
	}
	rewards = rewards.atMost(all) // rounding
	whole, rest := rewards.split()
	if err := d.pay(env, delegator, whole); err != nil {
		return nil, err
	}
	if err := saveOwed(env, operator, all.sub(rewards)); err != nil {
		return nil, err
	}
	if err := d.addToPool(env, rest); err != nil {
		return nil, err
	}
	if err := release(env, operator, start.PreviousPeriod); err != nil {
		return nil, err
	}
	if err := env.Store(layout.Distribution).Delete(layout.RewardsStart(operator, delegator)); err != nil {
		return nil, err
	}
	shown := whole
	if shown.IsZero() {
		shown = chain.Coins{{Denom: env.Block.Params.BaseDenom}}
	}
	env.Events.Emit(chain.NewEvent("withdraw_rewards", "amount", shown.String(),
		"validator", env.Bech32().Validator(operator), "delegator", env.Bech32().Account(delegator)))
	return shown, nil
}

// withdrawCommission pays an operator's commission; what is behind the point
// stays.
func (d *Distribution) withdrawCommission(env *chain.Env, operator chain.Address) (chain.Coins, error) {
	all, err := commission(env, operator)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, ErrNoCommission
	}
	whole, rest := all.split()
	if err := saveCommission(env, operator, rest); err != nil {
		return nil, err
	}
	o, err := owed(env, operator)
	if err != nil {
		return nil, err
	}
	if err := saveOwed(env, operator, o.sub(fromCoins(whole))); err != nil {
		return nil, err
	}
	if err := d.pay(env, operator, whole); err != nil {
		return nil, err
	}
	env.Events.Emit(chain.NewEvent("withdraw_commission", "amount", whole.String()))
	return whole, nil
}

// ValidatorCreated opens a validator's accounts.
func (d *Distribution) ValidatorCreated(env *chain.Env, operator chain.Address) error {
	if err := saveHistory(env, operator, 0, nil, 1); err != nil {
		return err
	}
	if err := saveCurrent(env, operator, 1, nil); err != nil {
		return err
	}
	if err := saveCommission(env, operator, nil); err != nil {
		return err
	}
	return saveOwed(env, operator, nil)
}

// ValidatorRemoved pays a validator's commission, gives the rest to the pool
// and closes its accounts.
func (d *Distribution) ValidatorRemoved(env *chain.Env, operator chain.Address) error {
	o, err := owed(env, operator)
	if err != nil {
		return err
	}
	c, err := commission(env, operator)
	if err != nil {
		return err
	}
	whole, _ := c.split()
	if err := d.pay(env, operator, whole); err != nil {
		return err
	}
	if err := d.addToPool(env, o.sub(fromCoins(whole))); err != nil {
		return err
	}
	keys := [][]byte{layout.RewardsOwed(operator), layout.RewardsCommission(operator), layout.RewardsCurrent(operator)}
	for _, prefix := range [][]byte{layout.RewardsSlashes(operator), layout.RewardsHistories(operator)} {
		err := each(env, prefix, func(key, _ []byte) error {
			keys = append(keys, append(append([]byte(nil), prefix...), key...))
			return nil
		})
		if err != nil {
			return err
		}
	}
	for _, key := range keys {
		if err := env.Store(layout.Distribution).Delete(key); err != nil {
			return err
		}
	}
	return nil
}

// BeforeDelegation ends a period before a delegation's shares change and pays
// what it earned so far.
func (d *Distribution) BeforeDelegation(env *chain.Env, delegator, operator chain.Address, first bool) error {
	if !first {
		_, err := d.withdraw(env, delegator, operator)
		return err
	}
	v, err := d.Stakes.RequireValidator(env, operator)
	if err != nil {
		return err
	}
	_, err = d.endPeriod(env, operator, v)
	return err
}

// AfterDelegation notes where the changed delegation begins.
func (d *Distribution) AfterDelegation(env *chain.Env, delegator, operator chain.Address) error {
	return d.begin(env, delegator, operator)
}

// BeforeSlash ends a period before a validator's stake is lowered and notes by
// which fraction.
func (d *Distribution) BeforeSlash(env *chain.Env, operator chain.Address, fraction chain.Dec) error {
	v, err := d.Stakes.RequireValidator(env, operator)
	if err != nil {
		return err
	}
	period, err := d.endPeriod(env, operator, v)
	if err != nil {
		return err
	}
	if err := hold(env, operator, period); err != nil {
		return err
	}
	return save(env, layout.RewardsSlash(operator, uint64(max(env.Block.Height, 0)), period),
		&distribution.ValidatorSlashEvent{ValidatorPeriod: period, Fraction: decText(fraction)})
}
