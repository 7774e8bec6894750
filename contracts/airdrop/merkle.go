package airdrop

import "github.com/weftchain/weft/contracts/sdk"

// A leaf is the hash of a zero byte, the address, a space and the digits of the
// amount; a node that of a one byte and the two hashes below it, the lower one
// first, so that a proof needs no left and right.
//
// The first byte says which of the two was hashed. Without it a node could be
// shown as a leaf (or a leaf as a node) if somebody found texts that are both.
// The space ends the address, so no digit of the amount can belong to it. A proof
// is good for one tree only, and so for the stages that have its root.

// Hash is a hash of the tree.
type Hash = [32]byte

var (
	leafMark = []byte{0}
	nodeMark = []byte{1}
	space    = []byte{' '}
)

// Leaf returns the leaf for an address and its amount.
func Leaf(address string, amount sdk.Uint128) Hash {
	return sdk.SHA256(leafMark, []byte(address), space, []byte(amount.String()))
}

// Node returns the node above two hashes, in whatever order they come.
func Node(a, b Hash) Hash {
	if string(b[:]) < string(a[:]) {
		a, b = b, a
	}
	return sdk.SHA256(nodeMark, a[:], b[:])
}

// maxProof bounds a proof: a tree of this height has four thousand million leaves.
const maxProof = 32

// proves reports whether a leaf is in the tree with a root.
func proves(root string, leaf Hash, proof []string) (bool, error) {
	if len(proof) > maxProof {
		return false, ErrProofForm
	}
	for _, text := range proof {
		other, ok := parseHash(text)
		if !ok {
			return false, ErrProofForm
		}
		leaf = Node(leaf, other)
	}
	return sdk.Hex(leaf[:]) == root, nil
}

func parseHash(text string) (h Hash, ok bool) {
	if len(text) != 2*len(h) {
		return h, false
	}
	_, ok = sdk.AppendParsedHex(h[:0], text)
	return h, ok
}
