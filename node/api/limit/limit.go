// Package limit keeps clients of a node's doors from taking more than their
// share: so many requests a second from one address, so many at once from all.
// It knows addresses and numbers; what a request is and what it costs is left
// to the doors (gRPC, REST, RPC), which each have a Limiter of their own.
package limit

import (
	"context"
	"fmt"
	"math"
	"time"
)

// Config says how much is too much. The zero value of a field switches that
// limit off.
type Config struct {
	// Rate is how many requests a second one client may send in the long run.
	Rate float64
	// Burst is how many it may send at once after a pause; at least 1 if Rate
	// is set.
	Burst int
	// Concurrent is how many requests are served at once, of all clients.
	Concurrent int
	// Patience is how long a request waits for its turn before it is refused;
	// 0 is not at all.
	Patience time.Duration
	// RateKey and ConcurrentKey name the settings behind Rate and Concurrent,
	// such as "rate-limit in section [grpc] of app.toml", for the errors.
	RateKey, ConcurrentKey string
}

// Validate refuses numbers that mean nothing.
func (c Config) Validate() error {
	switch {
	case math.IsNaN(c.Rate) || c.Rate < 0 || c.Rate > 1e9:
		return fmt.Errorf("rate of %v requests a second, must be 0 (no limit) to 1e9", c.Rate)
	case c.Rate > 0 && c.Burst < 1:
		return fmt.Errorf("burst of %d requests, must be at least 1", c.Burst)
	case c.Concurrent < 0:
		return fmt.Errorf("%d requests at once, must be 0 (no limit) or more", c.Concurrent)
	case c.Patience < 0:
		return fmt.Errorf("patience of %s, must not be negative", c.Patience)
	}
	return nil
}

// Error is a refusal. It is about load and not about the request: the same
// request may pass later.
type Error struct {
	// Limit names what was reached: "rate" or "concurrency".
	Limit string
	text  string
}

// Error says which limit was reached and what sets it.
func (e *Error) Error() string { return e.text }

// Limiter applies a Config. It is safe for many goroutines.
type Limiter struct {
	cfg     Config
	clients *clients
	slots   chan struct{}
}

// New returns a Limiter. The Config must be valid.
func New(cfg Config) *Limiter {
	l := &Limiter{cfg: cfg}
	if cfg.Rate > 0 {
		l.clients = newClients(cfg.Rate, cfg.Burst)
	}
	if cfg.Concurrent > 0 {
		l.slots = make(chan struct{}, cfg.Concurrent)
	}
	return l
}

// Allow counts a request of a client, whose address is "host:port" or "host",
// and returns an *Error if it sent too many. A network of IPv6 addresses with
// the same first 64 bits is one client.
func (l *Limiter) Allow(address string) error { return l.AllowN(address, 1) }

// AllowN is Allow for a request that counts as n, such as a batch.
func (l *Limiter) AllowN(address string, n int) error {
	if l.clients == nil || l.clients.allow(Client(address), n, time.Now()) {
		return nil
	}
	return &Error{Limit: "rate", text: fmt.Sprintf(
		"this client sends more than %g requests a second: slow down, or raise %s", l.cfg.Rate, key(l.cfg.RateKey, "the rate limit"))}
}

// Enter waits for a turn and returns what gives it back; the caller must call
// that exactly once. It returns an *Error if no turn came in time, or ctx's own
// error.
func (l *Limiter) Enter(ctx context.Context) (leave func(), err error) {
	if l.slots == nil {
		return func() {}, nil
	}
	select {
	case l.slots <- struct{}{}:
		return l.leave, nil
	default:
	}
	timer := time.NewTimer(l.cfg.Patience)
	defer timer.Stop()
	select {
	case l.slots <- struct{}{}:
		return l.leave, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-timer.C:
		return nil, &Error{Limit: "concurrency", text: fmt.Sprintf(
			"%d requests run at once: try again, or raise %s", l.cfg.Concurrent, key(l.cfg.ConcurrentKey, "the limit"))}
	}
}

func (l *Limiter) leave() { <-l.slots }

func key(name, otherwise string) string {
	if name == "" {
		return otherwise
	}
	return name
}
