package vm

import (
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// To ask the kernel which pages were written to takes longer than all the rest of
// restoring a memory. Most calls write to pages that earlier calls of the instance
// wrote to, and those are listed here. To write to any other page takes a page
// fault: it is not there, or can only be read. So if the thread that ran the guest
// had no page fault meanwhile, the list is complete, which takes a tenth of the
// time to find out. A page fault of something else on that thread does no harm:
// the kernel is asked.

// written lists the pages of a mapping that can be written to without a page fault.
type written struct {
	pages  []pageRange
	within uint64 // of how many bytes, from the start, this is the list; 0: there is none
	faults int64  // of the thread when the guest was about to run; unknown if nobody looked
	usage  unix.Rusage
}

// pageRange is adjacent pages: where they begin and end in the memory.
type pageRange struct{ from, to uint64 }

const (
	// maxListed is how many ranges are listed.
	maxListed = 64
	// unknown is no number of page faults.
	unknown = -1
)

// begin notes the page faults of the thread. The guest runs on it from here on,
// until the memory is restored.
func (m *mapping) begin() {
	if m.file.counted {
		m.written.faults = m.written.count()
	}
}

// count is how many page faults the thread has had.
func (w *written) count() int64 {
	_, _, errno := unix.RawSyscall(unix.SYS_GETRUSAGE, unix.RUSAGE_THREAD, uintptr(unsafe.Pointer(&w.usage)), 0)
	if errno != 0 {
		return unknown
	}
	return w.usage.Minflt + w.usage.Majflt
}

// complete tells whether all of the first used bytes that were written to since
// begin are on listed pages.
func (w *written) complete(used uint64) bool {
	before := w.faults
	w.faults = unknown
	return before != unknown && used <= w.within && w.count() == before
}

// forget begins a list for the first used bytes.
func (w *written) forget(used uint64) { w.pages, w.within = w.pages[:0], used }

// add lists pages, which lie behind those that are listed.
func (w *written) add(from, to uint64) {
	last := len(w.pages) - 1
	switch {
	case last >= 0 && w.pages[last].to == from:
		w.pages[last].to = to
	case len(w.pages) == maxListed:
		w.within = 0
	default:
		w.pages = append(w.pages, pageRange{from, to})
	}
}

// undoListed restores the pages that are listed.
func (m *mapping) undoListed(img *image, used uint64) {
	for _, p := range m.written.pages {
		if p.from < used {
			img.put(m.bytes[p.from:min(p.to, used)], p.from)
		}
	}
}

// countsFaults tells whether the kernel counts a page fault for the first write to
// a page that was only read before.
func countsFaults(first *byte) bool {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	was := *first
	w := written{}
	before := w.count()
	*first = ^was
	return before != unknown && w.count() > before
}
