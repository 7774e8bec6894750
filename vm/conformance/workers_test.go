//go:build cgo

package conformance

import (
	"math"
	"os"
	"os/exec"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/weftchain/weft/vm"
)

// workersChild is set in the environment of the process that only makes calls.
const workersChild = "WEFT_BENCH_WORKER"

// BenchmarkWorkers measures the CPU time of a call while one worker makes calls,
// while two do, and, for what the machine takes for that, while one does beside
// another process that does nothing else. By turns, each worker with a store of
// its own.
func BenchmarkWorkers(b *testing.B) {
	e, err := vm.New(vm.Config{})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = e.Close() }()
	calls := [2]vm.Call{released(b, e), released(b, e)}
	if os.Getenv(workersChild) != "" {
		for {
			makeCalls(b, e, calls[:1], 1_000)
		}
	}
	other := exec.Command(os.Args[0], "-test.run=^$", "-test.bench=^BenchmarkWorkers$") //nolint:gosec // this binary
	other.Env = append(os.Environ(), workersChild+"=1")
	if err := other.Start(); err != nil {
		b.Fatal(err)
	}
	defer func() { _, _ = other.Process.Kill(), other.Wait() }()
	time.Sleep(2 * time.Second) // until it has compiled the contract
	signal := func(s syscall.Signal) {
		if err := other.Process.Signal(s); err != nil {
			b.Fatal(err)
		}
	}
	signal(syscall.SIGSTOP)
	makeCalls(b, e, calls[:], 1_000)
	var spent [3][]float64
	for b.Loop() {
		for range 25 {
			spent[0] = append(spent[0], makeCalls(b, e, calls[:1], 1_000))
			spent[1] = append(spent[1], makeCalls(b, e, calls[:], 1_000))
			signal(syscall.SIGCONT)
			spent[2] = append(spent[2], makeCalls(b, e, calls[:1], 1_000))
			signal(syscall.SIGSTOP)
		}
	}
	b.ReportMetric(0, "ns/op") // of all together: says nothing
	for i, name := range []string{"one", "two", "apart"} {
		slices.Sort(spent[i])
		b.ReportMetric(math.Round(spent[i][0]), name+"-min-ns")
		b.ReportMetric(math.Round(spent[i][len(spent[i])/2]), name+"-median-ns")
	}
}

// makeCalls makes each of some calls n times, side by side, and returns the CPU
// time of one.
func makeCalls(b *testing.B, e *vm.Engine, calls []vm.Call, n int) float64 {
	start := clock(b, processClock)
	var wg sync.WaitGroup
	for _, call := range calls {
		wg.Go(func() {
			for range n {
				if _, err := e.Call(call); err != nil {
					b.Error(err)
				}
			}
		})
	}
	wg.Wait()
	return float64(clock(b, processClock)-start) / float64(n*len(calls))
}
