package state

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"github.com/cockroachdb/pebble/v2"

	"github.com/weftchain/weft/chain"
)

// stage is a block that is hashed and not yet committed.
type stage struct {
	rec    *record
	writes []write // sorted by store and key
}

// write is the one change that a block makes to a key; a nil value deletes.
// full is the key in the flat state.
type write struct{ full, key, value []byte }

// Stage applies the writes of b to the trees, once per key and sorted, and
// returns the app hash that height would have. It persists nothing. It may be
// called again, for the same height and with another branch: the earlier stage
// is dropped. Height must follow the last commit; the first may be any.
//
// b must come from Branch since the last commit; merging it first is allowed
// and changes nothing. Later writes to it are not part of the stage.
func (s *Store) Stage(b chain.Branch, height int64) (appHash []byte, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.ready(); err != nil {
		return nil, err
	}
	top, err := s.stageable(b, height)
	if err != nil {
		return nil, fmt.Errorf("state: staging height %d: %w", height, err)
	}
	s.dropStage()
	st := &stage{rec: &record{Height: height}}
	for _, t := range s.trees {
		hash, err := t.apply(st, top, height)
		if err != nil {
			s.dropStage()
			return nil, fmt.Errorf("state: staging height %d: store %q: %w", height, t.name, err)
		}
		st.rec.Trees = append(st.rec.Trees, StoreHash{t.name, hash})
	}
	st.rec.AppHash = simpleRoot(st.rec.Trees)
	s.staged = st
	return slices.Clone(st.rec.AppHash), nil
}

// ready reports why the store can take no block.
func (s *Store) ready() error {
	if s.closed {
		return fmt.Errorf("state: %w", ErrClosed)
	}
	if err := s.faults.err(); err != nil {
		return fmt.Errorf("state: after a fault: %w", err)
	}
	if s.restoring {
		return errors.New("state: it is being restored")
	}
	return nil
}

// stageable checks branch and height against the last commit.
func (s *Store) stageable(b chain.Branch, height int64) (*branch, error) {
	last := s.latest.Load()
	top, ok := b.(*branch)
	switch {
	case !ok || top.parent != nil || top.base.store != s:
		return nil, errors.New("the branch does not come from Store.Branch")
	case top.base != last:
		return nil, fmt.Errorf("the branch is over height %d, the last commit is %d", top.base.rec.Height, last.rec.Height)
	case top.bad != nil:
		return nil, top.bad
	case height < 1 || last.rec.Height > 0 && height != last.rec.Height+1:
		return nil, fmt.Errorf("the last commit is %d", last.rec.Height)
	}
	return top, nil
}

// dropStage takes the trees back to the last commit.
func (s *Store) dropStage() {
	s.staged = nil
	for _, t := range s.trees {
		t.iavl.Rollback()
	}
}

// apply writes a branch's changes to one tree and hashes it.
func (t *tree) apply(st *stage, top *branch, height int64) (hash []byte, err error) {
	defer recoverTo(&err)
	if t.iavl.Version() == 0 {
		t.iavl.SetInitialVersion(uint64(height))
	}
	if o := top.overlay(t.name); o != nil {
		o.copy().Scan(func(e entry) bool {
			if e.value == nil {
				_, _, err = t.iavl.Remove(e.key)
			} else {
				_, err = t.iavl.Set(e.key, e.value)
			}
			st.writes = append(st.writes, write{flatKey(t.name, e.key), e.key, e.value})
			return err == nil
		})
	}
	if err = errors.Join(err, t.nodes.fault()); err != nil {
		return nil, err
	}
	return t.iavl.WorkingHash(), nil
}

// Commit makes the staged height durable: in one synced batch the new nodes of
// all trees, the flat state, what pruning removes, and the record. After an
// error the store must not be used further: whether the height is on disk is
// known when the directory is opened again, and it is there wholly or not at
// all.
func (s *Store) Commit() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.ready(); err != nil {
		return err
	}
	if s.staged == nil {
		return errors.New("state: nothing is staged")
	}
	rec := s.staged.rec
	if err := s.write(s.staged); err != nil {
		err = fmt.Errorf("state: committing height %d: %w", rec.Height, err)
		s.faults.report(err) // the trees in memory are past what is on disk
		return err
	}
	return nil
}

// write fills the shared batch, writes it and shows the new commit to readers.
func (s *Store) write(st *stage) error {
	s.batch = s.db.NewIndexedBatch()
	first, err := s.prune(st.rec.Height)
	if err != nil {
		return err
	}
	for i, t := range s.trees {
		if err := t.save(st.rec.Height, st.rec.Trees[i].Hash); err != nil {
			return fmt.Errorf("store %q: %w", t.name, err)
		}
	}
	if err := s.fill(st, head{st.rec.Height, first}); err != nil {
		return err
	}
	batch := s.batch
	s.batch = nil
	var snap *pebble.Snapshot
	if err := s.faults.guard(func() error {
		err := errors.Join(s.db.Apply(batch, pebble.Sync), batch.Close())
		if err == nil {
			snap = s.db.NewSnapshot()
		}
		return err
	}); err != nil {
		return err
	}
	s.first, s.staged = first, nil
	s.cache.advance(st.rec.Height, st.writes)
	s.publish(st.rec, snap)
	return nil
}

// save turns the staged tree into a version. The hash was promised to
// consensus, so it is compared once more.
func (t *tree) save(height int64, want []byte) (err error) {
	defer recoverTo(&err)
	hash, version, err := t.iavl.SaveVersion()
	if err = errors.Join(err, t.nodes.fault()); err != nil {
		return err
	}
	if version != height || !bytes.Equal(hash, want) {
		return fmt.Errorf("%w: saved version %d with root %X, staged was %X", ErrCorrupt, version, hash, want)
	}
	return nil
}

// fill adds flat state and records to the batch.
func (s *Store) fill(st *stage, h head) error {
	for _, w := range st.writes {
		var err error
		if w.value == nil {
			err = s.batch.Delete(w.full, nil)
		} else {
			err = s.batch.Set(w.full, w.value, nil)
		}
		if err != nil {
			return err
		}
	}
	return errors.Join(
		s.batch.Set(recordKey(h.height), st.rec.encode(), nil),
		s.batch.Set([]byte(keyHead), h.encode(), nil),
	)
}

// publish makes a commit the latest and lets go of the one before.
func (s *Store) publish(rec *record, snap *pebble.Snapshot) {
	old := s.latest.Swap(s.newCommit(rec, snap, true))
	if old != nil {
		old.release()
	}
}

// recoverTo turns a panic of iavl, which a damaged tree can cause, into an
// error.
func recoverTo(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("%w: panic: %v", ErrCorrupt, r)
	}
}
