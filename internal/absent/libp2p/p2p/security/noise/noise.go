// Package noise stands in for go-libp2p's Noise handshake.
package noise

import (
	"context"
	"net"

	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/sec"
)

// ID names the handshake.
const ID = "/noise"

// Transport is a handshake that nothing makes.
type Transport struct{}

// New returns crypto.ErrAbsent.
func New(string, crypto.PrivKey, []any) (*Transport, error) { return nil, crypto.ErrAbsent }

// SecureInbound returns crypto.ErrAbsent.
func (*Transport) SecureInbound(context.Context, net.Conn, peer.ID) (sec.SecureConn, error) {
	return nil, crypto.ErrAbsent
}
