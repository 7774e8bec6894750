// Package protocol stands in for go-libp2p's names of protocols.
package protocol

// ID names a protocol.
type ID string
