package chain

import (
	"fmt"
	"regexp"
	"strconv"
)

// SequenceError says that a transaction was signed with another sequence than
// its signer's account has. It is ErrWrongSequence with what to sign with next.
type SequenceError struct {
	Expected uint64 // the account's
	Got      uint64 // the transaction's
}

// Error returns the reference's text, which clients read the number from.
func (e *SequenceError) Error() string {
	return fmt.Sprintf("account sequence mismatch, expected %d, got %d: %s", e.Expected, e.Got, ErrWrongSequence)
}

// Unwrap returns ErrWrongSequence.
func (e *SequenceError) Unwrap() error { return ErrWrongSequence }

// sequenceRule finds the numbers in the text, which is all that a node of any
// Cosmos chain tells of them.
var sequenceRule = regexp.MustCompile(`account sequence mismatch, expected ([0-9]{1,20}), got ([0-9]{1,20})`)

// ParseSequenceError finds a SequenceError in the text that a node answered.
func ParseSequenceError(text string) (*SequenceError, bool) {
	found := sequenceRule.FindStringSubmatch(text)
	if found == nil {
		return nil, false
	}
	expected, first := strconv.ParseUint(found[1], 10, 64)
	got, second := strconv.ParseUint(found[2], 10, 64)
	return &SequenceError{expected, got}, first == nil && second == nil
}
