package vm

import (
	"sync"

	"github.com/tetratelabs/wazero/experimental"
)

// heapMemories makes linear memories of Go's own memory, on any system. It keeps
// those of instances that are gone: each would be a megabyte of garbage.
type heapMemories struct{ free sync.Pool }

// maxPooledBytes is the largest memory that is kept.
const maxPooledBytes = 8 << 20

// Allocate returns a memory for a new instance. It is empty, and every byte that
// it ever grows to is zero.
func (p *heapMemories) Allocate(_, limit uint64) experimental.LinearMemory { return p.new(limit) }

func (p *heapMemories) new(limit uint64) *heapMemory {
	m, ok := p.free.Get().(*heapMemory)
	if !ok {
		m = &heapMemory{}
	}
	// Here and not when it is given back: nobody can have touched it since.
	clear(m.bytes)
	*m = heapMemory{pool: p, bytes: m.bytes[:0], limit: limit}
	return m
}

// heapMemory is a linear memory. Its length is how much of it was ever in use;
// beyond, up to its capacity, are zeros.
type heapMemory struct {
	pool  *heapMemories // nil once it was freed
	bytes []byte
	limit uint64 // what the instance will never ask to exceed
	next  uint64 // if not 0, what Reallocate returns next
}

// Reallocate grows the memory, or sets the size that resize ordered.
func (m *heapMemory) Reallocate(size uint64) []byte {
	if m.next != 0 {
		size, m.next = m.next, 0
	}
	if size > uint64(cap(m.bytes)) {
		grown := make([]byte, size, max(size, min(m.limit, size+size/4)))
		copy(grown, m.bytes)
		m.bytes = grown
	}
	m.bytes = m.bytes[:max(size, uint64(len(m.bytes)))]
	return m.bytes[:size]
}

func (m *heapMemory) resize(size uint64) { m.next = size }

func (m *heapMemory) begin() {}

func (m *heapMemory) restore(img *image, used uint64) (int64, error) {
	img.put(m.bytes[:used], 0)
	return int64(cap(m.bytes)), nil
}

func (m *heapMemory) beyond(size uint64) []byte { return m.bytes[size:cap(m.bytes)] }

// Free gives the memory back.
func (m *heapMemory) Free() {
	p := m.pool
	m.pool = nil
	if p != nil && cap(m.bytes) <= maxPooledBytes {
		p.free.Put(m)
	}
}
