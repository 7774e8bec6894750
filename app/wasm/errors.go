package wasm

import (
	"fmt"

	"github.com/weftchain/weft/chain"
)

// The verdicts of codespace "wasm" (wasm-module facts, section 12). Numbers
// that are missing were never used or belong to IBC.
var (
	ErrCreateFailed      = chain.NewError("wasm", 2, "create wasm contract failed")
	ErrAccountExists     = chain.NewError("wasm", 3, "contract account already exists")
	ErrInstantiateFailed = chain.NewError("wasm", 4, "instantiate wasm contract failed")
	ErrExecuteFailed     = chain.NewError("wasm", 5, "execute wasm contract failed")
	ErrGasLimit          = chain.NewError("wasm", 6, "insufficient gas")
	ErrInvalidGenesis    = chain.NewError("wasm", 7, "invalid genesis")
	ErrNotFound          = chain.NewError("wasm", 8, "not found")
	ErrQueryFailed       = chain.NewError("wasm", 9, "query wasm contract failed")
	// ErrInvalidMsg is what a Dispatcher wraps for an "any" message that it
	// cannot decode.
	ErrInvalidMsg      = chain.NewError("wasm", 10, "invalid CosmosMsg from the contract")
	ErrMigrationFailed = chain.NewError("wasm", 11, "migrate wasm contract failed")
	ErrEmpty           = chain.NewError("wasm", 12, "empty")
	ErrLimit           = chain.NewError("wasm", 13, "exceeds limit")
	ErrInvalid         = chain.NewError("wasm", 14, "invalid")
	ErrDuplicate       = chain.NewError("wasm", 15, "duplicate")
	ErrUnsupported     = chain.NewError("wasm", 17, "unsupported for this contract")
	ErrPinFailed       = chain.NewError("wasm", 18, "pinning contract failed")
	ErrUnpinFailed     = chain.NewError("wasm", 19, "unpinning contract failed")
	ErrUnknownMsg      = chain.NewError("wasm", 20, "unknown message from the contract")
	ErrInvalidEvent    = chain.NewError("wasm", 21, "invalid event")
	ErrNoSuchContract  = chain.NewError("wasm", 22, "no such contract")
	ErrQueryDepth      = chain.NewError("wasm", 27, "max query stack size exceeded")
	ErrNoSuchCode      = chain.NewError("wasm", 28, "no such code")
	ErrVM              = chain.NewError("wasm", 29, "wasmvm error")
	ErrCallDepth       = chain.NewError("wasm", 30, "max call depth exceeded")
)

// contractError is a contract's own refusal, in its own words. All nodes get
// the same words, so another contract may read them, but only as long as
// nothing was wrapped around it: redact looks at the outermost error alone.
type contractError struct{ err error }

func failedByContract(text string, verdict *chain.Error) error {
	return &contractError{fmt.Errorf("%s: %w", text, verdict)}
}

func (e *contractError) Error() string { return e.err.Error() }
func (e *contractError) Unwrap() error { return e.err }

// noSuchContract and noSuchCode are told apart by contracts that ask: as a
// system error of the query, not in words.
type noSuchContract struct {
	err  error
	addr string
}

func errNoSuchContract(addr string) error {
	return &noSuchContract{fmt.Errorf("address %s: %w", addr, ErrNoSuchContract), addr}
}

func (e *noSuchContract) Error() string { return e.err.Error() }
func (e *noSuchContract) Unwrap() error { return e.err }

type noSuchCode struct {
	err error
	id  uint64
}

func errNoSuchCode(id uint64) error {
	return &noSuchCode{fmt.Errorf("code id %d: %w", id, ErrNoSuchCode), id}
}

func (e *noSuchCode) Error() string { return e.err.Error() }
func (e *noSuchCode) Unwrap() error { return e.err }

// unwinding reports whether err ends everything up to the transaction: a fault
// of this node, or a meter that ran out. What a submessage makes of its own
// limit (limited, in submessage.go) is a verdict like any other.
func unwinding(err error) bool {
	if _, verdict := chain.Verdict(err); !verdict {
		return true
	}
	_, outOfGas := chain.OutOfGasLocation(err)
	return outOfGas
}

// within says where a verdict came about. What unwinds keeps its own words, for
// the transaction's log names the place where the gas ran out.
func within(where string, err error) error {
	if unwinding(err) {
		return err
	}
	return fmt.Errorf("%s: %w", where, err)
}

// redact is what a contract may read of a verdict: the words of contracts, and
// of all else the numbers, because other texts are free to improve.
func redact(err error) string {
	//nolint:errorlint // only the outermost error counts: a wrapped one is redacted
	if own, ok := err.(*contractError); ok {
		return own.Error()
	}
	verdict, ok := chain.Verdict(err)
	if !ok {
		verdict = chain.ErrInternal
	}
	return fmt.Sprintf("codespace: %s, code: %d", verdict.Codespace, verdict.Code)
}
