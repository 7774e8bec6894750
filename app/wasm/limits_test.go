package wasm_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/app/wasm/enginetest"
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/layout"
	wasmpb "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
	"github.com/weftchain/weft/vm/cosmwasm"
)

// countdown is a contract that does the same again until it has counted down
// to zero, by the way that its message names.
type countdown struct {
	Way  string `json:"way"`
	Left int    `json:"left"`
	Code uint64 `json:"code,omitempty"`
}

func (m countdown) json() []byte {
	raw, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	return raw
}

func (m countdown) next(self string) *cosmwasm.Response {
	if m.Left == 0 {
		return &cosmwasm.Response{}
	}
	m.Left--
	sub := cosmwasm.SubMsg{ReplyOn: cosmwasm.ReplyNever, Payload: m.json()}
	call := func(msg []byte) cosmwasm.CosmosMsg {
		return cosmwasm.CosmosMsg{Wasm: &cosmwasm.WasmMsg{Execute: &cosmwasm.ExecuteMsg{ContractAddr: self, Msg: msg}}}
	}
	nothing := cosmwasm.CosmosMsg{Bank: &cosmwasm.BankMsg{Send: &cosmwasm.SendMsg{ToAddress: self}}}
	switch m.Way {
	case "execute":
		sub.Msg = call(m.json())
	case "reply on success":
		sub.Msg, sub.ReplyOn = nothing, cosmwasm.ReplySuccess
	case "reply on error":
		sub.Msg, sub.ReplyOn = call([]byte(`{"way":"fail"}`)), cosmwasm.ReplyError
	case "instantiate":
		sub.Msg = cosmwasm.CosmosMsg{Wasm: &cosmwasm.WasmMsg{Instantiate: &cosmwasm.InstantiateMsg{CodeID: m.Code, Msg: m.json(), Label: "next"}}}
	case "migrate":
		sub.Msg = cosmwasm.CosmosMsg{Wasm: &cosmwasm.WasmMsg{Migrate: &cosmwasm.MigrateMsg{ContractAddr: self, NewCodeID: m.Code, Msg: m.json()}}}
	}
	return &cosmwasm.Response{Messages: []cosmwasm.SubMsg{sub}}
}

func countingContract() *enginetest.Contract {
	count := func(c *enginetest.Call, doc []byte) (*cosmwasm.Response, error) {
		var m countdown
		if err := json.Unmarshal(doc, &m); err != nil {
			return nil, err
		}
		if m.Way == "fail" {
			return nil, errors.New("as asked")
		}
		return m.next(c.Env.Contract.Address), nil
	}
	run := func(c *enginetest.Call) (*cosmwasm.Response, error) { return count(c, c.Msg) }
	return &enginetest.Contract{
		Instantiate: run, Execute: run, Migrate: run,
		Reply: func(c *enginetest.Call) (*cosmwasm.Response, error) {
			var reply cosmwasm.Reply
			if err := cosmwasm.Unmarshal(c.Msg, &reply); err != nil {
				return nil, err
			}
			return count(c, reply.Payload)
		},
		Query: func(c *enginetest.Call) ([]byte, error) {
			var m countdown
			if err := json.Unmarshal(c.Msg, &m); err != nil {
				return nil, err
			}
			if m.Left == 0 {
				return []byte("bottom"), nil
			}
			m.Left--
			q, err := json.Marshal(cosmwasm.QueryRequest{Wasm: &cosmwasm.WasmQuery{
				Smart: &cosmwasm.SmartQuery{ContractAddr: c.Env.Contract.Address, Msg: m.json()},
			}})
			if err != nil {
				return nil, err
			}
			return answerOf(c.Query(q))
		},
	}
}

// answerOf takes the answer to a query apart.
func answerOf(raw []byte) ([]byte, error) {
	var res cosmwasm.QuerierResult
	if err := cosmwasm.Unmarshal(raw, &res); err != nil {
		return nil, err
	}
	if res.Err != nil {
		return nil, fmt.Errorf("system error: %s", raw)
	}
	if res.Ok.Err != "" {
		return nil, errors.New(res.Ok.Err)
	}
	return res.Ok.Ok, nil
}

// Every way by which a contract causes itself to run again is counted, and the
// bound is hit exactly.
func TestCallDepth(t *testing.T) {
	for _, way := range []string{"execute", "reply on success", "reply on error", "instantiate", "migrate"} {
		t.Run(way, func(t *testing.T) {
			w := newWorld(t, nil)
			code := w.store("alice", w.engine.Add("counting", countingContract()))
			w.instantiate("c", code, `{}`)
			if way == "migrate" { // a contract that is its own admin
				w.must(&wasmpb.MsgUpdateAdmin{Sender: w.addr("alice"), Contract: w.addr("c"), NewAdmin: w.addr("c")})
			}
			// The first response is at depth 1.
			require.NoError(t, w.execute("c", string(countdown{way, 99, code}.json())).err)
			requireCode(t, "wasm", 30, w.execute("c", string(countdown{way, 100, code}.json())).err)
		})
	}
}

func TestQueryDepth(t *testing.T) {
	w := newWorld(t, nil)
	w.instantiate("c", w.store("alice", w.engine.Add("counting", countingContract())), `{}`)
	ask := func(left int) (string, error) {
		res, err := w.query("SmartContractState", &wasmpb.QuerySmartContractStateRequest{
			Address: w.addr("c"), QueryData: countdown{"", left, 0}.json(),
		})
		if err != nil {
			return "", err
		}
		return string(res.(*wasmpb.QuerySmartContractStateResponse).Data), nil
	}
	got, err := ask(9) // ten queries are inside of each other
	require.NoError(t, err)
	require.Equal(t, "bottom", got)
	_, err = ask(10)
	requireCode(t, "wasm", 9, err)
	require.Contains(t, err.Error(), "codespace: wasm, code: 27")
}

func TestAnyMessageSize(t *testing.T) {
	w := newWorld(t, nil)
	w.instantiate("c", w.store("alice", w.engine.Add("any", &enginetest.Contract{
		Instantiate: func(*enginetest.Call) (*cosmwasm.Response, error) { return nil, nil },
		Execute: func(c *enginetest.Call) (*cosmwasm.Response, error) {
			var size int
			if err := json.Unmarshal(c.Msg, &size); err != nil {
				return nil, err
			}
			return &cosmwasm.Response{Messages: []cosmwasm.SubMsg{{
				Msg:     cosmwasm.CosmosMsg{Any: &cosmwasm.AnyMsg{TypeURL: "/no.such.Msg", Value: make([]byte, size)}},
				ReplyOn: cosmwasm.ReplyNever,
			}}}, nil
		},
	})), `{}`)
	requireCode(t, "wasm", 10, w.execute("c", "524288").err)
	requireCode(t, "wasm", 13, w.execute("c", "524289").err)
	// 5 and 1 for each full KiB, behind everything else.
	small, large := w.execute("c", "1023"), w.execute("c", "1024")
	require.Equal(t, uint64(1), large.gas-small.gas-deserialized(1024)+deserialized(1023))
}

// deserialized is what base64 of n bytes costs to read.
func deserialized(n int) uint64 { return uint64((n + 2) / 3 * 4) }

func TestPayloadSize(t *testing.T) {
	w := newWorld(t, nil)
	w.instantiate("c", w.store("alice", w.engine.Add("payload", &enginetest.Contract{
		Instantiate: func(*enginetest.Call) (*cosmwasm.Response, error) { return nil, nil },
		Execute: func(c *enginetest.Call) (*cosmwasm.Response, error) {
			var size int
			if err := json.Unmarshal(c.Msg, &size); err != nil {
				return nil, err
			}
			return &cosmwasm.Response{Messages: []cosmwasm.SubMsg{{
				Msg:     cosmwasm.CosmosMsg{Bank: &cosmwasm.BankMsg{Send: &cosmwasm.SendMsg{}}},
				ReplyOn: cosmwasm.ReplyNever, Payload: make([]byte, size),
			}}}, nil
		},
	})), `{}`)
	require.NoError(t, w.execute("c", "131072").err)
	requireCode(t, "wasm", 29, w.execute("c", "131073").err)
}

func TestLabels(t *testing.T) {
	w := newWorld(t, nil)
	code := w.store("alice", w.engine.Add("script", scripted()))
	for label, want := range map[string]uint32{
		"": 12, strings.Repeat("x", 128): 0, strings.Repeat("x", 129): 13, " x": 14, "x\n": 14,
		"a\tb": 14, "a b": 0, "a\u00a0b": 14, "grün": 0, "\xff": 14, "ab\u200bcd": 14,
	} {
		r := w.send(&wasmpb.MsgInstantiateContract{Sender: w.addr("alice"), CodeID: code, Label: label, Msg: []byte(`{}`)})
		if want == 0 {
			require.NoError(t, r.err, "%q", label)
			continue
		}
		requireCode(t, "wasm", want, r.err)
	}
}

func TestSalts(t *testing.T) {
	w := newWorld(t, nil)
	code := w.store("alice", w.engine.Add("script", scripted()))
	for size, want := range map[int]uint32{0: 12, 1: 0, 64: 0, 65: 13} {
		r := w.send(&wasmpb.MsgInstantiateContract2{
			Sender: w.addr("alice"), CodeID: code, Label: "x", Msg: []byte(`{}`), Salt: make([]byte, size),
		})
		if want == 0 {
			require.NoError(t, r.err, "%d", size)
			continue
		}
		requireCode(t, "wasm", want, r.err)
	}
}

// A salt and a fixed message cannot be mixed up: their lengths stand before
// them.
func TestFixedMessageIsNoSalt(t *testing.T) {
	sum := [32]byte{1}
	a := layout.PredictableAddress(sum[:], account("alice"), []byte("a"), []byte(`{}`))
	b := layout.PredictableAddress(sum[:], account("alice"), []byte("a{}"), nil)
	require.NotEqual(t, a, b)
}

func TestPrefundedAddress(t *testing.T) {
	w := newWorld(t, nil)
	code := w.store("alice", w.engine.Add("script", scripted()))
	// Coins that were there before stay with the contract.
	next := layout.ContractAddress(code, 1)
	w.names["next"] = w.text(next)
	w.fund("next", "7acoin")
	w.instantiate("c", code, `{}`)
	require.Equal(t, w.addr("next"), w.addr("c"))
	require.Equal(t, "7acoin", w.balance("c"))
	// An account that somebody has used keeps the contract out.
	taken := layout.ContractAddress(code, 2)
	require.NoError(t, w.auth.Create(w.env, taken))
	acc, err := w.auth.Get(w.env, taken)
	require.NoError(t, err)
	acc.Sequence = 1
	packed, err := acc.Proto(w.env.Bech32())
	require.NoError(t, err)
	raw, err := packed.Marshal()
	require.NoError(t, err)
	require.NoError(t, w.env.FreeStore(layout.Auth).Set(layout.Account(taken), raw))
	r := w.send(&wasmpb.MsgInstantiateContract{Sender: w.addr("alice"), CodeID: code, Label: "x", Msg: []byte(`{}`)})
	requireCode(t, "wasm", 3, r.err)
}

// A fault of the node is nobody's to catch: not by a reply, not by a gas limit,
// not by a query.
func TestFaultsUnwind(t *testing.T) {
	w := newWorld(t, nil)
	code := w.store("alice", w.engine.Add("script", scripted()))
	w.instantiate("a", code, `{}`)
	w.instantiate("b", code, `{}`)
	for _, script := range []string{
		`{"fault":"disk"}`,
		`{"msgs":[{"on":"always","do":{"wasm":{"execute":{"contract_addr":"$b","msg":{"fault":"disk"},"funds":[]}}},"reply":{}}]}`,
		`{"msgs":[{"on":"always","gas":100000,"do":{"wasm":{"execute":{"contract_addr":"$b","msg":{"fault":"disk"},"funds":[]}}},"reply":{}}]}`,
		`{"msgs":[{"on":"always","do":{"bank":{"send":{"to_address":"x","amount":[]}}},"reply":{"fault":"disk"}}]}`,
		`{"ask":{"wasm":{"smart":{"contract_addr":"$b","msg":{"fault":"disk"}}}},"keep":"x"}`,
	} {
		err := w.execute("a", strings.ReplaceAll(script, "$b", w.addr("b"))).err
		require.EqualError(t, err, "disk", script)
		_, verdict := chain.Verdict(err)
		require.False(t, verdict)
	}
	_, err := w.query("SmartContractState", &wasmpb.QuerySmartContractStateRequest{Address: w.addr("a"), QueryData: []byte(`{"fault":"disk"}`)})
	require.EqualError(t, err, "disk")
}

// Whatever fails in a submessage that is caught leaves nothing behind: no
// state, no balance, no contract, no event, no index entry.
func TestCaughtFailureLeavesNothing(t *testing.T) {
	w := newWorld(t, nil)
	code := w.store("alice", w.engine.Add("script", scripted()))
	w.instantiate("a", code, `{}`)
	w.instantiate("b", code, `{}`)
	w.fund("a", "100acoin")
	before := export(t, w)
	r := w.execute("a", strings.ReplaceAll(`{"msgs":[{"on":"error","do":{"wasm":{"execute":{"contract_addr":"$b","msg":{
		"set":{"k":"v"},"attrs":[["k","v"]],"msgs":[
		{"do":{"wasm":{"instantiate":{"code_id":1,"label":"x","msg":{},"funds":[{"denom":"acoin","amount":"5"}]}}}},
		{"do":{"bank":{"burn":{"amount":[{"denom":"acoin","amount":"5"}]}}}},
		{"do":{"wasm":{"execute":{"contract_addr":"$b","msg":{"fail":"now"},"funds":[]}}}}]},
		"funds":[{"denom":"acoin","amount":"50"}]}}},"reply":{}}]}`, "$b", w.addr("b")))
	require.NoError(t, r.err)
	require.Equal(t, before, export(t, w))
	require.Equal(t, "100acoin", w.balance("a"))
	require.Empty(t, w.balance("b"))
	require.Len(t, r.events, 2, "execute and reply")
}

// export is the module's content as JSON.
func export(t *testing.T, w *world) string {
	g, err := w.wasm.ExportGenesis(w.env)
	require.NoError(t, err)
	raw, err := g.Marshal()
	require.NoError(t, err)
	return string(raw)
}
