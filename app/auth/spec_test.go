package auth_test

import (
	"testing"

	"github.com/weftchain/weft/app/auth"
	"github.com/weftchain/weft/internal/golden"
)

// TestSpecGas compares docs/spec/gas.md with what a chain starts with.
func TestSpecGas(t *testing.T) {
	p := auth.DefaultParams()
	golden.Table(t, "gas.md", "Transactions (SDK gas)", [][]string{
		{"byte of the transaction", golden.Number(p.TxSizeCostPerByte)},
		{"secp256k1 signature", golden.Number(p.SigVerifyCostSecp256K1)},
		{"ed25519 signature", golden.Number(p.SigVerifyCostEd25519)},
		{"secp256r1 signature", golden.Number(p.SigVerifyCostSecp256K1 / 2)},
		{"unordered", golden.Number(auth.UnorderedGas)},
	})
}
