// Package hostile_test shows that each fixture does the harm it is named after,
// and how the engine ends it.
package hostile_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/vm"
)

const gasLimit = 50_000_000_000 // VM gas

func read(t *testing.T, name string) []byte {
	t.Helper()
	wasm, err := os.ReadFile(name + ".wasm")
	require.NoError(t, err)
	line, err := os.ReadFile(name + ".wasm.sha256")
	require.NoError(t, err)
	require.Equal(t, fmt.Sprintf("%x  %s.wasm\n", sha256.Sum256(wasm), name), string(line))
	return wasm
}

// open uploads and instantiates a fixture; run executes a message.
func open(t *testing.T, name string) (run func(entry, msg string) (vm.Result, error)) {
	t.Helper()
	wasm := read(t, name)
	engine, err := vm.New(vm.Config{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, engine.Close()) })
	checksum, _, err := engine.Compile(wasm)
	require.NoError(t, err)
	code := vm.Code{Checksum: checksum, Load: func() ([]byte, error) { return wasm, nil }}
	run = func(entry, msg string) (vm.Result, error) {
		args := [][]byte{[]byte(`{}`), []byte(`{}`), []byte(msg)}
		if entry == "query" {
			args = args[1:]
		}
		return engine.Call(vm.Call{Code: code, Entry: entry, Args: args, GasLimit: gasLimit, Storage: empty{}})
	}
	res, err := run("instantiate", `{}`)
	require.NoError(t, err)
	require.JSONEq(t, `{"ok":{"messages":[],"attributes":[],"events":[],"data":null}}`, string(res.Data))
	return run
}

func kind(t *testing.T, err error) vm.Kind {
	t.Helper()
	var refused *vm.Error
	require.True(t, errors.As(err, &refused), "%v", err)
	return refused.Kind
}

func TestEndlessWork(t *testing.T) {
	for _, c := range []struct {
		name, entry string
		want        vm.Kind
	}{
		{"spin", "execute", vm.KindOutOfGas},
		{"spin", "query", vm.KindOutOfGas},
		{"grow", "execute", vm.KindOutOfGas},
		{"recurse", "execute", vm.KindStack},
	} {
		t.Run(c.name+" "+c.entry, func(t *testing.T) {
			run := open(t, c.name)
			res, err := run(c.entry, `{}`)
			require.Equal(t, c.want, kind(t, err), "%v", err)
			require.Nil(t, res.Data)
			require.Equal(t, uint64(gasLimit), res.GasUsed+res.GasLeft)
		})
	}
}

func TestBadRegions(t *testing.T) {
	run := open(t, "badregion")
	for _, kindName := range []string{"pointer", "edge", "offset", "end", "zero", "length", "wrap", "huge", "null"} {
		for _, verb := range []string{"read", "return"} {
			_, err := run("execute", fmt.Sprintf(`{%q:{"kind":%q}}`, verb, kindName))
			// 3.75 GiB are charged before they are looked at, and cost too much.
			want := vm.KindCommunication
			if kindName == "huge" {
				want = vm.KindOutOfGas
			}
			require.Equal(t, want, kind(t, err), "%s %s: %v", verb, kindName, err)
		}
	}
	res, err := run("execute", `{"read":{"kind":"text"}}`)
	require.NoError(t, err)
	require.Contains(t, string(res.Data), `"ok"`)
	res, err = run("execute", `{"return":{"kind":"text"}}`)
	require.NoError(t, err, "what the bytes mean is not the engine's business")
	require.Equal(t, "this is not JSON", string(res.Data))
}

func TestOldInterfaceIsRefused(t *testing.T) {
	wasm := read(t, "oldabi")
	engine, err := vm.New(vm.Config{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, engine.Close()) })
	_, _, err = engine.Compile(wasm)
	require.Equal(t, vm.KindStatic, kind(t, err), "%v", err)
	require.ErrorContains(t, err, "interface_version_7")
}

// empty is a storage without keys.
type empty struct{}

func (empty) Get([]byte) ([]byte, uint64, error) { return nil, 0, nil }
func (empty) Set(_, _ []byte) (uint64, error)    { return 0, nil }
func (empty) Remove([]byte) (uint64, error)      { return 0, nil }
func (empty) Scan(_, _ []byte, _ bool) (vm.Iterator, uint64, error) {
	return nil, 0, errors.New("not asked for by the fixtures")
}
