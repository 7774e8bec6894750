package wat

// U32 encodes an unsigned LEB128 number.
func U32(v uint32) []byte {
	var b []byte
	for v >= 0x80 {
		b = append(b, byte(v)|0x80)
		v >>= 7
	}
	return append(b, byte(v))
}

// S64 encodes a signed LEB128 number.
func S64(v int64) []byte {
	var b []byte
	for {
		c := byte(v) & 0x7f
		v >>= 7
		if (v == 0 && c&0x40 == 0) || (v == -1 && c&0x40 != 0) {
			return append(b, c)
		}
		b = append(b, c|0x80)
	}
}

// Name encodes a string with its length.
func Name(s string) []byte { return append(U32(uint32(len(s))), s...) }

// Vec encodes items behind their number.
func Vec(items ...[]byte) []byte {
	b := U32(uint32(len(items)))
	for _, i := range items {
		b = append(b, i...)
	}
	return b
}

// Section encodes a section.
func Section(id byte, content []byte) []byte {
	return append(append([]byte{id}, U32(uint32(len(content)))...), content...)
}
