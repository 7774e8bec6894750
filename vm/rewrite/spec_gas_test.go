package rewrite

import (
	"fmt"
	"strings"
	"testing"

	"github.com/weftchain/weft/internal/golden"
)

// TestSpecGas compares docs/spec/gas.md with what instructions cost.
func TestSpecGas(t *testing.T) {
	golden.Mentions(t, "meter.go", "gas", "spec_gas_test.go")
	number := golden.Number[int]
	golden.Table(t, "gas.md", "Operations (VM gas)", [][]string{
		{"an instruction", number(gasOp)},
		{"an instruction that branches or joins", number(gasAccounting)},
		{"declared local", fmt.Sprintf("%d each beyond %d", gasLocal, freeLocals)},
		{"memory.copy, memory.init", fmt.Sprintf("%d + %d a byte", gasOp, gasCopyByte)},
		{"memory.fill", fmt.Sprintf("%d + %d a byte", gasOp, gasFillByte)},
	})
	var branching []string
	for op := range uint16(0x100) {
		if accounting(op) {
			branching = append(branching, "`"+ops[op].name+"`")
		}
	}
	golden.Table(t, "gas.md", "Instructions that branch or join", [][]string{{strings.Join(branching, ", ")}})
}
