package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	rpc "github.com/cometbft/cometbft/rpc/client"
	rpchttp "github.com/cometbft/cometbft/rpc/client/http"
	coretypes "github.com/cometbft/cometbft/rpc/core/types"
	jsonrpc "github.com/cometbft/cometbft/rpc/jsonrpc/types"
)

// Bounds of one call to a node.
const (
	maxAnswerBytes = 128 << 20 // a block of 4 MiB with its results in JSON and base64 fits many times
	callTimeout    = 30 * time.Second
)

// Client is a connection to one node's RPC. It is safe for concurrent use.
type Client struct {
	rpc *rpchttp.HTTP
	url string
}

// New prepares to talk to the RPC of a node; it sends nothing. nodeURL is
// tcp://host:port, http://… or https://…, without credentials.
func New(nodeURL string) (*Client, error) {
	u, err := parseURL(nodeURL)
	if err != nil {
		return nil, err
	}
	web := &http.Client{
		Transport: limited{&http.Transport{MaxIdleConnsPerHost: 8, IdleConnTimeout: time.Minute, DisableCompression: true}},
		CheckRedirect: func(req *http.Request, _ []*http.Request) error {
			return fmt.Errorf("it redirects to %s, which is not followed", req.URL.Redacted())
		},
	}
	c, err := rpchttp.NewWithClient(u.String(), "/websocket", web)
	if err != nil {
		return nil, err
	}
	return &Client{rpc: c, url: nodeURL}, nil
}

// ErrURL says that a node's URL cannot be used.
var ErrURL = errors.New("write a node's URL as tcp://host:port, http://host:port or https://host")

func parseURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("%.200q is no URL: %w", text, ErrURL)
	}
	switch {
	case u.User != nil:
		return nil, fmt.Errorf("a URL with a password ends up in process lists and logs: %w", ErrURL)
	case u.Host == "" || u.Hostname() == "":
		return nil, fmt.Errorf("%.200q names no host: %w", text, ErrURL)
	case u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("%.200q has a query or a fragment: %w", text, ErrURL)
	}
	switch u.Scheme {
	case "tcp":
		u.Scheme = "http"
	case "http", "https":
	default:
		return nil, fmt.Errorf("%.200q: scheme %.20q: %w", text, u.Scheme, ErrURL)
	}
	return u, nil
}

// limited bounds the length of an answer, whatever a node sends.
type limited struct{ next http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (l limited) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := l.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	res.Body = &limitedBody{ReadCloser: res.Body, left: maxAnswerBytes}
	return res, nil
}

type limitedBody struct {
	io.ReadCloser
	left int64
}

// Read implements io.Reader.
func (b *limitedBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, fmt.Errorf("the answer is longer than %d bytes", maxAnswerBytes)
	}
	if int64(len(p)) > b.left {
		p = p[:b.left]
	}
	n, err := b.ReadCloser.Read(p)
	b.left -= int64(n)
	return n, err
}

// URL returns the URL that the client was made with.
func (c *Client) URL() string { return c.url }

// RPC returns CometBFT's own client, for calls that have no method here.
func (c *Client) RPC() rpc.RemoteClient { return c.rpc }

// Status returns what the node says of itself.
func (c *Client) Status(ctx context.Context) (*coretypes.ResultStatus, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	status, err := c.rpc.Status(ctx)
	return status, c.call("status", err)
}

// CheckChain makes sure that the node serves the chain with that id. The error
// is a *ChainIDError if it serves another one.
func (c *Client) CheckChain(ctx context.Context, chainID string) error {
	status, err := c.Status(ctx)
	if err != nil {
		return err
	}
	if got := status.NodeInfo.Network; got != chainID {
		return &ChainIDError{Want: chainID, Got: got, URL: c.url}
	}
	return nil
}

// call turns what CometBFT's client returns into a NodeError (the node
// answered, with an error) or a NetworkError (it did not).
func (c *Client) call(method string, err error) error {
	if err == nil {
		return nil
	}
	var answered *jsonrpc.RPCError
	if errors.As(err, &answered) {
		text := answered.Data
		if text == "" {
			text = answered.Message
		}
		return &NodeError{Method: method, Text: text}
	}
	return &NetworkError{URL: c.url, Err: plain(err)}
}

// plain strips what the layers below put around the reason: the URL, which is
// named anyway, and the name of the HTTP method.
func plain(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	if text, ok := strings.CutPrefix(err.Error(), "error in json rpc client, with http response metadata: "); ok {
		return fmt.Errorf("it does not speak CometBFT's RPC %s", text)
	}
	return err
}
