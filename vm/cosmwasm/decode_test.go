package cosmwasm

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func response(t *testing.T, doc string) *Response {
	t.Helper()
	r, err := DecodeContractResult([]byte(doc))
	require.NoError(t, err, doc)
	require.NotNil(t, r.Ok)
	return r.Ok
}

func TestDecodeResponse(t *testing.T) {
	r := response(t, `{"ok":{"messages":[{"id":18446744073709551615,"payload":"AQI=","msg":{"bank":{"send":{"to_address":"bob",`+
		`"amount":[{"denom":"ATOM","amount":"250"}]}}},"gas_limit":7,"reply_on":"always"}],"attributes":[{"key":"a","value":"b"}],`+
		`"events":[{"type":"t","attributes":[]}],"data":"8Auq","future":{"x":[1]}}}`)
	seven := uint64(7)
	require.Equal(t, &Response{
		Messages: []SubMsg{{
			ID: 1<<64 - 1, Payload: []byte{1, 2}, GasLimit: &seven, ReplyOn: ReplyAlways,
			Msg: CosmosMsg{Bank: &BankMsg{Send: &SendMsg{ToAddress: "bob", Amount: Array[Coin]{{"ATOM", "250"}}}}},
		}},
		Attributes: []EventAttribute{{"a", "b"}},
		Events:     []Event{{Type: "t", Attributes: Array[EventAttribute]{}}},
		Data:       []byte{0xf0, 0x0b, 0xaa},
	}, r)
}

func TestDecodeNullsOfOldContracts(t *testing.T) {
	r := response(t, `{"ok":{"messages":null,"attributes":null,"events":null,"data":null}}`)
	require.Empty(t, r.Messages)
	require.Nil(t, r.Data)
	require.NotNil(t, response(t, `{"ok":{"data":""}}`).Data)
}

func message(t *testing.T, msg string) CosmosMsg {
	t.Helper()
	return response(t, `{"ok":{"messages":[{"id":0,"msg":`+msg+`,"reply_on":"never"}]}}`).Messages[0].Msg
}

func TestDecodeMessages(t *testing.T) {
	want := &AnyMsg{TypeURL: "/x", Value: []byte{1}}
	require.Equal(t, want, message(t, `{"any":{"type_url":"/x","value":"AQ=="}}`).Any)
	require.Equal(t, want, message(t, `{"stargate":{"type_url":"/x","value":"AQ=="}}`).Any)
	for _, name := range []string{"option", "vote"} {
		m := message(t, `{"gov":{"vote":{"proposal_id":4,"`+name+`":"no_with_veto"}}}`)
		require.Equal(t, &VoteMsg{4, NoWithVeto}, m.Gov.Vote)
	}
	require.JSONEq(t, `{"a":[1,{"b":null}]}`, string(message(t, `{"custom":{"a":[1,{"b":null}]}}`).Custom))
	require.Equal(t, CosmosMsg{}, message(t, `{"from_the_future":{"a":1}}`))
	m := message(t, `{"ibc":{"transfer":{"channel_id":"c","to_address":"a","amount":{"denom":"d","amount":"1"},"timeout":{"block":null,"timestamp":"18446744073709551615"}}}}`)
	require.Equal(t, Uint64(1<<64-1), m.IBC.Transfer.Timeout.Timestamp)
	m = message(t, `{"wasm":{"instantiate2":{"admin":null,"code_id":1,"msg":"e30=","funds":[],"label":"l","salt":"AA=="}}}`)
	require.Equal(t, &Instantiate2Msg{CodeID: 1, Msg: []byte("{}"), Funds: Array[Coin]{}, Label: "l", Salt: []byte{0}}, m.Wasm.Instantiate2)
}

func TestDecodeRefuses(t *testing.T) {
	in := func(msg string) string {
		return `{"ok":{"messages":[{"id":0,"msg":` + msg + `,"reply_on":"never"}]}}`
	}
	for _, doc := range []string{
		`{}`, `null`, `[]`, `""`, `{"ok":null}`, `{"error":""}`, `{"error":null}`, `{"ok":{},"error":"x"}`, `{"ok":{},"ok":{}}`, `{"Ok":{}}`, `{"ok":[]}`, `{"ok":1}`,
		`{"error":1}`, `{"ok":{}} {}`, `{"ok":{"messages":{}}}`, `{"ok":{"data":"AQ"}}`, `{"ok":{"data":"AR=="}}`, `{"ok":{"data":"A\n=="}}`, `{"ok":{"data":[1]}}`, `{"ok":{"attributes":[{"key":1}]}}`,
		in(`{}`), in(`{"bank":{},"any":{}}`), in(`{"any":{"type_url":"a"},"stargate":{"type_url":"a"}}`), in(`{"bank":{}}`), in(`[]`), in(`"bank"`),
		in(`{"bank":{"send":{},"burn":{}}}`), in(`{"gov":{"vote":{"proposal_id":1}}}`), in(`{"gov":{"vote":{"proposal_id":1,"vote":"yes","option":"yes"}}}`),
		in(`{"gov":{"vote":{"proposal_id":1,"vote":"maybe"}}}`), in(`{"wasm":{"migrate":{"new_code_id":-1}}}`), in(`{"wasm":{"migrate":{"new_code_id":1.0}}}`),
		in(`{"wasm":{"migrate":{"new_code_id":1e3}}}`), in(`{"wasm":{"migrate":{"new_code_id":18446744073709551616}}}`), in(`{"wasm":{"migrate":{"new_code_id":"1"}}}`),
		in(`{"ibc":{"send_packet":{"timeout":{"timestamp":1}}}}`), in(`{"ibc":{"send_packet":{"timeout":{"timestamp":"+1"}}}}`), in(`{"ibc":{"send_packet":{"timeout":{"timestamp":"01"}}}}`),
		in(`{"ibc":{"send_packet":{"timeout":{"timestamp":""}}}}`), in(`{"custom":{"a":1,"a":2}}`), in(`{"custom":` + nested(MaxDepth) + `}`),
		`{"ok":{"messages":[{"id":0,"msg":{"bank":null},"reply_on":"sometimes"}]}}`, `{"ok":{"messages":[{"id":0,"msg":{"bank":null},"reply_on":1}]}}`,
		"{\"error\":\"\xff\"}", `{"error":"\ud800"}`,
	} {
		_, err := DecodeContractResult([]byte(doc))
		require.Error(t, err, doc)
	}
}

func TestPayloadLimit(t *testing.T) {
	doc := func(n int) []byte {
		payload, err := json.Marshal(make([]byte, n))
		require.NoError(t, err)
		return []byte(`{"ok":{"messages":[{"id":0,"msg":{"bank":null},"reply_on":"never"},{"id":0,"msg":{"bank":null},"payload":` + string(payload) + `,"reply_on":"never"}]}}`)
	}
	_, err := DecodeContractResult(doc(MaxPayloadBytes))
	require.NoError(t, err)
	_, err = DecodeContractResult(doc(MaxPayloadBytes + 1))
	require.EqualError(t, err, "reply contains submessage at index 1 with payload larger than 131072 bytes: 131073 bytes")
}

func TestDecodeQueryResult(t *testing.T) {
	r, err := DecodeQueryResult([]byte(`{"ok":""}`))
	require.NoError(t, err)
	require.Equal(t, []byte{}, r.Ok)
	r, err = DecodeQueryResult([]byte(`{"error":"no"}`))
	require.NoError(t, err)
	require.Equal(t, "no", r.Err)
	for _, doc := range []string{`{}`, `{"ok":null}`, `{"ok":"","error":"x"}`, `{"ok":"?"}`} {
		_, err = DecodeQueryResult([]byte(doc))
		require.Error(t, err, doc)
	}
}

func TestDecodeQueryRequest(t *testing.T) {
	for doc, want := range map[string]QueryRequest{
		`{"bank":{"balance":{"address":"a","denom":"d"}}}`:                                                         {Bank: &BankQuery{Balance: &BalanceQuery{"a", "d"}}},
		`{"bank":{"all_denom_metadata":{"pagination":null}}}`:                                                      {Bank: &BankQuery{AllDenomMetadata: &AllDenomMetadataQuery{}}},
		`{"staking":{"bonded_denom":{}}}`:                                                                          {Staking: &StakingQuery{BondedDenom: &BondedDenomQuery{}}},
		`{"wasm":{"raw":{"contract_addr":"a","key":""}}}`:                                                          {Wasm: &WasmQuery{Raw: &RawQuery{"a", []byte{}}}},
		`{"wasm":{"raw_range":{"contract_addr":"a","start":"AQ==","limit":65535,"order":"ascending","end":null}}}`: {Wasm: &WasmQuery{RawRange: &RawRangeQuery{"a", []byte{1}, nil, 65535, "ascending"}}},
		`{"grpc":{"path":"/p","data":""}}`:                                                                         {Grpc: &GrpcQuery{[]byte{}, "/p"}},
		`{"new":{}}`:                                                                                               {},
		`{"bank":{"new":{}}}`:                                                                                      {Bank: &BankQuery{}},
	} {
		got, err := DecodeQueryRequest([]byte(doc))
		require.NoError(t, err, doc)
		require.Equal(t, &want, got, doc)
	}
	for _, doc := range []string{`{}`, `[]`, `{"bank":{},"wasm":{}}`, `{"wasm":{"raw_range":{"limit":65536}}}`, `{"wasm":{"smart":{},"raw":{}}}`, strings.Repeat("[", 1<<16)} {
		_, err := DecodeQueryRequest([]byte(doc))
		require.Error(t, err, doc)
	}
}

// What encoding/json makes of a document that Unmarshal accepts is the same.
// Left out are the names that only Unmarshal knows, and upper case, which
// encoding/json takes for lower.
func FuzzUnmarshalAgrees(f *testing.F) {
	f.Add([]byte(`{"ok":{"messages":[{"id":1,"msg":{"wasm":{"execute":{"contract_addr":"a","msg":"e30=","funds":[{"denom":"d","amount":"1"}]}}},"gas_limit":null,"reply_on":"error"}],"attributes":[],"events":[],"data":null}}`))
	f.Add([]byte(`{"ok":{"messages":[{"id":1,"payload":"aa==","msg":{"custom":{"x":[1,2]}},"gas_limit":8}],"attributes":[{"key":"k","value":"v"}],"events":[{"type":"t","attributes":null}],"data":""}}`))
	f.Add([]byte(`{"error":"<&>"}`))
	f.Fuzz(func(t *testing.T, doc []byte) {
		for _, b := range doc {
			if b >= 'A' && b <= 'Z' || b == '\\' || b > 126 {
				return
			}
		}
		var ours, theirs ContractResult
		if strings.Contains(string(doc), "stargate") || strings.Contains(string(doc), "vote") || Unmarshal(doc, &ours) != nil {
			return
		}
		require.NoError(t, json.Unmarshal(doc, &theirs))
		a, err := json.Marshal(ours)
		require.NoError(t, err)
		b, err := json.Marshal(theirs)
		require.NoError(t, err)
		require.Equal(t, string(b), string(a))
	})
}
