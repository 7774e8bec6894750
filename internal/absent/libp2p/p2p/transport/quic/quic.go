// Package libp2pquic stands in for go-libp2p's QUIC.
package libp2pquic

import "github.com/libp2p/go-libp2p/core/crypto"

// NewTransport returns crypto.ErrAbsent.
func NewTransport() error { return crypto.ErrAbsent }
