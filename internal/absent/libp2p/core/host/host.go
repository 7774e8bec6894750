// Package host stands in for go-libp2p's host.
package host

import (
	"context"

	ma "github.com/multiformats/go-multiaddr"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/peerstore"
	"github.com/libp2p/go-libp2p/core/protocol"
)

// Host is a host that nothing makes.
type Host interface {
	ID() peer.ID
	Addrs() []ma.Multiaddr
	Peerstore() peerstore.Peerstore
	Network() network.Network
	Connect(context.Context, peer.AddrInfo) error
	SetStreamHandler(protocol.ID, network.StreamHandler)
	NewStream(context.Context, peer.ID, ...protocol.ID) (network.Stream, error)
	Close() error
}
