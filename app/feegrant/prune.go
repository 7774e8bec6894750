package feegrant

import (
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
)

// How many allowances are pruned at most: by one message, and at the end of a
// block. What is left over waits for the next; it pays for nothing.
const (
	pruneMessage = 75
	pruneBlock   = 200
)

// EndBlock deletes allowances that have ended, at most 200. The error is a
// fault.
func (m *Feegrant) EndBlock(env *chain.Env) error { return prune(env, pruneBlock) }

// prune deletes the allowances that ended first, up to and including the time
// of the block. The reference deletes each allowance while it walks the queue,
// and the entries of the queue afterwards.
func prune(env *chain.Env, limit int) error {
	keys, err := ended(env, limit)
	if err != nil {
		return err
	}
	store := env.Store(layout.Feegrant)
	for _, key := range keys {
		if err := store.Delete(key); err != nil {
			return err
		}
	}
	return nil
}

// ended deletes allowances and returns their keys in the queue.
func ended(env *chain.Env, limit int) (keys [][]byte, err error) {
	store := env.Store(layout.Feegrant)
	until := chain.PrefixEnd(layout.FeeAllowanceEnds(env.Block.Time))
	it, err := store.Iterate(layout.FeeAllowanceEndPrefix, until, false)
	if err != nil {
		return nil, err
	}
	for it.Valid() && err == nil {
		key := append([]byte(nil), it.Key()...)
		var grantee, granter chain.Address
		if grantee, granter, err = layout.ParseFeeAllowanceEnd(key); err != nil {
			break // a fault: the state is broken
		}
		if err = store.Delete(layout.FeeAllowance(grantee, granter)); err != nil {
			break
		}
		keys = append(keys, key)
		if len(keys) == limit {
			break
		}
		err = it.Next()
	}
	if closed := it.Close(); err == nil {
		err = closed
	}
	return keys, err
}
