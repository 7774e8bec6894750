package distribution

import (
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/chain/wire"
	base "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
	distribution "github.com/weftchain/weft/proto/cosmos/distribution/v1beta1"
)

// Queries lists the methods of cosmos.distribution.v1beta1.Query. Those about
// pending rewards end periods on the way, on a branch that is dropped.
func (d *Distribution) Queries() []chain.Route {
	const service = "/cosmos.distribution.v1beta1.Query/"
	return []chain.Route{
		chain.NewQuery(service+"Params", d.queryParams),
		chain.NewQuery(service+"ValidatorDistributionInfo", d.queryInfo),
		chain.NewQuery(service+"ValidatorOutstandingRewards", d.queryOutstanding),
		chain.NewQuery(service+"ValidatorCommission", d.queryCommission),
		chain.NewQuery(service+"ValidatorSlashes", d.querySlashes),
		chain.NewQuery(service+"DelegationRewards", d.queryRewards),
		chain.NewQuery(service+"DelegationTotalRewards", d.queryTotalRewards),
		chain.NewQuery(service+"DelegatorValidators", d.queryValidators),
		chain.NewQuery(service+"DelegatorWithdrawAddress", d.queryWithdrawAddress),
		chain.NewQuery(service+"CommunityPool", d.queryPool),
	}
}

func invalid(err error) error { return status.Error(codes.InvalidArgument, err.Error()) }

func operatorOf(env *chain.Env, text string) (chain.Address, error) {
	if text == "" {
		return "", status.Error(codes.InvalidArgument, "empty validator address")
	}
	a, err := env.Bech32().ParseValidator(text)
	if err != nil {
		return "", invalid(err)
	}
	return a, nil
}

func delegatorOf(env *chain.Env, text string) (chain.Address, error) {
	if text == "" {
		return "", status.Error(codes.InvalidArgument, "empty delegator address")
	}
	a, err := env.Bech32().ParseAccount(text)
	if err != nil {
		return "", invalid(err)
	}
	return a, nil
}

// known is the operator of a validator that is there.
func (d *Distribution) known(env *chain.Env, text string) (chain.Address, error) {
	operator, err := operatorOf(env, text)
	if err != nil {
		return "", err
	}
	_, err = d.Stakes.RequireValidator(env, operator)
	return operator, err
}

func (d *Distribution) queryParams(env *chain.Env, _ *distribution.QueryParamsRequest) (*distribution.QueryParamsResponse, error) {
	p, err := d.Params(env)
	return &distribution.QueryParamsResponse{Params: p}, err
}

func (d *Distribution) queryInfo(env *chain.Env, req *distribution.QueryValidatorDistributionInfoRequest) (*distribution.QueryValidatorDistributionInfoResponse, error) {
	operator, err := d.known(env, req.ValidatorAddress)
	if err != nil {
		return nil, err
	}
	rewards, _, err := d.pending(env, operator, operator)
	if err != nil {
		return nil, err
	}
	c, err := commission(env, operator)
	return &distribution.QueryValidatorDistributionInfoResponse{
		OperatorAddress: env.Bech32().Account(operator), SelfBondRewards: rewards.proto(), Commission: c.proto(),
	}, err
}

func (d *Distribution) queryOutstanding(env *chain.Env, req *distribution.QueryValidatorOutstandingRewardsRequest) (*distribution.QueryValidatorOutstandingRewardsResponse, error) {
	operator, err := d.known(env, req.ValidatorAddress)
	if err != nil {
		return nil, err
	}
	o, err := owed(env, operator)
	return &distribution.QueryValidatorOutstandingRewardsResponse{
		Rewards: distribution.ValidatorOutstandingRewards{Rewards: o.proto()},
	}, err
}

func (d *Distribution) queryCommission(env *chain.Env, req *distribution.QueryValidatorCommissionRequest) (*distribution.QueryValidatorCommissionResponse, error) {
	operator, err := d.known(env, req.ValidatorAddress)
	if err != nil {
		return nil, err
	}
	c, err := commission(env, operator)
	return &distribution.QueryValidatorCommissionResponse{
		Commission: distribution.ValidatorAccumulatedCommission{Commission: c.proto()},
	}, err
}

// querySlashes compares the bounds with periods, although their names say
// heights: so does the reference.
func (d *Distribution) querySlashes(env *chain.Env, req *distribution.QueryValidatorSlashesRequest) (*distribution.QueryValidatorSlashesResponse, error) {
	operator, err := operatorOf(env, req.ValidatorAddress)
	if err != nil {
		return nil, err
	}
	if req.EndingHeight < req.StartingHeight {
		return nil, status.Errorf(codes.InvalidArgument, "starting height greater than ending height (%d > %d)", req.StartingHeight, req.EndingHeight)
	}
	rules := wire.PageRules{Filter: func(_, value []byte) (bool, error) {
		var s distribution.ValidatorSlashEvent
		err := s.Unmarshal(value)
		return s.ValidatorPeriod >= req.StartingHeight && s.ValidatorPeriod <= req.EndingHeight, err
	}}
	res := &distribution.QueryValidatorSlashesResponse{Slashes: []distribution.ValidatorSlashEvent{}}
	res.Pagination, err = wire.Page(env.Store(layout.Distribution), layout.RewardsSlashes(operator), req.Pagination, rules,
		func(_, value []byte) (bool, error) {
			var s distribution.ValidatorSlashEvent
			err := s.Unmarshal(value)
			res.Slashes = append(res.Slashes, s)
			return true, err
		})
	return res, err
}

func (d *Distribution) queryRewards(env *chain.Env, req *distribution.QueryDelegationRewardsRequest) (*distribution.QueryDelegationRewardsResponse, error) {
	delegator, err := delegatorOf(env, req.DelegatorAddress)
	if err != nil {
		return nil, err
	}
	operator, err := operatorOf(env, req.ValidatorAddress)
	if err != nil {
		return nil, err
	}
	rewards, err := d.Rewards(env, delegator, operator)
	return &distribution.QueryDelegationRewardsResponse{Rewards: rewards}, err
}

// Rewards is what a delegation could withdraw now.
func (d *Distribution) Rewards(env *chain.Env, delegator, operator chain.Address) ([]base.DecCoin, error) {
	rewards, _, err := d.pending(env.Child(), delegator, operator)
	return rewards.proto(), err
}

func (d *Distribution) queryTotalRewards(env *chain.Env, req *distribution.QueryDelegationTotalRewardsRequest) (*distribution.QueryDelegationTotalRewardsResponse, error) {
	delegator, err := delegatorOf(env, req.DelegatorAddress)
	if err != nil {
		return nil, err
	}
	list, total, err := d.TotalRewards(env, delegator)
	return &distribution.QueryDelegationTotalRewardsResponse{Rewards: list, Total: total}, err
}

// TotalRewards is what all delegations of an account could withdraw now.
func (d *Distribution) TotalRewards(env *chain.Env, delegator chain.Address) ([]distribution.DelegationDelegatorReward, []base.DecCoin, error) {
	list, total := []distribution.DelegationDelegatorReward{}, decCoins{}
	err := d.Stakes.EachDelegation(env, delegator, func(operator chain.Address) error {
		rewards, _, err := d.pending(env.Child(), delegator, operator)
		if err != nil {
			return err
		}
		list = append(list, distribution.DelegationDelegatorReward{ValidatorAddress: env.Bech32().Validator(operator), Reward: rewards.proto()})
		total = total.add(rewards)
		return nil
	})
	return list, total.proto(), err
}

func (d *Distribution) queryValidators(env *chain.Env, req *distribution.QueryDelegatorValidatorsRequest) (*distribution.QueryDelegatorValidatorsResponse, error) {
	delegator, err := delegatorOf(env, req.DelegatorAddress)
	if err != nil {
		return nil, err
	}
	list, err := d.Validators(env, delegator)
	return &distribution.QueryDelegatorValidatorsResponse{Validators: list}, err
}

// Validators lists the operators that an account has stake with.
func (d *Distribution) Validators(env *chain.Env, delegator chain.Address) ([]string, error) {
	list := []string{}
	err := d.Stakes.EachDelegation(env, delegator, func(operator chain.Address) error {
		list = append(list, env.Bech32().Validator(operator))
		return nil
	})
	return list, err
}

func (d *Distribution) queryWithdrawAddress(env *chain.Env, req *distribution.QueryDelegatorWithdrawAddressRequest) (*distribution.QueryDelegatorWithdrawAddressResponse, error) {
	delegator, err := delegatorOf(env, req.DelegatorAddress)
	if err != nil {
		return nil, err
	}
	to, err := d.WithdrawAddress(env, delegator)
	return &distribution.QueryDelegatorWithdrawAddressResponse{WithdrawAddress: env.Bech32().Account(to)}, err
}

func (d *Distribution) queryPool(env *chain.Env, _ *distribution.QueryCommunityPoolRequest) (*distribution.QueryCommunityPoolResponse, error) {
	p, err := d.pool(env)
	return &distribution.QueryCommunityPoolResponse{Pool: p.proto()}, err
}
