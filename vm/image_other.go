//go:build !linux

package vm

import "errors"

// openImages: only Linux tells a program which of its pages were written to.
func openImages(Restore) (imageStore, error) {
	return nil, errors.New("this system cannot restore memories by pages")
}
