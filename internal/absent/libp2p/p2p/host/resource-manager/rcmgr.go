// Package rcmgr stands in for go-libp2p's bounds of what peers use.
package rcmgr

import (
	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/network"
)

// LimitVal is a bound.
type LimitVal int

// ResourceLimits are the bounds of one thing.
type ResourceLimits struct {
	Conns, ConnsInbound, ConnsOutbound, Streams, StreamsInbound, StreamsOutbound LimitVal
}

// PartialLimitConfig are the bounds that somebody set.
type PartialLimitConfig struct {
	System, PeerDefault                          ResourceLimits
	Service, ServicePeer, Protocol, ProtocolPeer map[string]ResourceLimits
}

// Build returns no bounds.
func (PartialLimitConfig) Build(ConcreteLimitConfig) ConcreteLimitConfig {
	return ConcreteLimitConfig{}
}

// ConcreteLimitConfig are all bounds.
type ConcreteLimitConfig struct{}

// ToPartialLimitConfig returns no bounds.
func (ConcreteLimitConfig) ToPartialLimitConfig() PartialLimitConfig { return PartialLimitConfig{} }

// ScalingLimitConfig are bounds that follow the machine's memory.
type ScalingLimitConfig struct{}

// AutoScale returns no bounds.
func (*ScalingLimitConfig) AutoScale() ConcreteLimitConfig { return ConcreteLimitConfig{} }

// Bounds that nothing reads.
var (
	DefaultLimits  ScalingLimitConfig
	InfiniteLimits ConcreteLimitConfig
)

// Limiter answers what the bounds are.
type Limiter interface{ isLimiter() }

type fixed struct{}

func (fixed) isLimiter() {}

// NewFixedLimiter bounds nothing.
func NewFixedLimiter(ConcreteLimitConfig) Limiter { return fixed{} }

// NewResourceManager returns crypto.ErrAbsent.
func NewResourceManager(Limiter) (network.ResourceManager, error) { return nil, crypto.ErrAbsent }
