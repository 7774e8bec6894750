package proof

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"

	ics23 "github.com/cosmos/ics23/go"
)

// childLength precedes each child hash in an IAVL node.
const childLength = sha256.Size

// checkLeaf checks what both trees have in common: SHA-256 throughout, the
// value hashed first, lengths in front, a bounded path.
func checkLeaf(e *ics23.ExistenceProof) error {
	leaf := e.Leaf
	switch {
	case leaf == nil:
		return refuse("a leaf without its hashing rule")
	case len(e.Key) == 0:
		return refuse("a leaf with an empty key")
	case leaf.Hash != ics23.HashOp_SHA256 || leaf.PrehashKey != ics23.HashOp_NO_HASH ||
		leaf.PrehashValue != ics23.HashOp_SHA256 || leaf.Length != ics23.LengthOp_VAR_PROTO:
		return refuse("a leaf with another hashing rule")
	case len(e.Path) > MaxDepth:
		return refuse("a path of %d steps, the limit is %d", len(e.Path), MaxDepth)
	}
	for _, step := range e.Path {
		if step == nil || step.Hash != ics23.HashOp_SHA256 {
			return refuse("a step with another hash")
		}
	}
	return nil
}

// appendLength appends a length as protobuf writes it.
func appendLength(b []byte, length int) []byte { return binary.AppendUvarint(b, uint64(length)) }

// checkSimple checks that e has the shape of a path in the simple Merkle tree:
// a leaf begins with 0, an inner node is 1, left child, right child.
func checkSimple(e *ics23.ExistenceProof) error {
	if err := checkLeaf(e); err != nil {
		return err
	}
	if len(e.Value) != sha256.Size {
		return refuse("a tree root of %d bytes", len(e.Value))
	}
	if !bytes.Equal(e.Leaf.Prefix, []byte{0}) {
		return refuse("a store's leaf with prefix %X", e.Leaf.Prefix)
	}
	for _, step := range e.Path {
		left := len(step.Prefix) == 1 && len(step.Suffix) == sha256.Size
		right := len(step.Prefix) == 1+sha256.Size && len(step.Suffix) == 0
		if !left && !right || step.Prefix[0] != 1 {
			return refuse("a store's step of another shape")
		}
	}
	return nil
}

// checkIAVL checks that e has the shape of a path in an IAVL tree. A leaf is
// height 0, size 1, version; an inner node is height, size, version and two
// children with their lengths; towards the root height and size grow.
func checkIAVL(e *ics23.ExistenceProof) error {
	if err := checkLeaf(e); err != nil {
		return err
	}
	below, rest, ok := readNode(e.Leaf.Prefix)
	if !ok || len(rest) > 0 || below.height != 0 || below.size != 1 {
		return refuse("an IAVL leaf with prefix %X", e.Leaf.Prefix)
	}
	for _, step := range e.Path {
		node, rest, ok := readNode(step.Prefix)
		if !ok || node.height <= below.height || node.size <= below.size {
			return refuse("an IAVL node with prefix %X", step.Prefix)
		}
		left := len(rest) == 1 && rest[0] == childLength &&
			len(step.Suffix) == 1+childLength && step.Suffix[0] == childLength
		right := len(rest) == 1+childLength+1 && rest[0] == childLength && rest[1+childLength] == childLength &&
			len(step.Suffix) == 0
		if !left && !right {
			return refuse("an IAVL node of another shape")
		}
		below = node
	}
	return nil
}

// checkNeighbours checks the shapes in an absence proof. Two neighbours need a
// common ancestor, so neither can be the root.
func checkNeighbours(n *ics23.NonExistenceProof) error {
	for _, e := range []*ics23.ExistenceProof{n.Left, n.Right} {
		if e == nil {
			continue
		}
		if err := checkIAVL(e); err != nil {
			return err
		}
	}
	if n.Left != nil && n.Right != nil && (len(n.Left.Path) == 0 || len(n.Right.Path) == 0) {
		return refuse("two neighbours of which one is the whole tree")
	}
	return nil
}

// node is the head of an IAVL node.
type node struct{ height, size, version int64 }

// readNode reads a node's head from a prefix and returns what follows. Numbers
// must be in their shortest form and in the range of a real tree.
func readNode(prefix []byte) (n node, rest []byte, ok bool) {
	rest = prefix
	for _, field := range []*int64{&n.height, &n.size, &n.version} {
		v, length := binary.Varint(rest)
		if length <= 0 || len(binary.AppendVarint(nil, v)) != length {
			return n, nil, false
		}
		*field, rest = v, rest[length:]
	}
	return n, rest, n.height >= 0 && n.height <= MaxDepth && n.size >= 1 && n.version >= 1
}
