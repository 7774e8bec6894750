package api

import (
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/weftchain/weft/node/api/limit"
)

// GRPCConfig is section [grpc] of app.toml.
type GRPCConfig struct {
	// Enable opens the door.
	Enable bool `mapstructure:"enable"`
	// Address is where it listens, host:port.
	Address string `mapstructure:"address"`
	// MaxRecvBytes and MaxSendBytes bound a request and an answer.
	MaxRecvBytes int `mapstructure:"max-recv-msg-size"`
	MaxSendBytes int `mapstructure:"max-send-msg-size"`
	// MaxConnections bounds the open connections.
	MaxConnections int `mapstructure:"max-open-connections"`
	// MaxConcurrent bounds the requests that are served at once.
	MaxConcurrent int `mapstructure:"max-concurrent"`
	// RateLimit is how many requests a second one client may send, 0 any
	// number; RateBurst how many at once after a pause.
	RateLimit float64 `mapstructure:"rate-limit"`
	RateBurst int     `mapstructure:"rate-burst"`
}

// RESTConfig is section [api] of app.toml.
type RESTConfig struct {
	// Enable opens the door.
	Enable bool `mapstructure:"enable"`
	// Address is where it listens, host:port, maybe with tcp:// in front.
	Address string `mapstructure:"address"`
	// CORSOrigins are the web pages that may ask; "*" is all.
	CORSOrigins []string `mapstructure:"cors-allowed-origins"`
	// MaxBodyBytes bounds the body of a request, MaxAnswerBytes an answer
	// before it becomes JSON.
	MaxBodyBytes   int `mapstructure:"max-body-bytes"`
	MaxAnswerBytes int `mapstructure:"max-answer-bytes"`
	// MaxConnections bounds the open connections.
	MaxConnections int `mapstructure:"max-open-connections"`
	// MaxConcurrent, RateLimit and RateBurst are as in section [grpc].
	MaxConcurrent int     `mapstructure:"max-concurrent"`
	RateLimit     float64 `mapstructure:"rate-limit"`
	RateBurst     int     `mapstructure:"rate-burst"`
}

// Addresses that the doors have unless configured: those of all Cosmos chains,
// but on this machine only.
const (
	DefaultGRPCAddress = "127.0.0.1:9090"
	DefaultRESTAddress = "127.0.0.1:1317"
)

// Default bounds. A rate of a thousand a second is more than a dApp's backend
// asks and less than what starves the node.
const (
	defaultRecvBytes   = 10 << 20
	defaultSendBytes   = 16 << 20
	defaultBodyBytes   = 8 << 20
	defaultConnections = 1_000
	defaultConcurrent  = 64
	defaultRate        = 1_000
	defaultBurst       = 2_000
	patience           = 5 * time.Second
	maxSetting         = 1 << 30
)

// DefaultGRPCConfig serves this machine.
func DefaultGRPCConfig() GRPCConfig {
	return GRPCConfig{
		Enable: true, Address: DefaultGRPCAddress, MaxRecvBytes: defaultRecvBytes, MaxSendBytes: defaultSendBytes,
		MaxConnections: defaultConnections, MaxConcurrent: defaultConcurrent, RateLimit: defaultRate, RateBurst: defaultBurst,
	}
}

// DefaultRESTConfig serves this machine, and every web page on it.
func DefaultRESTConfig() RESTConfig {
	return RESTConfig{
		Enable: true, Address: DefaultRESTAddress, CORSOrigins: []string{"*"},
		MaxBodyBytes: defaultBodyBytes, MaxAnswerBytes: defaultSendBytes,
		MaxConnections: defaultConnections, MaxConcurrent: defaultConcurrent, RateLimit: defaultRate, RateBurst: defaultBurst,
	}
}

// Validate refuses settings out of bounds. The error names section, key, value
// and what is allowed.
func (c GRPCConfig) Validate() error {
	if err := checkDoor("grpc", c.Enable, c.Address, c.limits()); err != nil {
		return err
	}
	return checkNumbers("grpc", []number{
		{"max-recv-msg-size", c.MaxRecvBytes},
		{"max-send-msg-size", c.MaxSendBytes},
		{"max-open-connections", c.MaxConnections},
		{"max-concurrent", c.MaxConcurrent},
	})
}

// Validate refuses settings out of bounds. The error names section, key, value
// and what is allowed.
func (c RESTConfig) Validate() error {
	if err := checkDoor("api", c.Enable, c.Address, c.limits()); err != nil {
		return err
	}
	for _, origin := range c.CORSOrigins {
		if origin == "" || strings.ContainsAny(origin, " \t\n") {
			return fmt.Errorf("app.toml: [api] cors-allowed-origins: %q is no origin such as https://example.com", origin)
		}
	}
	return checkNumbers("api", []number{
		{"max-body-bytes", c.MaxBodyBytes},
		{"max-answer-bytes", c.MaxAnswerBytes},
		{"max-open-connections", c.MaxConnections},
		{"max-concurrent", c.MaxConcurrent},
	})
}

func (c GRPCConfig) limits() limit.Config {
	return limits("grpc", c.RateLimit, c.RateBurst, c.MaxConcurrent)
}

func (c RESTConfig) limits() limit.Config {
	return limits("api", c.RateLimit, c.RateBurst, c.MaxConcurrent)
}

func limits(section string, rate float64, burst, concurrent int) limit.Config {
	return limit.Config{
		Rate: rate, Burst: burst, Concurrent: concurrent, Patience: patience,
		RateKey:       "rate-limit in section [" + section + "] of app.toml",
		ConcurrentKey: "max-concurrent in section [" + section + "] of app.toml",
	}
}

type number struct {
	key   string
	value int
}

func checkNumbers(section string, list []number) error {
	for _, n := range list {
		if n.value < 1 || n.value > maxSetting {
			return fmt.Errorf("app.toml: [%s] %s is %d, must be 1 to %d", section, n.key, n.value, maxSetting)
		}
	}
	return nil
}

func checkDoor(section string, enable bool, address string, l limit.Config) error {
	if err := l.Validate(); err != nil {
		return fmt.Errorf("app.toml: [%s] rate-limit, rate-burst or max-concurrent: %w", section, err)
	}
	if !enable {
		return nil
	}
	if _, _, err := net.SplitHostPort(trimScheme(address)); err != nil {
		return fmt.Errorf("app.toml: [%s] address is %q, must be host:port such as 127.0.0.1:1317: %w", section, address, err)
	}
	return nil
}

func trimScheme(address string) string { return strings.TrimPrefix(address, "tcp://") }

// text is the two sections as app.toml has them.
const text = `
# gRPC: all queries by their protobuf names, and server reflection.
[grpc]
enable = %t
address = %q
# Bytes of one request and of one answer.
max-recv-msg-size = %d
max-send-msg-size = %d
max-open-connections = %d
# Requests served at once, of all clients.
max-concurrent = %d
# Requests a second of one client in the long run (0: any number), and at once
# after a pause.
rate-limit = %v
rate-burst = %d

# REST: the same queries as JSON at the paths of the Cosmos SDK, and their
# description at /openapi.json.
[api]
enable = %t
address = %q
# Web pages that may ask; "*" is all, [] none.
cors-allowed-origins = [%s]
# Bytes of the body of one request, and of one answer before it becomes JSON.
max-body-bytes = %d
max-answer-bytes = %d
max-open-connections = %d
max-concurrent = %d
rate-limit = %v
rate-burst = %d
`

// Text returns both sections in the form of app.toml.
func Text(g GRPCConfig, r RESTConfig) string {
	origins := make([]string, len(r.CORSOrigins))
	for i, o := range r.CORSOrigins {
		origins[i] = fmt.Sprintf("%q", o)
	}
	return fmt.Sprintf(text,
		g.Enable, g.Address, g.MaxRecvBytes, g.MaxSendBytes, g.MaxConnections, g.MaxConcurrent, decimal(g.RateLimit), g.RateBurst,
		r.Enable, r.Address, strings.Join(origins, ", "), r.MaxBodyBytes, r.MaxAnswerBytes, r.MaxConnections, r.MaxConcurrent,
		decimal(r.RateLimit), r.RateBurst)
}

// decimal writes a number that TOML reads as a float.
func decimal(f float64) string {
	s := fmt.Sprintf("%g", f)
	if strings.ContainsAny(s, ".e") {
		return s
	}
	return s + ".0"
}
