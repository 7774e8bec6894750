package miner

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"sync"
	"sync/atomic"
	"time"

	"github.com/weftchain/weft/app/lottery/ticket"
)

// How many hashes a thread makes between two looks for new work: about a
// millisecond's.
const (
	batchCheap = 4096
	batchDear  = 4
)

// Search is a set of threads that hash whatever work they are given.
type Search struct {
	work   atomic.Pointer[Work]
	hashes atomic.Uint64
	found  chan Found
	duty   int // percent
}

// NewSearch returns a search whose threads hash for duty percent of the time, 1
// to 100.
func NewSearch(duty int) *Search {
	return &Search{found: make(chan Found, 1024), duty: min(max(duty, 1), 100)}
}

// Set gives the threads new work, or none.
func (s *Search) Set(w *Work) { s.work.Store(w) }

// Hashes is how many were made.
func (s *Search) Hashes() uint64 { return s.hashes.Load() }

// Found is where solutions come out. Who does not read loses them.
func (s *Search) Found() <-chan Found { return s.found }

// Run hashes with so many threads until the context ends.
func (s *Search) Run(ctx context.Context, threads int) {
	var wg sync.WaitGroup
	for range threads {
		wg.Go(func() { s.thread(ctx) })
	}
	wg.Wait()
}

// thread hashes. Its extranonce is drawn anew for each work, so that threads,
// processes and machines that mine for one payout search disjoint spaces, and
// one that starts again repeats nothing.
func (s *Search) thread(ctx context.Context) {
	const idle = 5 * time.Millisecond
	for ctx.Err() == nil {
		w := s.work.Load()
		if w == nil {
			pause(ctx, idle)
			continue
		}
		extranonce := draw()
		inner := ticket.Inner(w.Prehash, extranonce, 0)
		batch := uint64(batchCheap)
		if w.Header.Algo.Dear() {
			batch = batchDear
		}
		for nonce := uint64(0); ctx.Err() == nil && s.work.Load() == w; nonce += batch {
			began := time.Now()
			s.batch(w, &inner, extranonce, nonce, batch)
			s.hashes.Add(batch)
			if s.duty < 100 {
				pause(ctx, time.Since(began)*time.Duration(100-s.duty)/time.Duration(s.duty))
			}
		}
	}
}

func (s *Search) batch(w *Work, inner *[ticket.InnerBytes]byte, extranonce, nonce, n uint64) {
	for end := nonce + n; nonce != end; nonce++ {
		binary.BigEndian.PutUint64(inner[40:], nonce)
		digest, mix := w.Header.Algo.Hash(*inner)
		if binary.BigEndian.Uint64(digest[:8]) > w.first || bytes.Compare(digest[:], w.Target[:]) >= 0 {
			continue
		}
		select {
		case s.found <- Found{Work: w, Extranonce: extranonce, Nonce: nonce, Mix: mix, Digest: digest}:
		default: // far more than any epoch keeps
		}
	}
}

func draw() uint64 {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return binary.BigEndian.Uint64(b[:])
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

// Bench measures how many hashes a second so many threads make.
func Bench(ctx context.Context, algo ticket.Algo, threads int, d time.Duration) (perSecond float64) {
	s := NewSearch(100)
	w := &Work{Header: ticket.Header{Algo: algo, Version: ticket.Version, Payout: make([]byte, 20)}}
	w.Prehash = w.Header.Prehash()
	s.Set(w)
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	began := time.Now()
	s.Run(ctx, threads)
	return float64(s.Hashes()) / time.Since(began).Seconds()
}
