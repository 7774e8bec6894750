package vm

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"
)

// On Linux the memory of an instance is a private mapping of one file that holds
// all images, with anonymous memory around it. Pages that a call writes to become
// the mapping's own; the kernel can tell them from the others. After the call they
// get the content of the image again and stay mapped: the next call that writes
// there takes no page fault. The others were never changed.

// imageFile is a file in memory with the images of an engine's codes. Each has a
// place of its own as long as it is needed; no place is used twice, since a file
// may have holes and its offsets do not run out.
type imageFile struct {
	file    int
	pagemap int // /proc/self/pagemap
	find    func(m *mapping, from, to uintptr) (regions []pageRegion, next uintptr, err error)
	counted bool // page faults are, see written
	end     atomic.Int64
	space   atomic.Int64 // addresses that mappings take
	users   atomic.Int64 // the engine, images, mappings: the last one closes the files
}

// openImages makes such a file and finds out whether the kernel does as is told
// above and as kind wants it.
func openImages(kind Restore) (imageStore, error) {
	f := &imageFile{find: (*mapping).scan}
	if kind == RestorePagemap {
		f.find = (*mapping).readPagemap
	}
	var err error
	if f.file, err = unix.MemfdCreate("weft-images", unix.MFD_CLOEXEC); err != nil {
		return nil, fmt.Errorf("memfd_create: %w", err)
	}
	if f.pagemap, err = unix.Open("/proc/self/pagemap", unix.O_RDONLY|unix.O_CLOEXEC, 0); err != nil {
		_ = unix.Close(f.file)
		return nil, fmt.Errorf("/proc/self/pagemap: %w", err)
	}
	f.users.Store(1)
	if err := f.probe(); err != nil {
		_ = f.close()
		return nil, fmt.Errorf("restoring memory by %v: %w", kind, err)
	}
	return f, nil
}

// probe reads some pages of a memory, writes to others and restores it.
func (f *imageFile) probe() error {
	const pages = 200 // more than one look at them gives
	content := make([]byte, pages/2*systemPage)
	for i := range content {
		content[i] = byte(i%251) + 1
	}
	img := &image{size: pages * systemPage, start: pages / 4 * systemPage}
	if img.data, img.backing = f.keep(content); img.backing == nil {
		return errors.New("no memory")
	}
	defer img.free()
	memory, err := img.backing.memory(img, pages*systemPage)
	if err != nil {
		return err
	}
	defer memory.Free()
	bytes := memory.Reallocate(img.size)
	f.counted = countsFaults(&bytes[0]) && countsFaults(&bytes[img.start])
	if _, err := memory.restore(img, img.size); err != nil {
		return err
	}
	for round := range uint64(3) {
		if !img.holds(bytes, 0) { // which also maps each page
			return errors.New("a memory was not restored")
		}
		for page := round; page < pages; page += 2 + round {
			bytes[page*systemPage+page] ^= 0xff
		}
		if _, err := memory.restore(img, img.size); err != nil {
			return err
		}
	}
	if !img.holds(bytes, 0) {
		return errors.New("a memory was not restored")
	}
	return nil
}

func (f *imageFile) reserved() int64 { return f.space.Load() }

func (f *imageFile) close() error { return f.release() }

func (f *imageFile) release() error {
	if f.users.Add(-1) > 0 {
		return nil
	}
	return errors.Join(unix.Close(f.file), unix.Close(f.pagemap))
}

// keep writes an image into the file and returns a view of it.
func (f *imageFile) keep(data []byte) ([]byte, backing) {
	place := &imagePlace{file: f, size: uint64(len(data))}
	place.offset = f.end.Add(int64(len(data))) - int64(len(data))
	for done := 0; done < len(data); {
		n, err := unix.Pwrite(f.file, data[done:], place.offset+int64(done))
		if err != nil || n <= 0 {
			place.punch()
			return nil, nil
		}
		done += n
	}
	if len(data) > 0 {
		view, err := unix.MmapPtr(f.file, place.offset, nil, uintptr(len(data)), unix.PROT_READ, unix.MAP_SHARED)
		if err != nil {
			place.punch()
			return nil, nil
		}
		place.view = view
	}
	f.users.Add(1)
	return unsafe.Slice((*byte)(place.view), len(data)), place
}

// imagePlace is where an image lies in the file.
type imagePlace struct {
	file   *imageFile
	offset int64
	size   uint64
	view   unsafe.Pointer
}

func (p *imagePlace) punch() {
	if p.size > 0 {
		_ = unix.Fallocate(p.file.file, unix.FALLOC_FL_PUNCH_HOLE|unix.FALLOC_FL_KEEP_SIZE, p.offset, int64(p.size))
	}
}

func (p *imagePlace) free() {
	if p.view != nil {
		_ = unix.MunmapPtr(p.view, uintptr(p.size))
		p.view = nil
	}
	p.punch()
	_ = p.file.release()
}

func (p *imagePlace) memory(img *image, limit uint64) (guestMemory, error) {
	if limit > math.MaxInt || limit < img.end() {
		return nil, errors.New("no address space for this memory")
	}
	const access, private = unix.PROT_READ | unix.PROT_WRITE, unix.MAP_PRIVATE | unix.MAP_NORESERVE
	base, err := unix.MmapPtr(-1, 0, nil, uintptr(limit), access, private|unix.MAP_ANON)
	if err != nil {
		return nil, err
	}
	m := &mapping{file: p.file, base: base, bytes: unsafe.Slice((*byte)(base), limit), written: written{faults: unknown}}
	p.file.users.Add(1)
	p.file.space.Add(int64(limit))
	// A huge page would be written to as a whole. Kernels without them refuse.
	_ = unix.Madvise(m.bytes, unix.MADV_NOHUGEPAGE)
	if p.size > 0 {
		at := unsafe.Add(base, img.start)
		if _, err = unix.MmapPtr(p.file.file, p.offset, at, uintptr(p.size), access, private|unix.MAP_FIXED); err != nil {
			m.Free()
			return nil, err
		}
	}
	return m, nil
}

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

// pageRegion is struct page_region of linux/fs.h: addresses of adjacent pages.
type pageRegion struct{ start, end, categories uint64 }

// scanQuery is struct pm_scan_arg.
type scanQuery struct {
	size, flags, start, end, walkEnd uint64
	vec, vecLen, maxPages            uint64
	inverted, mask, anyOf, returned  uint64
}

const (
	pagemapScan = 0xc0606610 // _IOWR('f', 16, struct pm_scan_arg), since Linux 6.7

	pageIsFile    = 1 << 2
	pageIsPresent = 1 << 3
	pageIsSwapped = 1 << 4
	pageIsZero    = 1 << 5 // the one page of zeros that all share
)

// scan asks for the pages that are there and neither of the file nor the shared
// page of zeros.
func (m *mapping) scan(from, to uintptr) ([]pageRegion, uintptr, error) {
	m.query = scanQuery{
		start: uint64(from), end: uint64(to),
		vec: uint64(uintptr(unsafe.Pointer(&m.regions[0]))), vecLen: uint64(len(m.regions)),
		inverted: pageIsFile | pageIsZero, mask: pageIsFile | pageIsZero,
		anyOf: pageIsPresent | pageIsSwapped, returned: pageIsPresent | pageIsSwapped,
	}
	m.query.size = uint64(unsafe.Sizeof(m.query))
	n, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(m.file.pagemap), pagemapScan, uintptr(unsafe.Pointer(&m.query)))
	if errno != 0 {
		return nil, 0, fmt.Errorf("PAGEMAP_SCAN: %w", errno)
	}
	return m.regions[:n], uintptr(m.query.walkEnd), nil
}

const (
	pagemapEntryBytes = 8
	pagemapFile       = 1 << 61 // of a file, or shared
	pagemapSwapped    = 1 << 62
	pagemapPresent    = 1 << 63
)

// readPagemap finds the same pages on older kernels, and those of the shared page
// of zeros that are mapped.
func (m *mapping) readPagemap(from, to uintptr) ([]pageRegion, uintptr, error) {
	if m.entries == nil {
		m.entries = make([]byte, 512*pagemapEntryBytes)
	}
	page := uintptr(systemPage)
	want := m.entries[:min(uintptr(len(m.entries)), (to-from+page-1)/page*pagemapEntryBytes)]
	n, err := unix.Pread(m.file.pagemap, want, int64(from/page*pagemapEntryBytes))
	if err != nil {
		return nil, 0, fmt.Errorf("/proc/self/pagemap: %w", err)
	}
	found := m.regions[:0]
	at := from
	for ; n >= pagemapEntryBytes && len(found) < len(m.regions); n -= pagemapEntryBytes {
		entry := binary.NativeEndian.Uint64(want)
		want = want[pagemapEntryBytes:]
		if entry&(pagemapPresent|pagemapSwapped) != 0 && entry&pagemapFile == 0 {
			if last := len(found) - 1; last >= 0 && found[last].end == uint64(at) {
				found[last].end += systemPage
			} else {
				found = append(found, pageRegion{start: uint64(at), end: uint64(at + page)})
			}
		}
		at += page
	}
	return found, min(at, to), nil
}
