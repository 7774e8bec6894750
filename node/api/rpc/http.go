package rpc

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
)

// serve takes each request that is no WebSocket's.
func (d *Door) serve(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, d.opts.Config.BodyBytes)
	who := caller{client: d.client(r)}
	w.Header().Set("X-Content-Type-Options", "nosniff")
	switch {
	case r.URL.Path == "/websocket":
		d.socket(w, r, who)
	case r.URL.Path == TracePath:
		d.serveTrace(w, r, who)
	case strings.HasPrefix(r.URL.Path, "/weft/") && d.opts.Pages != nil:
		if err := d.calls.AllowN(who.client, pageCost); err != nil {
			d.reply(w, refuse(uriID, fail(codeLimit, "%v", err)), http.StatusTooManyRequests)
			return
		}
		d.opts.Pages.ServeHTTP(w, r)
	case r.Method != http.MethodGet && r.Method != http.MethodHead && r.Method != http.MethodPost:
		w.Header().Set("Allow", "GET, HEAD, POST, OPTIONS")
		d.reply(w, refuse(uriID, fail(codeInvalid, "%.20q is not served: use POST or GET", r.Method)), http.StatusMethodNotAllowed)
	case r.URL.Path == "/" || r.URL.Path == "":
		d.serveRoot(w, r, who)
	default:
		d.serveURI(w, r, who)
	}
}

func (d *Door) serveRoot(w http.ResponseWriter, r *http.Request, who caller) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		d.bodyFailed(w, err)
		return
	}
	trimmed := bytes.TrimLeft(body, " \t\r\n")
	switch {
	case len(trimmed) == 0 && r.Method != http.MethodPost:
		d.list(w, r, who)
	case len(trimmed) == 0:
		d.reply(w, refuse(nil, fail(codeInvalid, "the body is empty: send a JSON-RPC request")), http.StatusBadRequest)
	case trimmed[0] == '[':
		d.serveBatch(w, r, who, trimmed)
	default:
		d.serveSingle(w, r, who, trimmed)
	}
}

// serveSingle answers one call, with status 200 unless it was no call at all:
// the error is inside.
func (d *Door) serveSingle(w http.ResponseWriter, r *http.Request, who caller, body []byte) {
	req, bad := parse(body)
	switch {
	case bad != nil && req.id == nil:
		d.reply(w, refuse(nil, bad), http.StatusBadRequest)
	case bad != nil:
		d.reply(w, refuse(req.id, bad), http.StatusOK)
	case req.notification():
		w.WriteHeader(http.StatusOK)
	default:
		d.reply(w, d.call(r.Context(), who, req), http.StatusOK)
	}
}

// serveBatch answers many calls, one after the other. Each answer is sent when
// it is there; all together are bounded like one.
func (d *Door) serveBatch(w http.ResponseWriter, r *http.Request, who caller, body []byte) {
	requests, bad := split(body, d.opts.Config.Batch)
	if bad != nil {
		d.reply(w, refuse(nil, bad), http.StatusBadRequest)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), batchTime)
	defer cancel()
	w.Header().Set("Content-Type", "application/json")
	left, started := d.opts.Config.AnswerBytes, false
	for _, raw := range requests {
		a, silent := d.batched(ctx, who, raw, left)
		if silent {
			continue
		}
		release, busy := d.hold(a.size())
		if busy != nil {
			a = refuse(a.id, busy)
		}
		left -= int64(a.size())
		var out bytes.Buffer
		if started {
			out.WriteByte(',')
		} else {
			out.WriteByte('[')
		}
		started = true
		a.appendTo(&out)
		_, err := w.Write(out.Bytes())
		release()
		if err != nil {
			return // the client is gone
		}
	}
	if started {
		_, _ = io.WriteString(w, "]")
	}
}

// batched answers one call of a batch; silent says that it wants no answer.
func (d *Door) batched(ctx context.Context, who caller, raw json.RawMessage, left int64) (a answer, silent bool) {
	req, bad := parse(raw)
	switch {
	case bad != nil:
		return refuse(req.id, bad), false
	case req.notification():
		return answer{}, true
	case left <= 0:
		return refuse(req.id, fail(codeLimit, "the answers of this batch have %d bytes already: ask for less at once, or raise max-answer-mib in section [rpc-door] of app.toml",
			d.opts.Config.AnswerBytes)), false
	case ctx.Err() != nil:
		return refuse(req.id, fail(codeLimit, "the calls of this batch took longer than %s: send smaller batches", batchTime)), false
	}
	return d.call(ctx, who, req), false
}

// split takes a batch apart, without reading more of it than is allowed.
func split(body []byte, most int) ([]json.RawMessage, *rpcError) {
	in := json.NewDecoder(bytes.NewReader(body))
	if _, err := in.Token(); err != nil {
		return nil, fail(codeParse, "%v", err)
	}
	var list []json.RawMessage
	for in.More() {
		if most > 0 && len(list) == most {
			return nil, fail(codeLimit, "the batch has more than %d calls: send smaller ones, or raise max_request_batch_size in section [rpc] of config.toml", most)
		}
		var raw json.RawMessage
		if err := in.Decode(&raw); err != nil {
			return nil, fail(codeParse, "call %d of the batch: %v", len(list), err)
		}
		list = append(list, raw)
	}
	if _, err := in.Token(); err != nil {
		return nil, fail(codeParse, "the batch does not end: %v", err)
	}
	if _, err := in.Token(); !errors.Is(err, io.EOF) {
		return nil, fail(codeParse, "something follows the batch")
	}
	if len(list) == 0 {
		return nil, fail(codeInvalid, "the batch is empty")
	}
	return list, nil
}

// serveURI answers a call such as GET /block?height=5. Here the status tells how
// it went.
func (d *Door) serveURI(w http.ResponseWriter, r *http.Request, who caller) {
	name := strings.TrimPrefix(r.URL.Path, "/")
	m, known := methods[name]
	if !known {
		text := ""
		if _, socket := socketMethods[name]; socket {
			text = name + " works over WebSocket only, at /websocket"
		}
		d.reply(w, refuse(uriID, fail(codeNoMethod, "%s", text)), http.StatusNotFound)
		return
	}
	if err := readForm(r); err != nil {
		d.bodyFailed(w, err)
		return
	}
	a := d.callURI(r.Context(), who, name, m, r.Form)
	status := http.StatusOK
	if a.err != nil {
		status = statusOf(a.err)
	}
	d.reply(w, a, status)
}

// readForm reads parameters of the URI and of a form in the body.
func readForm(r *http.Request) error {
	if r.Method == http.MethodPost {
		kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		if err != nil || kind != "application/x-www-form-urlencoded" {
			r.Method = http.MethodGet // the body means nothing here
		}
	}
	return r.ParseForm()
}

// statusOf is the HTTP status of an error of a call by URI.
func statusOf(err *rpcError) int {
	switch {
	case err.Code == codeLimit:
		return http.StatusTooManyRequests
	case err.Code == codeServer:
		return http.StatusServiceUnavailable
	case err.Code == codeNoMethod, strings.Contains(err.Data, "not found"):
		return http.StatusNotFound
	case strings.HasPrefix(err.Data, "the call failed inside"):
		return http.StatusInternalServerError
	default: // CometBFT calls it internal when a height does not exist
		return http.StatusBadRequest
	}
}

func (d *Door) bodyFailed(w http.ResponseWriter, err error) {
	var over *http.MaxBytesError
	if errors.As(err, &over) {
		d.reply(w, refuse(nil, fail(codeLimit, "the body has more than %d bytes: send less, or raise max_body_bytes in section [rpc] of config.toml", over.Limit)),
			http.StatusRequestEntityTooLarge)
		return
	}
	d.reply(w, refuse(nil, fail(codeInvalid, "error reading request body: %v", err)), http.StatusBadRequest)
}

// reply sends one answer. Long ones are counted while their reader takes them.
func (d *Door) reply(w http.ResponseWriter, a answer, status int) {
	release, busy := d.hold(a.size())
	if busy != nil {
		a, status = refuse(a.id, busy), http.StatusOK
	}
	defer release()
	w.Header().Set("Content-Type", "application/json")
	if a.header.control != "" && a.err == nil {
		w.Header().Set("Cache-Control", a.header.control)
	}
	if a.err != nil && a.err.Code == codeLimit {
		w.Header().Set("Retry-After", "1")
	}
	w.WriteHeader(status)
	var start bytes.Buffer
	answer{id: a.id}.appendTo(&start)
	if _, err := w.Write(start.Bytes()); err == nil {
		_, _ = w.Write(a.rest) // else the client is gone
	}
}

// hold counts an answer that waits for its reader.
func (d *Door) hold(bytes int) (release func(), busy *rpcError) {
	n := int64(bytes)
	if d.held.Add(n) > heldBytes && n > bytesPerUnit {
		d.held.Add(-n)
		return func() {}, fail(codeLimit, "answers of %d MiB wait for slow readers: try again", int64(heldBytes)>>20)
	}
	return func() { d.held.Add(-n) }, nil
}

// list is the page for people who open the address in a browser.
func (d *Door) list(w http.ResponseWriter, r *http.Request, who caller) {
	if err := d.calls.AllowN(who.client, 1); err != nil {
		d.reply(w, refuse(uriID, fail(codeLimit, "%v", err)), http.StatusTooManyRequests)
		return
	}
	names := make([]string, 0, len(methods))
	for name := range methods {
		names = append(names, name)
	}
	slices.Sort(names)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'")
	_, _ = io.WriteString(w, "<html><body><br>Available endpoints:<br>")
	host := html.EscapeString(r.Host)
	for _, name := range names {
		link := fmt.Sprintf("//%s/%s", host, name)
		if p := methods[name].params; len(p) > 0 {
			link += "?" + strings.Join(p, "=_&amp;") + "=_"
		}
		_, _ = fmt.Fprintf(w, "<a href=\"%s\">%s</a><br>", link, link)
	}
	_, _ = io.WriteString(w, "</body></html>")
}
