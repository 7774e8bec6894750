package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/internal/golden"
)

// weft runs a command line with nothing on stdin.
func weft(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	code = runWith(context.Background(), args, strings.NewReader(""), &out, &err)
	return code, out.String(), err.String()
}

// commands lists every command that does something.
func commands(t *testing.T) []*cobra.Command {
	t.Helper()
	r := &run{out: io.Discard, err: io.Discard}
	var list []*cobra.Command
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		if !c.HasSubCommands() {
			list = append(list, c)
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(r.root())
	require.Greater(t, len(list), 110)
	return list
}

// words returns the words that select a command.
func words(c *cobra.Command) []string { return strings.Fields(c.CommandPath())[1:] }

// arguments returns as many words as a command's usage line has in capitals.
func arguments(c *cobra.Command) []string {
	var args []string
	for _, w := range strings.Fields(c.Use)[1:] {
		if w == strings.ToUpper(w) && !strings.HasPrefix(w, "[") && !strings.HasPrefix(w, "-") && c.Name() != "txs" {
			args = append(args, "x")
		}
	}
	return args
}

// garbage are values that no flag of a number, a switch or a duration takes,
// and that a text may refuse but must survive.
var garbage = []string{"\x00\x1b[31m%s%n", strings.Repeat("9", 400), "-", "{"}

// TestFlagsSurviveGarbage gives every flag of every command bad values. No node
// listens and the home is empty, so nothing can succeed that needs either.
func TestFlagsSurviveGarbage(t *testing.T) {
	home := t.TempDir()
	base := []string{"--home", filepath.Join(home, "home")}
	tried := 0
	seen := map[string]int{} // a flag that many commands share is tried on a few of them
	for _, c := range commands(t) {
		common := append(slices.Clone(words(c)), base...)
		if c.Flags().Lookup("node") != nil {
			common = append(common, "--node", "tcp://127.0.0.1:1")
		}
		c.Flags().VisitAll(func(f *pflag.Flag) {
			text := strings.HasPrefix(f.Value.Type(), "string") // or stringSlice
			if seen[f.Name]++; seen[f.Name] > 15 {
				return
			}
			for i, value := range garbage {
				if f.Name == "output-document" || (f.Name == "home" && i > 0) || (!text && i > 0) {
					continue // one bad number is like another
				}
				args := append(append(slices.Clone(common), "--"+f.Name+"="+value), arguments(c)...)
				code, _, stderr := weft(t, args...)
				tried++
				if !text && code != exitUsage {
					t.Errorf("%s --%s=%.20q: exit %d, want %d\n%s", c.CommandPath(), f.Name, value, code, exitUsage, stderr)
				}
				if code == exitInternal || strings.Contains(stderr, "goroutine ") || strings.ContainsAny(stderr, "\x00\x1b") {
					t.Errorf("%s --%s=%.20q: exit %d\n%s", c.CommandPath(), f.Name, value, code, stderr)
				}
			}
		})
	}
	require.Greater(t, tried, 500)
}

// TestArgumentsSurviveGarbage does the same with arguments.
func TestArgumentsSurviveGarbage(t *testing.T) {
	home := t.TempDir()
	for _, c := range commands(t) {
		for _, value := range append(slices.Clone(garbage), "@", "@/", "-1", "") {
			args := append(slices.Clone(words(c)), "--home", filepath.Join(home, "home"))
			if c.Flags().Lookup("node") != nil {
				args = append(args, "--node", "tcp://127.0.0.1:1")
			}
			args = append(args, "--")
			for range max(1, len(arguments(c))) {
				args = append(args, value)
			}
			code, _, stderr := weft(t, args...)
			if code == exitInternal || strings.Contains(stderr, "goroutine ") || strings.ContainsAny(stderr, "\x00\x1b") {
				t.Errorf("%s %.20q: exit %d\n%s", c.CommandPath(), value, code, stderr)
			}
		}
	}
}

// TestEveryCommandHelps: help goes to stdout, succeeds, and names the command.
func TestEveryCommandHelps(t *testing.T) {
	for _, c := range commands(t) {
		code, stdout, stderr := weft(t, append(words(c), "--help")...)
		require.Equal(t, exitOK, code, c.CommandPath())
		require.Contains(t, stdout, c.CommandPath())
		require.Empty(t, stderr)
		require.NotEmpty(t, c.Short, c.CommandPath())
		if parent := words(c)[0]; parent == "tx" || parent == "query" {
			require.Contains(t, c.Example, c.CommandPath(), "an example of the command itself")
		}
	}
}

// TestCommands is the list of commands, arguments and flags that scripts rely
// on: a change of it is a change of interface.
func TestCommands(t *testing.T) {
	t.Setenv("HOME", "/home/user")
	var b strings.Builder
	for _, c := range commands(t) {
		fmt.Fprintf(&b, "%s", c.CommandPath())
		for _, w := range strings.Fields(c.Use)[1:] {
			fmt.Fprintf(&b, " %s", w)
		}
		if len(c.Aliases) > 0 {
			fmt.Fprintf(&b, "   (or %s)", strings.Join(c.Aliases, ", "))
		}
		b.WriteString("\n")
		c.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) {
			short := ""
			if f.Shorthand != "" {
				short = " -" + f.Shorthand
			}
			fmt.Fprintf(&b, "    --%s%s %s=%q\n", f.Name, short, f.Value.Type(), f.DefValue)
		})
	}
	golden.Check(t, []byte(b.String()))
}

func TestExitCodes(t *testing.T) {
	code, stdout, stderr := weft(t, "exit-codes")
	require.Equal(t, exitOK, code)
	require.Empty(t, stderr)
	golden.Check(t, []byte(stdout))
}

// closedPipe is a stdout that nobody reads any more.
type closedPipe struct{}

func (closedPipe) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestClosedStdout(t *testing.T) {
	for _, args := range [][]string{{"version"}, {"exit-codes"}, {"exit-codes", "-o", "json"}, {"keys", "mnemonic"}, {"keys", "list", "--home", t.TempDir()}} {
		code := runWith(context.Background(), args, strings.NewReader(""), closedPipe{}, io.Discard)
		require.NotEqual(t, exitOK, code, args)
	}
}

func TestEnvironmentIsStrict(t *testing.T) {
	home := t.TempDir()
	t.Setenv("WEFT_HOME", home)
	t.Setenv("WEFT_KEYRING_BACKEND", "nonsense")
	code, _, stderr := weft(t, "keys", "list")
	require.Equal(t, exitUsage, code)
	require.Contains(t, stderr, "os, file, test")
	code, _, _ = weft(t, "keys", "list", "--keyring-backend", "test")
	require.Equal(t, exitOK, code, "a flag wins over the environment")
	t.Setenv("WEFT_KEYRING_BACKEND", "test")
	t.Setenv("WEFT_YES", "true")
	t.Setenv("WEFT_I_KNOW", "true")
	code, _, _ = weft(t, "keys", "add", "alice", "--no-backup")
	require.Equal(t, exitOK, code)
	code, _, _ = weft(t, "keys", "delete", "alice")
	require.Equal(t, exitDeclined, code, "no variable says yes")
	t.Setenv("WEFT_OUTPUT", "json")
	code, stdout, _ := weft(t, "keys", "list")
	require.Equal(t, exitOK, code)
	require.True(t, strings.HasPrefix(stdout, "[{"), stdout)
	t.Setenv("WEFT_OUTPUT", "xml")
	code, _, _ = weft(t, "keys", "list")
	require.Equal(t, exitUsage, code)
}

// TestSecretsStayInside: no secret in errors, whatever fails.
func TestSecretsStayInside(t *testing.T) {
	home := t.TempDir()
	words := "enlist hip relief stomach skate base shallow young switch frequent cry"
	var out, err bytes.Buffer
	code := runWith(context.Background(), []string{"keys", "add", "a", "--recover", "--home", home, "--keyring-backend", "test"},
		strings.NewReader(words+" parc\n"), &out, &err)
	require.Equal(t, exitDeclined, code)
	for _, word := range append(strings.Fields(words), "parc") {
		require.NotContains(t, " "+out.String()+err.String()+" ", " "+word+" ")
	}
	entries, e := os.ReadDir(home)
	require.NoError(t, e)
	require.Empty(t, entries)
}
