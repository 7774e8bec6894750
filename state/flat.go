package state

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/cockroachdb/pebble/v2"

	"github.com/weftchain/weft/chain"
)

// flatKey is where the latest value of a key lies on disk.
func flatKey(store string, key []byte) []byte {
	b := make([]byte, 0, 2+len(store)+len(key))
	b = append(b, prefixFlat, byte(len(store)))
	b = append(b, store...)
	return append(b, key...)
}

// flatGet reads the latest value of a key as of this commit: from the cache as
// long as this is the last commit, from the commit's snapshot otherwise. What
// it returns is the caller's own copy, so that no mistake of a caller reaches
// the cache, where it would part this node from the others.
func (c *commit) flatGet(store string, key []byte) ([]byte, error) {
	full := flatKey(store, key)
	cache := c.store.cache
	if value, ok := cache.get(c.rec.Height, full); ok {
		return slices.Clone(value), nil
	}
	value, err := readKey(c.snap, full)
	if err != nil {
		return nil, fmt.Errorf("state: reading store %q: %w", store, err)
	}
	cache.put(c.rec.Height, full, value)
	return slices.Clone(value), nil
}

// flatIterate walks the latest values of a store as of this commit.
func (c *commit) flatIterate(store string, start, end []byte, reverse bool) (chain.Iterator, error) {
	it, err := newDiskIterator(c.snap, storePrefix(prefixFlat, store), start, end, reverse)
	if err != nil {
		return nil, fmt.Errorf("state: iterating store %q: %w", store, err)
	}
	return it, nil
}

// diskIterator walks a range under a prefix of the database and hides the
// prefix.
type diskIterator struct {
	it         *pebble.Iterator
	cut        int
	reverse    bool
	valid      bool
	key, value []byte
	err        error
}

func newDiskIterator(r pebble.Reader, prefix, start, end []byte, reverse bool) (chain.Iterator, error) {
	if end != nil && bytes.Compare(start, end) >= 0 {
		return emptyIterator{}, nil
	}
	lower, upper := slices.Concat(prefix, start), chain.PrefixEnd(prefix)
	if end != nil {
		upper = slices.Concat(prefix, end)
	}
	it, err := r.NewIter(&pebble.IterOptions{LowerBound: lower, UpperBound: upper})
	if err != nil {
		return nil, err
	}
	d := &diskIterator{it: it, cut: len(prefix), reverse: reverse}
	if reverse {
		d.read(it.Last())
	} else {
		d.read(it.First())
	}
	return d, nil
}

// read copies the current entry: pebble reuses its memory, and callers may
// keep what they got until Close.
func (d *diskIterator) read(valid bool) {
	d.valid, d.key, d.value = valid, nil, nil
	if !valid {
		d.err = d.it.Error()
		return
	}
	value, err := d.it.ValueAndErr()
	if err != nil {
		d.valid, d.err = false, err
		return
	}
	d.key = append([]byte{}, d.it.Key()[d.cut:]...)
	d.value = append([]byte{}, value...)
}

func (d *diskIterator) Valid() bool { return d.valid }

func (d *diskIterator) Next() {
	switch {
	case !d.valid:
	case d.reverse:
		d.read(d.it.Prev())
	default:
		d.read(d.it.Next())
	}
}

func (d *diskIterator) Key() []byte   { return d.key }
func (d *diskIterator) Value() []byte { return d.value }
func (d *diskIterator) Error() error  { return d.err }

func (d *diskIterator) Close() error {
	if d.it == nil {
		return nil
	}
	it := d.it
	d.it, d.valid = nil, false
	return it.Close()
}

// emptyIterator walks over nothing.
type emptyIterator struct{}

func (emptyIterator) Valid() bool   { return false }
func (emptyIterator) Next()         {}
func (emptyIterator) Key() []byte   { return nil }
func (emptyIterator) Value() []byte { return nil }
func (emptyIterator) Error() error  { return nil }
func (emptyIterator) Close() error  { return nil }
