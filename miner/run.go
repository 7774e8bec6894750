package miner

import (
	"context"
	"errors"
	"fmt"
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

// Watcher is a Source that tells when there is something new.
type Watcher interface {
	// Watch keeps the board, nil if there is none, and calls wake when there may
	// be new work, until the context ends.
	Watch(ctx context.Context, b *Board, wake func())
}

// What a source says of a ticket.
var (
	// ErrStale: its epoch is over.
	ErrStale = errors.New("the epoch of the ticket is over")
	// ErrWeak: better tickets fill the epoch, and so they do for worse ones.
	ErrWeak = errors.New("the epoch is full of better tickets")
	// ErrKnown: the node has it, in a block or waiting for one.
	ErrKnown = errors.New("the ticket is known")
	// ErrKept: a block has it, or it was counted.
	ErrKept = errors.New("the ticket is in a block")
	// ErrLater: the node has too much to do.
	ErrLater = errors.New("the node asks to come back later")
	// ErrRefused: it will never be taken.
	ErrRefused = errors.New("the ticket is refused")
)

// ErrEnd wraps an error of a Source after which there is nothing to wait for,
// such as a node that lies and no other.
var ErrEnd = errors.New("there is nothing left to mine for")

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
	// Board is kept if Source is a Watcher; nil is none.
	Board *Board
	// Journal keeps tickets over a crash; nil keeps none.
	Journal *Journal
	// Found brings tickets that others found; then Threads may be 0, and nothing
	// is searched here.
	Found <-chan Found
	// NewWork hears of each new puzzle, nil if there is none any more.
	NewWork func(*Work)
}

// How often a source is asked for new work: seldom while it tells by itself, else
// so often that an epoch's beginning is known within this time and the way to
// the node.
const (
	askEvery  = 120 * time.Millisecond
	askSeldom = 2 * time.Second
)

// askPatience bounds one question to the node.
const askPatience = 10 * time.Second

// bringAgain is after how long a ticket that is in no block is brought again.
const bringAgain = 8 * time.Second

// Run mines until the context ends, and returns what it did. Trouble with the
// node is reported and waited out; the error wraps ErrEnd if that would be in
// vain.
func Run(ctx context.Context, o Options) (Stats, error) {
	if o.Duty == 0 {
		o.Duty = 100
	}
	if o.Every == 0 {
		o.Every = time.Second
	}
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	m := &mine{o: o, search: NewSearch(o.Duty), end: end, woken: make(chan struct{}, 1), pending: map[[32]byte]*pending{}}
	if o.Journal != nil {
		for _, f := range o.Journal.Left() {
			m.put(f)
		}
		m.s.Resumed = uint64(len(m.waiting))
	}
	var wg sync.WaitGroup
	if o.Board != nil {
		o.Board.onIncluded(m.included)
	}
	if w, ok := o.Source.(Watcher); ok {
		wg.Go(func() { w.Watch(ctx, o.Board, m.wake) })
	}
	if o.Found == nil {
		o.Threads = max(o.Threads, 1)
	}
	wg.Go(func() { m.search.Run(ctx, o.Threads) })
	wg.Go(func() { m.follow(ctx) })
	wg.Go(func() { m.collect(ctx) })
	wg.Go(func() { m.bring(ctx) })
	m.report(ctx)
	wg.Wait()
	s := m.stats()
	if cause := context.Cause(ctx); errors.Is(cause, ErrEnd) {
		return s, cause
	}
	return s, nil
}

// mine is a miner at work.
type mine struct {
	o      Options
	search *Search
	end    context.CancelCauseFunc
	woken  chan struct{}

	mu      sync.Mutex
	s       Stats
	work    *Work
	waiting []Found // the best first
	pending map[[32]byte]*pending
	early   map[[32]byte]bool // heard of in a block before a node's answer came
	refusal string            // of the last ticket, "" if it was taken
	bar     [32]byte          // of work's epoch: what is not below it is too weak; zero is none
}

// wake has the source asked at once.
func (m *mine) wake() {
	select {
	case m.woken <- struct{}{}:
	default:
	}
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
		switch {
		case errors.Is(err, ErrEnd):
			m.take(nil)
			m.end(err)
			return
		case err != nil: // the puzzle stays good while the node does not answer
			wait = min(2*wait, 5*time.Second)
		default:
			wait = askEvery
			if m.o.Board != nil && m.o.Board.live.Load() {
				wait = askSeldom
			}
			m.take(w)
		}
		t := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-t.C:
		case <-m.woken:
		}
		t.Stop()
	}
}

// take goes over to new work; none stops the threads.
func (m *mine) take(w *Work) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if w != nil {
		if w.Same(m.work) {
			return
		}
		if m.work == nil || m.work.Prehash != w.Prehash {
			m.bar = [32]byte{}
		}
		m.s.Epoch, m.s.Last, m.s.Work = w.Header.Epoch, w.Last, w.hashes()
	}
	m.work = w
	m.search.Set(w)
	if m.o.NewWork != nil {
		m.o.NewWork(w)
	}
}

// collect sorts what is found.
func (m *mine) collect(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			for { // what was found is not lost
				select {
				case f := <-m.search.Found():
					m.add(f)
				default:
					return
				}
			}
		case f := <-m.search.Found():
			m.add(f)
		case f := <-m.o.Found:
			m.add(f)
		}
	}
}

// bring submits tickets, the best first.
func (m *mine) bring(ctx context.Context) {
	for ctx.Err() == nil {
		m.again(time.Now())
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

// noteFault tells of a journal that cannot be written: mining goes on.
func (m *mine) noteFault(err error) {
	if err != nil {
		m.refusal = fmt.Sprintf("found tickets cannot be written down: %v", err)
	}
}
