package testkit

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/contracts/sdk/native"
	"github.com/weftchain/weft/vm"
)

// Build builds the main package in a directory for the chain, unless a build of
// the same sources is in the cache.
func Build(t testing.TB, dir string) []byte {
	t.Helper()
	code, _, err := build(dir)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// Wasm is a contract on the chain's engine. It is for one test at a time.
type Wasm struct {
	GasUsed uint64 // VM gas of the last call

	engine Caller
	code   vm.Code
}

// Caller is what a call needs of an engine.
type Caller interface {
	// Call runs an entry point.
	Call(c vm.Call) (vm.Result, error)
}

// gasLimit is the VM gas that a call may use: about 700,000 of the chain's.
const gasLimit = 100_000_000_000

// NewWasm compiles a contract, unless the process or the cache knows it already.
func NewWasm(t testing.TB, code []byte) *Wasm {
	t.Helper()
	engine, err := machine()
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := engine.Compile(code); err != nil {
		t.Fatal(err)
	}
	return NewEngine(engine, code)
}

// NewEngine returns a code of an engine that knows it.
func NewEngine(engine Caller, code []byte) *Wasm {
	return &Wasm{engine: engine, code: vm.Code{Checksum: sha256.Sum256(code), Load: func() ([]byte, error) { return code, nil }}}
}

// Run is a native.Runner.
func (w *Wasm) Run(h sdk.Host, entry string, args ...[]byte) ([]byte, error) {
	b := backend{h}
	res, err := w.engine.Call(vm.Call{
		Code: w.code, Entry: entry, Args: args, GasLimit: gasLimit, ReadOnly: entry == "query",
		Storage: b, API: b, Querier: b, Debug: h.Debug,
	})
	w.GasUsed = res.GasUsed
	return res.Data, err
}

// Both runs a test natively and then as wasm, and compares what each call gave
// and what is in the store at the end. dir is the main package of the contract.
func Both(t *testing.T, contract sdk.Contract, dir string, test func(t *testing.T, h *native.Host)) {
	t.Helper()
	plain := native.New(contract)
	plain.Verify = Crypto
	t.Run("native", func(t *testing.T) { test(t, plain) })
	if testing.Short() {
		return
	}
	t.Run("wasm", func(t *testing.T) {
		h := native.NewRunner(NewWasm(t, Build(t, dir)).Run)
		test(t, h)
		if !slices.Equal(plain.Transcript, h.Transcript) {
			for i := range min(len(plain.Transcript), len(h.Transcript)) {
				if plain.Transcript[i] != h.Transcript[i] {
					t.Fatalf("natively:\n%s\nas wasm:\n%s", plain.Transcript[i], h.Transcript[i])
				}
			}
			t.Fatalf("%d calls natively, %d as wasm", len(plain.Transcript), len(h.Transcript))
		}
		if natively, wasm := fmt.Sprint(plain.Store), fmt.Sprint(h.Store); natively != wasm { // sorted
			t.Fatalf("store natively:\n%s\nas wasm:\n%s", natively, wasm)
		}
	})
}

// Crypto is what the chain says of signatures and keys: for native.Host.Verify.
// What ends a call in wasm is a panic here that native.Host understands.
func Crypto(name string, args ...[]byte) (answer []byte, code uint32) {
	answer, code, err := vm.CryptoImport(name, args...)
	if err != nil {
		panic(native.Refused(err.Error()))
	}
	return answer, code
}

// backend gives the engine the world of a Host. Nothing there costs gas.
type backend struct{ h sdk.Host }

func (b backend) Get(key []byte) ([]byte, uint64, error) {
	value, ok := b.h.Get(key)
	if !ok {
		return nil, 0, nil
	}
	return append([]byte{}, value...), 0, nil
}

func (b backend) Set(key, value []byte) (uint64, error) {
	b.h.Set(key, value)
	return 0, nil
}

func (b backend) Remove(key []byte) (uint64, error) {
	b.h.Remove(key)
	return 0, nil
}

func (b backend) Scan(start, end []byte, descending bool) (vm.Iterator, uint64, error) {
	return iterator{b.h, b.h.Scan(start, end, descending)}, 0, nil
}

type iterator struct {
	h  sdk.Host
	id uint32
}

func (it iterator) Next() (key, value []byte, gas uint64, err error) {
	key, value, ok := it.h.Next(it.id)
	if !ok {
		return nil, nil, 0, nil
	}
	return key, value, 0, nil
}

func (iterator) Close() error { return nil }

// told makes a refusal one that the contract hears.
func told(refusal string) error {
	if refusal == "" {
		return nil
	}
	return &vm.UserError{Text: refusal}
}

func (b backend) Canonicalize(human string) ([]byte, uint64, error) {
	canonical, refusal := b.h.Canonicalize(human)
	return canonical, 0, told(refusal)
}

func (b backend) Humanize(canonical []byte) (string, uint64, error) {
	human, refusal := b.h.Humanize(canonical)
	return human, 0, told(refusal)
}

func (b backend) Validate(human string) (uint64, error) { return 0, told(b.h.Validate(human)) }

func (b backend) Query(request []byte, _ uint64) ([]byte, uint64, error) {
	answer := b.h.QueryChain(request)
	if answer == nil {
		return nil, 0, errors.New("no answer")
	}
	return answer, 0, nil
}
