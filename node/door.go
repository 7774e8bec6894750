package node

import (
	"context"
	"fmt"
	"net/http"
	"time"

	rpccore "github.com/cometbft/cometbft/rpc/core"

	"github.com/weftchain/weft/node/api/rpc"
)

// DoorConfig is section [rpc-door] of app.toml: how much clients of the RPC may
// ask. What CometBFT has a setting for stands in section [rpc] of config.toml.
type DoorConfig struct {
	// RateLimit is how many units of cost a client may spend a second (a small
	// call is 1, docs/spec/rpc.md has the table); 0 is no limit. RateBurst is
	// how many at once after a pause.
	RateLimit int `mapstructure:"rate-limit"`
	RateBurst int `mapstructure:"rate-burst"`
	// MaxCalls and MaxHeavyCalls are how many run at once, of all clients.
	MaxCalls      int `mapstructure:"max-calls"`
	MaxHeavyCalls int `mapstructure:"max-heavy-calls"`
	// MaxAnswerMiB bounds one answer, MaxSearchMiB what a search may read.
	MaxAnswerMiB int64 `mapstructure:"max-answer-mib"`
	MaxSearchMiB int64 `mapstructure:"max-search-mib"`
	// MaxClientConnections is how many connections one client may have open.
	MaxClientConnections int `mapstructure:"max-connections-per-client"`
	// TrustForwardedFor takes a client's address from X-Forwarded-For.
	TrustForwardedFor bool `mapstructure:"trust-forwarded-for"`
}

func defaultDoor() DoorConfig {
	return DoorConfig{
		RateLimit: 10_000, RateBurst: 20_000, MaxCalls: 64, MaxHeavyCalls: 4,
		MaxAnswerMiB: 64, MaxSearchMiB: 256, MaxClientConnections: 300,
	}
}

// doorToml is the section's text.
const doorToml = `
# The door of the RPC, whose address and sizes are in section [rpc] of
# config.toml.
[rpc-door]

# How many units of cost one client (an IPv4 address, or the first 64 bits of an
# IPv6 address) may spend a second, and how many at once after a pause. A small
# call costs 1, a search 20 or more: docs/spec/rpc.md. 0 is no limit.
rate-limit = %d
rate-burst = %d

# How many calls run at once, of all clients; and how many of those that read
# very much.
max-calls = %d
max-heavy-calls = %d

# The longest answer, in MiB; and how much of the index one search may read.
max-answer-mib = %d
max-search-mib = %d

# How many connections one client may have open.
max-connections-per-client = %d

# Take a client's address from the last entry of X-Forwarded-For. Only for a
# node that is reached through a proxy alone: others could write what they like.
trust-forwarded-for = %t
`

func (c DoorConfig) toml() string {
	return fmt.Sprintf(doorToml, c.RateLimit, c.RateBurst, c.MaxCalls, c.MaxHeavyCalls, c.MaxAnswerMiB, c.MaxSearchMiB,
		c.MaxClientConnections, c.TrustForwardedFor)
}

// door puts the settings of both files together.
func (c Config) door() rpc.Config {
	r, d := c.Comet.RPC, c.App.Door
	out := rpc.Config{
		Rate: d.RateLimit, Burst: d.RateBurst, Calls: d.MaxCalls, HeavyCalls: d.MaxHeavyCalls,
		Batch: r.MaxRequestBatchSize, BodyBytes: r.MaxBodyBytes, HeaderBytes: r.MaxHeaderBytes,
		AnswerBytes: d.MaxAnswerMiB << 20, SearchBytes: d.MaxSearchMiB << 20,
		Connections: r.MaxOpenConnections, ClientConnections: d.MaxClientConnections,
		Subscribers: r.MaxSubscriptionClients, Subscriptions: r.MaxSubscriptionsPerClient, Buffer: r.SubscriptionBufferSize,
		Forwarded: d.TrustForwardedFor,
		Origins:   r.CORSAllowedOrigins, Methods: r.CORSAllowedMethods, Headers: r.CORSAllowedHeaders,
	}
	if r.IsTLSEnabled() {
		out.CertFile, out.KeyFile = r.CertFile(), r.KeyFile()
	}
	return out
}

// openDoor listens on the addresses of the RPC. CometBFT does not listen
// itself: it is told of no address.
func (n *running) openDoor(env *rpccore.Environment) error {
	address := n.cfg.Comet.RPC.ListenAddress
	if n.cfg.Comet.RPC.Unsafe {
		n.log.Warn("config.toml: rpc.unsafe has no effect: unsafe calls are not served")
	}
	n.door = rpc.New(rpc.Options{
		Config: n.cfg.door(), Env: env, Address: address, Log: n.log,
		Committed: func() int64 { height, _ := n.app.Info(); return height },
		IndexRead: n.dbs.indexRead.Load, Pages: n.eventPages(),
		Trace: http.HandlerFunc(n.serveTrace), TraceAccess: n.cfg.App.Trace.Access,
	})
	n.openMethods()
	if address == "" {
		return nil
	}
	listeners, err := rpc.Listen(address)
	if err != nil {
		return cannotListen(address, "--rpc.laddr", err)
	}
	for _, l := range listeners {
		go func() {
			if err := n.door.Serve(l); err != nil {
				n.fault(fmt.Errorf("the RPC on %s ended: %w", l.Addr(), err))
			}
		}()
	}
	return nil
}

// doorPatience is how long calls may take to end when the node stops.
const doorPatience = 2 * time.Second

func (n *running) closeDoor() {
	if n.door == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), doorPatience)
	defer cancel()
	n.report("closing the RPC", n.door.Close(ctx))
}
