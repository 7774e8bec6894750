package vm

import (
	"errors"
	"fmt"
)

// Kind says which rule ended a call or refused a code. It is for tests and for
// callers that treat some failures in their own way; consensus needs only the
// difference between an [*Error] and any other error, and [KindOutOfGas].
type Kind uint8

// The kinds of [Error].
const (
	KindOutOfGas      Kind = iota + 1 // gas limit reached, by the guest or by a host call
	KindStatic                        // the code breaks a static rule (upload)
	KindCompile                       // the code uses an instruction that is refused (upload)
	KindInstantiate                   // imports do not link, a data segment does not fit, no memory export
	KindResolve                       // the entry point (or allocate, deallocate) is not exported
	KindArity                         // an export takes another number of arguments
	KindResult                        // an export returns something else than expected
	KindTrap                          // the guest trapped
	KindStack                         // the guest used up its stack budget
	KindAborted                       // the guest called abort
	KindCommunication                 // a Region, a section or an argument of a host call is invalid
	KindGeneric                       // a key or value to be stored is too long
	KindBackend                       // a backend refused in a way the guest cannot see (iterator limit or id)
	KindReadOnly                      // a write during a query
	KindDepth                         // a third nested guest entry
	KindInitialize                    // _initialize fails or needs too much gas (upload)
)

var kindNames = [...]string{
	KindOutOfGas: "out of gas", KindStatic: "static", KindCompile: "compile", KindInstantiate: "instantiate",
	KindResolve: "resolve", KindArity: "arity", KindResult: "result", KindTrap: "trap", KindStack: "stack",
	KindAborted: "aborted", KindCommunication: "communication", KindGeneric: "generic", KindBackend: "backend",
	KindReadOnly: "read only", KindDepth: "depth", KindInitialize: "initialize",
}

// String returns the name of the kind in lower case.
func (k Kind) String() string {
	if int(k) < len(kindNames) && kindNames[k] != "" {
		return kindNames[k]
	}
	return fmt.Sprintf("kind %d", uint8(k))
}

// Error is a failure that is the contract's fault. Text carries the words of the
// reference VM and never engine internals such as stack traces or addresses; it
// is deterministic, but meant for logs only.
type Error struct {
	Kind Kind
	Text string
}

// Error returns the text as wasmvm reports it: "Out of gas", or the text after
// "Error calling the VM: ".
func (e *Error) Error() string {
	if e.Kind == KindOutOfGas {
		return "Out of gas"
	}
	return "Error calling the VM: " + e.Text
}

// ErrOutOfGas is what a backend returns (alone or wrapped) when the meter behind
// it is exhausted. The call then ends with KindOutOfGas and no gas left.
var ErrOutOfGas = errors.New("out of gas in a backend")

// UserError is a backend's answer to the guest. From the address API it becomes
// an error Region that the guest reads (cut at 8 KiB); from any other backend it
// ends the call with KindBackend.
type UserError struct{ Text string }

// Error returns the text.
func (e *UserError) Error() string { return e.Text }

// maxUserErrorBytes bounds the text of a UserError that reaches the guest.
const maxUserErrorBytes = 8 * 1024

const trapPrefix = "Error executing Wasm: Wasmer runtime error: RuntimeError: "

func errOutOfGas() *Error {
	return &Error{KindOutOfGas, "Ran out of gas during contract execution"}
}

func errTrap(text string) *Error { return &Error{KindTrap, trapPrefix + text} }

func errCommunication(format string, args ...any) *Error {
	return &Error{KindCommunication, "Error in guest/host communication: " + fmt.Sprintf(format, args...)}
}

func errBackend(format string, args ...any) *Error {
	return &Error{KindBackend, "Error calling into the VM's backend: " + fmt.Sprintf(format, args...)}
}

// throughGuest is an error of a host function as it looks from outside of the
// guest that called it: the kind stays, the text gains the words of a trap.
func throughGuest(err error) error {
	var e *Error
	if !errors.As(err, &e) || e.Kind == KindOutOfGas {
		return err
	}
	return &Error{e.Kind, trapPrefix + e.Text}
}

// outOfGas tells whether a call ended because its gas was used up.
func outOfGas(err error) bool { return err != nil && hasKind(err, KindOutOfGas) }
