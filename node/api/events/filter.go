package events

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"net/url"
	"strings"
)

// Bounds of a filter.
const (
	maxFilters     = 20
	maxFilterBytes = 512
)

// Filter says which events a reader wants. Several types, or several contracts,
// are alternatives; all attributes must be there. Gaps always come.
type Filter struct {
	Types     []string // "wasm", or "wasm-*" for all that begin so
	Contracts []string
	// Attributes are "key=value" or "type.key=value".
	Attributes []AttributeFilter
}

// AttributeFilter wants an attribute with this key and value, in an event of
// Type unless that is empty.
type AttributeFilter struct{ Type, Key, Value string }

// ParseFilter reads the parameters type, contract and attribute of a URI, each
// as often as wanted.
func ParseFilter(form url.Values) (Filter, error) {
	f := Filter{Types: form["type"], Contracts: form["contract"]}
	if n := len(f.Types) + len(f.Contracts) + len(form["attribute"]); n > maxFilters {
		return f, fmt.Errorf("%d filters, at most %d are allowed", n, maxFilters)
	}
	for _, list := range [][]string{f.Types, f.Contracts, form["attribute"]} {
		for _, text := range list {
			if text == "" || len(text) > maxFilterBytes {
				return f, fmt.Errorf("a filter has %d bytes, must have 1 to %d", len(text), maxFilterBytes)
			}
		}
	}
	for _, text := range form["attribute"] {
		name, value, found := strings.Cut(text, "=")
		if !found || name == "" {
			return f, fmt.Errorf("attribute %.80q: write key=value or type.key=value", text)
		}
		a := AttributeFilter{Key: name, Value: strings.Trim(value, "'")}
		if i := strings.IndexByte(name, '.'); i > 0 && i < len(name)-1 {
			a.Type, a.Key = name[:i], name[i+1:]
		}
		f.Attributes = append(f.Attributes, a)
	}
	return f, nil
}

// wants looks at all parts of the filter; the index narrows by one alone.
func (f Filter) wants(r Record) bool {
	if len(f.Types) > 0 && !anyOf(f.Types, func(t string) bool { return typeFits(t, r.Type) }) {
		return false
	}
	if len(f.Contracts) > 0 && !anyOf(f.Contracts, func(c string) bool { return c == r.Contract }) {
		return false
	}
	for _, a := range f.Attributes {
		if a.Type != "" && a.Type != r.Type || !hasAttribute(r.Attributes, a) {
			return false
		}
	}
	return true
}

func anyOf(list []string, fits func(string) bool) bool {
	for _, item := range list {
		if fits(item) {
			return true
		}
	}
	return false
}

func typeFits(pattern, name string) bool {
	if prefix, star := strings.CutSuffix(pattern, "*"); star {
		return strings.HasPrefix(name, prefix)
	}
	return pattern == name
}

func hasAttribute(list []Attribute, want AttributeFilter) bool {
	for _, a := range list {
		if a.Key == want.Key && a.Value == want.Value {
			return true
		}
	}
	return false
}

// attributeHash is what the index keeps of an attribute: values may be long,
// and what it finds is compared in full.
func attributeHash(key, value string) int64 {
	h := sha256.New()
	var size [8]byte
	binary.BigEndian.PutUint64(size[:], uint64(len(key)))
	h.Write(size[:])
	h.Write([]byte(key))
	h.Write([]byte(value))
	return int64(binary.BigEndian.Uint64(h.Sum(nil)))
}

// narrowed chooses the one part of a filter that the index looks up; what it
// returns belongs between FROM and LIMIT, with its parameters.
func (f Filter) narrowed(since Cursor) (sql string, args []any) {
	const after = "(e.height, e.tx, e.event) > (?, ?, ?) ORDER BY e.height, e.tx, e.event"
	place := []any{since.Height, since.Tx, since.Event}
	switch {
	case len(f.Attributes) > 0:
		a := f.Attributes[0]
		return "attributes a JOIN events e ON (e.height, e.tx, e.event) = (a.height, a.tx, a.event) " +
				"WHERE a.hash = ? AND (a.height, a.tx, a.event) > (?, ?, ?) ORDER BY a.height, a.tx, a.event",
			append([]any{attributeHash(a.Key, a.Value)}, place...)
	case len(f.Contracts) == 1:
		return "events e INDEXED BY by_contract WHERE e.contract = ? AND " + after, append([]any{f.Contracts[0]}, place...)
	case len(f.Types) == 1 && !strings.HasSuffix(f.Types[0], "*"):
		return "events e INDEXED BY by_type WHERE e.type = ? AND " + after, append([]any{f.Types[0]}, place...)
	default:
		return "events e WHERE " + after, place
	}
}
