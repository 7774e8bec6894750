package staking

import (
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/chain/wire"
	base "github.com/weftchain/weft/proto/cosmos/base/v1beta1"
	staking "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
)

// Queries lists the methods of cosmos.staking.v1beta1.Query.
func (s *Staking) Queries() []chain.Route {
	const service = "/cosmos.staking.v1beta1.Query/"
	return []chain.Route{
		chain.NewQuery(service+"Validators", s.queryValidators),
		chain.NewQuery(service+"Validator", s.queryValidator),
		chain.NewQuery(service+"Delegation", s.queryDelegation),
		chain.NewQuery(service+"DelegatorDelegations", s.queryDelegations),
		chain.NewQuery(service+"ValidatorDelegations", s.queryValidatorDelegations),
		chain.NewQuery(service+"ValidatorUnbondingDelegations", s.queryValidatorUnbonding),
		chain.NewQuery(service+"UnbondingDelegation", s.queryUnbonding),
		chain.NewQuery(service+"DelegatorUnbondingDelegations", s.queryDelegatorUnbonding),
		chain.NewQuery(service+"Redelegations", s.queryRedelegations),
		chain.NewQuery(service+"DelegatorValidators", s.queryDelegatorValidators),
		chain.NewQuery(service+"DelegatorValidator", s.queryDelegatorValidator),
		chain.NewQuery(service+"HistoricalInfo", s.queryHistoricalInfo),
		chain.NewQuery(service+"Params", s.queryParams),
		chain.NewQuery(service+"Pool", s.queryPool),
	}
}

func (s *Staking) queryValidators(env *chain.Env, req *staking.QueryValidatorsRequest) (*staking.QueryValidatorsResponse, error) {
	if _, known := staking.BondStatus_value[req.Status]; !known && req.Status != "" {
		return nil, status.Errorf(codes.InvalidArgument, "invalid validator status %.60s", req.Status)
	}
	res := &staking.QueryValidatorsResponse{Validators: []staking.Validator{}}
	var err error
	var rules wire.PageRules
	if req.Status != "" {
		rules.Filter = func(_, value []byte) (bool, error) {
			var v staking.Validator
			err := v.Unmarshal(value)
			return v.Status.String() == req.Status, err
		}
	}
	res.Pagination, err = wire.Page(env.Store(layout.Staking), layout.StakingValidatorPrefix, req.Pagination, rules,
		func(_, value []byte) (bool, error) {
			var v staking.Validator
			err := v.Unmarshal(value)
			res.Validators = append(res.Validators, shown(v))
			return true, err
		})
	return res, err
}

func (s *Staking) find(env *chain.Env, address string) (*staking.Validator, error) {
	operator, err := env.Bech32().ParseValidator(address)
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	v, err := s.Validator(env, operator)
	if err == nil && v == nil {
		err = status.Errorf(codes.NotFound, "validator %s not found", address)
	}
	return v, err
}

func (s *Staking) queryValidator(env *chain.Env, req *staking.QueryValidatorRequest) (*staking.QueryValidatorResponse, error) {
	v, err := s.find(env, req.ValidatorAddr)
	if err != nil {
		return nil, err
	}
	return &staking.QueryValidatorResponse{Validator: shown(*v)}, nil
}

// response tells what a delegation is worth.
func (s *Staking) response(env *chain.Env, value []byte) (staking.DelegationResponse, error) {
	var res staking.DelegationResponse
	if err := res.Delegation.Unmarshal(value); err != nil {
		return res, err
	}
	denom, err := s.BondDenom(env)
	if err != nil {
		return res, err
	}
	coins, err := s.worthOf(env, res.Delegation.ValidatorAddress, string(res.Delegation.Shares))
	res.Balance = base.Coin{Denom: denom, Amount: coins.String()}
	return res, err
}

// worthOf is what shares that stand in the state are worth.
func (s *Staking) worthOf(env *chain.Env, validator, shares string) (chain.Amount, error) {
	v, err := s.find(env, validator)
	if err != nil {
		return chain.Amount{}, err
	}
	st, err := stakeOf(v)
	if err != nil {
		return chain.Amount{}, err
	}
	n, err := chain.ParseDec(shares)
	return st.worth(n).Truncate(), err
}

func (s *Staking) queryDelegation(env *chain.Env, req *staking.QueryDelegationRequest) (*staking.QueryDelegationResponse, error) {
	delegator, err := env.Bech32().ParseAccount(req.DelegatorAddr)
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	operator, err := env.Bech32().ParseValidator(req.ValidatorAddr)
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	raw, err := env.Store(layout.Staking).Get(layout.StakingDelegation(delegator, operator))
	if err != nil {
		return nil, err
	}
	if raw == nil {
		return nil, status.Errorf(codes.NotFound, "delegation with delegator %s not found for validator %s", req.DelegatorAddr, req.ValidatorAddr)
	}
	res, err := s.response(env, raw)
	return &staking.QueryDelegationResponse{DelegationResponse: &res}, err
}

func (s *Staking) queryDelegations(env *chain.Env, req *staking.QueryDelegatorDelegationsRequest) (*staking.QueryDelegatorDelegationsResponse, error) {
	delegator, err := env.Bech32().ParseAccount(req.DelegatorAddr)
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	res := &staking.QueryDelegatorDelegationsResponse{DelegationResponses: []staking.DelegationResponse{}}
	res.Pagination, err = wire.Page(env.Store(layout.Staking), layout.StakingDelegations(delegator), req.Pagination, wire.PageRules{},
		func(_, value []byte) (bool, error) {
			d, err := s.response(env, value)
			res.DelegationResponses = append(res.DelegationResponses, d)
			return true, err
		})
	return res, err
}

func (s *Staking) queryParams(env *chain.Env, _ *staking.QueryParamsRequest) (*staking.QueryParamsResponse, error) {
	params, err := s.Params(env)
	return &staking.QueryParamsResponse{Params: params}, err
}

func (s *Staking) queryPool(env *chain.Env, _ *staking.QueryPoolRequest) (*staking.QueryPoolResponse, error) {
	list, err := s.all(env)
	if err != nil {
		return nil, err
	}
	var bonded, other chain.Amount
	for i := range list {
		tokens, err := chain.ParseAmount(list[i].Tokens)
		if err != nil {
			return nil, err
		}
		sum := &other
		if list[i].Status == staking.Bonded {
			sum = &bonded
		}
		*sum, _ = sum.Add(tokens)
	}
	return &staking.QueryPoolResponse{Pool: staking.Pool{BondedTokens: bonded.String(), NotBondedTokens: other.String()}}, nil
}
