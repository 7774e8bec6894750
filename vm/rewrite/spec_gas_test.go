package rewrite

import (
	"fmt"
	"maps"
	"slices"
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
	slow := map[uint64][]string{}
	for i := range 2 * 0x100 {
		op := uint16(i)
		if i >= 0x100 {
			op = prefixMisc<<8 | uint16(i-0x100)
		}
		if excess := excessOf(op); excess > 0 {
			slow[excess] = append(slow[excess], describe(op).name)
		}
	}
	var rows [][]string
	for _, excess := range slices.Backward(slices.Sorted(maps.Keys(slow))) {
		rows = append(rows, []string{strings.Join(slow[excess], ", "), number(int(excess))})
	}
	golden.Table(t, "gas.md", "Slow instructions", rows)
	var branching []string
	for op := range uint16(0x100) {
		if accounting(op) {
			branching = append(branching, "`"+ops[op].name+"`")
		}
	}
	golden.Table(t, "gas.md", "Instructions that branch or join", [][]string{{strings.Join(branching, ", ")}})
}
