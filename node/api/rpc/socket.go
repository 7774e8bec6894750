package rpc

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// Times of a WebSocket. CometBFT pings as often.
const (
	pingTime     = 27 * time.Second
	silenceTime  = 60 * time.Second // without a ping's answer or a message
	socketWrite  = 10 * time.Second // for one message to a slow reader
	goodbyeTime  = time.Second
	socketBuffer = 4 << 10
)

// socket is one WebSocket. Its questions are answered one after the other, as
// CometBFT does, so that a client may rely on the order.
type socket struct {
	door *Door
	conn *websocket.Conn
	who  caller
	ctx  context.Context
	end  context.CancelFunc
	in   chan []byte
	// out is not buffered: what a slow reader has not taken waits with whoever
	// made it, and CometBFT's own bounded queue of events fills up behind.
	out chan []byte

	mu     sync.Mutex
	subs   map[string]*subscription
	pumps  sync.WaitGroup
	name   string
	counts bool // among the WebSockets with subscriptions
}

// socket upgrades a connection and serves it until it ends.
func (d *Door) socket(w http.ResponseWriter, r *http.Request, who caller) {
	up := websocket.Upgrader{
		HandshakeTimeout: headerTime, ReadBufferSize: socketBuffer, WriteBufferSize: socketBuffer,
		CheckOrigin: d.originAllowed,
		Error: func(w http.ResponseWriter, _ *http.Request, status int, reason error) {
			d.reply(w, refuse(uriID, fail(codeInvalid, "this is the address of WebSockets: %v", reason)), status)
		},
	}
	if err := d.calls.AllowN(who.client, 1); err != nil {
		d.reply(w, refuse(uriID, fail(codeLimit, "%v", err)), http.StatusTooManyRequests)
		return
	}
	conn, err := up.Upgrade(w, r, nil)
	if err != nil {
		return // answered
	}
	d.sockets.Add(1)
	defer d.sockets.Done()
	ctx, end := context.WithCancel(d.ends)
	s := &socket{
		door: d, conn: conn, who: who, ctx: ctx, end: end, in: make(chan []byte), out: make(chan []byte),
		subs: map[string]*subscription{}, name: "door-socket:" + r.RemoteAddr + ":" + nextName(d),
	}
	s.run()
}

// originAllowed keeps pages of other origins out where config.toml names the
// origins that may come in.
func (d *Door) originAllowed(r *http.Request) bool {
	origin, allowed := r.Header.Get("Origin"), d.opts.Config.Origins
	if origin == "" || len(allowed) == 0 || slices.Contains(allowed, "*") || slices.Contains(allowed, origin) {
		return true
	}
	u, err := url.Parse(origin)
	if err == nil && u.Host == r.Host {
		return true
	}
	return slices.ContainsFunc(allowed, func(pattern string) bool { return matchOrigin(pattern, origin) })
}

// matchOrigin knows one star in a pattern, as the rules for HTTP do.
func matchOrigin(pattern, origin string) bool {
	before, after, star := cutStar(pattern)
	return star && len(origin) >= len(before)+len(after) &&
		origin[:len(before)] == before && origin[len(origin)-len(after):] == after
}

func (s *socket) run() {
	var parts sync.WaitGroup
	parts.Go(s.read)
	parts.Go(s.work)
	s.write()
	s.end()
	_ = s.conn.Close() // ends read
	parts.Wait()
	s.unsubscribeAll()
	s.pumps.Wait()
}

// read takes messages. It ends with the connection, and ends the socket.
func (s *socket) read() {
	s.conn.SetReadLimit(s.door.opts.Config.BodyBytes)
	alive := func(string) error { return s.conn.SetReadDeadline(time.Now().Add(silenceTime)) }
	s.conn.SetPongHandler(alive)
	for {
		if err := alive(""); err != nil {
			s.end()
			return
		}
		_, text, err := s.conn.ReadMessage()
		if err != nil {
			s.end()
			return
		}
		select {
		case s.in <- text:
		case <-s.ctx.Done():
			return
		}
	}
}

// work answers messages.
func (s *socket) work() {
	for {
		select {
		case text := <-s.in:
			if a, silent := s.answer(bytes.TrimLeft(text, " \t\r\n")); !silent {
				s.send(a)
			}
		case <-s.ctx.Done():
			return
		}
	}
}

// answer answers one message; silent says that none is wanted or that it was
// sent already.
func (s *socket) answer(text []byte) (a answer, silent bool) {
	if len(text) > 0 && text[0] == '[' {
		return refuse(nil, fail(codeInvalid, "batches are served over HTTP only: send each request as a message of its own")), false
	}
	req, bad := parse(text)
	switch {
	case bad != nil:
		return refuse(req.id, bad), false
	case req.notification():
		return answer{}, true
	}
	m, own := socketMethods[req.method]
	if !own {
		return s.door.call(s.ctx, s.who, req), false
	}
	if err := s.door.calls.AllowN(s.who.client, int(m.cost)); err != nil {
		return refuse(req.id, fail(codeLimit, "%v", err)), false
	}
	switch req.method {
	case "subscribe":
		return s.subscribe(req)
	case "unsubscribe":
		return s.unsubscribe(req), false
	default:
		s.unsubscribeAll()
		return result(req.id, []byte("{}")), false
	}
}

// send hands a message to the writer and reports whether it was taken.
func (s *socket) send(a answer) bool {
	release, busy := s.door.hold(a.size())
	defer release()
	if busy != nil {
		a = refuse(a.id, busy)
	}
	var b bytes.Buffer
	b.Grow(a.size())
	a.appendTo(&b)
	select {
	case s.out <- b.Bytes():
		return true
	case <-s.ctx.Done():
		return false
	}
}

// write sends messages and pings until the socket ends or its reader is too
// slow.
func (s *socket) write() {
	ping := time.NewTicker(pingTime)
	defer ping.Stop()
	for {
		var err error
		select {
		case text := <-s.out:
			if err = s.conn.SetWriteDeadline(time.Now().Add(socketWrite)); err == nil {
				err = s.conn.WriteMessage(websocket.TextMessage, text)
			}
		case <-ping.C:
			err = s.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(socketWrite))
		case <-s.ctx.Done():
			s.goodbye()
			return
		}
		if err != nil {
			s.end()
			return
		}
	}
}

// goodbye tells why the door closes the socket.
func (s *socket) goodbye() {
	code, reason := websocket.CloseNormalClosure, ""
	if s.door.ends.Err() != nil {
		code, reason = websocket.CloseGoingAway, "the node stops"
	}
	_ = s.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, reason), time.Now().Add(goodbyeTime))
}

// queryOf reads the one parameter of subscribe and unsubscribe.
func queryOf(params json.RawMessage) (string, *rpcError) {
	if len(params) == 0 {
		return "", nil
	}
	if params[0] == '[' {
		var list []string
		if err := json.Unmarshal(params, &list); err != nil || len(list) != 1 {
			return "", fail(codeParams, "expected one parameter, the query")
		}
		return list[0], nil
	}
	var named struct {
		Query string `json:"query"`
	}
	if err := json.Unmarshal(params, &named); err != nil {
		return "", fail(codeParams, "query must be a string: %v", err)
	}
	return named.Query, nil
}
