package rest

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	gogotypes "github.com/cosmos/gogoproto/types"
	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/node/api/limit"
	"github.com/weftchain/weft/node/api/method"
	authpb "github.com/weftchain/weft/proto/cosmos/auth/v1beta1"
	bankpb "github.com/weftchain/weft/proto/cosmos/bank/v1beta1"
	querypb "github.com/weftchain/weft/proto/cosmos/base/query/v1beta1"
	txpb "github.com/weftchain/weft/proto/cosmos/tx/v1beta1"
	wasmpb "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
)

// TestBind: the fields of requests from text, in the forms that clients write.
func TestBind(t *testing.T) {
	var search txpb.GetTxsEventRequest
	require.NoError(t, bindQuery(&search, "events=a%3D1&events=b%3D2&order_by=ORDER_BY_DESC&page=2&limit=5&nothing=1&pagination.count_total=1&pagination.key=_-8", nil))
	require.Equal(t, txpb.GetTxsEventRequest{
		Events: []string{"a=1", "b=2"}, OrderBy: txpb.OrderBy_ORDER_BY_DESC, Page: 2, Limit: 5,
		Pagination: &querypb.PageRequest{CountTotal: true, Key: []byte{0xff, 0xef}},
	}, search)
	require.NoError(t, bind(&search, "orderBy", "1"), "camel case, and an enum's number")
	require.Equal(t, txpb.OrderBy_ORDER_BY_ASC, search.OrderBy)
	for _, raw := range []string{
		"page=-1", "page=1.0", "page=18446744073709551616", "order_by=7", "order_by=DESC", "pagination.key=%21", "pagination.count_total=2",
		"page=1&page=2", "pagination=1", "events.x=1", "query.x=1", "%zz", "a;b=1", strings.Repeat("a&", maxParameters+1),
	} {
		require.Error(t, bindQuery(&txpb.GetTxsEventRequest{}, raw, nil), raw)
	}
	require.NoError(t, bindQuery(&search, "page=x", map[string]string{"page": "2"}), "the path has set it")
	for text, want := range map[string]string{"+/8=": "\xfb\xff", "-_8": "\xfb\xff", " /8": "\xfb\xff", "": "", "AA": "\x00"} {
		got, err := decodeBase64(text)
		require.NoError(t, err, text)
		require.Equal(t, want, string(got), text)
	}
}

// TestMatch: which method a path means.
func TestMatch(t *testing.T) {
	paths := []string{
		"/cosmwasm.wasm.v1.Query/Code", "/cosmwasm.wasm.v1.Query/SmartContractState", "/cosmwasm.wasm.v1.Query/ContractsByCode", "/cosmwasm.wasm.v1.Query/Params",
		"/cosmos.bank.v1beta1.Query/DenomMetadata", "/cosmos.bank.v1beta1.Query/Balance", "/cosmos.tx.v1beta1.Service/GetTx", "/cosmos.tx.v1beta1.Service/GetBlockWithTxs",
		"/cosmos.auth.v1beta1.Query/AddressBytesToString", "/cosmos.auth.v1beta1.Query/AddressStringToBytes",
	}
	table, err := method.Table(paths)
	require.NoError(t, err)
	r, err := newRoutes(table)
	require.NoError(t, err)
	for path, want := range map[string]struct {
		name string
		vars map[string]string
	}{
		"/cosmwasm/wasm/v1/code/7":                      {"Code", map[string]string{"code_id": "7"}},
		"/cosmwasm/wasm/v1/code/7/contracts":            {"ContractsByCode", map[string]string{"code_id": "7"}},
		"/cosmwasm/wasm/v1/contract/a/smart/e30=":       {"SmartContractState", map[string]string{"address": "a", "query_data": "e30="}},
		"/cosmwasm/wasm/v1/contract/a/smart/a/b//c":     {"SmartContractState", map[string]string{"address": "a", "query_data": "a/b//c"}},
		"/cosmwasm/wasm/v1/contract/a/smart/a%2Fb":      {"SmartContractState", map[string]string{"address": "a", "query_data": "a/b"}},
		"/cosmos/bank/v1beta1/denoms_metadata/ibc/AB":   {"DenomMetadata", map[string]string{"denom": "ibc/AB"}},
		"/cosmos/bank/v1beta1/denoms_metadata/ibc%2FAB": {"DenomMetadata", map[string]string{"denom": "ibc/AB"}},
		"/cosmos/bank/v1beta1/denoms_metadata/a:b":      {"DenomMetadata", map[string]string{"denom": "a:b"}},
		"/cosmos/bank/v1beta1/balances/a%2Fb/by_denom":  {"Balance", map[string]string{"address": "a/b"}},
		"/cosmos/tx/v1beta1/txs/AB":                     {"GetTx", map[string]string{"hash": "AB"}},
		"/cosmos/tx/v1beta1/txs/block/5":                {"GetBlockWithTxs", map[string]string{"height": "5"}},
		"/cosmos/auth/v1beta1/bech32/weft1xyz":          {"AddressStringToBytes", map[string]string{"address_string": "weft1xyz"}},
		"/cosmos/bank/v1beta1/balances/a/by_denom/":     {"", nil},
		"/cosmos/bank/v1beta1/balances/%zz/by_denom":    {"", nil},
		"cosmos/tx/v1beta1/txs/AB":                      {"", nil},
		"":                                              {"", nil},
		"//cosmos/tx/v1beta1/txs/AB":                    {"", nil},
		"/cosmos/tx/v1beta1/../v1beta1/txs/AB":          {"", nil},
	} {
		found := r.match("GET", path)
		if want.name == "" {
			require.Empty(t, found, path)
			continue
		}
		require.NotEmpty(t, found, path)
		require.Equal(t, want.name, found[0].route.method.Name, path)
		require.Equal(t, want.vars, found[0].vars, path)
		require.Empty(t, r.match("POST", path))
	}
}

// TestJSON: the forms that differ between libraries.
func TestJSON(t *testing.T) {
	for want, m := range map[string]chain.Message{
		`{"balance":null}`: &bankpb.QueryBalanceResponse{},
		`{"balances":[],"pagination":{"next_key":null,"total":"0"}}`:   &bankpb.QueryAllBalancesResponse{Pagination: &querypb.PageResponse{}},
		`{"balances":[],"pagination":{"next_key":"AP8=","total":"7"}}`: &bankpb.QueryAllBalancesResponse{Pagination: &querypb.PageResponse{NextKey: []byte{0, 255}, Total: 7}},
		"{\"data\":{\"a\":[1,\"\\u003c\\u0026\\u003e\"]}}":             &wasmpb.QuerySmartContractStateResponse{Data: []byte(`{"a":[1,"<&>"]}`)},
		`{"data":null}`: &wasmpb.QueryRawContractStateResponse{},
		`{"models":[{"key":"00FF","value":"AQ=="}],"pagination":null}`: &wasmpb.QueryAllContractStateResponse{Models: []wasmpb.Model{{Key: []byte{0, 255}, Value: []byte{1}}}},
		`{"account":{"@type":"/no.such.Type","value":"AQI="}}`:         &authpb.QueryAccountResponse{Account: &gogotypes.Any{TypeUrl: "/no.such.Type", Value: []byte{1, 2}}},
		`{"params":{"code_upload_access":{"permission":"Unspecified","addresses":[]},"instantiate_default_permission":"Everybody"}}`: &wasmpb.QueryParamsResponse{
			Params: wasmpb.Params{InstantiateDefaultPermission: wasmpb.AccessTypeEverybody},
		},
	} {
		got, err := encode(m)
		require.NoError(t, err)
		require.Equal(t, want, string(got))
	}
	require.NoError(t, decode([]byte(" "), &txpb.SimulateRequest{}))
	for _, bad := range []string{"{", "[]", `{"x":1}`, `{} {}`, `{"tx_bytes":"!"}`, strings.Repeat("[", 100), strings.Repeat(`{"tx":`, 100)} {
		require.Error(t, decode([]byte(bad), &txpb.SimulateRequest{}), bad)
	}
	require.NoError(t, decode([]byte(`{"tx_bytes":"AA==","tx":null}`), &txpb.SimulateRequest{}))
}

// TestLimits: each refusal names the limit and what sets it.
func TestLimits(t *testing.T) {
	table, err := method.Table([]string{"/cosmos.bank.v1beta1.Query/Params", "/cosmos.tx.v1beta1.Service/Simulate"})
	require.NoError(t, err)
	entered, wait := make(chan struct{}), make(chan struct{})
	o := Options{
		Methods: table, MaxBodyBytes: 100, MaxAnswerBytes: 1_000, Origins: []string{"https://one.example"},
		Limits: limit.New(limit.Config{Concurrent: 1, Patience: time.Millisecond, ConcurrentKey: "max-concurrent in section [api] of app.toml"}),
		Memory: limit.NewBudget(1<<20, time.Millisecond),
		Ask: func(ctx context.Context, path string, _ []byte, height int64) ([]byte, int64, error) {
			switch height {
			case 1:
				return make([]byte, 1_001), 1, nil
			case 2:
				close(entered)
				<-wait
			case 3:
				panic("oops")
			}
			return nil, 9, nil
		},
	}
	h, err := New(o)
	require.NoError(t, err)
	send := func(verb, path, height, body string) (int, string) {
		req := httptest.NewRequestWithContext(t.Context(), verb, path, strings.NewReader(body))
		req.Header.Set("X-Cosmos-Block-Height", height)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, req)
		return w.Code, w.Body.String()
	}
	const params = "/cosmos/bank/v1beta1/params"
	code, text := send("GET", params, "", "")
	require.Equal(t, http.StatusOK, code, text)
	code, _ = send("HEAD", params, "", "")
	require.Equal(t, http.StatusOK, code)
	code, text = send("GET", params, "1", "")
	require.Equal(t, http.StatusTooManyRequests, code)
	require.Contains(t, text, "max-answer-bytes in section [api] of app.toml")
	code, text = send("POST", "/cosmos/tx/v1beta1/simulate", "", `{"tx_bytes":"`+strings.Repeat("A", 200)+`"}`)
	require.Equal(t, http.StatusTooManyRequests, code)
	require.Contains(t, text, "max-body-bytes in section [api] of app.toml")
	code, text = send("GET", params, "3", "")
	require.Equal(t, http.StatusInternalServerError, code)
	require.Contains(t, text, "panic: oops")
	done := make(chan struct{})
	go func() {
		defer close(done)
		send("GET", params, "2", "")
	}()
	<-entered
	code, text = send("GET", params, "", "")
	require.Equal(t, http.StatusTooManyRequests, code)
	require.Contains(t, text, "max-concurrent in section [api] of app.toml")
	close(wait)
	<-done
	code, _ = send("GET", params, "", "")
	require.Equal(t, http.StatusOK, code)
}
