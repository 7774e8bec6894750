//go:build race

package rewrite_test

// The race detector makes the engine's compiler ten times slower and finds
// nothing in it that needs many modules.
func init() { *diffModules = 60 }
