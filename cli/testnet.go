package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/testnet"
)

func (r *run) testnetCommand() *cobra.Command {
	return newGroup("testnet", "Run a network of many nodes on this machine, and break it",
		r.testnetUp(), r.testnetInitFiles(), r.testnetDown(), r.testnetStatus(), r.testnetLogs(),
		r.testnetDeed("kill", "Kill a node: kill -9, as a power failure"),
		r.testnetDeed("stop", "Stop a node in order"),
		r.testnetDeed("start", "Start a node that was stopped or killed"),
		r.testnetDeed("restart", "Stop a node and start it again"),
		r.testnetDeed("pause", "Pause a node's process: it holds everything and answers nobody"),
		r.testnetDeed("resume", "Let a paused node go on"),
		r.testnetPartition(), r.testnetDelay(), r.testnetHeal(), r.testnetAdd(), r.testnetAddValidator(), r.testnetDiff(), r.testnetRun())
}

func testnetDirFlag(f *pflag.FlagSet) {
	f.String("dir", "", "folder of the network (default: the home folder if it is one, else testnet in it)")
}

// testnetDir is the folder of the network, absolute.
func testnetDir(o options) (string, error) {
	if dir := o.GetString("dir"); dir != "" {
		return filepath.Abs(dir)
	}
	home, err := o.home()
	if err != nil {
		return "", err
	}
	// What up prints to be exported makes the network's folder the home.
	if testnet.IsNetwork(home) {
		return home, nil
	}
	return filepath.Join(home, "testnet"), nil
}

func (r *run) testnetDown() *cobra.Command {
	return r.command(spec{
		use: "down", short: "End a network; its data stay", args: cobra.NoArgs, raw: true,
		flags: []func(*pflag.FlagSet){testnetDirFlag, func(f *pflag.FlagSet) {
			f.Bool("remove", false, "remove its data as well")
		}},
		do: func(o options, _ []string) error {
			dir, err := testnetDir(o)
			if err != nil {
				return err
			}
			c, err := testnet.OpenControl(dir)
			switch {
			case err == nil:
				ctx, cancel := r.within(time.Minute)
				defer cancel()
				if err := c.Down(ctx, dir); err != nil {
					return fail(exitNetwork, "%w", err)
				}
				fmt.Fprintln(r.err, "all nodes are stopped")
			case !errors.Is(err, testnet.ErrNotRunning):
				return fail(exitConfig, "%w", err)
			default:
				if _, err := os.Stat(filepath.Join(dir, "network.json")); errors.Is(err, fs.ErrNotExist) {
					return fail(exitConfig, "there is no network in %s", dir)
				}
				fmt.Fprintln(r.err, "the network does not run")
			}
			if o.GetBool("remove") {
				return clearTestnet(dir)
			}
			return nil
		},
	})
}

// control opens the supervisor of the network that the flags name.
func (r *run) control(o options) (layout *testnet.Layout, c *testnet.Control, err error) {
	dir, err := testnetDir(o)
	if err != nil {
		return nil, nil, err
	}
	if layout, err = testnet.ReadLayout(dir); err != nil {
		return nil, nil, fail(exitConfig, "%w", err)
	}
	if c, err = testnet.OpenControl(dir); err != nil {
		return nil, nil, fail(exitNetwork, "%w", err)
	}
	return layout, c, nil
}

// deed has the supervisor do something and prints the states.
func (r *run) deed(o options, d testnet.Deed) error {
	_, c, err := r.control(o)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.ctx, time.Minute)
	defer cancel()
	states, err := c.Do(ctx, d)
	if err != nil {
		return fail(exitConfig, "%w", err)
	}
	return r.printValue(o, states)
}
