// Package db stands in for github.com/cosmos/cosmos-db, of which iavl needs the
// shapes only: weft gives iavl its own database. The module itself would link
// another release of pebble and goleveldb. See internal/absent/README.md.
package db

import "errors"

// DB is a database as iavl's Wrapper takes one.
type DB interface {
	Get(key []byte) ([]byte, error)
	Has(key []byte) (bool, error)
	Set(key, value []byte) error
	SetSync(key, value []byte) error
	Delete(key []byte) error
	DeleteSync(key []byte) error
	Iterator(start, end []byte) (Iterator, error)
	ReverseIterator(start, end []byte) (Iterator, error)
	Close() error
	NewBatch() Batch
	NewBatchWithSize(bytes int) Batch
	Print() error
	Stats() map[string]string
}

// Batch collects writes that take effect together.
type Batch = interface {
	Set(key, value []byte) error
	Delete(key []byte) error
	Write() error
	WriteSync() error
	Close() error
	GetByteSize() (int, error)
}

// Iterator walks over the keys from start to before end.
type Iterator = interface {
	Domain() (start, end []byte)
	Valid() bool
	Next()
	Key() (key []byte)
	Value() (value []byte)
	Error() error
	Close() error
}

// BackendType names an implementation.
type BackendType string

// ErrAbsent says that there is no implementation here.
var ErrAbsent = errors.New("weft is built without the databases of cosmos-db")

// NewDB returns ErrAbsent.
func NewDB(string, BackendType, string) (DB, error) { return nil, ErrAbsent }
