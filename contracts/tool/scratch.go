package tool

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/weftchain/weft/chain"
	"github.com/weftchain/weft/vm"
)

// engineOf returns an engine that is quick to get ready and slow to run: what is
// tried here runs once. Gas does not depend on it.
func engineOf() (*vm.Engine, error) { return vm.New(vm.Config{Interpreter: true}) }

// The entry points of the interface that a contract in Go always exports.
var goEntries = []string{"instantiate", "execute", "query", "migrate", "sudo", "reply"}

// Messages that package sdk answers when there is no such entry point.
const absentText = "the contract has no entry point "

// What a trial is told of a chain that is made up.
var (
	scratchAccount  = chain.Bech32(scratchPrefix).Account(chain.Address(strings.Repeat("\x01", 20)))
	scratchContract = chain.Bech32(scratchPrefix).Account(chain.Address(strings.Repeat("\x02", 32)))
	scratchEnv      = `{"block":{"height":1,"time":"1571797419879305533","chain_id":"weft-local"},"transaction":{"index":0},"contract":{"address":"` + scratchContract + `"}}`
	scratchInfo     = `{"sender":"` + scratchAccount + `","funds":[]}`
)

const scratchPrefix = "weft"

// scratchGas is the VM gas that a trial may use: 700,000 of the chain's.
const scratchGas = 100_000_000_000

// absent asks a contract of package sdk which entry points it does not have. All
// six are exported whatever it has, and one that is absent says so before it
// reads a message. A contract of another making keeps all that it exports.
func absent(code []byte) ([]string, error) {
	engine, err := engineOf()
	if err != nil {
		return nil, err
	}
	defer func() { _ = engine.Close() }()
	if _, err := engine.Check(code); err != nil {
		return nil, nil // the verdict is given later, in full
	}
	var names []string
	for _, entry := range goEntries {
		data, _, err := newScratch(engine, code).call(entry, `null`)
		if err != nil {
			return nil, nil // it traps or does not initialize: nothing is known of it
		}
		var answer struct{ Error string }
		if json.Unmarshal(data, &answer) == nil && answer.Error == absentText+entry {
			names = append(names, entry)
		}
	}
	return names, nil
}

// scratch is a chain of one contract in memory.
type scratch struct {
	engine *vm.Engine
	code   vm.Code
	store  map[string][]byte
}

func newScratch(engine *vm.Engine, code []byte) *scratch {
	return &scratch{
		engine: engine, store: map[string][]byte{},
		code: vm.Code{Checksum: sha256.Sum256(code), Load: func() ([]byte, error) { return code, nil }},
	}
}

// call runs an entry point and returns its JSON and the VM gas of the call,
// without what storage costs on a chain.
func (s *scratch) call(entry, msg string) (data []byte, gas uint64, err error) {
	args := [][]byte{[]byte(scratchEnv)}
	switch entry {
	case "instantiate", "execute":
		args = append(args, []byte(scratchInfo), []byte(msg))
	case "migrate":
		args = append(args, []byte(msg), []byte(`{"sender":"`+scratchAccount+`","old_migrate_version":null}`))
	default:
		args = append(args, []byte(msg))
	}
	res, err := s.engine.Call(vm.Call{
		Code: s.code, Entry: entry, Args: args, GasLimit: scratchGas, ReadOnly: entry == "query",
		Storage: s, API: bech32API(scratchPrefix), Querier: noChain{},
	})
	return res.Data, res.GasUsed, err
}

// Get is vm.Storage's.
func (s *scratch) Get(key []byte) ([]byte, uint64, error) { return s.store[string(key)], 0, nil }

// Set is vm.Storage's.
func (s *scratch) Set(key, value []byte) (uint64, error) {
	s.store[string(key)] = append([]byte{}, value...) // an empty one is there
	return 0, nil
}

// Remove is vm.Storage's.
func (s *scratch) Remove(key []byte) (uint64, error) {
	delete(s.store, string(key))
	return 0, nil
}

// Scan is vm.Storage's.
func (s *scratch) Scan(start, end []byte, descending bool) (vm.Iterator, uint64, error) {
	keys := slices.Sorted(maps.Keys(s.store))
	keys = slices.DeleteFunc(keys, func(k string) bool {
		return (start != nil && k < string(start)) || (end != nil && k >= string(end))
	})
	if descending {
		slices.Reverse(keys)
	}
	return &scan{s, keys}, 0, nil
}

type scan struct {
	of   *scratch
	keys []string
}

// Next is vm.Iterator's.
func (i *scan) Next() (key, value []byte, gas uint64, err error) {
	for len(i.keys) > 0 {
		k := i.keys[0]
		i.keys = i.keys[1:]
		if value, ok := i.of.store[k]; ok {
			return []byte(k), value, 0, nil
		}
	}
	return nil, nil, 0, nil
}

// Close is vm.Iterator's.
func (*scan) Close() error { return nil }

// bech32API translates addresses of a prefix.
type bech32API chain.Bech32

// Canonicalize is vm.API's.
func (p bech32API) Canonicalize(human string) ([]byte, uint64, error) {
	address, err := chain.Bech32(p).ParseAccount(human)
	if err != nil {
		return nil, 0, &vm.UserError{Text: err.Error()}
	}
	return []byte(address), 0, nil
}

// Humanize is vm.API's.
func (p bech32API) Humanize(canonical []byte) (string, uint64, error) {
	return chain.Bech32(p).Account(chain.Address(canonical)), 0, nil
}

// Validate is vm.API's.
func (p bech32API) Validate(human string) (uint64, error) {
	address, err := chain.Bech32(p).ParseAccount(human)
	if err == nil && chain.Bech32(p).Account(address) != strings.ToLower(human) {
		err = errors.New("the address is not in its normal form")
	}
	if err != nil {
		return 0, &vm.UserError{Text: err.Error()}
	}
	return 0, nil
}

// noChain answers queries: there is nothing to ask.
type noChain struct{}

// Query is vm.Querier's.
func (noChain) Query([]byte, uint64) ([]byte, uint64, error) {
	return fmt.Appendf(nil, `{"ok":{"error":%q}}`, "there is no chain around this trial"), 0, nil
}
