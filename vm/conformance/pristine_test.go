package conformance

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/weftchain/weft/vm"
)

// cpuTime is what a thread (1) or the process (0) has used.
func cpuTime(b *testing.B, who int) time.Duration {
	b.Helper()
	var use syscall.Rusage
	if err := syscall.Getrusage(who, &use); err != nil {
		b.Fatal(err)
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}

const rusageThread = 1 // of Linux

// onCPU runs f b.N times on a thread of its own and reports the thread's time: the
// clock's tells how busy the machine is.
func onCPU(b *testing.B, f func()) {
	b.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	start := cpuTime(b, rusageThread)
	b.ResetTimer()
	for range b.N {
		f()
	}
	b.ReportMetric(float64(cpuTime(b, rusageThread)-start)/float64(b.N), "cpu-ns/op")
}

// released is hackatom after its instantiation, with the call that releases its
// funds.
func released(tb testing.TB, e *vm.Engine) vm.Call {
	tb.Helper()
	c := newContractOn(tb, func() (*vm.Engine, error) { return e, nil }, "hackatom")
	c.instantiate("creator", hackatomInit)
	args := [][]byte{[]byte(env), []byte(info("fred")), []byte(`{"release":{}}`)}
	return vm.Call{Code: c.code, Entry: "execute", Args: args, GasLimit: gasLimit, Storage: c.store, API: c.api, Querier: c.querier}
}

// eachRestore measures with each way of restoring that this system has.
func eachRestore(b *testing.B, measure func(b *testing.B, e *vm.Engine, call vm.Call)) {
	for _, way := range []vm.Restore{vm.RestoreScan, vm.RestorePagemap, vm.RestoreCopy} {
		b.Run(way.String(), func(b *testing.B) {
			e, err := vm.New(vm.Config{Restore: way})
			if err != nil {
				b.Skip(err)
			}
			defer func() { _ = e.Close() }()
			call := released(b, e)
			b.ReportAllocs()
			measure(b, e, call)
		})
	}
}

// BenchmarkAcquireRestore makes calls of an entry point that hackatom does not
// have, after a real one that wrote to its memory: what remains is to find the
// code, to take an instance, to restore it and to put it back.
func BenchmarkAcquireRestore(b *testing.B) {
	eachRestore(b, func(b *testing.B, e *vm.Engine, call vm.Call) {
		if _, err := e.Call(call); err != nil {
			b.Fatal(err)
		}
		none := call
		none.Entry, none.Args = "none", nil
		onCPU(b, func() { _, _ = e.Call(none) })
	})
}

// BenchmarkExecute is BenchmarkCall in CPU time.
func BenchmarkExecute(b *testing.B) {
	eachRestore(b, func(b *testing.B, e *vm.Engine, call vm.Call) {
		onCPU(b, func() {
			if _, err := e.Call(call); err != nil {
				b.Fatal(err)
			}
		})
	})
}

// BenchmarkDiskStart makes hackatom ready from the cache on disk.
func BenchmarkDiskStart(b *testing.B) {
	e, err := vm.New(vm.Config{CacheDir: b.TempDir(), MemoryCacheBytes: -1})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = e.Close() }()
	sum, _, err := e.Compile(wasm(b, "hackatom"))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	onCPU(b, func() {
		if _, err := e.Analyze(vm.Code{Checksum: sum}); err != nil {
			b.Fatal(err)
		}
	})
}

// Calls of every entry point of every contract, with messages that it takes and
// that it does not, ended at some point by a gas limit: afterwards each instance is
// as it was, and a query gives what it gave before.
func TestPristine(t *testing.T) {
	dir, err := testdata()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.wasm"))
	if err != nil || len(files) == 0 {
		t.Fatal("no contracts", err)
	}
	for _, way := range []vm.Restore{vm.RestoreAuto, vm.RestoreCopy} {
		e, err := vm.New(vm.Config{Restore: way, CacheDir: pristineCache(t)})
		if err != nil {
			t.Fatal(err)
		}
		calls := 0
		for _, file := range files {
			code, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			calls += disturb(t, e, code)
		}
		if calls < 500 {
			t.Errorf("%v: %d calls only", way, calls)
		}
		t.Logf("%v: %d calls, then %+v", way, calls, e.Stats())
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}
}

// pristineCache is where compiled contracts are kept from one engine to the next.
var pristineDir string

func pristineCache(t *testing.T) string {
	if pristineDir == "" {
		pristineDir = t.TempDir()
	}
	return pristineDir
}

// disturb makes calls of a code that leave as much behind as they can and returns
// their number; a code that is refused gets none.
func disturb(t *testing.T, e *vm.Engine, code []byte) (calls int) {
	t.Helper()
	sum, a, err := e.Compile(code)
	if err != nil {
		return 0
	}
	state := newStore()
	call := func(limit uint64, entry string, args ...string) vm.Result {
		c := vm.Call{
			Code: vm.Code{Checksum: sum, Load: func() ([]byte, error) { return code, nil }}, Entry: entry, GasLimit: limit,
			Storage: state, API: api{}, Querier: bank("contract", "250", "ATOM"),
		}
		for _, arg := range args {
			c.Args = append(c.Args, []byte(arg))
		}
		calls++
		res, err := e.Call(c)
		var failure *vm.Error
		if err != nil && !errors.As(err, &failure) {
			t.Fatalf("%s: %v", entry, err)
		}
		if err := e.CheckPristine(); err != nil {
			t.Fatalf("after %s: %v", entry, err)
		}
		return res
	}
	query := func() vm.Result { return call(gasLimit, "query", env, `{"verifier":{}}`) }
	messages := []string{
		hackatomInit, `{}`, `{"release":{}}`, `{"cpu_loop":{}}`, `{"memory_loop":{}}`, `{"allocate_large_memory":{"pages":100}}`,
		`{"panic":{}}`, `{"enqueue":{"value":42}}`, `{"abort":{}}`, `{"argon2":{"mem_cost":256,"time_cost":1}}`,
		`{"verifier":{}}`, `{"reducer":{}}`, `{"user_errors_in_api_calls":{}}`, `{"message_loop":{}}`,
	}
	limits := []uint64{gasLimit / 250, 30_000_000, 3_000_000}
	call(gasLimit, "instantiate", env, info("creator"), hackatomInit)
	for _, entry := range a.EntryPoints {
		for n, msg := range messages {
			limit := limits[n%len(limits)]
			if n < len(messages)/2 {
				limit = limits[0]
			}
			args := []string{env, msg}
			if entry == "instantiate" || entry == "execute" {
				args = []string{env, info("fred"), msg}
			}
			kept := state
			state = state.clone()
			before := query()
			call(limit, entry, args...)
			state = kept
			if after := query(); before.GasUsed != after.GasUsed || !bytes.Equal(before.Data, after.Data) {
				t.Fatalf("a query after %s %s differs: %+v, %+v", entry, msg, before, after)
			}
		}
	}
	return calls
}

func (s *store) clone() *store {
	c := newStore()
	for k, v := range s.entries {
		c.entries[k] = v
	}
	return c
}

// BenchmarkThousandModules stores a thousand codes, and many of hackatom's size,
// through an engine whose cache has room for a few, and reports what memory the
// process has gained.
func BenchmarkThousandModules(b *testing.B) {
	hackatom := wasm(b, "hackatom")
	for _, kind := range []struct {
		name  string
		count int
		code  func(n int) []byte
	}{
		{"small", 1_000, smallModule},
		{"hackatom", 30, func(n int) []byte { return append(bytes.Clone(hackatom), 0, 3, 1, 'n', byte(n)) }},
	} {
		b.Run(kind.name, func(b *testing.B) {
			for range b.N {
				e, err := vm.New(vm.Config{MemoryCacheBytes: 16 << 20, CacheDir: b.TempDir()})
				if err != nil {
					b.Fatal(err)
				}
				before := resident(b)
				for n := range kind.count {
					if _, _, err := e.Compile(kind.code(n)); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(resident(b)-before)/(1<<20), "MiB")
				b.ReportMetric(float64(e.Stats().Codes), "codes")
				b.ReportMetric(float64(e.Stats().CodeBytes)/(1<<20), "counted-MiB")
				if err := e.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// smallModule is a contract that has the exports which all must have.
func smallModule(n int) []byte {
	section := func(id byte, body ...byte) []byte { return append([]byte{id, byte(len(body))}, body...) }
	export := func(name string, kind, index byte) []byte {
		return append(append([]byte{byte(len(name))}, name...), kind, index)
	}
	exports := slices.Concat([]byte{4}, export("memory", 2, 0), export("allocate", 0, 0), export("deallocate", 0, 1),
		export("interface_version_8", 0, 2))
	return slices.Concat([]byte("\x00asm\x01\x00\x00\x00"),
		section(1, 3, 0x60, 1, 0x7f, 1, 0x7f, 0x60, 1, 0x7f, 0, 0x60, 0, 0),
		section(3, 3, 0, 1, 2), section(5, 1, 0, 1), section(7, exports...),
		section(10, 3, 4, 0, 0x20, 0, 0x0b, 2, 0, 0x0b, 2, 0, 0x0b),
		section(11, 1, 0, 0x41, 8, 0x0b, 2, byte(n), byte(n>>8)))
}

// resident is the memory of the process after a collection, in bytes.
func resident(b *testing.B) int64 {
	b.Helper()
	debug.FreeOSMemory()
	status, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		b.Skip(err)
	}
	var size, pages int64
	if _, err := fmt.Sscan(string(status), &size, &pages); err != nil {
		b.Fatal(err)
	}
	return pages * int64(os.Getpagesize())
}
