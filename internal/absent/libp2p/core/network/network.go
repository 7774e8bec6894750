// Package network stands in for go-libp2p's connections and streams.
package network

import (
	"context"
	"io"
	"time"

	ma "github.com/multiformats/go-multiaddr"

	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
)

// Direction says who opened a connection.
type Direction int

// The two that CometBFT counts.
const (
	DirInbound Direction = iota + 1
	DirOutbound
)

// ConnStats is what is known of a connection.
type ConnStats struct{ Direction Direction }

// ConnMultiaddrs are the two ends of a connection.
type ConnMultiaddrs interface {
	LocalMultiaddr() ma.Multiaddr
	RemoteMultiaddr() ma.Multiaddr
}

// Conn is a connection that nothing makes.
type Conn interface {
	ConnMultiaddrs
	RemotePeer() peer.ID
	Stat() ConnStats
	IsClosed() bool
}

// Stream is a stream that nothing makes.
type Stream interface {
	io.ReadWriteCloser
	Reset() error
	Conn() Conn
	Protocol() protocol.ID
	SetDeadline(time.Time) error
	SetReadDeadline(time.Time) error
	SetWriteDeadline(time.Time) error
}

// StreamHandler takes a stream that a peer opened.
type StreamHandler func(Stream)

// Network is the connections of a host.
type Network interface {
	io.Closer
	Peers() []peer.ID
	Conns() []Conn
	ClosePeer(peer.ID) error
}

// ResourceManager would bound what peers use.
type ResourceManager interface{ Close() error }

// NullResourceManager bounds nothing.
type NullResourceManager struct{}

// Close does nothing.
func (*NullResourceManager) Close() error { return nil }

// WithDialPeerTimeout returns ctx: nothing is dialled.
func WithDialPeerTimeout(ctx context.Context, _ time.Duration) context.Context { return ctx }
