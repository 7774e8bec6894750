// Package sec stands in for go-libp2p's secured connections.
package sec

import (
	"net"

	"github.com/libp2p/go-libp2p/core/peer"
)

// SecureConn is a connection whose other end is known; nothing makes one.
type SecureConn interface {
	net.Conn
	RemotePeer() peer.ID
}
