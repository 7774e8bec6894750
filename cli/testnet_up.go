package cli

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/testnet"
)

// Defaults and bounds of weft testnet up.
const (
	testnetChainID   = "weft-testnet-local"
	testnetBasePort  = 26657
	minTestnetBlock  = 10 * time.Millisecond
	maxTestnetBlock  = time.Hour
	maxTestnetKeys   = 100
	firstBlockWithin = 2 * time.Minute
)

func (r *run) testnetUp() *cobra.Command {
	return r.command(spec{
		use: "up", short: "Start a network; make it first if the folder has none", args: cobra.NoArgs,
		long:    "Start a network of validators on loopback addresses and run it until Ctrl-C or\nweft testnet down. Each node is a process of its own and keeps its data in the\nfolder: up goes on where down ended, until --fresh throws all away. The keys are those of a\nmnemonic that everybody knows.",
		example: "  weft testnet up -v 4\n  weft testnet up -v 4 --detach && weft testnet status\n  weft testnet up -v 7 --block-time 200ms --dir /tmp/seven",
		flags: []func(*pflag.FlagSet){testnetDirFlag, func(f *pflag.FlagSet) {
			f.IntP("validators", "v", 4, "how many nodes validate")
			f.Int("nodes", 0, "how many more nodes do not")
			f.Bool("lottery", false, "let the network be mined: epochs of 20 blocks, SHA-256 (weft mine)")
			f.Int("accounts", 4, "accounts with coins, besides those of the validators")
			f.Duration("block-time", time.Second, "time between two blocks")
			f.String("chain-id", testnetChainID, "id of the chain")
			f.Int("base-port", testnetBasePort, "port of the first node's RPC; the others follow")
			f.Bool("detach", false, "return when the first block is made; weft testnet down ends the network")
			f.Bool("in-process", false, "run all nodes in one process: less memory; none can be killed or paused alone")
			f.Bool("fresh", false, "throw away what the folder has of an earlier network")
			f.String("binary", "", "weft binary of the nodes (default: this one)")
		}},
		do: func(o options, _ []string) error { return r.upTestnet(o) },
	})
}

func (r *run) upTestnet(o options) error {
	dir, err := testnetDir(o)
	if err != nil {
		return err
	}
	launcher := &testnetLauncher{inProcess: o.GetBool("in-process"), binary: o.GetString("binary")}
	layout, err := r.testnetOf(o, dir, launcher)
	if err != nil {
		return err
	}
	if o.GetBool("detach") {
		return r.detachTestnet(o, dir, layout)
	}
	s := testnet.NewSupervisor(dir, layout, launcher, func(text string) { fmt.Fprintln(r.err, printable(text)) })
	running := make(chan struct{})
	go func() {
		select {
		case <-running:
		case <-r.ctx.Done():
			return
		}
		ctx, cancel := r.within(firstBlockWithin)
		defer cancel()
		if err := testnet.AwaitHeight(ctx, layout.Nodes[0].URL(), 1); err == nil {
			_ = r.printTestnet(o, dir, layout)
			fmt.Fprintln(r.err, "Ctrl-C ends the network.")
		}
	}()
	if err := s.Run(r.ctx, func() { close(running) }); err != nil {
		return fail(exitConfig, "%w", err)
	}
	return nil
}

// testnetOf returns the network of a folder, and makes it if there is none.
func (r *run) testnetOf(o options, dir string, launcher testnet.Launcher) (*testnet.Layout, error) {
	if o.GetBool("fresh") {
		if err := clearTestnet(dir); err != nil {
			return nil, err
		}
	}
	layout, err := testnet.ReadLayout(dir)
	switch {
	case err == nil:
		return layout, o.sameTestnet(dir, layout)
	case !errors.Is(err, testnet.ErrNoNetwork):
		return nil, fail(exitConfig, "%w", err)
	}
	plan, err := testnetPlan(o)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fail(exitConfig, "%w", err)
	}
	if err := emptyFolder(dir); err != nil {
		return nil, err
	}
	layout, err = launcher.Make(dir, plan)
	if err != nil {
		return nil, fail(exitConfig, "%w", err)
	}
	return layout, nil
}

// sameTestnet refuses flags that ask for another network than the folder has.
func (o options) sameTestnet(dir string, l *testnet.Layout) error {
	validators := l.Validators()
	for name, has := range map[string]string{ //weft:sorted one that differs is enough
		"validators": strconv.Itoa(validators), "nodes": strconv.Itoa(len(l.Nodes) - validators),
		"accounts": strconv.Itoa(len(l.Keys) - validators), "block-time": l.Block.String(), "chain-id": l.ChainID,
	} {
		if flag := o.flags.Lookup(name); flag.Changed && flag.Value.String() != has {
			return hint(usage("--%s is %s, the network in %s has %s", name, flag.Value, dir, has), "Add --fresh to throw it away, or choose another --dir.")
		}
	}
	return nil
}

func testnetPlan(o options) (testnet.Plan, error) {
	p := testnet.Plan{
		ChainID: o.GetString("chain-id"), Validators: o.GetInt("validators"), Nodes: o.GetInt("nodes"),
		Accounts: o.GetInt("accounts"), Block: o.GetDuration("block-time"), Lottery: o.GetBool("lottery"), BasePort: o.GetInt("base-port"),
	}
	switch {
	case p.Validators < 1 || p.Nodes < 0 || p.Validators+p.Nodes > testnet.MaxNodes:
		return p, usage("%d validators and %d other nodes: at least one validator, at most %d nodes", p.Validators, p.Nodes, testnet.MaxNodes)
	case p.Accounts < 0 || p.Accounts > maxTestnetKeys:
		return p, usage("--accounts is %d, must be 0 to %d", p.Accounts, maxTestnetKeys)
	case p.Block < minTestnetBlock || p.Block > maxTestnetBlock:
		return p, usage("--block-time is %s, must be %s to %s", p.Block, minTestnetBlock, maxTestnetBlock)
	case p.BasePort < 1024 || p.BasePort > 60_000:
		return p, usage("--base-port is %d, must be 1024 to 60000", p.BasePort)
	}
	return p, nil
}

// emptyFolder refuses a folder with something in it.
func emptyFolder(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fail(exitConfig, "%w", err)
	}
	if len(entries) > 0 {
		return hint(fail(exitConfig, "%s is not empty and holds no network", dir), "Choose another folder with --dir.")
	}
	return nil
}

// clearTestnet removes a network that does not run. Nothing else is removed.
func clearTestnet(dir string) error {
	layout, err := testnet.ReadLayout(dir)
	if errors.Is(err, testnet.ErrNoNetwork) {
		return nil
	}
	if err != nil {
		return fail(exitConfig, "%w", err)
	}
	if _, err := testnet.OpenControl(dir); err == nil {
		return hint(fail(exitConfig, "the network in %s runs", dir), "End it with: weft testnet down")
	}
	for _, n := range layout.Nodes {
		if filepath.Dir(n.Home) != dir {
			return fail(exitConfig, "the home %s lies outside of %s: nothing is removed", n.Home, dir)
		}
		if err := os.RemoveAll(n.Home); err != nil {
			return err
		}
	}
	for _, name := range []string{"keyring-test", "network.json", "control.json", "supervisor.log"} {
		if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	return nil
}

// detachTestnet starts a process that supervises the network and waits for the
// first block.
func (r *run) detachTestnet(o options, dir string, layout *testnet.Layout) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	path := filepath.Join(dir, "supervisor.log")
	log, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return fail(exitConfig, "%w", err)
	}
	defer log.Close() //nolint:errcheck // the child writes to it
	cmd := exec.Command(self, "testnet", "up", "--dir", dir, "--in-process="+strconv.FormatBool(o.GetBool("in-process")), "--binary", o.GetString("binary"))
	cmd.Stdout, cmd.Stderr = log, log
	ownSession(cmd)
	if err := cmd.Start(); err != nil {
		return err
	}
	gone := make(chan struct{})
	go func() { _ = cmd.Wait(); close(gone) }()
	ctx, cancel := r.within(firstBlockWithin)
	defer cancel()
	go func() {
		select {
		case <-gone:
			cancel()
		case <-ctx.Done():
		}
	}()
	if err := testnet.AwaitHeight(ctx, layout.Nodes[0].URL(), 1); err != nil {
		select {
		case <-gone:
			return fail(exitConfig, "the network ended at once: %s", lastLine(path))
		default:
			_ = cmd.Process.Signal(os.Interrupt)
			return fail(exitNetwork, "no first block: %w: see the logs in %s", err, dir)
		}
	}
	return r.printTestnet(o, dir, layout)
}

// lastLine is the last line of a log, to say why its writer ended.
func lastLine(path string) string {
	data, err := readFile(path, 1<<20)
	if err != nil {
		return err.Error()
	}
	return lastOf(string(data), path)
}
