package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

// Notice is something that a node's WebSocket told of: a block or a
// transaction.
type Notice struct {
	// Query is the one of the subscriptions that it belongs to.
	Query  string
	Height int64
	// Events are the values of all attributes by type.key, as CometBFT's
	// queries name them.
	Events map[string][]string
}

// First is the first value of an attribute, "" if there is none.
func (n Notice) First(name string) string {
	if v := n.Events[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// Bounds of a subscription.
const (
	subscribeTime    = 10 * time.Second // to connect and to be answered
	subscribeSilence = 60 * time.Second // without a word, or a ping
	maxNoticeBytes   = 32 << 20
)

// Subscribe opens a WebSocket at the node, subscribes to queries in CometBFT's
// language, and hands what comes to take, one at a time, until the context ends
// or the connection breaks: it does not connect again, because what happened
// meanwhile is lost. ready is called when the node took all subscriptions.
func (c *Client) Subscribe(ctx context.Context, queries []string, ready func(), take func(Notice)) error {
	conn, err := c.dialSocket(ctx)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	defer func() { _ = conn.Close() }()
	conn.SetReadLimit(maxNoticeBytes)
	conn.SetPingHandler(func(text string) error {
		_ = conn.SetReadDeadline(time.Now().Add(subscribeSilence))
		return conn.WriteControl(websocket.PongMessage, []byte(text), time.Now().Add(subscribeTime))
	})
	for i, q := range queries {
		question := map[string]any{"jsonrpc": "2.0", "id": i + 1, "method": "subscribe", "params": map[string]string{"query": q}}
		_ = conn.SetWriteDeadline(time.Now().Add(subscribeTime))
		if err := conn.WriteJSON(question); err != nil {
			return c.socketError(ctx, err)
		}
	}
	for left := len(queries); ; {
		patience := subscribeSilence
		if left > 0 {
			patience = subscribeTime
		}
		_ = conn.SetReadDeadline(time.Now().Add(patience))
		_, text, err := conn.ReadMessage()
		if err != nil {
			return c.socketError(ctx, err)
		}
		n, answer, err := parseNotice(text)
		switch {
		case err != nil:
			return err
		case answer:
			if left--; left == 0 && ready != nil {
				ready()
			}
		default:
			take(n)
		}
	}
}

func (c *Client) dialSocket(ctx context.Context) (*websocket.Conn, error) {
	u, err := parseURL(c.url)
	if err != nil {
		return nil, err
	}
	u.Scheme = strings.Replace(u.Scheme, "http", "ws", 1)
	u.Path = strings.TrimSuffix(u.Path, "/") + "/websocket"
	dialer := websocket.Dialer{Proxy: http.ProxyFromEnvironment, HandshakeTimeout: subscribeTime}
	conn, res, err := dialer.DialContext(ctx, u.String(), nil)
	if err == nil {
		return conn, nil
	}
	if res != nil {
		_ = res.Body.Close()
		return nil, &NodeError{Method: "a WebSocket", Text: "it answered with " + res.Status}
	}
	return nil, &NetworkError{URL: c.url, Err: plain(err)}
}

func (c *Client) socketError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return &NetworkError{URL: c.url, Err: err}
}

// parseNotice reads a message: an answer to a subscription, or a notice.
func parseNotice(text []byte) (n Notice, answer bool, err error) {
	var m struct {
		Error  *struct{ Message, Data string }
		Result *struct {
			Query string
			Data  struct {
				Value struct {
					Height json.RawMessage
				}
			}
			Events map[string][]string
		}
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return n, false, &NodeError{Method: "subscribe", Text: "its message cannot be read: " + err.Error()}
	}
	switch {
	case m.Error != nil:
		return n, false, &NodeError{Method: "subscribe", Text: fmt.Sprintf("%s %s", m.Error.Message, m.Error.Data)}
	case m.Result == nil:
		return n, false, &NodeError{Method: "subscribe", Text: "its message has neither result nor error"}
	case m.Result.Query == "":
		return n, true, nil
	}
	n = Notice{Query: m.Result.Query, Events: m.Result.Events}
	height := string(bytes.Trim(m.Result.Data.Value.Height, `"`))
	if height == "" {
		height = n.First("tx.height")
	}
	if n.Height, err = strconv.ParseInt(height, 10, 64); err != nil {
		return n, false, &NodeError{Method: "subscribe", Text: fmt.Sprintf("its message names no height: %.40q", height)}
	}
	return n, false, nil
}

// Lost reports whether a call may succeed at another node or later: no answer
// came.
func Lost(err error) bool {
	var network *NetworkError
	var unknown *UnknownError
	return errors.As(err, &network) || errors.As(err, &unknown)
}
