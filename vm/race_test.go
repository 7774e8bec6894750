//go:build race

package vm

// The race detector keeps twice to four times what a copy occupies beside it and
// never gives that back; the bound of a node's memory is checked without it.
func init() { callSlack = 512 << 20 }
