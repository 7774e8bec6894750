package cli

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/testnet"
)

// joinWithin is how long a node may take to be made, to catch up and to validate.
const joinWithin = 5 * time.Minute

func (r *run) testnetAddValidator() *cobra.Command {
	return r.command(spec{
		use: "add-validator [NODE]", short: "Add a node that validates, or let a node that runs validate", args: cobra.MaximumNArgs(1),
		long:    "Add a node to a network that runs, give its operator coins from an account of the\nnetwork, stake them, and return when a block has its vote. With NODE, of add-node for\nexample, that one becomes the validator. The operator's key stays in the network's\nkeyring: validator4 for node4.",
		example: "  weft testnet add-validator\n  weft testnet add-validator --state-sync --stake 500000000000uweft --from account1\n  weft testnet add-node && weft testnet add-validator node4",
		flags: []func(*pflag.FlagSet){testnetDirFlag, func(f *pflag.FlagSet) {
			f.String("stake", fmt.Sprintf("%d%s", int64(testnet.DefaultStake), testnetDenom), "what the validator stakes")
			f.String("from", "", "name of the account that pays the stake (default: account0, or validator0)")
			f.Bool("state-sync", false, "take the state from a snapshot of the others, instead of executing all blocks")
		}},
		do: func(o options, args []string) error { return r.addTestnetValidator(o, args) },
	})
}

func (r *run) addTestnetValidator(o options, args []string) error {
	j := testnet.Join{Sync: o.GetBool("state-sync"), From: o.GetString("from")}
	if len(args) == 1 {
		if j.Node = args[0]; j.Node == "" {
			return usage("NODE is empty: leave it out for a new node")
		}
		if j.Sync {
			return usage("--state-sync is for a new node: %s has a state", j.Node)
		}
	}
	layout, control, err := r.control(o)
	if err != nil {
		return err
	}
	if j.Stake, err = testnetStakeOf(o.GetString("stake"), layout.Denom); err != nil {
		return err
	}
	dir, err := testnetDir(o)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.ctx, joinWithin)
	defer cancel()
	hands := testnet.Hands{Do: control.Do, Layout: func() (*testnet.Layout, error) { return testnet.ReadLayout(dir) }}
	joined, err := testnet.AddValidator(ctx, hands, j, func(text string) { fmt.Fprintln(r.err, printable(text)) })
	if err != nil {
		err = fail(exitConfig, "%w", err)
		if joined.Node != "" && !errors.Is(err, testnet.ErrValidates) {
			err = hint(err, "Try again with: weft testnet add-validator %s", joined.Node)
		}
		return err
	}
	return r.printJoined(o, joined)
}

// testnetStakeOf reads a stake in the network's denom.
func testnetStakeOf(text, denom string) (int64, error) {
	coin, err := chain.ParseCoin(text)
	if err != nil {
		return 0, usage("--stake %.80q: %w", text, err)
	}
	units, fits := coin.Amount.Uint64()
	if coin.Denom != denom || !fits || units == 0 || units > testnet.MaxStake {
		return 0, usage("--stake is %.80s, must be 1%s to %d%s", text, denom, int64(testnet.MaxStake), denom)
	}
	return int64(units), nil
}

func (r *run) printJoined(o options, j testnet.Joined) error {
	if o.json() {
		return r.printValue(o, j)
	}
	w := tabwriter.NewWriter(r.out, 0, 0, 2, ' ', 0)
	rows := [][2]string{
		{"node", j.Node},
		{"url", j.URL},
		{"account", j.Account + " " + j.Address},
		{"validator", j.Operator},
		{"stake", j.Stake},
		{"funded by", j.Paid},
		{"created by", j.Created},
		{"power", fmt.Sprint(j.Power)},
		{"first vote seen", fmt.Sprintf("block %d", j.Signed)},
	}
	for _, row := range rows {
		if row[1] != "" {
			fmt.Fprintf(w, "%s\t%s\n", row[0], row[1])
		}
	}
	return w.Flush()
}
