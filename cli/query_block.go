package cli

import (
	"encoding/hex"
	"encoding/json"
	"strconv"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/client"
	page "github.com/weftchain/weft/proto/cosmos/base/query/v1beta1"
	tmservice "github.com/weftchain/weft/proto/cosmos/base/tendermint/v1beta1"
	"github.com/weftchain/weft/proto/cosmos/crypto/ed25519"
	"github.com/weftchain/weft/tx"
)

func (r *run) queryBlock() *cobra.Command {
	return r.command(spec{
		use: "block [HEIGHT|HASH]", short: "Show a block, the latest one if none is named", args: cobra.MaximumNArgs(1),
		example: "  weft query block\n  weft query block 7\n  weft query block --type hash 5B0D…",
		flags:   []func(*pflag.FlagSet){nodeFlag, func(f *pflag.FlagSet) { f.String("type", "", "what the argument is: height or hash") }},
		do: func(o options, args []string) error {
			height, hash, err := blockArg(o.GetString("type"), args)
			if err != nil {
				return err
			}
			node, err := client.New(o.GetString("node"))
			if err != nil {
				return err
			}
			block, err := node.Block(r.ctx, height, hash)
			if err != nil {
				return err
			}
			return r.printProto(o, block)
		},
	})
}

// blockArg reads the argument that names a block: 0 and nil without one.
func blockArg(kind string, args []string) (height int64, hash []byte, err error) {
	if kind != "" && kind != "height" && kind != "hash" {
		return 0, nil, usage("--type %.20q is not height or hash", kind)
	}
	if len(args) == 0 {
		return 0, nil, nil
	}
	if kind == "hash" || (kind == "" && len(args[0]) == 64) {
		if hash, err = hex.DecodeString(args[0]); err != nil || len(hash) != 32 {
			return 0, nil, usage("block hash %.80q has not 64 hexadecimal digits", args[0])
		}
		return 0, hash, nil
	}
	height, err = heightArg(args)
	return height, nil, err
}

// heightArg reads an argument that is a height, 0 without one.
func heightArg(args []string) (int64, error) {
	if len(args) == 0 {
		return 0, nil
	}
	height, err := strconv.ParseInt(args[0], 10, 64)
	if err != nil || height < 1 {
		return 0, usage("block height %.40q is not a whole number from 1", args[0])
	}
	return height, nil
}

func (r *run) queryBlocks() *cobra.Command {
	return r.command(spec{
		use: "blocks --query CONDITIONS", short: "Search for blocks by their own events", args: cobra.NoArgs,
		long:    "Search for blocks by the events of their begin and end and by block.height.",
		example: "  weft query blocks --query \"block.height > 7\" --page 1 --limit 30 --order_by asc",
		flags: []func(*pflag.FlagSet){nodeFlag, searchFlags, func(f *pflag.FlagSet) {
			f.String("query", "", "conditions, such as \"block.height > 7\"")
		}},
		do: func(o options, _ []string) error {
			s, err := r.search(o)
			if err != nil {
				return err
			}
			if s.Query = o.GetString("query"); s.Query == "" {
				return usage("--query is missing; write conditions such as \"block.height > 7\"")
			}
			node, err := client.New(o.GetString("node"))
			if err != nil {
				return err
			}
			res, err := node.SearchBlocks(r.ctx, s)
			if err != nil {
				return err
			}
			return r.printProto(o, res)
		},
	})
}

func (r *run) queryBlockResults() *cobra.Command {
	return r.command(spec{
		use: "block-results [HEIGHT]", short: "Show what executing a block gave", args: cobra.MaximumNArgs(1),
		long:    "Show the results of a block's transactions, the events of its begin and end,\nand its changes of validators; of the latest block if none is named.",
		example: "  weft query block-results 7 -o json",
		flags:   []func(*pflag.FlagSet){nodeFlag},
		do: func(o options, args []string) error {
			height, err := heightArg(args)
			if err != nil {
				return err
			}
			node, err := client.New(o.GetString("node"))
			if err != nil {
				return err
			}
			res, err := node.BlockResults(r.ctx, height)
			if err != nil {
				return err
			}
			data, err := json.Marshal(res) // the reference prints it this way
			if err != nil {
				return err
			}
			return r.printJSON(o, data)
		},
	})
}

func (r *run) queryValidatorSet() *cobra.Command {
	return r.command(spec{
		use: "comet-validator-set [HEIGHT]", aliases: []string{"cometbft-validator-set", "tendermint-validator-set"}, short: "Show who signs a block, the latest one if none is named", args: cobra.MaximumNArgs(1),
		example: "  weft query comet-validator-set\n  weft query comet-validator-set 7 --limit 20",
		flags: []func(*pflag.FlagSet){nodeFlag, prefixFlag, func(f *pflag.FlagSet) {
			f.Int("page", 1, "page number")
			f.Int("limit", 100, "validators of a page, at most 100")
		}},
		do: func(o options, args []string) error { return r.showValidators(o, args) },
	})
}

func (r *run) showValidators(o options, args []string) error {
	height, err := heightArg(args)
	if err != nil {
		return err
	}
	number, limit := o.GetInt("page"), o.GetInt("limit")
	if number < 1 || limit < 1 || limit > maxSearchLimit {
		return usage("--page counts from 1, --limit is between 1 and %d", maxSearchLimit)
	}
	node, err := client.New(o.GetString("node"))
	if err != nil {
		return err
	}
	set, err := node.Validators(r.ctx, height, number, limit)
	if err != nil {
		return err
	}
	ctx, cancel := r.within(callPatience)
	defer cancel()
	prefix, err := o.chainPrefix(ctx, node)
	if err != nil {
		return err
	}
	res := &tmservice.GetLatestValidatorSetResponse{
		BlockHeight: set.BlockHeight, Pagination: &page.PageResponse{Total: uint64(max(set.Total, 0))},
	}
	for _, v := range set.Validators {
		key, err := tx.Pack(&ed25519.PubKey{Key: v.PubKey.Bytes()})
		if err != nil {
			return err
		}
		res.Validators = append(res.Validators, &tmservice.Validator{
			Address: prefix.Consensus(chain.Address(v.Address)), PubKey: key,
			VotingPower: v.VotingPower, ProposerPriority: v.ProposerPriority,
		})
	}
	return r.printProto(o, res)
}
