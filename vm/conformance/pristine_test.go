package conformance

import (
	"runtime"
	"sync"
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

// BenchmarkAcquireRestore makes calls of an entry point that hackatom does not
// have, between real ones that write to its memory: what remains is to find the
// code, to take an instance, to restore it and to put it back.
func BenchmarkAcquireRestore(b *testing.B) {
	for _, way := range []vm.Restore{vm.RestoreScan, vm.RestorePagemap, vm.RestoreCopy} {
		b.Run(way.String(), func(b *testing.B) {
			e, err := vm.New(vm.Config{Restore: way})
			if err != nil {
				b.Skip(err)
			}
			defer func() { _ = e.Close() }()
			call := released(b, e)
			if _, err := e.Call(call); err != nil {
				b.Fatal(err)
			}
			none := call
			none.Entry, none.Args = "none", nil
			b.ReportAllocs()
			onCPU(b, func() { _, _ = e.Call(none) })
		})
	}
}

// BenchmarkExecute is BenchmarkCall in CPU time.
func BenchmarkExecute(b *testing.B) {
	for _, way := range []vm.Restore{vm.RestoreScan, vm.RestorePagemap, vm.RestoreCopy} {
		b.Run(way.String(), func(b *testing.B) {
			e, err := vm.New(vm.Config{Restore: way})
			if err != nil {
				b.Skip(err)
			}
			defer func() { _ = e.Close() }()
			call := released(b, e)
			b.ReportAllocs()
			onCPU(b, func() {
				if _, err := e.Call(call); err != nil {
					b.Fatal(err)
				}
			})
		})
	}
}

// BenchmarkWorkers measures the CPU time of a call while one worker makes calls,
// and while two do.
func BenchmarkWorkers(b *testing.B) {
	for workers, name := range []string{1: "one", 2: "two"} {
		if workers == 0 {
			continue
		}
		b.Run(name, func(b *testing.B) {
			e, err := vm.New(vm.Config{})
			if err != nil {
				b.Fatal(err)
			}
			defer func() { _ = e.Close() }()
			call := released(b, e)
			start := cpuTime(b, 0)
			b.ResetTimer()
			var wg sync.WaitGroup
			for range workers {
				wg.Go(func() {
					for range b.N {
						if _, err := e.Call(call); err != nil {
							b.Error(err)
						}
					}
				})
			}
			wg.Wait()
			b.ReportMetric(float64(cpuTime(b, 0)-start)/float64(workers*b.N), "cpu-ns/call")
		})
	}
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
