package trace

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bytes is a key, a value or a message, cut to a bound. In JSON it is
//
//	{"text": "…"}     if it can be read
//	{"base64": "…"}   if not
//
// with "size", the number of bytes before it was cut, if it was cut. A key has
// "path" where it is made of parts with their lengths, as cw-storage-plus and the
// SDK make them: "balance/weft1…".
type Bytes struct {
	Data []byte
	Size int // of the whole; len(Data) unless it was cut
	Path string
}

// NewBytes copies the first limit bytes of data; nil stays nil.
func NewBytes(data []byte, limit int) *Bytes {
	if data == nil {
		return nil
	}
	return &Bytes{Data: bytes.Clone(data[:min(len(data), limit)]), Size: len(data)}
}

// NewKey is NewBytes for a key.
func NewKey(key []byte, limit int) *Bytes {
	b := NewBytes(key, limit)
	if b != nil && b.Size == len(b.Data) {
		b.Path = keyPath(key)
	}
	return b
}

// IsCut tells whether bytes are missing.
func (b *Bytes) IsCut() bool { return b.Size > len(b.Data) }

type bytesJSON struct {
	Text   *string `json:"text,omitempty"`
	Base64 []byte  `json:"base64,omitempty"`
	Path   string  `json:"path,omitempty"`
	Size   int     `json:"size,omitempty"`
}

// MarshalJSON writes the form that the type's comment shows.
func (b *Bytes) MarshalJSON() ([]byte, error) {
	out := bytesJSON{Path: b.Path}
	if text, ok := printable(b.Data, b.IsCut()); ok {
		out.Text = &text
	} else {
		out.Base64 = b.Data
	}
	if b.IsCut() {
		out.Size = b.Size
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (b *Bytes) UnmarshalJSON(data []byte) error {
	var in bytesJSON
	if err := json.Unmarshal(data, &in); err != nil { //weft:json read by clients only
		return err
	}
	*b = Bytes{Data: in.Base64, Path: in.Path}
	if in.Text != nil {
		b.Data = []byte(*in.Text)
	}
	b.Size = max(in.Size, len(b.Data))
	return nil
}

// printable is data as text if a person can read all of it. A character that a
// cut went through is left away.
func printable(data []byte, cut bool) (string, bool) {
	if cut {
		for n := 1; n < utf8.UTFMax && n <= len(data) && !utf8.Valid(data); n++ {
			if utf8.Valid(data[:len(data)-n]) {
				data = data[:len(data)-n]
			}
		}
	}
	if !utf8.Valid(data) {
		return "", false
	}
	text := string(data)
	for _, r := range text {
		if !unicode.IsPrint(r) && r != '\n' && r != '\t' && r != '\r' {
			return "", false
		}
	}
	return text, true
}

// maxKeyParts bounds the parts of a key.
const maxKeyParts = 16

// keyPath takes a key of several parts apart: each but the last has its length
// before it, in two bytes. "" if it is no such key.
func keyPath(key []byte) string {
	var parts []string
	rest := key
	for len(rest) >= 2 && len(parts) < maxKeyParts {
		n := int(rest[0])<<8 | int(rest[1])
		if n == 0 || n > len(rest)-2 {
			break
		}
		parts = append(parts, keyPart(rest[2:2+n]))
		rest = rest[2+n:]
	}
	if len(parts) == 0 || !isName(parts[0]) {
		return ""
	}
	if len(rest) > 0 {
		parts = append(parts, keyPart(rest))
	}
	return strings.Join(parts, "/")
}

// isName tells whether the first part of a key looks like the name of a map.
func isName(part string) bool {
	for _, r := range part {
		if r <= ' ' || r > '~' {
			return false
		}
	}
	return !strings.HasPrefix(part, "#") && !strings.HasPrefix(part, "0x")
}

// keyPart is a part of a key: its text, "#5" for a number of four, eight or
// sixteen bytes that is small, hexadecimal digits else.
func keyPart(part []byte) string {
	if text, ok := printable(part, false); ok && !strings.ContainsAny(text, "\n\r\t") {
		return text
	}
	if n := len(part); n == 1 || n == 2 || n == 4 || n == 8 || n == 16 {
		var value uint64
		small := true
		for i, b := range part {
			if n-i > 8 {
				small = small && b == 0
				continue
			}
			value = value<<8 | uint64(b)
		}
		if small && value < 1<<53 {
			return "#" + strconv.FormatUint(value, 10)
		}
	}
	return "0x" + hex.EncodeToString(part)
}
