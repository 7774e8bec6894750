package vm

import (
	"context"
	"sync"

	"github.com/tetratelabs/wazero/experimental"
)

// pool hands out instances in their initial state. This one makes a fresh one
// each time, on memory that earlier ones left; what it promises allows for
// instances that are restored instead.
type pool struct {
	ctx context.Context // tells wazero where to get memory from
}

func newPool() *pool {
	memories := &memoryPool{}
	return &pool{experimental.WithMemoryAllocator(context.Background(), memories)}
}

// acquire returns an instance in its initial state.
func (p *pool) acquire(c *compiled) (*instance, error) { return c.instantiate(p.ctx) }

// release takes an instance back. A sound one ended its call by returning; any
// other (trap, unwound host call) must never be used again.
func (p *pool) release(i *instance, _ /* sound */ bool) error { return i.close() }

// memoryPool keeps the memories of instances that are gone. Without it each call
// makes a megabyte of garbage.
type memoryPool struct{ free sync.Pool }

// maxPooledBytes is the largest memory that is kept.
const maxPooledBytes = 8 << 20

// Allocate returns a memory for a new instance. It is empty, and every byte that
// it ever grows to is zero.
func (p *memoryPool) Allocate(_, limit uint64) experimental.LinearMemory {
	m, ok := p.free.Get().(*linearMemory)
	if !ok {
		m = &linearMemory{pool: p}
	}
	// Here and not when it is given back: nobody can have touched it since.
	clear(m.bytes)
	m.bytes, m.limit = m.bytes[:0], limit
	return m
}

// linearMemory is the memory of one instance. Its length is how much of it the
// instance has used; beyond, up to its capacity, are zeros.
type linearMemory struct {
	pool  *memoryPool
	bytes []byte
	limit uint64 // what the instance will never ask to exceed
}

// Reallocate grows the memory. It never shrinks.
func (m *linearMemory) Reallocate(size uint64) []byte {
	if size > uint64(cap(m.bytes)) {
		grown := make([]byte, size, max(size, min(m.limit, size+size/4)))
		copy(grown, m.bytes)
		m.bytes = grown
	}
	m.bytes = m.bytes[:max(size, uint64(len(m.bytes)))]
	return m.bytes[:size]
}

// Free gives the memory back.
func (m *linearMemory) Free() {
	if cap(m.bytes) <= maxPooledBytes {
		m.pool.free.Put(m)
	}
}
