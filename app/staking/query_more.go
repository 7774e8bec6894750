package staking

import (
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/chain/wire"
	query "github.com/weftchain/weft/proto/cosmos/base/query/v1beta1"
	staking "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
)

// Queries about who is behind whom, and what is on its way.

// shown is a validator as answers show it: the reference has 1970 where nothing
// was ever unbonded.
func shown(v staking.Validator) staking.Validator {
	if v.UnbondingTime.IsZero() {
		v.UnbondingTime = time.Unix(0, 0).UTC()
	}
	return v
}

func invalid(err error) error { return status.Error(codes.InvalidArgument, err.Error()) }

func (s *Staking) queryValidatorDelegations(env *chain.Env, req *staking.QueryValidatorDelegationsRequest) (*staking.QueryValidatorDelegationsResponse, error) {
	operator, err := s.findAddress(env, req.ValidatorAddr)
	if err != nil {
		return nil, err
	}
	res := &staking.QueryValidatorDelegationsResponse{DelegationResponses: []staking.DelegationResponse{}}
	res.Pagination, err = wire.Page(env.Store(layout.Staking), layout.StakingByValidators(operator), req.Pagination, wire.PageRules{},
		func(key, _ []byte) (bool, error) {
			a, err := layout.ParseAddresses(key, 1)
			if err != nil {
				return false, err
			}
			raw, err := env.Store(layout.Staking).Get(layout.StakingDelegation(a[0], operator))
			if err != nil || raw == nil {
				return false, err
			}
			d, err := s.response(env, raw)
			res.DelegationResponses = append(res.DelegationResponses, d)
			return true, err
		})
	return res, err
}

// findAddress is the address of a validator that is there.
func (s *Staking) findAddress(env *chain.Env, address string) (chain.Address, error) {
	v, err := s.find(env, address)
	if err != nil {
		return "", err
	}
	return operatorOf(env, v)
}

func (s *Staking) queryValidatorUnbonding(env *chain.Env, req *staking.QueryValidatorUnbondingDelegationsRequest) (*staking.QueryValidatorUnbondingDelegationsResponse, error) {
	operator, err := s.findAddress(env, req.ValidatorAddr)
	if err != nil {
		return nil, err
	}
	res := &staking.QueryValidatorUnbondingDelegationsResponse{UnbondingResponses: []staking.UnbondingDelegation{}}
	res.Pagination, err = wire.Page(env.Store(layout.Staking), layout.StakingUnbondingsOf(operator), req.Pagination, wire.PageRules{},
		func(key, _ []byte) (bool, error) {
			a, err := layout.ParseAddresses(key, 1)
			if err != nil {
				return false, err
			}
			u, err := s.unbonding(env, a[0], operator)
			if err != nil || u == nil {
				return false, err
			}
			res.UnbondingResponses = append(res.UnbondingResponses, *u)
			return true, nil
		})
	return res, err
}

func (s *Staking) queryUnbonding(env *chain.Env, req *staking.QueryUnbondingDelegationRequest) (*staking.QueryUnbondingDelegationResponse, error) {
	delegator, err := env.Bech32().ParseAccount(req.DelegatorAddr)
	if err != nil {
		return nil, invalid(err)
	}
	operator, err := env.Bech32().ParseValidator(req.ValidatorAddr)
	if err != nil {
		return nil, invalid(err)
	}
	u, err := s.unbonding(env, delegator, operator)
	if err == nil && u == nil {
		err = status.Errorf(codes.NotFound, "unbonding delegation with delegator %s not found for validator %s", req.DelegatorAddr, req.ValidatorAddr)
	}
	if err != nil {
		return nil, err
	}
	return &staking.QueryUnbondingDelegationResponse{Unbond: *u}, nil
}

func (s *Staking) queryDelegatorUnbonding(env *chain.Env, req *staking.QueryDelegatorUnbondingDelegationsRequest) (*staking.QueryDelegatorUnbondingDelegationsResponse, error) {
	delegator, err := env.Bech32().ParseAccount(req.DelegatorAddr)
	if err != nil {
		return nil, invalid(err)
	}
	res := &staking.QueryDelegatorUnbondingDelegationsResponse{UnbondingResponses: []staking.UnbondingDelegation{}}
	res.Pagination, err = wire.Page(env.Store(layout.Staking), layout.StakingUnbondings(delegator), req.Pagination, wire.PageRules{},
		func(_, value []byte) (bool, error) {
			var u staking.UnbondingDelegation
			err := u.Unmarshal(value)
			res.UnbondingResponses = append(res.UnbondingResponses, u)
			return true, err
		})
	return res, err
}

func (s *Staking) queryDelegatorValidators(env *chain.Env, req *staking.QueryDelegatorValidatorsRequest) (*staking.QueryDelegatorValidatorsResponse, error) {
	delegator, err := env.Bech32().ParseAccount(req.DelegatorAddr)
	if err != nil {
		return nil, invalid(err)
	}
	res := &staking.QueryDelegatorValidatorsResponse{Validators: []staking.Validator{}}
	res.Pagination, err = wire.Page(env.Store(layout.Staking), layout.StakingDelegations(delegator), req.Pagination, wire.PageRules{},
		func(_, value []byte) (bool, error) {
			var d staking.Delegation
			if err := d.Unmarshal(value); err != nil {
				return false, err
			}
			v, err := s.find(env, d.ValidatorAddress)
			if err != nil {
				return false, err
			}
			res.Validators = append(res.Validators, shown(*v))
			return true, nil
		})
	return res, err
}

func (s *Staking) queryDelegatorValidator(env *chain.Env, req *staking.QueryDelegatorValidatorRequest) (*staking.QueryDelegatorValidatorResponse, error) {
	if _, err := s.queryDelegation(env, &staking.QueryDelegationRequest{DelegatorAddr: req.DelegatorAddr, ValidatorAddr: req.ValidatorAddr}); err != nil {
		return nil, err
	}
	v, err := s.find(env, req.ValidatorAddr)
	if err != nil {
		return nil, err
	}
	return &staking.QueryDelegatorValidatorResponse{Validator: shown(*v)}, nil
}

// Delegated lists the operators that an account has stake with, at most
// wire.MaxPageLimit of them.
func (s *Staking) Delegated(env *chain.Env, delegator string) ([]string, error) {
	res, err := s.queryDelegations(env, &staking.QueryDelegatorDelegationsRequest{
		DelegatorAddr: delegator, Pagination: &query.PageRequest{Limit: wire.MaxPageLimit},
	})
	if err != nil {
		return nil, err
	}
	var list []string
	for i := range res.DelegationResponses {
		list = append(list, res.DelegationResponses[i].Delegation.ValidatorAddress)
	}
	return list, nil
}
