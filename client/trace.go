package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/weftchain/weft/chain/trace"
	"github.com/weftchain/weft/tx"
)

// traceTimeout bounds one trace: a node gives it less.
const traceTimeout = 70 * time.Second

// traceTries is how often a trace is asked for that took the node too long: what
// it has compiled by then it need not compile again.
const traceTries = 3

// errTooSlow says that the trace took the node too long.
var errTooSlow = errors.New("too slow")

// Trace asks the node for a trace (docs/spec/trace.md).
func (c *Client) Trace(ctx context.Context, in trace.Request) (t *trace.Trace, err error) {
	for range traceTries {
		if t, err = c.traceOnce(ctx, in); !errors.Is(err, errTooSlow) || ctx.Err() != nil {
			return t, err
		}
	}
	return nil, err
}

func (c *Client) traceOnce(ctx context.Context, in trace.Request) (*trace.Trace, error) {
	ctx, cancel := context.WithTimeout(ctx, traceTimeout)
	defer cancel()
	u, err := parseURL(c.url)
	if err != nil {
		return nil, err
	}
	u.Path = strings.TrimSuffix(u.Path, "/") + trace.Path
	body, err := json.Marshal(in)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	web := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := web.Do(req)
	if err != nil {
		return nil, &NetworkError{URL: c.url, Err: plain(err)}
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxAnswerBytes))
	if err != nil {
		return nil, &NetworkError{URL: c.url, Err: err}
	}
	if res.StatusCode != http.StatusOK {
		return nil, c.traceRefused(res, answer)
	}
	t, err := trace.Parse(answer)
	if err != nil {
		return nil, &NodeError{Method: "the trace", Text: err.Error()}
	}
	return t, nil
}

// traceRefused reads why there is no trace: in the form of REST, or of the RPC's
// door.
func (c *Client) traceRefused(res *http.Response, body []byte) error {
	var said struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
		Error   struct {
			Message string `json:"message"`
			Data    string `json:"data"`
		} `json:"error"`
	}
	_ = json.Unmarshal(body, &said) // what is no JSON says nothing
	text := said.Message
	if text == "" && said.Error.Message != "" {
		text = strings.TrimSuffix(said.Error.Message+": "+said.Error.Data, ": ")
	}
	switch {
	case text == "" && res.StatusCode == http.StatusNotFound:
		text = "it has no " + trace.Path + ": is it older than this program?"
	case text == "":
		text = fmt.Sprintf("it answered with %s", res.Status)
	}
	if res.StatusCode == http.StatusServiceUnavailable && said.Code == codeDeadline {
		return &NetworkError{URL: c.url, Err: fmt.Errorf("%w: %s", errTooSlow, text)}
	}
	if res.StatusCode == http.StatusTooManyRequests || res.StatusCode == http.StatusServiceUnavailable {
		return &NetworkError{URL: c.url, Err: errors.New(text)}
	}
	return &NodeError{Method: "the trace", Text: text}
}

// codeDeadline is DeadlineExceeded, of the codes of gRPC.
const codeDeadline = 4

// Trace simulates a prepared transaction, as Estimate does, and returns how that
// went; that it fails is no error. The account must have been looked up, as
// Estimate does.
func (s *Sender) Trace(ctx context.Context, b tx.Builder, profile bool) (*trace.Trace, error) {
	raw, err := s.forSimulation(s.draft(b))
	if err != nil {
		return nil, err
	}
	return s.Client.Trace(ctx, trace.Request{Tx: raw, Profile: profile})
}
