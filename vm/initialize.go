package vm

import (
	"context"
	"errors"
	"fmt"
)

const initializeEntry = "_initialize"

// initializeError says that _initialize failed, after it used gas.
type initializeError struct {
	verdict *Error
	gas     uint64
}

// Error returns the text of the verdict.
func (e *initializeError) Error() string { return e.verdict.Error() }

// Unwrap returns the verdict.
func (e *initializeError) Unwrap() error { return e.verdict }

// errInitialize is the verdict on a code whose _initialize does not end well.
func errInitialize(text string) *Error {
	return &Error{KindInitialize, "Error initializing contract: " + text}
}

func errInitializeGas(limit uint64) *Error {
	return errInitialize(fmt.Sprintf("_initialize needs more than %d gas", limit))
}

// prepare runs _initialize of a code that imports WASI, in the instance that its
// image is taken of. That no other code's is run keeps those apart which wasmvm
// accepts: there _initialize is an export like any other. It returns the gas
// that this used; an *initializeError is the verdict on the upload.
//
// What happens depends on the code alone: nothing but debug and abort of module
// env can be called, clock and randomness begin at constants, and the guest
// cannot see its gas. So the limit decides whether there is an image and not
// which one.
func (e *Engine) prepare(c *compiled, inst *instance, gasLimit uint64) (uint64, error) {
	if !c.analysis.WASI || !c.analysis.Initialize {
		return 0, nil
	}
	run := &call{
		Context: context.Background(), inst: inst, wasi: &wasi{}, initializing: true,
		Call: Call{Entry: initializeEntry, GasLimit: gasLimit, ReadOnly: true},
	}
	_, err := run.guarded()
	gas := gasLimit - run.left()
	var failure *Error
	switch {
	case err == nil:
		c.wasi = run.wasi.wasiStart
		return gas, nil
	case !errors.As(err, &failure):
		return gas, err
	case failure.Kind == KindOutOfGas:
		failure = errInitializeGas(gasLimit)
	default:
		failure = errInitialize(failure.Text)
	}
	return gas, &initializeError{failure, gas}
}

// initialize calls _initialize, which takes and returns nothing.
func (c *call) initialize() error {
	results, err := c.enter(initializeEntry, nil)
	if err == nil && len(results) > 0 {
		err = errResultCount(initializeEntry, 0, len(results))
	}
	return err
}

// refuseEarly is an import that _initialize must not call: there is no contract
// yet whose store it could see, and no chain to ask.
func refuseEarly(im *hostImport) hostFunction {
	return func(c *call, stack []uint64) error {
		if c.initializing {
			return &Error{KindInitialize, "Must not call " + im.name + " in _initialize."}
		}
		return im.call(c, stack)
	}
}
