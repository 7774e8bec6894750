package node

import (
	"time"

	rpccore "github.com/cometbft/cometbft/rpc/core"
	"github.com/cometbft/cometbft/state/txindex/null"

	"github.com/weftchain/weft/abci"
)

// reindexPatience is how long CometBFT may take to index the blocks that it has
// executed again when it started.
const reindexPatience = time.Second

// repairIndex indexes what CometBFT did not get to before it was killed. It
// runs before blocks come: two writers would count the same numbers. What cannot
// be repaired does not keep the node from running.
func (n *running) repairIndex(env *rpccore.Environment) {
	if _, off := env.TxIndexer.(*null.TxIndex); off || env.TxIndexer == nil {
		return
	}
	x := abci.Index{Blocks: env.BlockStore, States: env.StateStore, Txs: env.TxIndexer, BlockEvents: env.BlockIndexer}
	last := env.BlockStore.Height()
	if last == 0 {
		return
	}
	for deadline := time.Now().Add(reindexPatience); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if ok, err := x.Has(last); ok && err == nil {
			return
		}
	}
	missing, err := x.Repair()
	if missing > 0 {
		n.log.Info("blocks were not in the index of transactions: they are now", "blocks", missing)
	}
	n.report("the index of transactions has a gap", err)
}
