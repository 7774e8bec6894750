package vm

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// goContract returns a fixture of testdata/gocontract, built by the toolchain
// that runs the tests. WEFT_GOCONTRACTS names a folder where they lie as
// NAME.wasm, for a test binary of another architecture.
func goContract(tb testing.TB, name string) []byte {
	tb.Helper()
	dir, err := goContracts()
	require.NoError(tb, err)
	code, err := os.ReadFile(filepath.Join(dir, name+".wasm"))
	require.NoError(tb, err)
	return code
}

var goContracts = sync.OnceValues(func() (string, error) {
	if dir := os.Getenv("WEFT_GOCONTRACTS"); dir != "" {
		return dir, nil
	}
	dir, err := os.MkdirTemp("", "gocontract")
	if err != nil {
		return "", err
	}
	removeLater = append(removeLater, dir)
	for _, name := range []string{"counter", "document"} {
		cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-buildmode=c-shared", "-ldflags=-s -w",
			"-o", filepath.Join(dir, name+".wasm"), "./testdata/gocontract/"+name)
		cmd.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm", "CGO_ENABLED=0", "GOFLAGS=")
		if out, err := cmd.CombinedOutput(); err != nil {
			return "", fmt.Errorf("%w: %s", err, out)
		}
	}
	return dir, nil
})

// removeLater are folders that outlive the test which made them.
var removeLater []string

func TestMain(m *testing.M) {
	code := m.Run()
	for _, dir := range removeLater {
		_ = os.RemoveAll(dir)
	}
	os.Exit(code)
}

// outcome is all that a call gives and does.
type outcome struct {
	Result  string
	Error   string
	Kind    Kind
	GasUsed uint64
	GasLeft uint64
	Store   map[string]string
	Debug   []string
}

// goCall makes a call of a Go contract with a store that has a count.
func goCall(t testing.TB, e *Engine, code []byte, entry, msg string, change func(*Call)) outcome {
	t.Helper()
	c, store := testCall(code)
	store.entries["count"] = "41"
	c.Entry, c.Args = entry, [][]byte{[]byte("{}"), []byte("{}"), []byte(msg)}
	if entry == "query" {
		c.Args = [][]byte{[]byte("{}"), []byte(msg)}
		c.ReadOnly = true
	}
	var o outcome
	c.Debug = func(text string) { o.Debug = append(o.Debug, text) }
	if change != nil {
		change(&c)
	}
	res, err := e.Call(c)
	o.Result, o.GasUsed, o.GasLeft, o.Store = string(res.Data), res.GasUsed, res.GasLeft, store.entries
	if err != nil {
		require.False(t, isFault(err), "%v", err)
		o.Error = err.Error()
		var failure *Error
		require.ErrorAs(t, err, &failure)
		o.Kind = failure.Kind
	}
	return o
}
