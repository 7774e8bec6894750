package rewrite_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tetratelabs/wazero"

	"github.com/weftchain/weft/vm/internal/wat"
	"github.com/weftchain/weft/vm/rewrite"
)

// TestCompileBombs compiles, metered, the shapes that the engine is slowest
// with, each at an eighth of what one function may have. They take a tenth of a
// second on an idle machine; the meter's own basic blocks would make it more
// than one, and twenty for three times the size.
func TestCompileBombs(t *testing.T) {
	const n = 3_000 // branches, of 24,000
	locals := manyOf(wat.I64, 100)
	shapes := map[string][]byte{
		"blocks in a row":  wat.Repeat(n/2, wat.Block(wat.NoResult), wat.I32Const(1), wat.BrIf(0), wat.LocalGet(0), wat.LocalSet(1), wat.End),
		"loops in a row":   wat.Repeat(n/3, wat.Loop(wat.NoResult), wat.LocalGet(0), wat.LocalSet(1), wat.I32Const(0), wat.BrIf(0), wat.End),
		"loops in loops":   wat.Code(wat.Repeat(n/3, wat.Loop(wat.NoResult), wat.LocalGet(1), wat.LocalSet(2)), wat.Repeat(n/3, wat.I32Const(0), wat.BrIf(0), wat.End)),
		"many ways to one": wat.Code(wat.Block(wat.NoResult), wat.Repeat(n, wat.LocalGet(3), wat.LocalSet(4), wat.I32Const(0), wat.BrIf(0)), wat.End, wat.LocalGet(4), wat.LocalSet(5)),
		"calls":            wat.Repeat(n, wat.Call(0)),
		"if ladder":        wat.Code(wat.Repeat(n/3, wat.LocalGet(0), wat.I32WrapI64, wat.If(wat.NoResult)), wat.Repeat(n/3, wat.Else, wat.LocalGet(1), wat.LocalSet(2), wat.End)),
		"one basic block":  wat.Repeat(100_000, wat.I32Const(1), wat.Drop),
	}
	ctx := context.Background()
	for name, code := range shapes {
		t.Run(name, func(t *testing.T) {
			m := &wat.Module{}
			m.Func(nil, nil, nil, nil)
			m.Func(nil, nil, locals, code)
			m.Contract()
			metered := meter(t, m.Bytes(), rewrite.DefaultLimits())
			rt := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigCompiler().WithCoreFeatures(features))
			defer rt.Close(ctx)
			start := time.Now()
			_, err := rt.CompileModule(ctx, metered)
			require.NoError(t, err)
			require.Less(t, time.Since(start), 10*time.Second, "wide, for loaded machines")
		})
	}
}
