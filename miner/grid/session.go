package grid

import (
	"bufio"
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/tls"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strconv"
	"sync"
	"time"
)

// How many lines of one worker are read in a second: who says more waits.
const (
	linesPerSecond = 50
	linesAtOnce    = 500
)

// session is one connection.
type session struct {
	s       *Server
	conn    net.Conn
	address string
	out     chan []byte
	close   context.CancelFunc
	w       *worker // nil for one who only looks
	heard   time.Time
	bye     sync.Once
}

// session serves a connection until it ends.
func (s *Server) session(ctx context.Context, conn net.Conn, address string) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if s.o.TLS != nil {
		conn = tls.Server(conn, s.o.TLS)
	}
	c := &session{s: s, conn: conn, address: address, out: make(chan []byte, queueLength), close: cancel}
	var parts sync.WaitGroup
	parts.Go(func() { c.write(ctx) })
	stop := context.AfterFunc(ctx, func() { _ = conn.SetReadDeadline(time.Now()) }) // ends the reading
	defer stop()
	c.read(ctx)
	cancel()
	parts.Wait()
	_ = conn.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.w != nil && c.w.live == c {
		c.w.live = nil
		c.w.a.Seen = time.Now().UTC().Format(time.RFC3339)
		s.live--
		s.notice("worker %s left", c.w.a.Worker)
	}
}

// send queues a message; a connection that does not read them is ended.
func (c *session) send(m message) {
	line, err := json.Marshal(m)
	if err != nil {
		return // our own struct: it can
	}
	select {
	case c.out <- append(line, '\n'):
	default:
		c.close()
	}
}

// end says why and ends the connection.
func (c *session) end(code, format string, args ...any) {
	c.bye.Do(func() {
		c.send(message{Kind: kindBye, Code: code, Text: fmt.Sprintf(format, args...)})
		c.close()
	})
}

// write sends what is queued, and at the end what is left of it.
func (c *session) write(ctx context.Context) {
	put := func(line []byte) bool {
		_ = c.conn.SetWriteDeadline(time.Now().Add(writeTime))
		_, err := c.conn.Write(line)
		return err == nil
	}
	for {
		select {
		case line := <-c.out:
			if !put(line) {
				c.close()
				return
			}
		case <-ctx.Done():
			for {
				select {
				case line := <-c.out:
					if !put(line) {
						return
					}
				default:
					return
				}
			}
		}
	}
}

// read takes a worker's lines: first its login, then the rest.
func (c *session) read(ctx context.Context) {
	in := bufio.NewReaderSize(c.conn, MaxLine)
	strange := true
	defer func() {
		if strange {
			c.s.mu.Lock()
			c.s.known(c.address)
			c.s.mu.Unlock()
		}
	}()
	var nonce [nonceBytes]byte
	_, _ = rand.Read(nonce[:]) // never fails (crypto/rand)
	c.send(message{Kind: kindHello, Version: Version, Nonce: hex.EncodeToString(nonce[:])})
	_ = c.conn.SetReadDeadline(time.Now().Add(c.s.o.Login))
	m, err := c.line(in)
	if err != nil {
		c.malformed(err)
		return
	}
	c.s.mu.Lock()
	ok := c.login(m, nonce[:])
	patience := c.s.o.Login // of one who only looks: it stays a stranger
	if c.w != nil {
		c.s.known(c.address)
		strange, patience = false, idleTime
	}
	c.s.mu.Unlock()
	if !ok {
		return
	}
	pace := newPace(linesPerSecond, linesAtOnce)
	for ctx.Err() == nil {
		_ = c.conn.SetReadDeadline(time.Now().Add(patience))
		if ctx.Err() != nil {
			break
		}
		if m, err = c.line(in); err != nil {
			c.malformed(err)
			return
		}
		wait(ctx, pace.next(time.Now()))
		if ctx.Err() != nil {
			break
		}
		if !c.take(ctx, m) {
			return
		}
	}
	c.end(codeEnd, "the coordinator ends")
}

// line reads one message.
func (c *session) line(in *bufio.Reader) (message, error) {
	line, err := in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		return message{}, fmt.Errorf("%w: a line of more than %d bytes", errMalformed, MaxLine)
	}
	if err != nil {
		return message{}, err
	}
	return parseMessage(bytes.TrimSpace(line))
}

// malformed ends a connection whose line could not be read; who sends nonsense
// is a liar.
func (c *session) malformed(err error) {
	if errors.Is(err, errMalformed) {
		c.s.mu.Lock()
		defer c.s.mu.Unlock()
		if c.w != nil {
			c.w.a.Invalid++
			if c.w.judge(false) {
				c.s.ban(c.w)
				return
			}
		}
		c.end(codeInvalid, "%v", err)
		return
	}
	c.end(codeSlow, "nothing was heard in time")
}

// login checks the proof and gives the connection its worker.
func (c *session) login(m message, nonce []byte) bool {
	s := c.s
	theirs, err := hex.DecodeString(m.Nonce)
	proof, err2 := hex.DecodeString(m.Proof)
	refuse := func(code, format string, args ...any) bool {
		s.refused++
		c.end(code, format, args...)
		return false
	}
	switch {
	case m.Kind != kindLogin || err != nil || err2 != nil || len(theirs) != nonceBytes:
		return refuse(codeInvalid, "a login is wanted first")
	case m.Version != Version:
		return refuse(codeVersion, "this coordinator speaks version %d of the protocol", Version)
	case CheckName(m.Worker) != nil:
		return refuse(codeInvalid, "%v", CheckName(m.Worker))
	case !hmac.Equal(proof, proofOf(s.o.Token, "worker", nonce, theirs, m.Worker)):
		return refuse(codeToken, "the token is wrong")
	}
	welcome := message{Kind: kindWelcome, Version: Version, Proof: hex.EncodeToString(proofOf(s.o.Token, "server", theirs, nonce, m.Worker))}
	if m.Observe {
		c.send(welcome)
		return true
	}
	k := s.workers[m.Worker]
	switch {
	case k == nil && len(s.workers) >= maxNames:
		return refuse(codeFull, "there are accounts of %d workers, no more are kept", maxNames)
	case k != nil && time.Now().Before(k.banned):
		return refuse(codeBanned, "worker %s brought too many wrong shares: banned until %s", m.Worker, k.banned.UTC().Format(time.RFC3339))
	case k != nil && k.live != nil && time.Since(k.live.heard) < silentTime:
		return refuse(codeFull, "worker %s is connected from %s: give each its own name", m.Worker, k.live.address)
	case s.live >= s.o.Workers && (k == nil || k.live == nil):
		return refuse(codeFull, "%d workers are connected, no more are taken", s.o.Workers)
	}
	if k == nil {
		k = &worker{a: Account{Worker: m.Worker, Epochs: map[uint64]uint64{}}, seen: map[uint64]map[[2]uint64]bool{}}
		s.workers[m.Worker] = k
	}
	if k.live != nil {
		k.live.end(codeSlow, "another connection has taken over")
		s.live--
	}
	s.prefix(k, m.Prefix)
	k.live, k.a.Address, k.a.Threads, k.since, k.credited = c, c.address, max(m.Threads, 1), time.Now(), 0
	c.w, c.heard = k, time.Now()
	s.live++
	welcome.Prefix = fmt.Sprintf("%08x", k.prefix)
	c.send(welcome)
	s.job(k)
	s.notice("worker %s came from %s", m.Worker, c.address)
	return true
}

// prefix gives a worker the upper half of its extranonces: what it had, else what
// it wishes if nobody has that, else one that nobody has.
func (s *Server) prefix(k *worker, wish string) {
	name := k.a.Worker
	if s.prefixes[k.prefix] == name {
		return
	}
	if want, err := strconv.ParseUint(wish, 16, 32); err == nil && len(wish) == 8 && s.prefixes[uint32(want)] == "" {
		k.prefix = uint32(want)
		s.prefixes[k.prefix] = name
		return
	}
	for s.prefixes[s.next] != "" {
		s.next++
	}
	k.prefix = s.next
	s.prefixes[k.prefix] = name
	s.next++
}

// ban keeps a worker out for some time.
func (s *Server) ban(k *worker) {
	k.banned = time.Now().Add(s.o.Ban)
	k.good, k.bad = 0, 0
	if k.live != nil {
		k.live.end(codeBanned, "too many wrong shares: banned until %s", k.banned.UTC().Format(time.RFC3339))
	}
	s.notice("worker %s is banned for %s: too many of its shares are wrong", k.a.Worker, s.o.Ban)
}

// pace is a bucket that lets so many pass in a second, and some at once.
type pace struct {
	every time.Duration
	burst time.Duration
	full  time.Time // when the bucket is full again
}

func newPace(perSecond, atOnce int) *pace {
	every := time.Second / time.Duration(perSecond)
	return &pace{every: every, burst: every * time.Duration(atOnce)}
}

// next takes one, and returns how long to wait for it.
func (p *pace) next(now time.Time) time.Duration {
	if p.full.Before(now) {
		p.full = now
	}
	p.full = p.full.Add(p.every)
	return max(0, p.full.Sub(now)-p.burst)
}
