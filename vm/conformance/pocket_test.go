//go:build cgo

package conformance

import (
	"bytes"
	"maps"
	"slices"

	"github.com/CosmWasm/wasmvm/v3/types"

	"github.com/weftchain/weft/vm"
	ours "github.com/weftchain/weft/vm/cosmwasm"
)

// pocket is a store in memory that counts gas and nothing else.
type pocket struct {
	entries map[string][]byte
	gas     uint64
}

func newPocket() *pocket { return &pocket{entries: map[string][]byte{}} }

func (p *pocket) GasConsumed() uint64 { return p.gas }

func (p *pocket) get(key []byte) []byte {
	p.gas += getPrice
	return p.entries[string(key)]
}

func (p *pocket) set(key, value []byte) {
	p.gas += setPrice
	p.entries[string(key)] = bytes.Clone(value)
}

func (p *pocket) remove(key []byte) {
	p.gas += removePrice
	delete(p.entries, string(key))
}

func (p *pocket) scan(start, end []byte, descending bool) *cursor {
	p.gas += rangePrice
	c := &cursor{}
	for _, k := range slices.Sorted(maps.Keys(p.entries)) {
		if (start == nil || k >= string(start)) && (end == nil || k < string(end)) {
			c.keys, c.values = append(c.keys, k), append(c.values, p.entries[k])
		}
	}
	if descending {
		slices.Reverse(c.keys)
		slices.Reverse(c.values)
	}
	return c
}

// quiet is a cursor that tells nobody.
type quiet struct{ *cursor }

func (c quiet) advance() { c.keys, c.values = c.keys[1:], c.values[1:] }

func (c quiet) Domain() (start, end []byte) { return nil, nil }
func (c quiet) Valid() bool                 { return c.valid() }
func (c quiet) Key() []byte                 { return []byte(c.keys[0]) }
func (c quiet) Value() []byte               { return c.values[0] }
func (c quiet) Error() error                { return nil }

type quietRef struct{ quiet }

func (c quietRef) Next()        { c.advance() }
func (c quietRef) Close() error { return nil }

type quietWeft struct{ quiet }

func (c quietWeft) Next() (key, value []byte, gas uint64, err error) {
	if !c.valid() {
		return nil, nil, 0, nil
	}
	key, value = c.Key(), c.Value()
	c.advance()
	return key, value, 0, nil
}
func (c quietWeft) Close() error { return nil }

type pocketRef struct{ *pocket }

func (p pocketRef) Get(key []byte) []byte { return p.get(key) }
func (p pocketRef) Set(key, value []byte) { p.set(key, value) }
func (p pocketRef) Delete(key []byte)     { p.remove(key) }
func (p pocketRef) Iterator(start, end []byte) types.Iterator {
	return quietRef{quiet{p.scan(start, end, false)}}
}

func (p pocketRef) ReverseIterator(start, end []byte) types.Iterator {
	return quietRef{quiet{p.scan(start, end, true)}}
}

type pocketWeft struct{ *pocket }

func (p pocketWeft) Get(key []byte) ([]byte, uint64, error) { return p.get(key), getPrice, nil }

func (p pocketWeft) Set(key, value []byte) (uint64, error) {
	p.set(key, value)
	return setPrice, nil
}

func (p pocketWeft) Remove(key []byte) (uint64, error) {
	p.remove(key)
	return removePrice, nil
}

func (p pocketWeft) Scan(start, end []byte, descending bool) (vm.Iterator, uint64, error) {
	return quietWeft{quiet{p.scan(start, end, descending)}}, rangePrice, nil
}

// purse is the querier of both sides: everybody has the same balance.
type purse struct{ gas uint64 }

var balance = []byte(`{"amount":[{"denom":"ATOM","amount":"250"}]}`)

func (*purse) Query(types.QueryRequest, uint64) ([]byte, error) { return balance, nil }
func (p *purse) GasConsumed() uint64                            { return p.gas }

type purseWeft struct{}

func (purseWeft) Query(request []byte, _ uint64) ([]byte, uint64, error) {
	if _, err := ours.DecodeQueryRequest(request); err != nil {
		return nil, 0, err
	}
	return ours.QuerierResult{Ok: &ours.QueryResult{Ok: balance}}.JSON(), 0, nil
}
