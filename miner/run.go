package miner

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"time"
)

// Source is a node, or what stands for one.
type Source interface {
	// Work returns the puzzle that is mined now.
	Work(ctx context.Context, who Who) (*Work, error)
	// Submit brings a ticket. The error is one of the verdicts below, or what
	// went wrong on the way.
	Submit(ctx context.Context, f Found) error
}

// What a node says of a ticket.
var (
	// ErrStale: its epoch is over.
	ErrStale = errors.New("the epoch of the ticket is over")
	// ErrWeak: better tickets fill the epoch, and so they do for worse ones.
	ErrWeak = errors.New("the epoch is full of better tickets")
	// ErrKnown: the node has it.
	ErrKnown = errors.New("the ticket is known")
	// ErrLater: the node has too much to do.
	ErrLater = errors.New("the node asks to come back later")
	// ErrRefused: it will never be taken.
	ErrRefused = errors.New("the ticket is refused")
)

// Options are what a miner is made of.
type Options struct {
	Source  Source
	Who     Who
	Threads int
	// Duty is for how much of the time threads hash, in percent; 0 is all.
	Duty int
	// Every is how often Report is called; 0 is each second.
	Every  time.Duration
	Report func(Stats)
}

// Stats are what a miner did so far.
type Stats struct {
	Epoch   uint64
	Last    int64  // block of the epoch
	Work    uint64 // hashes that a ticket takes on average
	Hashes  uint64
	Rate    float64 // hashes a second, since the report before
	Found   uint64
	Taken   uint64
	Weak    uint64
	Stale   uint64
	Refused uint64
	Waiting int
	// Trouble is what keeps work or tickets from passing, "" if all is well.
	Trouble string
}

// How often a node is asked for new work: an epoch's beginning is known within
// this time and the way to the node.
const askEvery = 120 * time.Millisecond

// askPatience bounds one question to the node.
const askPatience = 10 * time.Second

// maxWaiting bounds the tickets that wait to be brought; the worst give way.
const maxWaiting = 4096

// Run mines until the context ends, and returns what it did. Trouble with the
// node is reported and waited out.
func Run(ctx context.Context, o Options) Stats {
	if o.Duty == 0 {
		o.Duty = 100
	}
	if o.Every == 0 {
		o.Every = time.Second
	}
	m := &mine{o: o, search: NewSearch(o.Duty)}
	var wg sync.WaitGroup
	wg.Go(func() { m.search.Run(ctx, max(o.Threads, 1)) })
	wg.Go(func() { m.follow(ctx) })
	wg.Go(func() { m.collect(ctx) })
	wg.Go(func() { m.bring(ctx) })
	m.report(ctx)
	wg.Wait()
	return m.stats()
}

// mine is a miner at work.
type mine struct {
	o      Options
	search *Search

	mu      sync.Mutex
	s       Stats
	work    *Work
	waiting []Found  // the best first
	refusal string   // of the last ticket, "" if it was taken
	bar     [32]byte // of work's epoch: what is not below it is too weak; zero is none
}

func (m *mine) stats() Stats {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.s.Hashes, m.s.Waiting = m.search.Hashes(), len(m.waiting)
	s := m.s
	if s.Trouble == "" {
		s.Trouble = m.refusal
	}
	return s
}

func (m *mine) trouble(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.s.Trouble = ""
	if err != nil {
		m.s.Trouble = err.Error()
	}
}

// follow asks for work, over and over.
func (m *mine) follow(ctx context.Context) {
	wait := askEvery
	for ctx.Err() == nil {
		asked, cancel := context.WithTimeout(ctx, askPatience)
		w, err := m.o.Source.Work(asked, m.o.Who)
		cancel()
		if ctx.Err() != nil {
			return
		}
		m.trouble(err)
		if err != nil {
			// The puzzle stays good while the node does not answer.
			wait = min(2*wait, 5*time.Second)
		} else {
			wait = askEvery
			m.take(w)
		}
		pause(ctx, wait)
	}
}

// take goes over to new work.
func (m *mine) take(w *Work) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if w.Same(m.work) {
		return
	}
	m.work, m.bar = w, [32]byte{}
	m.s.Epoch, m.s.Last, m.s.Work = w.Header.Epoch, w.Last, w.hashes()
	m.search.Set(w)
}

// collect sorts what is found.
func (m *mine) collect(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case f := <-m.search.Found():
			m.add(f)
		}
	}
}

func (m *mine) add(f Found) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.s.Found++
	if f.Work == m.work && m.bar != [32]byte{} && bytes.Compare(f.Digest[:], m.bar[:]) >= 0 {
		m.s.Weak++
		return
	}
	m.put(f)
}

// put keeps a ticket among those that wait.
func (m *mine) put(f Found) {
	i := len(m.waiting)
	for i > 0 && bytes.Compare(f.Digest[:], m.waiting[i-1].Digest[:]) < 0 {
		i--
	}
	m.waiting = append(m.waiting, Found{})
	copy(m.waiting[i+1:], m.waiting[i:])
	m.waiting[i] = f
	if len(m.waiting) > maxWaiting {
		m.waiting = m.waiting[:maxWaiting]
		m.s.Weak++
	}
}

// bring submits tickets, the best first.
func (m *mine) bring(ctx context.Context) {
	for ctx.Err() == nil {
		f, some := m.next()
		if !some {
			pause(ctx, 20*time.Millisecond)
			continue
		}
		asked, cancel := context.WithTimeout(ctx, askPatience)
		err := m.o.Source.Submit(asked, f)
		cancel()
		if m.judged(f, err) {
			continue
		}
		pause(ctx, 500*time.Millisecond)
	}
}

func (m *mine) next() (Found, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.waiting) == 0 {
		return Found{}, false
	}
	f := m.waiting[0]
	m.waiting = m.waiting[1:]
	return f, true
}

// judged books what a node said; it reports false if the ticket waits again.
func (m *mine) judged(f Found, err error) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case err == nil || errors.Is(err, ErrKnown):
		m.s.Taken++
		m.refusal = ""
	case errors.Is(err, ErrWeak):
		m.s.Weak++
		if f.Work == m.work {
			m.bar = f.Digest
		}
		for len(m.waiting) > 0 && m.waiting[len(m.waiting)-1].Work == f.Work { // all that wait are worse
			m.waiting = m.waiting[:len(m.waiting)-1]
			m.s.Weak++
		}
	case errors.Is(err, ErrStale):
		m.s.Stale++
	case errors.Is(err, ErrRefused):
		m.s.Refused++
		m.refusal = err.Error()
	default:
		m.refusal = err.Error()
		m.put(f)
		return false
	}
	return true
}

// report tells what was done, until the end.
func (m *mine) report(ctx context.Context) {
	tick := time.NewTicker(m.o.Every)
	defer tick.Stop()
	last, at := uint64(0), time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			s := m.stats()
			s.Rate = float64(s.Hashes-last) / now.Sub(at).Seconds()
			last, at = s.Hashes, now
			if m.o.Report != nil {
				m.o.Report(s)
			}
		}
	}
}
