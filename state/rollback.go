package state

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"

	"github.com/weftchain/weft/chain"
)

// Rollback takes the last commit back, in one synced batch: the state is then as it
// was after the height before, which must be kept. It reads all of the state.
// Nobody may use the store meanwhile, and views and branches of before end.
func (s *Store) Rollback() error {
	last, _ := s.Version()
	if err := s.rollback(last); err != nil {
		return fmt.Errorf("state: taking back height %d: %w", last, err)
	}
	return nil
}

func (s *Store) rollback(last int64) error {
	before, err := s.At(last - 1)
	if err != nil {
		return err
	}
	batch := s.db.NewBatch()
	err = s.undo(batch, before, last)
	before.Close()
	if err != nil {
		return errors.Join(err, batch.Close())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.ready(); err != nil {
		return errors.Join(err, batch.Close())
	}
	if n := s.readers(); n > 0 {
		return errors.Join(fmt.Errorf("%d views or iterators are still open", n), batch.Close())
	}
	s.dropStage()
	if err := s.faults.guard(func() error { return errors.Join(s.db.Apply(batch, pebble.Sync), batch.Close()) }); err != nil {
		return err
	}
	s.trees, s.cache = nil, newReadCache(s.opts.CacheBytes/4)
	s.nodes.clear()
	return s.load()
}

// undo fills a batch with what leads from the last commit to the one before.
func (s *Store) undo(batch *pebble.Batch, before *View, last int64) error {
	now := s.Latest()
	defer now.Close()
	for _, name := range s.opts.Stores {
		if err := undoFlat(batch, name, before, now); err != nil {
			return fmt.Errorf("store %q: %w", name, err)
		}
		// The nodes that the last commit made have its version in their key.
		nodes := append(storePrefix(prefixNodes, name), 's')
		from, to := nodeVersion(nodes, last), nodeVersion(nodes, last+1)
		if err := batch.DeleteRange(from, to, nil); err != nil {
			return err
		}
	}
	s.mu.Lock()
	h := head{last - 1, s.first}
	s.mu.Unlock()
	return errors.Join(batch.Delete(recordKey(last), nil), batch.Set([]byte(keyHead), h.encode(), nil))
}

// nodeVersion is where the nodes of a version begin.
func nodeVersion(prefix []byte, version int64) []byte {
	return append(prefix[:len(prefix):len(prefix)], recordKey(version)[1:]...)
}

// undoFlat makes the latest values of a store those of before: both are walked side
// by side.
func undoFlat(batch *pebble.Batch, name string, before, now *View) (err error) {
	a, err := before.Iterate(name, nil, nil, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	b, err := now.Iterate(name, nil, nil, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	for a.Valid() || b.Valid() {
		order := compareKeys(a, b)
		switch {
		case order < 0: // was deleted
			err = batch.Set(flatKey(name, a.Key()), a.Value(), nil)
		case order > 0: // is new
			err = batch.Delete(flatKey(name, b.Key()), nil)
		case !bytes.Equal(a.Value(), b.Value()):
			err = batch.Set(flatKey(name, a.Key()), a.Value(), nil)
		}
		if err != nil {
			return err
		}
		if order <= 0 {
			a.Next()
		}
		if order >= 0 {
			b.Next()
		}
	}
	return errors.Join(a.Error(), b.Error())
}

// compareKeys orders two iterators by their keys; one at its end comes last.
func compareKeys(a, b chain.Iterator) int {
	switch {
	case !a.Valid():
		return 1
	case !b.Valid():
		return -1
	}
	return bytes.Compare(a.Key(), b.Key())
}
