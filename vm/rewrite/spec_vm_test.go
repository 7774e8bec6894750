package rewrite

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/weftchain/weft/internal/golden"
)

// TestSpecEntryPoints compares docs/spec/vm.md with what an analysis finds.
func TestSpecEntryPoints(t *testing.T) {
	var rows [][]string
	for _, name := range entryPoints {
		rows = append(rows, []string{name})
	}
	golden.Table(t, "vm.md", "Exports", rows)
}

// TestSpecLimits compares docs/spec/vm.md with all limits that there are.
func TestSpecLimits(t *testing.T) {
	limits, start, most := reflect.ValueOf(DefaultLimits()), reflect.ValueOf(DefaultWASILimits()), reflect.ValueOf(MaxWASILimits())
	var rows [][]string
	add := func(name string, value reflect.Value) {
		row := []string{name, "", "", ""}
		if value.IsValid() {
			row[1] = golden.Number(value.Uint())
		}
		if v := start.FieldByName(name); v.IsValid() {
			row[2], row[3] = golden.Number(v.Uint()), golden.Number(most.FieldByName(name).Uint())
		}
		rows = append(rows, row)
	}
	for i := range limits.NumField() {
		if f := limits.Type().Field(i); f.Type.Kind() == reflect.Uint32 {
			add(f.Name, limits.Field(i))
		}
	}
	for i := range start.NumField() {
		if f := start.Type().Field(i); f.Type.Kind() != reflect.Bool && !limits.FieldByName(f.Name).IsValid() {
			add(f.Name, reflect.Value{})
		}
	}
	golden.Table(t, "vm.md", "Limits of a code", rows)
}

// TestSpecInstructions compares docs/spec/vm.md with what becomes of each opcode.
func TestSpecInstructions(t *testing.T) {
	var order []string
	groups := map[string][]uint16{}
	for op := range uint32(0xfd00) {
		if op >= 0x100 && op < prefixMisc<<8 || op == prefixMisc {
			continue
		}
		what := "run"
		if describe(uint16(op)) == nil {
			switch text := refusedOp(uint16(op), 0).Text; {
			case strings.HasPrefix(text, compilePrefix):
				what = "refused: instructions of reference types"
			case strings.Contains(text, "keeps its segments"):
				what = "refused: they change segments or tables"
			case strings.Contains(text, "illegal opcode"):
				what = "refused: unknown"
			default:
				_, proposal, _ := strings.Cut(text, `"`)
				proposal, _, _ = strings.Cut(proposal, " support is not enabled")
				what = "refused: " + proposal
			}
		}
		if groups[what] == nil {
			order = append(order, what)
		}
		groups[what] = append(groups[what], uint16(op))
	}
	var rows [][]string
	for _, what := range order {
		rows = append(rows, []string{what, ranges(groups[what])})
	}
	golden.Table(t, "vm.md", "Instructions", rows)
}

// ranges writes opcodes in order.
func ranges(list []uint16) string {
	name := func(op uint16) string {
		if op > 0xff {
			return fmt.Sprintf("fc %02x", op&0xff)
		}
		return fmt.Sprintf("%02x", op)
	}
	var parts []string
	for i := 0; i < len(list); {
		first := list[i]
		for i++; i < len(list) && list[i] == list[i-1]+1; i++ {
		}
		if last := list[i-1]; first == last {
			parts = append(parts, name(first))
		} else {
			parts = append(parts, name(first)+" – "+name(last))
		}
	}
	return strings.Join(parts, ", ")
}

// TestSpecNumbers compares docs/spec/vm.md with the numbers of the metered module.
func TestSpecNumbers(t *testing.T) {
	number := golden.Number[int]
	golden.Table(t, "vm.md", "Numbers of the metered module", [][]string{
		{"bytes of the stack", number(StackBudget)},
		{"bytes of a frame", number(frameBytes)},
		{"bytes of a slot", number(slotBytes)},
		{"bytes to which a frame is rounded up", number(frameAlign)},
		{"arguments without slots", number(registerArgs)},
		{"gas between pauses", number(pauseGas)},
		{"gas of a small function", number(smallGas)},
	})
}
