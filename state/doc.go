// Package state keeps what the chain knows: named stores of keys and values
// that are versioned by block height, provable, and written to disk in one
// atomic step per block.
//
// It knows four things and how they stay equal to each other:
//
//   - the flat state: the latest value of every key, from which all execution
//     reads (flat.go, cache.go);
//   - one IAVL tree per store, touched once per written key when a block ends,
//     for hashes, proofs and history (nodes.go, history.go);
//   - the record of a height: app hash and the root of every tree (record.go);
//   - branches: private overlays over a committed state, from which a block's
//     writes are taken (branch.go).
//
// A block goes through it in three steps. Branch gives execution a view of the
// last commit; Stage applies the branch's writes to the trees, sorted, and
// returns the app hash without persisting anything; Commit writes tree nodes,
// flat state, pruning and the record in one synced batch and then publishes
// the new view. A crash at any instruction leaves the old height or the new
// one, never something between.
//
// The app hash is the simple Merkle root over {store name: tree root} as the
// Cosmos multistore computes it (simple.go), so a key is proven by two ICS-23
// proofs; package state/proof verifies them without a store.
//
// Left to others: what keys and values mean, who may write them, gas, how many
// heights CometBFT keeps, snapshots. Every error of this package is a fault of
// this node and never a verdict on a transaction; the one exception is
// ErrNoVersion, the answer to a question about a height that is not kept.
package state
