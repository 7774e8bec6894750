package vm

// Stats says what an engine holds at the moment. All sizes are in bytes.
type Stats struct {
	// Codes that are compiled and in memory, and what they are estimated to take,
	// images included. Pinned ones count for nothing in CodeBytes.
	Codes     int
	CodeBytes int64
	// Hits are the uses of a code that found it in memory, Misses those that had to
	// load or compile it; both since the engine was made.
	Hits, Misses int64
	// Idle instances, and what they occupy: the pages that calls have written to,
	// machine stacks, records of the engine.
	Idle      int
	IdleBytes int64
	// ReservedBytes is the address space of all mapped memories, idle or not. It
	// is not memory: only pages that are in use take some.
	ReservedBytes int64
	// Restore is how instances are restored.
	Restore Restore
}

// Stats returns what the engine holds.
func (e *Engine) Stats() Stats {
	s := Stats{Restore: e.pool.method}
	e.memory.mu.Lock()
	s.Codes, s.CodeBytes, s.Hits, s.Misses = len(e.memory.entries), e.memory.used, e.memory.hits, e.memory.misses
	e.memory.mu.Unlock()
	e.pool.mu.Lock()
	s.Idle, s.IdleBytes = e.pool.idle, e.pool.used
	e.pool.mu.Unlock()
	if e.pool.images != nil {
		s.ReservedBytes = e.pool.images.reserved()
	}
	return s
}
