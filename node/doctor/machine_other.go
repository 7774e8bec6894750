//go:build !unix

package doctor

import "errors"

// hasModes says that files have owners and modes here.
const hasModes = false

func freeBytes(string) (uint64, error) { return 0, errors.ErrUnsupported }

func openFiles() (uint64, error) { return 0, errors.ErrUnsupported }
