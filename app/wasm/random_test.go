package wasm_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	wasmpb "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
)

// Without -rapid.seed every run draws the same trees.
func TestMain(m *testing.M) {
	flag.Parse()
	if f := flag.Lookup("rapid.seed"); f != nil && f.Value.String() == "0" {
		if err := f.Value.Set("1"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// randomScript draws a script with at most depth levels of submessages below it.
func randomScript(t *rapid.T, depth int, addrs []string) map[string]any {
	s := map[string]any{}
	if rapid.Bool().Draw(t, "set") {
		s["set"] = map[string]string{rapid.StringMatching(`[a-c]`).Draw(t, "key"): rapid.StringMatching(`[a-z]{0,3}`).Draw(t, "value")}
	}
	if rapid.Bool().Draw(t, "attrs") {
		s["attrs"] = [][2]string{{rapid.StringMatching(`[_a-d]{1,3}`).Draw(t, "attribute"), "v"}}
	}
	if rapid.Bool().Draw(t, "data") {
		s["data"] = rapid.StringMatching(`[a-z]{0,3}`).Draw(t, "data bytes")
	}
	switch rapid.IntRange(0, 9).Draw(t, "end") {
	case 0:
		s["fail"] = "no"
	case 1:
		s["trap"] = "no"
	case 2:
		s["gas"] = 90_000
	}
	if depth == 0 {
		return s
	}
	var msgs []any
	for range rapid.IntRange(0, 3).Draw(t, "messages") {
		m := map[string]any{
			"id": rapid.Uint64().Draw(t, "id"),
			"on": rapid.SampledFrom([]string{"always", "success", "error", "never"}).Draw(t, "on"),
			"do": randomMessage(t, depth, addrs),
		}
		if m["on"] != "never" {
			m["reply"] = randomScript(t, depth-1, addrs)
		}
		if rapid.IntRange(0, 3).Draw(t, "limited") == 0 {
			m["gas"] = rapid.Uint64Range(0, 200_000).Draw(t, "gas")
		}
		msgs = append(msgs, m)
	}
	s["msgs"] = msgs
	return s
}

func randomMessage(t *rapid.T, depth int, addrs []string) map[string]any {
	to := rapid.SampledFrom(addrs).Draw(t, "to")
	coins := []map[string]string{{"denom": "acoin", "amount": fmt.Sprint(rapid.IntRange(0, 60).Draw(t, "amount"))}}
	switch rapid.IntRange(0, 5).Draw(t, "kind") {
	case 0:
		return map[string]any{"bank": map[string]any{"send": map[string]any{"to_address": to, "amount": coins}}}
	case 1:
		return map[string]any{"wasm": map[string]any{"instantiate": map[string]any{
			"code_id": 1, "label": "x", "funds": coins, "msg": randomScript(t, depth-1, addrs),
		}}}
	case 2:
		return map[string]any{"wasm": map[string]any{"migrate": map[string]any{
			"contract_addr": to, "new_code_id": 1, "msg": randomScript(t, depth-1, addrs),
		}}}
	default:
		return map[string]any{"wasm": map[string]any{"execute": map[string]any{
			"contract_addr": to, "funds": coins, "msg": randomScript(t, depth-1, addrs),
		}}}
	}
}

// Whatever tree of messages, replies, failures and limits contracts make up:
// it ends in a verdict or a result, twice in the same one to the last unit of
// gas; no coin appears or is lost; a failed message leaves nothing; and what is
// left can be exported and imported.
func TestRandomTrees(t *testing.T) {
	build := func() *world {
		w := newWorld(t, nil)
		id := w.store("alice", w.engine.Add("script", scripted()))
		for _, name := range []string{"a", "b", "c"} {
			w.instantiate(name, id, `{}`)
			w.fund(name, "100acoin")
		}
		return w
	}
	ends := map[string]int{}
	first := build()
	addrs := []string{first.addr("a"), first.addr("b"), first.addr("c"), first.addr("bob"), "nobody"}
	rapid.Check(t, func(rt *rapid.T) {
		raw, err := json.Marshal(randomScript(rt, 3, addrs))
		require.NoError(rt, err)
		gas := rapid.SampledFrom([]uint64{txGas, 400_000, 150_000}).Draw(rt, "tx gas")
		var results []result
		var states []map[string]string
		for range 2 {
			w := build()
			supply, err := w.bank.Supply(w.env, "acoin")
			require.NoError(rt, err)
			before := storeContent(t, w)
			r := w.sendWithGas(gas, &wasmpb.MsgExecuteContract{Sender: w.addr("alice"), Contract: w.addr("a"), Msg: raw})
			ends[ending(t, r.err)]++
			results, states = append(results, r), append(states, storeContent(t, w))
			if r.err != nil {
				require.NotEmpty(rt, chainCode(t, r.err))
				require.Equal(rt, before, states[len(states)-1])
			}
			g, err := w.bank.ExportGenesis(w.env)
			require.NoError(rt, err)
			var sum uint64
			for _, b := range g.Balances {
				for _, c := range b.Coins {
					var n uint64
					_, err := fmt.Sscan(c.Amount, &n)
					require.NoError(rt, err)
					if c.Denom == "acoin" {
						sum += n
					}
				}
			}
			require.Equal(rt, supply.String(), fmt.Sprint(sum))
			exported, err := w.wasm.ExportGenesis(w.env)
			require.NoError(rt, err)
			other := newWorldWithGenesis(t, w.engine, exported)
			require.Equal(rt, states[len(states)-1], storeContent(t, other))
		}
		require.Equal(rt, results[0].gas, results[1].gas)
		require.Equal(rt, results[0].events, results[1].events)
		require.Equal(rt, fmt.Sprint(results[0].err), fmt.Sprint(results[1].err))
		require.Equal(rt, states[0], states[1])
	})
	t.Log(ends)
	for _, end := range []string{"ok", "wasm/5", "sdk/11"} {
		require.NotZero(t, ends[end], "the trees are too much alike: %v", ends)
	}
}

func ending(t *testing.T, err error) string {
	if err == nil {
		return "ok"
	}
	return chainCode(t, err)
}
