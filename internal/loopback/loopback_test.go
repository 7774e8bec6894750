package loopback

import (
	"net"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFree(t *testing.T) {
	for range 200 {
		host, port, err := net.SplitHostPort(Must(t))
		require.NoError(t, err)
		require.Equal(t, "127.0.0.1", host)
		n, err := strconv.Atoi(port)
		require.NoError(t, err)
		require.True(t, n >= first && n <= last, port)
	}
	l, err := net.Listen("tcp", Must(t))
	require.NoError(t, err, "it can be used")
	require.NoError(t, l.Close())
}
