package state

import (
	"bytes"

	"github.com/tidwall/btree"

	"github.com/weftchain/weft/chain"
)

// mergeIterator walks over the writes of a branch and what lies below it as if
// they were one. Where both have a key the branch's write counts; a write that
// deletes hides the key.
type mergeIterator struct {
	own     ownIterator
	below   chain.Iterator
	reverse bool

	valid      bool
	key, value []byte
	err        error
}

// newMergeIterator takes over writes, a stable copy, and below.
func newMergeIterator(writes *btree.BTreeG[entry], below chain.Iterator, start, end []byte, reverse bool) chain.Iterator {
	m := &mergeIterator{below: below, reverse: reverse}
	m.own.seek(writes, start, end, reverse)
	m.settle()
	return m
}

// settle finds the next entry to show and moves the sides that hold it past
// it. What they returned stays readable.
func (m *mergeIterator) settle() {
	for {
		m.valid, m.key, m.value = false, nil, nil
		below := m.below.Valid()
		if !below {
			if m.err = m.below.Error(); m.err != nil {
				return
			}
		}
		order := m.order(below)
		if order == nobody {
			return
		}
		if order == belowFirst {
			m.valid, m.key, m.value = true, m.below.Key(), m.below.Value()
			m.below.Next()
			return
		}
		write := m.own.item
		m.own.next()
		if order == both {
			m.below.Next()
		}
		if write.value != nil {
			m.valid, m.key, m.value = true, write.key, write.value
			return
		}
	}
}

// Who holds the next key.
const (
	nobody = iota
	ownFirst
	belowFirst
	both
)

func (m *mergeIterator) order(below bool) int {
	switch {
	case !below && !m.own.valid:
		return nobody
	case !below:
		return ownFirst
	case !m.own.valid:
		return belowFirst
	}
	c := bytes.Compare(m.own.item.key, m.below.Key())
	if m.reverse {
		c = -c
	}
	switch {
	case c < 0:
		return ownFirst
	case c > 0:
		return belowFirst
	}
	return both
}

func (m *mergeIterator) Valid() bool   { return m.valid }
func (m *mergeIterator) Key() []byte   { return m.key }
func (m *mergeIterator) Value() []byte { return m.value }
func (m *mergeIterator) Error() error  { return m.err }
func (m *mergeIterator) Close() error  { m.valid = false; return m.below.Close() }

func (m *mergeIterator) Next() {
	if m.valid {
		m.settle()
	}
}

// ownIterator walks over the writes of one branch, deletes included.
type ownIterator struct {
	it      btree.IterG[entry]
	bound   []byte // nil: unbounded; end upwards, start downwards
	reverse bool
	valid   bool
	item    entry
}

func (o *ownIterator) seek(writes *btree.BTreeG[entry], start, end []byte, reverse bool) {
	o.it, o.reverse, o.bound = writes.Iter(), reverse, end
	switch {
	case !reverse && start == nil:
		o.read(o.it.First())
	case !reverse:
		o.read(o.it.Seek(entry{key: start}))
	default:
		o.bound = start
		if end != nil && o.it.Seek(entry{key: end}) {
			o.read(o.it.Prev())
		} else {
			o.read(o.it.Last())
		}
	}
}

func (o *ownIterator) next() {
	if o.reverse {
		o.read(o.it.Prev())
	} else {
		o.read(o.it.Next())
	}
}

func (o *ownIterator) read(ok bool) {
	o.valid = ok
	if !ok {
		return
	}
	o.item = o.it.Item()
	if o.bound == nil {
		return
	}
	c := bytes.Compare(o.item.key, o.bound)
	o.valid = c < 0 && !o.reverse || c >= 0 && o.reverse
}
