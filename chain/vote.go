package chain

import "time"

// Vote is a validator's part in the commit of the block before.
type Vote struct {
	Validator Address // consensus address
	Power     int64
	Signed    bool // false: absent
}

// Misbehaviour is evidence that a validator broke the rules of consensus, by
// signing two blocks of one height or by attacking light clients. CometBFT has
// verified it.
type Misbehaviour struct {
	Validator Address // consensus address
	Power     int64   // at that height
	Height    int64
	Time      time.Time
}
