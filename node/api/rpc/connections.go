package rpc

import (
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/weftchain/weft/node/api/limit"
)

// connections counts what is open, so that one client cannot hold all.
type connections struct {
	cfg       Config
	mu        sync.Mutex
	open      int
	perClient map[string]int
}

// enter counts a connection, or says which limit it is over.
func (c *connections) enter(client string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.cfg.Connections > 0 && c.open >= c.cfg.Connections:
		return fmt.Sprintf("%d connections are open: raise max_open_connections in section [rpc] of config.toml", c.open)
	case c.perClient[client] >= c.cfg.ClientConnections:
		return fmt.Sprintf("this client has %d connections open: close some, or raise max-connections-per-client in section [rpc-door] of app.toml",
			c.cfg.ClientConnections)
	}
	c.open++
	c.perClient[client]++
	return ""
}

func (c *connections) leave(client string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.open--
	if c.perClient[client]--; c.perClient[client] == 0 {
		delete(c.perClient, client)
	}
}

// countedListener refuses a connection over a limit at once, with a reason,
// where CometBFT lets it hang.
type countedListener struct {
	net.Listener
	count *connections
}

// Accept implements net.Listener.
func (l countedListener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		client := limit.Client(conn.RemoteAddr().String())
		reason := l.count.enter(client)
		if reason == "" {
			return &countedConn{Conn: conn, leave: sync.OnceFunc(func() { l.count.leave(client) })}, nil
		}
		go turnAway(conn, reason)
	}
}

// turnAway tells the reason in a form that HTTP clients show.
func turnAway(conn net.Conn, reason string) {
	answer := refuse(nil, fail(codeLimit, "%s", reason))
	body := string(answer.rest)
	_ = conn.SetDeadline(time.Now().Add(time.Second))
	_, _ = fmt.Fprintf(conn, "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%snull,%s",
		len(responseStart)+len("null,")+len(body), responseStart, body)
	_ = conn.Close()
}

type countedConn struct {
	net.Conn
	leave func()
}

// Close implements net.Conn.
func (c *countedConn) Close() error {
	c.leave()
	return c.Conn.Close()
}
