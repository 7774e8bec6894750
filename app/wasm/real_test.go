package wasm_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/wire"
	wasmpb "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
	"github.com/weftchain/weft/vm"
)

// The tests of this file run real wasm on the real engine.

func realWorld(t *testing.T) *world {
	t.Helper()
	engine, err := vm.New(vm.Config{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, engine.Close()) })
	return newWorld(t, engine)
}

func contractCode(t *testing.T, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "contracts", name))
	require.NoError(t, err)
	return raw
}

func (w *world) smart(name, msg string) string {
	w.t.Helper()
	res, err := w.query("SmartContractState", &wasmpb.QuerySmartContractStateRequest{Address: w.addr(name), QueryData: []byte(msg)})
	require.NoError(w.t, err)
	return string(res.(*wasmpb.QuerySmartContractStateResponse).Data)
}

func TestTipjar(t *testing.T) {
	w := realWorld(t)
	code := contractCode(t, "tipjar/tipjar.wasm")
	require.Equal(t, uint64(1), w.store("alice", code))
	require.Equal(t, uint64(2), w.store("bob", zip(t, code)))
	w.instantiate("jar", 1, `{"goal":"100"}`)
	tip := func(from, coins, note string) result {
		funds, err := chain.ParseCoins(coins)
		require.NoError(t, err)
		return w.send(&wasmpb.MsgExecuteContract{
			Sender: w.addr(from), Contract: w.addr("jar"), Msg: fmt.Appendf(nil, `{"tip":{"note":%q}}`, note), Funds: wire.ProtoCoins(funds),
		})
	}
	r := tip("bob", "60acoin", "thanks")
	require.NoError(t, r.err)
	require.Equal(t, []string{"coin_spent", "coin_received", "transfer", "execute", "wasm"}, types(r.events))
	r = tip("carol", "50acoin,7bcoin", "more")
	require.NoError(t, r.err)
	goal, ok := r.events[4].Get("goal_reached")
	require.True(t, ok)
	require.Equal(t, "acoin", goal)
	require.Equal(t, "110acoin,7bcoin", w.balance("jar"))
	requireCode(t, "wasm", 5, tip("bob", "", "for nothing").err)
	require.JSONEq(t, fmt.Sprintf(`{"owner":%q,"count":2,"goal":"100","total":[{"denom":"acoin","amount":"110"},{"denom":"bcoin","amount":"7"}]}`,
		w.addr("alice")), w.smart("jar", `{"summary":{}}`))

	withdraw := func(from string) result {
		return w.send(&wasmpb.MsgExecuteContract{Sender: w.addr(from), Contract: w.addr("jar"), Msg: []byte(`{"withdraw":{}}`)})
	}
	requireCode(t, "wasm", 5, withdraw("bob").err)
	r = withdraw("alice")
	require.NoError(t, r.err)
	require.Equal(t, []string{"execute", "wasm", "coin_spent", "coin_received", "transfer"}, types(r.events))
	require.Empty(t, w.balance("jar"))
	require.Equal(t, "1000110acoin,1000007bcoin", w.balance("alice"))

	// The same bytes under another number: the state goes along.
	w.must(&wasmpb.MsgMigrateContract{Sender: w.addr("alice"), Contract: w.addr("jar"), CodeID: 2, Msg: []byte(`{}`)})
	require.Contains(t, w.smart("jar", `{"summary":{}}`), `"count":2`)

	res, err := w.query("AllContractState", &wasmpb.QueryAllContractStateRequest{Address: w.addr("jar")})
	require.NoError(t, err)
	require.NotEmpty(t, res.(*wasmpb.QueryAllContractStateResponse).Models)
}

func types(events []chain.Event) []string {
	out := make([]string, len(events))
	for i, e := range events {
		out[i] = e.Type
	}
	return out
}

// Running again gives the same, to the last unit of gas: nothing of a run, of a
// cache or of another contract shows.
func TestRealGasRepeats(t *testing.T) {
	run := func() (gas []uint64, state map[string]string) {
		w := realWorld(t)
		w.store("alice", contractCode(t, "tipjar/tipjar.wasm"))
		w.instantiate("jar", 1, `{}`)
		for i := range 3 {
			r := w.must(&wasmpb.MsgExecuteContract{
				Sender: w.addr("bob"), Contract: w.addr("jar"), Msg: []byte(`{"tip":{}}`),
				Funds: wire.ProtoCoins(chain.Coins{{Denom: "acoin", Amount: chain.NewAmount(uint64(i + 1))}}),
			})
			gas = append(gas, r.gas)
		}
		return gas, storeContent(t, w)
	}
	gas, state := run()
	again, stateAgain := run()
	require.Equal(t, gas, again)
	require.Equal(t, state, stateAgain)
}

func TestHostile(t *testing.T) {
	w := realWorld(t)
	r := w.send(&wasmpb.MsgStoreCode{Sender: w.addr("alice"), WASMByteCode: contractCode(t, "hostile/oldabi.wasm")})
	requireCode(t, "wasm", 2, r.err)
	for _, garbage := range [][]byte{{0}, []byte("\x00asm"), []byte("\x00asm\x01\x00\x00\x00"), []byte(strings.Repeat("x", 1000))} {
		r := w.send(&wasmpb.MsgStoreCode{Sender: w.addr("alice"), WASMByteCode: garbage})
		requireCode(t, "wasm", 2, r.err)
	}
	for name, run := range map[string]func(){
		"spin": func() {
			r := w.sendWithGas(300_000, &wasmpb.MsgExecuteContract{Sender: w.addr("alice"), Contract: w.addr("spin"), Msg: []byte(`{}`)})
			requireCode(t, "sdk", 11, r.err)
			where, _ := chain.OutOfGasLocation(r.err)
			require.Equal(t, "Wasm engine function execution", where)
			require.Equal(t, uint64(300_000), r.gas)
			_, err := w.query("SmartContractState", &wasmpb.QuerySmartContractStateRequest{Address: w.addr("spin"), QueryData: []byte(`{}`)})
			requireCode(t, "sdk", 11, err)
		},
		"grow": func() {
			r := w.sendWithGas(300_000, &wasmpb.MsgExecuteContract{Sender: w.addr("alice"), Contract: w.addr("grow"), Msg: []byte(`{}`)})
			requireCode(t, "sdk", 11, r.err)
		},
		"recurse": func() {
			r := w.sendWithGas(3_000_000, &wasmpb.MsgExecuteContract{Sender: w.addr("alice"), Contract: w.addr("recurse"), Msg: []byte(`{}`)})
			require.Error(t, r.err)
			_, verdict := chain.Verdict(r.err)
			require.True(t, verdict, r.err)
		},
		"badregion": func() {
			for _, kind := range []string{"pointer", "edge", "offset", "end", "zero", "length", "wrap", "huge", "null", "text"} {
				r := w.send(&wasmpb.MsgExecuteContract{
					Sender: w.addr("alice"), Contract: w.addr("badregion"), Msg: fmt.Appendf(nil, `{"return":{"kind":%q}}`, kind),
				})
				if code := chainCode(t, r.err); code != "sdk/11" {
					require.Equal(t, "wasm/29", code, kind)
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			w.instantiate(name, w.store("alice", contractCode(t, "hostile/"+name+".wasm")), `{}`)
			run()
		})
	}
}

func chainCode(t *testing.T, err error) string {
	t.Helper()
	v, ok := chain.Verdict(err)
	require.True(t, ok, "a fault: %v", err)
	return fmt.Sprintf("%s/%d", v.Codespace, v.Code)
}
