package cli

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/client"
)

// TestExplain makes sure that every error of the program and every exit code
// has an explanation, and that no explanation is about something else.
func TestExplain(t *testing.T) {
	all, err := explanations()
	require.NoError(t, err)
	missing := titles()
	require.Greater(t, len(missing), 80, "the errors of all modules are linked in")
	for _, e := range all {
		if _, known := missing[e.name()]; !known {
			t.Errorf("explain.txt: %s is there twice, or no error has that code", e.name())
		}
		delete(missing, e.name())
		if e.Title == "" || e.Means == "" || len(e.Next) == 0 {
			t.Errorf("explain.txt: %s needs means: and do:", e.name())
		}
		for _, line := range append(append([]string{e.Means}, e.Causes...), e.Next...) {
			if strings.TrimSpace(line) == "" || strings.Contains(line, "TODO") {
				t.Errorf("explain.txt: %s has an empty line", e.name())
			}
		}
	}
	for name, title := range missing {
		t.Errorf("explain.txt has no entry for %s (%s): say what it means and what to do", name, title)
	}
}

// TestExplainedCommands runs what explanations tell to type, as far as the
// command exists: a renamed command must not stay in a text.
func TestExplainedCommands(t *testing.T) {
	r := &run{out: &strings.Builder{}, err: &strings.Builder{}}
	root := r.root()
	for line := range strings.SplitSeq(explainText, "\n") {
		for _, part := range strings.Split(line, "weft ")[1:] {
			words := strings.FieldsFunc(part, func(c rune) bool { return c == ' ' || c == ',' || c == ';' || c == '.' || c == ':' || c == ')' })
			var path []string
			for _, w := range words {
				if strings.ToLower(w) != w || strings.ContainsAny(w, "-/<'\"") && !strings.Contains(w, "-") || strings.HasPrefix(w, "--") {
					break
				}
				path = append(path, w)
			}
			if len(path) == 0 {
				continue
			}
			cmd, _, err := root.Find(path[:1])
			if err != nil || cmd == root {
				continue // "weft made it": no command
			}
			if cmd, rest, err := root.Find(path); err == nil && cmd.HasSubCommands() && len(rest) > 0 {
				t.Errorf("explain.txt says %q, and %q is no command of %q", line, rest[0], cmd.CommandPath())
			}
		}
	}
}

func TestReadCode(t *testing.T) {
	for _, c := range []struct{ space, text, want string }{
		{"", "wasm/5", "wasm/5"}, {"wasm", "5", "wasm/5"}, {"wasm", "wasm/5", "wasm/5"}, {"", "sdk/11:", "sdk/11"}, {"", "7", "/7"},
	} {
		space, code, err := readCode(c.space, c.text)
		require.NoError(t, err)
		require.Equal(t, c.want, fmt.Sprintf("%s/%d", space, *code))
	}
	for _, bad := range []string{"", "wasm", "wasm/", "wasm/x", "/", "-1", "99999999999", "wasm/5/6"} {
		_, _, err := readCode("", bad)
		require.Error(t, err, bad)
	}
	_, _, err := readCode("sdk", "wasm/5")
	require.Error(t, err)
}

func TestFailureLines(t *testing.T) {
	require.Equal(t, "no path here [really]", failureLines("no path here [really]"))
	require.Equal(t, `failed: execute wasm contract failed
call path:
  weft1a execute
    submessage 0 (id 1) wasm.execute
      weft1b execute; detail
codespace: sdk, code: 5 stands for: too little; failed at:
  weft1a execute
    submessage 0 (id 2) bank.send`,
		failureLines("failed: execute wasm contract failed [call path: weft1a execute > submessage 0 (id 1) wasm.execute > weft1b execute; detail] [codespace: sdk, code: 5 stands for: too little; failed at: weft1a execute > submessage 0 (id 2) bank.send]"))
}

func TestExplainHint(t *testing.T) {
	for want, err := range map[string]error{
		"wasm/5":  &client.FailedError{Codespace: "wasm", Code: 5},
		"sdk/32":  fmt.Errorf("sending: %w", &client.RejectedError{Codespace: "sdk", Code: 32}),
		"wasm/22": &client.QueryError{Codespace: "sdk", Code: 6, Log: "address x: no such contract: unknown request [call path: weft1a query]"},
		"sdk/22":  &client.QueryError{Codespace: "sdk", Code: 22, Log: "rpc error: code = NotFound desc = account x not found: key not found"},
		"wasm/4":  fail(exitRejected, "a simulation of it failed: %s", "x: instantiate wasm contract failed [call path: weft1a instantiate code 1]"),
	} {
		require.Contains(t, explainHint(err), "weft explain "+want)
	}
	require.Empty(t, explainHint(errors.New("disk full")))
	require.Empty(t, explainHint(&client.RejectedError{Log: "no codespace"}))
	require.Nil(t, byText("nothing of ours"))
	require.Equal(t, chain.ErrOutOfGas, byText("out of gas in location: x; gasWanted: 1, gasUsed: 2: out of gas"))
}
