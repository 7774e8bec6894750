//go:build !unix

package testnet

import "os"

// This system cannot pause a process.
var signalPause, signalResume os.Signal
