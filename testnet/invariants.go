package testnet

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/weftchain/weft/client"
)

// clockSlack is how far the time of a block may be outside of that of the run.
const clockSlack = time.Minute

// invariants checks what holds for every manifest:
//
//   - at each height all nodes have the same block and the same app hash;
//   - these are the app hashes of which nodes told while the faults went on: nothing
//     that was once committed is lost or another;
//   - no transaction is in two blocks;
//   - every transaction that a node took is in a block, unless that node was killed
//     afterwards: its mempool is in memory;
//   - the supply is what it was, but for what the events of blocks say was made or
//     burned: a slash burns, of one who signs twice as of one who is away for long;
//   - the times of blocks grow, and lie within those of the run: a clock that is wrong
//     moves nobody else.
func (r *Runner) invariants(ctx context.Context, l *load, supply string) (Outcome, error) {
	var out Outcome
	layout := r.s.Layout()
	nodes := r.nodes()
	var clients []*client.Client
	first := map[*client.Client]int64{} // lowest block
	top := highest(r.heights(ctx))
	for _, n := range nodes {
		c, err := dial(n.URL())
		if err != nil {
			return out, err
		}
		st, err := c.Status(ctx)
		if err != nil {
			return out, fmt.Errorf("%s: %w", n.Name, err)
		}
		top = min(top, st.SyncInfo.LatestBlockHeight)
		clients = append(clients, c)
		first[c] = st.SyncInfo.EarliestBlockHeight
	}
	if out.Blocks = top; top <= r.told {
		return out, fmt.Errorf("height %d was told of, the nodes have %d", r.told, top)
	}
	full := slices.MinFunc(clients, func(a, b *client.Client) int { return cmp.Compare(first[a], first[b]) }) // has all blocks
	included := map[string]int64{}
	book := ledger{denom: layout.Denom}
	last := r.began.Add(-clockSlack)
	for h := int64(1); h <= top; h++ {
		if err := sameBlock(ctx, nodes, clients, first, h, r.seen[h]); err != nil {
			return out, err
		}
		block, err := full.RPC().Block(ctx, &h)
		if err != nil {
			return out, fmt.Errorf("block %d: %w", h, err)
		}
		if now := block.Block.Time; !now.After(last) || now.After(time.Now().Add(clockSlack)) {
			return out, fmt.Errorf("block %d has the time %s, the one before %s, and it is %s now", h, now, last, time.Now().UTC())
		}
		last = block.Block.Time
		if h > 1 { // supply is that after block 1
			if err := book.block(ctx, full, h); err != nil {
				return out, err
			}
		}
		for _, raw := range block.Block.Txs {
			hash := client.Hash(raw)
			if before, twice := included[hash]; twice {
				return out, fmt.Errorf("transaction %s is in block %d and in block %d", hash, before, h)
			}
			included[hash] = h
		}
	}
	if err := r.allIncluded(l, included, &out); err != nil {
		return out, err
	}
	due, err := book.check(ctx, nodes, clients, top, supply)
	out.Supply = due
	return out, err
}

// sameBlock compares block and app hash of all nodes that have the height. told is
// the app hash in that block of which one of them told earlier, or "".
func sameBlock(ctx context.Context, nodes []Node, clients []*client.Client, first map[*client.Client]int64, height int64, told string) error {
	var block, app, name string
	for i, c := range clients {
		if height < first[c] {
			continue // it began with a snapshot
		}
		header, err := c.Header(ctx, height)
		if err != nil {
			return fmt.Errorf("%s, block %d: %w", nodes[i].Name, height, err)
		}
		hash := header.Hash().String()
		if name == "" {
			block, app, name = hash, header.AppHash.String(), nodes[i].Name
		}
		if told != "" && told != app {
			return fmt.Errorf("block %d has app hash %s, a node had told of %s", height, app, told)
		}
		if hash != block || header.AppHash.String() != app {
			return fmt.Errorf("height %d: %s has block %s after app hash %s, %s has %s after %s",
				height, name, block, app, nodes[i].Name, hash, header.AppHash)
		}
	}
	return nil
}

// allIncluded counts what became of the load.
func (r *Runner) allIncluded(l *load, included map[string]int64, out *Outcome) error {
	killed := map[string]bool{}
	for _, st := range r.s.states() {
		killed[st.Name] = st.Starts > 1 || r.swapped || r.lost[st.Name]
	}
	for hash, node := range l.taken() { //weft:sorted they are counted
		out.Sent++
		switch {
		case included[hash] > 0:
			out.Included++
		case killed[node]:
			out.Lost++
		default:
			return fmt.Errorf("%s took transaction %s and was never ended, yet no block has it", node, hash)
		}
	}
	return nil
}
