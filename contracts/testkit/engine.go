package testkit

import (
	"encoding/json"
	"errors"
	"iter"

	"github.com/weftchain/weft/app/wasm/enginetest"
	"github.com/weftchain/weft/contracts/sdk"
	"github.com/weftchain/weft/vm"
	"github.com/weftchain/weft/vm/cosmwasm"
)

// Native makes a contract in Go one that package enginetest runs: the engine
// with which app/wasm, and so a whole chain, runs natively. Storage and queries
// cost what they cost on the chain; what the contract computes costs nothing.
// Each call is made twice, to see that it depends on nothing else; see
// [ImpureError]. As in wasm that was built from Go, all entry points are there.
func Native(k sdk.Contract) *enginetest.Contract {
	respond := func(entry string) func(*enginetest.Call) (*cosmwasm.Response, error) {
		return func(c *enginetest.Call) (*cosmwasm.Response, error) {
			c.Raw = run(k, c, entry)
			return nil, nil
		}
	}
	return &enginetest.Contract{
		Capabilities: []string{"iterator"},
		Free:         true,
		Instantiate:  respond("instantiate"),
		Execute:      respond("execute"),
		Migrate:      respond("migrate"),
		Sudo:         respond("sudo"),
		Reply:        respond("reply"),
		Query: func(c *enginetest.Call) ([]byte, error) {
			res, err := cosmwasm.DecodeQueryResult(run(k, c, "query"))
			if err == nil && res.Err != "" {
				err = errors.New(res.Err)
			}
			if err != nil {
				return nil, err
			}
			return res.Ok, nil
		},
	}
}

// run calls the contract with what the engine has decoded.
func run(k sdk.Contract, c *enginetest.Call, entry string) []byte {
	h := &callHost{call: c}
	defer h.close()
	args := [][]byte{c.Env.JSON()}
	switch entry {
	case "instantiate", "execute":
		args = append(args, c.Info.JSON(), c.Msg)
	case "migrate":
		info, err := json.Marshal(c.Migration)
		if err != nil {
			enginetest.Fault(err)
		}
		args = append(args, c.Msg, info)
	default:
		args = append(args, c.Msg)
	}
	result, impure := pure(k, h, entry, args)
	if impure != nil {
		enginetest.Fault(impure)
	}
	return result
}

// callHost is an engine's call as the SDK's host.
type callHost struct {
	call      *enginetest.Call
	iterators []func() ([]byte, []byte, bool)
	stops     []func()
}

func (h *callHost) close() {
	for _, stop := range h.stops {
		stop()
	}
}

func (h *callHost) Get(key []byte) ([]byte, bool) {
	value := h.call.Get(string(key))
	return value, value != nil
}

func (h *callHost) Set(key, value []byte) { h.call.Set(string(key), value) }
func (h *callHost) Remove(key []byte)     { h.call.Remove(string(key)) }

func (h *callHost) Scan(start, end []byte, descending bool) uint32 {
	next, stop := iter.Pull2(func(yield func(key, value []byte) bool) { h.call.Each(start, end, descending, yield) })
	h.iterators, h.stops = append(h.iterators, next), append(h.stops, stop)
	return uint32(len(h.iterators) - 1)
}

func (h *callHost) Next(iterator uint32) (key, value []byte, ok bool) { return h.iterators[iterator]() }

func (h *callHost) Validate(text string) string { return h.call.Validate(text) }
func (h *callHost) Canonicalize(text string) (canonical []byte, _ string) {
	return h.call.Canonicalize(text)
}

func (h *callHost) Humanize(canonical []byte) (text, refusal string) {
	return h.call.Humanize(canonical)
}
func (h *callHost) QueryChain(request []byte) []byte { return h.call.Query(request) }
func (h *callHost) Debug(string)                     {}

// Crypto answers as the chain does; what ends a call in wasm ends this one.
func (h *callHost) Crypto(name string, args ...[]byte) (answer []byte, code uint32) {
	answer, code, err := vm.CryptoImport(name, args...)
	if err != nil {
		enginetest.Fault(err)
	}
	return answer, code
}
