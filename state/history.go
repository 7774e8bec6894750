package state

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cosmos/iavl"

	"github.com/weftchain/weft/chain"
)

// readerCache is the node cache, in nodes, of a tree that is opened to read.
const readerCache = 1000

// commit is a committed height that somebody reads: the record, a snapshot of
// the database and, once needed, tree objects of its own. Because it reads a
// snapshot, neither later blocks nor pruning can change what it sees. It
// counts its users and closes with the last.
type commit struct {
	store *Store
	rec   *record
	snap  *pebble.Snapshot
	flat  bool // was the last commit when the snapshot was taken: flat state fits
	refs  atomic.Int64

	mu    sync.Mutex
	trees []*reader // by store, as in rec; nil until needed
}

// reader is one store's tree at a commit's height.
type reader struct {
	nodes *nodes
	tree  *iavl.ImmutableTree
}

// newCommit takes over snap and returns the commit with one user.
func (s *Store) newCommit(rec *record, snap *pebble.Snapshot, flat bool) *commit {
	c := &commit{store: s, rec: rec, snap: snap, flat: flat, trees: make([]*reader, len(s.opts.Stores))}
	c.refs.Store(1)
	s.open.Add(1)
	return c
}

// acquire adds a user, unless the last one has gone.
func (c *commit) acquire() bool {
	for {
		n := c.refs.Load()
		if n == 0 {
			return false
		}
		if c.refs.CompareAndSwap(n, n+1) {
			return true
		}
	}
}

// release takes a user away and with the last one the snapshot. Leaving
// pebble's list of snapshots needs pebble's locks, which a goroutine that
// stopped in a fault may hold for ever: hence the guard. Its error is the fault
// that everybody else gets.
func (c *commit) release() {
	if c.refs.Add(-1) == 0 {
		_ = c.store.faults.guard(c.snap.Close)
		c.store.open.Add(-1)
	}
}

// use acquires the commit and checks the store's name.
func (c *commit) use(store string) error {
	if !c.store.has(store) {
		return fmt.Errorf("state: %q is no store", store)
	}
	if !c.acquire() {
		return fmt.Errorf("state: reading height %d: %w", c.rec.Height, ErrClosed)
	}
	return nil
}

// get returns a value as of this commit.
func (c *commit) get(store string, key []byte) ([]byte, error) {
	if err := c.use(store); err != nil {
		return nil, err
	}
	defer c.release()
	if c.flat {
		return c.flatGet(store, key)
	}
	r, err := c.tree(store)
	if err != nil {
		return nil, err
	}
	return r.get(key)
}

// iterate walks a range as of this commit, which stays open until the iterator
// is closed.
func (c *commit) iterate(store string, start, end []byte, reverse bool) (chain.Iterator, error) {
	if err := c.use(store); err != nil {
		return nil, err
	}
	it, err := c.iterator(store, start, end, reverse)
	if err != nil {
		c.release()
		return nil, err
	}
	return &commitIterator{Iterator: it, commit: c}, nil
}

func (c *commit) iterator(store string, start, end []byte, reverse bool) (chain.Iterator, error) {
	if c.flat {
		return c.flatIterate(store, start, end, reverse)
	}
	if end != nil && slices.Compare(start, end) >= 0 {
		return emptyIterator{}, nil
	}
	r, err := c.tree(store)
	if err != nil {
		return nil, err
	}
	if r.tree.Size() == 0 {
		return emptyIterator{}, nil
	}
	it, err := r.tree.Iterator(start, end, !reverse)
	if err = errors.Join(err, r.nodes.fault()); err != nil {
		return nil, err
	}
	return &treeIterator{it, r.nodes}, nil
}

// tree opens a store's tree at this height, once.
func (c *commit) tree(store string) (r *reader, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	i, _ := slices.BinarySearch(c.store.opts.Stores, store)
	if c.trees[i] != nil {
		return c.trees[i], nil
	}
	defer recoverTo(&err)
	n := &nodes{
		prefix: storePrefix(prefixNodes, store),
		read:   func() pebble.Reader { return c.snap },
		batch:  func() *pebble.Batch { return nil },
		first:  func() int64 { return 0 },
	}
	r = &reader{nodes: n}
	if r.tree, err = n.tree(readerCache).GetImmutable(c.rec.Height); err != nil {
		return nil, fmt.Errorf("state: store %q at height %d: %w", store, c.rec.Height, err)
	}
	c.trees[i] = r
	return r, nil
}

func (r *reader) get(key []byte) (value []byte, err error) {
	defer recoverTo(&err)
	value, err = r.tree.Get(key)
	return slices.Clone(value), errors.Join(err, r.nodes.fault())
}

// commitIterator keeps its commit open.
type commitIterator struct {
	chain.Iterator
	commit *commit
	closed bool
}

func (i *commitIterator) Close() error {
	if i.closed {
		return nil
	}
	i.closed = true
	defer i.commit.release()
	return i.Iterator.Close()
}

// treeIterator is iavl's iterator plus the errors that it drops.
type treeIterator struct {
	chain.Iterator
	nodes *nodes
}

func (i *treeIterator) Error() error { return errors.Join(i.Iterator.Error(), i.nodes.fault()) }

// keptRecord reads the record of a height, or says why there is none.
func keptRecord(snap *pebble.Snapshot, height int64) (*record, error) {
	h, err := readHead(snap)
	if err != nil {
		return nil, err
	}
	switch {
	case h == nil:
		return nil, fmt.Errorf("%w: height %d is not committed, nothing is yet", ErrNoVersion, height)
	case height > h.height:
		return nil, fmt.Errorf("%w: height %d is not committed, the last is %d", ErrNoVersion, height, h.height)
	case height < h.first:
		return nil, fmt.Errorf("%w: height %d is not kept, the oldest is %d", ErrNoVersion, height, h.first)
	}
	rec, err := readRecord(snap, height)
	if err == nil && rec == nil {
		err = fmt.Errorf("%w: no record of height %d, which is kept", ErrCorrupt, height)
	}
	return rec, err
}
