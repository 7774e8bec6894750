package grid

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/weftchain/weft/app/lottery/target"
	"github.com/weftchain/weft/miner"
)

// Bounds of a coordinator.
const (
	// DefaultWorkers is how many workers may be connected at once.
	DefaultWorkers = 256
	// MaxWorkers is how many that may be set to.
	MaxWorkers = 4096
	maxNames   = 10_000 // accounts
	// Connections that have not shown the token yet, in all and of one address.
	maxStrangers   = 64
	maxStrangersOf = 16
	loginTime      = 10 * time.Second
	idleTime       = 2 * time.Minute
	silentTime     = 30 * time.Second // after it a name may be taken by another connection
	writeTime      = 10 * time.Second
	queueLength    = 64
	banTime        = 10 * time.Minute
	// staleGrace is how long after an epoch began shares of the one before count.
	staleGrace = 5 * time.Second
	saveEvery  = 10 * time.Second
)

// Options are what a coordinator is made of.
type Options struct {
	ChainID, Payout string
	// Token is what workers must know.
	Token []byte
	// Workers bounds connections; 0 is DefaultWorkers.
	Workers int
	// File keeps the accounts over a restart; "" keeps them nowhere.
	File string
	// TLS wraps connections; nil does not.
	TLS *tls.Config
	// Notice hears of workers that come, go and are banned.
	Notice func(string)
	// Ban is for how long a liar is kept out; 0 is ten minutes.
	Ban time.Duration
	// Login is how long a connection has to show the token; 0 is ten seconds.
	Login time.Duration
}

// Server is a coordinator.
type Server struct {
	o     Options
	found chan miner.Found

	mu        sync.Mutex
	work      *miner.Work            // of the epoch that is mined
	works     map[uint64]*miner.Work // and the ones before, by epoch
	workAt    time.Time
	workers   map[string]*worker
	prefixes  map[uint32]string // who has which
	next      uint32
	live      int // connections with a worker
	strangers int
	from      map[string]int // strangers by address
	sessions  map[*session]struct{}
	refused   uint64
}

// NewServer returns a coordinator with the accounts of its file.
func NewServer(o Options) (*Server, error) {
	if err := CheckToken(o.Token); err != nil {
		return nil, err
	}
	if o.Workers == 0 {
		o.Workers = DefaultWorkers
	}
	if o.Workers < 1 || o.Workers > MaxWorkers {
		return nil, fmt.Errorf("%d workers, must be 1 to %d", o.Workers, MaxWorkers)
	}
	if o.Ban == 0 {
		o.Ban = banTime
	}
	if o.Login == 0 {
		o.Login = loginTime
	}
	var start [4]byte
	_, _ = rand.Read(start[:]) // never fails (crypto/rand)
	s := &Server{
		o: o, found: make(chan miner.Found, 1024), works: map[uint64]*miner.Work{}, workers: map[string]*worker{}, prefixes: map[uint32]string{},
		next: binary.BigEndian.Uint32(start[:]), from: map[string]int{}, sessions: map[*session]struct{}{},
	}
	return s, s.load()
}

// Found is where tickets come out, for a node.
func (s *Server) Found() <-chan miner.Found { return s.found }

// SetWork gives all workers jobs of a new puzzle.
func (s *Server) SetWork(w *miner.Work) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if w == nil {
		return // what there was stays good until something new comes
	}
	if s.work == nil || s.work.Header.Epoch != w.Header.Epoch {
		s.workAt = time.Now()
	}
	s.work = w
	s.works[w.Header.Epoch] = w
	for e := range s.works {
		if e+openEpochs <= w.Header.Epoch {
			delete(s.works, e)
		}
	}
	for _, k := range s.workers {
		if k.live != nil {
			s.job(k)
		}
	}
}

// job sends a worker a job with the work of a share that it has now.
func (s *Server) job(k *worker) {
	if s.work == nil {
		return
	}
	ticketWork := target.Work(s.work.Target)
	if k.work == 0 {
		k.work = firstCheap
		if s.work.Header.Algo.Dear() {
			k.work = firstDear
		}
		k.work *= uint64(max(k.a.Threads, 1)) * uint64(shareEvery/time.Second)
	}
	k.work = min(k.work, ticketWork)
	limit := target.FromWork(k.work)
	if target.Cmp(limit, s.work.Target) < 0 {
		limit = s.work.Target // each ticket is a share
	}
	k.nextID++
	w := s.work.With(limit, fmt.Sprintf("%d.%d", s.work.Header.Epoch, k.nextID), nil)
	k.jobs = append(k.jobs, job{w.Job, w.Header.Epoch, limit})
	if len(k.jobs) > maxJobs {
		k.jobs = k.jobs[len(k.jobs)-maxJobs:]
	}
	k.live.send(jobOf(w, s.work.Target))
}

// Serve takes workers until the context ends. It closes the listener and every
// connection, and returns when all of it has ended.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	ctx, end := context.WithCancel(ctx)
	var parts sync.WaitGroup
	stop := context.AfterFunc(ctx, func() { _ = l.Close() })
	defer stop()
	parts.Go(func() { s.keep(ctx) })
	var err error
	for {
		var conn net.Conn
		if conn, err = l.Accept(); err != nil {
			if ctx.Err() == nil && temporary(err) {
				wait(ctx, 100*time.Millisecond)
				continue
			}
			break
		}
		address, ok := s.admit(conn)
		if !ok {
			_ = conn.Close()
			continue
		}
		parts.Go(func() { s.session(ctx, conn, address) })
	}
	if ctx.Err() != nil {
		err = nil
	}
	end()
	parts.Wait()
	return errors.Join(err, s.save())
}

// temporary reports errors of Accept that pass: no file descriptors, a peer that
// went away.
func temporary(err error) bool { return !errors.Is(err, net.ErrClosed) }

func wait(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

// admit counts a connection that has not shown the token.
func (s *Server) admit(conn net.Conn) (address string, ok bool) {
	address, _, err := net.SplitHostPort(conn.RemoteAddr().String())
	if err != nil {
		address = conn.RemoteAddr().String()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.strangers >= maxStrangers || s.from[address] >= maxStrangersOf {
		s.refused++
		return address, false
	}
	s.strangers++
	s.from[address]++
	return address, true
}

// known ends the time of a connection as a stranger.
func (s *Server) known(address string) {
	s.strangers--
	if s.from[address]--; s.from[address] <= 0 {
		delete(s.from, address)
	}
}

// keep sets the work of shares, and saves the accounts.
func (s *Server) keep(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for saved := time.Now(); ; {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			s.retarget(now)
			if now.Sub(saved) >= saveEvery {
				saved = now
				if err := s.save(); err != nil {
					s.notice("the accounts cannot be saved: %v", err)
				}
			}
		}
	}
}

func (s *Server) retarget(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.work == nil {
		return
	}
	most := target.Work(s.work.Target)
	for _, k := range s.workers {
		if k.live != nil && k.retarget(now, most) {
			s.job(k)
		}
	}
}

func (s *Server) notice(format string, args ...any) {
	if s.o.Notice != nil {
		s.o.Notice(fmt.Sprintf(format, args...))
	}
}
