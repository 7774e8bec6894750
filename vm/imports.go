package vm

import (
	"context"
	"errors"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// hostFunction is an import of module "env". Its arguments are on the stack and
// its result, if it has one, goes to stack[0]. The upper half of an i32 slot is
// garbage on the way in: arguments are taken with arg. An error unwinds the
// guest.
type hostFunction func(c *call, stack []uint64) error

// hostImport is a function of module "env" with its number of i32 parameters and
// its result (0 for none).
type hostImport struct {
	name   string
	params int
	result api.ValueType
	call   hostFunction
}

// imports are the functions of interface_version_8.
var imports = []hostImport{
	{"abort", 1, 0, (*call).abort},
	{"addr_canonicalize", 2, api.ValueTypeI32, (*call).addrCanonicalize},
	{"addr_humanize", 2, api.ValueTypeI32, (*call).addrHumanize},
	{"addr_validate", 1, api.ValueTypeI32, (*call).addrValidate},
	{"bls12_381_aggregate_g1", 2, api.ValueTypeI32, (*call).blsAggregateG1},
	{"bls12_381_aggregate_g2", 2, api.ValueTypeI32, (*call).blsAggregateG2},
	{"bls12_381_hash_to_g1", 4, api.ValueTypeI32, (*call).blsHashToG1},
	{"bls12_381_hash_to_g2", 4, api.ValueTypeI32, (*call).blsHashToG2},
	{"bls12_381_pairing_equality", 4, api.ValueTypeI32, (*call).blsPairing},
	{"db_next", 1, api.ValueTypeI32, (*call).dbNext},
	{"db_next_key", 1, api.ValueTypeI32, (*call).dbNextKey},
	{"db_next_value", 1, api.ValueTypeI32, (*call).dbNextValue},
	{"db_read", 1, api.ValueTypeI32, (*call).dbRead},
	{"db_remove", 1, 0, (*call).dbRemove},
	{"db_scan", 3, api.ValueTypeI32, (*call).dbScan},
	{"db_write", 2, 0, (*call).dbWrite},
	{"debug", 1, 0, (*call).debug},
	{"ed25519_batch_verify", 3, api.ValueTypeI32, (*call).ed25519BatchVerify},
	{"ed25519_verify", 3, api.ValueTypeI32, (*call).ed25519Verify},
	{"query_chain", 1, api.ValueTypeI32, (*call).queryChain},
	{"secp256k1_recover_pubkey", 3, api.ValueTypeI64, (*call).secp256k1Recover},
	{"secp256k1_verify", 3, api.ValueTypeI32, (*call).secp256k1Verify},
	{"secp256r1_recover_pubkey", 3, api.ValueTypeI64, (*call).secp256r1Recover},
	{"secp256r1_verify", 3, api.ValueTypeI32, (*call).secp256r1Verify},
}

// arg is the n-th argument, an i32.
func arg(stack []uint64, n int) uint32 { return uint32(stack[n]) }

// registerImports makes module "env" in a runtime, and WASI for a code that asks
// for it.
func registerImports(rt wazero.Runtime, wasi bool) error {
	env := rt.NewHostModuleBuilder("env")
	for _, im := range imports {
		params := make([]api.ValueType, im.params)
		for i := range params {
			params[i] = api.ValueTypeI32
		}
		var results []api.ValueType
		if im.result != 0 {
			results = []api.ValueType{im.result}
		}
		function := im.call
		if wasi && im.name != "abort" && im.name != "debug" {
			function = refuseEarly(&im)
		}
		env.NewFunctionBuilder().WithGoModuleFunction(goFunction(im.name, function), params, results).Export(im.name)
	}
	if _, err := env.Instantiate(context.Background()); err != nil || !wasi {
		return err
	}
	return registerWASI(rt)
}

// errUnwind is what a host function panics with to leave the guest; why is in
// call.unwinding.
var errUnwind = errors.New("unwind the guest")

// goFunction adapts a host function: an error unwinds the guest.
func goFunction(name string, f hostFunction) api.GoModuleFunc {
	return func(ctx context.Context, _ api.Module, stack []uint64) {
		c := ctx.(*call)
		var err error
		if c.watch == nil {
			err = c.host(f, stack)
		} else {
			err = c.watch.host(name, func() error { return c.host(f, stack) })
		}
		if err != nil {
			c.unwinding = err
			panic(errUnwind)
		}
	}
}

// host pays for a host call and makes it. A panic inside is a fault, told apart
// from what the guest can cause.
func (c *call) host(f hostFunction, stack []uint64) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = hostPanic(r)
		}
	}()
	if err := c.charge(gasHostCall); err != nil {
		return err
	}
	return f(c, stack)
}

// backendError is an error of a backend as the call sees it. A UserError that
// comes here is not an answer to the guest.
func backendError(err error) error {
	if err == nil {
		return nil
	}
	var known *Error
	var user *UserError
	switch {
	case errors.Is(err, ErrOutOfGas):
		return errOutOfGas()
	case errors.As(err, &known):
		return known
	case errors.As(err, &user):
		return errBackend("User error during call into backend: %s", userText(user))
	}
	return err
}

// userText is the text of a UserError as the guest may see it.
func userText(e *UserError) string {
	text := e.Text
	if len(text) > maxUserErrorBytes {
		text = text[:maxUserErrorBytes]
	}
	return lossy([]byte(text))
}
