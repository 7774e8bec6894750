package vm

import (
	"fmt"
	"testing"

	"github.com/weftchain/weft/internal/golden"
)

// TestSpecGas compares docs/spec/gas.md with what host calls cost.
func TestSpecGas(t *testing.T) {
	number := golden.Number[int]
	per := func(base, each int, what string) string { return number(base) + " + " + number(each) + " a " + what }
	golden.Table(t, "gas.md", "Host calls (VM gas)", [][]string{
		{"any import of `env` or WASI", number(gasHostCall)},
		{"reading a Region", per(gasReadBase, gasReadPerByte, "byte")},
		{"reading a Region of more than " + number(readLargeBytes) + " bytes", fmt.Sprintf("%d a byte", gasReadLargeByte)},
		{"writing a Region", per(gasWriteBase, gasWritePerByte, "byte")},
		{"looking at a text", per(gasStringBase, gasStringPerByte, "byte")},
		{"secp256k1_verify", number(gasK1Verify)},
		{"secp256k1_recover_pubkey", number(gasK1Recover)},
		{"secp256r1_verify", number(gasR1Verify)},
		{"secp256r1_recover_pubkey", number(gasR1Recover)},
		{"ed25519_verify", number(gasEd25519Verify)},
		{"ed25519_batch_verify", per(gasEdBatchBase, gasEdBatchPerSig, "signature")},
		{"ed25519_batch_verify with one key", per(gasEdOneKeyBase, gasEdOneKeyPerSig, "signature")},
		{"bls12_381_aggregate_g1", per(gasBlsG1Base, gasBlsG1PerPoint, "point")},
		{"bls12_381_aggregate_g2", per(gasBlsG2Base, gasBlsG2PerPoint, "point")},
		{"bls12_381_pairing_equality", per(gasBlsPairingBase, gasBlsPairingPerPt, "point")},
		{"bls12_381_hash_to_g1", number(gasBlsHashG1)},
		{"bls12_381_hash_to_g2", number(gasBlsHashG2)},
	})
}
