package vm

import (
	"crypto/sha256"
	"sync"

	"github.com/weftchain/weft/vm/rewrite"
)

// maxWaiting is how many admitted codes may wait to be compiled. A code that
// finds the queue full is compiled when it is first used.
const maxWaiting = 16

// Admit decides whether a code may be stored, with the given limits for codes
// that import WASI. The verdict follows from the static rules, so it does not
// wait for the compiler: that takes its time behind the caller's back, one code
// after another, and a call that comes first waits for it. Only the _initialize
// of a code that imports WASI has a say in the verdict and is run at once (see
// interpretInitialize). Code must not change any more.
//
// A compiler that fails shows when the code is first used: a fault of this node.
func (e *Engine) Admit(code []byte, wasi WASILimits) (checksum [32]byte, a Analysis, err error) {
	m, err := e.check(code, wasi)
	if err != nil {
		return sha256.Sum256(code), a, err
	}
	checksum = sha256.Sum256(code)
	if a = m.Analysis(); a.WASI && a.Initialize {
		gas, ok := e.interpretInitialize(checksum, m, wasi.InitializeGas)
		if !ok {
			return e.compileChecked(code, m, wasi)
		}
		a.InitializeGas = gas
	}
	e.admitted.add(func() {
		entry, err := e.memory.acquire(checksum, func() (*compiled, error) { return e.build(checksum, m, wasi.InitializeGas) })
		if err == nil {
			e.memory.release(entry)
		}
	})
	return checksum, a, nil
}

// interpretedGas is how much of _initialize is interpreted: a quarter of a second
// at most. Contracts in Go need a third of it.
const interpretedGas = 2_000_000_000

// interpretInitialize runs _initialize of a code in the interpreter, which is
// ready for it several times sooner than the compiler. If it ends well there
// within interpretedGas that is the verdict, and this is its gas. If not, for
// whatever reason, the compiled code decides: that is slower, and knows all
// limits. Which of the two decides follows from the code and the limit alone, and
// what is in a cache has no part in it.
func (e *Engine) interpretInitialize(checksum [32]byte, m *rewrite.Module, limit uint64) (gas uint64, ok bool) {
	if e.config.Interpreter {
		return 0, false
	}
	defer func() {
		if recover() != nil {
			gas, ok = 0, false
		}
	}()
	metered, err := m.Metered()
	if err != nil {
		return 0, false
	}
	c := newCompiled(checksum, m.Analysis(), uint64(len(metered)))
	defer func() { _ = c.close() }()
	if c.build(e.interpreterConfig, metered) != nil {
		return 0, false
	}
	inst, err := c.instantiate(e.pool.plain)
	if err != nil {
		return 0, false
	}
	defer func() { _ = inst.close() }()
	gas, err = e.prepare(c, inst, min(limit, interpretedGas))
	return gas, err == nil
}

// workQueue does jobs one after another on a goroutine of its own, which lives
// as long as there is work. What it does must not be seen in any result.
type workQueue struct {
	mu      sync.Mutex
	waiting []func()
	running bool
	closed  bool
	done    sync.WaitGroup
}

// add appends a job, unless too many are waiting or the queue is closed.
func (q *workQueue) add(job func()) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed || len(q.waiting) >= maxWaiting {
		return
	}
	q.waiting = append(q.waiting, job)
	if !q.running {
		q.running = true
		q.done.Go(q.work)
	}
}

func (q *workQueue) work() {
	for {
		q.mu.Lock()
		if len(q.waiting) == 0 {
			q.running = false
			q.mu.Unlock()
			return
		}
		job := q.waiting[0]
		q.waiting[0] = nil // it holds a code
		q.waiting = q.waiting[1:]
		q.mu.Unlock()
		job()
	}
}

// close drops what is waiting and returns when nothing runs any more.
func (q *workQueue) close() {
	q.mu.Lock()
	q.closed, q.waiting = true, nil
	q.mu.Unlock()
	q.done.Wait()
}
