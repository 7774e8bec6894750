package chain_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
)

var errNo = fmt.Errorf("no: %w", chain.ErrLogic)

func traced() *chain.Env {
	return chain.NewEnv(&chain.Block{Bech32: "weft"}, nil)
}

// nest enters steps one inside the other and fails in the innermost.
func nest(t *chain.Trace, depth int) (err error) {
	if depth == 0 {
		return errNo
	}
	defer t.Enter(chain.Step{Contract: chain.Address(fmt.Sprintf("%020d", depth)), Entry: "execute"})(&err)
	return nest(t, depth-1)
}

func TestPathOfFailure(t *testing.T) {
	env := traced()
	require.Equal(t, errNo, chain.WithPath(env, errNo), "no contract had to do with it")
	require.NoError(t, chain.WithPath(env, nil))
	fault := errors.New("disk")
	env.Calls.Trace.Enter(chain.Step{Entry: "execute"})(&fault)
	require.Equal(t, fault, chain.WithPath(env, fault), "a fault is no verdict")
	env = traced()

	trace := &env.Calls.Trace
	require.NoError(t, func() (err error) { // an instantiation whose message fails is caught
		leave := trace.Enter(chain.Step{Entry: "instantiate", CodeID: 7})
		defer leave(&err)
		trace.Name(chain.Address(strings.Repeat("a", 20)))
		failed := nest(trace, 1)
		trace.Catch("codespace: x, code: 1", failed)
		return nil
	}())
	require.Equal(t, errNo, chain.WithPath(env, errNo), "what was caught is not what failed")
	require.Len(t, chain.CaughtIn(env).Caught, 1)
	require.Empty(t, chain.CaughtIn(traced()).JSON())

	err := nest(trace, 3)
	var call *chain.CallError
	require.ErrorAs(t, chain.WithPath(env, err), &call)
	require.ErrorIs(t, call, errNo)
	require.Len(t, call.Lines(), 3)
	require.Len(t, call.Caught, 1)
	require.Len(t, call.CaughtLines(call.Caught[0]), 2)
	require.Equal(t, "no: internal logic error [call path: "+strings.Join(call.Lines(), " > ")+"]", call.Error(),
		"the text does not hold what the contract was told")

	info, ok := chain.ParseFailureInfo(call.Info().JSON())
	require.True(t, ok)
	require.Len(t, info.CallPath, 3)
	require.Equal(t, "execute", info.CallPath[0].Entry)
	require.Equal(t, "codespace: x, code: 1", info.Caught[0].Told)
	require.Equal(t, uint64(7), info.Caught[0].CallPath[0].CodeID)
	_, ok = chain.ParseFailureInfo("{}")
	require.False(t, ok)
	_, ok = chain.ParseFailureInfo("something of another program")
	require.False(t, ok)
}

// TestPathBounds nests deeper and fails more often than can be told.
func TestPathBounds(t *testing.T) {
	env := traced()
	for i := range 20 {
		err := fmt.Errorf("%d%s", i, strings.Repeat("é", 1000))
		env.Calls.Trace.Catch(fmt.Sprintf("told %d", i), err)
	}
	var call *chain.CallError
	require.ErrorAs(t, chain.WithPath(env, nest(&env.Calls.Trace, 100)), &call)
	require.Len(t, call.Path, 100)
	lines := call.Lines()
	require.Len(t, lines, 17)
	require.Equal(t, "... 84 steps ...", lines[8])
	require.Len(t, call.Caught, 8)
	require.Equal(t, "told 19", call.Caught[7].Told)
	require.Less(t, len(call.Caught[7].Text), 600)
	require.Less(t, len(call.Info().JSON()), 16<<10)
}

func TestCutText(t *testing.T) {
	require.Equal(t, "short", chain.CutText("short", 5))
	for _, text := range []string{strings.Repeat("é", 3000), strings.Repeat("x", 3000), strings.Repeat("\xff", 3000), strings.Repeat("\x80", 3000), strings.Repeat("日本", 900)} {
		cut := chain.CutText("begin"+text+": execute wasm contract failed", chain.MaxFailureText)
		require.LessOrEqual(t, len(cut), chain.MaxFailureText+40)
		require.True(t, strings.HasPrefix(cut, "begin"))
		require.True(t, strings.HasSuffix(cut, ": execute wasm contract failed"))
		require.Equal(t, utf8.ValidString(text), utf8.ValidString(cut))
	}
}
