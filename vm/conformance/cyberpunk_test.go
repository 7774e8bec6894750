package conformance

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/vm"
)

func cyberpunk(t *testing.T, engine func() (*vm.Engine, error)) *contract {
	t.Helper()
	c := newContractOn(t, engine, "cyberpunk")
	c.instantiate("creator", `{}`)
	return c
}

func TestPanic(t *testing.T) {
	c := cyberpunk(t, compiler)
	_, err := c.call("execute", env, info("fred"), `{"panic":{}}`)
	require.Equal(t, vm.KindAborted, kind(err))
	require.ErrorContains(t, err, "Error calling the VM: Error executing Wasm: Wasmer runtime error: RuntimeError: Aborted: panicked at")
	require.ErrorContains(t, err, "This page intentionally faulted")
}

func TestUnreachable(t *testing.T) {
	c := cyberpunk(t, compiler)
	_, err := c.call("execute", env, info("fred"), `{"unreachable":{}}`)
	require.Equal(t, vm.KindTrap, kind(err))
	require.ErrorContains(t, err, "RuntimeError: unreachable")
}

// Loops end when the gas does, and everything is accounted for.
func TestLoops(t *testing.T) {
	eachEngine(t, func(t *testing.T, engine func() (*vm.Engine, error)) {
		c := cyberpunk(t, engine)
		for _, loop := range []string{"cpu_loop", "storage_loop", "memory_loop"} {
			const limit = 40_000_000
			res, err := c.callWith(limit, "execute", env, info("fred"), `{"`+loop+`":{}}`)
			require.True(t, isOutOfGas(err), "%s: %v", loop, err)
			require.EqualError(t, err, "Out of gas")
			require.Zero(t, res.GasLeft)
			require.Equal(t, uint64(limit), res.GasUsed+res.GasExternal, loop)
			require.Equal(t, loop == "storage_loop", res.GasExternal > 0, loop)
		}
	})
}

// Memory is capped at 512 pages: growing beyond gives -1, which the contract
// answers in its own words.
func TestMemoryCap(t *testing.T) {
	c := cyberpunk(t, compiler)
	c.execute("fred", `{"allocate_large_memory":{"pages":400}}`)
	res, err := c.call("execute", env, info("fred"), `{"allocate_large_memory":{"pages":1600}}`)
	require.NoError(t, err)
	_, text := contractResult(t, res.Data)
	require.Contains(t, text, "memory.grow failed")
}

func TestMirrorEnv(t *testing.T) {
	c := cyberpunk(t, compiler)
	r := c.respond("execute", env, info("fred"), `{"mirror_env":{}}`)
	require.Equal(t, env, string(r.Data))
	bare := `{"block":{"height":1,"time":"2","chain_id":"x"},"transaction":null,"contract":{"address":"a"}}`
	require.Equal(t, bare, string(c.respond("execute", bare, info("fred"), `{"mirror_env":{}}`).Data))
}

func TestDebug(t *testing.T) {
	c := cyberpunk(t, compiler)
	var heard []string
	call := vm.Call{
		Code: c.code, Entry: "execute", Args: [][]byte{[]byte(env), []byte(info("fred")), []byte(`{"debug":{}}`)},
		GasLimit: gasLimit, Storage: c.store, API: c.api, Querier: c.querier,
	}
	deaf, err := c.engine.Call(call)
	require.NoError(t, err)
	call.Debug = func(text string) { heard = append(heard, text) }
	listening, err := c.engine.Call(call)
	require.NoError(t, err)
	require.Equal(t, deaf, listening, "who listens must not matter")
	require.NotEmpty(t, heard)
}
