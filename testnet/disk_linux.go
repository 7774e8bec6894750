package testnet

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// mountMemory makes a file system in memory that nobody finds by a path of the
// system: it is there as long as root is open, and path leads through that to it.
func mountMemory(size int64) (root *os.File, path string, err error) {
	dir, err := os.MkdirTemp("", "weft-disk-")
	if err != nil {
		return nil, "", err
	}
	defer os.Remove(dir) //nolint:errcheck // an empty folder
	if err := syscall.Mount("weft", dir, "tmpfs", syscall.MS_NOSUID|syscall.MS_NODEV, fmt.Sprintf("size=%d,mode=0700", size)); err != nil {
		if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.EACCES) {
			err = fmt.Errorf("%w: only root may mount a file system", err)
		}
		return nil, "", fmt.Errorf("mounting a tmpfs: %w", err)
	}
	root, err = os.Open(dir)
	if err := errors.Join(err, syscall.Unmount(dir, syscall.MNT_DETACH)); err != nil {
		return nil, "", err
	}
	return root, fmt.Sprintf("/proc/%d/fd/%d", os.Getpid(), root.Fd()), nil
}
