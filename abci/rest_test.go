package abci

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestRest: however long a piece took, the rest after it has a bound, for the
// node's end waits for a snapshot that is being made; and while a block is
// executed it is longer.
func TestRest(t *testing.T) {
	s := New(nil, Options{})
	var slept []time.Duration
	total := func() (sum time.Duration) {
		for _, d := range slept {
			sum += d
		}
		return sum
	}
	rest := s.rest(func(d time.Duration) {
		slept = append(slept, d)
		if len(slept) == 20 {
			s.executing.Store(false) // the block is committed
		}
	})
	for range 3 {
		rest()
	}
	require.Len(t, slept, 3)
	for _, d := range slept {
		require.GreaterOrEqual(t, d, time.Duration(0))
		require.LessOrEqual(t, d, maxRest)
	}

	s.executing.Store(true)
	rest()
	require.Len(t, slept, 20, "until the block is committed")

	slept = make([]time.Duration, 100) // no commit comes
	s.executing.Store(true)
	rest()
	require.GreaterOrEqual(t, total(), longestWait)
	require.LessOrEqual(t, total(), longestWait+maxRest)

	slept = make([]time.Duration, 100)
	s.end()
	rest()
	require.Len(t, slept, 101, "a node that ends waits for no block")
}
