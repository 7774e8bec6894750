package grid

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/weftchain/weft/miner"
)

// WorkerOptions are what a worker is made of.
type WorkerOptions struct {
	Address string // host:port
	Token   []byte
	Name    string
	Threads int
	// TLS is for a coordinator with it; nil speaks plain TCP.
	TLS *tls.Config
	// Payout is who must be paid; nil takes any.
	Payout []byte
	// Notice hears of connections that come and go.
	Notice func(string)
}

// Worker is a Source whose work comes from a coordinator, and whose tickets are
// shares that go to it.
type Worker struct {
	o     WorkerOptions
	taken atomic.Uint32 // lower halves of extranonces

	mu      sync.Mutex
	link    *link
	work    *miner.Work
	prefix  uint32
	granted bool
	fault   error // why there is no connection
	over    error // why there will be none
}

// link is one connection of a worker.
type link struct {
	conn net.Conn
	out  sync.Mutex
	mu   sync.Mutex
	next uint64
	asks map[uint64]chan message
}

// NewWorker returns a worker; it connects when it is watched.
func NewWorker(o WorkerOptions) (*Worker, error) {
	if err := CheckToken(o.Token); err != nil {
		return nil, err
	}
	if err := CheckName(o.Name); err != nil {
		return nil, err
	}
	return &Worker{o: o, fault: errors.New("not connected yet")}, nil
}

// Work implements miner.Source.
func (w *Worker) Work(context.Context, miner.Who) (*miner.Work, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.over != nil:
		return nil, w.over
	case w.fault != nil:
		return nil, fmt.Errorf("the grid at %s: %w", w.o.Address, w.fault)
	case w.work == nil:
		return nil, fmt.Errorf("the grid at %s has no job yet: it waits for its node", w.o.Address)
	}
	return w.work, nil
}

// Submit implements miner.Source: it brings a share and waits for the verdict.
func (w *Worker) Submit(ctx context.Context, f miner.Found) error {
	w.mu.Lock()
	l, fault, prefix := w.link, w.fault, w.prefix
	w.mu.Unlock()
	switch {
	case l == nil:
		return fmt.Errorf("the grid at %s: %w", w.o.Address, fault)
	case uint32(f.Extranonce>>32) != prefix:
		return fmt.Errorf("%w: the coordinator gave another prefix since", miner.ErrStale)
	}
	m, err := l.ask(ctx, message{
		Kind: kindShare, Job: f.Work.Job, Epoch: f.Work.Header.Epoch, Extranonce: strconv.FormatUint(f.Extranonce, 10),
		Nonce: strconv.FormatUint(f.Nonce, 10), Mix: hex.EncodeToString(f.Mix),
	})
	if err != nil {
		return err
	}
	switch {
	case m.OK:
		return nil
	case m.Code == codeDuplicate:
		return miner.ErrKnown
	case m.Code == codeStale:
		return miner.ErrStale
	}
	return fmt.Errorf("%w: %s", miner.ErrRefused, m.Code)
}

// ask sends a share and waits for its verdict.
func (l *link) ask(ctx context.Context, m message) (message, error) {
	answer := make(chan message, 1)
	l.mu.Lock()
	if l.asks == nil {
		l.mu.Unlock()
		return message{}, errors.New("the connection to the grid broke")
	}
	l.next++
	m.ID = l.next
	l.asks[m.ID] = answer
	l.mu.Unlock()
	if err := l.send(m); err != nil {
		return message{}, err
	}
	select {
	case <-ctx.Done():
		return message{}, context.Cause(ctx)
	case got, ok := <-answer:
		if !ok {
			return got, errors.New("the connection to the grid broke")
		}
		return got, nil
	}
}

func (l *link) send(m message) error {
	line, err := json.Marshal(m)
	if err != nil {
		return err
	}
	l.out.Lock()
	defer l.out.Unlock()
	_ = l.conn.SetWriteDeadline(time.Now().Add(writeTime))
	_, err = l.conn.Write(append(line, '\n'))
	return err
}

// Pauses between attempts to connect, and between pings.
const (
	connectFirst = 200 * time.Millisecond
	connectLast  = 10 * time.Second
	pingEvery    = 10 * time.Second
)

// Watch implements miner.Watcher: it keeps a connection until the context ends,
// or the coordinator has no use for this worker.
func (w *Worker) Watch(ctx context.Context, _ *miner.Board, wake func()) {
	for pause := connectFirst; ctx.Err() == nil; pause = min(2*pause, connectLast) {
		began := time.Now()
		err := w.connect(ctx, wake)
		w.mu.Lock()
		w.link = nil
		w.fault = err
		if errors.Is(err, miner.ErrEnd) {
			w.over = err
		}
		over := w.over
		w.mu.Unlock()
		wake()
		if over != nil || ctx.Err() != nil {
			return
		}
		w.notice("no connection to the grid at %s: %v; trying again", w.o.Address, err)
		if time.Since(began) > connectLast {
			pause = connectFirst
		}
		wait(ctx, pause)
	}
}

func (w *Worker) notice(format string, args ...any) {
	if w.o.Notice != nil {
		w.o.Notice(fmt.Sprintf(format, args...))
	}
}

// connect serves one connection until it ends.
func (w *Worker) connect(ctx context.Context, wake func()) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	w.mu.Lock()
	wish := ""
	if w.granted {
		wish = fmt.Sprintf("%08x", w.prefix)
	}
	w.mu.Unlock()
	conn, in, welcome, err := open(ctx, w.o, message{Kind: kindLogin, Threads: w.o.Threads, Prefix: wish})
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	prefix, err := strconv.ParseUint(welcome.Prefix, 16, 32)
	if err != nil {
		return fmt.Errorf("the coordinator's prefix %q is none", welcome.Prefix)
	}
	l := &link{conn: conn, asks: map[uint64]chan message{}}
	defer l.close()
	w.mu.Lock()
	if !w.granted || w.prefix != uint32(prefix) {
		w.taken.Store(0)
	}
	w.link, w.prefix, w.granted, w.fault = l, uint32(prefix), true, nil
	w.mu.Unlock()
	w.notice("connected to the grid at %s as %s", w.o.Address, w.o.Name)
	var parts sync.WaitGroup
	defer parts.Wait()
	defer cancel()
	parts.Go(func() {
		for ctx.Err() == nil {
			if wait(ctx, pingEvery); ctx.Err() == nil && l.send(message{Kind: kindPing}) != nil {
				cancel()
			}
		}
	})
	for {
		_ = conn.SetReadDeadline(time.Now().Add(idleTime))
		m, err := readMessage(in)
		if err != nil {
			return err
		}
		if err := w.hear(l, m, wake); err != nil {
			return err
		}
	}
}

// hear takes one message of the coordinator.
func (w *Worker) hear(l *link, m message, wake func()) error {
	switch m.Kind {
	case kindVerdict:
		l.mu.Lock()
		if answer := l.asks[m.ID]; answer != nil {
			delete(l.asks, m.ID)
			answer <- m
		}
		l.mu.Unlock()
	case kindJob:
		work, err := m.work(w.extranonce)
		if err != nil {
			return err
		}
		if w.o.Payout != nil && !bytes.Equal(w.o.Payout, work.Header.Payout) {
			return fmt.Errorf("%w: the grid at %s mines for another payout, %x; leave --payout away to take that", miner.ErrEnd, w.o.Address, work.Header.Payout)
		}
		w.mu.Lock()
		w.work = work
		w.mu.Unlock()
		wake()
	case kindBye:
		return farewell(m)
	}
	return nil
}

// extranonce is the next of this worker's own.
func (w *Worker) extranonce() uint64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return uint64(w.prefix)<<32 | uint64(w.taken.Add(1)-1)
}

func (l *link) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, answer := range l.asks {
		close(answer)
	}
	l.asks = nil
}
