package node_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/client"
	"github.com/weftchain/weft/node"
)

// TestDoorAnswers asks in each of the ways that clients know, and looks at what
// they look at.
func TestDoorAnswers(t *testing.T) {
	d := startDoor(t, nil)
	t.Run("ids come back as they went", func(t *testing.T) {
		for _, id := range []string{`1`, `-1`, `0`, `"a"`, `"é\""`, `123456789012`, `9007199254740993`, `9223372036854775807`} {
			_, answer := d.post(`{"jsonrpc":"2.0","id":` + id + `,"method":"health","params":{}}`)
			require.Equal(t, `{"jsonrpc":"2.0","id":`+id+`,"result":{}}`, string(answer))
		}
		for _, id := range []string{`1.5`, `1e3`, `{}`, `[1]`, `true`, `99999999999999999999`} {
			status, answer := d.post(`{"jsonrpc":"2.0","id":` + id + `,"method":"health"}`)
			require.Equal(t, 400, status)
			require.Contains(t, string(answer), `"id":null`)
			require.Contains(t, string(answer), "the id must be a string or a whole number")
		}
		status, answer := d.post(`{"jsonrpc":"2.0","method":"health"}`)
		require.Equal(t, 200, status)
		require.Empty(t, answer, "a notification has no answer")
	})
	t.Run("status says 0.38 in each form", func(t *testing.T) {
		_, batch := d.post(`[{"jsonrpc":"2.0","id":1,"method":"status","params":{}},{"jsonrpc":"2.0","id":2,"method":"status","params":[]}]`)
		_, _, uri := d.get("/status")
		w := d.dial()
		w.say(`{"jsonrpc":"2.0","id":5,"method":"status","params":{}}`)
		over := w.hear()
		require.Equal(t, "5", string(over.ID))
		for _, text := range []string{string(d.call("status", map[string]any{})), string(batch), string(uri), string(over.Result)} {
			require.Contains(t, text, `"version":"0.38.`)
			require.Contains(t, text, `"network":"`+chainID+`"`)
			require.NotContains(t, text, "0.39.")
		}
	})
	t.Run("a batch answers in order and with what failed", func(t *testing.T) {
		_, answer := d.post(`[{"jsonrpc":"2.0","id":1,"method":"health"},{"jsonrpc":"2.0","id":2,"method":"nope"},7,{"jsonrpc":"2.0","method":"health"},
			{"jsonrpc":"2.0","id":"x","method":"block","params":{"height":"999999"}}]`)
		var list []response
		require.NoError(t, json.Unmarshal(answer, &list), "%s", answer)
		require.Len(t, list, 4)
		require.Equal(t, "{}", string(list[0].Result))
		require.Equal(t, -32601, list[1].Error.Code)
		require.Equal(t, -32600, list[2].Error.Code)
		require.Equal(t, `"x"`, string(list[3].ID))
		require.Contains(t, list[3].Error.Data, "height 999999 must be less than or equal to")
		_, answer = d.post(`[{"jsonrpc":"2.0","id":1,"method":"health"}]`)
		require.Equal(t, `[{"jsonrpc":"2.0","id":1,"result":{}}]`, string(answer))
	})
	t.Run("calls by URI", func(t *testing.T) {
		status, header, answer := d.get("/block?height=1")
		require.Equal(t, 200, status)
		require.Contains(t, header.Get("Cache-Control"), "max-age", "blocks do not change")
		require.Contains(t, string(answer), `{"jsonrpc":"2.0","id":-1,"result":{"block_id"`)
		status, header, _ = d.get("/status")
		require.Equal(t, 200, status)
		require.Empty(t, header.Get("Cache-Control"))
		status, _, answer = d.get(`/abci_query?path="/app/version"`)
		require.Equal(t, 200, status)
		require.Contains(t, string(answer), `"value":"`+base64.StdEncoding.EncodeToString([]byte("dev")))
		for path, want := range map[string]int{
			"/nothing": 404, "/subscribe?query=x": 404, "/block?height=-1": 400, "/block?height=x": 400, "/block?height=99999": 400,
			"/tx?hash=0x" + strings.Repeat("00", 32): 404, "/": 200, "/dial_seeds": 404, "/unsafe_flush_mempool": 404, "/websocket": 400,
		} {
			status, _, answer := d.get(path)
			require.Equal(t, want, status, "%s: %s", path, answer)
		}
		res, err := http.PostForm("http://"+d.host+"/block", url.Values{"height": {"1"}})
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
		require.Equal(t, 200, res.StatusCode)
	})
	t.Run("pages of other origins", func(t *testing.T) {
		req, err := http.NewRequest(http.MethodOptions, "http://"+d.host, nil)
		require.NoError(t, err)
		req.Header.Set("Origin", "https://wallet.example")
		req.Header.Set("Access-Control-Request-Method", "POST")
		req.Header.Set("Access-Control-Request-Headers", "content-type")
		res, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
		require.Equal(t, "*", res.Header.Get("Access-Control-Allow-Origin"))
		require.Contains(t, strings.ToLower(res.Header.Get("Access-Control-Allow-Headers")), "content-type")
	})
}

// TestDoorNeverUnsafe: config.toml cannot open what can hurt.
func TestDoorNeverUnsafe(t *testing.T) {
	d := startDoor(t, func(c *node.Config) { c.Comet.RPC.Unsafe = true })
	for _, method := range []string{"unsafe_flush_mempool", "dial_seeds", "dial_peers"} {
		require.Equal(t, -32601, d.try(method, map[string]any{}).Error.Code)
	}
}

// TestDoorFinds: whoever has seen a transaction's effect or event finds the
// transaction, by the keys that clients search with.
func TestDoorFinds(t *testing.T) {
	d := startDoor(t, nil)
	w := d.dial()
	w.say(subscribeText(7, "subscribe", "tm.event='Tx' AND transfer.recipient='"+address(7)+"'"))
	first := w.hear()
	require.Equal(t, "7", string(first.ID))
	require.Equal(t, "{}", string(first.Result))
	for sequence := range uint64(5) {
		raw := d.signed(2, sequence)
		hash := client.Hash(raw)
		sent := d.call("broadcast_tx_sync", map[string]any{"tx": base64.StdEncoding.EncodeToString(raw)})
		require.Contains(t, string(sent), `"code":0`)
		event := w.hear()
		require.Equal(t, "7", string(event.ID))
		require.Contains(t, string(event.Result), `"type":"tendermint/event/Tx"`)
		require.Contains(t, string(event.Result), `"tx.hash":["`+hash+`"]`)
		for _, query := range []string{
			"tx.hash='" + hash + "'",
			"transfer.recipient='" + address(7) + "' AND tx.height>=1",
			"message.action='/cosmos.bank.v1beta1.MsgSend' AND message.sender='" + address(2) + "'",
			"coin_spent.spender EXISTS AND tx.height<=100000",
			"transfer.amount CONTAINS 'uweft'",
			"tx.acc_seq='" + address(2) + fmt.Sprintf("/%d'", sequence),
		} {
			found := string(d.call("tx_search", map[string]any{"query": query, "per_page": "100", "order_by": "desc"}))
			require.Contains(t, found, `"hash":"`+hash+`"`, query)
		}
		sum := sha256.Sum256(raw)
		require.Contains(t, string(d.call("tx", map[string]any{"hash": base64.StdEncoding.EncodeToString(sum[:]), "prove": true})), `"proof":{`)
	}
	found := string(d.call("tx_search", map[string]any{"query": "transfer.recipient='" + address(7) + "'", "per_page": "2", "page": "3"}))
	require.Contains(t, found, `"total_count":"5"`)
	require.Contains(t, string(d.call("block_search", map[string]any{"query": "block.height<=2", "order_by": "asc"})), `"total_count":"2"`)
	w.say(subscribeText(7, "unsubscribe", "tm.event='Tx' AND transfer.recipient='"+address(7)+"'"))
	require.Equal(t, "{}", string(w.hear().Result))
	raw := d.signed(3, 0)
	committed := string(d.call("broadcast_tx_commit", map[string]any{"tx": base64.StdEncoding.EncodeToString(raw)}))
	require.Contains(t, committed, `"tx_result":{"code":0`)
	require.Contains(t, string(d.call("tx_search", map[string]any{"query": "tx.hash='" + client.Hash(raw) + "'"})), `"total_count":"1"`)
}

// TestDoorSubscriptions follows blocks with several subscriptions of one socket,
// and what ends them.
func TestDoorSubscriptions(t *testing.T) {
	d := startDoor(t, nil)
	w := d.dial()
	w.say(subscribeText(1, "subscribe", "tm.event='NewBlock'"))
	require.Equal(t, "{}", string(w.hear().Result))
	w.say(subscribeText(2, "subscribe", "tm.event='NewBlock'"))
	w.say(subscribeText(3, "subscribe", "tm.event="))
	w.say(subscribeText(4, "unsubscribe", "tm.event='Tx'"))
	w.say(subscribeText(5, "subscribe", strings.Repeat("a", 513)))
	w.say(`[]`)
	w.say(`{`)
	want := map[string]string{
		"2": "already subscribed", "3": "failed to parse query", "4": "subscription not found", "5": "maximum query length", "null": "",
	}
	blocks := 0
	for range 200 {
		res := w.hear()
		if string(res.ID) == "1" {
			require.Contains(t, string(res.Result), "tendermint/event/NewBlock")
			blocks++
		} else {
			require.Contains(t, res.Error.Data, want[string(res.ID)])
			delete(want, string(res.ID))
		}
		if blocks > 2 && len(want) == 0 {
			break
		}
	}
	require.Empty(t, want)
	w.say(`{"jsonrpc":"2.0","id":"end","method":"unsubscribe_all","params":{}}`)
	for string(w.hear().ID) != `"end"` {
	}
	w.say(`{"jsonrpc":"2.0","id":"all","method":"unsubscribe_all","params":{}}`)
	require.Equal(t, "{}", string(w.hear().Result), "an unsubscribe of nothing is fine")
	d.stop()
	_, _, err := w.ReadMessage()
	var closed *websocket.CloseError
	require.ErrorAs(t, err, &closed)
	require.Equal(t, websocket.CloseGoingAway, closed.Code)
	require.Equal(t, "the node stops", closed.Text)
}

// TestDoorLimits reaches each limit and wants it named.
func TestDoorLimits(t *testing.T) {
	d := startDoor(t, func(c *node.Config) {
		c.Comet.RPC.MaxRequestBatchSize = 3
		c.Comet.RPC.MaxBodyBytes = 2000
		c.Comet.RPC.MaxSubscriptionsPerClient = 2
		c.Comet.RPC.MaxSubscriptionClients = 2
		c.App.Door.MaxAnswerMiB = 1
		c.App.Door.MaxClientConnections = 12
	})
	limited := func(res response, text string) {
		t.Helper()
		require.NotNil(t, res.Error)
		require.Equal(t, -32005, res.Error.Code)
		require.Equal(t, "Limit exceeded", res.Error.Message)
		require.Contains(t, res.Error.Data, text)
	}
	var res response
	status, answer := d.post(`[` + strings.Repeat(`{"jsonrpc":"2.0","id":1,"method":"health"},`, 4) + `1]`)
	require.NoError(t, json.Unmarshal(answer, &res))
	require.Equal(t, 400, status)
	limited(res, "max_request_batch_size")
	status, answer = d.post(strings.Repeat(" ", 3000))
	require.Equal(t, http.StatusRequestEntityTooLarge, status)
	require.NoError(t, json.Unmarshal(answer, &res))
	limited(res, "max_body_bytes")

	w := d.dial()
	for i, text := range []string{"", "", "max_subscriptions_per_client"} {
		w.say(subscribeText(i, "subscribe", fmt.Sprintf("tm.event='Tx' AND a.b='%d'", i)))
		if res := w.hear(); text == "" {
			require.Nil(t, res.Error)
		} else {
			limited(res, text)
		}
	}
	second, third := d.dial(), d.dial()
	second.say(subscribeText(1, "subscribe", "tm.event='Tx'"))
	require.Nil(t, second.hear().Error)
	third.say(subscribeText(1, "subscribe", "tm.event='Tx'"))
	limited(third.hear(), "max_subscription_clients")
	second.say(subscribeText(2, "unsubscribe", "tm.event='Tx'"))
	require.Nil(t, second.hear().Error)
	third.say(subscribeText(1, "subscribe", "tm.event='Tx'"))
	require.Nil(t, third.hear().Error, "a place is free again")
	third.say(strings.Repeat(" ", 3000))
	_, _, err := third.ReadMessage()
	require.True(t, websocket.IsCloseError(err, websocket.CloseMessageTooBig), "%v", err)

	http.DefaultClient.CloseIdleConnections()
	var last error
	for range 13 {
		conn, res, err := websocket.DefaultDialer.Dial("ws://"+d.host+"/websocket", nil)
		if err == nil {
			require.NoError(t, res.Body.Close())
			defer conn.Close()
			continue
		}
		require.Equal(t, http.StatusServiceUnavailable, res.StatusCode)
		body, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
		require.NoError(t, json.Unmarshal(body, &response{}), "%s", body)
		last = fmt.Errorf("%s", body)
		break
	}
	require.ErrorContains(t, last, "max-connections-per-client")
}

// TestDoorRate spends a client's allowance.
func TestDoorRate(t *testing.T) {
	d := startDoor(t, func(c *node.Config) { c.App.Door.RateLimit, c.App.Door.RateBurst = 20, 60 })
	calls := 0
	var res response
	for ; calls < 200 && res.Error == nil; calls++ {
		res = d.try("status", map[string]any{})
	}
	require.NotNil(t, res.Error)
	require.Equal(t, -32005, res.Error.Code)
	require.Contains(t, res.Error.Data, "rate-limit in section [rpc-door] of app.toml")
	require.InDelta(t, 30, calls, 15, "status costs 2 of 60")
	status, header, _ := d.get("/status")
	require.Equal(t, http.StatusTooManyRequests, status)
	require.NotEmpty(t, header.Get("Retry-After"))
	require.Eventually(t, func() bool { return d.try("health", map[string]any{}).Error == nil }, 10*time.Second, 100*time.Millisecond, "the allowance comes back")
	var body bytes.Buffer
	body.WriteString(`[{"jsonrpc":"2.0","id":0,"method":"health"}`)
	for i := range 100 {
		fmt.Fprintf(&body, `,{"jsonrpc":"2.0","id":%d,"method":"health"}`, i)
	}
	_, answer := d.post(body.String() + `]`)
	require.Contains(t, string(answer), "Limit exceeded", "each call of a batch counts")
}
