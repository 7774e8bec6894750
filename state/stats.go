package state

// Stats says what a store holds at the moment.
type Stats struct {
	// Height is the last commit, First the oldest that is kept; 0 before the first.
	Height, First int64
	// Hits and Misses of the cache of latest values, since the store was opened, and
	// its bytes.
	Hits, Misses, CacheBytes int64
	// DiskBytes is what the database takes on disk.
	DiskBytes int64
	// Views are the heights that somebody reads, the latest not counted.
	Views int64
}

// Stats returns what the store holds.
func (s *Store) Stats() Stats {
	out := Stats{}
	out.Height, _ = s.Version()
	for i := range s.cache.shards {
		c := &s.cache.shards[i]
		c.mu.Lock()
		out.Hits, out.Misses, out.CacheBytes = out.Hits+c.hits, out.Misses+c.misses, out.CacheBytes+c.used
		c.mu.Unlock()
	}
	out.Views = s.open.Load() - 1
	s.mu.Lock() // a block that is committed must not be closed under us
	defer s.mu.Unlock()
	out.First = s.first
	if s.closed || s.faults.err() != nil {
		return out
	}
	_ = s.faults.guard(func() error { // its fault is everybody's
		out.DiskBytes = int64(s.db.Metrics().DiskSpaceUsage())
		return nil
	})
	return out
}
