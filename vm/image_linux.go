package vm

import (
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
