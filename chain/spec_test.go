package chain

import (
	"fmt"
	"testing"

	"github.com/weftchain/weft/internal/golden"
)

// TestSpecGas compares docs/spec/gas.md with what stores cost.
func TestSpecGas(t *testing.T) {
	golden.Mentions(t, "store.go", "Gas", "spec_test.go")
	perByte := func(base, each int) string { return fmt.Sprintf("%s + %d a byte", golden.Number(base), each) }
	golden.Table(t, "gas.md", "Stores (SDK gas)", [][]string{
		{"read", perByte(GasRead, GasReadPerByte)},
		{"has", golden.Number(GasHas)},
		{"write", perByte(GasWrite, GasWritePerByte)},
		{"delete", golden.Number(GasDelete)},
		{"step of an iterator", perByte(GasIterNext, GasReadPerByte)},
	})
}
