package cosmwasm

import (
	"bytes"
	"strconv"
	"unsafe"
)

// readUnsigned reads a number without sign, fraction and exponent.
func readUnsigned(d *decoder, p *plan, to unsafe.Pointer, _ int) error {
	if b := d.peek(); b < '0' || b > '9' {
		return d.mismatch(p)
	}
	first := d.pos
	if err := d.number(); err != nil {
		return err
	}
	return d.parse(p, to, d.doc[first:d.pos])
}

// readQuoted reads a number that is written as a string.
func readQuoted(d *decoder, p *plan, to unsafe.Pointer, _ int) error {
	if d.peek() != '"' {
		return d.mismatch(p)
	}
	text, err := d.text()
	if err != nil {
		return err
	}
	if len(text) > 1 && text[0] == '0' {
		return d.mismatch(p)
	}
	return d.parse(p, to, text)
}

// parse takes decimal digits only: no sign, no exponent, no underscore.
func (d *decoder) parse(p *plan, to unsafe.Pointer, digits []byte) error {
	n, err := strconv.ParseUint(string(digits), 10, p.bits)
	if err != nil || bytes.ContainsAny(digits, "+-") {
		return d.mismatch(p)
	}
	switch p.bits {
	case 16:
		*(*uint16)(to) = uint16(n)
	case 32:
		*(*uint32)(to) = uint32(n)
	default:
		*(*uint64)(to) = n
	}
	return nil
}
