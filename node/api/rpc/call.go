package rpc

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"runtime/debug"
	"strconv"

	"github.com/weftchain/weft/node/api/limit"
)

// caller is who asks.
type caller struct {
	client string // for the limits
}

// call runs one JSON-RPC call through all limits and returns its answer.
func (d *Door) call(ctx context.Context, who caller, req request) answer {
	m, known := methods[req.method]
	if !known {
		text := ""
		if _, socket := socketMethods[req.method]; socket {
			text = req.method + " works over WebSocket only, at /websocket"
		}
		return refuse(req.id, fail(codeNoMethod, "%s", text))
	}
	body, err := json.Marshal(struct {
		Version string          `json:"jsonrpc"`
		ID      int             `json:"id"`
		Method  string          `json:"method"`
		Params  json.RawMessage `json:"params,omitempty"`
	}{"2.0", 1, req.method, req.params})
	if err != nil {
		return refuse(req.id, fail(codeInvalid, "%v", err))
	}
	return d.limited(ctx, who, req.id, m, len(body), func() *http.Request {
		return &http.Request{
			Method: http.MethodPost, URL: &url.URL{Path: "/"}, Body: readCloser{bytes.NewReader(body)}, ContentLength: int64(len(body)),
		}
	})
}

// callURI is call for parameters that came in a URI.
func (d *Door) callURI(ctx context.Context, who caller, name string, m method, form url.Values) answer {
	query := make(url.Values, len(m.params))
	size := 0
	for _, p := range m.params {
		if v := form.Get(p); v != "" {
			query.Set(p, v)
			size += len(v)
		}
	}
	return d.limited(ctx, who, uriID, m, size, func() *http.Request {
		return &http.Request{Method: http.MethodGet, URL: &url.URL{Path: "/" + name, RawQuery: query.Encode()}}
	})
}

// uriID is the id of answers to calls by URI, as CometBFT gives it.
var uriID = json.RawMessage("-1")

// limited takes the call's cost, waits for its turn, runs it and makes an
// answer of what came.
func (d *Door) limited(ctx context.Context, who caller, id json.RawMessage, m method, size int, upstream func() *http.Request) answer {
	if err := d.calls.AllowN(who.client, int(m.cost+sizeCost(size))); err != nil {
		return refuse(id, fail(codeLimit, "%v", err))
	}
	leave, err := d.enter(ctx, m)
	if err != nil {
		var over *limit.Error
		if errors.As(err, &over) {
			return refuse(id, fail(codeLimit, "%v", err))
		}
		return refuse(id, fail(codeServer, "%v", err))
	}
	defer leave()
	if m.indexed {
		d.index.wait(ctx, d.opts.Committed())
	}
	out := &capture{header: http.Header{}, most: d.opts.Config.AnswerBytes}
	if err := d.run(ctx, out, upstream()); err != nil {
		return refuse(id, err)
	}
	a := out.answer(id)
	_ = d.calls.AllowN(who.client, int(sizeCost(a.size()))) // spent already: at worst the next call is refused
	return a
}

// enter waits for the turns that a method needs.
func (d *Door) enter(ctx context.Context, m method) (leave func(), err error) {
	if m.waits {
		return d.waiting.Enter(ctx)
	}
	leaveHeavy := func() {}
	if m.heavy {
		if leaveHeavy, err = d.heavy.Enter(ctx); err != nil {
			return nil, err
		}
	}
	leaveCall, err := d.calls.Enter(ctx)
	if err != nil {
		leaveHeavy()
		return nil, err
	}
	return func() { leaveCall(); leaveHeavy() }, nil
}

// run calls CometBFT. A panic in there is its answer, not the node's end.
func (d *Door) run(ctx context.Context, out *capture, r *http.Request) (failed *rpcError) {
	defer func() {
		if p := recover(); p != nil {
			d.opts.Log.Error("a call of the RPC panicked", "path", r.URL.Path, "err", p, "stack", string(debug.Stack()))
			failed = fail(codeInternal, "the call failed inside of the node: %v", p)
		}
	}()
	// CometBFT takes the address for the subscriber's name where it waits for
	// an event: one for each call, so that calls do not share it.
	r.RemoteAddr = "door:" + strconv.FormatInt(d.callNumber.Add(1), 10)
	r.Proto, r.ProtoMajor, r.ProtoMinor, r.Header = "HTTP/1.1", 1, 1, http.Header{}
	d.upstream.ServeHTTP(out, r.WithContext(ctx))
	if out.over > 0 {
		return fail(codeLimit, "the answer has %d bytes, at most %d are sent: ask for less at once, or raise max-answer-mib in section [rpc-door] of app.toml",
			out.over, out.most)
	}
	return nil
}

// capture takes CometBFT's answer into memory: its turn ends before the client
// has read it.
type capture struct {
	header http.Header
	body   []byte
	most   int64
	over   int64
}

// Header implements http.ResponseWriter.
func (c *capture) Header() http.Header { return c.header }

// WriteHeader implements http.ResponseWriter. The status follows from the
// answer.
func (c *capture) WriteHeader(int) {}

// Write implements http.ResponseWriter; CometBFT writes an answer at once.
func (c *capture) Write(p []byte) (int, error) {
	if n := int64(len(c.body)) + int64(len(p)); n > c.most {
		c.over, c.body = n, nil
		return 0, fmt.Errorf("an answer of %d bytes is too long", n)
	}
	c.body = append(c.body, p...)
	return len(p), nil
}

// answer puts the caller's id to the answer.
func (c *capture) answer(id json.RawMessage) answer {
	for _, ours := range []string{responseStart + "1,", responseStart + "-1,"} {
		if rest, ok := bytes.CutPrefix(c.body, []byte(ours)); ok {
			a := answer{id: id, rest: rest, header: cacheHeader{c.header.Get("Cache-Control")}}
			if bytes.HasPrefix(rest, []byte(`"error":`)) {
				a.err = errorOf(rest)
			}
			return a
		}
	}
	// Without an id: the request could not be read.
	if a := errorOf(bytes.TrimPrefix(c.body, []byte(`{"jsonrpc":"2.0",`))); a.Code != 0 {
		return refuse(id, a)
	}
	return refuse(id, fail(codeInternal, "CometBFT answered with %.100q", c.body))
}

// errorOf reads what follows an id.
func errorOf(rest []byte) *rpcError {
	var in struct {
		Error rpcError `json:"error"`
	}
	if err := json.Unmarshal(append([]byte("{"), rest...), &in); err != nil {
		return fail(codeInternal, "CometBFT answered with an error that cannot be read: %v", err)
	}
	return &in.Error
}

type readCloser struct{ *bytes.Reader }

// Close implements io.Closer.
func (readCloser) Close() error { return nil }
