package rewrite

func appendU32(b []byte, v uint32) []byte {
	for v >= 0x80 {
		b = append(b, byte(v)|0x80)
		v >>= 7
	}
	return append(b, byte(v))
}

func appendS64(b []byte, v int64) []byte {
	for {
		c := byte(v) & 0x7f
		v >>= 7
		if (v == 0 && c&0x40 == 0) || (v == -1 && c&0x40 != 0) {
			return append(b, c)
		}
		b = append(b, c|0x80)
	}
}

func appendName(b []byte, s string) []byte {
	return append(appendU32(b, uint32(len(s))), s...)
}

func appendSection(b []byte, id byte, content []byte) []byte {
	b = append(b, id)
	b = appendU32(b, uint32(len(content)))
	return append(b, content...)
}

func appendTypes(b []byte, types []valType) []byte {
	b = appendU32(b, uint32(len(types)))
	for _, t := range types {
		b = append(b, byte(t))
	}
	return b
}

func appendFuncType(b []byte, t funcType) []byte {
	b = append(b, 0x60)
	b = appendTypes(b, t.params)
	return appendTypes(b, t.results)
}

// appendI64Const and its neighbours write the instructions that the injected
// code is made of.
func appendI64Const(b []byte, v int64) []byte { return appendS64(append(b, opI64Const), v) }

func appendI32Const(b []byte, v int32) []byte { return appendS64(append(b, opI32Const), int64(v)) }

func appendOp(b []byte, op byte, index uint32) []byte { return appendU32(append(b, op), index) }
