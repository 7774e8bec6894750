package cosmwasm

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// The bytes that contracts see: they pay for each one.
func TestLayout(t *testing.T) {
	version := uint64(42)
	coins := Array[Coin]{{"ATOM", "250"}}
	for want, v := range map[string]any{
		`{"block":{"height":123,"time":"1578939743987654321","chain_id":"foobar"},"transaction":{"index":4,"hash":"qrs="},"contract":{"address":"c"}}`: Env{
			BlockInfo{123, 1578939743987654321, "foobar"}, &TransactionInfo{4, []byte{0xaa, 0xbb}}, ContractInfo{"c"},
		},
		`{"block":{"height":0,"time":"0","chain_id":""},"transaction":null,"contract":{"address":""}}`: Env{},
		`{"block":{"height":0,"time":"0","chain_id":"\u003cx\u003e"},"transaction":{"index":0},"contract":{"address":""}}`: Env{
			Block: BlockInfo{ChainID: "<x>"}, Transaction: &TransactionInfo{},
		},
		`{"sender":"a","funds":[]}`:                                MessageInfo{Sender: "a"},
		`{"sender":"a","funds":[{"denom":"ATOM","amount":"250"}]}`: MessageInfo{"a", coins},
		`{"sender":"a","old_migrate_version":null}`:                MigrateInfo{Sender: "a"},
		`{"sender":"a","old_migrate_version":42}`:                  MigrateInfo{"a", &version},
		`{"gas_used":0,"id":1,"result":{"ok":{"events":[],"msg_responses":[]}}}`: Reply{
			ID: 1, Result: SubMsgResult{Ok: &SubMsgResponse{}},
		},
		`{"gas_used":0,"id":1,"result":{"ok":{"events":[{"type":"t","attributes":[]}],"data":"AQ==","msg_responses":[{"type_url":"/x","value":"Ag=="}]}},"payload":"Aw=="}`: Reply{
			ID: 1, Payload: []byte{3}, Result: SubMsgResult{Ok: &SubMsgResponse{
				Events: Array[Event]{{Type: "t"}}, Data: []byte{1}, MsgResponses: Array[MsgResponse]{{"/x", []byte{2}}},
			}},
		},
		`{"gas_used":0,"id":0,"result":{"error":"x"}}`: Reply{Result: SubMsgResult{Err: "x"}},
		`{"amount":[]}`:               AllBalancesResponse{},
		`{"validator":null}`:          ValidatorResponse{},
		`{}`:                          DelegationResponse{},
		`{"validators":[]}`:           AllValidatorsResponse{},
		`{"data":[],"next_key":null}`: RawRangeResponse{},
		`{"data":[["AQ==",""]],"next_key":"AA=="}`: RawRangeResponse{
			Array[RawRangeEntry]{{Key: []byte{1}}}, []byte{0},
		},
		`{"code_id":1,"creator":"c","pinned":false}`:                           ContractInfoResponse{CodeID: 1, Creator: "c"},
		`{"code_id":1,"creator":"c","admin":"a","pinned":true,"ibc_port":"p"}`: ContractInfoResponse{1, "c", "a", true, "p", ""},
		`{"metadata":{"description":"","denom_units":[{"denom":"d","exponent":6,"aliases":[]}],"base":"","display":"","name":"","symbol":"","uri":"","uri_hash":""}}`: DenomMetadataResponse{
			DenomMetadata{DenomUnits: Array[DenomUnit]{{Denom: "d", Exponent: 6}}},
		},
		`{"data":"AQ==","src":{"port_id":"","channel_id":""},"dest":{"port_id":"","channel_id":""},"sequence":9,"timeout":{"block":{"revision":1,"height":2},"timestamp":"5"}}`: IBCPacket{
			Data: []byte{1}, Sequence: 9, Timeout: IBCTimeout{&IBCTimeoutBlock{1, 2}, 5},
		},
		`{"block":null}`: IBCTimeout{},
	} {
		got, err := json.Marshal(v)
		require.NoError(t, err)
		require.Equal(t, want, string(got))
		if own, ok := v.(interface{ JSON() []byte }); ok {
			require.Equal(t, want, string(own.JSON()))
		}
	}
}

// The documents that every call needs are the same in both ways of writing.
func TestOwnJSON(t *testing.T) {
	text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-z0-9]{1,60}`), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }))
	coins := rapid.SliceOf(rapid.Custom(func(t *rapid.T) Coin { return Coin{text.Draw(t, "denom"), text.Draw(t, "amount")} }))
	rapid.Check(t, func(t *rapid.T) {
		e := Env{Block: BlockInfo{rapid.Uint64().Draw(t, "height"), Uint64(rapid.Uint64().Draw(t, "time")), text.Draw(t, "chain")}, Contract: ContractInfo{text.Draw(t, "contract")}}
		if rapid.Bool().Draw(t, "transaction") {
			e.Transaction = &TransactionInfo{rapid.Uint32().Draw(t, "index"), rapid.SliceOf(rapid.Byte()).Draw(t, "hash")}
		}
		m := MessageInfo{text.Draw(t, "sender"), coins.Draw(t, "funds")}
		for v, own := range map[any][]byte{&e: e.JSON(), &m: m.JSON()} {
			want, err := json.Marshal(v)
			require.NoError(t, err)
			require.Equal(t, string(want), string(own))
		}
	})
}

func TestQuerierResultJSON(t *testing.T) {
	for want, r := range map[string]QuerierResult{
		`{"ok":{"ok":""}}`:     {Ok: &QueryResult{}},
		`{"ok":{"ok":"AQI="}}`: {Ok: &QueryResult{Ok: []byte{1, 2}}},
		"{\"ok\":{\"error\":\"<a&\\\"\\\\\\n\\u001f\u2028\ufffd>\"}}": {Ok: &QueryResult{Err: "<a&\"\\\n\x1f\u2028\xff>"}},
		`{"error":{"no_such_contract":{"addr":"x"}}}`:                 {Err: &SystemError{NoSuchContract: &NoSuchContract{"x"}}},
		`{"error":{"no_such_code":{"code_id":7}}}`:                    {Err: &SystemError{NoSuchCode: &NoSuchCode{7}}},
		`{"error":{"invalid_request":{"error":"e","request":"AQ=="}}}`: {
			Err: &SystemError{InvalidRequest: &InvalidRequest{"e", []byte{1}}},
		},
		`{"error":{"invalid_response":{"error":"e","response":""}}}`: {
			Err: &SystemError{InvalidResponse: &InvalidResponse{"e", nil}},
		},
		`{"error":{"unsupported_request":{"kind":"k"}}}`: {Err: &SystemError{UnsupportedRequest: &UnsupportedRequest{"k"}}},
		`{"error":{"unknown":{}}}`:                       {Err: &SystemError{Unknown: &Unknown{}}},
	} {
		got := r.JSON()
		require.Equal(t, want, string(got))
		require.NoError(t, CheckJSON(got))
	}
	require.Equal(t, `{"error":{"unknown":{}}}`, string(QuerierResult{}.JSON()))
}
