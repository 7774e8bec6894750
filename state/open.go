package state

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/bloom"
)

// formatOnDisk is the version of pebble's format that a directory is made
// with. Raising it is a one-way door for the node's operator.
const formatOnDisk = pebble.FormatValueSeparation

// openDB locks the directory and opens the one database in it.
func (s *Store) openDB() (*pebble.DB, error) {
	s.disk = &disk{FS: s.opts.FS, faults: &s.faults}
	fs := s.disk
	if err := fs.MkdirAll(s.dir, 0o700); err != nil {
		return nil, err
	}
	lock, err := pebble.LockDirectory(s.dir, fs)
	if err != nil {
		if errors.Is(err, syscall.EAGAIN) || strings.Contains(err.Error(), "lock held by current process") {
			return nil, fmt.Errorf("%w (%v)", ErrLocked, err)
		}
		return nil, err
	}
	blocks := pebble.NewCache(s.opts.CacheBytes / 2)
	defer blocks.Unref()
	opts := &pebble.Options{
		FS:                 fs,
		Lock:               lock,
		Cache:              blocks,
		FormatMajorVersion: formatOnDisk,
		MemTableSize:       uint64(min(max(s.opts.CacheBytes/4, 256<<10), 64<<20)),
		Logger:             &s.faults,
		EventListener:      s.faults.listener(),
	}
	for i := range opts.Levels {
		opts.Levels[i].FilterPolicy = bloom.FilterPolicy(10)
	}
	var db *pebble.DB
	err = s.faults.guard(func() (err error) {
		db, err = pebble.Open(s.dir, opts)
		return err
	})
	if s.faults.err() != nil { // a goroutine of pebble may still be in the directory
		return nil, err
	}
	// From here the lock belongs to the database alone, which counts users.
	if err = errors.Join(err, lock.Close()); err != nil {
		return nil, err
	}
	s.disk.armed.Store(true)
	return db, nil
}

// load reads the last record, checks that it fits the options, loads every
// tree and compares it with the record.
func (s *Store) load() error {
	head, err := readHead(s.db)
	if err != nil {
		return err
	}
	rec := &record{}
	if head != nil {
		if rec, err = readRecord(s.db, head.height); err != nil {
			return err
		}
		if rec == nil {
			return fmt.Errorf("%w: no record of height %d, the last one committed", ErrCorrupt, head.height)
		}
		if err := rec.fits(s.opts.Stores); err != nil {
			return err
		}
		s.first = head.first
	} else if err := s.clearUnfinished(); err != nil {
		return err
	}
	for i, name := range s.opts.Stores {
		t := s.newTree(i, name)
		if err := t.load(rec, i); err != nil {
			return fmt.Errorf("store %q: %w", name, err)
		}
		s.trees = append(s.trees, t)
	}
	s.cache.advance(rec.Height, nil)
	s.publish(rec, s.db.NewSnapshot())
	return nil
}

// load loads the newest version of a tree and compares it with its entry in
// the record.
func (t *tree) load(rec *record, index int) error {
	version, err := t.iavl.Load()
	if err = errors.Join(err, t.nodes.fault()); err != nil {
		return fmt.Errorf("%w: the tree does not load: %w", ErrCorrupt, err)
	}
	if version != rec.Height {
		return fmt.Errorf("%w: the tree is at height %d, the record at %d", ErrCorrupt, version, rec.Height)
	}
	if version > 0 && !bytes.Equal(t.iavl.Hash(), rec.Trees[index].Hash) {
		return fmt.Errorf("%w: the tree's root is %X, the record of height %d says %X",
			ErrCorrupt, t.iavl.Hash(), rec.Height, rec.Trees[index].Hash)
	}
	return nil
}

// fits reports how the stores of a directory differ from those asked for.
func (r *record) fits(stores []string) error {
	var have []string
	for _, t := range r.Trees {
		have = append(have, t.Store)
	}
	var added, missing []string
	for _, name := range stores {
		if !slices.Contains(have, name) {
			added = append(added, name)
		}
	}
	for _, name := range have {
		if !slices.Contains(stores, name) {
			missing = append(missing, name)
		}
	}
	if len(added)+len(missing) == 0 {
		return nil
	}
	return fmt.Errorf("the directory was made for the stores %q; not in it: %q, not asked for: %q (stores cannot be added or removed after the first block)",
		have, added, missing)
}
