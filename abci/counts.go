package abci

import (
	"sync/atomic"
	"time"
)

// Counts are what a Server has done since it was made.
type Counts struct {
	// Checks of transactions: New ones, and those that wait for a block (Again), by
	// whether they may (go on to) wait.
	NewTaken, NewRefused, AgainTaken, AgainRefused int64
	// Queries that were answered and refused, the time of all of them, and how many
	// run now.
	Answered, Refused int64
	QueryTime         time.Duration
	Running           int
}

type counts struct {
	checks            [2][2]atomic.Int64 // again, taken
	answered, refused atomic.Int64
	queryNanos        atomic.Int64
}

func index(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (c *counts) check(again, taken bool) { c.checks[index(again)][index(taken)].Add(1) }

func (c *counts) query(took time.Duration, answered bool) {
	c.queryNanos.Add(int64(took))
	if answered {
		c.answered.Add(1)
	} else {
		c.refused.Add(1)
	}
}

// Counts returns what the Server has done.
func (s *Server) Counts() Counts {
	c := &s.counts
	return Counts{
		NewTaken: c.checks[0][1].Load(), NewRefused: c.checks[0][0].Load(),
		AgainTaken: c.checks[1][1].Load(), AgainRefused: c.checks[1][0].Load(),
		Answered: c.answered.Load(), Refused: c.refused.Load(), QueryTime: time.Duration(c.queryNanos.Load()),
		Running: len(s.queries),
	}
}
