package vm

import (
	"errors"
	"unsafe"

	"golang.org/x/sys/unix"
)

// mapping is the memory of an instance, with room for all that it may grow to.
// Untouched room takes addresses and nothing else.
type mapping struct {
	file  *imageFile
	base  unsafe.Pointer
	bytes []byte
	next  uint64 // if not 0, what Reallocate returns next

	top      uint64 // the most that was ever in use
	restores int    // how often it was restored
	kept     int    // written pages after that

	written written

	query   scanQuery
	regions [64]pageRegion
	entries []byte // of the pagemap
}

// Reallocate returns the memory in another size.
func (m *mapping) Reallocate(size uint64) []byte {
	if m.next != 0 {
		size, m.next = m.next, 0
	}
	if size > uint64(len(m.bytes)) {
		return nil
	}
	return m.bytes[:size]
}

func (m *mapping) resize(size uint64) { m.next = size }

// used notes how large the memory was.
func (m *mapping) used(size uint64) { m.top = max(m.top, size) }

func (m *mapping) beyond(size uint64) []byte { return m.bytes[size:max(size, m.top)] }

// Free unmaps the memory.
func (m *mapping) Free() {
	if m.base != nil {
		limit := len(m.bytes)
		_ = unix.MunmapPtr(m.base, uintptr(limit))
		m.base, m.bytes = nil, nil
		_ = m.file.release()
		m.file.space.Add(-int64(limit))
	}
}

const (
	// keptPages is how many written pages an instance keeps. The system gets back
	// those beyond it.
	keptPages = 256
	// sweepRestores is after how many calls it also gets back those that the
	// latest call did not write to: one expensive call shall not burden all later
	// ones. sweepPages is what may be kept without that.
	sweepRestores, sweepPages = 64, 16
)

func (m *mapping) restore(img *image, used uint64) (int64, error) {
	// What instantiation wrote is the image: after it nothing needs to be kept.
	sweep := m.restores == 0 || m.restores%sweepRestores == 0 && m.kept > sweepPages
	m.restores++
	m.used(used)
	if m.written.complete(used) && !sweep {
		m.undoListed(img, used)
		return int64(m.kept) * int64(systemPage), nil
	}
	m.kept = 0
	m.written.forget(used)
	base := uintptr(m.base)
	for from, end := base, base+uintptr(used); from < end; {
		regions, next, err := m.file.find(m, from, end)
		if err != nil {
			return 0, err
		}
		if next <= from {
			return 0, errors.New("the kernel does not get on with its pages")
		}
		for _, r := range regions {
			m.undo(img, r.start-uint64(base), min(r.end-uint64(base), used), sweep)
		}
		from = next
	}
	return int64(m.kept) * int64(systemPage), nil
}

// undo restores adjacent pages.
func (m *mapping) undo(img *image, at, end uint64, sweep bool) {
	if limit := at + uint64(keptPages-m.kept)*systemPage; limit < end {
		m.giveBack(limit, end)
		end = limit
	}
	if sweep {
		for from := at; from < end; {
			to := from
			for to < end && img.holds(m.bytes[to:to+systemPage], to) {
				to += systemPage
			}
			m.giveBack(from, to)
			for from = to; from < end && !img.holds(m.bytes[from:from+systemPage], from); from += systemPage {
				m.keep(from, from+systemPage)
				img.put(m.bytes[from:from+systemPage], from)
			}
		}
		return
	}
	img.put(m.bytes[at:end], at)
	m.keep(at, end)
}

// keep notes adjacent pages that were written to and stay mapped.
func (m *mapping) keep(at, end uint64) {
	m.kept += int((end - at) / systemPage)
	if at < end {
		m.written.add(at, end)
	}
}

// giveBack drops pages: they show the file, or zeros, when they are used again.
func (m *mapping) giveBack(at, end uint64) {
	if at < end {
		if err := unix.Madvise(m.bytes[at:end], unix.MADV_DONTNEED); err != nil {
			panic(err) // of a mapping of ours; to go on would leave traces
		}
	}
}
