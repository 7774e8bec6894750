package cli

import (
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/node"
	"github.com/weftchain/weft/testnet"
)

// diffResult is what weft testnet diff prints.
type diffResult struct {
	Nodes       []string             `json:"nodes"`
	Height      int64                `json:"height"`
	Alike       bool                 `json:"alike"`
	Differences []testnet.Difference `json:"differences,omitempty"`
	// Txs are the transactions of that block, one of which may be why.
	Txs []string `json:"txs,omitempty"`
}

func (r *run) testnetDiff() *cobra.Command {
	return r.command(spec{
		use: "diff [NODE…]", short: "Find where the states of nodes differ: store, key, contract",
		long:    "Compare the states of the nodes after a height, store by store, and where they\ndiffer key by key. Without --height the first height is searched after which they\ndiffer. Nodes that do not run are read from their disk. Exit code 5 says that they\ndiffer.",
		example: "  weft testnet diff\n  weft testnet diff node0 node2 --height 57",
		flags: []func(*pflag.FlagSet){testnetDirFlag, func(f *pflag.FlagSet) {
			f.Int64("height", 0, "height after which to compare (default: the first one after which they differ)")
		}},
		do: func(o options, args []string) error { return r.diffTestnet(o, args) },
	})
}

func (r *run) diffTestnet(o options, names []string) error {
	dir, err := testnetDir(o)
	if err != nil {
		return err
	}
	layout, err := testnet.ReadLayout(dir)
	if err != nil {
		return fail(exitConfig, "%w", err)
	}
	if len(names) == 0 {
		for _, n := range layout.Nodes {
			names = append(names, n.Name)
		}
	}
	if sorted := slices.Sorted(slices.Values(names)); len(slices.Compact(sorted)) < 2 || len(slices.Compact(sorted)) < len(names) {
		return usage("name two nodes or more, each once: a node does not differ from itself")
	}
	var states []testnet.State
	if c, err := testnet.OpenControl(dir); err == nil {
		if states, err = c.Do(r.ctx, testnet.Deed{Do: "states"}); err != nil {
			return fail(exitNetwork, "%w", err)
		}
	}
	health := map[string]testnet.Health{}
	for _, h := range testnet.Report(r.ctx, layout, states) {
		health[h.Name] = h
	}
	trees, high, err := openTrees(layout, names, health)
	defer closeTrees(trees)
	if err != nil {
		return err
	}
	res := diffResult{Nodes: names, Height: o.GetInt64("height")}
	if res.Height < 0 || res.Height > high {
		return usage("--height is %d: the last one that all these nodes have is %d", res.Height, high)
	}
	if res.Height == 0 {
		if res.Height, err = testnet.FirstDifference(r.ctx, trees, max(1, high-searchedHeights), high); err != nil {
			return fail(exitNetwork, "%w", err)
		}
	}
	if res.Alike = res.Height == 0; res.Alike {
		res.Height = high
	} else if res.Differences, err = testnet.Compare(r.ctx, trees, res.Height); err != nil {
		return fail(exitNetwork, "%w", err)
	}
	if res.Alike = len(res.Differences) == 0; !res.Alike {
		res.Txs = r.txsOf(layout, health, res.Height)
	}
	if err := r.printValue(o, res); err != nil || res.Alike {
		return err
	}
	return fail(exitCheck, "the states differ after height %d", res.Height)
}

// searchedHeights is how far back the first difference is searched.
const searchedHeights = 10_000

// openTrees opens the states of nodes. high is the last height that all have.
func openTrees(layout *testnet.Layout, names []string, health map[string]testnet.Health) (trees map[string]testnet.Trees, high int64, err error) {
	trees = map[string]testnet.Trees{}
	for _, name := range names {
		n, err := layout.Find(name)
		if err != nil {
			return trees, 0, usage("%w", err)
		}
		height := health[name].Height
		switch mode := health[name].Mode; {
		case height > 0:
			trees[name], err = testnet.Remote(n.URL())
		case mode == testnet.Running || mode == testnet.Paused:
			return trees, 0, fail(exitNetwork, "%s is %s and tells no state: name the other nodes", name, mode)
		default:
			var files *node.StateFiles
			if files, err = node.OpenStateFiles(n.Home); err == nil {
				trees[name], height = files, files.Height()
			}
		}
		if err != nil {
			return trees, 0, fail(exitConfig, "%s: %w", name, err)
		}
		if high == 0 || height < high {
			high = height
		}
	}
	return trees, high, nil
}

func closeTrees(trees map[string]testnet.Trees) {
	for _, t := range trees { //weft:sorted the order does not matter
		_ = t.Close()
	}
}

// txsOf lists the transactions of a block, as some node has it.
func (r *run) txsOf(layout *testnet.Layout, health map[string]testnet.Health, height int64) []string {
	for _, n := range layout.Nodes {
		if health[n.Name].Height < height {
			continue
		}
		ctx, cancel := r.within(10 * time.Second)
		list, err := testnet.BlockTxs(ctx, n.URL(), height)
		cancel()
		if err == nil {
			return list
		}
	}
	return []string{fmt.Sprintf("no node that runs has block %d", height)}
}
