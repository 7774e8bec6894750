//go:build cgo

// This file is empty. It allows reference_test.go to declare functions without
// bodies, which the linker finds in the reference.
