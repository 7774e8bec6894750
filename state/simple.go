package state

import (
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
)

// The app hash is the root of a simple Merkle tree as the Cosmos multistore
// builds it over its stores, sorted by name:
//
//	leaf  = SHA-256(0x00 ‖ len(name) ‖ name ‖ 0x20 ‖ SHA-256(tree root))
//	inner = SHA-256(0x01 ‖ left ‖ right)
//
// where the left side of n leaves holds the largest power of two below n.
// ics23.TendermintSpec verifies paths in it.

var simpleInnerPrefix = []byte{1}

func simpleLeaf(t StoreHash) []byte {
	value := sha256.Sum256(t.Hash)
	b := binary.AppendUvarint([]byte{0}, uint64(len(t.Store)))
	b = append(b, t.Store...)
	b = appendBytes(b, value[:])
	sum := sha256.Sum256(b)
	return sum[:]
}

func simpleInner(left, right []byte) []byte {
	h := sha256.New()
	h.Write(simpleInnerPrefix)
	h.Write(left)
	h.Write(right)
	return h.Sum(nil)
}

// simpleRoot returns the root over at least one store.
func simpleRoot(trees []StoreHash) []byte {
	if len(trees) == 1 {
		return simpleLeaf(trees[0])
	}
	cut := simpleCut(len(trees))
	return simpleInner(simpleRoot(trees[:cut]), simpleRoot(trees[cut:]))
}

// simpleCut returns the largest power of two below n, for n of at least 2.
func simpleCut(n int) int { return 1 << (bits.Len(uint(n-1)) - 1) }

// simpleStep is one step of a path from a leaf to the root: the other child,
// and whether it stands to the left.
type simpleStep struct {
	sibling []byte
	left    bool
}

// simplePath returns the path of a leaf, from the leaf upwards.
func simplePath(trees []StoreHash, leaf int) []simpleStep {
	if len(trees) == 1 {
		return nil
	}
	cut := simpleCut(len(trees))
	if leaf < cut {
		return append(simplePath(trees[:cut], leaf), simpleStep{simpleRoot(trees[cut:]), false})
	}
	return append(simplePath(trees[cut:], leaf-cut), simpleStep{simpleRoot(trees[:cut]), true})
}
