package vm

import (
	"context"
	"fmt"
	"sync"

	"github.com/tetratelabs/wazero/experimental"
)

const (
	// DefaultIdleBytes is what idle instances may occupy if Config says nothing.
	DefaultIdleBytes = 64 << 20
	// maxIdlePerCode is how many idle instances of one code are kept: calls nest
	// by queries, and several threads may run.
	maxIdlePerCode = 16
	// instanceBytes is what an instance takes beside its memory and its machine
	// stacks, measured: the engine's records of it.
	instanceBytes = 32 << 10
	// maxStackBytes is the largest machine stack that is kept, one for each export
	// that was called. A deep recursion needs some megabytes.
	maxStackBytes = 128 << 10
)

// pool hands out instances in their initial state and takes them back. An
// instance that is given back is restored to the image of its code and waits for
// the next call; those that waited longest are closed when all of them occupy too
// much. No lock is held while an instance is made, restored or closed.
type pool struct {
	plain  context.Context // for instances that are never restored
	heap   heapMemories
	images imageStore // nil: images and memories are Go's
	method Restore

	mu     sync.Mutex
	limit  int64 // bytes that idle instances may occupy
	used   int64 // bytes that they do
	newest *instance
	oldest *instance
	idle   int // number of them
	closed bool
}

// imageStore keeps images in memory of the system.
type imageStore interface {
	// keep copies data. No backing says that there is no room.
	keep(data []byte) ([]byte, backing)
	// reserved is the address space of all memories.
	reserved() int64
	close() error
}

// guestMemory is the linear memory of one instance.
type guestMemory interface {
	experimental.LinearMemory
	// resize lets the next Reallocate return exactly size bytes. Together with
	// Grow of wazero it is the only way to make a memory smaller.
	resize(size uint64)
	// begin comes before the guest runs. Until restore its goroutine stays on one
	// thread, and nobody else writes to the memory.
	begin()
	// restore gives the first used bytes the content of the image, and zeros
	// beyond its size. All that follow are zero already. It returns what the
	// memory occupies. After an error the memory must not be used.
	restore(img *image, used uint64) (occupied int64, err error)
	// beyond returns the bytes after the first size ones that were ever in use.
	beyond(size uint64) []byte
}

func newPool(config Config) (*pool, error) {
	p := &pool{limit: max(config.IdleBytes, 0)}
	p.plain = experimental.WithMemoryAllocator(context.Background(), &p.heap)
	var err error
	switch p.method = config.Restore; p.method {
	case RestoreCopy:
		return p, nil
	case RestoreScan, RestorePagemap:
		p.images, err = openImages(p.method)
		return p, err
	case RestoreAuto: // as follows
	}
	for _, p.method = range []Restore{RestoreScan, RestorePagemap} {
		if p.images, err = openImages(p.method); err == nil {
			return p, nil
		}
	}
	p.method = RestoreCopy
	return p, nil
}

// acquire returns an instance in its initial state.
func (p *pool) acquire(c *compiled) (*instance, error) {
	if c.broken != nil {
		return nil, c.broken
	}
	p.mu.Lock()
	if n := len(c.idle); n > 0 {
		i := c.idle[n-1]
		c.idle[n-1] = nil
		c.idle = c.idle[:n-1]
		p.unlink(i)
		p.mu.Unlock()
		return i, nil
	}
	p.mu.Unlock()
	return p.instantiate(c)
}

// instantiate makes an instance that can be restored.
func (p *pool) instantiate(c *compiled) (*instance, error) {
	var memory guestMemory
	allocate := func(_, limit uint64) experimental.LinearMemory {
		memory = p.memory(c.image, limit)
		return memory
	}
	ctx := experimental.WithMemoryAllocator(context.Background(), experimental.MemoryAllocatorFunc(allocate))
	i, err := c.instantiate(ctx)
	if err != nil {
		return nil, fmt.Errorf("code %x could be instantiated once and now cannot: %v", c.checksum, err)
	}
	i.code, i.linear = c, memory
	if err = i.restore(); err == nil && checkRestored {
		err = i.checkPristine()
	}
	if err != nil {
		_ = i.close()
		return nil, err
	}
	return i, nil
}

// memory returns the memory for an instance.
func (p *pool) memory(img *image, limit uint64) guestMemory {
	if img.backing != nil {
		if m, err := img.backing.memory(img, limit); err == nil {
			return m
		}
	}
	return p.heap.new(limit)
}

// release takes an instance back. After a fault it is not sound: its state is
// nobody's guess, and it is closed.
func (p *pool) release(i *instance, sound bool) error {
	if !sound || i.linear == nil || i.restore() != nil {
		return i.close()
	}
	if checkRestored {
		if err := i.checkPristine(); err != nil {
			_ = i.close()
			return err
		}
	}
	p.mu.Lock()
	var drop []*instance
	if p.closed || len(i.code.idle) >= maxIdlePerCode {
		drop = append(drop, i)
	} else {
		i.code.idle = append(i.code.idle, i)
		p.link(i)
		for p.used > p.limit {
			drop = append(drop, p.evict(p.oldest))
		}
	}
	p.mu.Unlock()
	return closeAll(drop)
}

// link puts an instance in front of the idle ones.
func (p *pool) link(i *instance) {
	i.older, i.newer = p.newest, nil
	if i.older != nil {
		i.older.newer = i
	} else {
		p.oldest = i
	}
	p.newest = i
	p.used += i.occupied
	p.idle++
}

func (p *pool) unlink(i *instance) {
	if i.newer != nil {
		i.newer.older = i.older
	} else {
		p.newest = i.older
	}
	if i.older != nil {
		i.older.newer = i.newer
	} else {
		p.oldest = i.newer
	}
	i.newer, i.older = nil, nil
	p.used -= i.occupied
	p.idle--
}

// evict takes an idle instance out; the caller closes it.
func (p *pool) evict(i *instance) *instance {
	p.unlink(i)
	list := i.code.idle
	for n, other := range list {
		if other == i {
			copy(list[n:], list[n+1:])
			list[len(list)-1] = nil
			i.code.idle = list[:len(list)-1]
			break
		}
	}
	return i
}

// forget closes the idle instances of a code, which nobody uses any more, and
// gives up its image.
func (p *pool) forget(c *compiled) error {
	p.mu.Lock()
	drop := c.idle
	c.idle = nil
	for _, i := range drop {
		p.unlink(i)
	}
	p.mu.Unlock()
	err := closeAll(drop)
	c.image.free()
	return err
}

// close ends the keeping of instances. What is idle goes with its code.
func (p *pool) close() error {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	if p.images != nil {
		return p.images.close()
	}
	return nil
}
