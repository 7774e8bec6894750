package testkit

import "testing"

// Run runs a test in the subtests "native" and "wasm"; see the package's text.
// The function gets a new chain each time.
func Run(t *testing.T, contracts Contracts, test func(t *testing.T, c *Chain)) {
	t.Helper()
	t.Run("native", func(t *testing.T) {
		t.Helper()
		test(t, New(t, contracts))
	})
	if testing.Short() || !contracts.compiled() {
		return
	}
	t.Run("wasm", func(t *testing.T) {
		t.Helper()
		test(t, NewParity(t, contracts))
	})
}

// compiled reports whether any code is there as wasm.
func (list Contracts) compiled() bool {
	for _, code := range list {
		if code.compiled() {
			return true
		}
	}
	return false
}

// New returns a chain whose contracts run natively, but for those that are only
// there as wasm.
func New(t T, contracts Contracts) *Chain {
	t.Helper()
	return newChain(t, contracts, false)
}

// NewParity returns a chain whose contracts run as wasm, and a second one beside
// it on which they run natively, as far as they are there as both: every call
// goes to both chains, and the test fails where they differ. What the Chain
// returns is what the wasm did.
func NewParity(t T, contracts Contracts) *Chain {
	t.Helper()
	return newChain(t, contracts, true)
}
