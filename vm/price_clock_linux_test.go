package vm

import (
	"time"

	"golang.org/x/sys/unix"
)

// threadTime is how long this thread has run, whoever else wants the processor.
func threadTime() time.Duration {
	var at unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &at); err != nil {
		panic(err)
	}
	return time.Duration(at.Nano())
}
