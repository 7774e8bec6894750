//go:build !unix

package miner

import "time"

var processStart = time.Now()

// cpuTime is the time of the clock, where the system does not tell that of the
// processor.
func cpuTime() time.Duration { return time.Since(processStart) }
