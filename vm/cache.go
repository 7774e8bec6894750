package vm

import (
	"container/list"
	"sync"
)

// memoryCache keeps compiled codes: those in use, those that are pinned, and of
// the others the most recently used up to a number of bytes. A compiled code is
// closed when it has left the cache and nobody uses it. No lock is held while
// something is compiled or run.
type memoryCache struct {
	mu      sync.Mutex
	limit   int64 // bytes of unpinned entries that are kept
	used    int64 // bytes of unpinned entries
	entries map[[32]byte]*cached
	recent  list.List // unpinned entries, the latest used in front
	builds  map[[32]byte]chan struct{}
	closed  bool
	// hits and misses count the calls that found their code, and those that built it.
	hits, misses int64
}

// cached is an entry of the cache.
type cached struct {
	*compiled
	users   int
	pinned  bool
	present bool          // still in the cache
	place   *list.Element // in recent; nil if pinned or not present
}

func newMemoryCache(limit int64) *memoryCache {
	return &memoryCache{limit: limit, entries: map[[32]byte]*cached{}, builds: map[[32]byte]chan struct{}{}}
}

// acquire returns a compiled code for use, building it if the cache has none.
// Callers that want the same code at the same time build it once. Each acquire
// needs a release.
func (m *memoryCache) acquire(checksum [32]byte, build func() (*compiled, error)) (*cached, error) {
	for {
		m.mu.Lock()
		if e := m.entries[checksum]; e != nil {
			m.use(e)
			m.hits++
			m.mu.Unlock()
			return e, nil
		}
		wait, building := m.builds[checksum]
		if !building {
			m.builds[checksum] = make(chan struct{})
			m.misses++
			m.mu.Unlock()
			return m.build(checksum, build)
		}
		m.mu.Unlock()
		// If that build fails, this caller tries for itself: the reason may be
		// the other one's alone.
		<-wait
	}
}

// build makes an entry and lets those continue who wait for it, even if build
// panics.
func (m *memoryCache) build(checksum [32]byte, build func() (*compiled, error)) (*cached, error) {
	var e *cached
	defer func() {
		m.mu.Lock()
		done := m.builds[checksum]
		delete(m.builds, checksum)
		var drop []*cached
		// There is another if it was evicted while in use, and pinned since: this
		// one goes with its user then.
		if e != nil && !m.closed && m.entries[checksum] == nil {
			e.present = true
			m.entries[checksum] = e
			m.keep(e)
			drop = m.shrink()
		}
		m.mu.Unlock()
		close(done)
		_ = closeAll(drop)
	}()
	c, err := build()
	if err != nil {
		return nil, err
	}
	e = &cached{compiled: c, users: 1}
	return e, nil
}

// use notes one more user of an entry.
func (m *memoryCache) use(e *cached) {
	e.users++
	if e.place != nil {
		m.recent.MoveToFront(e.place)
	}
}

// keep counts an entry as unpinned.
func (m *memoryCache) keep(e *cached) {
	e.place = m.recent.PushFront(e)
	m.used += e.size
}

// forget takes an entry out of the unpinned ones.
func (m *memoryCache) forget(e *cached) {
	if e.place != nil {
		m.recent.Remove(e.place)
		e.place = nil
		m.used -= e.size
	}
}

// shrink removes the least recently used entries until the limit holds and
// returns those that nobody uses. The caller closes them without the lock.
func (m *memoryCache) shrink() (unused []*cached) {
	for m.used > m.limit {
		e := m.recent.Back().Value.(*cached)
		m.forget(e)
		delete(m.entries, e.checksum)
		e.present = false
		if e.users == 0 {
			unused = append(unused, e)
		}
	}
	return unused
}

// release ends a use of an entry.
func (m *memoryCache) release(e *cached) {
	m.mu.Lock()
	e.users--
	last := e.users == 0 && !e.present
	m.mu.Unlock()
	if last {
		_ = closeAll([]*cached{e})
	}
}

// pin keeps an entry, which the caller has acquired, until unpin.
func (m *memoryCache) pin(e *cached) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed || e.pinned {
		return
	}
	if other := m.entries[e.checksum]; other != nil && other != e {
		// This entry was evicted while in use and built anew since.
		m.forget(other)
		other.pinned = true
		return
	}
	m.forget(e)
	e.pinned, e.present = true, true
	m.entries[e.checksum] = e
}

// unpin makes a pinned entry one like the others.
func (m *memoryCache) unpin(checksum [32]byte) {
	m.mu.Lock()
	var drop []*cached
	if e := m.entries[checksum]; e != nil && e.pinned {
		e.pinned = false
		m.keep(e)
		drop = m.shrink()
	}
	m.mu.Unlock()
	_ = closeAll(drop)
}

// close empties the cache. Entries in use are closed when they are released.
func (m *memoryCache) close() error {
	m.mu.Lock()
	m.closed = true
	var drop []*cached
	for checksum, e := range m.entries { //weft:sorted in any order: closing has no effect but to free
		delete(m.entries, checksum)
		m.forget(e)
		e.present = false
		if e.users == 0 {
			drop = append(drop, e)
		}
	}
	m.mu.Unlock()
	return closeAll(drop)
}

// closeAll frees compiled codes or instances. An error cannot affect a call; only
// Close of the engine reports it.
func closeAll[T interface{ close() error }](list []T) error {
	var first error
	for _, e := range list {
		if err := e.close(); err != nil && first == nil {
			first = err
		}
	}
	return first
}
