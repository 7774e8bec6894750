package node_test

import (
	"os/signal"
	"syscall"
)

func init() {
	limitFileSize = func(bytes int64) error {
		signal.Ignore(syscall.SIGXFSZ) // the write then answers EFBIG
		return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: uint64(bytes), Max: uint64(bytes)})
	}
}
