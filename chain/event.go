package chain

// Event tells clients and contracts what happened. Keys and values are plain
// text.
type Event struct {
	Type       string
	Attributes []Attribute
}

// Attribute is one key and value of an event.
type Attribute struct{ Key, Value string }

// NewEvent returns an event with attributes given as key, value, key, value…
func NewEvent(typ string, keyValues ...string) Event {
	e := Event{Type: typ, Attributes: make([]Attribute, 0, len(keyValues)/2)}
	for i := 0; i+1 < len(keyValues); i += 2 {
		e.Attributes = append(e.Attributes, Attribute{keyValues[i], keyValues[i+1]})
	}
	return e
}

// Get returns the value of the first attribute with that key.
func (e Event) Get(key string) (string, bool) {
	for _, a := range e.Attributes {
		if a.Key == key {
			return a.Value, true
		}
	}
	return "", false
}
