package layout

import (
	"errors"
	"time"

	"github.com/weftchain/weft/chain"
)

// Prefixes of store Feegrant.
var (
	FeeAllowancePrefix    = []byte{0x00}
	FeeAllowanceEndPrefix = []byte{0x01}
)

// FeeAllowances is the prefix of all allowances that an account may use.
func FeeAllowances(grantee chain.Address) []byte {
	return append([]byte{0x00}, grantee.LengthPrefixed()...)
}

// FeeAllowance is the key of one allowance.
func FeeAllowance(grantee, granter chain.Address) []byte {
	return append(FeeAllowances(grantee), granter.LengthPrefixed()...)
}

// timeForm is how times stand in keys, so that they sort: always UTC, always
// 29 bytes.
const timeForm = "2006-01-02T15:04:05.000000000"

// FeeAllowanceEnds is the prefix of the queue's entries for allowances that end
// at one time.
func FeeAllowanceEnds(at time.Time) []byte {
	return at.UTC().AppendFormat([]byte{0x01}, timeForm)
}

// FeeAllowanceEnd is the key of one allowance in the queue of those that end.
func FeeAllowanceEnd(at time.Time, grantee, granter chain.Address) []byte {
	key := append(FeeAllowanceEnds(at), grantee.LengthPrefixed()...)
	return append(key, granter.LengthPrefixed()...)
}

// ParseFeeAllowanceEnd reads the addresses out of what FeeAllowanceEnd writes.
func ParseFeeAllowanceEnd(key []byte) (grantee, granter chain.Address, err error) {
	rest := key[min(len(key), 1+len(timeForm)):]
	if grantee, rest, err = cutAddress(rest); err != nil {
		return "", "", err
	}
	if granter, rest, err = cutAddress(rest); err == nil && len(rest) != 0 {
		err = errQueueKey
	}
	return grantee, granter, err
}

var errQueueKey = errors.New("a key in the queue of fee allowances is malformed")

// cutAddress takes a length-prefixed address off the front.
func cutAddress(b []byte) (chain.Address, []byte, error) {
	if len(b) == 0 || len(b)-1 < int(b[0]) {
		return "", nil, errQueueKey
	}
	n := 1 + int(b[0])
	return chain.Address(b[1:n]), b[n:], nil
}
