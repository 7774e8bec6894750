package cli

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/testnet"
)

// testnetDeed is a command that does one thing to one node.
func (r *run) testnetDeed(do, short string) *cobra.Command {
	return r.command(spec{
		use: do + " NODE", short: short, args: cobra.ExactArgs(1), flags: []func(*pflag.FlagSet){testnetDirFlag},
		do: func(o options, args []string) error { return r.deed(o, testnet.Deed{Do: do, Node: args[0]}) },
	})
}

func (r *run) testnetPartition() *cobra.Command {
	return r.command(spec{
		use: "partition NODE,NODE… [NODE,…]", short: "Cut the lines between groups of nodes", args: cobra.MinimumNArgs(1),
		long:    "Cut the lines between groups of nodes. Nodes that are not named are one more\ngroup. A new partition replaces the one before; heal ends it.",
		example: "  weft testnet partition node0,node1          # 2 against the others\n  weft testnet partition node3                # 1 alone",
		flags:   []func(*pflag.FlagSet){testnetDirFlag},
		do: func(o options, args []string) error {
			d := testnet.Deed{Do: "partition"}
			for _, group := range args {
				d.Groups = append(d.Groups, strings.Split(group, ","))
			}
			return r.deed(o, d)
		},
	})
}

func (r *run) testnetDelay() *cobra.Command {
	return r.command(spec{
		use: "delay NODE [TIME]", short: "Slow down all lines of a node", args: cobra.RangeArgs(1, 2),
		long:    "Add a delay to all lines of a node, each way, and limit their rate. Without both,\nthe lines are fast again.",
		example: "  weft testnet delay node1 200ms\n  weft testnet delay node1 --rate 65536",
		flags: []func(*pflag.FlagSet){testnetDirFlag, func(f *pflag.FlagSet) {
			f.Int64("rate", 0, "bytes a second that pass each way; 0 is no limit")
		}},
		do: func(o options, args []string) error {
			d := testnet.Deed{Do: "delay", Node: args[0], Shape: testnet.Shape{Rate: o.GetInt64("rate")}}
			if len(args) == 2 {
				var err error
				if d.Shape.Delay, err = time.ParseDuration(args[1]); err != nil {
					return usage("the delay %.40q is no time such as 200ms", args[1])
				}
			}
			return r.deed(o, d)
		},
	})
}

func (r *run) testnetHeal() *cobra.Command {
	return r.command(spec{
		use: "heal", short: "Make all lines whole and fast", args: cobra.NoArgs, flags: []func(*pflag.FlagSet){testnetDirFlag},
		do: func(o options, _ []string) error { return r.deed(o, testnet.Deed{Do: "heal"}) },
	})
}

func (r *run) testnetAdd() *cobra.Command {
	return r.command(spec{
		use: "add-node", short: "Add a node, which does not validate", args: cobra.NoArgs,
		flags: []func(*pflag.FlagSet){testnetDirFlag, func(f *pflag.FlagSet) {
			f.Bool("state-sync", false, "take the state from a snapshot of the others, instead of executing all blocks")
		}},
		do: func(o options, _ []string) error {
			return r.deed(o, testnet.Deed{Do: "add", Sync: o.GetBool("state-sync")})
		},
	})
}

func (r *run) testnetStatus() *cobra.Command {
	return r.command(spec{
		use: "status", short: "Show how all nodes are", args: cobra.NoArgs, flags: []func(*pflag.FlagSet){testnetDirFlag},
		do: func(o options, _ []string) error {
			layout, c, err := r.control(o)
			if err != nil {
				return err
			}
			ctx, cancel := r.within(time.Minute)
			defer cancel()
			states, err := c.Do(ctx, testnet.Deed{Do: "states"})
			if err != nil {
				return fail(exitNetwork, "%w", err)
			}
			list := testnet.Report(ctx, layout, states)
			if o.json() {
				return r.printValue(o, list)
			}
			return r.printHealth(list)
		},
	})
}

// hashDigits of an app hash tell two apart.
const hashDigits = 12

func (r *run) printHealth(list []testnet.Health) error {
	w := tabwriter.NewWriter(r.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "NODE\tMODE\tHEIGHT\tROUND\tBEHIND\tAPP HASH\tPEERS\tPOWER\tSIGNED\tPID\tNOTES")
	for _, h := range list {
		notes := []string{}
		silent := ""
		if h.Error != "" {
			silent = "does not answer" // why is in -o json
		}
		for _, note := range []string{h.Trouble, h.Exit, silent} {
			if note != "" {
				notes = append(notes, printable(note))
			}
		}
		if h.CatchUp {
			notes = append(notes, "catching up")
		}
		if h.Height == 0 {
			fmt.Fprintf(w, "%s\t%s\t-\t-\t-\t-\t-\t-\t%d/%d\t%d\t%s\n", h.Name, h.Mode, h.Signed, h.Window, h.PID, strings.Join(notes, "; "))
			continue
		}
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\t%.*s\t%d\t%d\t%d/%d\t%d\t%s\n",
			h.Name, h.Mode, h.Height, h.Round, h.Behind, hashDigits, h.AppHash, h.Peers, h.Power, h.Signed, h.Window, h.PID, strings.Join(notes, "; "))
	}
	return w.Flush()
}

func (r *run) testnetLogs() *cobra.Command {
	return r.command(spec{
		use: "logs NODE", short: "Print the log of a node", args: cobra.ExactArgs(1), raw: true,
		flags: []func(*pflag.FlagSet){testnetDirFlag, func(f *pflag.FlagSet) {
			f.IntP("lines", "n", 50, "how many of the latest lines")
			f.BoolP("follow", "f", false, "go on with what is added")
		}},
		do: func(o options, args []string) error {
			dir, err := testnetDir(o)
			if err != nil {
				return err
			}
			layout, err := testnet.ReadLayout(dir)
			if err != nil {
				return fail(exitConfig, "%w", err)
			}
			n, err := layout.Find(args[0])
			if err != nil {
				return usage("%w", err)
			}
			return r.printLog(n.LogFile(), o.GetInt("lines"), o.GetBool("follow"))
		},
	})
}

// logPause is how often a log that is followed is looked at.
const logPause = 200 * time.Millisecond

// printLog prints the last lines of a file, and what comes after them.
func (r *run) printLog(path string, lines int, follow bool) error {
	if lines < 0 || lines > 1_000_000 {
		return usage("--lines is %d, must be 0 to 1000000", lines)
	}
	f, err := os.Open(path)
	if err != nil {
		return fail(exitConfig, "%w", err)
	}
	defer f.Close() //nolint:errcheck // only read
	in := bufio.NewReaderSize(f, 64<<10)
	var last []string
	for {
		line, err := in.ReadString('\n')
		if line != "" {
			if last = append(last, line); len(last) > lines {
				last = last[1:]
			}
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
	}
	if _, err := io.WriteString(r.out, strings.Join(last, "")); err != nil || !follow {
		return err
	}
	for r.ctx.Err() == nil {
		if n, err := io.Copy(r.out, in); err != nil {
			return err
		} else if n == 0 {
			time.Sleep(logPause)
		}
	}
	return nil
}

// lastOf is the last line of a text, or where it lies if there is none.
func lastOf(text, path string) string {
	text = strings.TrimSpace(text)
	if text == "" {
		return "see " + path
	}
	return strings.TrimPrefix(text[strings.LastIndexByte(text, '\n')+1:], "weft: ")
}

// printTestnet tells where a network is and how to use it.
func (r *run) printTestnet(o options, dir string, layout *testnet.Layout) error {
	if o.json() {
		return r.printValue(o, layout)
	}
	w := tabwriter.NewWriter(r.out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "chain %s, a block every %s, in %s\n\nNODE\tRPC\tGRPC\tREST\n", layout.ChainID, layout.Block, dir)
	for _, n := range layout.Nodes {
		fmt.Fprintf(w, "%s\thttp://%s\t%s\thttp://%s\n", n.Name, n.RPC, n.GRPC, n.REST)
	}
	fmt.Fprintf(w, "\nACCOUNT\tADDRESS\tCOINS\n")
	for _, a := range layout.Keys {
		fmt.Fprintf(w, "%s\t%s\t%s\n", a.Name, a.Address, a.Coins)
	}
	if len(layout.Keys) > 0 {
		fmt.Fprintf(w, "\nmnemonic (known to everybody): %s\npaths: m/44'/118'/0'/0/0 and on\n", layout.Keys[0].Mnemonic)
	}
	fmt.Fprintf(w, "\nexport WEFT_HOME=%s WEFT_KEYRING_BACKEND=test WEFT_CHAIN_ID=%s WEFT_NODE=%s\n", dir, layout.ChainID, layout.Nodes[0].URL())
	return w.Flush()
}
