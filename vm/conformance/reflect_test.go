package conformance

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/vm/cosmwasm"
)

func reflection(t *testing.T) *contract {
	t.Helper()
	c := newContract(t, "reflect")
	c.instantiate("creator", `{}`)
	return c
}

func TestSubmessage(t *testing.T) {
	c := reflection(t)
	sub := cosmwasm.SubMsg{
		ID: 1234, ReplyOn: cosmwasm.ReplyAlways,
		Msg: cosmwasm.CosmosMsg{Bank: &cosmwasm.BankMsg{Send: &cosmwasm.SendMsg{
			ToAddress: "friend", Amount: cosmwasm.Array[cosmwasm.Coin]{{Denom: "token", Amount: "1"}},
		}}},
	}
	doc, err := json.Marshal(sub)
	require.NoError(t, err)
	r := c.respond("execute", env, info("creator"), `{"reflect_sub_msg":{"msgs":[`+string(doc)+`]}}`)
	require.Equal(t, []cosmwasm.SubMsg{sub}, r.Messages)
}

// Every message that this contract knows comes back as it was sent.
func TestMessagesComeBack(t *testing.T) {
	c := reflection(t)
	for _, msg := range []string{
		`{"bank":{"burn":{"amount":[{"denom":"d","amount":"340282366920938463463374607431768211455"}]}}}`,
		`{"staking":{"delegate":{"validator":"v","amount":{"denom":"d","amount":"1"}}}}`,
		`{"staking":{"redelegate":{"src_validator":"a","dst_validator":"b","amount":{"denom":"d","amount":"1"}}}}`,
		`{"distribution":{"set_withdraw_address":{"address":"a"}}}`,
		`{"distribution":{"withdraw_delegator_reward":{"validator":"a"}}}`,
		`{"wasm":{"execute":{"contract_addr":"a","msg":"e30=","funds":[]}}}`,
		`{"wasm":{"instantiate":{"code_id":7,"msg":"e30=","funds":[],"label":"l","admin":"b"}}}`,
		`{"wasm":{"migrate":{"contract_addr":"a","new_code_id":18446744073709551615,"msg":"e30="}}}`,
		`{"wasm":{"update_admin":{"contract_addr":"a","admin":"b"}}}`,
		`{"wasm":{"clear_admin":{"contract_addr":"a"}}}`,
		`{"ibc":{"transfer":{"channel_id":"c","to_address":"a","amount":{"denom":"d","amount":"1"},"timeout":{"block":{"revision":1,"height":2},"timestamp":"3"}}}}`,
		`{"custom":{"raw":"AQID"}}`,
	} {
		var want cosmwasm.CosmosMsg
		require.NoError(t, cosmwasm.Unmarshal([]byte(msg), &want))
		r := c.respond("execute", env, info("creator"), `{"reflect_msg":{"msgs":[`+msg+`]}}`)
		require.Len(t, r.Messages, 1)
		back, err := json.Marshal(r.Messages[0].Msg)
		require.NoError(t, err)
		again, err := json.Marshal(want)
		require.NoError(t, err)
		require.Equal(t, string(again), string(back))
	}
}

func TestReplyAndQuery(t *testing.T) {
	c := reflection(t)
	reply := cosmwasm.Reply{ID: 1234, Result: cosmwasm.SubMsgResult{Ok: &cosmwasm.SubMsgResponse{
		Events: cosmwasm.Array[cosmwasm.Event]{{
			Type: "message", Attributes: cosmwasm.Array[cosmwasm.EventAttribute]{{Key: "signer", Value: "caller-addr"}},
		}},
		Data: []byte("foobar"),
	}}}
	doc, err := json.Marshal(reply)
	require.NoError(t, err)
	c.respond("reply", env, string(doc))

	res, err := c.call("query", env, `{"sub_msg_result":{"id":7777}}`)
	require.NoError(t, err)
	_, text := contractResult(t, res.Data)
	require.NotEmpty(t, text)
	var stored cosmwasm.Reply
	require.NoError(t, cosmwasm.Unmarshal(c.query(`{"sub_msg_result":{"id":1234}}`), &stored))
	require.Equal(t, reply.ID, stored.ID)
	require.Equal(t, reply.Result.Ok.Data, stored.Result.Ok.Data)
	require.Equal(t, reply.Result.Ok.Events, stored.Result.Ok.Events)
}

func TestCustomQuery(t *testing.T) {
	c := reflection(t)
	require.JSONEq(t, `{"text":"SMALL FRYS :)"}`, string(c.query(`{"capitalized":{"text":"small Frys :)"}}`)))
	require.JSONEq(t, `{"owner":"creator"}`, string(c.query(`{"owner":{}}`)))
}
