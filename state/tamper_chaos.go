//go:build weft_chaos

package state

import (
	"errors"
	"fmt"
	"slices"

	"github.com/cockroachdb/pebble/v2"
)

// Tamper changes the value of a key behind the back of the trees, as somebody does
// who edits the files of a node. It is for tests of networks and in no binary that
// ships.
func Tamper(dir string, stores []string, store string, key []byte, change func(value []byte) []byte) (err error) {
	s, err := Open(dir, Options{Stores: stores})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	full := flatKey(store, key)
	value, err := readKey(s.db, full)
	if err != nil {
		return err
	}
	if value == nil {
		return fmt.Errorf("store %q has no key %X", store, key)
	}
	return s.db.Set(full, change(slices.Clone(value)), pebble.Sync)
}
