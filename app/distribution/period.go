package distribution

import (
	"fmt"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	distribution "github.com/weftchain/weft/proto/cosmos/distribution/v1beta1"
	staking "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
)

// current reads a validator's running period.
func current(env *chain.Env, operator chain.Address) (uint64, decCoins, error) {
	c, err := load[distribution.ValidatorCurrentRewards](env, layout.RewardsCurrent(operator))
	if err != nil {
		return 0, nil, err
	}
	if c == nil || c.Period == 0 {
		return 0, nil, ErrNoValidatorInfo
	}
	coins, err := fromProto(c.Rewards)
	return c.Period, coins, err
}

func saveCurrent(env *chain.Env, operator chain.Address, period uint64, c decCoins) error {
	if err := c.check(); err != nil {
		return fmt.Errorf("current rewards: %w", err)
	}
	return save(env, layout.RewardsCurrent(operator), &distribution.ValidatorCurrentRewards{Rewards: c.proto(), Period: period})
}

// history reads what one coin of stake earned until the end of a period.
func history(env *chain.Env, operator chain.Address, period uint64) (decCoins, uint32, error) {
	h, err := load[distribution.ValidatorHistoricalRewards](env, layout.RewardsHistory(operator, period))
	if err != nil {
		return nil, 0, err
	}
	if h == nil {
		return nil, 0, fmt.Errorf("period %d is not kept: %w", period, ErrNoValidatorInfo)
	}
	coins, err := fromProto(h.CumulativeRewardRatio)
	return coins, h.ReferenceCount, err
}

// saveHistory keeps an ended period as long as someone refers to it.
func saveHistory(env *chain.Env, operator chain.Address, period uint64, ratio decCoins, refs uint32) error {
	if err := ratio.check(); err != nil {
		return fmt.Errorf("reward ratio: %w", err)
	}
	key := layout.RewardsHistory(operator, period)
	if refs == 0 {
		return env.Store(layout.Distribution).Delete(key)
	}
	return save(env, key, &distribution.ValidatorHistoricalRewards{CumulativeRewardRatio: ratio.proto(), ReferenceCount: refs})
}

func hold(env *chain.Env, operator chain.Address, period uint64) error {
	ratio, refs, err := history(env, operator, period)
	if err != nil {
		return err
	}
	return saveHistory(env, operator, period, ratio, refs+1)
}

func release(env *chain.Env, operator chain.Address, period uint64) error {
	ratio, refs, err := history(env, operator, period)
	if err != nil {
		return err
	}
	if refs == 0 {
		return fmt.Errorf("period %d has no reference: %w", period, chain.ErrLogic)
	}
	return saveHistory(env, operator, period, ratio, refs-1)
}

// endPeriod ends a validator's running period and returns its number. With no
// stake to earn them, its rewards go to the pool.
func (d *Distribution) endPeriod(env *chain.Env, operator chain.Address, v *staking.Validator) (uint64, error) {
	period, rewards, err := current(env, operator)
	if err != nil {
		return 0, err
	}
	tokens, err := tokensOf(v)
	if err != nil {
		return 0, err
	}
	var earned decCoins
	if tokens.IsZero() {
		if err := d.forfeit(env, operator, rewards); err != nil {
			return 0, err
		}
	} else {
		earned = rewards.quoDown(chain.NewDec(tokens))
	}
	before, refs, err := history(env, operator, period-1)
	if err != nil {
		return 0, err
	}
	if refs == 0 {
		return 0, fmt.Errorf("period %d has no reference: %w", period-1, chain.ErrLogic)
	}
	if err := saveHistory(env, operator, period-1, before, refs-1); err != nil {
		return 0, err
	}
	if err := saveHistory(env, operator, period, before.add(earned), 1); err != nil {
		return 0, err
	}
	return period, saveCurrent(env, operator, period+1, nil)
}

func (d *Distribution) forfeit(env *chain.Env, operator chain.Address, rewards decCoins) error {
	if len(rewards) == 0 {
		return nil
	}
	o, err := owed(env, operator)
	if err != nil {
		return err
	}
	if err := saveOwed(env, operator, o.sub(rewards)); err != nil {
		return err
	}
	return d.addToPool(env, rewards)
}

func tokensOf(v *staking.Validator) (chain.Amount, error) {
	tokens, err := chain.ParseAmount(v.Tokens)
	if err != nil {
		return tokens, fmt.Errorf("validator in state: %v", err)
	}
	return tokens, nil
}

// worth returns what a delegation's shares are worth, to the nearest or down.
func worth(v *staking.Validator, del *staking.Delegation, down bool) (chain.Dec, error) {
	tokens, err := tokensOf(v)
	if err != nil {
		return chain.Dec{}, err
	}
	all, err := chain.ParseDec(string(v.DelegatorShares))
	if err != nil {
		return all, fmt.Errorf("validator in state: %v", err)
	}
	shares, err := chain.ParseDec(string(del.Shares))
	if err != nil {
		return shares, fmt.Errorf("delegation in state: %v", err)
	}
	if down {
		return shares.MulAmount(tokens).QuoTruncate(all), nil
	}
	return chain.SharesWorth(shares, tokens, all), nil
}

// begin notes where a delegation's rewards start: with the period that ended
// last.
func (d *Distribution) begin(env *chain.Env, delegator, operator chain.Address) error {
	period, _, err := current(env, operator)
	if err != nil {
		return err
	}
	if err := hold(env, operator, period-1); err != nil {
		return err
	}
	v, err := d.Stakes.RequireValidator(env, operator)
	if err != nil {
		return err
	}
	del, err := d.Stakes.RequireDelegation(env, delegator, operator)
	if err != nil {
		return err
	}
	stake, err := worth(v, del, true)
	if err != nil {
		return err
	}
	if err := stake.Check(); err != nil {
		return err
	}
	return save(env, layout.RewardsStart(operator, delegator), &distribution.DelegatorStartingInfo{
		PreviousPeriod: period - 1, Stake: decText(stake), Height: uint64(max(env.Block.Height, 0)),
	})
}

// earned computes what a delegation earned until the end of a period, slash by
// slash.
func (d *Distribution) earned(env *chain.Env, operator chain.Address, v *staking.Validator, del *staking.Delegation, start *distribution.DelegatorStartingInfo, end uint64) (decCoins, error) {
	height := uint64(max(env.Block.Height, 0))
	if start.Height == height && height > 0 {
		return nil, nil // began in this block
	}
	stake, err := chain.ParseDec(string(start.Stake))
	if err != nil {
		return nil, fmt.Errorf("delegation start in state: %v", err)
	}
	from := start.PreviousPeriod
	var sum decCoins
	err = eachSlash(env, operator, start.Height, height, func(s *distribution.ValidatorSlashEvent) error {
		if s.ValidatorPeriod <= from {
			return nil
		}
		part, err := between(env, operator, from, s.ValidatorPeriod, stake)
		if err != nil {
			return err
		}
		fraction, err := chain.ParseDec(string(s.Fraction))
		if err != nil {
			return fmt.Errorf("slash in state: %v", err)
		}
		sum, stake, from = sum.add(part), stake.MulTruncate(chain.OneDec().Sub(fraction)), s.ValidatorPeriod
		return nil
	})
	if err != nil {
		return nil, err
	}
	now, err := worth(v, del, false)
	if err != nil {
		return nil, err
	}
	if stake.Cmp(now) > 0 { // rounding: no stake earns for more than it is worth
		stake = now
	}
	part, err := between(env, operator, from, end, stake)
	return sum.add(part), err
}

// between is what a stake earned from the end of one period to that of another.
func between(env *chain.Env, operator chain.Address, from, to uint64, stake chain.Dec) (decCoins, error) {
	first, _, err := history(env, operator, from)
	if err != nil {
		return nil, err
	}
	last, _, err := history(env, operator, to)
	if err != nil {
		return nil, err
	}
	out := last.sub(first).mulDown(stake)
	return out, out.check()
}

// eachSlash visits a validator's slashes from one height to another, both
// included, in order.
func eachSlash(env *chain.Env, operator chain.Address, from, to uint64, visit func(*distribution.ValidatorSlashEvent) error) error {
	prefix := layout.RewardsSlashes(operator)
	return eachUntil(env, prefix, layout.RewardsSlashesFrom(operator, from), layout.RewardsSlashesFrom(operator, to+1), func(_, value []byte) error {
		var s distribution.ValidatorSlashEvent
		if err := s.Unmarshal(value); err != nil {
			return fmt.Errorf("slash in state: %v", err)
		}
		return visit(&s)
	})
}
