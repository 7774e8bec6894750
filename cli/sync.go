package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/cometbft/cometbft/p2p"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weftchain/weft/client"
	"github.com/weftchain/weft/node"
)

// trustPoint is a block that several nodes agree on, from which a light client
// verifies the state that a node takes.
type trustPoint struct {
	height  int64
	hash    string
	servers []string
}

const (
	trustPatience = 30 * time.Second
	// trustPeriod is for how long a block can be trusted that was seen now: less
	// than the time that stake needs to be free (21 days unless genesis differs).
	trustPeriod   = 7 * 24 * time.Hour
	discoveryTime = 5 * time.Second
	minServers    = 2
)

// configure has a node begin with state sync. It does nothing for nil.
func (t *trustPoint) configure(c *node.Config) {
	if t == nil {
		return
	}
	s := c.Comet.StateSync
	s.Enable, s.RPCServers = true, t.servers
	s.TrustHeight, s.TrustHash, s.TrustPeriod = t.height, t.hash, trustPeriod
	s.DiscoveryTime = discoveryTime
}

// findTrust takes the latest block that all servers which answer have alike. Two
// must answer that are different nodes, and one that contradicts ends it: somebody
// lies.
func findTrust(ctx context.Context, chainID string, urls []string) (*trustPoint, error) {
	t := &trustPoint{}
	var clients []*client.Client
	var problems []string
	named := map[p2p.ID]string{} // the first URL of each node
	for _, url := range urls {
		c, err := client.New(url)
		if err != nil {
			return nil, usage("%w", err)
		}
		st, err := c.Status(ctx)
		switch {
		case err != nil:
		case st.NodeInfo.Network != chainID:
			return nil, fail(exitConfig, "%s serves the chain %.60q, the genesis of this home is of %q", url, st.NodeInfo.Network, chainID)
		case st.SyncInfo.CatchingUp:
			err = errors.New("it is catching up itself")
		case named[st.NodeInfo.ID()] != "":
			err = fmt.Errorf("it is the same node as %s", named[st.NodeInfo.ID()])
		}
		if err != nil {
			problems = append(problems, fmt.Sprintf("%s: %v", url, err))
			continue
		}
		named[st.NodeInfo.ID()] = url
		if t.height == 0 || st.SyncInfo.LatestBlockHeight < t.height {
			t.height = st.SyncInfo.LatestBlockHeight
		}
		clients, t.servers = append(clients, c), append(t.servers, strings.Replace(url, "tcp://", "http://", 1))
	}
	if len(clients) < minServers {
		err := fail(exitNetwork, "%d of the nodes of --rpc can be used, %d are needed to check one by another: %s", len(clients), minServers, strings.Join(problems, "; "))
		return nil, hint(err, "Name others with --rpc, of different operators; curl URL/status tells whether one answers.")
	}
	for i, c := range clients {
		commit, err := c.RPC().Commit(ctx, &t.height)
		if err != nil {
			return nil, fail(exitNetwork, "%s has no block %d: %w", t.servers[i], t.height, err)
		}
		hash := commit.Hash().String()
		if t.hash != "" && hash != t.hash {
			err := fail(exitCheck, "block %d is %s at %s and %s at %s: one of them is on a fork or lies", t.height, t.hash, t.servers[0], hash, t.servers[i])
			return nil, hint(err, "Do not go on. Ask other operators for the hash of that block, and leave the wrong node out of --rpc.")
		}
		t.hash = hash
	}
	return t, nil
}

func (r *run) syncCommand() *cobra.Command {
	return r.command(spec{
		use: "sync", short: "Join a chain by a snapshot of its state, and run the node", args: cobra.NoArgs, raw: true,
		long:    "Take the state from a snapshot that peers offer, instead of executing all blocks,\nand go on as weft start does. The block from which everything is verified is the\nlatest one that all the nodes of --rpc agree on; compare it with what others say of\nthe chain. The home needs the chain's genesis and peers, and no blocks yet.",
		example: "  weft sync --rpc https://rpc1.example.com,https://rpc2.example.com --p2p.persistent_peers ID@host:26656",
		flags: []func(*pflag.FlagSet){startFlags, func(f *pflag.FlagSet) {
			f.StringSlice("rpc", nil, "RPC of two or more nodes of different operators")
		}},
		do: func(o options, _ []string) error { return r.syncNode(o) },
	})
}

func (r *run) syncNode(o options) error {
	urls := o.GetStringSlice("rpc")
	if len(urls) < minServers {
		return usage("--rpc needs %d nodes at least, separated by commas: one is checked by another", minServers)
	}
	home, info, err := genesisHome(o)
	if err != nil {
		return err
	}
	if height, err := node.StateHeight(home); err != nil {
		return fail(exitConfig, "%w", err)
	} else if height > 0 {
		return hint(fail(exitConfig, "this home has a state of height %d already", height), "Go on with: weft start")
	}
	fmt.Fprintf(r.err, "1/3 comparing %d nodes\n", len(urls))
	ctx, cancel := context.WithTimeout(r.ctx, trustPatience)
	trust, err := findTrust(ctx, info.ChainID, urls)
	cancel()
	if err != nil {
		return err
	}
	fmt.Fprintf(r.err, "2/3 they agree on block %d, %s\n3/3 asking peers for a snapshot; the log tells how it goes\n", trust.height, trust.hash)
	return r.runNode(o, trust)
}
