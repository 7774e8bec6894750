package proof

import (
	"bytes"
	"crypto/sha256"

	ics23 "github.com/cosmos/ics23/go"
)

// Entry is a key of a store and its value, which may be empty.
type Entry struct{ Key, Value []byte }

// VerifyAbsence returns nil if ops prove that store has no value at key under
// appHash. Hash, store and key must not be empty.
func VerifyAbsence(appHash []byte, store string, key []byte, ops []Op) error {
	_, _, err := VerifyGap(appHash, store, key, ops)
	return err
}

// VerifyGap is VerifyAbsence and returns the entries to the left and to the
// right of key, nil where the store ends: between them the store has nothing.
// Gap by gap, a list is proven to be complete.
func VerifyGap(appHash []byte, store string, key []byte, ops []Op) (left, right *Entry, err error) {
	defer recoverTo(&err)
	root, inTree, err := open(appHash, store, key, ops)
	if err != nil {
		return nil, nil, err
	}
	absent := inTree.GetNonexist()
	if absent == nil {
		return nil, nil, refuse("the first step is no absence proof")
	}
	if !bytes.Equal(absent.Key, key) {
		return nil, nil, refuse("the first step is about another key")
	}
	if absent.Left == nil && absent.Right == nil {
		if !bytes.Equal(root, emptyTree[:]) {
			return nil, nil, refuse("no neighbours are shown and store %q is not empty", store)
		}
		return nil, nil, nil
	}
	if err := checkNeighbours(absent); err != nil {
		return nil, nil, err
	}
	if err := verifyNeighbours(store, root, absent); err != nil {
		return nil, nil, err
	}
	return entry(absent.Left), entry(absent.Right), nil
}

func entry(e *ics23.ExistenceProof) *Entry {
	if e == nil {
		return nil
	}
	return &Entry{Key: e.Key, Value: e.Value}
}

// verifyNeighbours does what ics23's NonExistenceProof.Verify does, for
// neighbours with an empty value too: ics23 cannot hash these, and the stores of
// Cosmos chains are full of them (indexes). What the value of a neighbour is
// does not matter to the gap beside it. At least one neighbour is there.
func verifyNeighbours(store string, root []byte, n *ics23.NonExistenceProof) error {
	for _, e := range []*ics23.ExistenceProof{n.Left, n.Right} {
		if e == nil {
			continue
		}
		if err := verifyEntry(root, e); err != nil {
			return refuse("a neighbour in store %q: %v", store, err)
		}
	}
	inner := ics23.IavlSpec.InnerSpec
	switch {
	case n.Left != nil && bytes.Compare(n.Left.Key, n.Key) >= 0:
		return refuse("the left neighbour is not left of the key")
	case n.Right != nil && bytes.Compare(n.Right.Key, n.Key) <= 0:
		return refuse("the right neighbour is not right of the key")
	case n.Left == nil && !ics23.IsLeftMost(inner, n.Right.Path):
		return refuse("no left neighbour is shown and the right one is not the first entry")
	case n.Right == nil && !ics23.IsRightMost(inner, n.Left.Path):
		return refuse("no right neighbour is shown and the left one is not the last entry")
	case n.Left != nil && n.Right != nil && !ics23.IsLeftNeighbor(inner, n.Left.Path, n.Right.Path):
		return refuse("the neighbours are not next to each other")
	}
	return nil
}

// verifyEntry verifies that an entry is in the tree with that root. Its shape
// was checked before.
func verifyEntry(root []byte, e *ics23.ExistenceProof) error {
	if len(e.Value) > 0 {
		return e.Verify(ics23.IavlSpec, root, e.Key, e.Value)
	}
	hash := emptyLeaf(e)
	for _, step := range e.Path {
		above, err := step.Apply(hash)
		if err != nil {
			return err
		}
		hash = above
	}
	if !bytes.Equal(hash, root) {
		return refuse("it is not in the tree")
	}
	return nil
}

// emptyLeaf is the hash of a leaf without a value, as IAVL has it: the prefix,
// the key with its length, the hash of the value with its length.
func emptyLeaf(e *ics23.ExistenceProof) []byte {
	value := sha256.Sum256(nil)
	leaf := appendLength(bytes.Clone(e.Leaf.Prefix), len(e.Key))
	leaf = append(leaf, e.Key...)
	leaf = append(appendLength(leaf, len(value)), value[:]...)
	hash := sha256.Sum256(leaf)
	return hash[:]
}
