package strict

import "fmt"

// ADR027 checks that a transaction's bytes are the one encoding of a
// cosmos.tx.v1beta1.TxRaw (ADR-027 of the Cosmos SDK), so that nobody can make
// other bytes, and with them another hash, of a signed transaction: fields in
// ascending order, body and auth info at most once, nothing but fields 1 to 3 of
// wire type 2, shortest varints, no bytes left over. An empty body or auth info
// may be spelled out, as in the reference.
func ADR027(txRaw []byte) error {
	var last uint64
	for at := 0; at < len(txRaw); {
		key, n, err := shortVarint(txRaw[at:])
		if err != nil {
			return fmt.Errorf("TxRaw: tag at byte %d: %w", at, err)
		}
		number, wire := key>>3, key&7
		switch {
		case number < 1 || number > 3:
			return fmt.Errorf("TxRaw: unknown field %d", number)
		case wire != wireBytes:
			return fmt.Errorf("TxRaw: field %d: wire type %d where %d is due", number, wire, wireBytes)
		case number < last:
			return fmt.Errorf("TxRaw: field %d comes after field %d", number, last)
		case number == last && number != 3:
			return fmt.Errorf("TxRaw: field %d is given twice", number)
		}
		last = number
		at += n
		size, n, err := shortVarint(txRaw[at:])
		if err != nil {
			return fmt.Errorf("TxRaw: field %d: length: %w", number, err)
		}
		at += n
		if size > uint64(len(txRaw)-at) {
			return fmt.Errorf("TxRaw: field %d: %w", number, errTruncated)
		}
		at += int(size)
	}
	return nil
}

// shortVarint reads a varint that must be as short as its value allows.
func shortVarint(bz []byte) (uint64, int, error) {
	v, n, err := varint(bz)
	if err != nil {
		return 0, 0, err
	}
	if n != varintLen(v) {
		return 0, 0, fmt.Errorf("varint of %d bytes where %d are enough", n, varintLen(v))
	}
	return v, n, nil
}
