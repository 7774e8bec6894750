package node

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// However long a piece took, the rest after it has a bound: the node's end waits
// for a snapshot that is being made.
func TestRestful(t *testing.T) {
	var rests []time.Duration
	pause := restful(func(d time.Duration) { rests = append(rests, d) })
	for range 3 {
		pause()
	}
	require.Len(t, rests, 3)
	for _, d := range rests {
		require.GreaterOrEqual(t, d, time.Duration(0))
		require.LessOrEqual(t, d, maxRest)
	}
}
