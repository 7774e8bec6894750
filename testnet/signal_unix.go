//go:build unix

package testnet

import (
	"os"
	"syscall"
)

// What pauses a process and lets it go on.
var (
	signalPause  os.Signal = syscall.SIGSTOP
	signalResume os.Signal = syscall.SIGCONT
)
