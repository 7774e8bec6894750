package wasm_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/app/wasm/enginetest"
	"github.com/weftchain/weft/contracts/sdk/probe"
	"github.com/weftchain/weft/contracts/testkit"
	"github.com/weftchain/weft/contracts/token"
	wasmpb "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
)

// TestSDK plays two contracts of the SDK that call each other, once as wasm and
// once natively: the chain tells no difference but in gas.
func TestSDK(t *testing.T) {
	wasm := sdkStory(t, realWorld(t), testkit.Build(t, "../../contracts/token/wasm"), testkit.Build(t, "../../contracts/sdk/probe/wasm"))
	engine := enginetest.New()
	tokenCode, probeCode := engine.Add("token", testkit.Native(token.Contract)), engine.Add("probe", testkit.Native(probe.Contract))
	require.Equal(t, wasm, sdkStory(t, newWorld(t, engine), tokenCode, probeCode))
}

// sdkStory returns what the chain saw.
func sdkStory(t *testing.T, w *world, tokenCode, probeCode []byte) (seen []string) {
	t.Helper()
	w.instantiate("token", w.store("alice", tokenCode),
		`{"name":"Test","symbol":"TST","decimals":0,"initial_balances":[{"address":"`+w.addr("alice")+`","amount":"100"}]}`)
	w.instantiate("probe", w.store("alice", probeCode), `{}`)
	see := func(r result) {
		t.Helper()
		text := fmt.Sprint(r.err, " ", r.path)
		for _, e := range r.events {
			text += "\n" + e.Type
			for _, a := range e.Attributes {
				text += " " + a.Key + "=" + w.hide(a.Value)
			}
		}
		seen = append(seen, w.hide(text))
	}
	send := func(msg string) result {
		return w.execute("token", `{"send":{"contract":"`+w.addr("probe")+`","amount":"7","msg":"`+msg+`"}}`)
	}
	ok := send("eWVz")
	require.NoError(t, ok.err)
	see(ok)
	require.Contains(t, seen[0], "error=panic: a text: execute wasm contract failed id=1 payload=kept")
	refused := send("bm8=")
	requireCode(t, "wasm", 5, refused.err)
	require.ErrorContains(t, refused.err, "the message says no")
	see(refused)
	see(w.execute("probe", `{"panic":{"how":"index"}}`))
	see(w.send(&wasmpb.MsgMigrateContract{Sender: w.addr("alice"), Contract: w.addr("token"), CodeID: 1, Msg: []byte(`{}`)}))
	require.Equal(t, `{"balance":"7"}`, w.smart("token", `{"balance":{"address":"`+w.addr("probe")+`"}}`))
	require.Equal(t, `["17"]`, w.smart("probe", `{"range":{}}`))
	return seen
}
