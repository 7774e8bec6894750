//go:build cgo

package conformance

import (
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/CosmWasm/wasmvm/v3/types"

	"github.com/weftchain/weft/vm"
	"github.com/weftchain/weft/vm/cosmwasm"
)

// weft is our engine behind the interface of the comparison.
type weft struct{ engine *vm.Engine }

func (e *weft) store(code []byte) string {
	if _, _, err := e.engine.Compile(code); err != nil {
		return err.Error()
	}
	return ""
}

func (e *weft) run(w *world, r request) outcome {
	code := r.actor.code.wasm
	s := shelf{w, r.actor}
	res, err := e.engine.Call(vm.Call{
		Code: vm.Code{Checksum: r.actor.code.checksum, Load: func() ([]byte, error) { return code, nil }}, Entry: r.entry, Args: r.args,
		GasLimit: r.limit, ReadOnly: r.entry == "query", Storage: weftStore{s}, API: weftAPI{w}, Querier: weftQuerier{w},
	})
	out := outcome{Data: res.Data, Used: res.GasUsed, External: res.GasExternal, Left: res.GasLeft}
	var failure *vm.Error
	switch {
	case errors.As(err, &failure):
		out.Err = failure.Error()
		w.note("%v", failure.Kind)
	case err != nil:
		out.Err = "FAULT: " + err.Error()
	}
	return out
}

// metered runs something on the world and says what it cost. A panic of the
// chain's meter costs nothing more, as in the reference.
func metered(w *world, do func()) (gas uint64, err error) {
	before := w.gas
	defer func() {
		switch r := recover().(type) {
		case nil:
		case ErrorOutOfGas:
			gas, err = 0, vm.ErrOutOfGas
		default:
			panic(r)
		}
	}()
	do()
	return w.gas - before, nil
}

type weftStore struct{ shelf }

func (s weftStore) Get(key []byte) (value []byte, gas uint64, err error) {
	gas, err = metered(s.world, func() { value = s.get(key) })
	return value, gas, err
}

func (s weftStore) Set(key, value []byte) (uint64, error) {
	return metered(s.world, func() { s.set(key, value) })
}

func (s weftStore) Remove(key []byte) (uint64, error) {
	return metered(s.world, func() { s.remove(key) })
}

func (s weftStore) Scan(start, end []byte, descending bool) (it vm.Iterator, gas uint64, err error) {
	gas, err = metered(s.world, func() { it = weftIterator{s.scan(start, end, descending)} })
	return it, gas, err
}

type weftIterator struct{ *cursor }

func (it weftIterator) Next() (key, value []byte, gas uint64, err error) {
	if !it.valid() {
		return nil, nil, 0, nil
	}
	key, value = []byte(it.keys[0]), it.values[0]
	gas, err = metered(it.world, it.step)
	return key, value, gas, err
}

func (weftIterator) Close() error { return nil }

type weftAPI struct{ *world }

func userError(err error) error {
	if err == nil {
		return nil
	}
	return &vm.UserError{Text: err.Error()}
}

func (a weftAPI) Canonicalize(human string) ([]byte, uint64, error) {
	canonical, gas, err := a.canonicalize(human)
	return canonical, gas, userError(err)
}

func (a weftAPI) Humanize(canonical []byte) (string, uint64, error) {
	human, gas, err := a.humanize(canonical)
	return human, gas, userError(err)
}

func (a weftAPI) Validate(human string) (uint64, error) {
	gas, err := a.validate(human)
	return gas, userError(err)
}

type weftQuerier struct{ *world }

func (q weftQuerier) Query(request []byte, gasLimit uint64) (response []byte, gas uint64, err error) {
	gas, err = metered(q.world, func() { response = q.result(request, gasLimit).JSON() })
	return response, gas, err
}

// result is what the reference makes of a request and of its answer, as our app
// has it.
func (q weftQuerier) result(request []byte, gasLimit uint64) cosmwasm.QuerierResult {
	r := types.RustQuery(q.world, request, gasLimit)
	if r.Err == nil {
		return cosmwasm.QuerierResult{Ok: &cosmwasm.QueryResult{Ok: r.Ok.Ok, Err: r.Ok.Err}}
	}
	e := &cosmwasm.SystemError{}
	switch {
	case r.Err.InvalidRequest != nil:
		e.InvalidRequest = &cosmwasm.InvalidRequest{Err: r.Err.InvalidRequest.Err, Request: r.Err.InvalidRequest.Request}
	case r.Err.NoSuchContract != nil:
		e.NoSuchContract = &cosmwasm.NoSuchContract{Addr: r.Err.NoSuchContract.Addr}
	case r.Err.UnsupportedRequest != nil:
		e.UnsupportedRequest = &cosmwasm.UnsupportedRequest{Kind: r.Err.UnsupportedRequest.Kind}
	default:
		panic(fmt.Sprintf("the world says %v", r.Err))
	}
	return cosmwasm.QuerierResult{Err: e}
}

// code is a contract that both engines have.
type code struct {
	name     string
	wasm     []byte
	checksum [32]byte
}

func newCode(name string, wasm []byte) *code { return &code{name, wasm, sha256.Sum256(wasm)} }
