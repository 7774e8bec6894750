package token_test

import (
	"testing"

	"github.com/weftchain/weft/contracts/sdk/native"
	"github.com/weftchain/weft/contracts/testkit"
)

// BenchmarkTransfer is a transfer as the chain runs it, host calls included.
func BenchmarkTransfer(b *testing.B) {
	const (
		env      = `{"block":{"height":12345,"time":"1571797419879305533","chain_id":"weft-local"},"transaction":{"index":3},"contract":{"address":"weft14hj2tavq8fpesdwxxcu44rty3hh90vhujrvcmstl4zr3txmfvw9s0phg4d"}}`
		info     = `{"sender":"weft1fl48vsnmsdzcv85q5d2q4z5ajdha8yu3u5e9xv","funds":[]}`
		transfer = `{"transfer":{"recipient":"weft1aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa5e9xv","amount":"1000000"}}`
	)
	w := testkit.NewWasm(b, testkit.Build(b, "./wasm"))
	h := native.NewRunner(w.Run)
	h.Store["\x00\x07balanceweft1fl48vsnmsdzcv85q5d2q4z5ajdha8yu3u5e9xv"] = `"340282366920938463463374607431768211455"`
	for b.Loop() {
		if _, err := w.Run(h, "execute", []byte(env), []byte(info), []byte(transfer)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(w.GasUsed), "gas")
}
