package miner

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/app/lottery/target"
	"github.com/weftchain/weft/client"
	lottery "github.com/weftchain/weft/proto/weft/lottery/v1"
)

// rpcNode is as much of a node as a miner asks: it answers every query with one
// answer.
type rpcNode struct {
	url    string
	epoch  atomic.Uint64
	asked  atomic.Int64
	behind atomic.Bool
	old    atomic.Bool
	no     atomic.Value // the log of a refusal
	close  func()
}

func newNode(t *testing.T) *rpcNode {
	t.Helper()
	n := &rpcNode{}
	server := httptest.NewServer(http.HandlerFunc(n.answer))
	n.url, n.close = server.URL, server.Close
	t.Cleanup(server.Close)
	return n
}

func (n *rpcNode) answer(w http.ResponseWriter, r *http.Request) {
	var q struct {
		ID     json.RawMessage
		Method string
		Params struct{ Path string }
	}
	if json.NewDecoder(r.Body).Decode(&q) != nil {
		http.NotFound(w, r)
		return
	}
	at := time.Now()
	if n.old.Load() {
		at = at.Add(-time.Hour)
	}
	result := fmt.Sprintf(`{"node_info":{"network":"test"},"sync_info":{"latest_block_height":"9","latest_block_time":%q,"catching_up":%v},"validator_info":{}}`,
		at.UTC().Format(time.RFC3339Nano), n.behind.Load())
	if q.Method == "abci_query" {
		n.asked.Add(1)
		limit := target.FromWork(1 << 20)
		raw, _ := (&lottery.QueryWorkResponse{Epoch: n.epoch.Load(), Seed: make([]byte, 32), Target: limit[:], Algo: lottery.AlgoSHA256D, Version: 1}).Marshal()
		if q.Params.Path == query+"Params" {
			raw = nil // the rules do not matter
		}
		result = fmt.Sprintf(`{"response":{"code":0,"value":%q,"height":"9"}}`, base64.StdEncoding.EncodeToString(raw))
		if log, _ := n.no.Load().(string); log != "" {
			result = fmt.Sprintf(`{"response":{"code":6,"codespace":"sdk","log":%q}}`, log)
		}
	}
	_, _ = fmt.Fprintf(w, `{"jsonrpc":"2.0","id":%s,"result":%s}`, q.ID, result)
}

func nodesOf(t *testing.T, notice func(string), list ...*rpcNode) *Nodes {
	t.Helper()
	o := NodesOptions{Prefix: "weft", Notice: notice}
	for _, n := range list {
		c, err := client.New(n.url)
		require.NoError(t, err)
		o.Clients = append(o.Clients, c)
	}
	return NewNodes(o)
}

// TestNodes: the first node is asked as long as it answers and is not behind, then
// the next; with all of them gone the error says why, and a node that comes back
// is taken again.
func TestNodes(t *testing.T) {
	a, b := newNode(t), newNode(t)
	a.epoch.Store(3)
	b.epoch.Store(3)
	var said []string
	n := nodesOf(t, func(text string) { said = append(said, text) }, a, b)
	w, err := n.Work(t.Context(), me)
	require.NoError(t, err)
	require.Equal(t, uint64(3), w.Header.Epoch)
	require.Zero(t, b.asked.Load(), "one is enough")

	a.no.Store("it broke")
	b.epoch.Store(4)
	w, err = n.Work(t.Context(), me)
	require.NoError(t, err)
	require.Equal(t, uint64(4), w.Header.Epoch)
	require.Contains(t, said[0], a.url+" is left for the next node")
	a.no.Store("")
	b.close()
	_, err = n.Work(t.Context(), me) // b is gone, a is behind
	require.ErrorContains(t, err, "is behind: it mines epoch 3, and epoch 4 has begun")
	require.NotErrorIs(t, err, ErrEnd)
	a.epoch.Store(4)
	_, err = n.Work(t.Context(), me)
	require.NoError(t, err)
}

// TestBan: a node that lies is asked no more, and without another one there is an
// end.
func TestBan(t *testing.T) {
	n := nodesOf(t, nil, newNode(t))
	n.ban(n.at(), errors.New("its proof is wrong"))
	_, err := n.Work(t.Context(), me)
	require.ErrorIs(t, err, ErrEnd)
	require.ErrorIs(t, n.Submit(t.Context(), Found{}), ErrEnd)
	require.True(t, lies(&client.ProofError{Fault: client.FaultValue}))
	require.False(t, lies(&client.ProofError{Fault: client.FaultOld}))
	require.False(t, lies(context.Canceled))
}

// TestCheck: each reason for which there is nothing to mine has its words.
func TestCheck(t *testing.T) {
	a := newNode(t)
	require.NoError(t, nodesOf(t, nil, a).Check(t.Context(), me))
	a.no.Store(`unknown query path "/weft.lottery.v1.Query/Params": unknown request`)
	err := nodesOf(t, nil, a).Check(t.Context(), me)
	require.ErrorIs(t, err, ErrNoLottery)
	require.ErrorContains(t, err, `nobody mines on "test"`)
	a.no.Store("")
	a.old.Store(true)
	require.ErrorIs(t, nodesOf(t, nil, a).Check(t.Context(), me), ErrBehind)
	a.behind.Store(true)
	require.ErrorContains(t, nodesOf(t, nil, a).Check(t.Context(), me), "catches up")
	require.NoError(t, nodesOf(t, nil, a, newNode(t)).Check(t.Context(), me), "one good node is enough")
	a.close()
	require.True(t, client.Lost(nodesOf(t, nil, a).Check(t.Context(), me)))
}
