// Package swarm stands in for go-libp2p's dialling.
package swarm

import "errors"

// Errors that nothing returns.
var (
	ErrAllDialsFailed  = errors.New("all dials failed")
	ErrNoGoodAddresses = errors.New("no good addresses")
)
