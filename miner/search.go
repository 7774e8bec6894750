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
		hash := w.hasher(w.extranonce())
		batch := uint64(batchCheap)
		if w.Header.Algo.Dear() {
			batch = batchDear
		}
		for nonce := uint64(0); ctx.Err() == nil && s.work.Load() == w; nonce += batch {
			began := time.Now()
			s.batch(w, hash, nonce, batch)
			s.hashes.Add(batch)
			if s.duty < 100 {
				pause(ctx, time.Since(began)*time.Duration(100-s.duty)/time.Duration(s.duty))
			}
		}
	}
}

// batch looks at so many nonces.
func (s *Search) batch(w *Work, hash hasher, nonce, n uint64) {
	for n > 0 {
		seen, f := hash.seek(w, nonce, n)
		nonce += seen
		n -= seen
		if f == nil {
			continue
		}
		select {
		case s.found <- *f:
		default: // far more than any epoch keeps
		}
	}
}

// hasher tries the nonces of one extranonce.
type hasher interface {
	// seek tries nonces from a first, n at most, up to one that solves the work.
	// It returns how many it tried and the solution, nil if there was none.
	seek(w *Work, nonce, n uint64) (seen uint64, f *Found)
}

func (w *Work) hasher(extranonce uint64) hasher {
	if w.Header.Algo == ticket.SHA256D {
		return newQuick(w.Prehash, extranonce)
	}
	return &plain{algo: w.Header.Algo, extranonce: extranonce, inner: ticket.Inner(w.Prehash, extranonce, 0)}
}

// plain tries nonces with the rules' own function.
type plain struct {
	algo       ticket.Algo
	extranonce uint64
	inner      [ticket.InnerBytes]byte
}

func (h *plain) seek(w *Work, nonce, n uint64) (uint64, *Found) {
	for i := range n {
		binary.BigEndian.PutUint64(h.inner[40:], nonce+i)
		digest, mix := h.algo.Hash(h.inner)
		if w.solves(digest) {
			return i + 1, &Found{Work: w, Extranonce: h.extranonce, Nonce: nonce + i, Mix: mix, Digest: digest}
		}
	}
	return n, nil
}

// solves reports whether a digest is below the target.
func (w *Work) solves(digest [32]byte) bool {
	return binary.BigEndian.Uint64(digest[:8]) <= w.first && bytes.Compare(digest[:], w.Target[:]) < 0
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
