package limit

import (
	"net"
	"net/netip"
	"sync"
	"time"
)

// maxClients bounds each of the two generations of remembered clients, and so
// the memory: some hundred bytes each.
const maxClients = 10_000

// clients holds a token bucket for each client that was seen lately. When the
// young generation is full it becomes the old one and the old one is forgotten,
// so that a flood of addresses costs a bounded table and no search. A client
// that is forgotten starts with a full bucket.
type clients struct {
	rate  float64
	burst float64

	mu         sync.Mutex
	young, old map[string]*bucket
}

type bucket struct {
	tokens float64
	seen   time.Time
}

func newClients(rate float64, burst int) *clients {
	return &clients{rate: rate, burst: float64(burst), young: map[string]*bucket{}}
}

// allow takes n tokens out of a client's bucket if they are there. More than a
// full bucket holds is allowed when it is full, or it would never be.
func (c *clients) allow(client string, n int, now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	b := c.bucket(client, now)
	if passed := now.Sub(b.seen).Seconds(); passed > 0 {
		b.tokens = min(c.burst, b.tokens+passed*c.rate)
		b.seen = now
	}
	want := float64(max(n, 1))
	if b.tokens < min(want, c.burst) {
		return false
	}
	b.tokens -= want
	return true
}

func (c *clients) bucket(client string, now time.Time) *bucket {
	if b, ok := c.young[client]; ok {
		return b
	}
	b, ok := c.old[client]
	if !ok {
		b = &bucket{tokens: c.burst, seen: now}
	}
	if len(c.young) >= maxClients {
		c.old, c.young = c.young, make(map[string]*bucket, maxClients)
	}
	c.young[client] = b
	return b
}

// Client is the name under which an address ("host:port" or "host") is counted:
// the IPv4 address, the first 64 bits of an IPv6 address, or the text itself.
func Client(address string) string {
	host := address
	if h, _, err := net.SplitHostPort(address); err == nil {
		host = h
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is4() {
		return ip.String()
	}
	network, err := ip.Prefix(64)
	if err != nil {
		return host
	}
	return network.String()
}
