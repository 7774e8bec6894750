package chain

// Branch is a private, mergeable view of all stores of the state.
//
// A branch is used by one goroutine at a time; several children of a parent
// that nobody writes may be read at once. Every error is a fault of this node
// (a disk, a bug), never a verdict.
type Branch interface {
	// Get returns the value at key, nil if there is none, and a non-nil empty
	// slice for an empty value. The caller must not change what it gets.
	Get(store string, key []byte) ([]byte, error)
	// Set writes value, which must not be nil. The branch keeps both slices:
	// the caller must not change them afterwards.
	Set(store string, key, value []byte)
	// Delete removes key; an absent key is no error. It keeps the slice.
	Delete(store string, key []byte)
	// Iterate walks the keys from start (included) to end (excluded), nil
	// meaning unbounded, backwards if reverse. The view is stable: writes made
	// after the call are not seen. The caller closes the iterator.
	Iterate(store string, start, end []byte, reverse bool) (Iterator, error)
	// Branch returns a child whose writes stay its own until Merge.
	Branch() Branch
	// Merge moves the writes of this branch into its parent. The branch is
	// spent afterwards.
	Merge()
}

// Iterator walks over a range of a store. Key and Value may be called while
// Valid reports true; what they return must not be changed and stays readable
// until Close.
type Iterator interface {
	Valid() bool
	Next()
	Key() []byte
	Value() []byte
	// Error reports the fault that ended the walk early, if there was one.
	Error() error
	Close() error
}

// PrefixEnd returns the first key after all keys that begin with prefix, nil
// if there is none, so that Iterate(store, prefix, PrefixEnd(prefix), …) walks
// them all.
func PrefixEnd(prefix []byte) []byte {
	end := append([]byte(nil), prefix...)
	for i := len(end) - 1; i >= 0; i-- {
		if end[i] != 0xff {
			end[i]++
			return end[:i+1]
		}
	}
	return nil
}
