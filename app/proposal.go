package app

import (
	"github.com/weftchain/weft/chain"
)

// maxVarint is the most bytes that a length takes in a block's encoding.
const maxVarint = 10

// Prepare chooses which of the waiting transactions go into this node's
// proposal: on a chain with lottery the best tickets first, then the others in
// their order, as many as fit into maxBytes (each costs its length, a tag and a
// varint in the block) and into the block's gas.
func (a *App) Prepare(txs [][]byte, maxBytes int64) ([][]byte, error) {
	params, err := a.currentParams()
	if err != nil {
		return nil, err
	}
	chosen, txs, err := a.prepareLane(txs, maxBytes)
	if err != nil {
		return nil, err
	}
	var bytes int64
	for _, raw := range chosen {
		bytes += int64(len(raw)) + 1 + maxVarint
	}
	budget := gasBudget{limit: params.MaxBlockGas}
	for _, raw := range txs {
		cost := int64(len(raw)) + 1 + maxVarint
		if uint64(len(raw)) > params.MaxTxBytes { // this node's own Process would refuse it
			continue
		}
		if bytes+cost > maxBytes || !budget.take(raw, params) {
			continue
		}
		bytes += cost
		chosen = append(chosen, raw)
	}
	return chosen, nil
}

// Process judges another node's proposal by pure rules only: no transaction
// above the size limit, the gas limits fit into the block, and tickets stand
// where they belong and are what they claim. Other transactions
// that fail are no reason to refuse; they fail when the block is executed.
func (a *App) Process(txs [][]byte) (bool, error) {
	params, err := a.currentParams()
	if err != nil {
		return false, err
	}
	budget := gasBudget{limit: params.MaxBlockGas}
	for _, raw := range txs {
		if uint64(len(raw)) > params.MaxTxBytes || !budget.take(raw, params) {
			return false, nil
		}
	}
	return a.processLane(txs)
}

// currentParams are the parameters that the next block runs under.
func (a *App) currentParams() (chain.Params, error) {
	a.checking.Lock()
	defer a.checking.Unlock()
	if err := a.ensureCheck(); err != nil {
		return chain.Params{}, err
	}
	return a.check.Block.Params, nil
}

// gasBudget is what is left of a block's gas.
type gasBudget struct{ limit, used uint64 }

// take books the gas of a transaction. One that cannot be decoded will use
// none; one that asks for more than a whole block will be refused, using none.
func (b *gasBudget) take(raw []byte, params chain.Params) bool {
	if b.limit == 0 {
		return true
	}
	t, err := decode(raw, params)
	if err != nil || t.GasLimit() > b.limit {
		return true
	}
	if b.used+t.GasLimit() > b.limit {
		return false
	}
	b.used += t.GasLimit()
	return true
}
