package tipjar_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"github.com/weftchain/weft/vm"
)

// loaded is an engine and the committed module in it, as after an upload. One
// for all tests: an instance lives for one call, so nothing is shared.
var loaded = sync.OnceValues(func() (*vm.Engine, vm.Code) {
	wasm, err := os.ReadFile("tipjar.wasm")
	if err != nil {
		panic(err)
	}
	engine, err := vm.New(vm.Config{})
	if err != nil {
		panic(err)
	}
	checksum, _, err := engine.Compile(wasm)
	if err != nil {
		panic(err)
	}
	return engine, vm.Code{Checksum: checksum, Load: func() ([]byte, error) { return wasm, nil }}
})

func TestAnalysis(t *testing.T) {
	engine, code := loaded()
	a, err := engine.Analyze(code)
	require.NoError(t, err)
	require.ElementsMatch(t, []string{"instantiate", "execute", "query", "migrate"}, a.EntryPoints)
	require.Equal(t, []string{"iterator"}, a.Capabilities)
}

// The module needs nothing that a CosmWasm chain of 2021 does not have.
func TestModuleIsPlainCosmWasm(t *testing.T) {
	wasm, err := os.ReadFile("tipjar.wasm")
	require.NoError(t, err)
	ctx := context.Background()
	runtime := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigInterpreter().WithCoreFeatures(api.CoreFeaturesV1))
	t.Cleanup(func() { require.NoError(t, runtime.Close(ctx)) })
	module, err := runtime.CompileModule(ctx, wasm)
	require.NoError(t, err, "no bulk memory, no sign extension, no reference types")

	var imports []string
	for _, f := range module.ImportedFunctions() {
		from, name, _ := f.Import()
		imports = append(imports, from+"."+name)
	}
	require.ElementsMatch(t, []string{
		"env.abort", "env.addr_validate", "env.query_chain",
		"env.db_read", "env.db_write", "env.db_remove", "env.db_scan", "env.db_next",
	}, imports)
	var exports []string
	for name := range module.ExportedFunctions() {
		exports = append(exports, name)
	}
	require.ElementsMatch(t, []string{
		"allocate", "deallocate", "instantiate", "execute", "query", "migrate",
		"interface_version_8", "requires_iterator",
	}, exports)
	memory := module.ExportedMemories()["memory"]
	require.NotNil(t, memory)
	_, bounded := memory.Max()
	require.False(t, bounded, "the host sets the maximum")
}

func TestChecksumFile(t *testing.T) {
	wasm, err := os.ReadFile("tipjar.wasm")
	require.NoError(t, err)
	line, err := os.ReadFile("tipjar.wasm.sha256")
	require.NoError(t, err)
	require.Equal(t, fmt.Sprintf("%x  tipjar.wasm\n", sha256.Sum256(wasm)), string(line))
}

func TestSchemaIsJSON(t *testing.T) {
	raw, err := os.ReadFile("schema.json")
	require.NoError(t, err)
	require.True(t, json.Valid(raw))
}

// checkJSON sends a message and compares the verdict on its syntax with Go's.
func checkJSON(t *testing.T, j *jar, msg []byte) {
	t.Helper()
	before := j.store
	defer func() { j.store = before }()
	_, refused := j.send("execute", bob, string(msg), "1uweft")
	malformed := strings.HasPrefix(refused, "malformed JSON")
	stricter := !utf8.Valid(msg) || strings.Contains(refused, "unpaired surrogate") || strings.Contains(refused, "nested deeper")
	if stricter {
		return
	}
	require.Equal(t, !json.Valid(msg), malformed, "%q: %q", msg, refused)
}
