package events

import (
	"fmt"
	"strconv"
	"strings"
)

// Cursor is a place in the stream: after event Event of transaction Tx of block
// Height. Transactions of a block count from 1, 0 are the block's own events;
// events count from 1. H/0/0 is before all of block H, and the zero cursor is
// before everything.
type Cursor struct{ Height, Tx, Event int64 }

// String writes a cursor as "height/tx/event".
func (c Cursor) String() string { return fmt.Sprintf("%d/%d/%d", c.Height, c.Tx, c.Event) }

// ParseCursor reads "height/tx/event", "height" for before all of that block,
// and "" for before everything.
func ParseCursor(text string) (Cursor, error) {
	if text == "" {
		return Cursor{}, nil
	}
	parts := strings.Split(text, "/")
	if len(parts) != 1 && len(parts) != 3 {
		return Cursor{}, fmt.Errorf("%.80q is no cursor: write height/tx/event, such as 12/1/3, or a height", text)
	}
	var numbers [3]int64
	for i, p := range parts {
		n, err := strconv.ParseUint(p, 10, 63)
		if err != nil || p != strconv.FormatUint(n, 10) {
			return Cursor{}, fmt.Errorf("%.80q is no cursor: %.40q is not a whole number: write height/tx/event, such as 12/1/3, or a height", text, p)
		}
		numbers[i] = int64(n)
	}
	return Cursor{numbers[0], numbers[1], numbers[2]}, nil
}

// Before reports whether c comes before other.
func (c Cursor) Before(other Cursor) bool {
	switch {
	case c.Height != other.Height:
		return c.Height < other.Height
	case c.Tx != other.Tx:
		return c.Tx < other.Tx
	default:
		return c.Event < other.Event
	}
}
