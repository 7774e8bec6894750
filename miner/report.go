package miner

import (
	"context"
	"time"
)

// Stats are what a miner did so far.
type Stats struct {
	Epoch  uint64
	Last   int64  // block of the epoch
	Height int64  // last block that was heard of; 0 is unknown
	Work   uint64 // hashes that a ticket takes on average
	Hashes uint64
	Rate   float64 // hashes a second, since the report before
	Found  uint64
	// Taken is how many a node took, Included how many of them a block has.
	Taken    uint64
	Included uint64
	Weak     uint64
	Stale    uint64
	Refused  uint64
	// Lost is how many a node took and no block until their epoch was over.
	Lost uint64
	// Waiting is how many no node took yet, Pending how many are in no block yet.
	Waiting int
	Pending int
	// Resumed is how many came from the journal.
	Resumed uint64
	// Trouble is what keeps work or tickets from passing, "" if all is well.
	Trouble string
}

func (m *mine) stats() Stats {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.s.Hashes, m.s.Waiting, m.s.Pending = m.search.Hashes(), len(m.waiting), len(m.pending)
	s := m.s
	if s.Trouble == "" {
		s.Trouble = m.refusal
	}
	return s
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
			if m.o.Board != nil {
				height := m.o.Board.Height()
				m.mu.Lock()
				m.s.Height = height
				m.mu.Unlock()
			}
			s := m.stats()
			s.Rate = float64(s.Hashes-last) / now.Sub(at).Seconds()
			last, at = s.Hashes, now
			if m.o.Report != nil {
				m.o.Report(s)
			}
		}
	}
}
