package staking_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/weftchain/weft/chain"
	query "github.com/weftchain/weft/proto/cosmos/base/query/v1beta1"
	stakingpb "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
)

// TestBehind asks who is behind whom, by validator and by delegator.
func TestBehind(t *testing.T) {
	w := newWorld(t)
	for n := range 3 {
		require.NoError(t, w.run(create(t, n, "5000000")))
	}
	operator, delegator := prefix.Validator(account(1)), prefix.Account(account(1))
	answer := func(method string, req chain.Message) chain.Message {
		t.Helper()
		res, err := w.query(method, req)
		require.NoError(t, err, method)
		return res
	}
	of := answer("ValidatorDelegations", &stakingpb.QueryValidatorDelegationsRequest{
		ValidatorAddr: operator, Pagination: &query.PageRequest{Limit: 1, CountTotal: true},
	}).(*stakingpb.QueryValidatorDelegationsResponse)
	require.Len(t, of.DelegationResponses, 1)
	require.Equal(t, delegator, of.DelegationResponses[0].Delegation.DelegatorAddress)
	require.Equal(t, query.PageResponse{Total: 1}, *of.Pagination, "others do not count")
	list := answer("DelegatorValidators", &stakingpb.QueryDelegatorValidatorsRequest{DelegatorAddr: delegator}).(*stakingpb.QueryDelegatorValidatorsResponse)
	require.Len(t, list.Validators, 1)
	require.Equal(t, operator, list.Validators[0].OperatorAddress)
	require.Equal(t, time.Unix(0, 0).UTC(), list.Validators[0].UnbondingTime)
	one := answer("DelegatorValidator", &stakingpb.QueryDelegatorValidatorRequest{DelegatorAddr: delegator, ValidatorAddr: operator}).(*stakingpb.QueryDelegatorValidatorResponse)
	require.Equal(t, list.Validators[0], one.Validator)
	require.Empty(t, answer("ValidatorUnbondingDelegations", &stakingpb.QueryValidatorUnbondingDelegationsRequest{ValidatorAddr: operator}).(*stakingpb.QueryValidatorUnbondingDelegationsResponse).UnbondingResponses)
	require.Empty(t, answer("DelegatorUnbondingDelegations", &stakingpb.QueryDelegatorUnbondingDelegationsRequest{DelegatorAddr: delegator}).(*stakingpb.QueryDelegatorUnbondingDelegationsResponse).UnbondingResponses)
	require.Empty(t, answer("Redelegations", &stakingpb.QueryRedelegationsRequest{DelegatorAddr: delegator, SrcValidatorAddr: operator}).(*stakingpb.QueryRedelegationsResponse).RedelegationResponses)
	names, err := w.staking.Delegated(w.env, delegator)
	require.NoError(t, err)
	require.Equal(t, []string{operator}, names)

	other := prefix.Validator(account(2))
	for name, c := range map[string]struct {
		method string
		req    chain.Message
		code   codes.Code
	}{
		"unknown validator":   {"ValidatorDelegations", &stakingpb.QueryValidatorDelegationsRequest{ValidatorAddr: prefix.Validator(account(9))}, codes.NotFound},
		"bad validator":       {"ValidatorDelegations", &stakingpb.QueryValidatorDelegationsRequest{ValidatorAddr: "x"}, codes.InvalidArgument},
		"unbonding of nobody": {"ValidatorUnbondingDelegations", &stakingpb.QueryValidatorUnbondingDelegationsRequest{}, codes.InvalidArgument},
		"unbonding":           {"UnbondingDelegation", &stakingpb.QueryUnbondingDelegationRequest{DelegatorAddr: delegator, ValidatorAddr: operator}, codes.NotFound},
		"unbonding, who":      {"UnbondingDelegation", &stakingpb.QueryUnbondingDelegationRequest{DelegatorAddr: "x", ValidatorAddr: operator}, codes.InvalidArgument},
		"unbonding, whose":    {"UnbondingDelegation", &stakingpb.QueryUnbondingDelegationRequest{DelegatorAddr: delegator, ValidatorAddr: "x"}, codes.InvalidArgument},
		"all unbonding":       {"DelegatorUnbondingDelegations", &stakingpb.QueryDelegatorUnbondingDelegationsRequest{}, codes.InvalidArgument},
		"redelegator":         {"Redelegations", &stakingpb.QueryRedelegationsRequest{DelegatorAddr: "x"}, codes.InvalidArgument},
		"redelegated":         {"Redelegations", &stakingpb.QueryRedelegationsRequest{DstValidatorAddr: "x"}, codes.InvalidArgument},
		"not behind it":       {"DelegatorValidator", &stakingpb.QueryDelegatorValidatorRequest{DelegatorAddr: delegator, ValidatorAddr: other}, codes.NotFound},
		"validators of x":     {"DelegatorValidators", &stakingpb.QueryDelegatorValidatorsRequest{DelegatorAddr: "x"}, codes.InvalidArgument},
		"no history":          {"HistoricalInfo", &stakingpb.QueryHistoricalInfoRequest{Height: 1}, codes.NotFound},
		"negative history":    {"HistoricalInfo", &stakingpb.QueryHistoricalInfoRequest{Height: -1}, codes.InvalidArgument},
	} {
		_, err := w.query(c.method, c.req)
		require.Equal(t, c.code, status.Code(err), "%s: %v", name, err)
	}
}
