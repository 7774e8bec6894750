package spent

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestCPU(t *testing.T) {
	require.GreaterOrEqual(t, CPU(func() {
		for start := time.Now(); time.Since(start) < 30*time.Millisecond; { //nolint:revive // to be busy is the point
		}
	}), time.Millisecond)
	require.Less(t, CPU(func() { time.Sleep(200 * time.Millisecond) }), 150*time.Millisecond, "to wait is no work")
}
