// Package peer stands in for go-libp2p's names of peers.
package peer

import (
	ma "github.com/multiformats/go-multiaddr"

	"github.com/libp2p/go-libp2p/core/crypto"
)

// ID would name a peer.
type ID string

// String is the ID as it is.
func (id ID) String() string { return string(id) }

// AddrInfo is a peer and its addresses.
type AddrInfo struct {
	ID    ID
	Addrs []ma.Multiaddr
}

// String is the peer's ID.
func (a AddrInfo) String() string { return a.ID.String() }

// Decode returns crypto.ErrAbsent.
func Decode(string) (ID, error) { return "", crypto.ErrAbsent }

// IDFromPrivateKey returns crypto.ErrAbsent.
func IDFromPrivateKey(crypto.PrivKey) (ID, error) { return "", crypto.ErrAbsent }

// IDFromBytes returns crypto.ErrAbsent.
func IDFromBytes([]byte) (ID, error) { return "", crypto.ErrAbsent }
