package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/client"
	"github.com/weftchain/weft/miner/explain"
)

// explainPatience bounds the reading of an epoch's blocks.
const explainPatience = 10 * time.Minute

func (r *run) mineExplain() *cobra.Command {
	return r.command(spec{
		use: "explain EPOCH", short: "Recompute every draw of an epoch from the chain's blocks", args: cobra.ExactArgs(1),
		long: "Read the blocks of an epoch and compute all of it anew: seed, target, the hash of\n" +
			"every ticket, ranking, work, money, leader, beacon, seats and payments. Each is\n" +
			"compared with what the chain says. The exit code is 5 if anything differs. What\n" +
			"cannot be computed, such as from a state that the node has dropped, is said.",
		example: "  weft mine explain 12\n  weft mine explain 12 -o json --node http://archive:26657",
		flags:   []func(*pflag.FlagSet){nodeFlag, prefixFlag},
		do: func(o options, args []string) error {
			n, err := epochArg(args)
			if err != nil {
				return err
			}
			node, err := client.New(o.GetString("node"))
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(r.ctx, explainPatience)
			defer cancel()
			prefix, err := o.chainPrefix(ctx, node)
			if err != nil {
				return err
			}
			report, err := explain.Explain(ctx, node, prefix, n)
			if errors.Is(err, explain.ErrUnknownEpoch) {
				return fail(exitCheck, "%w", err)
			}
			if err != nil {
				return noLottery(err)
			}
			if err := r.explained(o, report); err != nil {
				return err
			}
			if d := report.Differences(); d > 0 {
				return fail(exitCheck, "epoch %d of %s: %d of %d checks differ from what the chain says", n, report.ChainID, d, len(report.Checks))
			}
			return nil
		},
	})
}

func (r *run) explained(o options, report *explain.Report) error {
	if o.json() {
		return r.printValue(o, report)
	}
	fmt.Fprintf(r.out, "epoch %d of %s: blocks %d to %d, settled in %d, %d tickets\n",
		report.Epoch, printable(report.ChainID), report.First, report.Last, report.Settled, report.Tickets)
	marks := map[explain.Verdict]string{explain.Same: "ok     ", explain.Differs: "DIFFERS", explain.Unknown: "unknown"}
	for _, c := range report.Checks {
		fmt.Fprintf(r.out, "  %s %s: %s\n", marks[c.Verdict], c.Name, printable(c.Text))
	}
	for _, p := range report.Prizes {
		fmt.Fprintf(r.out, "  %s: %d tickets, %d\n", p.Payout, p.Tickets, p.Due)
	}
	for _, s := range report.Seats {
		if _, err := fmt.Fprintf(r.out, "  seat %d: %s by %.16s…\n", s.Rank, s.Operator, s.Digest); err != nil {
			return err
		}
	}
	return nil
}
