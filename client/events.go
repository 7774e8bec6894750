package client

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// EventQuery says which records of a node's stream of events are wanted
// (docs/spec/events.md). Several types, or several contracts, are alternatives;
// all attributes must be there. Gaps always come.
type EventQuery struct {
	// Since is the cursor after which to begin, "" the beginning, "now" only
	// what is new.
	Since      string
	Types      []string
	Contracts  []string
	Attributes []string // key=value or type.key=value
}

// EventRecord is one entry of the stream: an event, or a gap.
type EventRecord struct {
	// Cursor is where to go on after this record.
	Cursor string
	// JSON is the record as the node sent it.
	JSON json.RawMessage
}

// Paths and bounds of the stream.
const (
	eventStream = "/weft/events/v1/stream"
	eventPage   = "/weft/events/v1/events"
	// maxRecordBytes bounds one record: a transaction's events may be as long
	// as its gas pays for.
	maxRecordBytes = 32 << 20
	// silence is how long a stream may say nothing; the node says that it is
	// alive every 15 seconds.
	silence = 45 * time.Second

	reconnectFirst = 200 * time.Millisecond
	reconnectLast  = 10 * time.Second
)

func (q EventQuery) form() url.Values {
	form := url.Values{"type": q.Types, "contract": q.Contracts, "attribute": q.Attributes}
	if q.Since != "" {
		form.Set("since", q.Since)
	}
	return form
}

// EventPage reads one page of at most limit records, and returns where to go on
// and whether there is more already.
func (c *Client) EventPage(ctx context.Context, q EventQuery, limit int) (list []EventRecord, next string, more bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	form := q.form()
	form.Set("limit", strconv.Itoa(limit))
	res, err := c.openEvents(ctx, eventPage, form)
	if err != nil {
		return nil, "", false, err
	}
	defer func() { _ = res.Body.Close() }()
	var page struct {
		Records []json.RawMessage `json:"records"`
		Next    string            `json:"next"`
		More    bool              `json:"more"`
	}
	if err := json.NewDecoder(io.LimitReader(res.Body, maxAnswerBytes)).Decode(&page); err != nil {
		return nil, "", false, &NetworkError{URL: c.url, Err: err}
	}
	for _, raw := range page.Records {
		rec, err := eventRecord(raw)
		if err != nil {
			return nil, "", false, &NodeError{Method: "events", Text: err.Error()}
		}
		list = append(list, rec)
	}
	return list, page.Next, page.More, nil
}

func eventRecord(raw json.RawMessage) (EventRecord, error) {
	var head struct {
		Cursor string `json:"cursor"`
	}
	if err := json.Unmarshal(raw, &head); err != nil {
		return EventRecord{}, fmt.Errorf("a record cannot be read: %w", err)
	}
	return EventRecord{Cursor: head.Cursor, JSON: raw}, nil
}

// Events hands each record of the stream to take, in order and each once, until
// ctx ends or take returns an error, which it returns. When the connection
// breaks it tells lost why, waits and goes on where it was; only the first
// connection has to succeed.
func (c *Client) Events(ctx context.Context, q EventQuery, take func(EventRecord) error, lost func(error)) error {
	pause, reached := reconnectFirst, false
	for {
		before := q.Since
		err := c.follow(ctx, &q, take, func() { reached = true })
		var node *NodeError
		var own *takeError
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case errors.As(err, &own):
			return own.error
		case !reached || errors.As(err, &node):
			return err
		}
		if q.Since != before {
			pause = reconnectFirst
		}
		lost(err)
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return context.Cause(ctx)
		}
		pause = min(2*pause, reconnectLast)
	}
}

// takeError is an error of the caller's own function.
type takeError struct{ error }

var errSilent = fmt.Errorf("the node said nothing for %s", silence)

// follow reads one connection and moves q.Since along.
func (c *Client) follow(ctx context.Context, q *EventQuery, take func(EventRecord) error, reached func()) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watchdog := time.AfterFunc(silence, func() { cancel(errSilent) })
	defer watchdog.Stop()
	res, err := c.openEvents(ctx, eventStream, q.form())
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	reached()
	in := bufio.NewScanner(res.Body)
	in.Buffer(make([]byte, 0, 64<<10), maxRecordBytes)
	var id, data string
	for in.Scan() {
		watchdog.Reset(silence)
		name, value, _ := strings.Cut(in.Text(), ": ")
		switch name {
		case "id":
			id = value
		case "data":
			data = value
		case "": // the end of a frame, or ": alive"
			if in.Text() != "" {
				continue
			}
			if data != "" {
				if err := take(EventRecord{Cursor: id, JSON: json.RawMessage(data)}); err != nil {
					return &takeError{err}
				}
			}
			if id != "" {
				q.Since = id
			}
			data = ""
		}
	}
	err = in.Err()
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	if err == nil {
		err = errors.New("the node ended the stream")
	}
	return &NetworkError{URL: c.url, Err: err}
}

// openEvents sends a request and wants status 200. A node that is overloaded
// counts as one that did not answer: it is asked again.
func (c *Client) openEvents(ctx context.Context, path string, form url.Values) (*http.Response, error) {
	u, err := parseURL(c.url)
	if err != nil {
		return nil, err
	}
	u.Path, u.RawQuery = strings.TrimSuffix(u.Path, "/")+path, form.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	web := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := web.Do(req)
	if err != nil {
		return nil, &NetworkError{URL: c.url, Err: plain(err)}
	}
	if res.StatusCode == http.StatusOK {
		return res, nil
	}
	defer func() { _ = res.Body.Close() }()
	body, _ := io.ReadAll(io.LimitReader(res.Body, 4<<10)) // what came of it is told
	var said struct {
		Message string `json:"message"`
	}
	if json.Unmarshal(body, &said) != nil || said.Message == "" {
		said.Message = fmt.Sprintf("it answered with %s", res.Status)
	}
	if res.StatusCode == http.StatusTooManyRequests || res.StatusCode >= 500 {
		return nil, &NetworkError{URL: c.url, Err: errors.New(said.Message)}
	}
	return nil, &NodeError{Method: "events", Text: said.Message}
}
