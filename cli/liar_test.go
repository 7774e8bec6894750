package cli

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/weftchain/weft/chain"
	lottery "github.com/weftchain/weft/proto/weft/lottery/v1"
)

// lies are what a node in the middle changes in the answers of a real one.
var lies = map[string]struct {
	method string // that is lied about, "" is any
	change func(answer map[string]any)
	path   string // of the query that is lied about, "" is any
}{
	"value": {"abci_query", func(a map[string]any) {
		response(a)["value"] = base64.StdEncoding.EncodeToString([]byte("999999"))
	}, ""},
	"absence": {"abci_query", func(a map[string]any) { response(a)["value"] = nil }, ""},
	"proof": {"abci_query", func(a map[string]any) {
		op := response(a)["proofOps"].(map[string]any)["ops"].([]any)[0].(map[string]any)
		op["data"] = base64.StdEncoding.EncodeToString([]byte("forged"))
	}, ""},
	"no-proof": {"abci_query", func(a map[string]any) { delete(response(a), "proofOps") }, ""},
	"key":      {"abci_query", func(a map[string]any) { response(a)["key"] = "AAAA" }, ""},
	"height":   {"abci_query", func(a map[string]any) { response(a)["height"] = "2" }, ""},
	"header": {"commit", func(a map[string]any) {
		a["signed_header"].(map[string]any)["header"].(map[string]any)["app_hash"] = strings.Repeat("AB", 32)
	}, ""},
	"validators": {"validators", func(a map[string]any) {
		a["validators"].([]any)[0].(map[string]any)["voting_power"] = "1"
	}, ""},
	// Another node, on a fork from its first block, of another chain, or in its youth.
	"fork": {"", func(a map[string]any) {
		if info, ok := a["node_info"].(map[string]any); ok {
			info["id"] = strings.Repeat("f0", 20)
		}
		if signed, ok := a["signed_header"].(map[string]any); ok {
			signed["header"].(map[string]any)["app_hash"] = strings.Repeat("AB", 32)
		}
	}, ""},
	"chain": {"status", func(a map[string]any) { a["node_info"].(map[string]any)["network"] = "other-1" }, ""},
	"young": {"status", func(a map[string]any) {
		a["node_info"].(map[string]any)["id"] = strings.Repeat("f0", 20)
		a["sync_info"].(map[string]any)["catching_up"] = true
	}, ""},
	// The lottery's: an epoch with an easy target, proven with the proof of the
	// true one, and one that paid more than it did.
	"epoch": {"abci_query", func(a map[string]any) {
		var e lottery.Epoch
		if lieIn(a, &e) && len(e.Target) == 32 {
			e.Target[0] = 0xff
			tell(a, &e)
		}
	}, "/store/lottery/key"},
	"paid": {"abci_query", func(a map[string]any) {
		var res lottery.QueryEpochResponse
		if lieIn(a, &res) && res.Epoch.PerTicket > 0 {
			res.Epoch.PerTicket++
			tell(a, &res)
		}
	}, "/weft.lottery.v1.Query/Epoch"},
}

// lieIn reads the value of an answer; tell puts another one there.
func lieIn(a map[string]any, into chain.Message) bool {
	text, _ := response(a)["value"].(string)
	raw, err := base64.StdEncoding.DecodeString(text)
	return err == nil && into.Unmarshal(raw) == nil
}

func tell(a map[string]any, lie chain.Message) {
	if raw, err := lie.Marshal(); err == nil {
		response(a)["value"] = base64.StdEncoding.EncodeToString(raw)
	}
}

func response(a map[string]any) map[string]any { return a["response"].(map[string]any) }

// liarCommand starts a node that tells one of lies about the answers of
// WEFT_NODE, and sets LIAR to its URL.
func liarCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: liar KIND")
	}
	lie, ok := lies[args[0]]
	if !ok {
		ts.Fatalf("unknown lie %q", args[0])
	}
	honest := strings.Replace(ts.Getenv("WEFT_NODE"), "tcp://", "http://", 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := lieAbout(w, r, honest, lie.method, lie.path, lie.change); err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
		}
	}))
	ts.Defer(server.Close)
	ts.Setenv("LIAR", server.URL)
}

func lieAbout(w http.ResponseWriter, r *http.Request, honest, method, path string, change func(map[string]any)) error {
	question, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	var asked struct {
		Method string `json:"method"`
		Params struct {
			Path string `json:"path"`
		} `json:"params"`
	}
	if err := json.Unmarshal(question, &asked); err != nil {
		return err
	}
	res, err := http.Post(honest, "application/json", bytes.NewReader(question))
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	var answer map[string]any
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil {
		return err
	}
	if result, ok := answer["result"].(map[string]any); ok && (method == "" || method == asked.Method) && (path == "" || path == asked.Params.Path) {
		change(result)
	}
	return json.NewEncoder(w).Encode(answer)
}
