package vm

import (
	"encoding/binary"
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"
)

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
