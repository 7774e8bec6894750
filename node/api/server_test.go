package api

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/spf13/viper"
	"github.com/stretchr/testify/require"

	_ "github.com/weftchain/weft/proto/cosmos/bank/v1beta1"
)

func ask(context.Context, string, []byte, int64) ([]byte, int64, error) { return nil, 7, nil }

func options(grpc, rest string) Options {
	o := Options{
		GRPC: DefaultGRPCConfig(), REST: DefaultRESTConfig(), Ask: ask,
		Methods: []string{"/cosmos.bank.v1beta1.Query/Params"}, Log: slog.New(slog.DiscardHandler),
	}
	o.GRPC.Address, o.REST.Address = grpc, rest
	return o
}

// TestText: what app.toml is made of reads back as the same settings.
func TestText(t *testing.T) {
	var got struct {
		GRPC GRPCConfig `mapstructure:"grpc"`
		API  RESTConfig `mapstructure:"api"`
	}
	rest := DefaultRESTConfig()
	rest.CORSOrigins, rest.RateLimit = []string{"https://a.example", "https://b.example"}, 0.5
	v := viper.New()
	v.SetConfigType("toml")
	require.NoError(t, v.ReadConfig(strings.NewReader(Text(DefaultGRPCConfig(), rest))))
	require.NoError(t, v.UnmarshalExact(&got))
	require.Equal(t, DefaultGRPCConfig(), got.GRPC)
	require.Equal(t, rest, got.API)
}

func TestValidate(t *testing.T) {
	require.NoError(t, DefaultGRPCConfig().Validate())
	require.NoError(t, DefaultRESTConfig().Validate())
	for key, spoil := range map[string]func(*GRPCConfig){
		"address":              func(c *GRPCConfig) { c.Address = "9090" },
		"max-recv-msg-size":    func(c *GRPCConfig) { c.MaxRecvBytes = 0 },
		"max-send-msg-size":    func(c *GRPCConfig) { c.MaxSendBytes = -1 },
		"max-open-connections": func(c *GRPCConfig) { c.MaxConnections = 0 },
		"max-concurrent":       func(c *GRPCConfig) { c.MaxConcurrent = 0 },
		"rate-limit":           func(c *GRPCConfig) { c.RateLimit = -1 },
		"rate-burst":           func(c *GRPCConfig) { c.RateBurst = 0 },
	} {
		c := DefaultGRPCConfig()
		spoil(&c)
		require.ErrorContains(t, c.Validate(), key)
		require.ErrorContains(t, c.Validate(), "[grpc]")
	}
	for key, spoil := range map[string]func(*RESTConfig){
		"address":              func(c *RESTConfig) { c.Address = "tcp://" },
		"cors-allowed-origins": func(c *RESTConfig) { c.CORSOrigins = []string{"a b"} },
		"max-body-bytes":       func(c *RESTConfig) { c.MaxBodyBytes = 0 },
		"max-answer-bytes":     func(c *RESTConfig) { c.MaxAnswerBytes = 2 << 30 },
	} {
		c := DefaultRESTConfig()
		spoil(&c)
		require.ErrorContains(t, c.Validate(), key)
		require.ErrorContains(t, c.Validate(), "[api]")
	}
	off := GRPCConfig{MaxRecvBytes: 1, MaxSendBytes: 1, MaxConnections: 1, MaxConcurrent: 1, Address: "off"}
	require.NoError(t, off.Validate(), "a closed door needs no address")
}

// TestServer opens and closes the doors, and looks at what is no method.
func TestServer(t *testing.T) {
	s, err := NewServer(options("127.0.0.1:0", "tcp://127.0.0.1:0"))
	require.NoError(t, err)
	get := func(path string) (int, string, http.Header) {
		res, err := http.Get("http://" + s.RESTAddress + path)
		require.NoError(t, err)
		defer res.Body.Close()
		text, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		return res.StatusCode, string(text), res.Header
	}
	code, text, _ := get("/cosmos/bank/v1beta1/params")
	require.Equal(t, http.StatusOK, code)
	require.JSONEq(t, `{"params":{"send_enabled":[],"default_send_enabled":false}}`, text)
	code, text, header := get("/openapi.json")
	require.Equal(t, http.StatusOK, code)
	require.Contains(t, text, `"openapi": "3.0.3"`)
	require.Equal(t, "application/json", header.Get("Content-Type"))
	for _, path := range []string{"/", "/swagger/"} {
		code, text, header = get(path)
		require.Equal(t, http.StatusOK, code)
		require.Contains(t, text, "/openapi.json")
		require.NotRegexp(t, `(src|href)="http`, text, "it needs no network")
		require.Contains(t, header.Get("Content-Security-Policy"), "default-src 'none'")
	}
	code, _, _ = get("/cosmos/nothing")
	require.Equal(t, http.StatusNotImplemented, code)
	conn, err := net.Dial("tcp", s.GRPCAddress)
	require.NoError(t, err)
	require.NoError(t, conn.Close())
	s.Close()
	_, err = net.Dial("tcp", s.GRPCAddress)
	require.Error(t, err)
	_, err = net.Dial("tcp", s.RESTAddress)
	require.Error(t, err)
}

// TestTaken: an address that somebody chose must be free, a door that is off
// needs none, and nothing stays open after an error.
func TestTaken(t *testing.T) {
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer busy.Close()
	_, err = NewServer(options(busy.Addr().String(), "127.0.0.1:0"))
	require.ErrorContains(t, err, "choose another address with --grpc.address")
	_, err = NewServer(options("127.0.0.1:0", busy.Addr().String()))
	require.ErrorContains(t, err, "choose another address with --api.address")
	o := options(busy.Addr().String(), busy.Addr().String())
	o.GRPC.Enable, o.REST.Enable = false, false
	s, err := NewServer(o)
	require.NoError(t, err)
	require.Empty(t, s.GRPCAddress+s.RESTAddress)
	s.Close()
	o.Methods = []string{"/no.Such/Method"}
	_, err = NewServer(o)
	require.Error(t, err)
}
