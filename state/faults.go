package state

import (
	"errors"
	"fmt"
	"sync"

	"github.com/cockroachdb/pebble/v2"
)

// faults remembers the first thing that went wrong in the database. Pebble
// reports what it cannot survive through its logger's Fatalf and expects the
// process to end there, often on a goroutine of its own and with locks in
// hand. Here that goroutine stands still for the short rest of the process, and
// the fault becomes the error of the commit that waits for it and of every
// stage and commit after it: the caller stops the node.
type faults struct {
	mu    sync.Mutex
	first error
	rang  chan struct{} // closed by the first fault; made on demand
}

// report keeps the first fault and wakes whoever waits in guard.
func (f *faults) report(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.first == nil {
		f.first = err
		if f.rang == nil {
			f.rang = make(chan struct{})
		}
		close(f.rang)
	}
}

func (f *faults) err() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.first
}

func (f *faults) bell() <-chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.rang == nil {
		f.rang = make(chan struct{})
	}
	return f.rang
}

// guard runs a call into pebble that may stop in Fatalf or on a write error, or
// wait for a goroutine that did. It returns the call's error or the fault,
// whichever is first; after a fault the call is given up, as the node is about
// to stop.
func (f *faults) guard(call func() error) error {
	done := make(chan error, 1)
	go func() {
		defer func() {
			if r := recover(); r != nil {
				f.report(fmt.Errorf("database: %v", r))
			}
		}()
		done <- call()
	}()
	select {
	case err := <-done:
		if fault := f.err(); fault != nil {
			return fault
		}
		return err
	case <-f.bell():
		return f.err()
	}
}

// Infof drops pebble's progress messages: this package does not log.
func (f *faults) Infof(string, ...any) {}

// Errorf drops them too: what matters arrives as an error or in listener.
func (f *faults) Errorf(string, ...any) {}

// Fatalf records the fault and never returns, since pebble's code must not run
// on. It does not unwind either: pebble's deferred calls do not expect that.
func (f *faults) Fatalf(format string, args ...any) {
	f.report(fmt.Errorf(format, args...))
	select {}
}

// listener hears of errors in the background: a full disk, a block that does
// not match its checksum. Pebble would retry for ever; the node must stop.
func (f *faults) listener() *pebble.EventListener {
	return &pebble.EventListener{
		BackgroundError: func(err error) {
			if !errors.Is(err, pebble.ErrCancelledCompaction) {
				f.report(fmt.Errorf("in the background: %w", err))
			}
		},
		DataCorruption: func(info pebble.DataCorruptionInfo) {
			f.report(fmt.Errorf("%w: %s", ErrCorrupt, info.Details))
		},
	}
}
