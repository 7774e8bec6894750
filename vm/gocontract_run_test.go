package vm

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// goGasLimit is enough for all that ends by itself.
const goGasLimit = 30_000_000_000

// goMessages are what a Go program may do, with a piece of the result or of the
// error that must come of it.
var goMessages = []struct {
	code, entry, msg string
	want             string
	kind             Kind // 0 for a result
	deep             bool // needs more frames than the interpreter has
	long             bool // takes the interpreter seconds
}{
	{"counter", "instantiate", `{"":0}`, "instantiated", 0, false, false},
	{"counter", "execute", `{"add":1}`, `"value":"42"`, 0, false, false},
	{"counter", "query", `{"count":0}`, `{"ok":"NDE="}`, 0, false, false},
	{"counter", "query", `{"add":1}`, "Must not call a writing storage function", KindReadOnly, false, false},
	{"counter", "execute", `{"calls":0}`, `"value":"1"`, 0, false, false},
	{"counter", "execute", `{"nothing":0}`, `{"error":"unknown message nothing"}`, 0, false, false},
	{"counter", "execute", `{"goroutines":100}`, `"value":"328350/`, 0, false, false},
	{"counter", "execute", `{"maps":50}`, `"value":"`, 0, false, false},
	{"counter", "execute", `{"garbage":20}`, `"value":"40940/`, 0, false, true},
	{"counter", "execute", `{"floats":10}`, `3.0695722365789577/7ff8000000000000"`, 0, false, false},
	{"counter", "execute", `{"panic":7}`, "unreachable: panic: the contract gave up at 7", KindTrap, false, false},
	{"counter", "execute", `{"recover":1}`, `"value":"caught 1"`, 0, false, false},
	{"counter", "execute", `{"nilmap":1}`, "unreachable: panic: assignment to entry in nil map", KindTrap, false, false},
	{"counter", "execute", `{"index":5}`, "unreachable: panic: runtime error: index out of range [5] with length 3", KindTrap, false, false},
	{"counter", "execute", `{"deadlock":0}`, "unreachable: fatal error: all goroutines are asleep - deadlock!", KindTrap, false, false},
	{"counter", "execute", `{"memory":20}`, `"value":"20"`, 0, false, true},
	{"counter", "execute", `{"memory":40}`, "fatal error: out of memory", KindTrap, false, true},
	{"counter", "execute", `{"sleep":1500}`, `"value":"3.0000`, 0, false, false},
	{"counter", "execute", `{"now":0}`, `"value":"2001-09-09T01:46:40.0000`, 0, false, false},
	{"counter", "execute", `{"dice":0}`, `"value":"`, 0, false, false},
	{"counter", "execute", `{"recurse":300}`, `"value":"300"`, 0, false, false},
	{"counter", "execute", `{"recurse":1000000}`, "call stack exhausted", KindStack, true, true},
	{"counter", "execute", `{"spin":5}`, "Out of gas", KindOutOfGas, false, true},
	{"counter", "execute", `{"print":3}`, `"value":"printed"`, 0, false, false},
	{"counter", "execute", `{"exit":3}`, "Aborted: exit code 3", KindAborted, false, false},
	{"counter", "execute", `{"env":0}`, `"value":"0/0/"`, 0, false, false},
	{"counter", "execute", `{"file":0}`, "open /etc/passwd: Bad file number", 0, false, false},
	{"counter", "execute", `{"yield":50}`, `"value":"yielded"`, 0, false, false},
	{"counter", "execute", `{"large":100}`, `"value":"`, 0, false, false},
	{"counter", "execute", `{"debug":3}`, `"value":"told"`, 0, false, false},
	{"document", "execute", `{"put":{"key":"k","value":{"b":[1,"2"],"a":null,"c":1.5}}}`, `{"key":"c","value":"1.5 of float64"}`, 0, false, false},
	{"document", "execute", `{"put":7}`, `{"error":"json: cannot unmarshal number`, 0, false, false},
	{"document", "query", `{"get":{"key":"count"}}`, `{"ok":"NDE="}`, 0, false, false},
}

func goOutcome(t testing.TB, e *Engine, i int) outcome {
	m := goMessages[i]
	return goCall(t, e, goContract(t, m.code), m.entry, m.msg, func(c *Call) {
		c.GasLimit = goGasLimit
		if m.deep {
			c.GasLimit = 10 * goGasLimit // Go copies its stack again and again
		}
	})
}

// goCache is a cache of machine code for the engines of these tests: to compile
// a Go contract takes seconds.
var goCache = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "gocache")
	removeLater = append(removeLater, dir)
	return dir, err
})

func newGoEngine(t testing.TB, config Config) *Engine {
	t.Helper()
	var err error
	config.CacheDir, err = goCache()
	require.NoError(t, err)
	e, err := New(config)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, e.Close()) })
	return e
}

// TestGoContracts: each message gives what it should, and the same in every
// way: again, in an instance that others used or in a new one, on one thread or
// on many at once, restored by copying, and in the interpreter.
func TestGoContracts(t *testing.T) {
	e := newGoEngine(t, Config{})
	want := make([]outcome, len(goMessages))
	for i, m := range goMessages {
		want[i] = goOutcome(t, e, i)
		require.Equal(t, m.kind, want[i].Kind, "%s: %+v", m.msg, want[i])
		require.Contains(t, want[i].Result+want[i].Error, m.want, m.msg)
	}
	t.Run("again", func(t *testing.T) {
		for i := range slices.Backward(goMessages) {
			require.Equal(t, want[i], goOutcome(t, e, i), goMessages[i].msg)
		}
	})
	t.Run("new instance", func(t *testing.T) {
		fresh := newGoEngine(t, Config{IdleBytes: -1})
		for i := range goMessages {
			require.Equal(t, want[i], goOutcome(t, fresh, i), goMessages[i].msg)
		}
	})
	t.Run("copied", func(t *testing.T) {
		copying := newGoEngine(t, Config{Restore: RestoreCopy})
		for i := range goMessages {
			require.Equal(t, want[i], goOutcome(t, copying, i), goMessages[i].msg)
		}
	})
	for _, procs := range []int{1, 2} {
		t.Run("threads", func(t *testing.T) {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
			var wg sync.WaitGroup
			for w := range 3 {
				wg.Go(func() {
					for n := range goMessages {
						i := (n*7 + w*5) % len(goMessages)
						if !goMessages[i].long {
							if got := goOutcome(t, e, i); !equalOutcomes(got, want[i]) {
								t.Errorf("%s: %+v, want %+v", goMessages[i].msg, got, want[i])
							}
						}
					}
				})
			}
			wg.Wait()
		})
	}
	t.Run("interpreter", func(t *testing.T) {
		slow := newGoEngine(t, Config{Interpreter: true})
		for i, m := range goMessages {
			if !m.deep && (!m.long || !testing.Short()) {
				require.Equal(t, want[i], goOutcome(t, slow, i), m.msg)
			}
		}
	})
}

func equalOutcomes(a, b outcome) bool { return digestOf(a) == digestOf(b) }

func digestOf(v any) string {
	raw, err := json.Marshal(v) // maps are sorted
	if err != nil {
		panic(err)
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// imageDigest covers all that a call starts from.
func imageDigest(t testing.TB, e *Engine, code []byte) string {
	t.Helper()
	c, _ := testCall(code)
	entry, err := e.load(c.Code)
	require.NoError(t, err)
	defer e.memory.release(entry)
	img := entry.image
	memory := make([]byte, img.size)
	img.put(memory, 0)
	sum := sha256.Sum256(memory)
	return digestOf(map[string]any{
		"memory": hex.EncodeToString(sum[:]), "globals": img.globals, "gas": entry.analysis.InitializeGas,
		"elapsed": entry.wasi.elapsed, "random": entry.wasi.random,
	})
}

// TestGoImage: whoever makes the image, and from whatever cache, makes the same.
func TestGoImage(t *testing.T) {
	for _, name := range []string{"counter", "document"} {
		code := goContract(t, name)
		e := newGoEngine(t, Config{})
		sum, a, err := e.Compile(code)
		require.NoError(t, err)
		require.Equal(t, sha256.Sum256(code), sum)
		require.True(t, a.WASI && a.Initialize)
		require.Positive(t, a.InitializeGas)
		want := imageDigest(t, e, code)

		again := newGoEngine(t, Config{}) // from disk
		require.Equal(t, want, imageDigest(t, again, code))
		c, _ := testCall(code)
		stored, err := again.Analyze(c.Code)
		require.NoError(t, err)
		require.Equal(t, a, stored)
		require.Equal(t, want, imageDigest(t, newGoEngine(t, Config{Interpreter: true}), code))
		require.Equal(t, want, imageDigest(t, newGoEngine(t, Config{Restore: RestoreCopy}), code))
	}
}

// TestGoDigest writes a digest of everything that Go contracts do into the file
// that WEFT_DIGEST names, or compares it with the file if it is there: run it
// on two architectures over the same contracts (vm/arm64.sh does).
func TestGoDigest(t *testing.T) {
	e := newGoEngine(t, Config{})
	var out strings.Builder
	for _, name := range []string{"counter", "document"} {
		out.WriteString(name + " image " + imageDigest(t, e, goContract(t, name)) + "\n")
	}
	for i, m := range goMessages {
		o := goOutcome(t, e, i)
		require.Contains(t, o.Result+o.Error, m.want, m.msg)
		out.WriteString(m.code + " " + m.entry + " " + m.msg + " " + digestOf(o) + "\n")
	}
	file := os.Getenv("WEFT_DIGEST")
	if file == "" {
		file = filepath.Join(t.TempDir(), "digest")
	}
	want, err := os.ReadFile(file)
	if os.IsNotExist(err) {
		require.NoError(t, os.WriteFile(file, []byte(out.String()), 0o600))
		return
	}
	require.NoError(t, err)
	require.Equal(t, string(want), out.String())
	t.Logf("equal on %s/%s: %s", runtime.GOOS, runtime.GOARCH, file)
}
