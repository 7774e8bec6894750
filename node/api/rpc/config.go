package rpc

import (
	"fmt"
	"time"

	"github.com/weftchain/weft/node/api/limit"
)

// Config says what the door lets through. Names in brackets are keys of section
// [rpc-door] of app.toml or of section [rpc] of config.toml.
type Config struct {
	// Rate is how many units of cost a client may spend a second in the long
	// run, and Burst how many at once after a pause; Rate 0 is no limit
	// (rate-limit, rate-burst).
	Rate, Burst int
	// Calls and HeavyCalls bound what runs at once (max-calls,
	// max-heavy-calls).
	Calls, HeavyCalls int
	// Batch is how many calls one batch may hold (config.toml:
	// max_request_batch_size).
	Batch int
	// BodyBytes bounds a question (config.toml: max_body_bytes), HeaderBytes
	// its header (max_header_bytes), AnswerBytes an answer, whole batches
	// included (max-answer-mib).
	BodyBytes, AnswerBytes int64
	HeaderBytes            int
	// SearchBytes is how much of the index one search may read
	// (max-search-mib).
	SearchBytes int64
	// Connections is how many may be open (config.toml: max_open_connections;
	// 0 is no limit), and ClientConnections how many of one client
	// (max-connections-per-client).
	Connections, ClientConnections int
	// Subscribers is how many WebSockets may have subscriptions (config.toml:
	// max_subscription_clients), Subscriptions how many one WebSocket may have
	// (max_subscriptions_per_client), and Buffer how many events may wait for a
	// slow reader in each (experimental_subscription_buffer_size).
	Subscribers, Subscriptions, Buffer int
	// Forwarded takes the client's address from the last entry of
	// X-Forwarded-For (trust-forwarded-for).
	Forwarded bool
	// Origins, Methods and Headers are the rules for pages of other origins
	// (config.toml: cors_allowed_*).
	Origins, Methods, Headers []string
	// CertFile and KeyFile make it HTTPS when both are set (config.toml:
	// tls_cert_file, tls_key_file).
	CertFile, KeyFile string
}

// Bounds of time that are the same for every door.
const (
	headerTime = 10 * time.Second  // for the header of a question
	bodyTime   = 30 * time.Second  // for all of a question
	writeTime  = 60 * time.Second  // from the header of a question to the end of its answer
	idleTime   = 120 * time.Second // between two questions of a connection
	batchTime  = 30 * time.Second  // for the calls of one batch
	turnTime   = 3 * time.Second   // a call waits so long for its turn
	searchTime = 10 * time.Second  // for one search
	indexTime  = 500 * time.Millisecond
)

// heldBytes bounds the answers that wait for their readers, all together.
const heldBytes = 512 << 20

func (c Config) limiters() (calls, heavy, waiting *limit.Limiter) {
	const section = " in section [rpc-door] of app.toml"
	calls = limit.New(limit.Config{
		Rate: float64(c.Rate), Burst: max(c.Burst, 1), RateKey: "rate-limit" + section + " (costs of methods: docs/spec/rpc.md)",
		Concurrent: c.Calls, Patience: turnTime, ConcurrentKey: "max-calls" + section,
	})
	heavy = limit.New(limit.Config{Concurrent: c.HeavyCalls, Patience: turnTime, ConcurrentKey: "max-heavy-calls" + section})
	waiting = limit.New(limit.Config{Concurrent: c.Subscribers, ConcurrentKey: "max_subscription_clients in section [rpc] of config.toml"})
	return calls, heavy, waiting
}

// Validate refuses what is out of bounds, with the key of app.toml.
func (c Config) Validate() error {
	for _, v := range []struct {
		key                string
		value, least, most int64
	}{
		{"rate-limit", int64(c.Rate), 0, 1_000_000_000},
		{"rate-burst", int64(c.Burst), 1, 1_000_000_000},
		{"max-calls", int64(c.Calls), 1, 10_000},
		{"max-heavy-calls", int64(c.HeavyCalls), 1, 10_000},
		{"max-answer-mib", c.AnswerBytes >> 20, 1, 1024},
		{"max-search-mib", c.SearchBytes >> 20, 1, 1 << 20},
		{"max-connections-per-client", int64(c.ClientConnections), 1, 1_000_000},
	} {
		if v.value < v.least || v.value > v.most {
			return fmt.Errorf("%s is %d, must be %d to %d", v.key, v.value, v.least, v.most)
		}
	}
	return nil
}
