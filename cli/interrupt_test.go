package cli

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cosmos/gogoproto/proto"
	gogotypes "github.com/cosmos/gogoproto/types"
	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/client"
	auth "github.com/weftchain/weft/proto/cosmos/auth/v1beta1"
	params "github.com/weftchain/weft/proto/weft/params/v1"
)

// stuckNode takes transactions and never puts one into a block: what a real
// node does too rarely to wait for. asked is closed when somebody asks what
// became of a transaction.
func stuckNode(t *testing.T, address string) (url string, asked chan struct{}) {
	t.Helper()
	asked = make(chan struct{})
	var once atomic.Bool
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var req struct {
			ID     json.RawMessage `json:"id"`
			Method string          `json:"method"`
			Params struct {
				Path string `json:"path"`
				Tx   string `json:"tx"`
			} `json:"params"`
		}
		_ = json.NewDecoder(r.Body).Decode(&req) // tx sends its hash under another type
		answer := map[string]any{"jsonrpc": "2.0", "id": req.ID}
		switch req.Method {
		case "status":
			answer["result"] = map[string]any{"node_info": map[string]any{"network": "weft-local"}}
		case "abci_query":
			answer["result"] = map[string]any{"response": map[string]any{"value": stuckAnswer(t, req.Params.Path, address), "height": "5"}}
		case "broadcast_tx_sync":
			raw, err := base64.StdEncoding.DecodeString(req.Params.Tx)
			if err != nil {
				t.Error(err)
			}
			answer["result"] = map[string]any{"code": 0, "hash": client.Hash(raw)}
		case "tx":
			answer["error"] = map[string]any{"code": -32603, "message": "Internal error", "data": "tx not found"}
			if !once.Swap(true) {
				close(asked)
			}
		}
		if err := json.NewEncoder(w).Encode(answer); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL, asked
}

func stuckAnswer(t *testing.T, path, address string) []byte {
	t.Helper()
	var m proto.Message
	switch path {
	case "/weft.params.v1.Query/Params":
		m = &params.QueryParamsResponse{Params: params.Params{Bech32Prefix: "weft"}}
	default:
		value, err := (&auth.BaseAccount{Address: address}).Marshal()
		require.NoError(t, err)
		m = &auth.QueryAccountResponse{Account: &gogotypes.Any{TypeUrl: "/cosmos.auth.v1beta1.BaseAccount", Value: value}}
	}
	value, err := proto.Marshal(m)
	require.NoError(t, err)
	return value
}

var hashLine = regexp.MustCompile(`(?m)^txhash: [0-9A-F]{64}$`)

// TestInterruptWhileWaiting: a person presses Ctrl-C, or the time is over,
// after the transaction was sent. The outcome is unknown and the hash is there.
func TestInterruptWhileWaiting(t *testing.T) {
	home := t.TempDir()
	base := []string{"--home", home, "--keyring-backend", "test"}
	code, _, stderr := weft(t, append([]string{"keys", "add", "alice", "--no-backup"}, base...)...)
	require.Equal(t, exitOK, code, stderr)
	_, address, _ := weft(t, append([]string{"keys", "show", "alice", "-a"}, base...)...)
	address = strings.TrimSpace(address)
	url, asked := stuckNode(t, address)
	send := append([]string{"tx", "bank", "send", "alice", address, "1uweft", "-y", "--gas", "100000", "--node", url}, base...)

	ctx, interrupt := context.WithCancel(context.Background())
	go func() { <-asked; interrupt() }()
	var out, errs bytes.Buffer
	code = runWith(ctx, send, strings.NewReader(""), &out, &errs)
	require.Equal(t, exitUnknown, code, errs.String())
	require.Empty(t, out.String())
	require.Regexp(t, hashLine, errs.String())
	require.Contains(t, errs.String(), "weft query tx ")

	code, stdout, stderr := weft(t, append(send, "--timeout", "200ms")...)
	require.Equal(t, exitUnknown, code)
	require.Empty(t, stdout)
	require.Regexp(t, hashLine, stderr)
	require.Contains(t, stderr, "no block held it in time")

	code, stdout, _ = weft(t, append(send, "--wait", "accept", "-o", "json")...)
	require.Equal(t, exitOK, code)
	require.Contains(t, stdout, `"txhash":"`)
}

// TestInterruptAtPrompt: Ctrl-C while a question waits for its answer.
func TestInterruptAtPrompt(t *testing.T) {
	silent, hold, err := os.Pipe()
	require.NoError(t, err)
	defer silent.Close()
	defer hold.Close()
	ctx, interrupt := context.WithCancel(context.Background())
	timer := time.AfterFunc(50*time.Millisecond, interrupt)
	defer timer.Stop()
	code := runWith(ctx, []string{"keys", "add", "x", "--recover", "--home", t.TempDir(), "--keyring-backend", "test"}, silent, io.Discard, io.Discard)
	require.Equal(t, exitInterrupted, code)
}
