// Package libp2p stands in for github.com/libp2p/go-libp2p: CometBFT links it
// for a second, experimental transport, which weft refuses to start with. See
// internal/absent/README.md.
//
// Types have as much of the real ones as CometBFT names; nothing here can make
// a value of them, so that no method is ever called.
package libp2p

import (
	ma "github.com/multiformats/go-multiaddr"

	"github.com/libp2p/go-libp2p/core/connmgr"
	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	rcmgr "github.com/libp2p/go-libp2p/p2p/host/resource-manager"
)

// Option would set something of a host.
type Option func()

// New returns crypto.ErrAbsent.
func New(...Option) (host.Host, error) { return nil, crypto.ErrAbsent }

// Identity has no effect, as all options.
func Identity(crypto.PrivKey) Option { return nil }

// ListenAddrs has no effect.
func ListenAddrs(...ma.Multiaddr) Option { return nil }

// UserAgent has no effect.
func UserAgent(string) Option { return nil }

// Ping has no effect.
func Ping(bool) Option { return nil }

// Transport has no effect.
func Transport(any, ...any) Option { return nil }

// ResourceManager has no effect.
func ResourceManager(network.ResourceManager) Option { return nil }

// ConnectionGater has no effect.
func ConnectionGater(connmgr.ConnectionGater) Option { return nil }

// AddrsFactory has no effect.
func AddrsFactory(func([]ma.Multiaddr) []ma.Multiaddr) Option { return nil }

// SetDefaultServiceLimits has no effect.
func SetDefaultServiceLimits(*rcmgr.ScalingLimitConfig) {}
