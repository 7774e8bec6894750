package state

import (
	"hash/crc32"
	"sync"
)

const (
	cacheShards = 16
	// entryBytes is the estimate of what an entry costs beside key and value.
	entryBytes = 96
)

// castagnoli is the polynomial that processors compute; it only spreads keys
// over shards.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// readCache holds values of the last commit, and remembers absence. Each shard
// belongs to one height: a reader of another height passes it by, so a view
// never sees a later write, and no invalidation is needed beyond moving the
// shard on. It bounds itself by generations: when the young half is full, the
// old half is dropped.
type readCache struct {
	shards [cacheShards]cacheShard
}

type cacheShard struct {
	mu           sync.Mutex
	height       int64
	young, old   map[string][]byte // nil value: known to be absent
	used, half   int64             // bytes of young, and its bound
	hits, misses int64
}

func newReadCache(maxBytes int64) *readCache {
	c := &readCache{}
	for i := range c.shards {
		c.shards[i] = cacheShard{young: map[string][]byte{}, half: maxBytes / cacheShards / 2}
	}
	return c
}

func (c *readCache) shard(key []byte) *cacheShard {
	return &c.shards[crc32.Checksum(key, castagnoli)%cacheShards]
}

// get returns a value of the cache, which the caller must not change or hand
// out. ok reports whether the cache knows, value nil that the key is absent.
func (c *readCache) get(height int64, key []byte) (value []byte, ok bool) {
	s := c.shard(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.height != height {
		s.misses++
		return nil, false
	}
	if value, ok = s.young[string(key)]; ok {
		s.hits++
		return value, true
	}
	if value, ok = s.old[string(key)]; ok {
		s.hits++
		s.put(key, value)
	} else {
		s.misses++
	}
	return value, ok
}

// put remembers what a reader of height found. It keeps value.
func (c *readCache) put(height int64, key, value []byte) {
	s := c.shard(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.height == height {
		s.put(key, value)
	}
}

func (s *cacheShard) put(key, value []byte) {
	cost := int64(len(key)+len(value)) + entryBytes
	if cost > s.half/8 {
		// One large value must not push out everything else.
		delete(s.young, string(key))
		delete(s.old, string(key))
		return
	}
	if s.used+cost > s.half {
		s.old, s.young, s.used = s.young, make(map[string][]byte, len(s.young)), 0
	}
	s.young[string(key)] = value
	s.used += cost
}

// advance moves the cache to a new height whose writes are given. Between two
// shards readers of both heights miss, which costs time and nothing else.
func (c *readCache) advance(height int64, writes []write) {
	for i := range c.shards {
		c.shards[i].mu.Lock()
	}
	for _, w := range writes {
		c.shard(w.full).put(w.full, w.value)
	}
	for i := range c.shards {
		c.shards[i].height = height
		c.shards[i].mu.Unlock()
	}
}
