package seats

// Seat is one that was won. Operators are compared, never read.
type Seat struct {
	Won      uint64 // epoch
	Rank     uint32 // among that epoch's seats, from 0
	Operator string
	// Active seats give power. A new one waits for activation, and that of
	// somebody in jail waits too.
	Active bool
}

// Candidate is a ticket that names an operator, in the order of digests.
type Candidate struct {
	Operator string
	Place    int // of the caller's own
}

// Winners are the candidates that win a seat: the best, but for those whose
// operator has as many seats as it may (held counts them before this epoch).
func (r Rules) Winners(ranked []Candidate, held map[string]uint64) []Candidate {
	var won []Candidate
	now := map[string]uint64{}
	for _, c := range ranked {
		if uint64(len(won)) == r.PerEpoch {
			break
		}
		if held[c.Operator]+now[c.Operator] >= r.MaxPerOperator {
			continue
		}
		now[c.Operator]++
		won = append(won, c)
	}
	return won
}

// Standing is what an operator may do at an activation.
type Standing struct {
	// Barred operators have no power: in jail, retired or tombstoned.
	Barred bool
	// Void takes their seats away.
	Void bool
	// Ready is that it proved its key after its win. Who had power the epoch
	// before need not.
	Ready bool
}

// Turn is what an activation does.
type Turn struct {
	Seats  []Seat // those that remain
	Lapsed []Seat // won now, and nobody there
	Ended  []Seat // their time is over, or they were voided
}

// Activate turns the window to an epoch: seats whose time is over end, those
// won in the epoch become active if their operator is there, and a few of those
// that waited come back, the oldest first. Seats must be in the order of Won
// and Rank.
func (r Rules) Activate(epoch uint64, list []Seat, standing func(operator string) Standing) Turn {
	active := map[string]bool{}
	for _, s := range list {
		if s.Active {
			active[s.Operator] = true
		}
	}
	var t Turn
	returns := r.Readmits()
	for _, s := range list {
		st := standing(s.Operator)
		there := !st.Barred && (st.Ready || active[s.Operator])
		switch {
		case st.Void || s.Won+r.Life() <= epoch:
			t.Ended = append(t.Ended, s)
			continue
		case st.Barred:
			s.Active = false
		case s.Won == epoch && !there:
			t.Lapsed = append(t.Lapsed, s)
			continue
		case s.Won == epoch:
			s.Active = true
		case !s.Active && returns > 0:
			s.Active = true
			returns--
		}
		t.Seats = append(t.Seats, s)
	}
	return t
}

// Share is an operator's active seats.
type Share struct {
	Operator string
	Seats    uint64
}

// Shares counts active seats by operator, in the order of their first seat.
func Shares(list []Seat) []Share {
	place := map[string]int{}
	var out []Share
	for _, s := range list {
		if !s.Active {
			continue
		}
		i, known := place[s.Operator]
		if !known {
			i = len(out)
			place[s.Operator] = i
			out = append(out, Share{Operator: s.Operator})
		}
		out[i].Seats++
	}
	return out
}
