//go:build !linux

package testnet

import (
	"errors"
	"os"
)

// mountMemory makes a file system in memory: here it cannot.
func mountMemory(int64) (*os.File, string, error) {
	return nil, "", errors.New("a small disk needs Linux's tmpfs")
}
