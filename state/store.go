package state

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cosmos/iavl"

	"github.com/weftchain/weft/chain"
)

// Bounds and defaults of Options.
const (
	// DefaultCacheBytes is used when Options.CacheBytes is 0.
	DefaultCacheBytes = 256 << 20
	// MinKeep is the smallest history: the last commit and the one before it,
	// which light/rpc needs because the app hash of H is in header H+1.
	MinKeep = 2
	// maxStoreName bounds a store name, which is part of every key on disk.
	maxStoreName = 255
	// maxStores bounds their number: each has a tree and a root in every record.
	maxStores = 1000
)

var (
	// ErrClosed says that the store, or the view that was read, is closed. A
	// branch for execution ends with the next commit.
	ErrClosed = errors.New("state is closed")
	// ErrLocked says that another store, here or in another process, has the
	// directory open.
	ErrLocked = errors.New("the state directory is in use by another process")
	// ErrCorrupt says that what is on disk contradicts itself. The node must
	// not run on it; restore it from a snapshot or from its peers.
	ErrCorrupt = errors.New("state is corrupt")
	// ErrNoVersion says that a height is not kept: pruned or not yet committed.
	ErrNoVersion = errors.New("no state at this height")
)

// Options says how a store is opened. Only Stores is required.
type Options struct {
	// Stores are the store names, each 1 to 255 bytes, in any order. They are
	// part of the app hash; a directory opens only with the names that it was
	// made with.
	Stores []string
	// Keep is how many of the latest heights stay readable and provable; 0
	// keeps all, otherwise at least MinKeep.
	Keep int64
	// PruneEvery is how many heights beyond Keep wait until they are removed, which
	// takes less work together; 0 is 1.
	PruneEvery int64
	// CacheBytes bounds the memory for caches: half of it block cache of the
	// database, a quarter latest values, a quarter tree nodes (a million keys
	// have about 300 MB of them). 0 is DefaultCacheBytes. Only speed depends
	// on it.
	CacheBytes int64
	// FS replaces the file system, for tests. Nil is the disk, or memory when
	// the directory is "".
	FS vfs.FS
}

// Store is the state of a node. Branch, Latest, At, Hashes and Version may be
// called from any goroutine at any time; Stage and Commit exclude each other.
type Store struct {
	opts   Options
	dir    string
	db     *pebble.DB
	cache  *readCache
	faults faults
	disk   *disk

	mu      sync.Mutex // guards what follows: Stage, Commit, Close
	trees   []*tree    // sorted by name
	nodes   *nodeCache // of all trees
	batch   *pebble.Batch
	staged  *stage
	first   int64 // lowest kept height, 0 when empty
	pruning bool  // heights wait to be removed, and PruneEvery was reached
	closed  bool
	// restoring is set while a Restorer fills the store.
	restoring bool

	latest atomic.Pointer[commit]
	open   atomic.Int64 // commits that somebody still reads
}

// tree is one store's IAVL tree as the writer sees it.
type tree struct {
	name   string
	nodes  *nodes
	iavl   *iavl.MutableTree
	pruner *pruner // nil until needed
}

// Open opens the state in dir, which it makes if needed, or an empty state in
// memory if dir is "". It refuses a directory that is locked, was made for
// other stores, or whose trees are not what its record says.
func Open(dir string, opts Options) (*Store, error) {
	opts, err := opts.complete(dir)
	if err != nil {
		return nil, fmt.Errorf("state: %w", err)
	}
	s := &Store{opts: opts, dir: dir, cache: newReadCache(opts.CacheBytes / 4), nodes: newNodeCache(opts.CacheBytes / 4)}
	if s.db, err = s.openDB(); err != nil {
		return nil, fmt.Errorf("state: opening %q: %w", dir, err)
	}
	if err := s.load(); err != nil {
		return nil, errors.Join(fmt.Errorf("state: opening %q: %w", dir, err), s.closeDB())
	}
	return s, nil
}

// complete fills in defaults and refuses what cannot work.
func (o Options) complete(dir string) (Options, error) {
	o.Stores = slices.Clone(o.Stores)
	slices.Sort(o.Stores)
	if len(o.Stores) == 0 {
		return o, errors.New("no stores are named")
	}
	for i, name := range o.Stores {
		if name == "" || len(name) > maxStoreName {
			return o, fmt.Errorf("store name %q: want 1 to %d bytes", name, maxStoreName)
		}
		if i > 0 && o.Stores[i-1] == name {
			return o, fmt.Errorf("store %q is named twice", name)
		}
	}
	if o.Keep < 0 || o.Keep == 1 {
		return o, fmt.Errorf("keep %d heights: want 0 (all) or at least %d", o.Keep, MinKeep)
	}
	if len(o.Stores) > maxStores {
		return o, fmt.Errorf("%d stores, the limit is %d", len(o.Stores), maxStores)
	}
	if o.PruneEvery < 0 {
		return o, fmt.Errorf("prune every %d heights", o.PruneEvery)
	}
	if o.CacheBytes < 0 {
		return o, fmt.Errorf("cache of %d bytes", o.CacheBytes)
	}
	if o.CacheBytes == 0 {
		o.CacheBytes = DefaultCacheBytes
	}
	if o.FS == nil {
		o.FS = vfs.Default
		if dir == "" {
			o.FS = vfs.NewMem()
		}
	}
	return o, nil
}

// Version returns height and app hash of the last durable commit, 0 and nil
// before the first.
func (s *Store) Version() (height int64, appHash []byte) {
	c := s.latest.Load()
	return c.rec.Height, slices.Clone(c.rec.AppHash)
}

// Branch returns a branch over the last commit, for the execution of the next
// block. Its reads end with ErrClosed once a block has been committed.
func (s *Store) Branch() chain.Branch {
	c := s.latest.Load()
	return newBranch(c, nil)
}

// Close releases the directory. It refuses while views or iterators are open,
// since they still read; what was staged and not committed is dropped.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	if n := s.readers(); n > 0 {
		return fmt.Errorf("state: %d views or iterators are still open", n)
	}
	s.closed = true
	if err := s.faults.err(); err != nil {
		// The database stands still in the middle of something, maybe with a
		// lock in hand: it is left alone until the process ends.
		return fmt.Errorf("state: closing after a fault: %w", err)
	}
	s.latest.Load().release()
	if err := s.closeDB(); err != nil {
		return fmt.Errorf("state: closing: %w", err)
	}
	return nil
}

// closeDB closes the database, which may have to wait for work in the
// background. Write errors are from here on pebble's own to report.
func (s *Store) closeDB() error {
	s.disk.armed.Store(false)
	return s.faults.guard(s.db.Close)
}

// readers counts the users of commits beside the store itself.
func (s *Store) readers() int64 { return s.open.Load() - 1 + s.latest.Load().refs.Load() - 1 }

// has reports whether there is a store of this name.
func (s *Store) has(name string) bool {
	_, found := slices.BinarySearch(s.opts.Stores, name)
	return found
}
