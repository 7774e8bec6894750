package sdk

import "unsafe"

// A region describes a piece of memory that the chain and the contract hand to
// each other.
type region struct{ offset, capacity, length uint32 }

// address returns where the chain finds the region, which must not be on the
// stack.
func (r *region) address() uint32 { return uint32(uintptr(unsafe.Pointer(r))) }

// Every call begins with the same memory, so nothing has to be freed for the
// next one: small regions come one after the other out of an arena, which
// costs a fraction of what Go's allocator does. Larger ones come from the heap
// and are kept until the chain has filled them.
const (
	arenaBytes = 32 << 10
	smallBytes = 4 << 10
)

var (
	arena  [arenaBytes]byte
	used   uintptr
	larger []*block
)

// block is a region with its memory on the heap.
type block struct {
	region
	data []byte
}

//go:wasmexport interface_version_8
func interfaceVersion8() {}

//go:wasmexport requires_iterator
func requiresIterator() {}

//go:wasmexport allocate
func allocate(size uint32) uint32 {
	if size > smallBytes || used+uintptr(size) > arenaBytes-64 {
		return allocateLarge(size)
	}
	r := (*region)(unsafe.Pointer(&arena[used]))
	r.offset = r.address() + uint32(unsafe.Sizeof(region{}))
	r.capacity = size
	used += (uintptr(size) + unsafe.Sizeof(region{}) + 8) &^ 7
	return r.address()
}

func allocateLarge(size uint32) uint32 {
	b := &block{data: make([]byte, size+1)}
	b.offset, b.capacity = uint32(uintptr(unsafe.Pointer(&b.data[0]))), size
	larger = append(larger, b)
	return b.address()
}

// deallocate is called for the result, when the contract's work is done.
//
//go:wasmexport deallocate
func deallocate(uint32) {}

// take returns what the chain wrote into a region that it allocated.
// It is not inlined, nor are others that are small and called from many places:
// size is dearer than the call.
//
//go:noinline
func take(address uint32) string {
	if len(larger) > 0 {
		for i, b := range larger {
			if b.address() == address {
				larger = append(larger[:i], larger[i+1:]...)
				return unsafe.String(&b.data[0], b.length)
			}
		}
	}
	r := (*region)(unsafe.Pointer(uintptr(address)))
	return unsafe.String((*byte)(unsafe.Pointer(uintptr(r.offset))), r.length)
}

// lent are the regions of what the contract hands to the chain: its arguments of
// one import, or the result of an entry point.
var lent [4]region

// empty stands for the address of no bytes, which must not be 0.
var empty [1]byte

// lend describes bytes to the chain and returns where. The bytes must stay
// reachable until the chain has looked at them.
func lend(i int, data []byte) uint32 {
	if cap(data) == 0 {
		data = empty[:0]
	}
	lent[i] = region{uint32(uintptr(unsafe.Pointer(unsafe.SliceData(data)))), uint32(cap(data)), uint32(len(data))}
	return lent[i].address()
}

// lendText is lend for a text.
func lendText(i int, s string) uint32 {
	if s == "" {
		return lend(i, nil)
	}
	n := uint32(len(s))
	lent[i] = region{uint32(uintptr(unsafe.Pointer(unsafe.StringData(s)))), n, n}
	return lent[i].address()
}

// load8 returns the eight bytes of s from i on, the first one lowest. They must
// be there.
func load8(s string, i int) uint64 {
	return *(*uint64)(unsafe.Add(unsafe.Pointer(unsafe.StringData(s)), i))
}
