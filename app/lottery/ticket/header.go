package ticket

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

// Sizes in bytes.
const (
	HeaderBytes   = 149
	InnerBytes    = 48
	MaxPayout     = 32 // a contract's address; that of a key has 20
	OperatorBytes = 20
	TagBytes      = 32
	MixBytes      = 32
)

// Version is the only one of the header so far.
const Version = 1

// magic begins a header, padded to 16 bytes.
const magic = "weft/ticket/v1\x00\x00"

// Header is what a ticket is for. All of it is hashed.
type Header struct {
	Seed    [32]byte // of the epoch
	Epoch   uint64
	Algo    Algo
	Version uint32
	// Payout is the address that the ticket's part of the pot goes to: 20 bytes
	// or 32.
	Payout []byte
	// Operator is the address of the one who would take a seat: 20 bytes, or
	// none for a ticket that wins money only.
	Operator []byte
	// Tag is the miner's own, such as a pool's name for a worker: 32 bytes or
	// none.
	Tag []byte
}

// Check refuses lengths that a header cannot hold.
func (h Header) Check() error {
	switch {
	case h.Version != Version:
		return fmt.Errorf("ticket version %d, there is only %d", h.Version, Version)
	case len(h.Payout) != 20 && len(h.Payout) != MaxPayout:
		return fmt.Errorf("payout of %d bytes, an address has 20 or 32", len(h.Payout))
	case len(h.Operator) != 0 && len(h.Operator) != OperatorBytes:
		return fmt.Errorf("operator of %d bytes, must have %d or none", len(h.Operator), OperatorBytes)
	case len(h.Tag) != 0 && len(h.Tag) != TagBytes:
		return fmt.Errorf("tag of %d bytes, must have %d or none", len(h.Tag), TagBytes)
	case len(h.Operator) == OperatorBytes && [OperatorBytes]byte(h.Operator) == [OperatorBytes]byte{}:
		return fmt.Errorf("operator of zeros: leave it away") // the same hash: one ticket, one form
	case len(h.Tag) == TagBytes && [TagBytes]byte(h.Tag) == [TagBytes]byte{}:
		return fmt.Errorf("tag of zeros: leave it away")
	}
	return nil
}

// Bytes is the header as it is hashed. It must have passed Check.
func (h Header) Bytes() [HeaderBytes]byte {
	var out [HeaderBytes]byte
	b := append(out[:0], magic...)
	b = append(b, h.Seed[:]...)
	b = binary.BigEndian.AppendUint64(b, h.Epoch)
	b = binary.BigEndian.AppendUint32(b, uint32(h.Algo))
	b = binary.BigEndian.AppendUint32(b, h.Version)
	b = append(b, byte(len(h.Payout)))
	copy(out[len(b):], h.Payout)
	copy(out[len(b)+MaxPayout:], h.Operator)
	copy(out[len(b)+MaxPayout+OperatorBytes:], h.Tag)
	return out
}

// Prehash is all that a miner's inner loop must know of the header.
func (h Header) Prehash() [32]byte {
	b := h.Bytes()
	return sha256.Sum256(b[:])
}

// Inner is what the function is computed over: one block of SHA-256, and not of
// the form of a Bitcoin header.
func Inner(prehash [32]byte, extranonce, nonce uint64) [InnerBytes]byte {
	var out [InnerBytes]byte
	copy(out[:], prehash[:])
	binary.BigEndian.PutUint64(out[32:], extranonce)
	binary.BigEndian.PutUint64(out[40:], nonce)
	return out
}
