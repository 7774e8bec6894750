package node

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/abci"
)

// While nothing comes the log says what to do about it, and nothing once all is
// there.
func TestJoining(t *testing.T) {
	var out bytes.Buffer
	peers, stopped := 0, 0
	n := &running{log: slog.New(slog.NewTextHandler(&out, nil))}
	n.taking(abci.Taking{Height: 3}) // this node joins in no such way
	require.Empty(t, out.String())

	j := &joining{log: n.log, peers: func() int { return peers }, stop: func() { stopped++ }}
	n.joining.Store(j)
	says := func(what string, do func()) {
		t.Helper()
		out.Reset()
		do()
		require.Contains(t, out.String(), what)
		require.Equal(t, 1, strings.Count(out.String(), "\n"))
	}
	says("persistent_peers", j.wonder)
	peers = 2
	says("snapshot-interval", j.wonder)
	says("chunks=2", func() { n.taking(abci.Taking{Height: 3, Of: 2}) })
	out.Reset()
	j.wonder()
	require.Empty(t, out.String()) // something came
	says("next chunk", j.wonder)
	says("refused", func() { n.taking(abci.Taking{Height: 3, Of: 2, Err: errors.New("no")}) })
	require.Zero(t, stopped)
	says("complete", func() { n.taking(abci.Taking{Height: 3, Chunk: 2, Of: 2}) })
	require.Equal(t, 1, stopped)
}
