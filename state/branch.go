package state

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/tidwall/btree"

	"github.com/weftchain/weft/chain"
)

// errSpent says that a branch was used after its Merge, a mistake in the
// program.
var errSpent = errors.New("state: the branch is spent: it, or a branch below it, was merged")

// branch is an overlay of writes over a parent branch or a commit. It
// implements chain.Branch.
//
// Set and Delete have no error to return, so a mistake (unknown store, empty
// key, use after Merge) is remembered, travels down with Merge and is reported
// by Stage. A nil value is kept as an empty one.
type branch struct {
	base     *commit
	parent   *branch    // nil for a branch over the commit itself
	overlays []*overlay // sorted by store; only those written to
	bad      error
	spent    bool
}

// overlay holds one store's writes in a branch. The tree is copied on write,
// so that iterators and stages get a stable copy at once.
type overlay struct {
	store string
	mu    sync.Mutex // several children may copy at once
	tree  *btree.BTreeG[entry]
}

// entry is a write; a nil value deletes.
type entry struct{ key, value []byte }

func newBranch(base *commit, parent *branch) *branch {
	return &branch{base: base, parent: parent}
}

func newOverlay(store string) *overlay {
	less := func(a, b entry) bool { return bytes.Compare(a.key, b.key) < 0 }
	return &overlay{store: store, tree: btree.NewBTreeGOptions(less, btree.Options{NoLocks: true})}
}

// Get implements chain.Branch.
func (b *branch) Get(store string, key []byte) ([]byte, error) {
	for p := b; p != nil; p = p.parent {
		if p.spent {
			return nil, errSpent
		}
		if o := p.overlay(store); o != nil {
			if e, ok := o.tree.Get(entry{key: key}); ok {
				return e.value, nil
			}
		}
	}
	return b.base.get(store, key)
}

// Set implements chain.Branch.
func (b *branch) Set(store string, key, value []byte) {
	b.write(store, entry{bytes.Clone(key), append([]byte{}, value...)})
}

// Delete implements chain.Branch.
func (b *branch) Delete(store string, key []byte) {
	b.write(store, entry{bytes.Clone(key), nil})
}

func (b *branch) write(store string, e entry) {
	switch {
	case b.spent:
		b.root().note(errSpent)
	case len(e.key) == 0:
		b.note(fmt.Errorf("state: store %q: a write to the empty key", store))
	case !b.base.store.has(store):
		b.note(fmt.Errorf("state: a write to %q, which is no store", store))
	default:
		b.madeOverlay(store).tree.Set(e)
	}
}

// Iterate implements chain.Branch.
func (b *branch) Iterate(store string, start, end []byte, reverse bool) (chain.Iterator, error) {
	if b.spent {
		return nil, errSpent
	}
	below := b.base.iterate
	if b.parent != nil {
		below = b.parent.Iterate
	}
	it, err := below(store, start, end, reverse)
	if err != nil {
		return nil, err
	}
	o := b.overlay(store)
	if o == nil || end != nil && bytes.Compare(start, end) >= 0 {
		return it, nil
	}
	return newMergeIterator(o.copy(), it, start, end, reverse), nil
}

// Branch implements chain.Branch.
func (b *branch) Branch() chain.Branch { return newBranch(b.base, b) }

// Merge implements chain.Branch. A branch over the commit has no parent: it
// stays as it is, for Stage to take.
func (b *branch) Merge() {
	if b.parent == nil {
		return
	}
	if b.spent {
		b.root().note(errSpent)
		return
	}
	b.parent.note(b.bad)
	for _, o := range b.overlays {
		b.parent.take(o)
	}
	b.overlays, b.spent = nil, true
}

// Writes visits what a branch of this package has written itself and not yet
// merged, in the order of stores and keys; a nil value deletes. What visit gets
// must not be changed.
func Writes(b chain.Branch, visit func(store string, key, value []byte)) {
	own, ok := b.(*branch)
	if !ok {
		return
	}
	for _, o := range own.overlays {
		o.copy().Scan(func(e entry) bool {
			visit(o.store, e.key, e.value)
			return true
		})
	}
}

// take moves a child's writes to one store in here.
func (b *branch) take(from *overlay) {
	i, found := b.find(from.store)
	if !found {
		b.overlays = slices.Insert(b.overlays, i, from)
		return
	}
	to := b.overlays[i].tree
	from.tree.Scan(func(e entry) bool {
		to.Set(e)
		return true
	})
}

// note keeps the first mistake.
func (b *branch) note(err error) {
	if b.bad == nil {
		b.bad = err
	}
}

func (b *branch) root() *branch {
	for b.parent != nil {
		b = b.parent
	}
	return b
}

func (b *branch) find(store string) (int, bool) {
	for i, o := range b.overlays {
		if o.store >= store {
			return i, o.store == store
		}
	}
	return len(b.overlays), false
}

// overlay returns the writes to a store, nil if there are none.
func (b *branch) overlay(store string) *overlay {
	if i, found := b.find(store); found {
		return b.overlays[i]
	}
	return nil
}

func (b *branch) madeOverlay(store string) *overlay {
	i, found := b.find(store)
	if !found {
		b.overlays = slices.Insert(b.overlays, i, newOverlay(store))
	}
	return b.overlays[i]
}

// copy returns the writes as they are now; later ones do not show in it.
func (o *overlay) copy() *btree.BTreeG[entry] {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.tree.Copy()
}
