package state

import "sync"

// Prune may run beside: the test lists state/prune.go.
func Prune(stop chan struct{}, work func()) {
	var wg sync.WaitGroup
	wg.Go(work)
	go work()
	select {
	case <-stop:
	default:
	}
}
