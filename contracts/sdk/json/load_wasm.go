package json

import "unsafe"

// load8 returns the eight bytes of s from i on, the first one lowest. They must
// be there. Without package unsafe it takes eight tests of bounds.
func load8(s string, i int) uint64 {
	return *(*uint64)(unsafe.Add(unsafe.Pointer(unsafe.StringData(s)), i))
}
