package miner

import (
	"bytes"
	"errors"
	"time"
)

// maxWaiting bounds the tickets that wait to be brought; the worst give way.
const maxWaiting = 4096

// pending is a ticket that a node took and no block has yet.
type pending struct {
	Found
	since time.Time // when it was brought last
}

func (m *mine) add(f Found) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.s.Found++
	if f.Work == m.work && m.bar != [32]byte{} && bytes.Compare(f.Digest[:], m.bar[:]) >= 0 {
		m.s.Weak++
		return
	}
	m.noteFault(m.o.Journal.Found(f))
	m.put(f)
}

// put keeps a ticket among those that wait.
func (m *mine) put(f Found) {
	i := len(m.waiting)
	for i > 0 && bytes.Compare(f.Digest[:], m.waiting[i-1].Digest[:]) < 0 {
		i--
	}
	m.waiting = append(m.waiting, Found{})
	copy(m.waiting[i+1:], m.waiting[i:])
	m.waiting[i] = f
	if len(m.waiting) > maxWaiting {
		m.forget(m.waiting[maxWaiting].Digest)
		m.waiting = m.waiting[:maxWaiting]
		m.s.Weak++
	}
}

// forget strikes a ticket from the journal.
func (m *mine) forget(digest [32]byte) { m.noteFault(m.o.Journal.Done(digest)) }

func (m *mine) next() (Found, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.waiting) == 0 {
		return Found{}, false
	}
	f := m.waiting[0]
	m.waiting = m.waiting[1:]
	return f, true
}

// judged books what a node said; it reports false if the ticket waits again.
func (m *mine) judged(f Found, err error) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case err == nil, errors.Is(err, ErrKnown):
		m.refusal = ""
		m.keep(f)
		return true
	case errors.Is(err, ErrKept):
		if p := m.pending[f.Digest]; p == nil {
			m.s.Taken++
		}
		m.refusal = ""
		m.settle(f.Digest)
		return true
	case errors.Is(err, ErrWeak):
		m.weak(f)
	case errors.Is(err, ErrStale):
		m.s.Stale++
		m.refusal = err.Error()
	case errors.Is(err, ErrRefused):
		m.s.Refused++
		m.refusal = err.Error()
	default:
		m.refusal = err.Error()
		m.put(f)
		return false
	}
	delete(m.pending, f.Digest)
	m.forget(f.Digest)
	return true
}

// keep remembers a ticket that a node took until a block has it. Where nobody
// tells of blocks it is done with.
func (m *mine) keep(f Found) {
	p := m.pending[f.Digest]
	if p == nil {
		p = &pending{Found: f}
		m.s.Taken++
	}
	p.since = time.Now()
	m.pending[f.Digest] = p
	if m.o.Board == nil || m.early[f.Digest] {
		m.settle(f.Digest)
	}
}

// settle books that a block has a ticket.
func (m *mine) settle(digest [32]byte) {
	delete(m.early, digest)
	delete(m.pending, digest)
	m.s.Included++
	m.forget(digest)
}

// weak books a ticket that is too weak, and all that wait and are worse.
func (m *mine) weak(f Found) {
	m.s.Weak++
	if f.Work == m.work {
		m.bar = f.Digest
	}
	kept := m.waiting[:0]
	for _, w := range m.waiting {
		if w.Work.Prehash == f.Work.Prehash && bytes.Compare(w.Digest[:], f.Digest[:]) >= 0 {
			m.s.Weak++
			m.forget(w.Digest)
			continue
		}
		kept = append(kept, w)
	}
	m.waiting = kept
}

// included books that a block has one of this payout's tickets. Another process
// may mine for it too: only own ones count. A block may be heard of before the
// node has answered.
func (m *mine) included(digest [32]byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.pending[digest] != nil {
		m.settle(digest)
		return
	}
	if m.early == nil || len(m.early) > maxWaiting {
		m.early = map[[32]byte]bool{}
	}
	m.early[digest] = true
}

// again has tickets brought once more that are in no block for a while: a node
// that was started anew has forgotten them, and one that lies may have dropped
// them.
func (m *mine) again(now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for digest, p := range m.pending {
		if now.Sub(p.since) < bringAgain {
			continue
		}
		p.since = now
		if m.s.Height > p.Work.Taken && p.Work.Taken > 0 {
			delete(m.pending, digest)
			m.s.Lost++
			m.forget(digest)
			continue
		}
		m.put(p.Found)
	}
}
