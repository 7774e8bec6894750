package cli

import (
	"github.com/spf13/cobra"

	"github.com/weftchain/weft/chain"
	page "github.com/weftchain/weft/proto/cosmos/base/query/v1beta1"
	feegrant "github.com/weftchain/weft/proto/cosmos/feegrant/v1beta1"
)

const feegrantQuery = "/cosmos.feegrant.v1beta1.Query/"

func (r *run) queryFeegrant() *cobra.Command {
	return newGroup("feegrant", "Who may pay fees from whose account",
		r.queryOf(call{
			use: "grant GRANTER GRANTEE", short: "The allowance between two accounts", args: cobra.ExactArgs(2), path: feegrantQuery + "Allowance",
			req: func(a []string, _ *page.PageRequest) (chain.Message, error) {
				return &feegrant.QueryAllowanceRequest{Granter: a[0], Grantee: a[1]}, nil
			},
			res: func() chain.Message { return &feegrant.QueryAllowanceResponse{} },
		}),
		r.queryOf(call{
			use: "grants-by-grantee GRANTEE", short: "What an account may use", args: cobra.ExactArgs(1), paged: true, path: feegrantQuery + "Allowances",
			req: func(a []string, p *page.PageRequest) (chain.Message, error) {
				return &feegrant.QueryAllowancesRequest{Grantee: a[0], Pagination: p}, nil
			},
			res: func() chain.Message { return &feegrant.QueryAllowancesResponse{} },
		}),
		r.queryOf(call{
			use: "grants-by-granter GRANTER", short: "What an account gave", args: cobra.ExactArgs(1), paged: true, path: feegrantQuery + "AllowancesByGranter",
			req: func(a []string, p *page.PageRequest) (chain.Message, error) {
				return &feegrant.QueryAllowancesByGranterRequest{Granter: a[0], Pagination: p}, nil
			},
			res: func() chain.Message { return &feegrant.QueryAllowancesByGranterResponse{} },
		}),
	)
}
