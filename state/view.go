package state

import (
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/cockroachdb/pebble/v2"

	"github.com/weftchain/weft/chain"
)

// View is the state at one committed height. It never changes, whatever is
// committed or pruned meanwhile, and may be used from many goroutines. Close
// it soon: an open view holds back the space that pruning frees.
type View struct {
	commit *commit
	closed atomic.Bool
}

// Latest returns a view of the last commit, height 0 and empty before the
// first. It is cheap: reads go to the flat state.
func (s *Store) Latest() *View {
	for {
		c := s.latest.Load()
		if c.acquire() {
			return &View{commit: c}
		}
		if s.latest.Load() == c { // the store is closed, and so is the view
			v := &View{commit: c}
			v.closed.Store(true)
			return v
		}
	}
}

// At returns a view of a kept height. Reads of an older height than the last
// go through its trees, about ten times slower than those of Latest. The error
// is ErrNoVersion with the reason if the height is pruned or not committed.
func (s *Store) At(height int64) (*View, error) {
	v := s.Latest()
	if v.closed.Load() {
		return nil, fmt.Errorf("state: height %d: %w", height, ErrClosed)
	}
	if v.Height() == height && height > 0 {
		return v, nil
	}
	defer v.Close()
	// The latest view keeps the database open while the snapshot is taken;
	// what is kept is then read from the snapshot itself.
	var snap *pebble.Snapshot
	if err := s.faults.guard(func() error { snap = s.db.NewSnapshot(); return nil }); err != nil {
		return nil, fmt.Errorf("state: height %d: %w", height, err)
	}
	rec, err := keptRecord(snap, height)
	if err != nil {
		_ = snap.Close()
		return nil, fmt.Errorf("state: %w", err)
	}
	return &View{commit: s.newCommit(rec, snap, false)}, nil
}

// Hashes returns the root of every store's tree at a kept height, sorted by
// store, so that two nodes that disagree can say where.
func (s *Store) Hashes(height int64) ([]StoreHash, error) {
	v, err := s.At(height)
	if err != nil {
		return nil, err
	}
	defer v.Close()
	out := slices.Clone(v.commit.rec.Trees)
	for i := range out {
		out[i].Hash = slices.Clone(out[i].Hash)
	}
	return out, nil
}

// Height returns the height of the view.
func (v *View) Height() int64 { return v.commit.rec.Height }

// AppHash returns the app hash of the view's height, nil at height 0. It is in
// the header of the next height.
func (v *View) AppHash() []byte { return slices.Clone(v.commit.rec.AppHash) }

// Has reports whether there is a store of this name.
func (v *View) Has(store string) bool { return v.commit.store.has(store) }

// Get returns the value at key, nil if there is none.
func (v *View) Get(store string, key []byte) ([]byte, error) {
	if v.closed.Load() {
		return nil, errViewClosed(v)
	}
	return v.commit.get(store, key)
}

// Iterate walks a range as chain.Branch.Iterate does. The iterator may outlive
// the view.
func (v *View) Iterate(store string, start, end []byte, reverse bool) (chain.Iterator, error) {
	if v.closed.Load() {
		return nil, errViewClosed(v)
	}
	return v.commit.iterate(store, start, end, reverse)
}

// Branch returns a branch to try things on; its writes go nowhere. It reads
// through the view and needs it open.
func (v *View) Branch() chain.Branch { return newBranch(v.commit, nil) }

// Close ends the view. Closing twice is allowed.
func (v *View) Close() {
	if v.closed.CompareAndSwap(false, true) {
		v.commit.release()
	}
}

func errViewClosed(v *View) error {
	return fmt.Errorf("state: the view of height %d: %w", v.Height(), ErrClosed)
}
