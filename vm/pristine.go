package vm

import (
	"errors"
	"fmt"
)

// checkPristine compares an instance that is to be as good as new with the image
// of its code. The build tag weft_pristine makes it a part of every call.
func (i *instance) checkPristine() error {
	img := i.code.image
	size := i.memory.Size()
	if uint64(size) != img.size {
		return fmt.Errorf("code %x: an instance has %d bytes of memory, its image %d", i.code.checksum, size, img.size)
	}
	view, ok := i.memory.Read(0, size)
	if !ok {
		return errors.New("a memory cannot be read")
	}
	for at := uint64(0); at < img.size; at += systemPage {
		if page := view[at : at+systemPage]; !img.holds(page, at) {
			return fmt.Errorf("code %x: an instance differs from its image in the page at %#x", i.code.checksum, at)
		}
	}
	// What the next call gets when it lets the memory grow.
	if beyond := i.linear.beyond(img.size); !isZero(beyond) {
		return fmt.Errorf("code %x: an instance has traces in the %d bytes beyond its memory", i.code.checksum, len(beyond))
	}
	if len(i.globals) != len(img.globals) {
		return fmt.Errorf("code %x: an instance has %d globals, its image %d", i.code.checksum, len(i.globals), len(img.globals))
	}
	for n, g := range i.globals {
		if got := g.Get(); got != img.globals[n] {
			return fmt.Errorf("code %x: mutable global %d of an instance is %#x, in its image %#x", i.code.checksum, n, got, img.globals[n])
		}
	}
	return nil
}

// CheckPristine compares all instances that wait for their next call with the
// images of their codes. It is for tests and takes its time. An error is a bug of
// this package or of the machine.
func (e *Engine) CheckPristine() error {
	e.pool.mu.Lock()
	defer e.pool.mu.Unlock()
	for i := e.pool.newest; i != nil; i = i.older {
		if err := i.checkPristine(); err != nil {
			return err
		}
	}
	return nil
}
