package cli

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/client"
	page "github.com/weftchain/weft/proto/cosmos/base/query/v1beta1"
	params "github.com/weftchain/weft/proto/weft/params/v1"
)

func (r *run) queryCommand() *cobra.Command {
	q := newGroup("query", "Ask a node",
		r.queryBank(), r.queryAuth(), r.queryWasm(), r.queryStaking(),
		r.queryOf(call{
			use: "params", short: "weft's own parameters of the chain", path: "/weft.params.v1.Query/Params",
			req: always(func() chain.Message { return &params.QueryParamsRequest{} }),
			res: func() chain.Message { return &params.QueryParamsResponse{} },
		}),
		r.queryTx(), r.queryTxs(), r.queryBlock())
	q.Aliases = []string{"q"}
	return q
}

// callPatience bounds one query or simulation.
const callPatience = 60 * time.Second

func nodeFlag(f *pflag.FlagSet) {
	f.String("node", "tcp://127.0.0.1:26657", "RPC of a node: tcp://host:port, http://… or https://… (WEFT_NODE)")
}

func heightFlag(f *pflag.FlagSet) {
	f.Int64("height", 0, "height to ask about; 0 is the latest")
}

func pageFlags(f *pflag.FlagSet) {
	f.String("page-key", "", "where to go on: next_key of the page before, in base64")
	f.Uint64("offset", 0, "entries to pass over")
	f.Uint64("limit", 100, "entries of a page, at most 1000")
	f.Uint64("page", 1, "page number, instead of --offset")
	f.Bool("count-total", false, "count all entries")
	f.Bool("reverse", false, "from the end")
}

// maxPageLimit is what a node answers at most.
const maxPageLimit = 1000

// pageRequest reads the flags of pageFlags.
func (o options) pageRequest() (*page.PageRequest, error) {
	p := &page.PageRequest{Limit: o.GetUint64("limit"), Offset: o.GetUint64("offset"), CountTotal: o.GetBool("count-total"), Reverse: o.GetBool("reverse")}
	if p.Limit == 0 || p.Limit > maxPageLimit {
		return nil, usage("--limit %d is not between 1 and %d", p.Limit, maxPageLimit)
	}
	if n := o.GetUint64("page"); n != 1 {
		if n == 0 || n > 1_000_000 || p.Offset != 0 {
			return nil, usage("--page counts from 1 and excludes --offset")
		}
		p.Offset = (n - 1) * p.Limit
	}
	if text := o.GetString("page-key"); text != "" {
		key, err := base64Text(text)
		if err != nil {
			return nil, usage("--page-key %.80q is not base64", text)
		}
		if p.Offset != 0 {
			return nil, usage("--page-key excludes --offset and --page")
		}
		p.Key = key
	}
	return p, nil
}

// call is a query command that sends one request and prints the answer.
type call struct {
	use, short string
	aliases    []string
	args       cobra.PositionalArgs // none if nil
	paged      bool
	path       string
	flags      func(*pflag.FlagSet)
	req        func(args []string, p *page.PageRequest) (chain.Message, error)
	res        func() chain.Message
	// choose, if set, may replace path, req and res by the flags.
	choose func(o options, c *call)
}

func (r *run) queryOf(c call) *cobra.Command {
	groups := []func(*pflag.FlagSet){nodeFlag, heightFlag}
	if c.paged {
		groups = append(groups, pageFlags)
	}
	if c.flags != nil {
		groups = append(groups, c.flags)
	}
	if c.args == nil {
		c.args = cobra.NoArgs
	}
	return r.command(spec{
		use: c.use, short: c.short, aliases: c.aliases, args: c.args, flags: groups,
		do: func(o options, args []string) error {
			c := c
			if c.choose != nil {
				c.choose(o, &c)
			}
			res, err := r.ask(o, c, args)
			if err != nil {
				return err
			}
			return r.printProto(o, res)
		},
	})
}

// ask sends the request of a call and returns the answer.
func (r *run) ask(o options, c call, args []string) (chain.Message, error) {
	var p *page.PageRequest
	var err error
	if c.paged {
		if p, err = o.pageRequest(); err != nil {
			return nil, err
		}
	}
	req, err := c.req(args, p)
	if err != nil {
		return nil, err
	}
	height := o.GetInt64("height")
	if height < 0 {
		return nil, usage("--height %d is negative", height)
	}
	node, err := client.New(o.GetString("node"))
	if err != nil {
		return nil, err
	}
	ctx, cancel := r.within(callPatience)
	defer cancel()
	res := c.res()
	return res, node.Query(ctx, c.path, height, req, res)
}

func (r *run) statusCommand() *cobra.Command {
	return r.command(spec{
		use: "status", short: "Show what a node says of itself", args: cobra.NoArgs, jsonByDefault: true,
		flags: []func(*pflag.FlagSet){nodeFlag},
		do: func(o options, _ []string) error {
			node, err := client.New(o.GetString("node"))
			if err != nil {
				return err
			}
			status, err := node.Status(r.ctx)
			if err != nil {
				return err
			}
			data, err := cometJSON(status)
			if err != nil {
				return err
			}
			return r.printJSON(o, data)
		},
	})
}

func (r *run) queryTx() *cobra.Command {
	return r.command(spec{
		use: "tx HASH", short: "Show a transaction that a block holds", args: cobra.ExactArgs(1),
		flags: []func(*pflag.FlagSet){nodeFlag, func(f *pflag.FlagSet) { f.String("type", "hash", "what the argument is: hash") }},
		do: func(o options, args []string) error {
			if kind := o.GetString("type"); kind != "hash" {
				return usage("--type %.20q is not hash; search with weft query txs --query CONDITIONS", kind)
			}
			if _, err := client.ParseHash(args[0]); err != nil {
				return err
			}
			node, err := client.New(o.GetString("node"))
			if err != nil {
				return err
			}
			found, err := node.Tx(r.ctx, args[0])
			if err != nil {
				return err
			}
			res, err := client.WithTx(client.TxResponse(found), found.Tx)
			if err != nil {
				return err
			}
			if res.Timestamp, err = blockTime(r.ctx, node, found.Height); err != nil {
				return err
			}
			return r.printProto(o, res)
		},
	})
}

// blockTime returns the time of a block as the Cosmos tools print it.
func blockTime(ctx context.Context, node *client.Client, height int64) (string, error) {
	header, err := node.Header(ctx, height)
	if err != nil {
		return "", err
	}
	return header.Time.UTC().Format(time.RFC3339), nil
}

func (r *run) queryTxs() *cobra.Command {
	return r.command(spec{
		use: "txs --query CONDITIONS", short: "Search for transactions by their events", args: cobra.NoArgs,
		example: "  weft query txs --query \"message.action='/cosmos.bank.v1beta1.MsgSend'\"",
		flags: []func(*pflag.FlagSet){nodeFlag, func(f *pflag.FlagSet) {
			f.String("query", "", "conditions, such as \"transfer.recipient='weft1…' AND tx.height>5\"")
			f.Int("page", 1, "page number")
			f.Int("limit", 30, "transactions of a page, at most 100")
			f.String("order_by", "asc", "asc or desc")
		}},
		do: func(o options, _ []string) error { return r.searchTxs(o) },
	})
}

func (r *run) searchTxs(o options) error {
	s := client.Search{Query: o.GetString("query"), Page: o.GetInt("page"), Limit: o.GetInt("limit"), Descending: o.GetString("order_by") == "desc"}
	switch order := o.GetString("order_by"); {
	case s.Query == "":
		return usage("--query is missing; write conditions such as \"tx.height=5\"")
	case order != "asc" && order != "desc" && order != "":
		return usage("--order_by %.20q is not asc or desc", order)
	case s.Page < 1 || s.Limit < 1 || s.Limit > 100:
		return usage("--page counts from 1, --limit is between 1 and 100")
	}
	node, err := client.New(o.GetString("node"))
	if err != nil {
		return err
	}
	res, err := node.SearchTxs(r.ctx, s)
	if err != nil {
		return err
	}
	return r.printProto(o, res)
}

func (r *run) queryBlock() *cobra.Command {
	return r.command(spec{
		use: "block [HEIGHT|HASH]", short: "Show a block, the latest one if none is named", args: cobra.MaximumNArgs(1),
		flags: []func(*pflag.FlagSet){nodeFlag, func(f *pflag.FlagSet) { f.String("type", "", "what the argument is: height or hash") }},
		do: func(o options, args []string) error {
			kind := o.GetString("type")
			if kind != "" && kind != "height" && kind != "hash" {
				return usage("--type %.20q is not height or hash", kind)
			}
			node, err := client.New(o.GetString("node"))
			if err != nil {
				return err
			}
			var height int64
			var hash []byte
			if len(args) == 1 {
				if kind == "hash" || (kind == "" && len(args[0]) == 64) {
					if hash, err = hex.DecodeString(args[0]); err != nil || len(hash) != 32 {
						return usage("block hash %.80q has not 64 hexadecimal digits", args[0])
					}
				} else if height, err = strconv.ParseInt(args[0], 10, 64); err != nil || height < 1 {
					return usage("block height %.40q is not a whole number from 1", args[0])
				}
			}
			block, err := node.Block(r.ctx, height, hash)
			if err != nil {
				return err
			}
			return r.printProto(o, block)
		},
	})
}

func (r *run) versionCommand() *cobra.Command {
	return r.command(spec{
		use: "version", short: "Show the version of this program", args: cobra.NoArgs,
		flags: []func(*pflag.FlagSet){func(f *pflag.FlagSet) { f.Bool("long", false, "with build details") }},
		do: func(o options, _ []string) error {
			v := buildVersion()
			if !o.GetBool("long") && !o.json() {
				_, err := fmt.Fprintln(r.out, v.Version)
				return err
			}
			data, err := json.Marshal(v)
			if err != nil {
				return err
			}
			return r.printJSON(o, data)
		},
	})
}
