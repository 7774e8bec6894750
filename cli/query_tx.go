package cli

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/client"
	abci "github.com/weftchain/weft/proto/cosmos/base/abci/v1beta1"
)

func (r *run) queryTx() *cobra.Command {
	return r.command(spec{
		use: "tx HASH", short: "Show a transaction that a block holds", args: cobra.ExactArgs(1),
		long:    "Show a transaction that a block holds. With --type acc_seq the argument is\nADDRESS/SEQUENCE of one who signed it, with --type signature its signatures in\nbase64, separated by commas. With\n--trace its way is shown, see weft trace.",
		example: "  weft query tx 5B0D…\n  weft query tx 5B0D… --trace\n  weft query tx --type acc_seq weft1…/7\n  weft query tx --type signature c2lnbmF0dXJl…",
		flags: []func(*pflag.FlagSet){nodeFlag, traceFlags, func(f *pflag.FlagSet) {
			f.String("type", "hash", "what the argument is: hash, acc_seq or signature")
		}},
		do: func(o options, args []string) error { return r.showTx(o, args[0]) },
	})
}

func (r *run) showTx(o options, what string) error {
	conditions, err := txConditions(o.GetString("type"), what)
	if err != nil {
		return err
	}
	node, err := client.New(o.GetString("node"))
	if err != nil {
		return err
	}
	var res *abci.TxResponse
	if conditions == "" {
		res, err = r.committedTx(node, what)
	} else {
		res, err = r.onlyTx(node, conditions)
	}
	if err != nil {
		return err
	}
	if o.GetBool("trace") {
		return r.traceCommitted(o, node, res.Txhash)
	}
	if err := r.printProto(o, res); err != nil || !o.wantsProfile() {
		return err
	}
	return r.profileCommitted(o, node, res.Txhash)
}

var (
	accSeqRule    = regexp.MustCompile(`^[0-9a-z]{1,256}/[0-9]{1,20}$`)
	signatureRule = regexp.MustCompile(`^[0-9A-Za-z+/]+={0,2}$`)
)

// txConditions returns the search that finds a transaction by what it is known
// by, "" for its hash.
func txConditions(kind, what string) (string, error) {
	switch kind {
	case "hash":
		_, err := client.ParseHash(what)
		return "", err
	case "acc_seq":
		if !accSeqRule.MatchString(what) {
			return "", usage("%.100q is not ADDRESS/SEQUENCE such as weft1…/7", what)
		}
		return "tx.acc_seq='" + what + "'", nil
	case "signature":
		var all []string
		for part := range strings.SplitSeq(what, ",") {
			if !signatureRule.MatchString(part) {
				return "", usage("%.100q is not a signature in base64", part)
			}
			all = append(all, "tx.signature='"+part+"'")
		}
		return strings.Join(all, " AND "), nil
	}
	return "", usage("--type %.20q is not hash, acc_seq or signature", kind)
}

// committedTx looks a transaction up by its hash.
func (r *run) committedTx(node *client.Client, hash string) (*abci.TxResponse, error) {
	found, err := node.Tx(r.ctx, hash)
	if err != nil {
		return nil, err
	}
	res, err := client.WithTx(client.TxResponse(found), found.Tx)
	if err != nil {
		return nil, err
	}
	res.Timestamp, err = blockTime(r.ctx, node, found.Height)
	return res, err
}

// onlyTx looks for the one transaction that fits conditions.
func (r *run) onlyTx(node *client.Client, conditions string) (*abci.TxResponse, error) {
	found, err := node.SearchTxs(r.ctx, client.Search{Query: conditions, Page: 1, Limit: 2})
	if err != nil {
		return nil, err
	}
	if len(found.Txs) != 1 {
		return nil, fail(exitCheck, "%d transactions fit %s, not one", found.TotalCount, conditions)
	}
	return found.Txs[0], nil
}

// blockTime returns the time of a block as the Cosmos tools print it.
func blockTime(ctx context.Context, node *client.Client, height int64) (string, error) {
	header, err := node.Header(ctx, height)
	if err != nil {
		return "", err
	}
	return header.Time.UTC().Format(time.RFC3339), nil
}

func (r *run) queryWaitTx() *cobra.Command {
	return r.command(spec{
		use: "wait-tx HASH", aliases: []string{"event-query-tx-for"}, short: "Wait until a block holds a transaction and show it", args: cobra.ExactArgs(1),
		example: "  weft query wait-tx 5B0D… --timeout 1m",
		long:    "Wait until a block holds the transaction, at most --timeout, and show what\nbecame of it. Exit code 7 if it failed, 8 if no block held it in time.",
		flags:   []func(*pflag.FlagSet){nodeFlag, func(f *pflag.FlagSet) { f.Duration("timeout", 15*time.Second, "how long to wait") }},
		do: func(o options, args []string) error {
			patience := o.GetDuration("timeout")
			if patience <= 0 || patience > maxTimeout {
				return usage("--timeout %s is not between 0 and %s", patience, maxTimeout)
			}
			if _, err := client.ParseHash(args[0]); err != nil {
				return err
			}
			node, err := client.New(o.GetString("node"))
			if err != nil {
				return err
			}
			ctx, cancel := r.within(patience)
			defer cancel()
			if _, err := node.Status(ctx); err != nil {
				return err // no node is not the same as no answer in time
			}
			res, err := node.Wait(ctx, args[0])
			if err != nil {
				return err
			}
			return r.outcome(o, res)
		},
	})
}

// searchFlags are the flags of a search for transactions or blocks.
func searchFlags(f *pflag.FlagSet) {
	f.Int("page", 1, "page number")
	f.Int("limit", 30, "entries of a page; a node sends at most 100")
	f.String("order_by", "", "asc or desc")
}

// search reads the flags of searchFlags.
func (r *run) search(o options) (client.Search, error) {
	s := client.Search{Page: o.GetInt("page"), Limit: o.GetInt("limit")}
	switch order := o.GetString("order_by"); order {
	case "", "asc":
	case "desc", "dsc":
		s.Descending = true
	default:
		return s, usage("--order_by %.20q is not asc or desc", order)
	}
	if s.Page < 1 || s.Limit < 1 {
		return s, usage("--page and --limit count from 1")
	}
	if s.Limit > maxSearchLimit {
		fmt.Fprintf(r.err, "a node sends at most %d entries of a page; the rest is on the next pages\n", maxSearchLimit)
		s.Limit = maxSearchLimit
	}
	return s, nil
}

// maxSearchLimit is what CometBFT puts on a page at most.
const maxSearchLimit = 100

func (r *run) queryTxs() *cobra.Command {
	return r.command(spec{
		use: "txs --query CONDITIONS", short: "Search for transactions by their events", args: cobra.NoArgs,
		long:    "Search for transactions by their events. --query takes CometBFT's conditions\n(=, <, <=, >, >=, CONTAINS, EXISTS, joined by AND), --events the older form\nkey=value&key=value.",
		example: "  weft query txs --query \"message.action='/cosmos.bank.v1beta1.MsgSend' AND tx.height>5\"\n  weft query txs --events 'transfer.recipient=weft1…&message.module=bank' --order_by desc --limit 10",
		flags: []func(*pflag.FlagSet){nodeFlag, searchFlags, func(f *pflag.FlagSet) {
			f.String("query", "", "conditions, such as \"transfer.recipient='weft1…' AND tx.height>5\"")
			f.String("events", "", "conditions in the form key=value&key=value")
		}},
		do: func(o options, _ []string) error { return r.searchTxs(o) },
	})
}

func (r *run) searchTxs(o options) error {
	s, err := r.search(o)
	if err != nil {
		return err
	}
	if s.Query, err = searchQuery(o.GetString("query"), o.GetString("events")); err != nil {
		return err
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

// searchQuery returns the conditions of --query or --events.
func searchQuery(query, events string) (string, error) {
	switch {
	case query != "" && events != "":
		return "", usage("--query and --events exclude each other")
	case query != "":
		return query, nil
	case events == "":
		return "", usage("--query is missing; write conditions such as \"tx.height=5\"")
	}
	var all []string
	for part := range strings.SplitSeq(events, "&") {
		key, value, found := strings.Cut(strings.TrimSpace(part), "=")
		value = strings.Trim(value, `'"`)
		if !found || !eventKeyRule.MatchString(key) || value == "" || strings.ContainsAny(value, `'"`) {
			return "", usage("--events %.100q is not key=value&key=value such as message.module=bank", part)
		}
		if key == "tx.height" { // the one key of numbers
			all = append(all, key+"="+value)
		} else {
			all = append(all, key+"='"+value+"'")
		}
	}
	return strings.Join(all, " AND "), nil
}

var eventKeyRule = regexp.MustCompile(`^[A-Za-z0-9_./-]+$`)
