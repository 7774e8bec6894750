package abci

import (
	"errors"

	"github.com/cometbft/cometbft/abci/types"
	sm "github.com/cometbft/cometbft/state"
	"github.com/cometbft/cometbft/state/indexer"
	"github.com/cometbft/cometbft/state/txindex"
	cmttypes "github.com/cometbft/cometbft/types"
)

// Index is CometBFT's index and what it is made from.
type Index struct {
	Blocks      sm.BlockStore
	States      sm.Store
	Txs         txindex.TxIndexer
	BlockEvents indexer.BlockIndexer
}

// maxReindex bounds how many of the latest blocks Repair looks at.
const maxReindex = 1000

// Has reports whether a block is in the index. Its own events come first and
// its transactions after them in one batch, so the last of them tells.
func (x Index) Has(height int64) (bool, error) {
	if ok, err := x.BlockEvents.Has(height); !ok || err != nil {
		return false, err
	}
	meta := x.Blocks.LoadBlockMeta(height)
	if meta == nil || meta.NumTxs == 0 {
		return true, nil
	}
	block := x.Blocks.LoadBlock(height)
	if block == nil || len(block.Txs) == 0 {
		return true, nil
	}
	res, err := x.Txs.Get(block.Txs[len(block.Txs)-1].Hash())
	return res != nil, err
}

// Repair indexes the latest blocks that are not in the index. CometBFT indexes
// a block after all else of it is durable; a node that is killed in between
// never does, and its transactions could not be found. It returns how many
// blocks were missing.
func (x Index) Repair() (missing int, err error) {
	last := x.Blocks.Height()
	from := last + 1
	for ; from > max(x.Blocks.Base(), last-maxReindex, 1); from-- {
		ok, err := x.Has(from - 1)
		if err != nil {
			return 0, err
		}
		if ok {
			break
		}
	}
	for height := from; height <= last; height++ {
		if err := x.add(height); err != nil {
			return missing, err
		}
		missing++
	}
	return missing, nil
}

func (x Index) add(height int64) error {
	block := x.Blocks.LoadBlock(height)
	if block == nil {
		return nil
	}
	results, err := x.States.LoadFinalizeBlockResponse(height)
	if errors.Is(err, sm.ErrFinalizeBlockResponsesNotPersisted) {
		results, err = x.States.LoadLastFinalizeBlockResponse(height)
		if err != nil {
			return nil //nolint:nilerr // discarded, as config.toml wants it
		}
	}
	if err != nil {
		return err
	}
	batch := txindex.NewBatch(int64(len(block.Txs)))
	for i, tx := range block.Txs {
		if i >= len(results.TxResults) {
			break
		}
		if err := batch.Add(&types.TxResult{Height: height, Index: uint32(i), Tx: tx, Result: *results.TxResults[i]}); err != nil {
			return err
		}
	}
	if err := x.BlockEvents.Index(cmttypes.EventDataNewBlockEvents{Height: height, Events: results.Events, NumTxs: int64(len(block.Txs))}); err != nil {
		return err
	}
	return x.Txs.AddBatch(batch)
}
