package wasm_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/app/wasm/enginetest"
	"github.com/weftchain/weft/chain"
	wasmpb "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
	"github.com/weftchain/weft/vm/cosmwasm"
)

// inContract runs a function as the execute entry point of a contract and
// returns the VM gas that each step used.
func inContract(t *testing.T, w *world, run func(*enginetest.Call)) result {
	t.Helper()
	nothing := func(*enginetest.Call) (*cosmwasm.Response, error) { return nil, nil }
	w.instantiate("c", w.store("alice", w.engine.Add("probe", &enginetest.Contract{
		Instantiate: nothing,
		Execute: func(c *enginetest.Call) (*cosmwasm.Response, error) {
			run(c)
			return nil, nil
		},
	})), `{}`)
	return w.execute("c", `{}`)
}

// used is the SDK gas that a step used, as the VM was told.
func used(c *enginetest.Call, step func()) uint64 {
	before := c.GasLeft()
	step()
	return (before - c.GasLeft()) / 140_000
}

// A contract's keys have 33 bytes in front of them, and the reference charges
// for these too.
func TestStorageGas(t *testing.T) {
	w := newWorld(t, nil)
	r := inContract(t, w, func(c *enginetest.Call) {
		require.Equal(t, uint64(1000+3*34), used(c, func() { require.Nil(t, c.Get("k")) }))
		require.Equal(t, uint64(2000+30*(34+5)), used(c, func() { c.Set("k", []byte("value")) }))
		require.Equal(t, uint64(1000+3*(34+5)), used(c, func() { require.Equal(t, "value", string(c.Get("k"))) }))
		require.Equal(t, uint64(1000), used(c, func() { c.Remove("k") }))
		require.Equal(t, uint64(1000), used(c, func() { c.Remove("k") }))
		require.Equal(t, uint64(2000+30*33), used(c, func() { c.Set("", nil) }))
		require.NotNil(t, c.Get(""), "an empty value is there, an absent one is not")
		c.Remove("")

		// An empty range costs 30, each entry is charged before the step beyond
		// it, and the first one twice; the end is free.
		walk := func(want ...string) func() {
			return func() {
				var got []string
				c.Each(nil, nil, false, func(key, value []byte) bool {
					got = append(got, string(key)+"="+string(value))
					return true
				})
				require.Equal(t, want, got)
			}
		}
		require.Equal(t, uint64(30), used(c, walk()))
		c.Set("a", []byte("1"))
		c.Set("b", []byte("22"))
		first, second := uint64(3*(34+1)), uint64(3*(34+2))
		require.Equal(t, first+30+first+30+second+30, used(c, walk("a=1", "b=22")))
	})
	require.NoError(t, r.err)
}

func TestStorageRanges(t *testing.T) {
	w := newWorld(t, nil)
	w.instantiate("other", w.store("alice", w.engine.Add("script", scripted())), `{"set":{"zz":"not mine"}}`)
	r := inContract(t, w, func(c *enginetest.Call) {
		for _, k := range []string{"a", "b", "c", "\xff", "\xff\xff"} {
			c.Set(k, []byte(k))
		}
		keys := func(start, end []byte, descending bool) string {
			var got []string
			c.Each(start, end, descending, func(key, _ []byte) bool {
				got = append(got, fmt.Sprintf("%x", key))
				return true
			})
			return strings.Join(got, " ")
		}
		require.Equal(t, "61 62 63 ff ffff", keys(nil, nil, false))
		require.Equal(t, "ffff ff 63 62 61", keys(nil, nil, true))
		require.Equal(t, "62", keys([]byte("b"), []byte("c"), false))
		require.Equal(t, "62 61", keys([]byte{}, []byte("c"), true))
		require.Empty(t, keys([]byte("c"), []byte("b"), false))
		require.Empty(t, keys([]byte("c"), []byte("b"), true))
		require.Empty(t, keys([]byte("b"), []byte("b"), false))
		require.Empty(t, keys([]byte("\xff\xff\xff"), nil, false))
		require.Empty(t, keys(nil, []byte{}, false))
		// What is written while an iterator is open is not seen by it.
		var seen []string
		c.Each(nil, nil, false, func(key, _ []byte) bool {
			seen = append(seen, string(key))
			c.Set(string(key)+"x", []byte("new"))
			c.Remove("c")
			return true
		})
		require.Equal(t, []string{"a", "b", "c", "\xff", "\xff\xff"}, seen)
		require.Equal(t, "61 6178 62 6278 6378 ff ff78 ffff ffff78", keys(nil, nil, false))
	})
	require.NoError(t, r.err)
}

// One account has one text.
func TestAddresses(t *testing.T) {
	w := newWorld(t, nil)
	alice := w.addr("alice")
	r := inContract(t, w, func(c *enginetest.Call) {
		mixed := strings.ToUpper(alice[:10]) + alice[10:]
		for human, want := range map[string]string{
			alice:                                  "",
			w.addr("c"):                            "",
			strings.ToUpper(alice):                 "address not normalized",
			" " + alice:                            "decoding bech32 failed",
			mixed:                                  "decoding bech32 failed",
			"cosmos1" + alice[5:]:                  "decoding bech32 failed",
			"weft1":                                "decoding bech32 failed",
			"":                                     "empty address string is not allowed",
			chain.Bech32("other").Account("12345"): "invalid Bech32 prefix; expected weft, got other",
		} {
			got := c.Validate(human)
			if want == "" {
				require.Empty(t, got, human)
				continue
			}
			require.Contains(t, got, want, human)
			require.NotContains(t, got, "invalid address", "that is the verdict's word, not the reason")
		}
		canonical, refusal := c.Canonicalize(alice)
		require.Empty(t, refusal)
		human, refusal := c.Humanize(canonical)
		require.Empty(t, refusal)
		require.Equal(t, alice, human)
		upper, refusal := c.Canonicalize(strings.ToUpper(alice))
		require.Empty(t, refusal)
		require.Equal(t, canonical, upper)
		for size, want := range map[int]string{
			0: "addresses cannot be empty: unknown address", 1: "", 20: "", 32: "", 64: "", 255: "",
			256: "address max length is 255, got 256: unknown address",
		} {
			_, refusal := c.Humanize(make([]byte, size))
			require.Equal(t, want, refusal)
		}
		require.Equal(t, uint64(9), used(c, func() { c.Validate(alice) }))
		require.Equal(t, uint64(4), used(c, func() { c.Validate("x") }))
		require.Equal(t, uint64(9), used(c, func() { c.Validate(strings.ToUpper(alice)) }))
		require.Equal(t, uint64(4), used(c, func() { c.Canonicalize(alice) }))
		require.Equal(t, uint64(5), used(c, func() { c.Humanize(canonical) }))
	})
	require.NoError(t, r.err)
}

// Every way into a contract pays once for loading it.
func TestSetupCost(t *testing.T) {
	const full, discount = 60_000, 2_000
	w := newWorld(t, nil)
	code := w.engine.Add("script", scripted())
	id := w.store("alice", code)
	w.store("alice", w.engine.Add("second", scripted()))
	w.instantiate("c", id, `{}`)
	messages := map[string]func() chain.Message{
		"instantiate": func() chain.Message {
			return &wasmpb.MsgInstantiateContract{Sender: w.addr("alice"), CodeID: id, Label: "x", Msg: []byte(`{}`)}
		},
		"instantiate2": func() chain.Message {
			w.txs++
			return &wasmpb.MsgInstantiateContract2{Sender: w.addr("alice"), CodeID: id, Label: "x", Msg: []byte(`{}`), Salt: []byte{byte(w.txs)}}
		},
		"execute": func() chain.Message {
			return &wasmpb.MsgExecuteContract{Sender: w.addr("alice"), Contract: w.addr("c"), Msg: []byte(`{}`)}
		},
		"migrate": func() chain.Message {
			return &wasmpb.MsgMigrateContract{Sender: w.addr("alice"), Contract: w.addr("c"), CodeID: id, Msg: []byte(`{}`)}
		},
		"sudo": func() chain.Message {
			return &wasmpb.MsgSudoContract{Authority: w.addr("authority"), Contract: w.addr("c"), Msg: []byte(`{}`)}
		},
	}
	w.must(messages["migrate"]()) // from here on all runs find a history of more than one entry
	for name, msg := range messages {
		first := w.must(msg()).gas
		env := w.begin(txGas)
		require.NoError(t, w.run(env, messages["execute"]()).err)
		second := w.run(env, msg())
		require.NoError(t, second.err)
		env.State.Merge()
		// Account numbers and counters may take a byte more or less.
		require.InDelta(t, full-discount, float64(first-second.gas), 100, name)
	}
	w.must(&wasmpb.MsgPinCodes{Authority: w.addr("authority"), CodeIDs: []uint64{id}})
	require.Equal(t, uint64(discount), loading(t, w, `{}`))
	w.must(&wasmpb.MsgUnpinCodes{Authority: w.addr("authority"), CodeIDs: []uint64{id}})
	require.Equal(t, uint64(full), loading(t, w, `{}`))
}

// loading is what an execute of c pays for loading: the rest is known.
func loading(t *testing.T, w *world, msg string) uint64 {
	t.Helper()
	r := w.execute("c", msg)
	require.NoError(t, r.err)
	const rest = 4_038
	return r.gas - rest
}

// What a contract is told of the world.
func TestEnvOfCalls(t *testing.T) {
	w := newWorld(t, nil)
	var docs []string
	keep := func(c *enginetest.Call) {
		raw, err := json.Marshal(c.Env)
		require.NoError(t, err)
		docs = append(docs, w.hide(string(raw)))
	}
	run := func(c *enginetest.Call) (*cosmwasm.Response, error) { keep(c); return nil, nil }
	w.instantiate("c", w.store("alice", w.engine.Add("probe", &enginetest.Contract{
		Instantiate: func(*enginetest.Call) (*cosmwasm.Response, error) { return nil, nil },
		Execute:     run,
		Query:       func(c *enginetest.Call) ([]byte, error) { keep(c); return nil, nil },
	})), `{}`)
	require.NoError(t, w.execute("c", `{}`).err)
	_, err := w.query("SmartContractState", &wasmpb.QuerySmartContractStateRequest{Address: w.addr("c"), QueryData: []byte(`{}`)})
	require.NoError(t, err)
	simulated := w.run(w.env.Begin(nil, txGas), &wasmpb.MsgExecuteContract{Sender: w.addr("alice"), Contract: w.addr("c"), Msg: []byte(`{}`)})
	require.NoError(t, simulated.err)
	const block = `{"block":{"height":7,"time":"1790000000000000123","chain_id":"weft-test"},"transaction":`
	require.Equal(t, []string{
		block + `{"index":2,"hash":"28G0yQD/5I1XW12lxjgEASX2XbD+PiRJS3bqmGRX2YY="},"contract":{"address":"$c"}}`,
		block + `null,"contract":{"address":"$c"}}`,
		block + `null,"contract":{"address":"$c"}}`,
	}, docs)
}
