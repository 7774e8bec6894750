package client

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestReasonOfFailure(t *testing.T) {
	const path = " [call path: weft1a execute > weft1b query] [codespace: wasm, code: 29 stands for: x; failed at: weft1b query]"
	for log, want := range map[string]string{
		"rpc error: code = NotFound desc = account x not found: key not found":                                                                                             "account x not found",
		"rpc error: code = Unknown desc = failed to execute message; message index: 0: no: execute wasm contract failed" + path + " with gas used: '123': unknown request": "failed to execute message; message index: 0: no: execute wasm contract failed" + path,
		"no: query wasm contract failed: unknown request" + path:                                                                                                           "no: query wasm contract failed" + path,
		"rpc error: code = InvalidArgument desc = bad [x]: invalid request":                                                                                                "bad [x]",
	} {
		require.Equal(t, want, (&QueryError{Log: log}).Reason())
	}
}

func TestSplitNotes(t *testing.T) {
	said, notes := SplitNotes("no: failed [call path: a > b]")
	require.Equal(t, "no: failed", said)
	require.Equal(t, []string{"call path: a > b"}, notes)
	said, notes = SplitNotes("a contract writes [call path: fake] itself: failed [call path: a] [x stands for: y; failed at: b > c]")
	require.Equal(t, "a contract writes [call path: fake] itself: failed", said)
	require.Equal(t, []string{"call path: a", "x stands for: y; failed at: b > c"}, notes)
	for _, plain := range []string{"", "]", "text [call path: cut", "text [other: x]"} {
		said, notes = SplitNotes(plain)
		require.Equal(t, plain, said)
		require.Empty(t, notes)
	}
}
