package counter_test

import (
	"testing"

	"github.com/weftchain/weft/contracts/counter"
	"github.com/weftchain/weft/contracts/sdk/native"
	"github.com/weftchain/weft/contracts/testkit"
)

// What a chain passes to a contract, with addresses of a real length.
const (
	benchEnv  = `{"block":{"height":12345,"time":"1571797419879305533","chain_id":"weft-local"},"transaction":{"index":3},"contract":{"address":"weft14hj2tavq8fpesdwxxcu44rty3hh90vhujrvcmstl4zr3txmfvw9s0phg4d"}}`
	benchInfo = `{"sender":"weft1fl48vsnmsdzcv85q5d2q4z5ajdha8yu3u5e9xv","funds":[]}`
	benchSave = `{"count":41,"owner":"weft1fl48vsnmsdzcv85q5d2q4z5ajdha8yu3u5e9xv"}`
)

// BenchmarkIncrement is one execute as the chain runs it, host calls included.
func BenchmarkIncrement(b *testing.B) {
	w := testkit.NewWasm(b, testkit.Build(b, "./wasm"))
	h := native.New(counter.Contract)
	h.Store["state"] = benchSave
	for b.Loop() {
		if _, err := w.Run(h, "execute", []byte(benchEnv), []byte(benchInfo), []byte(`{"increment":{}}`)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(w.GasUsed), "gas")
}

// BenchmarkQuery is one query as the chain runs it.
func BenchmarkQuery(b *testing.B) {
	w := testkit.NewWasm(b, testkit.Build(b, "./wasm"))
	h := native.New(counter.Contract)
	h.Store["state"] = benchSave
	for b.Loop() {
		if _, err := w.Run(h, "query", []byte(benchEnv), []byte(`{"count":{}}`)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(w.GasUsed), "gas")
}
