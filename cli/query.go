package cli

import (
	"encoding/json"
	"fmt"
	"strings"
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
		r.queryBank(), r.queryAuth(), r.queryWasm(), r.queryStaking(), r.queryFeegrant(),
		r.querySlashing(), r.queryDistribution(), r.queryMint(), r.queryLottery(), r.queryUpgrade(), r.queryGov(), r.queryComet(), r.queryNode(),
		r.queryOf(call{
			use: "params", short: "weft's own parameters of the chain", path: "/weft.params.v1.Query/Params",
			req: always(func() chain.Message { return &params.QueryParamsRequest{} }),
			res: func() chain.Message { return &params.QueryParamsResponse{} },
		}),
		r.queryTx(), r.queryTxs(), r.queryWaitTx(),
		r.queryBlock(), r.queryBlocks(), r.queryBlockResults(), r.queryValidatorSet())
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

// method is a call that puts its arguments, all needed, into a request.
func method(use, short, path string, req func(a []string, p *page.PageRequest) chain.Message, res func() chain.Message) call {
	return call{
		use: use, short: short, path: path, res: res, args: cobra.ExactArgs(len(strings.Fields(use)) - 1),
		req: func(a []string, p *page.PageRequest) (chain.Message, error) { return req(a, p), nil },
	}
}

// pages is method for an answer that comes in pages.
func pages(use, short, path string, req func(a []string, p *page.PageRequest) chain.Message, res func() chain.Message) call {
	c := method(use, short, path, req, res)
	c.paged = true
	return c
}

// empty returns what makes an empty message.
func empty[M any, PM interface {
	*M
	chain.Message
}]() func() chain.Message {
	return func() chain.Message { return PM(new(M)) }
}

// nothing is a request without fields.
func nothing[M any, PM interface {
	*M
	chain.Message
}]() func([]string, *page.PageRequest) chain.Message {
	return func([]string, *page.PageRequest) chain.Message { return PM(new(M)) }
}

// call is a query command that sends one request and prints the answer.
type call struct {
	use, short string
	example    string // made from use if empty
	aliases    []string
	args       cobra.PositionalArgs // none if nil
	paged      bool
	traced     bool // has the flags of traces
	path       string
	flags      func(*pflag.FlagSet)
	req        func(args []string, p *page.PageRequest) (chain.Message, error)
	res        func() chain.Message
	// choose, if set, may replace path, req and res by the flags.
	choose func(o options, c *call)
	// prove answers with a proof if --prove is given; nil: there is no such flag.
	prove func(p *proving) (proven, error)
}

// always is the request of a query that takes no arguments.
func always(m func() chain.Message) func([]string, *page.PageRequest) (chain.Message, error) {
	return func([]string, *page.PageRequest) (chain.Message, error) { return m(), nil }
}

func (r *run) queryOf(c call) *cobra.Command {
	groups := []func(*pflag.FlagSet){nodeFlag, heightFlag}
	if c.paged {
		groups = append(groups, pageFlags)
	}
	if c.flags != nil {
		groups = append(groups, c.flags)
	}
	if c.prove != nil {
		groups = append(groups, proveFlags)
	}
	if c.traced {
		groups = append(groups, traceFlags)
	}
	names := accountWords(c.use)
	if len(names) > 0 {
		groups = append(groups, keyringFlags, prefixFlag)
	}
	if c.args == nil {
		c.args = cobra.NoArgs
	}
	return r.command(spec{
		use: c.use, short: c.short, example: c.sample(), aliases: c.aliases, args: c.args, flags: groups,
		do: func(o options, args []string) error {
			args, err := r.namedAccounts(o, names, args)
			if err != nil {
				return err
			}
			if c.prove != nil && o.GetBool("prove") {
				return r.prove(o, args, c.prove)
			}
			c := c
			if c.choose != nil {
				c.choose(o, &c)
			}
			if c.traced && o.wantsTrace() {
				return r.traceCall(o, c, args)
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
