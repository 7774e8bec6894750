package events

import (
	"errors"
	"time"

	"github.com/weftchain/weft/chain"
)

// Attribute is one pair of an event. Of several with the same key each counts.
type Attribute struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// Tx is a transaction of a block and what it emitted.
type Tx struct {
	Hash   string // upper-case hex
	Code   uint32 // 0 is success
	Events []chain.Event
}

// Block is a block with its results.
type Block struct {
	Height int64
	Time   time.Time
	Hash   []byte
	Events []chain.Event // its own
	Txs    []Tx
}

// ErrMissing says that a Source has no results of a block and never will.
var ErrMissing = errors.New("the results of the block are not here")

// Source gives blocks with their results.
type Source interface {
	// Base is the first block that is here, and Height the last whose state is
	// durable. Both are 0 on a node without blocks.
	Base() int64
	Height() int64
	// Hash is the hash of a block, nil if it is not here.
	Hash(height int64) []byte
	// Block reads a block; the error is ErrMissing for one that will not come.
	Block(height int64) (Block, error)
}

// Record is one entry of the stream: an event, or a gap.
type Record struct {
	// Cursor is the place after the record.
	Cursor Cursor `json:"-"`
	// At is the cursor as text, for since.
	At string `json:"cursor"`
	// Kind is "event" or "gap".
	Kind string `json:"kind"`

	// Of an event:
	Height int64  `json:"height,string,omitempty"`
	Time   string `json:"time,omitempty"`
	Tx     string `json:"tx,omitempty"` // hash; none for a block's own event
	// Index is the place of the transaction in its block, from 0; nil for a
	// block's own event.
	Index      *int64      `json:"tx_index,omitempty"`
	Code       uint32      `json:"code,omitempty"`
	Type       string      `json:"type,omitempty"`
	Contract   string      `json:"contract,omitempty"`
	Attributes []Attribute `json:"attributes,omitempty"`

	// Of a gap: the blocks From to To, both included, are not in the stream.
	From   int64  `json:"from,string,omitempty"`
	To     int64  `json:"to,string,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// Kinds of records.
const (
	KindEvent = "event"
	KindGap   = "gap"
)

// contractKey is the attribute by which contracts are named.
const contractKey = "_contract_address"

func contractOf(e chain.Event) string {
	for _, a := range e.Attributes {
		if a.Key == contractKey {
			return a.Value
		}
	}
	return ""
}

func gapRecord(from, to int64, reason string) Record {
	after := Cursor{Height: to + 1}
	return Record{Cursor: after, At: after.String(), Kind: KindGap, From: from, To: to, Reason: reason}
}
