package vm

import (
	"crypto/sha256"
	"sync"
)

// maxWaiting is how many admitted codes may wait to be compiled. A code that
// finds the queue full is compiled when it is first used.
const maxWaiting = 16

// Admit decides whether a code may be stored, with the given limits for codes
// that import WASI. The verdict follows from the static rules, so it does not
// wait for the compiler: that takes its time behind the caller's back, one code
// after another, and a call that comes first waits for it. Only the _initialize
// of a code that imports WASI has a say in the verdict and is run at once (see
// CompileWithin). Code must not change any more.
//
// A compiler that fails shows when the code is first used: a fault of this node.
func (e *Engine) Admit(code []byte, wasi WASILimits) (checksum [32]byte, a Analysis, err error) {
	m, err := e.check(code, wasi)
	if err != nil {
		return sha256.Sum256(code), a, err
	}
	if a = m.Analysis(); a.WASI {
		return e.compileChecked(code, m, wasi)
	}
	checksum = sha256.Sum256(code)
	e.admitted.add(func() {
		entry, err := e.memory.acquire(checksum, func() (*compiled, error) { return e.build(checksum, m, 0) })
		if err == nil {
			e.memory.release(entry)
		}
	})
	return checksum, a, nil
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
