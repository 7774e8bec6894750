package names_test

import (
	"maps"
	"testing"

	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/native"
	"github.com/weftchain/weft/contracts/testkit"
)

// Addresses of a real length.
const (
	longAlice = "weft1fl48vsnmsdzcv85q5d2q4z5ajdha8yu3u5e9xv"
	longBob   = "weft1aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa5e9xv"
	longToken = "weft14hj2tavq8fpesdwxxcu44rty3hh90vhujrvcmstl4zr3txmfvw9s0phg4d"
)

// BenchmarkCalls are the main calls as the chain runs them, one after the other,
// host calls included but for what storage costs.
func BenchmarkCalls(b *testing.B) {
	w := testkit.NewWasm(b, testkit.Build(b, "./wasm"))
	h := native.NewRunner(w.Run)
	for _, who := range []string{longAlice, longBob} {
		h.Balances[who] = sdk.Coins{sdk.NewCoin("uweft", 1_000_000)}
	}
	if _, err := h.Instantiate(longAlice, start); err != nil {
		b.Fatal(err)
	}
	for _, call := range []struct {
		name, sender, msg string
		uweft             uint64
	}{
		{"register", longAlice, `{"register":{"name":"alice","days":90}}`, 25},
		{"renew", longBob, `{"renew":{"name":"alice","days":365}}`, 100},
		{"resolve", "", `{"resolve":{"name":"alice"}}`, 0},
		{"set_address", longAlice, `{"set_address":{"name":"alice","address":"` + longToken + `"}}`, 0},
		{"transfer", longAlice, `{"transfer":{"name":"alice","to":"` + longBob + `"}}`, 0},
	} {
		var funds sdk.Coins
		if call.uweft > 0 {
			funds = sdk.Coins{sdk.NewCoin("uweft", call.uweft)}
		}
		before, coins := maps.Clone(h.Store), maps.Clone(h.Balances)
		run := func() (err error) {
			if call.sender == "" {
				_, err = h.Query(call.msg)
				return err
			}
			_, err = h.Execute(call.sender, call.msg, funds...)
			return err
		}
		b.Run(call.name, func(b *testing.B) {
			for b.Loop() {
				h.Store, h.Balances = maps.Clone(before), maps.Clone(coins)
				if err := run(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(w.GasUsed), "gas")
		})
	}
}
