// Package spent measures what a piece of a test costs this process, for tests
// that hold work to an order of growth: the clock on the wall also counts what
// others do on a shared machine.
//
// It is for bounds a hundred times above what is expected. What is to be fast is
// measured by benchmarks.
package spent

import "time"

// CPU runs do and returns the processor time of the process meanwhile, that of
// the garbage collector included; where the system does not tell, the time of
// the clock.
func CPU(do func()) time.Duration {
	start := now()
	do()
	return now() - start
}
