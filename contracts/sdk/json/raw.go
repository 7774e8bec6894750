package json

// Raw is a value of any form that is kept as it came, like data that others
// understand. The empty Raw is null.
type Raw string

// EncodeJSON writes the value back.
func (v Raw) EncodeJSON(w *Writer) {
	if v == "" {
		w.Null()
		return
	}
	w.Raw(string(v))
}

// DecodeJSON keeps the value.
func (v *Raw) DecodeJSON(r *Reader) { *v = Raw(r.Raw()) }

// IsZero reports whether there is no value: an omitempty field is left out then.
func (v Raw) IsZero() bool { return v == "" }
