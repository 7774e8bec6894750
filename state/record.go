package state

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/cockroachdb/pebble/v2"
)

// Keys on disk. One database holds everything, told apart by the first byte:
//
//	'f' len name key      flat state: the latest value
//	't' len name node     tree nodes, the rest of the key as iavl makes it
//	'r' height            record of a height, height as 8 bytes big endian
//	'h'                   head: format, last height, lowest kept height
//	'i'                   there while a snapshot is restored, see Restorer
const (
	prefixFlat   = 'f'
	prefixNodes  = 't'
	prefixRecord = 'r'
	keyHead      = "h"
	keyRestoring = "i"
)

// layoutVersion is the version of this package's own layout on disk.
const layoutVersion = 1

// StoreHash is the root hash of one store's tree at some height.
type StoreHash struct {
	Store string
	Hash  []byte
}

// record is what is known about one committed height.
type record struct {
	Height  int64
	AppHash []byte
	Trees   []StoreHash // sorted by store
}

// head names the last commit and the range that is kept.
type head struct{ height, first int64 }

// storePrefix begins all keys of a store in one part of the database.
func storePrefix(part byte, store string) []byte {
	return append([]byte{part, byte(len(store))}, store...)
}

func recordKey(height int64) []byte {
	return binary.BigEndian.AppendUint64([]byte{prefixRecord}, uint64(height))
}

func (h head) encode() []byte {
	b := binary.AppendUvarint(nil, layoutVersion)
	b = binary.AppendUvarint(b, uint64(h.height))
	return binary.AppendUvarint(b, uint64(h.first))
}

func (r *record) encode() []byte {
	b := appendBytes(nil, r.AppHash)
	b = binary.AppendUvarint(b, uint64(len(r.Trees)))
	for _, t := range r.Trees {
		b = appendBytes(b, []byte(t.Store))
		b = appendBytes(b, t.Hash)
	}
	return b
}

// readHead returns nil without error for an empty database.
func readHead(r pebble.Reader) (*head, error) {
	b, err := readKey(r, []byte(keyHead))
	if b == nil || err != nil {
		return nil, err
	}
	d := decoder{rest: b}
	layout := d.uvarint()
	h := head{height: int64(d.uvarint()), first: int64(d.uvarint())}
	if err := d.end(); err != nil {
		return nil, fmt.Errorf("%w: head record: %w", ErrCorrupt, err)
	}
	if layout != layoutVersion {
		return nil, fmt.Errorf("the directory has layout %d, this program knows %d", layout, layoutVersion)
	}
	if h.first < 1 || h.first > h.height {
		return nil, fmt.Errorf("%w: head record: keeps heights %d to %d", ErrCorrupt, h.first, h.height)
	}
	return &h, nil
}

// readRecord returns nil without error if there is no record.
func readRecord(r pebble.Reader, height int64) (*record, error) {
	b, err := readKey(r, recordKey(height))
	if b == nil || err != nil {
		return nil, err
	}
	d := decoder{rest: b}
	rec := &record{Height: height, AppHash: d.bytes()}
	for n := d.uvarint(); n > 0 && d.err == nil; n-- {
		rec.Trees = append(rec.Trees, StoreHash{Store: string(d.bytes()), Hash: d.bytes()})
	}
	if err := d.end(); err != nil {
		return nil, fmt.Errorf("%w: record of height %d: %w", ErrCorrupt, height, err)
	}
	return rec, nil
}

// readKey returns a copy of a value, nil if the key is absent, never nil for
// an empty value.
func readKey(r pebble.Reader, key []byte) ([]byte, error) {
	value, closer, err := r.Get(key)
	if errors.Is(err, pebble.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return append([]byte{}, value...), closer.Close()
}

func appendBytes(b, field []byte) []byte {
	return append(binary.AppendUvarint(b, uint64(len(field))), field...)
}

// decoder reads the fields of a record; the first error stays.
type decoder struct {
	rest []byte
	err  error
}

func (d *decoder) uvarint() uint64 {
	v, n := binary.Uvarint(d.rest)
	if n <= 0 || v > 1<<62 {
		d.err, d.rest = io.ErrUnexpectedEOF, nil
		return 0
	}
	d.rest = d.rest[n:]
	return v
}

func (d *decoder) bytes() []byte {
	n := d.uvarint()
	if n > uint64(len(d.rest)) {
		d.err, d.rest = io.ErrUnexpectedEOF, nil
		return nil
	}
	field := d.rest[:n:n]
	d.rest = d.rest[n:]
	return field
}

func (d *decoder) end() error {
	if d.err == nil && len(d.rest) > 0 {
		return fmt.Errorf("%d bytes too many", len(d.rest))
	}
	return d.err
}
