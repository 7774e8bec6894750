package cli

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/chain"
	bank "github.com/weftchain/weft/proto/cosmos/bank/v1beta1"
	page "github.com/weftchain/weft/proto/cosmos/base/query/v1beta1"
)

const bankQuery = "/cosmos.bank.v1beta1.Query/"

func (r *run) queryBank() *cobra.Command {
	one := call{
		use: "balance ADDRESS DENOM", short: "How much of one denom an address holds", args: cobra.ExactArgs(2), path: bankQuery + "Balance",
		req: func(a []string, _ *page.PageRequest) (chain.Message, error) {
			return &bank.QueryBalanceRequest{Address: a[0], Denom: a[1]}, nil
		},
		res:   func() chain.Message { return &bank.QueryBalanceResponse{} },
		prove: func(p *proving) (proven, error) { return proveBalance(p, p.args[0], p.args[1]) },
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
			flags: denomFlag("show this denom only"), prove: proveBalances,
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
			use: "spendable-balance ADDRESS DENOM", short: "How much of one denom an address can spend", args: cobra.ExactArgs(2), path: bankQuery + "SpendableBalanceByDenom",
			req: func(a []string, _ *page.PageRequest) (chain.Message, error) {
				return &bank.QuerySpendableBalanceByDenomRequest{Address: a[0], Denom: a[1]}, nil
			},
			res: func() chain.Message { return &bank.QuerySpendableBalanceByDenomResponse{} },
		}),
		r.queryOf(call{
			use: "denom-owners DENOM", short: "Who holds a denom", args: cobra.ExactArgs(1), paged: true, path: bankQuery + "DenomOwners",
			req: func(a []string, p *page.PageRequest) (chain.Message, error) {
				return &bank.QueryDenomOwnersRequest{Denom: a[0], Pagination: p}, nil
			},
			res: func() chain.Message { return &bank.QueryDenomOwnersResponse{} },
		}),
		r.queryOf(call{
			use: "send-enabled [DENOM...]", short: "Which denoms may be sent", args: cobra.ArbitraryArgs, paged: true, path: bankQuery + "SendEnabled",
			req: func(a []string, p *page.PageRequest) (chain.Message, error) {
				return &bank.QuerySendEnabledRequest{Denoms: a, Pagination: p}, nil
			},
			res: func() chain.Message { return &bank.QuerySendEnabledResponse{} },
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
