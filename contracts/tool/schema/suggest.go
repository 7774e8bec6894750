package schema

import (
	"slices"
	"strings"
)

// maxListed bounds how many names an error lists.
const maxListed = 30

// meant ends an error about an unknown name: what was probably meant, else what
// there is.
func meant(name string, names []string) string {
	best, distance := "", 3
	for _, n := range names {
		if d := edits(strings.ToLower(name), strings.ToLower(n)); d < distance && d < len(n) {
			best, distance = n, d
		}
	}
	if best == "" {
		for _, n := range names {
			if len(name) >= 3 && (strings.HasPrefix(n, name) || strings.HasSuffix(n, name)) {
				best = n
				break
			}
		}
	}
	switch {
	case best != "":
		return ": did you mean " + best + "?"
	case len(names) == 0:
		return ""
	case len(names) > maxListed:
		return ": there are " + strings.Join(names[:maxListed], ", ") + " and others"
	}
	return ": there is " + strings.Join(names, ", ")
}

// maxEdited bounds the names that are compared.
const maxEdited = 64

// edits returns how many letters must change, come or go to make a of b; two
// neighbours that changed places count once.
func edits(a, b string) int {
	if len(a) > maxEdited || len(b) > maxEdited {
		return maxEdited
	}
	before, last := []int(nil), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}

// sortedNames returns the names of a map in order.
func sortedNames[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for n := range m {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}
