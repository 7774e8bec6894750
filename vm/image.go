package vm

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
)

// image is the state that every call of a code starts from. It is taken once per
// compiled code, from a fresh instance, and never changes. Only what differs from
// zero is kept: the first megabyte of a Rust contract is its empty stack.
type image struct {
	size    uint64   // of the memory, in bytes
	start   uint64   // where data begins; a multiple of the system's page size
	data    []byte   // whole system pages; all other bytes of the memory are zero
	globals []uint64 // values of the contract's mutable globals
	backing backing  // nil if data lies in Go's memory
}

// backing is memory of the system that holds the data of an image and from which
// instances can be mapped.
type backing interface {
	// memory returns a linear memory of up to limit bytes whose content is the
	// image's. An error means that the system has no room for it.
	memory(img *image, limit uint64) (guestMemory, error)
	// free gives the data back. Memories that were made of it stay valid.
	free()
}

// Restore is a way to bring the memory of an instance back to its image.
type Restore uint8

// The ways of [Restore], the fastest first. RestoreAuto takes the first that works.
const (
	RestoreAuto    Restore = iota
	RestoreScan            // Linux 6.7: the kernel lists the pages that were written to
	RestorePagemap         // Linux: the same, read from /proc/self/pagemap
	RestoreCopy            // everywhere: the whole memory is copied
)

// String returns the name of the way.
func (r Restore) String() string {
	if names := [...]string{"auto", "scan", "pagemap", "copy"}; int(r) < len(names) {
		return names[r]
	}
	return fmt.Sprintf("restore %d", uint8(r))
}

// systemPage is the unit in which the system tells what was written to.
var systemPage = uint64(os.Getpagesize())

// ready takes the image of a compiled code. A code that cannot be instantiated
// for a reason of its own may be stored all the same, as with the reference: it
// fails when it is called. An *Error comes from prepare and is the verdict on an
// upload. What s has, if there is one, is not made again.
func (e *Engine) ready(c *compiled, gasLimit uint64, s *shell) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic while code %x was made ready: %v\n%s", c.checksum, r, debug.Stack())
		}
	}()
	inst, err := c.instantiate(e.pool.plain)
	var own *Error
	if errors.As(err, &own) {
		c.broken = own
		return nil
	}
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := inst.close(); err == nil {
			err = closeErr
		}
	}()
	if err = inst.isOf(c.checksum); err != nil {
		return err
	}
	if s != nil && s.image != nil {
		c.image, c.wasi = e.pool.keep(s.image), s.wasi
	} else {
		if c.analysis.InitializeGas, err = e.prepare(c, inst, gasLimit); err != nil {
			return err
		}
		c.image = e.pool.capture(inst)
	}
	c.size += int64(len(c.image.data))
	return nil
}

// capture copies the state of an instance.
func (p *pool) capture(inst *instance) *image {
	size := inst.memory.Size()
	view, _ := inst.memory.Read(0, size)
	img := &image{size: uint64(size), globals: make([]uint64, len(inst.globals))}
	for i, g := range inst.globals {
		img.globals[i] = g.Get()
	}
	first, last := 0, len(view)
	page := int(systemPage)
	for first < last && isZero(view[first:first+page]) {
		first += page
	}
	for first < last && isZero(view[last-page:last]) {
		last -= page
	}
	img.start, img.data = uint64(first), view[first:last]
	return p.keep(img)
}

// keep copies the data of an image to where instances can be mapped from.
func (p *pool) keep(img *image) *image {
	data := img.data
	if p.images != nil {
		img.data, img.backing = p.images.keep(data)
	}
	if img.backing == nil {
		img.data = bytes.Clone(data)
	}
	return img
}

var zeros [4096]byte

func isZero(b []byte) bool {
	for len(b) > len(zeros) {
		if !bytes.Equal(b[:len(zeros)], zeros[:]) {
			return false
		}
		b = b[len(zeros):]
	}
	return bytes.Equal(b, zeros[:len(b)])
}

// end is where data ends.
func (img *image) end() uint64 { return img.start + uint64(len(img.data)) }

// put gives the bytes of memory from at on the content of the image; beyond its
// size that is zero.
func (img *image) put(memory []byte, at uint64) {
	end := at + uint64(len(memory))
	from, to := max(at, img.start), min(end, img.end())
	if from >= to {
		clear(memory)
		return
	}
	clear(memory[:from-at])
	copy(memory[from-at:to-at], img.data[from-img.start:])
	clear(memory[to-at:])
}

// holds tells whether the bytes of memory from at on are the image's.
func (img *image) holds(memory []byte, at uint64) bool {
	end := at + uint64(len(memory))
	from, to := max(at, img.start), min(end, img.end())
	if from >= to {
		return isZero(memory)
	}
	return isZero(memory[:from-at]) && isZero(memory[to-at:]) &&
		bytes.Equal(memory[from-at:to-at], img.data[from-img.start:to-img.start])
}

// free gives up what the image holds of the system. No memory of it is in use.
func (img *image) free() {
	if img != nil && img.backing != nil {
		img.data = nil
		img.backing.free()
	}
}
