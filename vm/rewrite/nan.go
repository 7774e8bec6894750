package rewrite

// opensNaN reports whether the bits of a NaN that op returns differ between
// CPUs. The reference replaces exactly these: not those of abs, neg, copysign,
// promote and demote, whose result the specification fixes or, for the last
// two, whose payloads the reference keeps.
func opensNaN(op uint16) (t valType, open bool) {
	switch {
	case op >= opF32Ceil && op <= opF32Max:
		return f32, true
	case op >= opF64Ceil && op <= opF64Max:
		return f64, true
	}
	return anyType, false
}

// canonicalNaN replaces the float on top of the stack by the canonical NaN when
// it is a NaN: a value that differs from itself.
func (w *writer) canonicalNaN(t valType) {
	v := w.scratch(t, 0)
	w.code = appendOp(w.code, opLocalTee, v)
	if t == f32 {
		w.code = append(w.code, opF32Const, 0, 0, 0xc0, 0x7f)
	} else {
		w.code = append(w.code, opF64Const, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f)
	}
	w.code = appendOp(w.code, opLocalGet, v)
	w.code = appendOp(w.code, opLocalGet, v)
	if t == f32 {
		w.code = append(w.code, opF32Eq, opSelect)
	} else {
		w.code = append(w.code, opF64Eq, opSelect)
	}
}
