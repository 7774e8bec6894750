package state

import (
	"errors"
	"fmt"

	"github.com/cosmos/iavl"
)

// pruneStep bounds how many heights one commit removes. In steady state it is
// one; after Keep was lowered the rest follows block by block.
const pruneStep = 8

// pruner removes old versions of one tree through iavl's own algorithm. It
// works on an object of its own: pruning renames roots in place, and what it
// changes must not be a node that the writer holds. The object caches which
// version is the latest, so it is made anew when pruning reaches that.
type pruner struct {
	iavl   *iavl.MutableTree
	latest int64
}

// prune removes the heights that Keep no longer covers once height is
// committed, by adding deletes to the batch, and returns the lowest height
// that stays. Views need not be waited for: each reads its own snapshot.
func (s *Store) prune(height int64) (first int64, err error) {
	if s.first == 0 {
		return height, nil
	}
	due := height - s.opts.Keep - s.first + 1
	if s.opts.Keep == 0 || due <= 0 || !s.pruning && due < s.opts.PruneEvery {
		return s.first, nil
	}
	last := min(height-s.opts.Keep, s.first+pruneStep-1)
	s.pruning = last < height-s.opts.Keep // the rest follows
	for _, t := range s.trees {
		if err := t.prune(last, height-1); err != nil {
			return 0, fmt.Errorf("store %q: pruning up to %d: %w", t.name, last, err)
		}
	}
	for h := s.first; h <= last; h++ {
		if err := s.batch.Delete(recordKey(h), nil); err != nil {
			return 0, err
		}
	}
	return last + 1, nil
}

// prune removes the versions up to last of one tree, whose newest saved
// version is latest.
func (t *tree) prune(last, latest int64) (err error) {
	defer recoverTo(&err)
	if t.pruner == nil || t.pruner.latest <= last {
		t.pruner = &pruner{t.nodes.tree(pruneCache), latest}
	}
	err = t.pruner.iavl.DeleteVersionsTo(last)
	return errors.Join(err, t.nodes.fault())
}

// pruneCache is the pruner's node cache in nodes: it walks two versions side
// by side and sees each node once.
const pruneCache = 256
