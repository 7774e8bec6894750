//go:build cgo

package conformance

import (
	"maps"
	"slices"
)

// entryOf is an entry of a map.
type entryOf[V any] struct {
	key   string
	value V
}

// sorted is a map in the order of its keys: runs must not differ.
func sorted[V any](m map[string]V) []entryOf[V] {
	out := make([]entryOf[V], 0, len(m))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, entryOf[V]{k, m[k]})
	}
	return out
}
