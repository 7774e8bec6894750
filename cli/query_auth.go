package cli

import (
	"strconv"

	"github.com/spf13/cobra"

	"github.com/weftchain/weft/chain"
	auth "github.com/weftchain/weft/proto/cosmos/auth/v1beta1"
	page "github.com/weftchain/weft/proto/cosmos/base/query/v1beta1"
)

const authQuery = "/cosmos.auth.v1beta1.Query/"

func (r *run) queryAuth() *cobra.Command {
	return newGroup("auth", "Accounts",
		r.queryOf(call{
			use: "account ADDRESS", short: "One account", args: cobra.ExactArgs(1), path: authQuery + "Account", prove: proveAccount,
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
			use: "address-by-acc-num NUMBER", short: "The address of an account number", args: cobra.ExactArgs(1), path: authQuery + "AccountAddressByID",
			req: func(a []string, _ *page.PageRequest) (chain.Message, error) {
				number, err := strconv.ParseUint(a[0], 10, 64)
				if err != nil {
					return nil, usage("account number %.40q is not a whole number", a[0])
				}
				return &auth.QueryAccountAddressByIDRequest{AccountId: number}, nil
			},
			res: func() chain.Message { return &auth.QueryAccountAddressByIDResponse{} },
		}),
		r.queryOf(call{
			use: "address-bytes-to-string BYTES", short: "The address of bytes (in base64 or hex)", args: cobra.ExactArgs(1), path: authQuery + "AddressBytesToString",
			req: func(a []string, _ *page.PageRequest) (chain.Message, error) {
				raw, err := hexText(a[0])
				if err != nil {
					raw, err = base64Text(a[0])
				}
				if err != nil {
					return nil, usage("%.80q is neither hex nor base64", a[0])
				}
				return &auth.AddressBytesToStringRequest{AddressBytes: raw}, nil
			},
			res: func() chain.Message { return &auth.AddressBytesToStringResponse{} },
		}),
		r.queryOf(call{
			use: "address-string-to-bytes ADDRESS", short: "The bytes of an address (in base64)", args: cobra.ExactArgs(1), path: authQuery + "AddressStringToBytes",
			req: func(a []string, _ *page.PageRequest) (chain.Message, error) {
				return &auth.AddressStringToBytesRequest{AddressString: a[0]}, nil
			},
			res: func() chain.Message { return &auth.AddressStringToBytesResponse{} },
		}),
		r.queryOf(call{
			use: "bech32-prefix", short: "What addresses begin with", path: authQuery + "Bech32Prefix",
			req: always(func() chain.Message { return &auth.Bech32PrefixRequest{} }),
			res: func() chain.Message { return &auth.Bech32PrefixResponse{} },
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
