package rewrite_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tetratelabs/wazero/api"

	"github.com/weftchain/weft/vm/internal/wat"
	"github.com/weftchain/weft/vm/rewrite"
)

// ending says how a call ended: "" when it returned, else the trap's name in the
// engine's words, "out of gas" or "out of stack".
type ending string

const (
	outOfGas   ending = "out of gas"
	outOfStack ending = "out of stack"
)

// meteredEnding is the one place that knows how a metered module shows that its
// gas or its stack did not suffice, and gasLeft how it shows the rest.
func meteredEnding(mod api.Module, err error) ending {
	switch {
	case gasLeft(mod) < 0:
		return outOfGas
	case err == nil:
		return ""
	case int32(mod.ExportedGlobal(rewrite.DepthGlobal).Get()) < 0:
		return outOfStack
	}
	return trapName(err)
}

// gasLeft is what the gas global holds. It means nothing after outOfGas but has
// to be the same everywhere even then.
func gasLeft(mod api.Module) int64 { return int64(mod.ExportedGlobal(rewrite.GasGlobal).Get()) }

// refill is what the host does before it enters a metered module.
func refill(mod api.Module, gas, stack uint64) {
	mod.ExportedGlobal(rewrite.GasGlobal).(api.MutableGlobal).Set(gas)
	mod.ExportedGlobal(rewrite.MarkGlobal).(api.MutableGlobal).Set(uint64(rewrite.MarkFor(int64(gas))))
	mod.ExportedGlobal(rewrite.DepthGlobal).(api.MutableGlobal).Set(stack)
}

// trapName takes the trap out of an engine's error.
func trapName(err error) ending {
	if err == nil {
		return ""
	}
	first, _, _ := strings.Cut(err.Error(), "\n")
	return ending(strings.TrimPrefix(first, "wasm error: "))
}

// trace is all that a call leaves behind.
type trace struct {
	ending  ending
	results []uint64
	gas     int64 // left; 0 of an original
	stack   int64 // left of the stack budget; 0 of an original
	globals [programGlobals]uint64
	host    uint64 // digest of the calls of imported functions
	memory  []byte
}

func (a *trace) equal(b *trace) bool {
	return a.ending == b.ending && slices.Equal(a.results, b.results) && a.gas == b.gas && a.stack == b.stack &&
		a.globals == b.globals && a.host == b.host && string(a.memory) == string(b.memory)
}

// difference names the parts in which two traces differ.
func (a *trace) difference(b *trace) string {
	var parts []string
	add := func(differ bool, format string, args ...any) {
		if differ {
			parts = append(parts, fmt.Sprintf(format, args...))
		}
	}
	add(a.ending != b.ending, "ending %q, not %q", a.ending, b.ending)
	add(!slices.Equal(a.results, b.results), "results %#x, not %#x", a.results, b.results)
	add(a.gas != b.gas, "gas %d, not %d", a.gas, b.gas)
	add(a.stack != b.stack, "stack %d, not %d", a.stack, b.stack)
	add(a.globals != b.globals, "globals %#x, not %#x", a.globals, b.globals)
	add(a.host != b.host, "host calls %#x, not %#x", a.host, b.host)
	add(len(a.memory) != len(b.memory), "memory of %d bytes, not %d", len(a.memory), len(b.memory))
	for i := range min(len(a.memory), len(b.memory)) {
		if a.memory[i] != b.memory[i] {
			add(true, "memory at %#x: %#x, not %#x", i, a.memory[i], b.memory[i])
			break
		}
	}
	return strings.Join(parts, "; ")
}

// canonical makes floats comparable where the bits of a NaN are open: results and
// globals. Programs of opaqueFloats show them nowhere else.
func (a *trace) canonical(results []wat.Type) {
	for i, t := range results {
		if i < len(a.results) {
			a.results[i] = canonicalBits(t, a.results[i])
		}
	}
	for i, t := range globalTypes {
		a.globals[i] = canonicalBits(t, a.globals[i])
	}
}

func canonicalBits(t wat.Type, v uint64) uint64 {
	switch {
	case t == wat.F32 && v&0x7fff_ffff > 0x7f80_0000:
		return 0x7fc0_0000
	case t == wat.F64 && v&^(1<<63) > 0x7ff0_0000_0000_0000:
		return 0x7ff8_0000_0000_0000
	}
	return v
}
