package wasm

import (
	"fmt"
	"testing"

	"github.com/weftchain/weft/internal/golden"
)

// TestSpecGas compares docs/spec/gas.md with what the life of contracts costs.
func TestSpecGas(t *testing.T) {
	golden.Mentions(t, "gas.go", "gas", "spec_test.go")
	number := golden.Number[int]
	golden.Table(t, "gas.md", "Contracts (SDK gas)", [][]string{
		{"VM gas in one SDK gas", number(gasMultiplier)},
		{"loading a code", number(gasInstance)},
		{"loading a code at a discount", number(gasInstanceDiscount)},
		{"compiling an upload", fmt.Sprintf("%d a byte", gasCompilePerByte)},
		{"unzipping an upload", fmt.Sprintf("%.2f a byte", float64(uncompressNumerator)/uncompressDivisor)},
		{"attribute", fmt.Sprintf("%d + %d a byte of key and value beyond %d free bytes", gasPerAttribute, gasPerAttributeByte, attributeBytesFree)},
		{"custom event", fmt.Sprintf("%d + %d a byte", gasPerCustomEvent, gasPerAttributeByte)},
		{"result of a call", fmt.Sprintf("%d a byte", gasDeserializeByte)},
		{"pinning a code", number(gasPin)},
		{"unpinning a code", number(gasUnpin)},
		{"addr_canonicalize", number(gasCanonicalize)},
		{"addr_humanize", number(gasHumanize)},
		{"addr_validate", number(gasCanonicalize + gasHumanize)},
		{"query BuildAddress", number(gasBuildAddress)},
		{"message of type Any", fmt.Sprintf("%d + %d each KiB", gasAnyMsgBase, gasAnyMsgPerKiB)},
	})
}
