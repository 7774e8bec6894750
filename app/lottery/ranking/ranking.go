// Package ranking keeps the best tickets of an epoch: those with the lowest
// digests, up to a number, whatever the order in which they come. It leaves to
// its caller where they are kept, in memory or in the state.
package ranking

import (
	"bytes"
	"errors"
)

// Digest ranks a ticket: the lower, the better.
type Digest = [32]byte

// Table is where tickets are kept by digest.
type Table interface {
	Has(d Digest) (bool, error)
	// Worst is the highest digest; it is asked only when there are some.
	Worst() (Digest, error)
	Remove(d Digest) error
}

var (
	// ErrTwice says that a ticket is there already.
	ErrTwice = errors.New("this ticket was submitted before")
	// ErrWeak says that the table is full of better tickets.
	ErrWeak = errors.New("the table is full of better tickets")
)

// Admit makes room for a ticket in a table that holds count tickets and may hold
// capacity. It returns how many there will be with the new one, which the caller
// then puts in. The error is ErrTwice, ErrWeak or the table's.
func Admit(t Table, count, capacity uint64, d Digest) (uint64, error) {
	there, err := t.Has(d)
	if err != nil {
		return count, err
	}
	if there {
		return count, ErrTwice
	}
	if count < capacity {
		return count + 1, nil
	}
	worst, err := t.Worst()
	if err != nil {
		return count, err
	}
	if bytes.Compare(d[:], worst[:]) > 0 {
		return count, ErrWeak
	}
	return count, t.Remove(worst)
}
