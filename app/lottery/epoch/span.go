package epoch

import "fmt"

// Span says when what happens in one epoch. All are heights or numbers of
// blocks.
type Span struct {
	// First and Last are the blocks in which the epoch is mined.
	First, Last int64
	// Grace is how many blocks after Last still take its tickets.
	Grace int64
	// Ready is how many blocks after settlement the winners have to say that
	// they are there.
	Ready int64
}

// Start returns the epoch that begins at a height.
func Start(first int64, blocks, grace, ready uint64) Span {
	return Span{First: first, Last: first + int64(blocks) - 1, Grace: int64(grace), Ready: int64(ready)}
}

// Ends reports whether a height is the last of the epoch: at its end seed and
// target of the next are known.
func (s Span) Ends(height int64) bool { return height == s.Last }

// Takes reports whether a block may hold tickets of the epoch.
func (s Span) Takes(height int64) bool { return s.First <= height && height <= s.Last+s.Grace }

// SettlesAt is the height at whose end the epoch's tickets are ranked and paid.
func (s Span) SettlesAt() int64 { return s.Last + s.Grace }

// ActivatesAt is the height at whose end the seats that were won get power; it
// takes effect two blocks later.
func (s Span) ActivatesAt() int64 { return s.Last + s.Grace + s.Ready }

// Proves reports whether a block may hold the winners' word that they are
// there: after settlement, up to activation.
func (s Span) Proves(height int64) bool { return s.SettlesAt() < height && height <= s.ActivatesAt() }

// Check refuses lengths with which one epoch would not be over with before the
// next one is settled.
func Check(blocks, grace, ready uint64) error {
	const most = 1 << 24 // of blocks, most of a year at two seconds
	switch {
	case blocks < 4 || blocks > most:
		return fmt.Errorf("an epoch of %d blocks, must have 4 to %d", blocks, most)
	case grace == 0 || ready == 0:
		return fmt.Errorf("grace %d and ready %d, both must be at least 1", grace, ready)
	case grace >= blocks || ready >= blocks || grace+ready >= blocks:
		return fmt.Errorf("grace %d and ready %d must together be less than the epoch's %d blocks", grace, ready, blocks)
	}
	return nil
}
