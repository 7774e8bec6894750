// Package control stands in for go-libp2p's reasons to disconnect.
package control

// DisconnectReason says why a connection was refused.
type DisconnectReason int
