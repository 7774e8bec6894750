package sdk

import "github.com/weftchain/weft/contracts/sdk/json"

// Expiration says until when something is good: up to a block, up to a time, or
// for ever, which the zero value is. In JSON it is {"at_height":1},
// {"at_time":"1"} or {"never":{}}, as in CW20 and CW721.
type Expiration struct {
	kind byte   // 'h', 't' or 0 for never
	at   uint64 // a height, or a time in nanoseconds
}

// AtHeight ends with the block of this height: in it the end has passed.
func AtHeight(height uint64) Expiration { return Expiration{'h', height} }

// AtTime ends with the first block of this time or a later one.
func AtTime(t Timestamp) Expiration { return Expiration{'t', uint64(t)} }

// Passed reports whether the end has come in a block.
func (e Expiration) Passed(b Block) bool {
	switch e.kind {
	case 'h':
		return b.Height >= e.at
	case 't':
		return b.Time >= Timestamp(e.at)
	}
	return false
}

// Compare returns -1, 0 or 1: e ends before, with or after o. A height and a time
// cannot be compared; "for ever" ends after both.
func (e Expiration) Compare(o Expiration) (order int, ok bool) {
	switch {
	case e == o:
		return 0, true
	case e.kind == 0:
		return 1, true
	case o.kind == 0:
		return -1, true
	case e.kind != o.kind:
		return 0, false
	case e.at < o.at:
		return -1, true
	}
	return 1, true
}

// String returns the words that CW contracts have in their attributes.
func (e Expiration) String() string {
	switch e.kind {
	case 'h':
		return "expiration height: " + U128(e.at).String()
	case 't':
		rest := U128(uint64(Second) + e.at%uint64(Second)).String()
		return "expiration time: " + U128(Timestamp(e.at).Seconds()).String() + "." + rest[1:]
	}
	return "expiration: never"
}

// EncodeJSON writes the one of three forms.
func (e Expiration) EncodeJSON(w *json.Writer) {
	switch e.kind {
	case 'h':
		w.Raw(`{"at_height":`)
		w.Uint(e.at)
		w.EndObject()
	case 't':
		w.Raw(`{"at_time":`)
		w.UintText(e.at)
		w.EndObject()
	default:
		w.Raw(`{"never":{}}`)
	}
}

// DecodeJSON reads one of the three forms.
func (e *Expiration) DecodeJSON(r *json.Reader) {
	*e = Expiration{}
	n := 0
	for r.Object(); r.Field(); n++ {
		switch r.Name {
		case "at_height":
			*e = AtHeight(r.Uint())
		case "at_time":
			*e = AtTime(Timestamp(r.UintText()))
		case "never":
			for r.Object(); r.Field(); {
				r.Unknown()
			}
		default:
			r.Fail("unknown expiration " + r.Name)
		}
	}
	if n != 1 {
		r.Fail("expected one of at_height, at_time and never")
	}
}
