package client

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/cosmos/gogoproto/proto"
	gogotypes "github.com/cosmos/gogoproto/types"
	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
	auth "github.com/weftchain/weft/proto/cosmos/auth/v1beta1"
	bank "github.com/weftchain/weft/proto/cosmos/bank/v1beta1"
	abci "github.com/weftchain/weft/proto/cosmos/base/abci/v1beta1"
	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
	"github.com/weftchain/weft/tx"
)

// These tests need a node that misbehaves in ways a real one never does, so
// they answer the RPC themselves, in bytes.

// liar answers RPC methods by functions from parameters to a JSON result or an
// RPC error.
type liar map[string]func(params map[string]json.RawMessage) (result any, rpcError string)

func (l liar) start(t *testing.T) *Client {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var req struct {
			ID     json.RawMessage            `json:"id"`
			Method string                     `json:"method"`
			Params map[string]json.RawMessage `json:"params"`
		}
		if err := json.NewDecoder(r.Body).Decode(&req); err != nil {
			t.Error(err)
		}
		answer := map[string]any{"jsonrpc": "2.0", "id": req.ID}
		if do, ok := l[req.Method]; !ok {
			answer["error"] = map[string]any{"code": -32601, "message": "no such method", "data": req.Method}
		} else if result, fault := do(req.Params); fault != "" {
			answer["error"] = map[string]any{"code": -32603, "message": "Internal error", "data": fault}
		} else {
			answer["result"] = result
		}
		if err := json.NewEncoder(w).Encode(answer); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(server.Close)
	c, err := New(strings.Replace(server.URL, "http://", "tcp://", 1))
	require.NoError(t, err)
	return c
}

func textOf(t *testing.T, raw json.RawMessage) string {
	t.Helper()
	var s string
	require.NoError(t, json.Unmarshal(raw, &s))
	return s
}

func txOf(t *testing.T, params map[string]json.RawMessage) []byte {
	t.Helper()
	raw, err := base64.StdEncoding.DecodeString(textOf(t, params["tx"]))
	require.NoError(t, err)
	return raw
}

func status(network string) func(map[string]json.RawMessage) (any, string) {
	return func(map[string]json.RawMessage) (any, string) {
		return map[string]any{"node_info": map[string]any{"network": network}}, ""
	}
}

// answers serves abci_query by path.
func answers(t *testing.T, byPath map[string]func() (proto.Message, string)) func(map[string]json.RawMessage) (any, string) {
	return func(params map[string]json.RawMessage) (any, string) {
		do, ok := byPath[textOf(t, params["path"])]
		if !ok {
			return map[string]any{"response": map[string]any{"code": 6, "codespace": "sdk", "log": "unknown query path"}}, ""
		}
		message, refusal := do()
		if refusal != "" {
			return map[string]any{"response": map[string]any{"code": 6, "codespace": "sdk", "log": refusal}}, ""
		}
		value, err := proto.Marshal(message)
		require.NoError(t, err)
		return map[string]any{"response": map[string]any{"code": 0, "value": value, "height": "5"}}, ""
	}
}

func newTestSender(t *testing.T, c *Client) *Sender {
	t.Helper()
	key, err := tx.NewPrivKey(append(make([]byte, 31), 7))
	require.NoError(t, err)
	return NewSender(c, key, "weft", "weft-local")
}

func send(s *Sender) chain.Message {
	return &bank.MsgSend{FromAddress: s.Address, ToAddress: s.Address}
}

func accountOf(s *Sender, sequence uint64) *auth.QueryAccountResponse {
	value, err := (&auth.BaseAccount{Address: s.Address, AccountNumber: 3, Sequence: sequence}).Marshal()
	if err != nil {
		panic(err)
	}
	return &auth.QueryAccountResponse{Account: &gogotypes.Any{TypeUrl: "/cosmos.auth.v1beta1.BaseAccount", Value: value}}
}

func sequenceOf(t *testing.T, raw []byte) uint64 {
	t.Helper()
	decoded, err := tx.Decode(raw, 1<<20)
	require.NoError(t, err)
	return decoded.AuthInfo.SignerInfos[0].Sequence
}

func TestOtherChain(t *testing.T) {
	c := liar{"status": status("mainnet-1")}.start(t)
	var wrong *ChainIDError
	require.ErrorAs(t, c.CheckChain(context.Background(), "weft-local"), &wrong)
	require.Equal(t, "mainnet-1", wrong.Got)
	require.NoError(t, c.CheckChain(context.Background(), "mainnet-1"))
}

// TestResign sends with a sequence that the chain has passed: once it is
// signed anew, with what the mempool expects; a second refusal is final.
func TestResign(t *testing.T) {
	var s *Sender
	var tried []uint64
	expected := uint64(9)
	l := liar{
		"broadcast_tx_sync": func(p map[string]json.RawMessage) (any, string) {
			raw := txOf(t, p)
			tried = append(tried, sequenceOf(t, raw))
			if got := sequenceOf(t, raw); got != expected {
				return map[string]any{"code": 32, "codespace": "sdk", "hash": Hash(raw), "log": "account sequence mismatch, expected 9, got 5: incorrect account sequence"}, ""
			}
			return map[string]any{"code": 0, "hash": Hash(raw)}, ""
		},
		"abci_query": answers(t, map[string]func() (proto.Message, string){
			"/cosmos.auth.v1beta1.Query/Account": func() (proto.Message, string) { return accountOf(s, 7), "" },
		}),
	}
	s = newTestSender(t, l.start(t))
	s.Gas = 100
	s.SetAccount(3, 5)
	_, _, err := s.Send(context.Background(), send(s))
	require.NoError(t, err)
	require.Equal(t, []uint64{5, 9}, tried)
	expected = 11
	_, _, err = s.Send(context.Background(), send(s))
	var rejected *RejectedError
	require.ErrorAs(t, err, &rejected)
	require.Equal(t, uint32(32), rejected.Code)
	require.Equal(t, []uint64{5, 9, 10, 9}, tried)
}

// TestPending meets its own transactions in the mempool and goes past them.
func TestPending(t *testing.T) {
	var s *Sender
	seen := map[string]bool{}
	c := liar{"broadcast_tx_sync": func(p map[string]json.RawMessage) (any, string) {
		raw := txOf(t, p)
		if seen[Hash(raw)] {
			return nil, "tx already exists in cache"
		}
		seen[Hash(raw)] = true
		return map[string]any{"code": 0, "hash": Hash(raw)}, ""
	}}.start(t)
	for n := range uint64(3) {
		s = newTestSender(t, c)
		s.Gas = 100
		s.SetAccount(3, 5)
		raw, _, err := s.Send(context.Background(), send(s))
		require.NoError(t, err)
		require.Equal(t, 5+n, sequenceOf(t, raw))
		_, err = c.Broadcast(context.Background(), raw)
		require.ErrorIs(t, err, ErrPending)
	}
}

// TestFarSequence does not follow a node that names a sequence far ahead.
func TestFarSequence(t *testing.T) {
	s := newTestSender(t, nil)
	s.SetAccount(3, 5)
	s.catchUp(&RejectedError{Log: "account sequence mismatch, expected 99999999, got 5"})
	require.Equal(t, uint64(5), s.sequence)
	s.catchUp(&RejectedError{Log: "account sequence mismatch, expected 99999999999999999999999, got 5"})
	require.Equal(t, uint64(5), s.sequence)
}

func TestLies(t *testing.T) {
	raw := []byte("a transaction")
	other := Hash([]byte("another"))
	c := liar{
		"broadcast_tx_sync": func(map[string]json.RawMessage) (any, string) {
			return map[string]any{"code": 0, "hash": other}, ""
		},
		"tx": func(map[string]json.RawMessage) (any, string) {
			return map[string]any{"hash": Hash(raw), "height": "3", "tx": []byte("another"), "tx_result": map[string]any{}}, ""
		},
		"abci_query": answers(t, map[string]func() (proto.Message, string){
			"/cosmos.auth.v1beta1.Query/Account": func() (proto.Message, string) {
				value, err := (&auth.BaseAccount{Address: "weft1other"}).Marshal()
				require.NoError(t, err)
				return &auth.QueryAccountResponse{Account: &gogotypes.Any{TypeUrl: "/cosmos.auth.v1beta1.BaseAccount", Value: value}}, ""
			},
			"/cosmos.tx.v1beta1.Service/Simulate": func() (proto.Message, string) { return &txpb.SimulateResponse{}, "" },
			"/cosmos.bank.v1beta1.Query/Balance": func() (proto.Message, string) {
				return &abci.TxResponse{Height: 5}, "" // another message
			},
		}),
	}.start(t)
	ctx := context.Background()
	_, err := c.Broadcast(ctx, raw)
	var unknown *UnknownError
	require.ErrorAs(t, err, &unknown)
	require.Equal(t, Hash(raw), unknown.Hash)

	_, err = c.Tx(ctx, Hash(raw))
	require.ErrorContains(t, err, "instead of")

	var node *NodeError
	_, _, err = c.Account(ctx, "weft1mine")
	require.ErrorAs(t, err, &node)
	require.ErrorContains(t, err, "weft1other")
	_, err = c.Simulate(ctx, raw)
	require.ErrorAs(t, err, &node)
	_, err = c.Balance(ctx, "weft1mine", "uweft")
	require.ErrorAs(t, err, &node)
}

// TestUnknownOutcome loses the connection, the time, or the patience after a
// transaction was handed over.
func TestUnknownOutcome(t *testing.T) {
	raw := []byte("a transaction")
	broken := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			err = conn.Close()
		}
		if err != nil {
			t.Error(err)
		}
	}))
	defer broken.Close()
	c, err := New(broken.URL)
	require.NoError(t, err)
	_, err = c.Broadcast(context.Background(), raw)
	var unknown *UnknownError
	require.ErrorAs(t, err, &unknown)
	require.Equal(t, Hash(raw), unknown.Hash)

	never := liar{"tx": func(map[string]json.RawMessage) (any, string) { return nil, "tx (AB) not found" }}.start(t)
	ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer cancel()
	_, err = never.Wait(ctx, Hash(raw))
	require.ErrorAs(t, err, &unknown)
	require.ErrorContains(t, err, "weft query tx "+Hash(raw))

	interrupted, stop := context.WithCancel(context.Background())
	stop()
	_, err = never.Wait(interrupted, Hash(raw))
	require.ErrorAs(t, err, &unknown)

	blind := liar{"tx": func(map[string]json.RawMessage) (any, string) { return nil, "transaction indexing is disabled" }}.start(t)
	_, err = blind.Wait(context.Background(), Hash(raw))
	require.ErrorAs(t, err, &unknown)
	require.ErrorContains(t, err, "tx_index")
}

func TestNobodyThere(t *testing.T) {
	c, err := New("tcp://127.0.0.1:1")
	require.NoError(t, err)
	var network *NetworkError
	_, err = c.Broadcast(context.Background(), []byte("x"))
	require.ErrorAs(t, err, &network, "nothing was sent: trying again is safe")
	_, err = c.Status(context.Background())
	require.ErrorAs(t, err, &network)
	require.ErrorContains(t, err, "no node answers at tcp://127.0.0.1:1")
}

// TestNotANode talks to servers of other kinds.
func TestNotANode(t *testing.T) {
	for name, handler := range map[string]http.HandlerFunc{
		"a web page": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>hello</html>")) },
		"an error":   func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) },
		"a redirect": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "http://127.0.0.1:1/")
			w.WriteHeader(http.StatusTemporaryRedirect)
		},
		"endless": func(w http.ResponseWriter, _ *http.Request) {
			block := []byte(strings.Repeat(" ", 1<<20))
			for range maxAnswerBytes>>20 + 8 {
				if _, err := w.Write(block); err != nil {
					return
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(handler)
			defer server.Close()
			c, err := New(server.URL)
			require.NoError(t, err)
			_, err = c.Status(context.Background())
			var network *NetworkError
			require.ErrorAs(t, err, &network)
		})
	}
}

func TestURLs(t *testing.T) {
	for _, good := range []string{"tcp://127.0.0.1:26657", "http://localhost:26657", "https://rpc.example.org", "https://rpc.example.org/path"} {
		_, err := New(good)
		require.NoError(t, err, good)
	}
	for _, bad := range []string{"", "127.0.0.1:26657", "localhost:26657", "file:///etc/passwd", "unix:///run/x", "ftp://x", "tcp://", "http://user:secret@x", "http://x?a=b", "http://x#y", "http://x\x00", ":", "tcp://[::1"} {
		_, err := New(bad)
		require.ErrorIs(t, err, ErrURL, bad)
		require.NotContains(t, err.Error(), "secret")
	}
}
