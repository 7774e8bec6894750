package strict

import (
	"errors"
	"fmt"
	"math/bits"
)

// The wire types of protobuf. Groups (3 and 4) are obsolete and refused.
const (
	wireVarint  = 0
	wireFixed64 = 1
	wireBytes   = 2
	wireFixed32 = 5
)

const (
	maxFieldNumber = 1<<29 - 1
	maxVarintLen   = 10
)

var (
	errTruncated = errors.New("input ends too early")
	errOverflow  = errors.New("varint does not fit in 64 bits")
)

// varint reads a varint at the start of bz and returns it with its length.
func varint(bz []byte) (v uint64, n int, err error) {
	for n < len(bz) && n < maxVarintLen {
		b := bz[n]
		if n == maxVarintLen-1 && b > 1 {
			return 0, 0, errOverflow
		}
		v |= uint64(b&0x7f) << (7 * n)
		n++
		if b < 0x80 {
			return v, n, nil
		}
	}
	if n == maxVarintLen {
		return 0, 0, errOverflow
	}
	return 0, 0, errTruncated
}

// varintLen is the length of the shortest varint for v.
func varintLen(v uint64) int {
	return (bits.Len64(v|1) + 6) / 7
}

// tag reads a field's number and wire type. A number beyond 29 bits is refused:
// decoders cut it off, each in its own way.
func tag(bz []byte) (number int32, wire int, n int, err error) {
	v, n, err := varint(bz)
	if err != nil {
		return 0, 0, 0, err
	}
	if v>>3 == 0 || v>>3 > maxFieldNumber {
		return 0, 0, 0, fmt.Errorf("field number %d is out of range", v>>3)
	}
	return int32(v >> 3), int(v & 7), n, nil
}

// payload cuts a value of a wire type off bz, without the length in front of
// it, and returns how many bytes of bz it took.
func payload(wire int, bz []byte) (value []byte, n int, err error) {
	switch wire {
	case wireVarint:
		_, n, err = varint(bz)
		if err != nil {
			return nil, 0, err
		}
		return bz[:n], n, nil
	case wireFixed64:
		return fixed(bz, 8)
	case wireFixed32:
		return fixed(bz, 4)
	case wireBytes:
		size, n, err := varint(bz)
		if err != nil {
			return nil, 0, err
		}
		if size > uint64(len(bz)-n) {
			return nil, 0, errTruncated
		}
		end := n + int(size)
		return bz[n:end], end, nil
	default:
		return nil, 0, fmt.Errorf("wire type %d is not supported", wire)
	}
}

func fixed(bz []byte, size int) ([]byte, int, error) {
	if len(bz) < size {
		return nil, 0, errTruncated
	}
	return bz[:size], size, nil
}
