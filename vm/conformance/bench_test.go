package conformance

import (
	"testing"

	"github.com/weftchain/weft/vm"
)

// BenchmarkCall runs release of hackatom: three regions in, one out, two host
// calls.
func BenchmarkCall(b *testing.B) {
	c := newContract(b, "hackatom")
	c.instantiate("creator", hackatomInit)
	args := [][]byte{[]byte(env), []byte(info("fred")), []byte(`{"release":{}}`)}
	call := vm.Call{Code: c.code, Entry: "execute", Args: args, GasLimit: gasLimit, Storage: c.store, API: c.api, Querier: c.querier}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.engine.Call(call); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCompile checks, rewrites and compiles hackatom (232 KB).
func BenchmarkCompile(b *testing.B) {
	code := wasm(b, "hackatom")
	b.SetBytes(int64(len(code)))
	for b.Loop() {
		b.StopTimer()
		e, err := vm.New(vm.Config{})
		if err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		if _, _, err := e.Compile(code); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		if err := e.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}
