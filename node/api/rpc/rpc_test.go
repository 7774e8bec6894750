package rpc

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	dbm "github.com/cometbft/cometbft-db"
	abci "github.com/cometbft/cometbft/abci/types"
	rpccore "github.com/cometbft/cometbft/rpc/core"
	"github.com/cometbft/cometbft/state/txindex"
	"github.com/cometbft/cometbft/state/txindex/kv"
	"github.com/cometbft/cometbft/state/txindex/null"
	"github.com/cometbft/cometbft/types"
	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"
)

func testConfig() Config {
	return Config{
		Rate: 0, Burst: 1, Calls: 4, HeavyCalls: 2, Batch: 10, BodyBytes: 1 << 20, AnswerBytes: 1 << 20, HeaderBytes: 1 << 16,
		SearchBytes: 1 << 20, Connections: 10, ClientConnections: 5, Subscribers: 5, Subscriptions: 5, Buffer: 100,
	}
}

func testDoor(t *testing.T, env *rpccore.Environment, read func() int64) *httptest.Server {
	t.Helper()
	d := New(Options{
		Config: testConfig(), Env: env, Log: slog.New(slog.DiscardHandler), IndexRead: read, Committed: func() int64 { return 0 },
	})
	server := httptest.NewServer(d)
	t.Cleanup(server.Close)
	return server
}

// TestDocumented holds the table of costs in docs/spec/rpc.md against the code.
func TestDocumented(t *testing.T) {
	text, err := os.ReadFile("../../../docs/spec/rpc.md")
	require.NoError(t, err)
	_, table, found := strings.Cut(string(text), "## Costs")
	require.True(t, found)
	documented := map[string]method{}
	for _, row := range regexp.MustCompile(`(?m)^\| (\d+)(, heavy)? \| (.*) \|$`).FindAllStringSubmatch(table, -1) {
		cost, err := strconv.ParseInt(row[1], 10, 64)
		require.NoError(t, err)
		for name := range strings.SplitSeq(row[3], ", ") {
			if !strings.Contains(name, " ") {
				documented[name] = method{cost: cost, heavy: row[2] != ""}
			}
		}
	}
	served := map[string]method{}
	for _, list := range []map[string]method{methods, socketMethods} {
		for name, m := range list {
			served[name] = method{cost: m.cost, heavy: m.heavy}
		}
	}
	require.Equal(t, served, documented)
}

// TestMethodsExist: every method in the table is one of CometBFT's, with these
// parameters, and every safe one of CometBFT's is in the table.
func TestMethodsExist(t *testing.T) {
	env := &rpccore.Environment{TxIndexer: &null.TxIndex{}}
	for name := range env.GetRoutes() {
		_, served := methods[name]
		_, socket := socketMethods[name]
		require.True(t, served || socket, name)
	}
	routes := env.GetRoutes()
	for name := range methods {
		require.Contains(t, routes, name)
	}
}

func TestParse(t *testing.T) {
	for _, c := range []struct {
		text string
		code int
		id   string
	}{
		{`{"jsonrpc":"2.0","id":1,"method":"x"}`, 0, `1`},
		{`{"id":"a","method":"x","params":null}`, 0, `"a"`},
		{`{"id":1,"method":"x","params":"y"}`, codeParams, `1`},
		{`{"id":1}`, codeInvalid, `1`},
		{`{"id":1,"method":"` + strings.Repeat("x", 65) + `"}`, codeNoMethod, `1`},
		{`{"id":1,"method":5}`, codeInvalid, ``},
		{`{"id":1.0,"method":"x"}`, codeInvalid, ``},
		{`{"id":"` + strings.Repeat("x", 300) + `","method":"x"}`, codeInvalid, ``},
		{`{"id":12345678901234567890,"method":"x"}`, codeInvalid, ``},
		{`{}`, codeInvalid, ``},
		{`5`, codeInvalid, ``},
		{`{"id":1,"method":"x"} {}`, codeParse, ``},
		{`nonsense`, codeParse, ``},
		{``, codeParse, ``},
	} {
		req, err := parse([]byte(c.text))
		require.Equal(t, c.id, string(req.id), c.text)
		if c.code == 0 {
			require.Nil(t, err, c.text)
		} else {
			require.NotNil(t, err, c.text)
			require.Equal(t, c.code, err.Code, c.text)
		}
	}
	req, err := parse([]byte(`{"method":"x"}`))
	require.Nil(t, err)
	require.True(t, req.notification())
}

func TestSplit(t *testing.T) {
	list, err := split([]byte(`[1, {"a":[2]} ,"x"]`), 3)
	require.Nil(t, err)
	require.Len(t, list, 3)
	for _, text := range []string{`[1,2,3,4]`, `[]`, `[1`, `[1]2`, `[,]`, `[1 2]`} {
		_, err := split([]byte(text), 3)
		require.NotNil(t, err, text)
	}
}

func TestOrigins(t *testing.T) {
	d := &Door{opts: Options{Config: Config{Origins: []string{"https://a.example", "https://*.b.example"}}}}
	for origin, allowed := range map[string]bool{
		"": true, "https://a.example": true, "https://x.b.example": true, "http://node:1": true, "https://c.example": false, "https://b.example": false,
		"https://a.example.evil": false,
	} {
		r := httptest.NewRequest("GET", "http://node:1/websocket", nil)
		if origin != "" {
			r.Header.Set("Origin", origin)
		}
		require.Equal(t, allowed, d.originAllowed(r), origin)
	}
}

func TestConnections(t *testing.T) {
	c := connections{cfg: Config{Connections: 3, ClientConnections: 2}, perClient: map[string]int{}}
	require.Empty(t, c.enter("a"))
	require.Empty(t, c.enter("a"))
	require.Contains(t, c.enter("a"), "max-connections-per-client")
	require.Empty(t, c.enter("b"))
	require.Contains(t, c.enter("c"), "max_open_connections")
	c.leave("b")
	require.Empty(t, c.enter("c"))
	require.Equal(t, map[string]int{"a": 2, "c": 1}, c.perClient)
}

func TestForwarded(t *testing.T) {
	r := httptest.NewRequest("GET", "/", nil)
	r.RemoteAddr = "10.0.0.1:5"
	r.Header.Set("X-Forwarded-For", "1.1.1.1, 2.2.2.2")
	require.Equal(t, "10.0.0.1", (&Door{}).client(r))
	require.Equal(t, "2.2.2.2", (&Door{opts: Options{Config: Config{Forwarded: true}}}).client(r), "what the proxy itself has seen")
}

// TestSlowReader subscribes and does not read. Whoever publishes does not wait,
// the reader finds the events that were kept for it and then is told that some
// are lost; another reader gets all.
func TestSlowReader(t *testing.T) {
	bus := types.NewEventBus()
	require.NoError(t, bus.Start())
	defer func() { require.NoError(t, bus.Stop()) }()
	server := testDoor(t, &rpccore.Environment{EventBus: bus, TxIndexer: &null.TxIndex{}}, nil)
	dial := func() *websocket.Conn {
		conn, res, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(server.URL, "http")+"/websocket", nil)
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
		t.Cleanup(func() { _ = conn.Close() })
		require.NoError(t, conn.WriteMessage(websocket.TextMessage, []byte(`{"jsonrpc":"2.0","id":9,"method":"subscribe","params":{"query":"tm.event='NewBlockHeader'"}}`)))
		_, text, err := conn.ReadMessage()
		require.NoError(t, err)
		require.JSONEq(t, `{"jsonrpc":"2.0","id":9,"result":{}}`, string(text))
		return conn
	}
	slow, quick := dial(), dial()
	const n = 1000
	big := types.Header{ChainID: strings.Repeat("x", 50_000)}
	var published time.Duration
	for i := range n {
		big.Height = int64(i)
		began := time.Now()
		require.NoError(t, bus.PublishEventNewBlockHeader(types.EventDataNewBlockHeader{Header: big}))
		published += time.Since(began)
		require.NoError(t, quick.SetReadDeadline(time.Now().Add(20*time.Second)))
		_, text, err := quick.ReadMessage()
		require.NoError(t, err)
		require.Contains(t, string(text), fmt.Sprintf(`"height":"%d"`, i))
	}
	require.Less(t, published, 5*time.Second, "a slow reader holds nobody")
	events := 0
	for {
		require.NoError(t, slow.SetReadDeadline(time.Now().Add(20*time.Second)))
		_, text, err := slow.ReadMessage()
		require.NoError(t, err)
		if bytes.Contains(text, []byte(`"error"`)) {
			require.Contains(t, string(text), `"id":9`)
			require.Contains(t, string(text), "slow client")
			require.Contains(t, string(text), "events are lost")
			break
		}
		events++
	}
	require.Less(t, events, n)
	t.Logf("the slow reader got %d of %d", events, n)
}

// TestSearchReadsTooMuch ends a search over a large index, with an error and not
// with what it has found so far.
func TestSearchReadsTooMuch(t *testing.T) {
	index := kv.NewTxIndex(dbm.NewMemDB())
	for height := range 200 {
		batch := txindex.NewBatch(100)
		for i := range 100 {
			require.NoError(t, batch.Add(&abci.TxResult{Height: 1 + int64(height), Index: uint32(i), Tx: fmt.Appendf(nil, "tx %d %d", height, i)}))
		}
		require.NoError(t, index.AddBatch(batch))
	}
	for _, c := range []struct {
		query string
		step  int64
		says  string
	}{
		{"tx.height>0", 1 << 20, "max-search-mib"},
		{"tx.height>0", 0, `"total_count":"20000"`},
		{"tx.height=7", 1 << 20, `"total_count":"100"`},
	} {
		var read atomic.Int64
		server := testDoor(t, &rpccore.Environment{TxIndexer: index}, func() int64 { return read.Add(c.step) })
		body, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": 1, "method": "tx_search", "params": map[string]string{"query": c.query, "per_page": "1"}})
		require.NoError(t, err)
		res, err := server.Client().Post(server.URL, "application/json", bytes.NewReader(body))
		require.NoError(t, err)
		answer, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
		require.Contains(t, string(answer), c.says, c.query)
	}
}
