//go:build cgo

package conformance

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// source is a Go module that carries contracts. It is only read; go downloads it
// and we compare its sum.
type source struct {
	module, sum string
	unlisted    bool // Go's database of sums does not know it; ours is here
}

var sources = map[string]source{
	"wasmvm1":  {"github.com/CosmWasm/wasmvm@v1.5.9", "h1:EMSIsG4eAhgIZ6SQQs+ZWFT0ONnUjbH9FSdeBUnItoQ=", false},
	"wasmvm2":  {"github.com/CosmWasm/wasmvm/v2@v2.2.4", "h1:V3UwXJMA8TNOuQETppDQkaXAevF7gOWLYpKvrThPv7o=", false},
	"wasmd":    {"github.com/CosmWasm/wasmd@v0.70.3", "h1:xTTVVQhNNY8ZflKhjfv6UBwsouiGF3+viRGY4o6/nGY=", false},
	"wasmd30":  {"github.com/CosmWasm/wasmd@v0.30.0", "h1:oUVz3TgO/+24JZQdoTOlOv+IK7N9hEa/s3M4eR9i4FQ=", false}, // the first generation
	"neutron":  {"github.com/neutron-org/neutron/v4@v4.2.4", "h1:TFEjTS5Z55VGJ6J6CIekLO/rYlkTRzIXBOfe8m82Vt0=", false},
	"neutron6": {"github.com/neutron-org/neutron/v6@v6.0.0", "h1:hCtuWGTu2sgAEqpnvvkkwPrGVjl8AMIVQdT55L2SzPI=", false},
	"osmosis":  {"github.com/osmosis-labs/osmosis/v25@v25.2.0", "h1:elOkVrPJiyccXFm+TkV8wN7DYKKGG7pfaD4R8XmCDK8=", true},
}

var (
	sourceDirs  = map[string]string{}
	sourceMutex sync.Mutex
)

// sourceDir is where go keeps the files of a source.
func sourceDir(tb testing.TB, source string) string {
	tb.Helper()
	sourceMutex.Lock()
	defer sourceMutex.Unlock()
	if dir, ok := sourceDirs[source]; ok {
		return dir
	}
	s := sources[source]
	cmd := exec.Command("go", "mod", "download", "-json", s.module)
	cmd.Dir = os.TempDir() // outside of any module: these are no dependencies of ours
	if s.unlisted {
		path, _, _ := strings.Cut(s.module, "@")
		cmd.Env = append(os.Environ(), "GONOSUMDB="+path)
	}
	out, err := cmd.Output()
	var info struct{ Dir, Sum, Error string }
	if jsonErr := json.Unmarshal(out, &info); jsonErr != nil || info.Dir == "" {
		tb.Fatalf("download %s: %v %s", s.module, err, info.Error)
	}
	if info.Sum != s.sum {
		tb.Fatalf("%s has the sum %s, want %s", s.module, info.Sum, s.sum)
	}
	sourceDirs[source] = info.Dir
	return info.Dir
}

// public reads a contract "source/path", unzipped if it has to be. A path
// without a source is a contract of the reference.
func public(tb testing.TB, name string) []byte {
	tb.Helper()
	source, path, ok := strings.Cut(name, "/")
	if !ok {
		return wasm(tb, name)
	}
	code, err := readContract(filepath.Join(sourceDir(tb, source), path))
	if err != nil {
		tb.Fatal(err)
	}
	return code
}

func readContract(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if !strings.HasSuffix(path, ".gz") && !strings.HasSuffix(path, ".gzip") {
		return io.ReadAll(f)
	}
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return io.ReadAll(z)
}
