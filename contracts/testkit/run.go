package testkit

import "testing"

// Run runs a test in the subtests "native" and "wasm"; see the package's text.
// The function gets a new chain each time. What is there in one form alone runs
// in that one.
func Run(t *testing.T, contracts Contracts, test func(t *testing.T, c *Chain), options ...Option) {
	t.Helper()
	if contracts.any(Code.native) {
		t.Run("native", func(t *testing.T) {
			t.Helper()
			test(t, New(t, contracts, options...))
		})
		if testing.Short() || !contracts.any(Code.compiled) {
			return
		}
	}
	t.Run("wasm", func(t *testing.T) {
		t.Helper()
		test(t, NewParity(t, contracts, options...))
	})
}

// any reports whether a code is there as is asks.
func (list Contracts) any(is func(Code) bool) bool {
	for _, code := range list {
		if is(code) {
			return true
		}
	}
	return false
}

// New returns a chain whose contracts run natively, but for those that are only
// there as wasm.
func New(t T, contracts Contracts, options ...Option) *Chain {
	t.Helper()
	return newChain(t, contracts, false, options)
}

// NewParity returns a chain whose contracts run as wasm, and a second one beside
// it on which they run natively, as far as they are there as both: every call
// goes to both chains, and the test fails where they differ. What the Chain
// returns is what the wasm did.
func NewParity(t T, contracts Contracts, options ...Option) *Chain {
	t.Helper()
	return newChain(t, contracts, true, options)
}
