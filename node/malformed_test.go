package node_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/node"
)

var (
	malformed     = flag.Int("malformed", 10_000, "how many malformed requests TestDoorMalformed sends")
	malformedSeed = flag.Uint64("malformed.seed", 20261122, "which ones")
)

// mangler makes requests that are wrong in some way.
type mangler struct{ *rand.Rand }

var (
	someMethods = strings.Fields(`status block tx tx_search block_search abci_query broadcast_tx_sync broadcast_tx_async validators commit blockchain
		unconfirmed_txs genesis_chunked header block_results subscribe unsubscribe unsubscribe_all nothing dial_seeds check_tx block_by_hash broadcast_evidence consensus_params`)
	someParams = strings.Fields(`height hash query path data prove page per_page order_by tx limit chunk evidence minHeight maxHeight`)
	someValues = []string{
		`-1`, `0`, `1`, `"1"`, `"-1"`, `"9223372036854775808"`, `1e400`, `null`, `true`, `"true"`, `[]`, `{}`, `[[[[]]]]`, `""`, `"x"`, `"AAAA"`, `"!!"`, `"0x00"`,
		`"tx.height>0"`, `"tx.height"`, `"tm.event='Tx' AND "`, `"a.b CONTAINS '"`, `"a.b EXISTS AND a.b EXISTS AND tx.height<"`, `"/cosmos.bank.v1beta1.Query/Balance"`,
		`"/store/bank/key"`, `"\u0000"`, `"1000000000"`, `"desc"`, `{"type":"x","value":{}}`, `"` + strings.Repeat("a", 600) + `"`,
	}
)

func (m mangler) pick(list []string) string { return list[m.IntN(len(list))] }

// body is a JSON-RPC call with strange parameters, at times with bytes of it
// changed, cut off or repeated.
func (m mangler) body() []byte {
	var b bytes.Buffer
	b.WriteString(`{"jsonrpc":"2.0","id":` + m.pick([]string{`1`, `1`, `1`, `"x"`, `null`, `1.5`, `{}`, `1e9`}) + `,"method":"` + m.pick(someMethods) + `","params":`)
	switch m.IntN(4) {
	case 0:
		b.WriteString(m.pick(someValues))
	case 1:
		b.WriteString("[" + m.pick(someValues) + "," + m.pick(someValues) + "]")
	default:
		b.WriteString(`{"` + m.pick(someParams) + `":` + m.pick(someValues) + `,"` + m.pick(someParams) + `":` + m.pick(someValues) + `}`)
	}
	b.WriteByte('}')
	text := b.Bytes()
	switch m.IntN(6) {
	case 0:
		text[m.IntN(len(text))] = byte(m.IntN(256))
	case 1:
		text = text[:m.IntN(len(text))]
	case 2:
		text = []byte("[" + string(text) + "," + string(text) + "]")
	case 3:
		text = []byte(strings.Repeat("[", m.IntN(20_000)) + string(text))
	}
	return text
}

func (m mangler) uri() string {
	form := url.Values{m.pick(someParams): {m.pick(someValues)}, m.pick(someParams): {strings.Trim(m.pick(someValues), `"`)}}
	return "/" + m.pick(someMethods) + "?" + form.Encode()
}

// TestDoorMalformed sends thousands of wrong requests in each form: each gets an
// answer that is JSON and no status of 500 or above, and the node's memory stays
// where it was.
func TestDoorMalformed(t *testing.T) {
	t.Logf("others: go test ./node -run TestDoorMalformed -args -malformed.seed=%d", *malformedSeed+1)
	d := startDoor(t, func(c *node.Config) { c.App.Door.RateLimit = 0 })
	m := mangler{rand.New(rand.NewPCG(*malformedSeed, 0))}
	m.run(t, d, *malformed/10)
	before := heap()
	m.run(t, d, *malformed)
	grown := heap() - before
	t.Logf("%d requests; the heap grew by %d KiB", *malformed, grown>>10)
	require.Less(t, grown, int64(24<<20))
	require.Contains(t, string(d.call("status", map[string]any{})), `"catching_up":false`)
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return int64(s.HeapAlloc)
}

func (m mangler) run(t *testing.T, d *door, n int) {
	w := d.dial()
	go func() {
		for {
			if _, _, err := w.ReadMessage(); err != nil {
				return
			}
		}
	}()
	for i := range n {
		switch i % 4 {
		case 0, 1:
			body := m.body()
			res, err := http.Post("http://"+d.host, "application/json", bytes.NewReader(body))
			require.NoError(t, err)
			checkAnswer(t, res, string(body))
		case 2:
			uri := m.uri()
			res, err := http.Get("http://" + d.host + uri)
			require.NoError(t, err)
			checkAnswer(t, res, uri)
		default:
			if err := w.WriteMessage(websocket.TextMessage, m.body()); err != nil {
				t.Fatalf("the socket ended: %v", err)
			}
		}
	}
	require.NoError(t, w.Close())
}

func checkAnswer(t *testing.T, res *http.Response, asked string) {
	t.Helper()
	answer, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	require.Less(t, res.StatusCode, 500, "%.300s\n%.300s", asked, answer)
	require.True(t, len(answer) == 0 || json.Valid(answer), "%.300s\n%.300s", asked, answer)
}

// TestDoorRawBytes sends what is no HTTP, and headers that never end: the door
// answers 400 or hangs up, and goes on.
func TestDoorRawBytes(t *testing.T) {
	d := startDoor(t, nil)
	for _, text := range []string{
		"\x16\x03\x01\x00\xa5\x01\x00", "GET\r\n\r\n", "GET /status HTTP/9.9\r\n\r\n", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "GET /status HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("a", 2<<20) + "\r\n\r\n",
		"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", "CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n", "TRACE / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
	} {
		conn, err := net.Dial("tcp", d.host)
		require.NoError(t, err)
		_, _ = io.WriteString(conn, text)
		require.NoError(t, conn.(*net.TCPConn).CloseWrite())
		require.NoError(t, conn.SetDeadline(time.Now().Add(20*time.Second)))
		answer, _ := io.ReadAll(conn) // a reset is an answer too
		if len(answer) > 0 {
			require.Regexp(t, "^HTTP/1.[01] (4..|505) ", string(answer[:min(len(answer), 30)]), "%.60q: %.200s", text, answer)
		}
		require.NoError(t, conn.Close())
	}
	require.Contains(t, string(d.call("health", map[string]any{})), "{}")
}
