package wasm

import (
	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/vm"
)

// VMGasPerGas is the VM gas in one unit of SDK gas.
const VMGasPerGas = gasMultiplier

// Tracer is a chain.Observer that wants to see into the calls of contracts as
// well. Results must not depend on it.
type Tracer interface {
	chain.Observer
	// Call makes a contract's call in the place of the engine, on it or on one
	// that works like it.
	Call(env *chain.Env, contract chain.Address, engine Engine, c vm.Call) (vm.Result, error)
}

// call makes a call, watched by whoever watches env.
func (w *Wasm) call(env *chain.Env, contract chain.Address, c vm.Call) (vm.Result, error) {
	if t, ok := env.Calls.Observer.(Tracer); ok {
		return t.Call(env, contract, w.engine, c)
	}
	return w.engine.Call(c)
}
