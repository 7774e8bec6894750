package node_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/node"
	"github.com/weftchain/weft/tx"
)

// door is a node that runs inside of the test, and its RPC.
type door struct {
	t    testing.TB
	host string // host:port
	rpc  string // tcp://host:port
	home string
	node *inProcess
	stop func()
}

func startDoor(t testing.TB, change func(*node.Config)) *door {
	t.Helper()
	n := newInProcess(t, newHome(t))
	if change != nil {
		change(&n.cfg)
	}
	return runDoor(t, n)
}

func runDoor(t testing.TB, n *inProcess) *door {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- n.run(ctx) }()
	awaitBlock(t, n, ended)
	stopped := false
	stop := func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		select {
		case err := <-ended:
			require.NoError(t, err)
		case <-time.After(stopTime + 5*time.Second):
			t.Error("the node does not stop")
		}
	}
	t.Cleanup(stop)
	rpc := n.cfg.Comet.RPC.ListenAddress
	return &door{t, strings.TrimPrefix(rpc, "tcp://"), rpc, n.cfg.Home, n, stop}
}

// response is a JSON-RPC response.
type response struct {
	ID     json.RawMessage `json:"id"`
	Result json.RawMessage `json:"result"`
	Error  *struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
		Data    string `json:"data"`
	} `json:"error"`
}

func (d *door) post(body string) (status int, answer []byte) {
	d.t.Helper()
	res, err := http.Post("http://"+d.host, "application/json", strings.NewReader(body))
	require.NoError(d.t, err)
	defer res.Body.Close()
	answer, err = io.ReadAll(res.Body)
	require.NoError(d.t, err)
	return res.StatusCode, answer
}

func (d *door) get(path string) (status int, header http.Header, answer []byte) {
	d.t.Helper()
	res, err := http.Get("http://" + d.host + path)
	require.NoError(d.t, err)
	defer res.Body.Close()
	answer, err = io.ReadAll(res.Body)
	require.NoError(d.t, err)
	return res.StatusCode, res.Header, answer
}

// call makes a call as CosmJS does and wants a result.
func (d *door) call(method string, params any) json.RawMessage {
	d.t.Helper()
	res := d.try(method, params)
	require.Nil(d.t, res.Error, "%s: %+v", method, res.Error)
	return res.Result
}

func (d *door) try(method string, params any) response {
	d.t.Helper()
	text, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": 123456789012, "method": method, "params": params})
	require.NoError(d.t, err)
	status, answer := d.post(string(text))
	require.Equal(d.t, http.StatusOK, status, "CosmJS does not read the body of another status: %s", answer)
	var res response
	require.NoError(d.t, json.Unmarshal(answer, &res), "%s", answer)
	require.Equal(d.t, "123456789012", string(res.ID))
	return res
}

// socket is a WebSocket as CosmJS opens it.
type socket struct {
	t testing.TB
	*websocket.Conn
}

func (d *door) dial() socket {
	d.t.Helper()
	conn, res, err := websocket.DefaultDialer.Dial("ws://"+d.host+"/websocket", nil)
	require.NoError(d.t, err)
	require.NoError(d.t, res.Body.Close())
	d.t.Cleanup(func() { _ = conn.Close() })
	return socket{d.t, conn}
}

func (w socket) say(text string) {
	w.t.Helper()
	require.NoError(w.t, w.WriteMessage(websocket.TextMessage, []byte(text)))
}

func (w socket) hear() response {
	w.t.Helper()
	require.NoError(w.t, w.SetReadDeadline(time.Now().Add(30*time.Second)))
	_, text, err := w.ReadMessage()
	require.NoError(w.t, err)
	var res response
	require.NoError(w.t, json.Unmarshal(text, &res), "%s", text)
	return res
}

func subscribeText(id int, method, query string) string {
	text, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": id, "method": method, "params": map[string]string{"query": query}})
	if err != nil {
		panic(err)
	}
	return string(text)
}

// signed is a transfer that was not sent yet.
func (d *door) signed(i int, sequence uint64) []byte {
	d.t.Helper()
	c := newClient(d.t, d.rpc)
	number, _, err := c.Account(context.Background(), address(i))
	require.NoError(d.t, err)
	raw, err := tx.Builder{Msgs: []chain.Message{bankSend(address(i), address(7))}, GasLimit: 100_000}.Sign(key(i), chainID, number, sequence)
	require.NoError(d.t, err)
	return raw
}
