//go:build !weft_pristine

package vm

// checkRestored is for debugging: build with -tags weft_pristine to have every
// instance compared with its image after it was restored.
const checkRestored = false
