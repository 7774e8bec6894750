package cli

import (
	"github.com/spf13/cobra"

	"github.com/weftchain/weft/chain"
	page "github.com/weftchain/weft/proto/cosmos/base/query/v1beta1"
	staking "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
)

const stakingQuery = "/cosmos.staking.v1beta1.Query/"

func (r *run) queryStaking() *cobra.Command {
	return newGroup("staking", "Validators",
		r.queryOf(call{
			use: "validators", short: "All validators", paged: true, path: stakingQuery + "Validators",
			req: func(_ []string, p *page.PageRequest) (chain.Message, error) {
				return &staking.QueryValidatorsRequest{Pagination: p}, nil
			},
			res: func() chain.Message { return &staking.QueryValidatorsResponse{} },
		}),
		r.queryOf(call{
			use: "validator OPERATOR", short: "One validator", args: cobra.ExactArgs(1), path: stakingQuery + "Validator",
			req: func(a []string, _ *page.PageRequest) (chain.Message, error) {
				return &staking.QueryValidatorRequest{ValidatorAddr: a[0]}, nil
			},
			res: func() chain.Message { return &staking.QueryValidatorResponse{} },
		}),
		r.queryOf(call{
			use: "delegation DELEGATOR OPERATOR", short: "What one account delegated to one validator", args: cobra.ExactArgs(2), path: stakingQuery + "Delegation",
			req: func(a []string, _ *page.PageRequest) (chain.Message, error) {
				return &staking.QueryDelegationRequest{DelegatorAddr: a[0], ValidatorAddr: a[1]}, nil
			},
			res: func() chain.Message { return &staking.QueryDelegationResponse{} },
		}),
		r.queryOf(call{
			use: "delegations DELEGATOR", short: "What one account delegated", args: cobra.ExactArgs(1), paged: true, path: stakingQuery + "DelegatorDelegations",
			req: func(a []string, p *page.PageRequest) (chain.Message, error) {
				return &staking.QueryDelegatorDelegationsRequest{DelegatorAddr: a[0], Pagination: p}, nil
			},
			res: func() chain.Message { return &staking.QueryDelegatorDelegationsResponse{} },
		}),
		r.queryOf(call{
			use: "pool", short: "What is staked in all", path: stakingQuery + "Pool",
			req: always(func() chain.Message { return &staking.QueryPoolRequest{} }),
			res: func() chain.Message { return &staking.QueryPoolResponse{} },
		}),
		r.queryOf(call{
			use: "params", short: "Parameters of staking", path: stakingQuery + "Params",
			req: always(func() chain.Message { return &staking.QueryParamsRequest{} }),
			res: func() chain.Message { return &staking.QueryParamsResponse{} },
		}),
	)
}
