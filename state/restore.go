package state

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cosmos/iavl"
)

// ErrSnapshot says that what was to be restored is not the state that was
// promised. The store is as it was: empty.
var ErrSnapshot = errors.New("this is not a snapshot of the state")

// restoreBytes is how much is gathered before it is written to disk.
const restoreBytes = 8 << 20

// Bounds of what is restored, beyond all that a state can hold.
const (
	maxRestoredKey   = 1 << 20
	maxRestoredValue = 256 << 20
	// maxRestoredTrees is how many trees may wait for a parent: no more than a
	// tree can be high, or whoever sends leaves without end would fill memory.
	maxRestoredTrees = 128
)

// Restorer fills an empty store with the trees of a height. It writes as it goes;
// until Finish nothing of that counts, and after a crash it is cleared away.
type Restorer struct {
	store  *Store
	height int64
	batch  *pebble.Batch
	next   int // position of the store that comes next
	rec    *record

	// Of the store at hand.
	name     string
	importer *iavl.Importer
	tree     *iavl.MutableTree
	nodes    *nodes
	stack    []restoredTree
	last     []byte // key of the latest leaf
	ended    bool
}

// restoredTree is a tree without a parent so far.
type restoredTree struct {
	height int8
	least  []byte // its first key
}

// Restore begins to fill the store, which must be empty, with the state after a
// height. Nobody may write to it meanwhile; end with Finish or Abort.
func (s *Store) Restore(height int64) (*Restorer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.ready(); err != nil {
		return nil, err
	}
	if last, _ := s.Version(); last != 0 || s.staged != nil {
		return nil, fmt.Errorf("state: restoring height %d: the state is at height %d, it must be empty", height, last)
	}
	if height < 1 || height > maxRestoredHeight {
		return nil, fmt.Errorf("state: restoring height %d: must be 1 to %d", height, int64(maxRestoredHeight))
	}
	if err := s.faults.guard(func() error { return s.db.Set([]byte(keyRestoring), nil, pebble.Sync) }); err != nil {
		return nil, err
	}
	s.restoring = true
	return &Restorer{store: s, height: height, batch: s.db.NewIndexedBatch(), rec: &record{Height: height}}, nil
}

// maxRestoredHeight bounds what iavl allocates for a height: 4 bytes each.
const maxRestoredHeight = 1 << 30

// Begin ends the store at hand and begins the one of that name. All stores must
// come, sorted.
func (r *Restorer) Begin(name string) error {
	if err := r.endStore(); err != nil {
		return err
	}
	stores := r.store.opts.Stores
	if r.next >= len(stores) || stores[r.next] != name {
		return fmt.Errorf("state: store %.60q comes where %q are left: %w", name, stores[min(r.next, len(stores)):], ErrSnapshot)
	}
	r.nodes = &nodes{
		prefix: storePrefix(prefixNodes, name),
		read:   func() pebble.Reader { return r.batch },
		batch:  func() *pebble.Batch { return r.batch },
		first:  func() int64 { return 0 },
		cache:  r.store.nodes, number: uint16(r.next),
	}
	r.tree = r.nodes.tree(writerCache)
	var err error
	if r.importer, err = r.tree.Import(r.height); err != nil {
		return fmt.Errorf("state: store %q: %w", name, err)
	}
	r.name, r.stack, r.last = name, r.stack[:0], nil
	r.next++
	return nil
}

// Add adds a node, in the order of Export.
func (r *Restorer) Add(n TreeNode) (err error) {
	defer recoverTo(&err)
	if r.importer == nil {
		return fmt.Errorf("state: a node before its store: %w", ErrSnapshot)
	}
	if n.Version < 1 || n.Version > r.height {
		return fmt.Errorf("state: store %q: a node of version %d at height %d: %w", r.name, n.Version, r.height, ErrSnapshot)
	}
	node := iavl.ExportNode{Version: n.Version, Height: n.Height}
	if n.Height == 0 {
		if node.Key, node.Value, err = r.leaf(n); err != nil {
			return err
		}
	} else if node.Key, err = r.inner(n); err != nil {
		return err
	}
	if err := errors.Join(r.importer.Add(&node), r.nodes.fault()); err != nil {
		return fmt.Errorf("state: store %q: %w", r.name, err)
	}
	if r.batch.Len() >= restoreBytes {
		return r.flush(pebble.NoSync)
	}
	return nil
}

// leaf checks a leaf and puts its value into the flat state.
func (r *Restorer) leaf(n TreeNode) (key, value []byte, err error) {
	if len(n.Key) > maxRestoredKey || len(n.Value) > maxRestoredValue {
		return nil, nil, fmt.Errorf("state: store %q: a key of %d and a value of %d bytes: %w", r.name, len(n.Key), len(n.Value), ErrSnapshot)
	}
	if len(r.stack) == maxRestoredTrees {
		return nil, nil, fmt.Errorf("state: store %q: %d trees without a parent: %w", r.name, len(r.stack), ErrSnapshot)
	}
	if r.last != nil && bytes.Compare(n.Key, r.last) <= 0 {
		return nil, nil, fmt.Errorf("state: store %q: key %X follows %X: %w", r.name, n.Key, r.last, ErrSnapshot)
	}
	key, value = slices.Clone(n.Key), append([]byte{}, n.Value...)
	if key == nil {
		key = []byte{}
	}
	r.last = key
	r.stack = append(r.stack, restoredTree{0, key})
	return key, value, r.batch.Set(flatKey(r.name, key), value, nil)
}

// inner joins the two latest trees. The key of an inner node is the first one
// of its right subtree.
func (r *Restorer) inner(n TreeNode) (key []byte, err error) {
	last := len(r.stack) - 1
	if last < 1 || n.Height < 1 || max(r.stack[last].height, r.stack[last-1].height)+1 != n.Height {
		return nil, fmt.Errorf("state: store %q: an inner node that fits no children: %w", r.name, ErrSnapshot)
	}
	key = r.stack[last].least
	r.stack = append(r.stack[:last-1], restoredTree{n.Height, r.stack[last-1].least})
	return key, nil
}

// endStore completes the tree at hand.
func (r *Restorer) endStore() (err error) {
	if r.importer == nil {
		return nil
	}
	defer recoverTo(&err)
	if len(r.stack) > 1 {
		return fmt.Errorf("state: store %q: %d trees instead of one: %w", r.name, len(r.stack), ErrSnapshot)
	}
	err = r.importer.Commit()
	r.importer = nil
	if err = errors.Join(err, r.nodes.fault()); err != nil {
		return fmt.Errorf("state: store %q: %w", r.name, err)
	}
	r.rec.Trees = append(r.rec.Trees, StoreHash{r.name, slices.Clone(r.tree.Hash())})
	return nil
}

// flush writes what was gathered.
func (r *Restorer) flush(opts *pebble.WriteOptions) error {
	batch := r.batch
	r.batch = r.store.db.NewIndexedBatch()
	return r.store.faults.guard(func() error { return errors.Join(r.store.db.Apply(batch, opts), batch.Close()) })
}

// Finish makes the state that was restored the state of the store, durably, if
// its app hash is the one that is expected. Otherwise the error is ErrSnapshot,
// and Abort must follow.
func (r *Restorer) Finish(appHash []byte) error {
	if err := r.endStore(); err != nil {
		return err
	}
	s := r.store
	if r.next != len(s.opts.Stores) {
		return fmt.Errorf("state: the stores %q are missing: %w", s.opts.Stores[r.next:], ErrSnapshot)
	}
	r.rec.AppHash = simpleRoot(r.rec.Trees)
	if !bytes.Equal(r.rec.AppHash, appHash) {
		return fmt.Errorf("state: the app hash is %X and should be %X: %w", r.rec.AppHash, appHash, ErrSnapshot)
	}
	h := head{r.height, r.height}
	err := errors.Join(
		r.batch.Set(recordKey(h.height), r.rec.encode(), nil),
		r.batch.Set([]byte(keyHead), h.encode(), nil),
		r.batch.Delete([]byte(keyRestoring), nil),
	)
	if err == nil {
		err = r.flush(pebble.Sync)
	}
	if err != nil {
		return err
	}
	r.ended = true
	s.mu.Lock()
	defer s.mu.Unlock()
	s.restoring, s.trees = false, nil
	return errors.Join(r.batch.Close(), s.load())
}

// Abort takes away all that was written. It does nothing after Finish.
func (r *Restorer) Abort() error {
	if r.ended {
		return nil
	}
	r.ended = true
	if r.importer != nil {
		r.importer.Close()
	}
	s := r.store
	s.mu.Lock()
	defer s.mu.Unlock()
	s.restoring = false
	s.nodes.clear()
	return errors.Join(r.batch.Close(), s.clear())
}

// clearUnfinished takes away what a restoration left that did not come to its end.
// A directory that lost its head in another way is not touched.
func (s *Store) clearUnfinished() error {
	mark, err := readKey(s.db, []byte(keyRestoring))
	if mark == nil || err != nil {
		return err
	}
	return s.clear()
}

// clear removes all that was restored, and the mark.
func (s *Store) clear() error {
	return s.faults.guard(func() error {
		batch := s.db.NewBatch()
		for _, part := range []byte{prefixFlat, prefixNodes, prefixRecord} {
			if err := batch.DeleteRange([]byte{part}, []byte{part + 1}, nil); err != nil {
				return err
			}
		}
		return errors.Join(batch.Delete([]byte(keyRestoring), nil), s.db.Apply(batch, pebble.Sync), batch.Close())
	})
}
