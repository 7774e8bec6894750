package cli

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	"github.com/weftchain/weft/contracts/tool/schema"
	page "github.com/weftchain/weft/proto/cosmos/base/query/v1beta1"
	wasm "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
)

const wasmQuery = "/cosmwasm.wasm.v1.Query/"

func (r *run) queryWasm() *cobra.Command {
	return newGroup("wasm", "Codes and contracts",
		r.queryContractState(), r.queryCode(), r.buildAddress(),
		r.queryOf(call{
			use: "list-code", aliases: []string{"list-codes", "codes", "lco"}, short: "All codes", paged: true, path: wasmQuery + "Codes",
			req: func(_ []string, p *page.PageRequest) (chain.Message, error) {
				return &wasm.QueryCodesRequest{Pagination: p}, nil
			},
			res: func() chain.Message { return &wasm.QueryCodesResponse{} },
		}),
		r.queryOf(call{
			use: "code-info CODE_ID", short: "What is known of a code", args: cobra.ExactArgs(1), path: wasmQuery + "CodeInfo",
			req: func(a []string, _ *page.PageRequest) (chain.Message, error) {
				id, err := codeIDArg(a[0])
				return &wasm.QueryCodeInfoRequest{CodeID: id}, err
			},
			res: func() chain.Message { return &wasm.QueryCodeInfoResponse{} },
		}),
		r.queryOf(call{
			use: "list-contract-by-code CODE_ID", aliases: []string{"list-contracts-by-code", "list-contracts", "contracts", "lca"}, short: "Contracts of a code", args: cobra.ExactArgs(1), paged: true, path: wasmQuery + "ContractsByCode",
			req: func(a []string, p *page.PageRequest) (chain.Message, error) {
				id, err := codeIDArg(a[0])
				return &wasm.QueryContractsByCodeRequest{CodeID: id, Pagination: p}, err
			},
			res: func() chain.Message { return &wasm.QueryContractsByCodeResponse{} },
		}),
		r.queryOf(call{
			use: "list-contracts-by-creator CREATOR", short: "Contracts that one account made", args: cobra.ExactArgs(1), paged: true, path: wasmQuery + "ContractsByCreator",
			req: func(a []string, p *page.PageRequest) (chain.Message, error) {
				return &wasm.QueryContractsByCreatorRequest{CreatorAddress: a[0], Pagination: p}, nil
			},
			res: func() chain.Message { return &wasm.QueryContractsByCreatorResponse{} },
		}),
		r.queryOf(call{
			use: "contract ADDRESS", example: "  weft query wasm contract weft1… -o json", aliases: []string{"meta", "c"}, short: "What is known of a contract", args: cobra.ExactArgs(1), path: wasmQuery + "ContractInfo",
			req: func(a []string, _ *page.PageRequest) (chain.Message, error) {
				return &wasm.QueryContractInfoRequest{Address: a[0]}, nil
			},
			res: func() chain.Message { return &wasm.QueryContractInfoResponse{} },
		}),
		r.queryOf(call{
			use: "contract-history ADDRESS", example: "  weft query wasm contract-history weft1… -o json", aliases: []string{"history", "hist", "ch"}, short: "Codes that a contract had", args: cobra.ExactArgs(1), paged: true, path: wasmQuery + "ContractHistory",
			req: func(a []string, p *page.PageRequest) (chain.Message, error) {
				return &wasm.QueryContractHistoryRequest{Address: a[0], Pagination: p}, nil
			},
			res: func() chain.Message { return &wasm.QueryContractHistoryResponse{} },
		}),
		r.queryOf(call{
			use: "pinned", short: "Codes that stay in memory", paged: true, path: wasmQuery + "PinnedCodes",
			req: func(_ []string, p *page.PageRequest) (chain.Message, error) {
				return &wasm.QueryPinnedCodesRequest{Pagination: p}, nil
			},
			res: func() chain.Message { return &wasm.QueryPinnedCodesResponse{} },
		}),
		r.queryOf(call{
			use: "params", short: "Parameters of contracts", path: wasmQuery + "Params",
			req: always(func() chain.Message { return &wasm.QueryParamsRequest{} }),
			res: func() chain.Message { return &wasm.QueryParamsResponse{} },
		}),
	)
}

func (r *run) queryContractState() *cobra.Command {
	state := newGroup("contract-state", "State of a contract",
		r.querySmart(),
		r.queryOf(call{
			use: "raw ADDRESS KEY", example: "  weft query wasm contract-state raw weft1… 636f6e666967\n  weft query wasm contract-state raw weft1… config --ascii", short: "The value under one key (in hex unless a flag says otherwise)", args: cobra.ExactArgs(2), path: wasmQuery + "RawContractState", flags: encodingFlags, prove: proveRaw,
			res: func() chain.Message { return &wasm.QueryRawContractStateResponse{} },
			choose: func(o options, c *call) {
				c.req = func(a []string, _ *page.PageRequest) (chain.Message, error) {
					key, err := o.decode("key", a[1], hexText)
					return &wasm.QueryRawContractStateRequest{Address: a[0], QueryData: key}, err
				}
			},
		}),
		r.queryOf(call{
			use: "all ADDRESS", example: "  weft query wasm contract-state all weft1… --limit 10 -o json", short: "All keys and values", args: cobra.ExactArgs(1), paged: true, path: wasmQuery + "AllContractState", prove: proveAll,
			req: func(a []string, p *page.PageRequest) (chain.Message, error) {
				return &wasm.QueryAllContractStateRequest{Address: a[0], Pagination: p}, nil
			},
			res: func() chain.Message { return &wasm.QueryAllContractStateResponse{} },
		}),
	)
	state.Aliases = []string{"state", "cs", "s"}
	return state
}

func (r *run) querySmart() *cobra.Command {
	return r.queryOf(call{
		use: "smart ADDRESS QUERY", example: "  weft query wasm contract-state smart weft1… '{\"config\":{}}' -o json", short: "Ask a contract (QUERY is JSON, @file, or - for stdin)", args: typedArgs, path: wasmQuery + "SmartContractState",
		flags: func(f *pflag.FlagSet) { encodingFlags(f); schemaFlag(f) }, traced: true,
		res: func() chain.Message { return &wasm.QuerySmartContractStateResponse{} },
		choose: func(o options, c *call) {
			c.req = func(a []string, _ *page.PageRequest) (chain.Message, error) {
				if o.GetString("schema") != "" {
					message, err := r.wasmMessage(o, schema.Query, a)
					if err != nil {
						return nil, err
					}
					query, err := message(r.addressesFor(o))
					return &wasm.QuerySmartContractStateRequest{Address: a[0], QueryData: query}, err
				}
				query, err := o.decode("query", a[1], nil)
				if err == nil && query == nil {
					query, err = r.jsonArg("the query", a[1])
				} else if err == nil {
					if bad := checkJSON(query); bad != nil {
						err = usage("the query is not good JSON: %w", bad)
					}
				}
				return &wasm.QuerySmartContractStateRequest{Address: a[0], QueryData: query}, err
			}
		},
	})
}

func encodingFlags(f *pflag.FlagSet) {
	f.Bool("ascii", false, "the argument is plain text")
	f.Bool("hex", false, "the argument is in hex")
	f.Bool("b64", false, "the argument is in base64")
}

func hexText(s string) ([]byte, error)    { return hex.DecodeString(s) }
func plainText(s string) ([]byte, error)  { return []byte(s), nil }
func base64Text(s string) ([]byte, error) { return base64.StdEncoding.DecodeString(s) }

// decode reads an argument in the encoding that a flag names, else by usual;
// without either it returns nil.
func (o options) decode(what, text string, usual func(string) ([]byte, error)) ([]byte, error) {
	chosen := 0
	for name, read := range map[string]func(string) ([]byte, error){"ascii": plainText, "hex": hexText, "b64": base64Text} {
		if o.GetBool(name) {
			usual = read
			chosen++
		}
	}
	if chosen > 1 {
		return nil, usage("--ascii, --hex and --b64 exclude each other")
	}
	if usual == nil {
		return nil, nil
	}
	data, err := usual(text)
	if err != nil {
		return nil, usage("%s %.80q: %w", what, text, err)
	}
	return data, nil
}

// queryCode downloads a module, as wasmd's command of that name does.
func (r *run) queryCode() *cobra.Command {
	return r.command(spec{
		use: "code CODE_ID FILE", aliases: []string{"source-code", "source"}, short: "Download the module of a code into a file", args: cobra.ExactArgs(2), raw: true,
		example: "  weft query wasm code 1 contract.wasm",
		flags:   []func(*pflag.FlagSet){nodeFlag, heightFlag},
		do: func(o options, args []string) error {
			id, err := codeIDArg(args[0])
			if err != nil {
				return err
			}
			res, err := r.ask(o, call{
				path: wasmQuery + "Code",
				req: func([]string, *page.PageRequest) (chain.Message, error) {
					return &wasm.QueryCodeRequest{CodeID: id}, nil
				},
				res: func() chain.Message { return &wasm.QueryCodeResponse{} },
			}, nil)
			if err != nil {
				return err
			}
			code := res.(*wasm.QueryCodeResponse).Data
			if len(code) == 0 {
				return fail(exitCheck, "code %d has no module", id)
			}
			fmt.Fprintf(r.err, "writing %d bytes to %s\n", len(code), args[1])
			return os.WriteFile(args[1], code, 0o644)
		},
	})
}

// buildAddress computes what instantiate2 would give; it asks nobody.
func (r *run) buildAddress() *cobra.Command {
	return r.command(spec{
		use: "build-address CODE_HASH CREATOR SALT [JSON]", aliases: []string{"address"}, short: "The address that instantiate2 gives", args: cobra.RangeArgs(3, 4), raw: true,
		example: "  weft query wasm build-address 13a1fc99… weft1… 0a0b",
		long:    "Compute the address of a contract from the checksum of its code (hex), its\ncreator, a salt (hex unless a flag says otherwise) and, if the address shall\ndepend on it, the message.",
		flags:   []func(*pflag.FlagSet){encodingFlags, prefixFlag},
		do: func(o options, args []string) error {
			checksum, err := hex.DecodeString(args[0])
			if err != nil || len(checksum) != 32 {
				return usage("code hash %.80q has not 64 hexadecimal digits", args[0])
			}
			prefix, err := o.prefix()
			if err != nil {
				return err
			}
			creator, err := prefix.ParseAccount(args[1])
			if err != nil {
				return err
			}
			salt, err := o.decode("salt", args[2], hexText)
			if err != nil {
				return err
			}
			if len(salt) == 0 || len(salt) > maxSaltBytes {
				return usage("the salt has %d bytes, it must have 1 to %d", len(salt), maxSaltBytes)
			}
			var msg []byte
			if len(args) == 4 {
				if msg, err = r.jsonArg("the message", args[3]); err != nil {
					return err
				}
			}
			_, err = fmt.Fprintln(r.out, prefix.Account(layout.PredictableAddress(checksum, creator, salt, msg)))
			return err
		},
	})
}
