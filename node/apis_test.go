package node_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/client"
	"github.com/weftchain/weft/internal/loopback"
	"github.com/weftchain/weft/node"
	"github.com/weftchain/weft/node/api/openapi"
	authpb "github.com/weftchain/weft/proto/cosmos/auth/v1beta1"
	bankpb "github.com/weftchain/weft/proto/cosmos/bank/v1beta1"
	querypb "github.com/weftchain/weft/proto/cosmos/base/query/v1beta1"
	cmtpb "github.com/weftchain/weft/proto/cosmos/base/tendermint/v1beta1"
	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
	wasmpb "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
	"github.com/weftchain/weft/proto/protojson"
	"github.com/weftchain/weft/tx"
)

// doors is a node that runs inside of the test with all of its doors open, and
// a contract on its chain.
type doors struct {
	t                      testing.TB
	rest                   string
	grpc                   *grpc.ClientConn
	client                 *client.Client
	sender                 sender
	contract, code, txHash string
	txHeight               int64
}

func openDoors(t testing.TB) *doors {
	t.Helper()
	home := newHome(t)
	require.NoError(t, node.AddLottery(home, "local")) // so that every method answers
	genesis := filepath.Join(home, "config", "genesis.json")
	text, err := os.ReadFile(genesis)
	require.NoError(t, err)
	for before, after := range map[string]string{
		"MODE_SEATS":           "MODE_REWARD",              // too little is bonded for seats
		`"epoch_blocks": "20"`: `"epoch_blocks": "100000"`, // what an epoch has is there as long as the test
	} {
		require.Contains(t, string(text), before)
		text = bytes.Replace(text, []byte(before), []byte(after), 1)
	}
	require.NoError(t, os.WriteFile(genesis, text, 0o600))
	n := newInProcess(t, home)
	n.cfg.App.GRPC.Address = loopback.Must(t)
	n.cfg.App.API.Address = freeAddress(t)
	n.cfg.App.API.RateLimit, n.cfg.App.GRPC.RateLimit = 0, 0 // the tests hammer
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- n.run(ctx); close(ended) }()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-ended)
	})
	awaitBlock(t, n, ended)
	conn, err := grpc.NewClient(n.cfg.App.GRPC.Address, grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.ForceCodecV2(gogoCodec{}), grpc.MaxCallRecvMsgSize(64<<20)))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, conn.Close()) })
	d := &doors{t: t, rest: "http://" + strings.TrimPrefix(n.cfg.App.API.Address, "tcp://"), grpc: conn}
	d.client = newClient(t, n.cfg.Comet.RPC.ListenAddress)
	d.sender = newSender(t, d.client, 1)
	d.contract = d.sender.deploy(tipjar, `{"prices":[]}`)
	d.code = "1"
	return d
}

// get asks by REST.
func (d *doors) get(path string, headers ...string) (int, map[string]any, http.Header) {
	d.t.Helper()
	req, err := http.NewRequestWithContext(d.t.Context(), http.MethodGet, d.rest+path, nil)
	require.NoError(d.t, err)
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	return d.do(req)
}

func (d *doors) post(path, body string) (int, map[string]any) {
	d.t.Helper()
	req, err := http.NewRequestWithContext(d.t.Context(), http.MethodPost, d.rest+path, strings.NewReader(body))
	require.NoError(d.t, err)
	code, out, _ := d.do(req)
	return code, out
}

func (d *doors) do(req *http.Request) (int, map[string]any, http.Header) {
	d.t.Helper()
	res, err := http.DefaultClient.Do(req)
	require.NoError(d.t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	require.NoError(d.t, err)
	var out map[string]any
	require.NoError(d.t, json.Unmarshal(text, &out), "%s: %s", req.URL, text)
	return res.StatusCode, out, res.Header
}

// TestDoors looks at one chain through gRPC, REST and abci_query.
func TestDoors(t *testing.T) {
	d := openDoors(t)
	t.Run("every path", d.everyPath)
	t.Run("same answers", d.sameAnswers)
	t.Run("errors", d.errors)
	t.Run("heights", d.heights)
	t.Run("pages", d.pages)
	t.Run("transactions", d.transactions)
	t.Run("cors", d.cors)
	t.Run("reflection", d.reflection)
	t.Run("hammer REST", d.hammerREST)
	t.Run("hammer gRPC", d.hammerGRPC)
}

// examples are values of the variables in paths.
func (d *doors) examples() map[string]string {
	b64 := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	return map[string]string{
		"address": address(1), "address_bytes": base64.StdEncoding.EncodeToString(key(1).PubKey().Address().Bytes()),
		"address_string": address(1), "account_id": "0", "id": "0", "name": "fee_collector", "denom": "uweft",
		"code_id": d.code, "creator_address": address(1), "query_data": b64(`{"summary":{}}`),
		"height": "1", "hash": d.txHash, "proposal_id": "1", "params_type": "voting",
		"store": "bank", "granter": address(1), "grantee": address(2), "cons_address": prefix.Consensus(key(0).PubKey().Address()),
		"validator_addr": prefix.Validator(key(0).PubKey().Address()), "delegator_addr": address(0),
		"epoch":             "0",
		"validator_address": prefix.Validator(key(0).PubKey().Address()), "delegator_address": address(0),
	}
}

// everyPath calls every path that the node's own description has, and looks
// whether the answer has the fields that the description gives it.
func (d *doors) everyPath(t *testing.T) {
	d = d.in(t)
	d.send()
	_, served, _ := d.get("/openapi.json")
	var want map[string]any
	require.NoError(t, json.Unmarshal(openapi.Document(), &want))
	require.Equal(t, want, served)
	schemas := served["components"].(map[string]any)["schemas"].(map[string]any)
	notFound := regexp.MustCompile(`/(proposals/|unbonding_delegation$|signing_infos/|allowance/|lottery/v1/(operators/|leader$))`)
	count := 0
	for path, item := range served["paths"].(map[string]any) {
		for verb, op := range item.(map[string]any) {
			count++
			code, out := d.call(verb, path)
			switch {
			case strings.HasSuffix(path, "/amino"):
				require.Equal(t, http.StatusNotImplemented, code, "%s %s: %v", verb, path, out)
				continue
			case notFound.MatchString(path), strings.Contains(path, "/denoms_metadata") && code == http.StatusNotFound:
				require.Equal(t, http.StatusNotFound, code, "%s %s: %v", verb, path, out)
				continue
			}
			require.Equal(t, http.StatusOK, code, "%s %s: %v", verb, path, out)
			answer := op.(map[string]any)["responses"].(map[string]any)["200"].(map[string]any)["content"].(map[string]any)
			ref := answer["application/json"].(map[string]any)["schema"].(map[string]any)["$ref"].(string)
			checkShape(t, schemas, schemas[strings.TrimPrefix(ref, "#/components/schemas/")].(map[string]any), out, path)
		}
	}
	require.Greater(t, count, 90)
}

func (d *doors) in(t *testing.T) *doors {
	inner := *d
	inner.t, inner.sender.t = t, t
	return &inner
}

// call fills in the variables of a path and calls it.
func (d *doors) call(verb, path string) (int, map[string]any) {
	examples := d.examples()
	path = regexp.MustCompile(`\{(\w+)\}`).ReplaceAllStringFunc(path, func(name string) string {
		name = strings.Trim(name, "{}")
		if strings.Contains(path, "/contract/") && name == "address" {
			return d.contract
		}
		require.Contains(d.t, examples, name, path)
		return url.PathEscape(examples[name])
	})
	if verb == "post" {
		return d.post(path, d.body(path))
	}
	query := map[string]string{
		"by_denom": "?denom=uweft", "denom_owners_by_query": "?denom=uweft", "denoms_metadata_by_query_string": "?denom=uweft",
		"txs":           "?query=" + url.QueryEscape("tx.height>0"),
		"build_address": "?code_hash=" + strings.Repeat("ab", 32) + "&creator_address=" + address(1) + "&salt=61",
		"abci_query":    "?path=/app/version",
		"counts":        "?payout=" + address(1),
		"work":          "?payout=" + address(1),
	}[path[strings.LastIndex(path, "/")+1:]]
	code, out, _ := d.get(path + query)
	return code, out
}

// body is what a POST sends.
func (d *doors) body(path string) string {
	raw := d.sign(bankSend(address(2), address(3)), 2)
	switch {
	case strings.HasSuffix(path, "/encode"):
		decoded, err := client.DecodeTx(raw)
		require.NoError(d.t, err)
		text, err := protojson.Marshal(decoded)
		require.NoError(d.t, err)
		return `{"tx":` + string(text) + `}`
	case strings.HasSuffix(path, "/txs"):
		return `{"mode":"BROADCAST_MODE_SYNC","tx_bytes":"` + base64.StdEncoding.EncodeToString(raw) + `"}`
	case strings.HasSuffix(path, "/amino"):
		return `{}`
	}
	return `{"tx_bytes":"` + base64.StdEncoding.EncodeToString(raw) + `"}`
}

// sign makes a transaction of account i with its next sequence.
func (d *doors) sign(msg chain.Message, i int) []byte {
	d.t.Helper()
	number, sequence, err := d.client.Account(d.t.Context(), address(i))
	require.NoError(d.t, err)
	raw, err := tx.Builder{Msgs: []chain.Message{msg}, GasLimit: 200_000}.Sign(key(i), chainID, number, sequence)
	require.NoError(d.t, err)
	return raw
}

// send makes a transaction that can be asked for.
func (d *doors) send() {
	ctx, cancel := context.WithTimeout(d.t.Context(), patience)
	defer cancel()
	res, err := d.sender.SendAndWait(ctx, bankSend(d.sender.Address, address(2)))
	require.NoError(d.t, err)
	d.txHash, d.txHeight = res.Txhash, res.Height
}

// checkShape compares the names in an answer with those of its schema.
func checkShape(t *testing.T, schemas, schema, answer map[string]any, at string) {
	t.Helper()
	properties, _ := schema["properties"].(map[string]any)
	if answer["@type"] != nil {
		return
	}
	want, got := make([]string, 0, len(properties)), make([]string, 0, len(answer))
	for name := range properties {
		want = append(want, name)
	}
	for name := range answer {
		got = append(got, name)
	}
	slices.Sort(want)
	slices.Sort(got)
	require.Equal(t, want, got, at)
	for name, value := range answer {
		of := properties[name].(map[string]any)
		if list, isList := of["allOf"].([]any); isList {
			of = list[0].(map[string]any)
		}
		switch value := value.(type) {
		case map[string]any:
			if ref, ok := of["$ref"].(string); ok {
				checkShape(t, schemas, schemas[strings.TrimPrefix(ref, "#/components/schemas/")].(map[string]any), value, at+" "+name)
			}
		case []any:
			require.Equal(t, "array", of["type"], "%s %s", at, name)
		case float64:
			require.Equal(t, "integer", of["type"], "%s %s", at, name)
		case bool:
			require.Equal(t, "boolean", of["type"], "%s %s", at, name)
		case string:
			require.Contains(t, []any{"string", nil}, of["type"], "%s %s", at, name)
		}
	}
}

// sameAnswers asks one question at all three doors.
func (d *doors) sameAnswers(t *testing.T) {
	d = d.in(t)
	path, req := "/cosmos.bank.v1beta1.Query/AllBalances", &bankpb.QueryAllBalancesRequest{Address: address(0)}
	var byABCI, byGRPC bankpb.QueryAllBalancesResponse
	require.NoError(t, d.client.Query(t.Context(), path, 0, req, &byABCI))
	require.NoError(t, d.grpc.Invoke(t.Context(), path, req, &byGRPC))
	require.Equal(t, byABCI, byGRPC)
	_, byREST, _ := d.get("/cosmos/bank/v1beta1/balances/" + address(0))
	require.Equal(t, map[string]any{
		"balances":   []any{map[string]any{"denom": "uweft", "amount": byGRPC.Balances[0].Amount}},
		"pagination": map[string]any{"next_key": nil, "total": "1"},
	}, byREST)

	var info cmtpb.GetNodeInfoResponse
	path = "/cosmos.base.tendermint.v1beta1.Service/GetNodeInfo"
	require.NoError(t, d.client.Query(t.Context(), path, 0, &cmtpb.GetNodeInfoRequest{}, &info), "hermes asks for it through abci_query")
	require.Equal(t, chainID, info.DefaultNodeInfo.Network)
	require.Regexp(t, `^v0\.5[0-3]\.`, info.ApplicationVersion.CosmosSdkVersion)
	require.Regexp(t, `^0\.38\.`, info.DefaultNodeInfo.Version)

	smart := &wasmpb.QuerySmartContractStateRequest{Address: d.contract, QueryData: []byte(`{"summary":{}}`)}
	var answer wasmpb.QuerySmartContractStateResponse
	require.NoError(t, d.grpc.Invoke(t.Context(), "/cosmwasm.wasm.v1.Query/SmartContractState", smart, &answer))
	// Both alphabets, escaped or not, and a slash in the middle.
	for _, text := range []string{
		base64.StdEncoding.EncodeToString(smart.QueryData), base64.URLEncoding.EncodeToString(smart.QueryData),
		base64.RawStdEncoding.EncodeToString(smart.QueryData), url.PathEscape(base64.StdEncoding.EncodeToString([]byte(`{"summary":{}} `))),
		base64.StdEncoding.EncodeToString([]byte("{\"summary\"\t:\n{}\n\n\t}")),
	} {
		code, out, _ := d.get("/cosmwasm/wasm/v1/contract/" + d.contract + "/smart/" + text)
		require.Equal(t, http.StatusOK, code, "%s: %v", text, out)
		got, err := json.Marshal(out["data"])
		require.NoError(t, err)
		require.JSONEq(t, string(answer.Data), string(got))
	}
	_, out, _ := d.get("/cosmwasm/wasm/v1/code-info/1")
	require.Regexp(t, `^[0-9A-F]{64}$`, out["checksum"])
	require.Equal(t, "Everybody", out["instantiate_permission"].(map[string]any)["permission"])
}

// errors holds codes and texts that clients look for.
func (d *doors) errors(t *testing.T) {
	d = d.in(t)
	stranger := prefix.Account(chain.Address(strings.Repeat("s", 20)))
	nobody := address(4)[:len(address(4))-1] + "x"
	for path, want := range map[string]struct {
		http, code int
		text       string
	}{
		"/cosmos/auth/v1beta1/accounts/" + stranger:                                              {404, 5, "account " + stranger + " not found"},
		"/cosmos/auth/v1beta1/accounts/" + nobody:                                                {400, 3, "decoding bech32 failed"},
		"/cosmos/bank/v1beta1/balances/" + address(1) + "?pagination.key=AA&pagination.offset=1": {400, 3, "either offset or key is expected"},
		"/cosmos/bank/v1beta1/balances/" + address(1) + "?pagination.limit=-1":                   {400, 3, "pagination.limit"},
		"/cosmos/bank/v1beta1/balances/" + address(1) + "?pagination.limit=1&pagination.limit=2": {400, 3, "2 values"},
		"/cosmwasm/wasm/v1/contract/" + stranger:                                                 {500, 2, "codespace wasm code 22: no such contract: address " + stranger},
		"/cosmwasm/wasm/v1/code/77":                                                              {500, 2, "codespace wasm code 28: no such code: code id 77"},
		"/cosmwasm/wasm/v1/code/x":                                                               {400, 3, "type mismatch, parameter: code_id"},
		"/cosmwasm/wasm/v1/code?pagination.offset=1":                                             {400, 3, "offset and count queries not supported"},
		"/cosmwasm/wasm/v1/contract/" + d.contract + "/smart/e30":                                {500, 2, "query wasm contract failed"},
		"/cosmwasm/wasm/v1/contract/" + d.contract + "/smart/eA":                                 {400, 3, "invalid query data"},
		"/cosmwasm/wasm/v1/contract/" + d.contract + "/smart/!":                                  {400, 3, "base64"},
		"/cosmos/tx/v1beta1/txs/" + strings.Repeat("AB", 32):                                     {404, 5, "tx not found: " + strings.Repeat("AB", 32)},
		"/cosmos/tx/v1beta1/txs/abc":                                                             {400, 3, "64 hexadecimal digits"},
		"/cosmos/tx/v1beta1/txs":                                                                 {400, 3, "query cannot be empty"},
		"/cosmos/tx/v1beta1/txs?query=foo":                                                       {400, 3, "query"},
		"/cosmos/tx/v1beta1/txs?query=tx.height%3E0&page=1000":                                   {400, 3, "page should be within"},
		"/cosmos/base/tendermint/v1beta1/blocks/99999999":                                        {400, 3, "must be less than or equal to the current blockchain height"},
		"/cosmos/base/tendermint/v1beta1/blocks/0":                                               {400, 3, "height must be greater than 0"},
		"/cosmos/base/tendermint/v1beta1/abci_query?path=/cosmos.bank.v1beta1.Query/Params":      {400, 3, "unexpected query path"},
		"/cosmos/bank/v1beta1/denoms_metadata/factory%2F" + address(1) + "%2Fx":                  {404, 5, "factory/" + address(1) + "/x"},
		"/cosmos/bank/v1beta1/supply/by_denom?denom=u":                                           {400, 3, "invalid denom"},
		"/nothing":                         {501, 12, "Not Implemented"},
		"/cosmos/gov/v1/params/everything": {400, 3, "not a valid parameter type"},
	} {
		code, out, _ := d.get(path)
		require.Equal(t, want.http, code, "%s: %v", path, out)
		require.InDelta(t, want.code, out["code"], 0, path)
		require.Contains(t, out["message"], want.text, path)
		require.Equal(t, []any{}, out["details"], path)
		require.Len(t, out, 3)
	}
	var res authpb.QueryAccountResponse
	err := d.grpc.Invoke(t.Context(), "/cosmos.auth.v1beta1.Query/Account", &authpb.QueryAccountRequest{Address: stranger}, &res)
	require.Equal(t, codes.NotFound, status.Code(err))
	err = d.grpc.Invoke(t.Context(), "/cosmos.bank.v1beta1.Msg/Send", &bankpb.MsgSend{}, &res)
	require.Equal(t, codes.Unimplemented, status.Code(err))
}

// heights asks for the past, which is told in the answer's header.
func (d *doors) heights(t *testing.T) {
	d = d.in(t)
	d.send()
	balance := func(height string) (string, string) {
		var header metadata.MD
		ctx := t.Context()
		if height != "" {
			ctx = metadata.AppendToOutgoingContext(ctx, "x-cosmos-block-height", height)
		}
		req := &bankpb.QueryBalanceRequest{Address: address(1), Denom: "uweft"}
		var res bankpb.QueryBalanceResponse
		require.NoError(t, d.grpc.Invoke(ctx, "/cosmos.bank.v1beta1.Query/Balance", req, &res, grpc.Header(&header)))
		_, out, h := d.get("/cosmos/bank/v1beta1/balances/"+address(1)+"/by_denom?denom=uweft", "x-cosmos-block-height", height)
		require.Equal(t, res.Balance.Amount, out["balance"].(map[string]any)["amount"])
		if height != "" {
			require.Equal(t, height, h.Get("X-Cosmos-Block-Height"))
			require.Equal(t, height, h.Get("Grpc-Metadata-X-Cosmos-Block-Height"))
		}
		return res.Balance.Amount, header.Get("x-cosmos-block-height")[0]
	}
	before, at := balance(strconv.FormatInt(d.txHeight-1, 10))
	require.Equal(t, strconv.FormatInt(d.txHeight-1, 10), at)
	after, at := balance("")
	require.NotEqual(t, before, after)
	require.NotEmpty(t, at)
	for height, want := range map[string]int{"999999999": 400, "-1": 400, "x": 400, "9223372036854775808": 400} {
		code, out, _ := d.get("/cosmos/bank/v1beta1/params", "x-cosmos-block-height", height)
		require.Equal(t, want, code, "%s: %v", height, out)
		require.Contains(t, out["message"], "height")
	}
}

// pages walks a list by key in both directions, and by offset.
func (d *doors) pages(t *testing.T) {
	d = d.in(t)
	_, whole, _ := d.get("/cosmos/auth/v1beta1/accounts?pagination.count_total=true&pagination.limit=1000")
	list := whole["accounts"].([]any)
	require.Equal(t, strconv.Itoa(len(list)), whole["pagination"].(map[string]any)["total"])
	for _, reverse := range []bool{false, true} {
		var walked []any
		next := ""
		for range len(list) {
			_, page, _ := d.get("/cosmos/auth/v1beta1/accounts?pagination.limit=2&pagination.reverse=" + strconv.FormatBool(reverse) +
				"&pagination.key=" + url.QueryEscape(next))
			walked = append(walked, page["accounts"].([]any)...)
			key, more := page["pagination"].(map[string]any)["next_key"].(string)
			if next = key; !more {
				break
			}
		}
		if reverse {
			slices.Reverse(walked)
		}
		require.Equal(t, list, walked, "reverse: %v", reverse)
	}
	_, page, _ := d.get("/cosmos/auth/v1beta1/accounts?pagination.limit=2&pagination.offset=1")
	require.Equal(t, list[1:3], page["accounts"])
	var res authpb.QueryAccountsResponse
	req := &authpb.QueryAccountsRequest{Pagination: &querypb.PageRequest{Limit: 1 << 62}}
	require.NoError(t, d.grpc.Invoke(t.Context(), "/cosmos.auth.v1beta1.Query/Accounts", req, &res))
	require.Len(t, res.Accounts, len(list))
}

// transactions simulates, broadcasts and finds one, as a wallet does by REST.
func (d *doors) transactions(t *testing.T) {
	d = d.in(t)
	raw := d.sign(bankSend(address(4), address(3)), 4)
	text := base64.StdEncoding.EncodeToString(raw)
	code, out := d.post("/cosmos/tx/v1beta1/simulate", `{"tx_bytes":"`+text+`"}`)
	require.Equal(t, http.StatusOK, code, out)
	require.Regexp(t, `^[1-9][0-9]{4}$`, out["gas_info"].(map[string]any)["gas_used"])
	broadcast := `{"tx_bytes":"` + text + `","mode":"BROADCAST_MODE_SYNC"}`
	code, out = d.post("/cosmos/tx/v1beta1/txs", broadcast)
	require.Equal(t, http.StatusOK, code, out)
	res := out["tx_response"].(map[string]any)
	require.InDelta(t, 0, res["code"], 0, res)
	hash := res["txhash"].(string)
	_, out = d.post("/cosmos/tx/v1beta1/txs", broadcast)
	again := out["tx_response"].(map[string]any)
	require.Contains(t, []any{19.0, 32.0}, again["code"], "%v", again)
	require.Equal(t, "sdk", again["codespace"])
	require.Equal(t, hash, again["txhash"])
	var found map[string]any
	require.Eventually(t, func() bool {
		code, out, _ := d.get("/cosmos/tx/v1beta1/txs/" + strings.ToLower(hash))
		found = out
		return code == http.StatusOK
	}, patience, 20*time.Millisecond)
	require.Equal(t, "/cosmos.tx.v1beta1.Tx", found["tx_response"].(map[string]any)["tx"].(map[string]any)["@type"])
	require.Regexp(t, `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$`, found["tx_response"].(map[string]any)["timestamp"])
	message := found["tx"].(map[string]any)["body"].(map[string]any)["messages"].([]any)[0].(map[string]any)
	require.Equal(t, "/cosmos.bank.v1beta1.MsgSend", message["@type"])
	height := found["tx_response"].(map[string]any)["height"].(string)
	_, out, _ = d.get("/cosmos/tx/v1beta1/txs/block/" + height)
	require.Equal(t, "1", out["pagination"].(map[string]any)["total"])
	require.Len(t, out["txs"], 1)
	// The same search in the form of today and in the one of old clients.
	query := url.QueryEscape("message.sender='" + address(4) + "'")
	for _, form := range []string{"query=" + query + "&order_by=ORDER_BY_DESC&limit=5", "events=" + query + "&order_by=2&pagination.limit=5"} {
		_, out, _ = d.get("/cosmos/tx/v1beta1/txs?" + form)
		require.Equal(t, "1", out["total"], form)
		require.Equal(t, hash, out["tx_responses"].([]any)[0].(map[string]any)["txhash"], form)
	}
	for body, want := range map[string]string{
		`{"tx_bytes":"` + text + `","mode":"BROADCAST_MODE_BLOCK"}`: "unsupported return type",
		`{"tx_bytes":"` + text + `"}`:                               "unsupported return type",
		`{"tx_bytes":"` + text + `","wait":true}`:                   "unknown field",
		`{"mode":"BROADCAST_MODE_SYNC"}`:                            "empty tx",
		`{"tx_bytes":7}`:                                            "body",
		`{"a":` + strings.Repeat("[", 1_000):                        "nests deeper",
		`[]`:                                                        "body",
	} {
		code, out := d.post("/cosmos/tx/v1beta1/txs", body)
		require.Equal(t, http.StatusBadRequest, code, "%.100s: %v", body, out)
		require.Contains(t, out["message"], want)
	}
	var decoded txpb.TxDecodeResponse
	require.NoError(t, d.grpc.Invoke(t.Context(), "/cosmos.tx.v1beta1.Service/TxDecode", &txpb.TxDecodeRequest{TxBytes: raw}, &decoded))
	var encoded txpb.TxEncodeResponse
	require.NoError(t, d.grpc.Invoke(t.Context(), "/cosmos.tx.v1beta1.Service/TxEncode", &txpb.TxEncodeRequest{Tx: decoded.Tx}, &encoded))
	require.True(t, bytes.Equal(raw, encoded.TxBytes), hex.EncodeToString(encoded.TxBytes))
}

// cors is what a browser wallet needs.
func (d *doors) cors(t *testing.T) {
	d = d.in(t)
	_, _, header := d.get("/cosmos/bank/v1beta1/params", "Origin", "https://wallet.example")
	require.Equal(t, "*", header.Get("Access-Control-Allow-Origin"))
	require.Contains(t, header.Get("Access-Control-Expose-Headers"), "X-Cosmos-Block-Height")
	req, err := http.NewRequestWithContext(t.Context(), http.MethodOptions, d.rest+"/cosmos/tx/v1beta1/txs", nil)
	require.NoError(t, err)
	req.Header.Set("Origin", "https://wallet.example")
	req.Header.Set("Access-Control-Request-Method", "POST")
	req.Header.Set("Access-Control-Request-Headers", "content-type")
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	require.Equal(t, "POST", res.Header.Get("Access-Control-Allow-Methods"))
	require.Equal(t, "content-type", res.Header.Get("Access-Control-Allow-Headers"))
}
