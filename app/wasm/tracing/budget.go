package tracing

import (
	"unicode/utf8"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/chain/trace"
)

// Bounds of a trace. What is beyond them is counted and left out. Calls have a
// bound of their own, so that no number of host calls hides what came later.
const (
	maxCalls    = 2_000      // messages, calls, submessages
	maxDetails  = 10_000     // host calls and events
	maxInOne    = 2_000      // of them in one step
	maxData     = 4 << 20    // bytes of all keys, values, messages, events
	maxInput    = 4 << 10    // bytes of a message, a query, an answer
	maxValue    = 1 << 10    // bytes of a value
	maxKey      = 512        // bytes of a key
	maxAttrData = 2 * 20_000 // bytes of one event's attributes

	maxAttribute = 512 // bytes of an attribute's key or value
	maxErrorText = chain.MaxFailureText
)

// budget is what a trace has left of its bounds.
type budget struct{ calls, details, data int }

func newBudget() budget { return budget{maxCalls, maxDetails, maxData} }

// take makes room for a step in another, or reports that there is none.
func (b *budget) take(s, in *trace.Step) bool {
	if in == nil {
		return false
	}
	size := stepBytes
	if s.Event != nil {
		for i, a := range s.Event.Attributes {
			if size += len(a.Key) + len(a.Value) + attributeBytes; size > maxAttrData {
				s.Event.Attributes = s.Event.Attributes[:i]
				break
			}
		}
	}
	switch s.Kind {
	case trace.StepEvent, trace.StepHost, trace.StepLoading:
		if b.details == 0 || len(in.Steps) >= maxInOne || b.data < size {
			return false
		}
		b.details--
	default:
		if b.calls == 0 {
			return false
		}
		b.calls--
	}
	b.data -= size
	return true
}

// What a step and an attribute count in a trace beside their texts.
const (
	stepBytes      = 100
	attributeBytes = 30
)

// bytes takes room for data, cut to limit or to what is left.
func (r *Recorder) bytes(data []byte, limit int) *trace.Bytes {
	b := trace.NewBytes(data, r.room(len(data), limit))
	return b
}

// key is bytes for a key.
func (r *Recorder) key(key []byte) *trace.Bytes { return trace.NewKey(key, r.room(len(key), maxKey)) }

func (r *Recorder) room(size, limit int) int {
	limit = max(min(size, limit, r.budget.data), 0)
	r.budget.data -= limit
	return limit
}

// cutText cuts a text to what an attribute may have, at a character.
func cutText(text string) string {
	if len(text) <= maxAttribute {
		return text
	}
	n := maxAttribute
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n] + "…"
}
