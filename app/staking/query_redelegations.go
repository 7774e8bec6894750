package staking

import (
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/chain/wire"
	query "github.com/weftchain/weft/proto/cosmos/base/query/v1beta1"
	staking "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
)

// queryRedelegations answers for one move (all three addresses), for all that
// left a validator (the source alone), or for a delegator.
func (s *Staking) queryRedelegations(env *chain.Env, req *staking.QueryRedelegationsRequest) (*staking.QueryRedelegationsResponse, error) {
	var delegator, from, to chain.Address
	var err error
	if req.DelegatorAddr != "" {
		if delegator, err = env.Bech32().ParseAccount(req.DelegatorAddr); err != nil {
			return nil, invalid(err)
		}
	}
	for _, v := range []struct {
		text string
		into *chain.Address
	}{{req.SrcValidatorAddr, &from}, {req.DstValidatorAddr, &to}} {
		if v.text == "" {
			continue
		}
		if *v.into, err = env.Bech32().ParseValidator(v.text); err != nil {
			return nil, invalid(err)
		}
	}
	switch {
	case delegator != "" && from != "" && to != "":
		return s.oneRedelegation(env, req, delegator, from, to)
	case delegator == "" && from != "" && to == "":
		return s.pageRedelegations(env, req, layout.StakingRedelegationsFrom(from), func(key []byte) ([]chain.Address, error) {
			a, err := layout.ParseAddresses(key, 2)
			if err != nil {
				return nil, err
			}
			return []chain.Address{a[0], from, a[1]}, nil
		})
	case delegator != "":
		return s.pageRedelegations(env, req, layout.StakingRedelegations(delegator), func(key []byte) ([]chain.Address, error) {
			a, err := layout.ParseAddresses(key, 2)
			if err != nil {
				return nil, err
			}
			return []chain.Address{delegator, a[0], a[1]}, nil
		})
	}
	return nil, status.Error(codes.InvalidArgument, "name a delegator, a source validator, or a delegator and both validators")
}

func (s *Staking) oneRedelegation(env *chain.Env, req *staking.QueryRedelegationsRequest, delegator, from, to chain.Address) (*staking.QueryRedelegationsResponse, error) {
	r, err := s.redelegation(env, delegator, from, to)
	if err == nil && r == nil {
		err = status.Errorf(codes.NotFound, "redelegation not found for delegator address %s from validator address %s", req.DelegatorAddr, req.SrcValidatorAddr)
	}
	if err != nil {
		return nil, err
	}
	one, err := s.redelegationResponse(env, r)
	return &staking.QueryRedelegationsResponse{RedelegationResponses: []staking.RedelegationResponse{one}, Pagination: &query.PageResponse{Total: 1}}, err
}

func (s *Staking) pageRedelegations(env *chain.Env, req *staking.QueryRedelegationsRequest, prefix []byte, parse func(key []byte) ([]chain.Address, error)) (*staking.QueryRedelegationsResponse, error) {
	res := &staking.QueryRedelegationsResponse{RedelegationResponses: []staking.RedelegationResponse{}}
	var err error
	res.Pagination, err = wire.Page(env.Store(layout.Staking), prefix, req.Pagination, wire.PageRules{}, func(key, _ []byte) (bool, error) {
		a, err := parse(key)
		if err != nil {
			return false, err
		}
		r, err := s.redelegation(env, a[0], a[1], a[2])
		if err != nil || r == nil {
			return false, err
		}
		one, err := s.redelegationResponse(env, r)
		res.RedelegationResponses = append(res.RedelegationResponses, one)
		return true, err
	})
	return res, err
}

// redelegationResponse tells what moved stake is worth now.
func (s *Staking) redelegationResponse(env *chain.Env, r *staking.Redelegation) (staking.RedelegationResponse, error) {
	res := staking.RedelegationResponse{Redelegation: staking.Redelegation{
		DelegatorAddress: r.DelegatorAddress, ValidatorSrcAddress: r.ValidatorSrcAddress, ValidatorDstAddress: r.ValidatorDstAddress,
	}}
	for _, e := range r.Entries {
		worth, err := s.worthOf(env, r.ValidatorDstAddress, string(e.SharesDst))
		if err != nil && status.Code(err) != codes.NotFound { // the validator may be gone
			return res, err
		}
		res.Entries = append(res.Entries, staking.RedelegationEntryResponse{RedelegationEntry: e, Balance: worth.String()})
	}
	return res, nil
}
