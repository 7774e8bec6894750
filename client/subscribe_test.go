package client

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"
)

// socketOf is a node that takes subscriptions and then says some lines.
func socketOf(t *testing.T, lines ...string) *Client {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/websocket" {
			http.NotFound(w, r)
			return
		}
		conn, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		if _, _, err := conn.ReadMessage(); err != nil {
			return
		}
		for _, line := range lines {
			if conn.WriteMessage(websocket.TextMessage, []byte(line)) != nil {
				return
			}
		}
	}))
	t.Cleanup(server.Close)
	c, err := New(server.URL)
	require.NoError(t, err)
	return c
}

// TestSubscribe: what a node tells comes in order; when it hangs up that is an
// error which says so.
func TestSubscribe(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c := socketOf(t, `{"jsonrpc":"2.0","id":1,"result":{}}`,
		`{"jsonrpc":"2.0","id":1,"result":{"query":"q","data":{"type":"t","value":{"height":"7","events":[]}},"events":{"a.b":["1","2"]}}}`,
		`{"jsonrpc":"2.0","id":1,"result":{"query":"q","data":{"type":"t","value":{"TxResult":{}}},"events":{"tx.height":["8"]}}}`)
	ready, heard := 0, []Notice{}
	err := c.Subscribe(ctx, []string{"q"}, func() { ready++ }, func(n Notice) { heard = append(heard, n) })
	require.True(t, Lost(err), err)
	require.Equal(t, 1, ready)
	require.Len(t, heard, 2)
	require.Equal(t, [2]int64{7, 8}, [2]int64{heard[0].Height, heard[1].Height})
	require.Equal(t, "1", heard[0].First("a.b"))
	require.Empty(t, heard[0].First("c"))

	for name, line := range map[string]string{
		"refused": `{"error":{"message":"no","data":"more"}}`, "garbage": `{`, "empty": `{}`,
		"no height": `{"result":{"query":"q","data":{"value":{}},"events":{}}}`,
	} {
		err := socketOf(t, line).Subscribe(ctx, []string{"q"}, nil, func(Notice) { t.Error(name) })
		var node *NodeError
		require.ErrorAs(t, err, &node, name)
	}
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	c, err = New(plain.URL)
	require.NoError(t, err)
	require.ErrorContains(t, c.Subscribe(ctx, []string{"q"}, nil, nil), "404")
	plain.Close()
	require.True(t, Lost(c.Subscribe(ctx, []string{"q"}, nil, nil)))
}
