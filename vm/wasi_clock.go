package vm

import (
	"encoding/binary"
	"math"
)

// Virtual time. It begins anew with every call, moves on by a step with every
// look at it, and jumps to whatever the guest wants to wait for.
const (
	// realtimeBase is the date at which time begins: 2001-09-09 01:46:40 UTC. The
	// time of the block is in the contract's env.
	realtimeBase = 1_000_000_000_000_000_000
	// clockStep is the resolution, in nanoseconds.
	clockStep = 1_000
	// maxElapsed is where time stands still, after 146 years.
	maxElapsed = 1 << 62

	clockRealtime  = 0
	clockMonotonic = 1
)

// clockBase returns what a clock shows at the beginning.
func clockBase(id uint32) (base uint64, ok bool) {
	switch id {
	case clockRealtime:
		return realtimeBase, true
	case clockMonotonic:
		return 0, true
	}
	return 0, false
}

// advance moves the clock to a later time.
func (w *wasi) advance(to uint64) { w.elapsed = max(w.elapsed, min(to, maxElapsed)) }

// clockResGet is clock_res_get(id, out).
func (c *call) clockResGet(stack []uint64) (errno, error) {
	if _, ok := clockBase(arg(stack, 0)); !ok {
		return wasiInval, nil
	}
	return c.wasiWriteU64(arg(stack, 1), clockStep)
}

// clockTimeGet is clock_time_get(id, precision, out).
func (c *call) clockTimeGet(stack []uint64) (errno, error) {
	base, ok := clockBase(arg(stack, 0))
	if !ok {
		return wasiInval, nil
	}
	w := c.world()
	w.advance(w.elapsed + clockStep)
	return c.wasiWriteU64(arg(stack, 2), base+w.elapsed)
}

const (
	subscriptionBytes = 48
	// maxSubscriptions bounds what a guest may wait for at once.
	maxSubscriptions = 64
	eventBytes       = 32

	eventClock = 0
	eventRead  = 1
	eventWrite = 2

	absoluteTime = 1 // flag of a clock subscription
	hangup       = 1 // flag of an event: nothing more will come
)

// subscription is what a guest waits for.
type subscription struct {
	mark     uint64 // the guest's own
	kind     byte
	problem  errno
	deadline uint64 // virtual time at which it is over; 0 for at once
}

// readSubscription takes one apart; ok is false for an unknown kind.
func (w *wasi) readSubscription(raw []byte) (s subscription, ok bool) {
	raw = raw[:subscriptionBytes]
	s.mark, s.kind = binary.LittleEndian.Uint64(raw), raw[8]
	id := binary.LittleEndian.Uint32(raw[16:])
	switch s.kind {
	case eventClock:
		base, known := clockBase(id)
		if !known {
			s.problem = wasiInval
			break
		}
		timeout := binary.LittleEndian.Uint64(raw[24:])
		if binary.LittleEndian.Uint16(raw[40:])&absoluteTime != 0 {
			s.deadline = satSub(timeout, base)
		} else {
			s.deadline = satAdd(w.elapsed, timeout)
		}
		s.deadline = min(s.deadline, maxElapsed)
	case eventRead:
		if id != fdIn {
			s.problem = wasiBadf
		}
	case eventWrite:
		if id != fdOut && id != fdErr {
			s.problem = wasiBadf
		}
	default:
		return s, false
	}
	return s, true
}

// appendEvent writes that what was waited for is there.
func (s *subscription) appendEvent(b []byte) []byte {
	var e [eventBytes]byte
	binary.LittleEndian.PutUint64(e[:], s.mark)
	binary.LittleEndian.PutUint16(e[8:], uint16(s.problem))
	e[10] = s.kind
	switch {
	case s.problem != wasiSuccess:
	case s.kind == eventRead:
		e[24] = hangup
	case s.kind == eventWrite:
		binary.LittleEndian.PutUint64(e[16:], maxLineBytes)
	}
	return append(b, e[:]...)
}

// pollOneoff is poll_oneoff(subscriptions, events, n, count). If nothing is
// there at once, time jumps to the first of the deadlines.
func (c *call) pollOneoff(stack []uint64) (errno, error) {
	n := arg(stack, 2)
	if n == 0 || n > maxSubscriptions {
		return wasiInval, nil
	}
	raw, err := c.wasiRead(arg(stack, 0), n*subscriptionBytes)
	if err != nil || raw == nil {
		return wasiFault, err
	}
	w := c.world()
	w.waiting, w.events = w.waiting[:0], w.events[:0]
	first := uint64(math.MaxUint64)
	for ; len(raw) > 0; raw = raw[subscriptionBytes:] {
		s, ok := w.readSubscription(raw)
		if !ok {
			return wasiInval, nil
		}
		w.waiting = append(w.waiting, s)
		first = min(first, s.deadline)
	}
	w.advance(first)
	for i := range w.waiting {
		if s := &w.waiting[i]; s.deadline <= w.elapsed {
			w.events = s.appendEvent(w.events)
		}
	}
	if e, err := c.wasiWrite(arg(stack, 1), w.events); e != wasiSuccess || err != nil {
		return e, err
	}
	return c.wasiWriteU32(arg(stack, 3), uint32(len(w.events)/eventBytes))
}

// randomGet is random_get(buffer, n). The bytes are the same in every call and
// known to everybody: they decide the order of maps and nothing that is worth
// anything. The generator is SplitMix64 from 0.
func (c *call) randomGet(stack []uint64) (errno, error) {
	view, err := c.wasiView(arg(stack, 0), arg(stack, 1))
	if err != nil || view == nil {
		return wasiFault, err
	}
	w := c.world()
	for ; len(view) >= 8; view = view[8:] {
		binary.LittleEndian.PutUint64(view, w.randomWord())
	}
	if len(view) > 0 {
		copy(view, binary.LittleEndian.AppendUint64(nil, w.randomWord()))
	}
	return wasiSuccess, nil
}

func (w *wasi) randomWord() uint64 {
	w.random += 0x9e3779b97f4a7c15
	z := w.random
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
