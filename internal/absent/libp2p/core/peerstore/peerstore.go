// Package peerstore stands in for go-libp2p's memory of peers.
package peerstore

import (
	"io"
	"math"
	"time"

	ma "github.com/multiformats/go-multiaddr"

	"github.com/libp2p/go-libp2p/core/peer"
)

// PermanentAddrTTL never ends.
const PermanentAddrTTL = time.Duration(math.MaxInt64)

// Peerstore is what a host knows of its peers.
type Peerstore interface {
	io.Closer
	Get(peer.ID, string) (any, error)
	Put(peer.ID, string, any) error
	Addrs(peer.ID) []ma.Multiaddr
	AddAddr(peer.ID, ma.Multiaddr, time.Duration)
	PeerInfo(peer.ID) peer.AddrInfo
}
