//go:build weft_pristine

package vm

// checkRestored compares every instance with its image after it was restored.
const checkRestored = true
