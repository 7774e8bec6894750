package app

import (
	"crypto/sha256"

	"github.com/weftchain/weft/chain"
)

// simulatedIndex stands in for a transaction's place in its block: larger than
// most, for contracts read and write it.
const simulatedIndex = 99_999

// Simulate walks the whole way of a transaction over the last commit and drops
// what it did. What is not there yet (signatures, keys, the fee) is reckoned
// with as it will be, at its dearest, so that who takes the gas that was used
// for his limit has enough; sequences must be right. The result's GasWanted is
// the limit that simulations have. The error is chain.ErrInvalidHeight before
// the first block, else a fault.
func (a *App) Simulate(raw []byte) (chain.Result, error) { return a.simulate(raw, nil) }

// simulate is Simulate that somebody may watch.
func (a *App) simulate(raw []byte, o chain.Observer) (chain.Result, error) {
	view, err := a.viewAt(0)
	if err != nil {
		return chain.Result{}, err
	}
	defer view.Close()
	block, err := a.queryBlock(view.Height(), view.Branch())
	if err != nil {
		return chain.Result{}, err
	}
	block.Block.Height++ // it would be in the next block
	block.Calls.Observer = o
	t, err := a.decode(raw, block.Block.Params)
	if err != nil {
		return outcome(block.Begin(nil, 0), nil, nil, err)
	}
	limit := block.Block.Params.SimulationGasLimit
	if most := block.Block.Params.MaxBlockGas; most > 0 {
		limit = min(limit, most) // no block could hold more
	}
	env := block.Begin(&chain.Tx{Index: simulatedIndex, Hash: sha256.Sum256(raw), Simulated: true}, limit)
	if m, ok := a.unpaidIn(t); ok {
		return a.deliverUnpaid(env, m)
	}
	responses, err := a.run(env, t, believes{})
	res, err := outcome(env, t, responses, err)
	res.GasWanted = env.Gas.Limit()
	return res, err
}
