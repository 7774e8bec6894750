// Package state is what the pass must find in a file that it does not list.
package state

import "sync"

// Commit may not.
func Commit(stop chan struct{}, work func()) {
	var wg sync.WaitGroup
	wg.Go(work) // want `sync.WaitGroup.Go: compute in order`
	go work()   // want `a go statement: compute in order`
	select {    // want `select: compute in order`
	case <-stop:
	default:
	}
	select {
	case <-stop:
	}
	select {}
}
