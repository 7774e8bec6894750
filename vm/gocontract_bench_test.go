package vm

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

// BenchmarkGoCall measures contracts of the stock Go toolchain.
func BenchmarkGoCall(b *testing.B) {
	for _, c := range []struct{ name, code, entry, msg string }{
		{"counter/execute", "counter", "execute", `{"add":1}`},
		{"counter/query", "counter", "query", `{"count":0}`},
		{"document/execute", "document", "execute", `{"put":{"key":"k","value":{"a":[1,"2"],"b":null}}}`},
		{"document/query", "document", "query", `{"get":{"key":"k"}}`},
	} {
		b.Run(c.name, func(b *testing.B) {
			e := sharedEngine(b)
			code := goContract(b, c.code)
			call, store := testCall(code)
			store.entries["count"], store.entries["k"] = "41", "{}"
			call.Entry, call.Args = c.entry, [][]byte{[]byte(benchEnv), []byte(benchInfo), []byte(c.msg)}
			if c.entry == "query" {
				call.Args, call.ReadOnly = [][]byte{[]byte(benchEnv), []byte(c.msg)}, true
			}
			res, err := e.Call(call)
			require.NoError(b, err)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := e.Call(call); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(res.GasUsed), "gas")
		})
	}
}

const (
	benchEnv  = `{"block":{"height":12345,"time":"1571797419879305533","chain_id":"weft-local"},"transaction":{"index":3},"contract":{"address":"weft14hj2tavq8fpesdwxxcu44rty3hh90vhujrvcmstl4zr3txmfvw9s0phg4d"}}`
	benchInfo = `{"sender":"weft1creator","funds":[]}`
)

// BenchmarkGoUpload is all that an upload does, BenchmarkGoStart what is done for
// a stored code whose machine code is on disk, _initialize and image included.
func BenchmarkGoUpload(b *testing.B) {
	for _, name := range []string{"counter", "document"} {
		code := goContract(b, name)
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(code)))
			for b.Loop() {
				e, err := New(Config{})
				require.NoError(b, err)
				_, _, err = e.Compile(code)
				require.NoError(b, err)
				require.NoError(b, e.Close())
			}
		})
	}
}

func BenchmarkGoStart(b *testing.B) {
	for _, name := range []string{"counter", "document"} {
		code := goContract(b, name)
		b.Run(name, func(b *testing.B) {
			dir := b.TempDir()
			first, err := New(Config{CacheDir: dir})
			require.NoError(b, err)
			_, _, err = first.Compile(code)
			require.NoError(b, err)
			require.NoError(b, first.Close())
			e, err := New(Config{CacheDir: dir, MemoryCacheBytes: -1})
			require.NoError(b, err)
			defer e.Close()
			c, _ := testCall(code)
			c.Code.Load = nil // from the cache or not at all
			for b.Loop() {
				_, err := e.Analyze(c.Code)
				require.NoError(b, err)
			}
			runtime.GC()
		})
	}
}
