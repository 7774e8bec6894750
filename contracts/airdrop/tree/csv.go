package tree

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/weftchain/weft/contracts/sdk"
)

// ReadCSV reads a list: lines of an address and an amount, which may begin with
// the line "address,amount". Lines that begin with # are left out. Errors name
// the line; an address must have a sound checksum (Bech32), as a wrong letter
// would give its amount to nobody.
func ReadCSV(r io.Reader) ([]Entry, error) {
	rows := csv.NewReader(r)
	rows.FieldsPerRecord, rows.Comment, rows.TrimLeadingSpace = 2, '#', true
	var list []Entry
	for first := true; ; first = false {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return list, nil
		}
		if err != nil {
			return nil, err // with its line
		}
		line, _ := rows.FieldPos(0)
		address, digits := row[0], strings.TrimSpace(row[1])
		if first && address == "address" && digits == "amount" {
			continue
		}
		amount, ok := sdk.ParseUint128(digits)
		switch {
		case !sound(address):
			return nil, fmt.Errorf("line %d: %q is no address", line, address)
		case !ok:
			return nil, fmt.Errorf("line %d: %q is no amount: expected the digits of an integer below 2^128", line, digits)
		}
		list = append(list, Entry{address, amount})
	}
}

// sound reports whether a text is a Bech32 address in small letters (BIP 173).
func sound(address string) bool {
	const letters = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
	at := strings.LastIndexByte(address, '1')
	if at < 1 || len(address)-at-1 < 6 || address != strings.ToLower(address) {
		return false
	}
	sum := uint32(1)
	feed := func(v byte) {
		top := sum >> 25
		sum = sum&0x1ffffff<<5 ^ uint32(v)
		for i, g := range [5]uint32{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3} {
			if top>>i&1 == 1 {
				sum ^= g
			}
		}
	}
	for _, c := range []byte(address[:at]) {
		if c < 33 || c > 126 {
			return false
		}
		feed(c >> 5)
	}
	feed(0)
	for _, c := range []byte(address[:at]) {
		feed(c & 31)
	}
	for _, c := range []byte(address[at+1:]) {
		v := strings.IndexByte(letters, c)
		if v < 0 {
			return false
		}
		feed(byte(v))
	}
	return sum == 1
}
