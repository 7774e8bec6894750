//go:build !linux

package vm

import "time"

var processStart = time.Now()

// threadTime is the time on the wall where the system is not asked for the
// thread's.
func threadTime() time.Duration { return time.Since(processStart) }
