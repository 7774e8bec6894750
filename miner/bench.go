package miner

import (
	"context"
	"crypto/sha256"
	"slices"
	"time"

	"golang.org/x/crypto/argon2"

	"github.com/weftchain/weft/app/lottery/ticket"
)

// Bench is how fast one function is searched.
type Bench struct {
	// Rate is what all threads make together in a second of the clock.
	Rate float64
	// Search and Library are hashes in a second of one core's time, by turns, the
	// best of all turns: the search as it mines, and the library's function alone
	// in a loop. Ratio is the median of the turns' quotients.
	Search, Library, Ratio float64
	Turns                  int
}

// MinTurns is how often search and library are compared at least.
const MinTurns = 7

// RunBench measures a function: turns comparisons by processor time, a slice of
// time for each side, then all threads for d.
func RunBench(ctx context.Context, algo ticket.Algo, threads, turns int, slice, d time.Duration) Bench {
	b := Bench{Turns: max(turns, MinTurns)}
	w := benchWork(algo)
	var ratios []float64
	for i := range b.Turns {
		if ctx.Err() != nil {
			break
		}
		var search, library float64
		if i%2 == 0 {
			search, library = searchRate(w, slice), libraryRate(algo, slice)
		} else {
			library, search = libraryRate(algo, slice), searchRate(w, slice)
		}
		b.Search, b.Library = max(b.Search, search), max(b.Library, library)
		ratios = append(ratios, search/library)
	}
	slices.Sort(ratios)
	if len(ratios) > 0 {
		b.Ratio = ratios[len(ratios)/2]
	}
	s := NewSearch(100)
	s.Set(w)
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	began := time.Now()
	s.Run(ctx, threads)
	b.Rate = float64(s.Hashes()) / time.Since(began).Seconds()
	return b
}

// benchWork is a puzzle that nobody solves.
func benchWork(algo ticket.Algo) *Work {
	w := &Work{Header: ticket.Header{Algo: algo, Version: ticket.Version, Payout: make([]byte, 20)}}
	w.ready()
	return w
}

// searchRate is the search's hashes a second of processor time.
func searchRate(w *Work, slice time.Duration) float64 {
	s, h := NewSearch(100), w.hasher(1)
	return rateOf(w.Header.Algo, slice, func(nonce, n uint64) { s.batch(w, h, nonce, n) })
}

// libraryRate is the library's alone: over 48 bytes that change.
func libraryRate(algo ticket.Algo, slice time.Duration) float64 {
	var inner [ticket.InnerBytes]byte
	return rateOf(algo, slice, func(nonce, n uint64) {
		for i := range n {
			inner[47], inner[46] = byte(nonce+i), byte((nonce+i)>>8)
			if algo.Dear() {
				argon2.IDKey(inner[:], inner[:32], 1, 256, 1, 32)
				continue
			}
			once := sha256.Sum256(inner[:])
			sha256.Sum256(once[:])
		}
	})
}

func rateOf(algo ticket.Algo, slice time.Duration, do func(nonce, n uint64)) float64 {
	batch := uint64(batchCheap)
	if algo.Dear() {
		batch = batchDear
	}
	began, made := cpuTime(), uint64(0)
	for cpuTime()-began < slice {
		do(made, batch)
		made += batch
	}
	return float64(made) / (cpuTime() - began).Seconds()
}
