package node

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	statepb "github.com/weftchain/weft/proto/weft/state/v1"
	"github.com/weftchain/weft/state"
)

// StateFiles is the state of a home whose node does not run.
type StateFiles struct{ store *state.Store }

// readCacheBytes is the cache for reading the state of a node that is stopped.
const readCacheBytes = 16 << 20

// OpenStateFiles opens the state of a home. It changes nothing there, and refuses
// a home whose node runs.
func OpenStateFiles(home string) (*StateFiles, error) {
	if !exists(stateDir(home)) {
		return nil, fmt.Errorf("%s holds no state", home)
	}
	s, err := state.Open(stateDir(home), state.Options{Stores: storesOf(home), CacheBytes: readCacheBytes})
	if err != nil {
		return nil, err
	}
	return &StateFiles{s}, nil
}

// Height is the last height whose state the files hold.
func (f *StateFiles) Height() int64 {
	height, _ := f.store.Version()
	return height
}

// StateHeight is the last height of a home's state, 0 if it has none. It refuses a
// home whose node runs.
func StateHeight(home string) (int64, error) {
	if !exists(stateDir(home)) {
		return 0, nil
	}
	f, err := OpenStateFiles(home)
	if err != nil {
		return 0, err
	}
	return f.Height(), f.Close()
}

// Close closes the files.
func (f *StateFiles) Close() error { return f.store.Close() }

// Stores returns the root of each store after a height.
func (f *StateFiles) Stores(_ context.Context, height int64) ([]statepb.Store, error) {
	hashes, err := f.store.Hashes(height)
	if err != nil {
		return nil, err
	}
	var list []statepb.Store
	for _, h := range hashes {
		list = append(list, statepb.Store{Name: h.Store, Root: h.Hash})
	}
	return list, nil
}

// entriesAtOnce is how many keys Entries returns.
const entriesAtOnce = 1000

// Entries returns keys of a store from start on with the digests of their values,
// and where to go on.
func (f *StateFiles) Entries(_ context.Context, height int64, store string, start []byte) (list []statepb.Entry, next []byte, err error) {
	view, err := f.store.At(height)
	if err != nil {
		return nil, nil, err
	}
	defer view.Close()
	it, err := view.Iterate(store, start, nil, false)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, it.Close()) }()
	for ; it.Valid(); it.Next() {
		if len(list) == entriesAtOnce {
			next = append([]byte{}, it.Key()...)
			break
		}
		digest := sha256.Sum256(it.Value())
		list = append(list, statepb.Entry{Key: append([]byte{}, it.Key()...), ValueHash: digest[:]})
	}
	return list, next, it.Error()
}
