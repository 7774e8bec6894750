package cli

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/chain"
	auth "github.com/weftchain/weft/proto/cosmos/auth/v1beta1"
	bank "github.com/weftchain/weft/proto/cosmos/bank/v1beta1"
	page "github.com/weftchain/weft/proto/cosmos/base/query/v1beta1"
	staking "github.com/weftchain/weft/proto/cosmos/staking/v1beta1"
)

// always is the request of a query that takes no arguments.
func always(m func() chain.Message) func([]string, *page.PageRequest) (chain.Message, error) {
	return func([]string, *page.PageRequest) (chain.Message, error) { return m(), nil }
}

const (
	bankQuery    = "/cosmos.bank.v1beta1.Query/"
	authQuery    = "/cosmos.auth.v1beta1.Query/"
	stakingQuery = "/cosmos.staking.v1beta1.Query/"
)

func (r *run) queryBank() *cobra.Command {
	one := call{
		use: "balance ADDRESS DENOM", short: "How much of one denom an address holds", args: cobra.ExactArgs(2), path: bankQuery + "Balance",
		req: func(a []string, _ *page.PageRequest) (chain.Message, error) {
			return &bank.QueryBalanceRequest{Address: a[0], Denom: a[1]}, nil
		},
		res: func() chain.Message { return &bank.QueryBalanceResponse{} },
	}
	supplyOf := call{
		use: "total-supply-of DENOM", short: "How much of one denom exists", args: cobra.ExactArgs(1), path: bankQuery + "SupplyOf",
		req: func(a []string, _ *page.PageRequest) (chain.Message, error) {
			return &bank.QuerySupplyOfRequest{Denom: a[0]}, nil
		},
		res: func() chain.Message { return &bank.QuerySupplyOfResponse{} },
	}
	return newGroup("bank", "Balances and supply",
		r.queryOf(call{
			use: "balances ADDRESS", short: "All that an address holds", args: cobra.ExactArgs(1), paged: true, path: bankQuery + "AllBalances",
			flags: denomFlag("show this denom only"),
			req: func(a []string, p *page.PageRequest) (chain.Message, error) {
				return &bank.QueryAllBalancesRequest{Address: a[0], Pagination: p}, nil
			},
			res: func() chain.Message { return &bank.QueryAllBalancesResponse{} },
			choose: func(o options, c *call) {
				if denom := o.GetString("denom"); denom != "" {
					c.path, c.res = one.path, one.res
					c.req = func(a []string, _ *page.PageRequest) (chain.Message, error) {
						return one.req([]string{a[0], denom}, nil)
					}
				}
			},
		}),
		r.queryOf(one),
		r.queryOf(call{
			use: "spendable-balances ADDRESS", aliases: []string{"spendable"}, short: "What an address can spend", args: cobra.ExactArgs(1), paged: true, path: bankQuery + "SpendableBalances",
			req: func(a []string, p *page.PageRequest) (chain.Message, error) {
				return &bank.QuerySpendableBalancesRequest{Address: a[0], Pagination: p}, nil
			},
			res: func() chain.Message { return &bank.QuerySpendableBalancesResponse{} },
		}),
		r.queryOf(call{
			use: "total-supply", aliases: []string{"total"}, short: "How much of everything exists", paged: true, path: bankQuery + "TotalSupply",
			flags: denomFlag("show this denom only"),
			req: func(_ []string, p *page.PageRequest) (chain.Message, error) {
				return &bank.QueryTotalSupplyRequest{Pagination: p}, nil
			},
			res: func() chain.Message { return &bank.QueryTotalSupplyResponse{} },
			choose: func(o options, c *call) {
				if denom := o.GetString("denom"); denom != "" {
					c.path, c.res = supplyOf.path, supplyOf.res
					c.req = func([]string, *page.PageRequest) (chain.Message, error) { return supplyOf.req([]string{denom}, nil) }
				}
			},
		}),
		r.queryOf(supplyOf),
		r.queryOf(call{
			use: "denom-metadata DENOM", short: "What is known of a denom", args: cobra.ExactArgs(1), path: bankQuery + "DenomMetadata",
			req: func(a []string, _ *page.PageRequest) (chain.Message, error) {
				return &bank.QueryDenomMetadataRequest{Denom: a[0]}, nil
			},
			res: func() chain.Message { return &bank.QueryDenomMetadataResponse{} },
		}),
		r.queryOf(call{
			use: "denoms-metadata", short: "What is known of all denoms", paged: true, path: bankQuery + "DenomsMetadata",
			req: func(_ []string, p *page.PageRequest) (chain.Message, error) {
				return &bank.QueryDenomsMetadataRequest{Pagination: p}, nil
			},
			res: func() chain.Message { return &bank.QueryDenomsMetadataResponse{} },
		}),
		r.queryOf(call{
			use: "params", short: "Parameters of the bank", path: bankQuery + "Params",
			req: always(func() chain.Message { return &bank.QueryParamsRequest{} }),
			res: func() chain.Message { return &bank.QueryParamsResponse{} },
		}),
	)
}

func denomFlag(text string) func(*pflag.FlagSet) {
	return func(f *pflag.FlagSet) { f.String("denom", "", text) }
}

func (r *run) queryAuth() *cobra.Command {
	return newGroup("auth", "Accounts",
		r.queryOf(call{
			use: "account ADDRESS", short: "One account", args: cobra.ExactArgs(1), path: authQuery + "Account",
			req: func(a []string, _ *page.PageRequest) (chain.Message, error) {
				return &auth.QueryAccountRequest{Address: a[0]}, nil
			},
			res: func() chain.Message { return &auth.QueryAccountResponse{} },
		}),
		r.queryOf(call{
			use: "accounts", short: "All accounts", paged: true, path: authQuery + "Accounts",
			req: func(_ []string, p *page.PageRequest) (chain.Message, error) {
				return &auth.QueryAccountsRequest{Pagination: p}, nil
			},
			res: func() chain.Message { return &auth.QueryAccountsResponse{} },
		}),
		r.queryOf(call{
			use: "account-info ADDRESS", short: "Number and sequence of an account", args: cobra.ExactArgs(1), path: authQuery + "AccountInfo",
			req: func(a []string, _ *page.PageRequest) (chain.Message, error) {
				return &auth.QueryAccountInfoRequest{Address: a[0]}, nil
			},
			res: func() chain.Message { return &auth.QueryAccountInfoResponse{} },
		}),
		r.queryOf(call{
			use: "params", short: "Parameters of accounts", path: authQuery + "Params",
			req: always(func() chain.Message { return &auth.QueryParamsRequest{} }),
			res: func() chain.Message { return &auth.QueryParamsResponse{} },
		}),
		r.queryOf(call{
			use: "module-accounts", short: "Accounts of modules", path: authQuery + "ModuleAccounts",
			req: always(func() chain.Message { return &auth.QueryModuleAccountsRequest{} }),
			res: func() chain.Message { return &auth.QueryModuleAccountsResponse{} },
		}),
		r.queryOf(call{
			use: "module-account NAME", short: "The account of one module", args: cobra.ExactArgs(1), path: authQuery + "ModuleAccountByName",
			req: func(a []string, _ *page.PageRequest) (chain.Message, error) {
				return &auth.QueryModuleAccountByNameRequest{Name: a[0]}, nil
			},
			res: func() chain.Message { return &auth.QueryModuleAccountByNameResponse{} },
		}),
	)
}

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
