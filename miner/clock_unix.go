//go:build unix

package miner

import (
	"time"

	"golang.org/x/sys/unix"
)

// cpuTime is the processor time of this process, that of the collector included:
// the clock on the wall also counts what others do on a shared machine.
func cpuTime() time.Duration {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		return time.Since(processStart)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

var processStart = time.Now()
