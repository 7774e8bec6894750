package wasm

import (
	"github.com/weftchain/weft/chain"
	basepb "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
	distributionpb "github.com/weftchain/weft/proto/cosmos/distribution/v1beta1"
	stakingpb "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
	"github.com/weftchain/weft/vm/cosmwasm"
)

// Stakes is what contracts may ask about stake.
type Stakes interface {
	BondDenom(env *chain.Env) (string, error)
	// Bonded lists those who validate.
	Bonded(env *chain.Env) ([]stakingpb.Validator, error)
	// Validator returns nil for an unknown one.
	Validator(env *chain.Env, operator chain.Address) (*stakingpb.Validator, error)
	// Staked tells what a delegation is worth and whether it may be moved.
	Staked(env *chain.Env, delegator, operator chain.Address) (worth chain.Coin, movable, found bool, err error)
	// EachDelegation visits the operators that an account has stake with.
	EachDelegation(env *chain.Env, delegator chain.Address, visit func(operator chain.Address) error) error
}

// Rewards is what contracts may ask about rewards.
type Rewards interface {
	WithdrawAddress(env *chain.Env, delegator chain.Address) (chain.Address, error)
	// Rewards and TotalRewards are what could be withdrawn now.
	Rewards(env *chain.Env, delegator, operator chain.Address) ([]basepb.DecCoin, error)
	TotalRewards(env *chain.Env, delegator chain.Address) ([]distributionpb.DelegationDelegatorReward, []basepb.DecCoin, error)
	Validators(env *chain.Env, delegator chain.Address) ([]string, error)
}

func (w *Wasm) answerStaking(env *chain.Env, q *cosmwasm.StakingQuery) ([]byte, error) {
	switch {
	case w.stakes == nil:
		return nil, unsupported("staking")
	case q.BondedDenom != nil:
		denom, err := w.stakes.BondDenom(env)
		if err != nil {
			return nil, err
		}
		return toJSON(cosmwasm.BondedDenomResponse{Denom: denom})
	case q.AllValidators != nil:
		list, err := w.stakes.Bonded(env)
		if err != nil {
			return nil, err
		}
		res := cosmwasm.AllValidatorsResponse{Validators: make([]cosmwasm.Validator, len(list))}
		for i := range list {
			res.Validators[i] = contractValidator(&list[i])
		}
		return toJSON(res)
	case q.Validator != nil:
		operator, err := env.Bech32().ParseValidator(q.Validator.Address)
		if err != nil {
			return nil, err
		}
		v, err := w.stakes.Validator(env, operator)
		if err != nil || v == nil {
			return orJSON(cosmwasm.ValidatorResponse{}, err)
		}
		shown := contractValidator(v)
		return toJSON(cosmwasm.ValidatorResponse{Validator: &shown})
	case q.AllDelegations != nil:
		return w.answerAllDelegations(env, q.AllDelegations)
	case q.Delegation != nil:
		return w.answerDelegation(env, q.Delegation)
	}
	return nil, unsupported("unknown Staking variant")
}

// orJSON is the answer unless there is an error.
func orJSON(answer any, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	return toJSON(answer)
}

func contractValidator(v *stakingpb.Validator) cosmwasm.Validator {
	c := v.Commission.CommissionRates
	return cosmwasm.Validator{
		Address: v.OperatorAddress, Commission: c.Rate.Decimal(), MaxCommission: c.MaxRate.Decimal(), MaxChangeRate: c.MaxChangeRate.Decimal(),
	}
}

func contractCoin(c chain.Coin) cosmwasm.Coin {
	return cosmwasm.Coin{Denom: c.Denom, Amount: c.Amount.String()}
}

func (w *Wasm) answerAllDelegations(env *chain.Env, q *cosmwasm.AllDelegationsQuery) ([]byte, error) {
	delegator, err := queriedAccount(env, q.Delegator)
	if err != nil {
		return nil, err
	}
	res := cosmwasm.AllDelegationsResponse{Delegations: []cosmwasm.Delegation{}}
	err = w.stakes.EachDelegation(env, delegator, func(operator chain.Address) error {
		worth, _, _, err := w.stakes.Staked(env, delegator, operator)
		res.Delegations = append(res.Delegations, cosmwasm.Delegation{
			Delegator: q.Delegator, Validator: env.Bech32().Validator(operator), Amount: contractCoin(worth),
		})
		return err
	})
	return orJSON(res, err)
}

func (w *Wasm) answerDelegation(env *chain.Env, q *cosmwasm.DelegationQuery) ([]byte, error) {
	delegator, err := queriedAccount(env, q.Delegator)
	if err != nil {
		return nil, err
	}
	operator, err := env.Bech32().ParseValidator(q.Validator)
	if err != nil {
		return nil, err
	}
	worth, movable, found, err := w.stakes.Staked(env, delegator, operator)
	if err != nil || !found {
		return orJSON(cosmwasm.DelegationResponse{}, err)
	}
	rewards, err := w.rewards.Rewards(env, delegator, operator)
	if err != nil {
		return nil, err
	}
	full := &cosmwasm.FullDelegation{
		Delegator: q.Delegator, Validator: q.Validator, Amount: contractCoin(worth),
		AccumulatedRewards: []cosmwasm.Coin{}, CanRedelegate: contractCoin(chain.Coin{Denom: worth.Denom}),
	}
	if movable {
		full.CanRedelegate = full.Amount
	}
	for _, r := range rewards {
		d, err := chain.ParseDec(string(r.Amount))
		if err != nil {
			return nil, err
		}
		if whole := d.Truncate(); !whole.IsZero() {
			full.AccumulatedRewards = append(full.AccumulatedRewards, contractCoin(chain.Coin{Denom: r.Denom, Amount: whole}))
		}
	}
	return toJSON(cosmwasm.DelegationResponse{Delegation: full})
}

func contractDecCoins(list []basepb.DecCoin) []cosmwasm.DecCoin {
	out := make([]cosmwasm.DecCoin, len(list))
	for i, c := range list {
		out[i] = cosmwasm.DecCoin{Denom: c.Denom, Amount: c.Amount.Decimal()}
	}
	return out
}

func (w *Wasm) answerDistribution(env *chain.Env, q *cosmwasm.DistributionQuery) ([]byte, error) {
	switch {
	case w.rewards == nil:
		return nil, unsupported("distribution")
	case q.DelegatorWithdrawAddress != nil:
		delegator, err := queriedAccount(env, q.DelegatorWithdrawAddress.DelegatorAddress)
		if err != nil {
			return nil, err
		}
		to, err := w.rewards.WithdrawAddress(env, delegator)
		return orJSON(cosmwasm.DelegatorWithdrawAddressResponse{WithdrawAddress: env.Bech32().Account(to)}, err)
	case q.DelegationRewards != nil:
		delegator, err := queriedAccount(env, q.DelegationRewards.DelegatorAddress)
		if err != nil {
			return nil, err
		}
		operator, err := env.Bech32().ParseValidator(q.DelegationRewards.ValidatorAddress)
		if err != nil {
			return nil, err
		}
		rewards, err := w.rewards.Rewards(env, delegator, operator)
		return orJSON(cosmwasm.DelegationRewardsResponse{Rewards: contractDecCoins(rewards)}, err)
	case q.DelegationTotalRewards != nil:
		delegator, err := queriedAccount(env, q.DelegationTotalRewards.DelegatorAddress)
		if err != nil {
			return nil, err
		}
		list, total, err := w.rewards.TotalRewards(env, delegator)
		res := cosmwasm.DelegationTotalRewardsResponse{Rewards: []cosmwasm.DelegatorReward{}, Total: contractDecCoins(total)}
		for _, r := range list {
			res.Rewards = append(res.Rewards, cosmwasm.DelegatorReward{ValidatorAddress: r.ValidatorAddress, Reward: contractDecCoins(r.Reward)})
		}
		return orJSON(res, err)
	case q.DelegatorValidators != nil:
		delegator, err := queriedAccount(env, q.DelegatorValidators.DelegatorAddress)
		if err != nil {
			return nil, err
		}
		list, err := w.rewards.Validators(env, delegator)
		return orJSON(cosmwasm.DelegatorValidatorsResponse{Validators: list}, err)
	}
	return nil, unsupported("unknown distribution query")
}
