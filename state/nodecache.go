package state

import (
	"encoding/binary"
	"math"
	"slices"
)

// nodeOverhead is the estimate of what a cached node costs beside its bytes.
const nodeOverhead = 48

// nodeCache holds serialised tree nodes for the writer and the pruner, so that
// a block's inner nodes come from memory. It stores bytes in two large slices
// and an index without pointers, which the garbage collector need not walk:
// iavl's own cache of decoded nodes costs several times the memory and much of
// its gain in collection. When the young slice is full the old one is dropped.
//
// Nodes never change under their key, so entries are only ever right or gone.
// It is used under the store's lock.
type nodeCache struct {
	young, old nodeGeneration
	half       int64 // bound of a generation in bytes
}

type nodeGeneration struct {
	index map[nodeID]nodeSpan
	data  []byte
}

// nodeID is the tree's number and iavl's key of a node.
type nodeID struct {
	tree    uint16
	nonce   uint32
	version int64
}

type nodeSpan struct{ at, length uint32 }

func newNodeCache(maxBytes int64) *nodeCache {
	return &nodeCache{half: min(maxBytes/2, math.MaxUint32)}
}

// get returns a copy of a node, nil if it is not here: iavl keeps the slices
// of a node for many versions.
func (c *nodeCache) get(id nodeID) []byte {
	if s, ok := c.young.index[id]; ok {
		return slices.Clone(c.young.data[s.at : s.at+s.length])
	}
	if s, ok := c.old.index[id]; ok {
		node := slices.Clone(c.old.data[s.at : s.at+s.length])
		c.put(id, node)
		return node
	}
	return nil
}

// put copies a node. Large ones, with large values in them, are left out.
func (c *nodeCache) put(id nodeID, node []byte) {
	if int64(len(node)) > c.half/16 {
		return
	}
	if used := int64(len(c.young.data)) + int64(len(c.young.index))*nodeOverhead; used+int64(len(node)) > c.half {
		c.old, c.young = c.young, nodeGeneration{}
	}
	if c.young.index == nil {
		c.young.index = make(map[nodeID]nodeSpan, len(c.old.index))
	}
	c.young.index[id] = nodeSpan{uint32(len(c.young.data)), uint32(len(node))}
	c.young.data = append(c.young.data, node...)
}

// remove forgets a node.
func (c *nodeCache) remove(id nodeID) {
	delete(c.young.index, id)
	delete(c.old.index, id)
}

// clear forgets all nodes.
func (c *nodeCache) clear() { c.young, c.old = nodeGeneration{}, nodeGeneration{} }

// nodeKey splits iavl's key of a node, 's' version nonce.
func nodeKey(key []byte) (version int64, nonce uint32, ok bool) {
	if len(key) != 13 || key[0] != 's' {
		return 0, 0, false
	}
	return int64(binary.BigEndian.Uint64(key[1:9])), binary.BigEndian.Uint32(key[9:]), true
}
