package state

import (
	"errors"
	"fmt"
	"math"
	"sync/atomic"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cosmos/iavl"
	idb "github.com/cosmos/iavl/db"

	"github.com/weftchain/weft/chain"
)

// writerCache is iavl's own node cache, in nodes, of the writer's trees. It is
// small because nodeCache serves them, and because it counts nodes and not
// bytes, so that large values would have no bound.
const writerCache = 200

// nodes is the database as one IAVL tree sees it: a key range of its own, from
// which the writer reads through the shared batch and to which it writes only
// by appending to that batch. So nothing a tree does is on disk before Commit,
// and all trees arrive there together.
//
// Iavl drops some read errors: its iterators just end, and pruning would then
// take live nodes for orphans. So nodes remembers the first error, and every
// user asks fault before it believes a result.
type nodes struct {
	prefix []byte
	read   func() pebble.Reader
	batch  func() *pebble.Batch // nil for readers
	first  func() int64         // lowest kept version
	cache  *nodeCache           // nil for readers
	number uint16               // of the tree, in the cache
	failed atomic.Pointer[error]
}

// newTree makes the writer's tree of a store; it is not loaded yet.
func (s *Store) newTree(number int, name string) *tree {
	n := &nodes{
		prefix: storePrefix(prefixNodes, name),
		batch:  func() *pebble.Batch { return s.batch },
		first:  func() int64 { return s.first },
		cache:  s.nodes,
		number: uint16(number),
		read: func() pebble.Reader {
			if s.batch != nil {
				return s.batch
			}
			return s.db
		},
	}
	return &tree{name: name, nodes: n, iavl: n.tree(writerCache)}
}

// tree makes an iavl tree over the nodes. Its own batch must never flush by
// itself, its own index of latest values would be a second flat state.
func (n *nodes) tree(cached int) *iavl.MutableTree {
	return iavl.NewMutableTree(n, cached, true, iavl.NewNopLogger(),
		iavl.SyncOption(false), iavl.AsyncPruningOption(false), iavl.FlushThresholdOption(math.MaxInt))
}

// fault returns the first error that a read or write met.
func (n *nodes) fault() error {
	if err := n.failed.Load(); err != nil {
		return *err
	}
	return nil
}

func (n *nodes) fail(err error) error {
	if err != nil {
		n.failed.CompareAndSwap(nil, &err)
	}
	return err
}

// key puts a node's key into the tree's range.
func (n *nodes) key(key []byte) []byte {
	return append(n.prefix[:len(n.prefix):len(n.prefix)], key...)
}

// Get returns a copy: iavl decodes nodes in place and keeps their slices for
// many versions. Only a root (nonce 1, renamed to 0 by pruning) may be absent;
// any other node that is asked for is referred to by another.
func (n *nodes) Get(key []byte) ([]byte, error) {
	version, nonce, ok := nodeKey(key)
	id := nodeID{n.number, nonce, version}
	if ok && n.cache != nil {
		if node := n.cache.get(id); node != nil {
			return node, nil
		}
	}
	value, err := readKey(n.read(), n.key(key))
	switch {
	case err != nil || !ok:
	case value == nil && nonce != 1:
		err = fmt.Errorf("%w: node %d of version %d is missing", ErrCorrupt, nonce, version)
	case len(value) > 0 && n.cache != nil:
		n.cache.put(id, value)
	}
	return value, n.fail(err)
}

// Has answers which versions exist. The root of a pruned version can live on
// as a node of a later one, which iavl would take for a version: the kept
// range decides.
func (n *nodes) Has(key []byte) (bool, error) {
	if version, nonce, ok := nodeKey(key); ok && nonce == 1 && version < n.first() {
		return false, nil
	}
	value, err := readKey(n.read(), n.key(key))
	return value != nil, n.fail(err)
}

// Iterator walks the tree's range upwards.
func (n *nodes) Iterator(start, end []byte) (idb.Iterator, error) {
	return n.iterate(start, end, false)
}

// ReverseIterator walks it downwards.
func (n *nodes) ReverseIterator(start, end []byte) (idb.Iterator, error) {
	return n.iterate(start, end, true)
}

func (n *nodes) iterate(start, end []byte, reverse bool) (idb.Iterator, error) {
	it, err := newDiskIterator(n.read(), n.prefix, start, end, reverse)
	if err != nil {
		return nil, n.fail(err)
	}
	return &nodeIterator{Iterator: it, nodes: n, start: start, end: end}, nil
}

// Close does nothing: the store closes the database.
func (n *nodes) Close() error { return nil }

// NewBatch returns a window on the store's shared batch.
func (n *nodes) NewBatch() idb.Batch { return nodeBatch{n} }

// NewBatchWithSize returns the same; the size is a hint.
func (n *nodes) NewBatchWithSize(int) idb.Batch { return nodeBatch{n} }

// nodeIterator adds to a disk iterator what iavl's interface wants more.
type nodeIterator struct {
	chain.Iterator
	nodes      *nodes
	start, end []byte
}

// Domain returns the bounds that were asked for.
func (i *nodeIterator) Domain() (start, end []byte) { return i.start, i.end }

// Valid also notes why the walk ended.
func (i *nodeIterator) Valid() bool {
	ok := i.Iterator.Valid()
	if !ok {
		_ = i.nodes.fail(i.Error())
	}
	return ok
}

// nodeBatch appends to the store's batch. Write does nothing: Commit writes.
type nodeBatch struct{ nodes *nodes }

var errNoBatch = errors.New("a tree writes outside of a commit")

// Set appends a node.
func (b nodeBatch) Set(key, value []byte) error {
	batch := b.nodes.batch()
	if batch == nil {
		return b.nodes.fail(errNoBatch)
	}
	if version, nonce, ok := nodeKey(key); ok && len(value) > 0 {
		b.nodes.cache.put(nodeID{b.nodes.number, nonce, version}, value)
	}
	return b.nodes.fail(batch.Set(b.nodes.key(key), value, nil))
}

// Delete appends the removal of a node.
func (b nodeBatch) Delete(key []byte) error {
	batch := b.nodes.batch()
	if batch == nil {
		return b.nodes.fail(errNoBatch)
	}
	if version, nonce, ok := nodeKey(key); ok {
		b.nodes.cache.remove(nodeID{b.nodes.number, nonce, version})
	}
	return b.nodes.fail(batch.Delete(b.nodes.key(key), nil))
}

// Write leaves the shared batch as it is.
func (nodeBatch) Write() error { return nil }

// WriteSync leaves the shared batch as it is.
func (nodeBatch) WriteSync() error { return nil }

// Close leaves the shared batch as it is.
func (nodeBatch) Close() error { return nil }

// GetByteSize reports nothing, so that iavl never flushes midway.
func (nodeBatch) GetByteSize() (int, error) { return 0, nil }
