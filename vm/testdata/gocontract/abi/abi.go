//go:build wasip1

// Package abi is the CosmWasm interface in plain Go: what the fixture contracts
// of package vm are built on. It is a fixture itself and no SDK.
package abi

import "unsafe"

// region is what guest and host hand to each other: a piece of guest memory.
type region struct{ offset, capacity, length uint32 }

// block is a region with the memory that it describes.
type block struct {
	region
	data []byte
}

// blocks keeps what the host may look at out of the collector's reach. It holds
// a handful, so a list is faster than a map.
var blocks []*block

func (b *block) ptr() uint32 { return uint32(uintptr(unsafe.Pointer(&b.region))) }

// remove takes a block off the list.
func remove(ptr uint32) *block {
	for i, b := range blocks {
		if b.ptr() == ptr {
			last := len(blocks) - 1
			blocks[i], blocks[last] = blocks[last], nil
			blocks = blocks[:last]
			return b
		}
	}
	return nil
}

func newBlock(data []byte, length int) uint32 {
	if cap(data) == 0 {
		data = make([]byte, 0, 1)
	}
	b := &block{data: data}
	b.offset = uint32(uintptr(unsafe.Pointer(unsafe.SliceData(data))))
	b.capacity, b.length = uint32(cap(data)), uint32(length)
	blocks = append(blocks, b)
	return b.ptr()
}

// Give returns a region for the host that holds data.
func Give(data []byte) uint32 { return newBlock(data, len(data)) }

// Take returns the content of a region that the host filled, and frees it.
func Take(ptr uint32) []byte {
	b := remove(ptr)
	return b.data[:cap(b.data)][:b.length]
}

//go:wasmexport allocate
func allocate(size uint32) uint32 { return newBlock(make([]byte, size), 0) }

//go:wasmexport deallocate
func deallocate(ptr uint32) { remove(ptr) }

//go:wasmexport interface_version_8
func interfaceVersion8() {}

//go:wasmimport env db_read
func dbRead(key uint32) uint32

//go:wasmimport env db_write
func dbWrite(key, value uint32)

//go:wasmimport env debug
func debug(message uint32)

// Read returns the value of a key, nil if there is none.
func Read(key string) []byte {
	k := Give([]byte(key))
	ptr := dbRead(k)
	deallocate(k)
	if ptr == 0 {
		return nil
	}
	return Take(ptr)
}

// Write stores a value.
func Write(key string, value []byte) {
	k, v := Give([]byte(key)), Give(value)
	dbWrite(k, v)
	deallocate(k)
	deallocate(v)
}

// Debug hands a text to the host.
func Debug(text string) {
	m := Give([]byte(text))
	debug(m)
	deallocate(m)
}
